/* see pairs.h */
#include "proof/pairs.h"

#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "base/sort.h"
#include "proof/recordkeys.h"

/* key, ordinal of the record, its first line */
#define ORDINAL_AT RP_CLAIM_KEY_BYTES
#define LINE_AT (ORDINAL_AT + 8)
#define PAIR_BYTES (LINE_AT + 8)

/* Of the memory: for sorting claims, and for matching one parent's keys. */
#define CLAIMS_SHARE 2
#define MERGE_SHARE 4

struct rp_pairs {
    const struct rp_pairs_request *request;
    struct rp_claims_request reading;
    struct rp_recordkeys *keys;
    struct rp_sorter *claims;
    struct rp_second_facts *facts;
    struct rp_ledger ledger;
    bool *seen; /* one per value of all filters of a layout */
    uint64_t bytes_before;
};

/* What is being read. */
struct reading {
    struct rp_pairs *pairs;
    const struct rp_plan_source *from;
    uint32_t source;
    uint64_t used;
};

static enum rp_status
tell(const struct reading *reading, enum rp_code code,
     const struct rp_second_record *record, struct rp_err *err)
{
    const struct rp_unusable_visitor *visitor =
        reading->pairs->request->visitor;
    struct rp_unusable unusable = {
        .code = code,
        .source = reading->source,
        .record = record,
    };

    reading->pairs->ledger.codes[code]++;
    return visitor->visit(visitor->ctx, &unusable, err);
}

/* The same rule as in a migration, where the order of the codes decides. */
static enum rp_code
code_of(enum rp_field_fate fate, enum rp_code ambiguous, enum rp_code unknown)
{
    switch (fate) {
    case RP_FIELD_EMPTY:
        return RP_EMPTY_KEY;
    case RP_FIELD_NOT_INTEGER:
        return RP_NOT_AN_INTEGER;
    case RP_FIELD_AMBIGUOUS:
        return ambiguous;
    case RP_FIELD_UNKNOWN:
        return unknown;
    case RP_FIELD_KNOWN:
        break;
    }
    return RP_CODE_NONE;
}

static enum rp_code
decide(enum rp_field_fate student, enum rp_field_fate course)
{
    enum rp_code one =
        code_of(student, RP_AMBIGUOUS_STUDENT, RP_UNKNOWN_STUDENT);
    enum rp_code other =
        code_of(course, RP_AMBIGUOUS_COURSE, RP_UNKNOWN_COURSE);

    if (one == RP_CODE_NONE)
        return other;
    return other == RP_CODE_NONE || one < other ? one : other;
}

static enum rp_status
claim(struct reading *reading, const struct rp_second_record *record,
      struct rp_err *err)
{
    struct rp_pairs *pairs = reading->pairs;
    struct rp_field_key keys[2] = { { .known = false }, { .known = false } };
    unsigned char packed[PAIR_BYTES];
    enum rp_code code;
    enum rp_status status = rp_recordkeys_next(
        pairs->keys, &reading->from->layout, record->fields, keys, err);

    if (status != RP_OK)
        return status;
    code = decide(keys[0].fate, keys[1].fate);
    if (code != RP_CODE_NONE) {
        pairs->ledger.all.claims_rejected++;
        return tell(reading, code, record, err);
    }
    rp_link_pack(packed, keys[0].id, keys[1].id);
    rp_put_be64(packed + ORDINAL_AT,
                rp_ordinal(reading->source, record->number));
    rp_put_be64(packed + LINE_AT, record->first_line);
    return rp_sorter_add(pairs->claims, packed, err);
}

/* Also of records that another filter leaves out: a value that is there is
 * no misprint. */
static void
note_values(bool *seen, const struct rp_layout *layout,
            const struct rp_slice *fields)
{
    for (size_t i = 0; i < layout->filter_count; i++) {
        const struct rp_filter *filter = &layout->filters[i];

        for (size_t v = 0; v < filter->value_count; v++, seen++)
            *seen =
                *seen || rp_slice_eq(fields[filter->column], filter->values[v]);
    }
}

static enum rp_status
take_data(struct reading *reading, const struct rp_second_record *record,
          struct rp_err *err)
{
    const struct rp_layout *layout = &reading->from->layout;
    struct rp_ledger *ledger = &reading->pairs->ledger;

    if (record->field_count != layout->width)
        return rp_fail(err, RP_E_CHANGED,
                       "%s: its header has %zu columns, and now %zu; let "
                       "nobody write the file and run again",
                       rp_input_name(reading->from->input), layout->width,
                       record->field_count);
    note_values(reading->pairs->seen, layout, record->fields);
    if (!rp_claims_pass(layout, record->fields)) {
        ledger->all.filtered++;
        return RP_OK;
    }
    ledger->all.used++;
    reading->used++;
    return claim(reading, record, err);
}

