/* see build.h: findings about whole sources, columns and the school. */
#include "plan/build.h"

#include <inttypes.h>
#include <string.h>

static enum rp_status
add(struct rp_build *build, struct rp_finding *finding, enum rp_code code,
    struct rp_err *err)
{
    finding->code = rp_slice_str(rp_code_name(code));
    finding->remedy = rp_slice_str(rp_code_remedy(code));
    return rp_findings_add(build->general, finding, err);
}

static enum rp_status
tell_source(struct rp_build *build, uint32_t source, enum rp_code code,
            struct rp_err *err)
{
    struct rp_finding finding = {
        .source = source,
        .disposition = RP_LIT("rejected"),
        .byte_end = build->plan->sources[source].facts.bytes,
    };

    build->plan->ledger.codes[code]++;
    return add(build, &finding, code, err);
}

static enum rp_status
tell_columns(struct rp_build *build, uint32_t source, struct rp_err *err)
{
    const struct rp_plan_source *from = &build->plan->sources[source];
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < from->layout.width && status == RP_OK; i++) {
        struct rp_finding finding = { .source = source };
        char label[RP_COLUMN_LABEL_BYTES];

        if (from->layout.roles[i] != RP_COLUMN_OTHER)
            continue;
        finding.column = rp_layout_label(&from->layout, i, label);
        build->plan->ledger.codes[RP_COLUMN_NOT_CARRIED]++;
        rp_buf_reset(&build->text);
        rp_buf_printf(&build->text,
                      "left out: %" PRIu64 " of %" PRIu64 " not empty",
                      from->non_empty[i], from->fates.used);
        finding.disposition = rp_buf_view(&build->text);
        status = rp_buf_status(&build->text, err);
        if (status == RP_OK)
            status = add(build, &finding, RP_COLUMN_NOT_CARRIED, err);
    }
    return status;
}

static enum rp_status
whole_source(struct rp_build *build, uint32_t source, struct rp_err *err)
{
    struct rp_plan_source *from = &build->plan->sources[source];
    uint64_t *codes = build->plan->ledger.codes;

    if (from->not_csv != NULL)
        return tell_source(build, source, RP_NOT_CSV, err);
    codes[RP_NO_FINAL_NEWLINE] += from->facts.final_newline ? 0 : 1;
    codes[RP_MIXED_NEWLINES] += from->facts.newline == RP_NEWLINE_MIXED ? 1 : 0;
    if (from->fates.used == 0) {
        enum rp_status status =
            tell_source(build, source, RP_NOTHING_USED, err);

        if (status != RP_OK)
            return status;
    }
    return tell_columns(build, source, err);
}

static enum rp_status
tell_unseen(struct rp_build *build, const struct rp_layout *layout,
            const struct rp_filter *filter, size_t value, struct rp_err *err)
{
    struct rp_finding finding = {
        .source = RP_NO_SOURCE,
        .disposition = RP_LIT("no record has this value"),
        .column = layout->names[filter->column],
        .key = filter->values[value],
    };

    build->plan->ledger.codes[RP_WHERE_VALUE_UNSEEN]++;
    return add(build, &finding, RP_WHERE_VALUE_UNSEEN, err);
}

/* All sources have the same filters, so the first layout speaks for all. */
static enum rp_status
unseen_values(struct rp_build *build, struct rp_err *err)
{
    const bool *seen = build->filter_seen;
    const struct rp_layout *layout = NULL;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < build->plan->source_count && layout == NULL; i++)
        if (build->plan->sources[i].not_csv == NULL)
            layout = &build->plan->sources[i].layout;
    for (size_t f = 0; layout != NULL && f < layout->filter_count; f++) {
        const struct rp_filter *filter = &layout->filters[f];

        for (size_t v = 0; v < filter->value_count; v++, seen++) {
            if (!*seen)
                status = tell_unseen(build, layout, filter, v, err);
            if (status != RP_OK)
                return status;
        }
    }
    return status;
}

static enum rp_status
tell_filtered(struct rp_build *build, const struct rp_filtered_value *value,
              struct rp_err *err)
{
    struct rp_finding finding = {
        .source = value->source,
        .column =
            build->plan->sources[value->source].layout.names[value->column],
        .key = value->value,
    };
    enum rp_status status;

    rp_buf_reset(&build->text);
    rp_buf_printf(&build->text, "filtered: %" PRIu64 " records%s", value->count,
                  value->value.ptr == NULL ? " of all other values" : "");
    finding.disposition = rp_buf_view(&build->text);
    status = rp_buf_status(&build->text, err);
    return status == RP_OK ? add(build, &finding, RP_FILTERED, err) : status;
}

static enum rp_status
tell_remark(struct rp_build *build, const struct rp_remark *remark,
            struct rp_err *err)
{
    struct rp_finding finding = {
        .source = RP_NO_SOURCE,
        .disposition = RP_LIT("told"),
        .column = rp_slice_str(remark->object),
    };

    build->plan->ledger.codes[remark->code]++;
    return add(build, &finding, remark->code, err);
}

enum rp_status
rp_build_whole(struct rp_build *build, struct rp_err *err)
{
    const struct rp_plan_request *request = build->request;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < request->remark_count && status == RP_OK; i++)
        status = tell_remark(build, &request->remarks[i], err);
    for (uint32_t i = 0; i < build->plan->source_count && status == RP_OK; i++)
        status = whole_source(build, i, err);
    if (status == RP_OK)
        status = unseen_values(build, err);
    for (size_t i = 0; i < build->plan->filtered_count && status == RP_OK; i++)
        status = tell_filtered(build, &build->plan->filtered[i], err);
    return status;
}
