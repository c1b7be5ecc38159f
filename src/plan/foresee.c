/* see build.h: a pass over all sources before the first, for a claimer whose
 * keys are matched by sorting.
 *
 * It has readers of its own, so the first pass finds its readers untouched;
 * what was read must be the same bytes, which their SHA-256 tells.
 */
#include "plan/build.h"

#include <string.h>

#include "base/mem.h"

static enum rp_status
show_record(const struct rp_build *build, uint32_t source,
            const struct rp_record *record, struct rp_err *err)
{
    const struct rp_claimer *claimer = build->request->claimer;
    const struct rp_claim_asked asked = {
        .ordinal = rp_ordinal(source, record->number),
        .layout = &build->plan->sources[source].layout,
        .fields = record->fields,
    };

    if (rp_build_record_code(asked.layout, record) != RP_CODE_NONE)
        return RP_OK;
    return claimer->foresee(claimer->ctx, &asked, err);
}

static enum rp_status
show_records(const struct rp_build *build, uint32_t source,
             struct rp_records *records, struct rp_err *err)
{
    const volatile sig_atomic_t *stop = build->request->stop;
    const struct rp_record *batch = NULL;
    enum rp_status status;
    size_t count = 0;

    do {
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while reading %s; nothing was written",
                           rp_input_name(build->plan->sources[source].input));
        status = rp_records_batch(records, &batch, &count, err);
        for (size_t i = 0; i < count && status == RP_OK; i++)
            status = show_record(build, source, &batch[i], err);
        if (status == RP_OK && count > 0)
            rp_build_tick(build, batch, count);
    } while (status == RP_OK && count > 0);
    return status;
}

static enum rp_status
fail_changed(const struct rp_plan_source *source, struct rp_err *err)
{
    return rp_fail(err, RP_E_CHANGED,
                   "%s: changed while it was being read; start again when "
                   "nobody writes to it",
                   rp_input_name(source->input));
}

static enum rp_status
show_source(struct rp_build *build, uint32_t source, struct rp_err *err)
{
    const struct rp_plan_source *from = &build->plan->sources[source];
    struct rp_records *records = NULL;
    struct rp_source_facts facts;
    size_t width = 0;
    enum rp_status status =
        rp_records_open(from->input, build->request->dialect, &records, err);

    if (status == RP_OK)
        (void)rp_records_names(records, &width);
    /* The layout must not look for fields that another header lacks. */
    if (status == RP_OK && width != from->layout.width)
        status = fail_changed(from, err);
    if (status == RP_OK)
        status = show_records(build, source, records, err);
    if (status == RP_OK)
        status = rp_records_finish(records, &facts, err);
    if (status == RP_OK) {
        memcpy(build->foreseen[source], facts.sha256, sizeof facts.sha256);
        build->bytes_before += facts.bytes;
        build->records_before += facts.records;
    }
    rp_records_close(records);
    return status;
}

enum rp_status
rp_build_foresee(struct rp_build *build, struct rp_err *err)
{
    const struct rp_claimer *claimer = build->request->claimer;
    const size_t count = build->plan->source_count;
    enum rp_status status = RP_OK;

    if (claimer->foresee == NULL)
        return RP_OK;
    build->foreseen = rp_zalloc_array(count, sizeof *build->foreseen);
    if (build->foreseen == NULL)
        return rp_fail_nomem(err, "plan");
    for (uint32_t i = 0; i < count && status == RP_OK; i++)
        status = show_source(build, i, err);
    return status == RP_OK ? claimer->foreseen(claimer->ctx, err) : status;
}

enum rp_status
rp_build_same(const struct rp_build *build, uint32_t source, struct rp_err *err)
{
    const struct rp_plan_source *from = &build->plan->sources[source];

    if (build->foreseen == NULL ||
        strcmp(build->foreseen[source], from->facts.sha256) == 0)
        return RP_OK;
    return fail_changed(from, err);
}