static enum rp_status
take(struct reading *reading, const struct rp_second_record *record,
     struct rp_err *err)
{
    struct rp_ledger *ledger = &reading->pairs->ledger;

    ledger->all.records_total++;
    if (record->code == RP_CODE_NONE)
        return take_data(reading, record, err);
    if (record->code == RP_BLANK_RECORD) {
        ledger->all.blank++;
        return RP_OK;
    }
    ledger->all.records_rejected++;
    return tell(reading, record->code, record, err);
}

static enum rp_status
stop_or_tick(const struct reading *reading,
             const struct rp_second_record *record, struct rp_err *err)
{
    const struct rp_pairs_request *request = reading->pairs->request;
    const struct rp_ticker *ticker = request->ticker;

    if (request->stop != NULL && *request->stop != 0)
        return rp_fail(err, RP_E_INTERRUPTED,
                       "interrupted while reading a source");
    if (ticker != NULL && record->number % RP_TICK_RECORDS == 0)
        ticker->tick(ticker->ctx,
                     reading->pairs->bytes_before + record->byte_end,
                     reading->pairs->ledger.all.records_total);
    return RP_OK;
}

static enum rp_status
read_records(struct reading *reading, struct rp_second *second,
             struct rp_err *err)
{
    const struct rp_second_record *batch = NULL;
    enum rp_status status;
    size_t count = 0;

    do {
        status = rp_second_batch(second, &batch, &count, err);
        for (size_t i = 0; i < count && status == RP_OK; i++) {
            status = take(reading, &batch[i], err);
            if (status == RP_OK)
                status = stop_or_tick(reading, &batch[i], err);
        }
    } while (status == RP_OK && count > 0);
    return status;
}

/* A source that is no CSV, or of which nothing is used, is most likely the
 * wrong one, and would make every answer "nothing is missing". */
static enum rp_status
judge_whole(const struct reading *reading, struct rp_err *err)
{
    if (reading->from->not_csv != NULL)
        return tell(reading, RP_NOT_CSV, NULL, err);
    if (reading->used == 0)
        return tell(reading, RP_NOTHING_USED, NULL, err);
    return RP_OK;
}

/* Since it was opened, and since it was read for its keys. */
static enum rp_status
check_unchanged(const struct rp_pairs *pairs, uint32_t source,
                struct rp_err *err)
{
    const struct rp_input *input = pairs->request->plan->sources[source].input;
    const struct rp_second_facts *facts = &pairs->facts[source];
    const struct rp_second_facts *before =
        rp_recordkeys_facts(pairs->keys, source);

    if (facts->bytes == rp_input_bytes(input) &&
        (before == NULL || strcmp(before->sha256, facts->sha256) == 0))
        return RP_OK;
    return rp_fail(err, RP_E_CHANGED,
                   "%s: it changed while it was read; let nobody write the "
                   "file and run again",
                   rp_input_name(input));
}

static enum rp_status
read_source(struct rp_pairs *pairs, uint32_t source, struct rp_err *err)
{
    const struct rp_plan_source *from = &pairs->request->plan->sources[source];
    struct rp_second_facts *facts = &pairs->facts[source];
    struct reading reading = { pairs, from, source, 0 };
    struct rp_second *second = NULL;
    enum rp_status status;

    status = rp_second_open(from->input, pairs->request->dialect, &second, err);
    if (status == RP_OK && from->not_csv == NULL)
        status = read_records(&reading, second, err);
    if (status == RP_OK)
        status = rp_second_finish(second, &facts->bytes, facts->sha256, err);
    rp_second_close(second);
    if (status == RP_OK)
        status = check_unchanged(pairs, source, err);
    pairs->bytes_before += facts->bytes;
    return status == RP_OK ? judge_whole(&reading, err) : status;
}

/* All sources have the same filters, so the first layout speaks for all. */
static const struct rp_layout *
any_layout(const struct rp_plan *plan)
{
    for (size_t i = 0; i < plan->source_count; i++)
        if (plan->sources[i].not_csv == NULL)
            return &plan->sources[i].layout;
    return NULL;
}

static size_t
count_values(const struct rp_layout *layout)
{
    size_t values = 0;

    for (size_t i = 0; layout != NULL && i < layout->filter_count; i++)
        values += layout->filters[i].value_count;
    return values;
}

