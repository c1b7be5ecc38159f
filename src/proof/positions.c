/* see positions.h */
#include "proof/positions.h"

#include "base/buf.h"
#include "base/show.h"

/* Text that may stand in a report, NULL when there is none. */
static enum rp_status
put_shown(struct rp_arena *arena, struct rp_slice bytes, const char **out_text,
          struct rp_err *err)
{
    struct rp_buf shown = { 0 };

    *out_text = NULL;
    if (bytes.len == 0)
        return RP_OK;
    rp_show(&shown, bytes);
    if (!shown.failed)
        *out_text = rp_arena_str(arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    return *out_text == NULL ? rp_fail_nomem(err, "hold the verdict") : RP_OK;
}

/* The key is left out: it is a value of cells. */
static enum rp_status
add_position(struct rp_arena *arena, struct rp_finding_report *report,
             const struct rp_finding *finding, struct rp_err *err)
{
    struct rp_position *position;
    enum rp_status status;

    if (report->positions == NULL)
        report->positions =
            rp_arena_array(arena, RP_POSITIONS_MAX, sizeof *report->positions);
    if (report->positions == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    position = &report->positions[report->position_count++];
    if (finding->source != RP_NO_SOURCE)
        position->source = (size_t)finding->source + 1;
    position->record = finding->record;
    position->first_line = finding->first_line;
    position->last_line = finding->last_line;
    position->byte_start = finding->byte_start;
    position->byte_end = finding->byte_end;
    status =
        put_shown(arena, finding->disposition, &position->disposition, err);
    if (status == RP_OK)
        status = put_shown(arena, finding->column, &position->column, err);
    return status;
}

/* NULL for rows that a table lost or gained: the tables count those. */
static struct rp_finding_report *
report_of(struct rp_verdict *verdict, struct rp_slice name)
{
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (rp_slice_eq(name,
                        rp_slice_str(rp_code_name(verdict->findings[i].code))))
            return &verdict->findings[i];
    return NULL;
}

enum rp_status
rp_assemble_positions(struct rp_verdict *verdict,
                      const struct rp_findings *findings, struct rp_err *err)
{
    struct rp_findings_reader *reader = NULL;
    struct rp_finding finding;
    bool more = true;
    enum rp_status status = rp_findings_read(findings, &reader, err);

    while (status == RP_OK) {
        struct rp_finding_report *report;

        status = rp_findings_next(reader, &finding, &more, err);
        if (status != RP_OK || !more)
            break;
        report = report_of(verdict, finding.code);
        if (report == NULL)
            continue;
        report->listed++;
        if (report->position_count < RP_POSITIONS_MAX)
            status = add_position(&verdict->arena, report, &finding, err);
    }
    rp_findings_reader_close(reader);
    return status;
}
