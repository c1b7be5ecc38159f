/* see explain.h */
#include "job/explain.h"

#include <inttypes.h>

#include "base/show.h"
#include "plan/findings.h"

/* Was this one accepted, or is it only told? */
static bool
passes(const struct rp_verdict *verdict, struct rp_slice name)
{
    enum rp_code code = rp_code_of(name);

    if (code == RP_CODE_NONE)
        return false; /* a row that a preserved table lost or gained */
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].code == code)
            return verdict->findings[i].accepted || !rp_code_blocks(code);
    return true;
}

static void
put_place(struct rp_buf *line, const struct rp_plan *plan,
          const struct rp_finding *finding)
{
    if (finding->source == RP_NO_SOURCE)
        return;
    rp_buf_str(line, rp_input_name(plan->sources[finding->source].input));
    if (finding->record > 0)
        rp_buf_printf(line, ":%" PRIu64 ": record %" PRIu64,
                      finding->first_line, finding->record);
    rp_buf_str(line, ": ");
}

static void
put_value(struct rp_buf *line, const char *before, struct rp_slice value)
{
    char shown[RP_SHOWN_BYTES];

    if (value.len == 0)
        return;
    rp_buf_str(line, before);
    rp_buf_str(line, rp_show_in(shown, value));
}

/* A log is kept and mailed, so no value of a cell goes there; a value of
 * --where is none, it was typed. */
static bool
may_tell(const struct rp_session *session, const struct rp_finding *finding)
{
    return session->values ||
           rp_code_of(finding->code) == RP_WHERE_VALUE_UNSEEN;
}

static void
explain_one(const struct rp_session *session, const struct rp_plan *plan,
            const struct rp_finding *finding)
{
    struct rp_buf line = { 0 };

    put_place(&line, plan, finding);
    rp_buf_slice(&line, finding->code);
    put_value(&line, " ", finding->column);
    if (may_tell(session, finding))
        put_value(&line, ": ", finding->key);
    put_value(&line, ". ", finding->remedy);
    rp_talk(session, "%s", rp_buf_cstr(&line));
    rp_buf_release(&line);
}

enum rp_status
rp_explain(const struct rp_session *session, const struct rp_plan *plan,
           const struct rp_verdict *verdict, bool in_evidence,
           struct rp_err *err)
{
    struct rp_findings_reader *reader = NULL;
    struct rp_finding finding;
    uint64_t refused = 0;
    bool more = true;
    enum rp_status status = rp_findings_read(plan->findings, &reader, err);

    while (status == RP_OK && more) {
        status = rp_findings_next(reader, &finding, &more, err);
        if (status != RP_OK || !more || passes(verdict, finding.code))
            continue;
        refused++;
        if (refused <= RP_EXPLAINED_MAX)
            explain_one(session, plan, &finding);
    }
    rp_findings_reader_close(reader);
    if (refused > RP_EXPLAINED_MAX)
        rp_talk(session, "and %" PRIu64 " more%s", refused - RP_EXPLAINED_MAX,
                in_evidence ? ", all of them in findings.csv of the evidence"
                            : "; --evidence DIR has all of them written");
    return status;
}