static enum rp_status
judge_filter(struct rp_pairs *pairs, const struct rp_filter *filter,
             struct rp_slice column, const bool *seen, struct rp_err *err)
{
    const struct rp_unusable_visitor *visitor = pairs->request->visitor;
    struct rp_unusable unusable = {
        .code = RP_WHERE_VALUE_UNSEEN,
        .column = column,
    };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < filter->value_count && status == RP_OK; i++) {
        if (seen[i])
            continue;
        pairs->ledger.codes[RP_WHERE_VALUE_UNSEEN]++;
        unusable.value = filter->values[i];
        status = visitor->visit(visitor->ctx, &unusable, err);
    }
    return status;
}

static enum rp_status
judge_filters(struct rp_pairs *pairs, const struct rp_layout *layout,
              struct rp_err *err)
{
    const bool *seen = pairs->seen;
    enum rp_status status = RP_OK;

    for (size_t i = 0;
         layout != NULL && i < layout->filter_count && status == RP_OK; i++) {
        const struct rp_filter *filter = &layout->filters[i];

        status = judge_filter(pairs, filter, layout->names[filter->column],
                              seen, err);
        seen += filter->value_count;
    }
    return status;
}

static enum rp_status
read_all(struct rp_pairs *pairs, struct rp_err *err)
{
    const struct rp_plan *plan = pairs->request->plan;
    const struct rp_layout *layout = any_layout(plan);
    enum rp_status status = RP_OK;

    pairs->seen =
        rp_zalloc_array(count_values(layout) + 1, sizeof *pairs->seen);
    if (pairs->seen == NULL)
        return rp_fail_nomem(err, "count values of --where");
    for (uint32_t i = 0; i < plan->source_count && status == RP_OK; i++)
        status = read_source(pairs, i, err);
    if (status == RP_OK)
        status = judge_filters(pairs, layout, err);
    return status == RP_OK ? rp_sorter_finish(pairs->claims, err) : status;
}

enum rp_status
rp_pairs_open(const struct rp_pairs_request *request,
              struct rp_pairs **out_pairs, struct rp_err *err)
{
    struct rp_sort_shape shape = { PAIR_BYTES, RP_CLAIM_KEY_BYTES,
                                   request->memory_bytes / CLAIMS_SHARE };
    struct rp_pairs *pairs = rp_zalloc(sizeof *pairs);
    enum rp_status status = RP_OK;

    if (pairs == NULL)
        return rp_fail_nomem(err, "hold the claims of the sources");
    pairs->request = request;
    pairs->reading = (struct rp_claims_request){
        .plan = request->plan,
        .dialect = request->dialect,
        .keys = request->keys,
        .folder = request->folder,
        .memory_bytes = request->memory_bytes / MERGE_SHARE,
        .stop = request->stop,
    };
    pairs->facts =
        rp_zalloc_array(request->plan->source_count, sizeof *pairs->facts);
    if (pairs->facts == NULL)
        status = rp_fail_nomem(err, "hold the claims of the sources");
    if (status == RP_OK)
        status = rp_recordkeys_open(&pairs->reading, &pairs->keys, err);
    if (status == RP_OK)
        status = rp_sorter_open(&shape, request->folder, &pairs->claims, err);
    if (status == RP_OK)
        status = read_all(pairs, err);
    rp_recordkeys_close(pairs->keys);
    pairs->keys = NULL;
    if (status == RP_OK)
        *out_pairs = pairs;
    else
        rp_pairs_close(pairs);
    return status;
}

const struct rp_ledger *
rp_pairs_ledger(const struct rp_pairs *pairs)
{
    return &pairs->ledger;
}

const struct rp_second_facts *
rp_pairs_facts(const struct rp_pairs *pairs)
{
    return pairs->facts;
}

enum rp_status
rp_pairs_next(struct rp_pairs *pairs, struct rp_pair *out_pair, bool *out_more,
              struct rp_err *err)
{
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_next(pairs->claims, &packed, err);
    uint64_t ordinal;

    *out_more = status == RP_OK && packed != NULL;
    if (!*out_more)
        return status;
    ordinal = rp_get_be64(packed + ORDINAL_AT);
    memcpy(out_pair->key, packed, sizeof out_pair->key);
    out_pair->source = rp_ordinal_source(ordinal);
    out_pair->record = rp_ordinal_number(ordinal);
    out_pair->line = rp_get_be64(packed + LINE_AT);
    return RP_OK;
}

void
rp_pairs_close(struct rp_pairs *pairs)
{
    if (pairs == NULL)
        return;
    rp_sorter_close(pairs->claims);
    rp_free(pairs->facts);
    rp_free(pairs->seen);
    rp_free(pairs);
}
