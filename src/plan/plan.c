/* see plan.h */
#include "plan/plan.h"

#include <assert.h>

#include "base/mem.h"
#include "base/shares.h"
#include "plan/build.h"
#include "source/mapping.h"

/* What the parts of a plan may take of its memory. */
#define CLAIMS_SHARE 2
#define ADDED_SHARE 8
#define CONFLICTS_SHARE 16
#define ALREADY_SHARE 32
#define SMALL_SHARE 256

static enum rp_status
open_source(struct rp_plan_source *source,
            const struct rp_plan_request *request, struct rp_input *input,
            struct rp_err *err)
{
    const struct rp_layouter *layouter = request->layouter;
    enum rp_status status;

    source->input = input;
    status = rp_records_open(input, request->dialect, &source->records, err);
    if (status == RP_OK)
        status = rp_spool_open(request->folder,
                               request->memory_bytes / SMALL_SHARE /
                                   request->input_count,
                               &source->rejects, err);
    if (status != RP_OK)
        return status;
    source->not_csv = rp_records_not_csv(source->records);
    if (source->not_csv != NULL)
        return RP_OK;
    status = layouter->layout(layouter->ctx, rp_input_name(input),
                              source->records, &source->layout, err);
    if (status != RP_OK)
        return status;
    source->non_empty =
        rp_zalloc_array(source->layout.width, sizeof *source->non_empty);
    if (source->non_empty == NULL)
        return rp_fail_nomem(err, "hold the columns");
    if (request->input_count > 1)
        rp_records_rest(source->records);
    return RP_OK;
}

/* Is there anything to compare repeats by? */
static bool
has_rest(const struct rp_plan *plan)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct rp_layout *layout = &plan->sources[s].layout;

        for (size_t i = 0; i < layout->width; i++)
            if (layout->roles[i] != RP_COLUMN_KEY)
                return true;
    }
    return false;
}

/* While records are read: what the claimer and all small parts leave. */
static size_t
claims_memory(const struct rp_plan_request *request)
{
    size_t memory = request->memory_bytes;
    size_t most = memory / CLAIMS_SHARE;
    size_t left = RP_PLAN_BYTES(memory) - memory / CONFLICTS_SHARE;

    left -= request->claimer->held_bytes;
    return left < most ? left : most;
}

static enum rp_status
open_stores(struct rp_plan *plan, const struct rp_plan_request *request,
            struct rp_err *err)
{
    size_t memory = request->memory_bytes;
    struct rp_sort_shape claims = { .memory_bytes = claims_memory(request) };
    struct rp_sort_shape chosen = { RP_CLAIM_BYTES - RP_CLAIM_KEY_BYTES, 8,
                                    memory / ADDED_SHARE };
    enum rp_status status;

    plan->claim_shape.narrow = request->claimer->narrow;
    plan->claim_shape.rest = request->claimer->rows || has_rest(plan);
    claims.record_bytes = rp_claim_bytes(plan->claim_shape);
    claims.key_bytes = rp_claim_key_bytes(plan->claim_shape);
    status = rp_sorter_open(&claims, request->folder, &plan->claims, err);
    if (status == RP_OK && request->claimer->rows)
        status = rp_sorter_open(&chosen, request->folder, &plan->chosen, err);
    if (status == RP_OK)
        status = rp_spool_open(request->folder, memory / ADDED_SHARE,
                               &plan->added, err);
    if (status == RP_OK)
        status = rp_spool_open(request->folder, memory / SMALL_SHARE,
                               &plan->collapsed, err);
    if (status == RP_OK)
        status = rp_spool_open(request->folder, memory / SMALL_SHARE,
                               &plan->already, err);
    if (status == RP_OK)
        status = rp_findings_open(request->folder, memory / SMALL_SHARE,
                                  &plan->findings, err);
    return status;
}

enum rp_status
rp_plan_open(const struct rp_plan_request *request, struct rp_plan **out_plan,
             struct rp_err *err)
{
    struct rp_plan *plan = rp_zalloc(sizeof *plan);
    enum rp_status status = RP_OK;

