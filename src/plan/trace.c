/* see build.h: the sample that is traced from record to link.
 *
 * Drawn by the sources' SHA-256, so that nobody can choose which records are
 * shown, and the same input shows the same ones.
 */
#include "plan/build.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"

/* The k-th draw: SHA-256(seed || k), its first 16 digits modulo total. */
static enum rp_status
draw(const char *seed, unsigned k, uint64_t total, uint64_t *out_index,
     struct rp_err *err)
{
    char text[RP_SHA256_HEX + 16];
    char hex[RP_SHA256_HEX];
    enum rp_status status;

    (void)snprintf(text, sizeof text, "%s %u", seed, k);
    status = rp_sha256_hex(rp_slice_str(text), hex, err);
    if (status != RP_OK)
        return status;
    hex[16] = '\0';
    *out_index = strtoull(hex, NULL, 16) % total;
    return RP_OK;
}

static enum rp_status
make_seed(const struct rp_plan *plan, char seed[RP_SHA256_HEX],
          struct rp_err *err)
{
    struct rp_buf all = { 0 };
    enum rp_status status;

    for (size_t i = 0; i < plan->source_count; i++)
        rp_buf_str(&all, plan->sources[i].facts.sha256);
    status = rp_buf_status(&all, err);
    if (status == RP_OK)
        status = rp_sha256_hex(rp_buf_view(&all), seed, err);
    rp_buf_release(&all);
    return status;
}

static int
compare_numbers(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static bool
holds(const uint64_t *numbers, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static enum rp_status
draw_all(const struct rp_plan *plan, uint64_t *drawn, size_t *out_count,
         struct rp_err *err)
{
    uint64_t total = plan->ledger.all.records_total;
    size_t wanted = RP_SAMPLE_RECORDS;
    char seed[RP_SHA256_HEX];
    enum rp_status status = make_seed(plan, seed, err);

    if (total < wanted)
        wanted = (size_t)total;
    *out_count = 0;
    for (unsigned k = 0; status == RP_OK && *out_count < wanted; k++) {
        uint64_t index = 0;

        status = draw(seed, k, total, &index, err);
        if (status == RP_OK && !holds(drawn, *out_count, index))
            drawn[(*out_count)++] = index;
    }
    qsort(drawn, *out_count, sizeof *drawn, compare_numbers);
    return status;
}

/* Which record of which source is the index-th of all? */
static void
place(const struct rp_plan *plan, uint64_t index, struct rp_traced *traced)
{
    uint32_t source = 0;

    while (index >= plan->sources[source].facts.records)
        index -= plan->sources[source++].facts.records;
    traced->source = source;
    traced->record = index + 1;
}

static enum rp_status
trace_claim(struct rp_build *build, const struct rp_record *record,
            size_t index, struct rp_err *err)
{
    const struct rp_claimer *claimer = build->request->claimer;
    struct rp_traced *traced = &build->plan->traced[index];
    const struct rp_claim_asked asked = {
        .ordinal = rp_ordinal(traced->source, record->number),
        .layout = &build->plan->sources[traced->source].layout,
        .fields = record->fields,
    };
    struct rp_claim_made made = { .code = RP_CODE_NONE };
    enum rp_status status = claimer->claim(claimer->ctx, &asked, 1, &made, err);

    if (status != RP_OK)
        return status;
    traced->code = made.code;
    if (made.code != RP_CODE_NONE)
        return RP_OK;
    traced->linked = !claimer->rows;
    memcpy(traced->key, made.key, sizeof traced->key);
    build->trace_ordinal[index] = asked.ordinal;
    return RP_OK;
}

static enum rp_status
trace_record(struct rp_build *build, size_t index, struct rp_err *err)
{
    struct rp_traced *traced = &build->plan->traced[index];
    struct rp_plan_source *from = &build->plan->sources[traced->source];
    const struct rp_record *record = NULL;
    enum rp_status status;

    status = rp_build_find(build, rp_ordinal(traced->source, traced->record),
                           &record, err);
    if (status != RP_OK)
        return status;
    if (record == NULL || record->number != traced->record)
        return rp_fail(err, RP_E_CHANGED,
                       "%s: record %" PRIu64 " is not there any more; let "
                       "nobody write the file and run again",
                       rp_input_name(from->input), traced->record);
    traced->first_line = record->first_line;
    traced->last_line = record->last_line;
    traced->byte_start = record->byte_start;
    traced->byte_end = record->byte_end;
    traced->code = rp_build_record_code(&from->layout, record);
    if (traced->code == RP_CODE_NONE)
        status = trace_claim(build, record, index, err);
    return status;
}

static_assert(RP_TRACE_FILTER_BITS == (size_t)1 << 12, "12 bits of a product");

static size_t
filter_bit(uint64_t ordinal)
{
    return (size_t)(ordinal * UINT64_C(0x9e3779b97f4a7c15) >> 52);
}

static void
set_bit(struct rp_build *build, size_t bit)
{
    build->trace_filter[bit / 64] |= (uint64_t)1 << bit % 64;
}

static bool
has_bit(const struct rp_build *build, size_t bit)
{
    return (build->trace_filter[bit / 64] >> bit % 64 & 1) != 0;
}

enum rp_status
rp_build_trace(struct rp_build *build, struct rp_err *err)
{
    uint64_t drawn[RP_SAMPLE_RECORDS] = { 0 };
    size_t count = 0;
    enum rp_status status = draw_all(build->plan, drawn, &count, err);

    memset(build->trace_ordinal, 0xff, sizeof build->trace_ordinal);
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        place(build->plan, drawn[i], &build->plan->traced[i]);
        status = trace_record(build, i, err);
    }
    build->plan->traced_count = count;
    for (size_t i = 0; i < count; i++)
        set_bit(build, filter_bit(build->trace_ordinal[i]));
    return status;
}

void
rp_build_traced(struct rp_build *build, uint64_t ordinal, enum rp_code code)
{
    if (!has_bit(build, filter_bit(ordinal)))
        return;
    for (size_t i = 0; i < build->plan->traced_count; i++)
        if (build->trace_ordinal[i] == ordinal)
            build->plan->traced[i].code = code;
}