    assert(request->input_count > 0);
    if (plan == NULL)
        return rp_fail_nomem(err, "plan");
    plan->sources =
        rp_zalloc_array(request->input_count, sizeof *plan->sources);
    if (plan->sources == NULL) {
        rp_free(plan);
        return rp_fail_nomem(err, "plan");
    }
    for (size_t i = 0; i < request->input_count && status == RP_OK; i++) {
        plan->source_count++;
        status =
            open_source(&plan->sources[i], request, request->inputs[i], err);
    }
    if (status == RP_OK)
        *out_plan = plan;
    else
        rp_plan_close(plan);
    return status;
}

enum rp_status
rp_plan_open_empty(const char *folder, struct rp_plan **out_plan,
                   struct rp_err *err)
{
    struct rp_plan *plan = rp_zalloc(sizeof *plan);
    enum rp_status status;

    if (plan == NULL)
        return rp_fail_nomem(err, "plan");
    status = rp_spool_open(folder, 0, &plan->collapsed, err);
    if (status == RP_OK)
        status = rp_findings_open(folder, 0, &plan->findings, err);
    if (status == RP_OK)
        *out_plan = plan;
    else
        rp_plan_close(plan);
    return status;
}

/* One array for all values counted one by one, and one entry for the rest of
 * each source and column. */
static enum rp_status
open_filters(struct rp_build *build, struct rp_err *err)
{
    size_t filters = 0;
    size_t values = 0;

    for (size_t i = 0; i < build->plan->source_count; i++) {
        const struct rp_layout *layout = &build->plan->sources[i].layout;

        filters += layout->filter_count;
        if (values > 0)
            continue;
        for (size_t f = 0; f < layout->filter_count; f++)
            values += layout->filters[f].value_count;
    }
    build->plan->filtered = rp_zalloc_array(RP_FILTERED_VALUES_MAX + filters,
                                            sizeof *build->plan->filtered);
    build->filter_seen = rp_zalloc_array(values + 1, sizeof(bool));
    if (build->plan->filtered == NULL || build->filter_seen == NULL)
        return rp_fail_nomem(err, "count filtered values");
    return RP_OK;
}

static enum rp_status
open_build(struct rp_build *build, struct rp_err *err)
{
    const struct rp_plan_request *request = build->request;
    size_t memory = request->memory_bytes / SMALL_SHARE;
    struct rp_sort_shape conflicts = { RP_CLAIM_BYTES - RP_CLAIM_KEY_BYTES, 8,
                                       request->memory_bytes /
                                           CONFLICTS_SHARE };
    struct rp_sort_shape already = { sizeof(uint64_t), sizeof(uint64_t),
                                     request->memory_bytes / ALREADY_SHARE };
    enum rp_status status = open_filters(build, err);

    if (status == RP_OK)
        status =
            rp_sorter_open(&conflicts, request->folder, &build->conflicts, err);
    if (status == RP_OK)
        status =
            rp_sorter_open(&already, request->folder, &build->already, err);
    if (status == RP_OK)
        status =
            rp_findings_open(request->folder, memory, &build->general, err);
    if (status == RP_OK)
        status =
            rp_findings_open(request->folder, memory, &build->rejected, err);
    if (status == RP_OK)
        status =
            rp_findings_open(request->folder, memory, &build->repeats, err);
    return status;
}

static void
close_build(struct rp_build *build)
{
    rp_sorter_close(build->conflicts);
    rp_sorter_close(build->already);
    rp_findings_close(build->general);
    rp_findings_close(build->rejected);
    rp_findings_close(build->repeats);
    rp_free(build->filter_seen);
    rp_free(build->foreseen);
    rp_buf_release(&build->text);
}

/* One of two lists that are merged. */
struct side {
    struct rp_findings_reader *reader;
    struct rp_finding finding;
    bool more;
};

static enum rp_status
open_side(struct side *side, const struct rp_findings *findings,
          struct rp_err *err)
{
    enum rp_status status = rp_findings_read(findings, &side->reader, err);

    if (status == RP_OK)
        status =
            rp_findings_next(side->reader, &side->finding, &side->more, err);
    return status;
}

static bool
comes_first(const struct side *left, const struct side *right)
{
    if (!left->more || !right->more)
        return left->more;
    if (left->finding.source != right->finding.source)
        return left->finding.source < right->finding.source;
    return left->finding.record <= right->finding.record;
}

/* Copies the side's finding and goes on. */
static enum rp_status
take_side(struct rp_build *build, struct side *side, struct rp_err *err)
{
    enum rp_status status =
        rp_findings_add(build->plan->findings, &side->finding, err);

    if (status == RP_OK)
        status =
            rp_findings_next(side->reader, &side->finding, &side->more, err);
    return status;
}

/* Findings of the first pass and repeats found by sorting, as one list in the
 * order of records. */
static enum rp_status
merge_findings(struct rp_build *build, struct rp_err *err)
{
    struct side left = { 0 };
    struct side right = { 0 };
    enum rp_status status = open_side(&left, build->rejected, err);

    if (status == RP_OK)
        status = open_side(&right, build->repeats, err);
    while (status == RP_OK && (left.more || right.more))
        status =
            take_side(build, comes_first(&left, &right) ? &left : &right, err);
    rp_findings_reader_close(left.reader);
    rp_findings_reader_close(right.reader);
    return status;
}

static enum rp_status
copy_findings(struct rp_build *build, struct rp_err *err)
{
    struct side general = { 0 };
    enum rp_status status = open_side(&general, build->general, err);

    while (status == RP_OK && general.more)
        status = take_side(build, &general, err);
    rp_findings_reader_close(general.reader);
    return status == RP_OK ? merge_findings(build, err) : status;
}

static void
sum_fates(struct rp_plan *plan)
{
    plan->ledger.all = (struct rp_fates){ .records_total = 0 };
    for (size_t i = 0; i < plan->source_count; i++)
        rp_fates_add(&plan->ledger.all, &plan->sources[i].fates);
}

static enum rp_status
make(struct rp_build *build, struct rp_err *err)
{
    struct rp_plan *plan = build->plan;
    enum rp_status status = open_build(build, err);

    if (status == RP_OK)
        status = rp_build_foresee(build, err);
    for (uint32_t i = 0; i < plan->source_count && status == RP_OK; i++)
        status = rp_build_intake(build, i, err);
    if (status == RP_OK)
        status = rp_sorter_finish(plan->claims, err);
    sum_fates(plan);
    if (status == RP_OK)
        status = rp_build_trace(build, err);
    if (status == RP_OK)
        status = rp_build_settle(build, err);
    sum_fates(plan);
    if (status == RP_OK)
        status = rp_build_whole(build, err);
    if (status == RP_OK)
        status = copy_findings(build, err);
    return status;
}

/* Whoever reads ahead leaves his own work for the time of the fill.  There may
 * be little to fill where there are links already, or of what a filter leaves,
 * and there is other work for two where keys are matched by sorting. */
static bool
may_read_ahead(const struct rp_plan *plan, const struct rp_claimer *claimer)
{
    return claimer->present == NULL && claimer->foresee == NULL &&
           plan->sources[0].layout.filter_count == 0;
}

enum rp_status
rp_plan_make(struct rp_plan *plan, const struct rp_plan_request *request,
             struct rp_err *err)
{
    struct rp_build build = { .plan = plan, .request = request };
    enum rp_status status = open_stores(plan, request, err);

    if (may_read_ahead(plan, request->claimer))
        build.ahead = request->ahead;
    else
        rp_ahead_stop(request->ahead);
    if (status == RP_OK)
        status = make(&build, err);
    rp_ahead_stop(request->ahead);
    close_build(&build);
    return status;
}

static void
close_source(struct rp_plan_source *source)
{
    rp_records_close(source->records);
    rp_layout_release(&source->layout);
    rp_reading_release(&source->reading);
    rp_free(source->non_empty);
    rp_spool_close(source->rejects);
}

void
rp_plan_close(struct rp_plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->source_count; i++)
        close_source(&plan->sources[i]);
    rp_arena_release(&plan->values);
    rp_free(plan->sources);
    rp_free(plan->filtered);
    rp_findings_close(plan->findings);
    rp_sorter_close(plan->claims);
    rp_sorter_close(plan->chosen);
    rp_spool_close(plan->added);
    rp_spool_close(plan->collapsed);
    rp_spool_close(plan->already);
    rp_free(plan);
}
