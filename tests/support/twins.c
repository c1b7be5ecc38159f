/* twins.c - see twins.h. */
#include "support/twins.h"

#include <inttypes.h>
#include <string.h>

#include "base/finding.h"
#include "base/show.h"
#include "proof/second.h"
#include "source/parse.h"
#include "source/records.h"

/* One record as either parser read it. */
struct view {
    bool there;
    uint64_t number;
    uint64_t first_line;
    uint64_t last_line;
    uint64_t byte_start;
    uint64_t byte_end;
    enum rp_code code;
    const struct rp_slice *fields;
    size_t field_count;
};

static struct view
view_first(const struct rp_record *record)
{
    struct view view = { .there = record != NULL };

    if (record == NULL)
        return view;
    view.number = record->number;
    view.first_line = record->first_line;
    view.last_line = record->last_line;
    view.byte_start = record->byte_start;
    view.byte_end = record->byte_end;
    view.code =
        record->class == RP_RECORD_BLANK ? RP_BLANK_RECORD : record->code;
    view.fields = record->fields;
    view.field_count = record->field_count;
    return view;
}

static struct view
view_second(const struct rp_second_record *record)
{
    struct view view = { .there = record != NULL };

    if (record == NULL)
        return view;
    view.number = record->number;
    view.first_line = record->first_line;
    view.last_line = record->last_line;
    view.byte_start = record->byte_start;
    view.byte_end = record->byte_end;
    view.code = record->code;
    view.fields = record->fields;
    view.field_count = record->field_count;
    return view;
}

static bool
same_fields(const struct view *first, const struct view *second)
{
    if (first->field_count != second->field_count)
        return false;
    for (size_t i = 0; i < first->field_count; i++) {
        struct rp_slice left = first->fields[i];
        struct rp_slice right = second->fields[i];

        if ((left.ptr == NULL) != (right.ptr == NULL))
            return false;
        if (left.ptr != NULL && !rp_slice_eq(left, right))
            return false;
    }
    return true;
}

static bool
same_view(const struct view *first, const struct view *second)
{
    if (first->there != second->there)
        return false;
    return !first->there ||
           (first->number == second->number &&
            first->first_line == second->first_line &&
            first->last_line == second->last_line &&
            first->byte_start == second->byte_start &&
            first->byte_end == second->byte_end &&
            first->code == second->code && same_fields(first, second));
}

static void
put_view(struct rp_buf *out, const char *who, const struct view *view)
{
    rp_buf_printf(out, "%s: ", who);
    if (!view->there) {
        rp_buf_str(out, "the end\n");
        return;
    }
    rp_buf_printf(out, "%" PRIu64 " %" PRIu64 "-%" PRIu64, view->number,
                  view->first_line, view->last_line);
    rp_buf_printf(out, " %" PRIu64 "-%" PRIu64 " %s ", view->byte_start,
                  view->byte_end, rp_code_name(view->code));
    for (size_t i = 0; i < view->field_count; i++) {
        rp_buf_byte(out, view->fields[i].ptr == NULL ? '-' : '<');
        if (view->fields[i].ptr != NULL)
            rp_show(out, view->fields[i]);
        if (view->fields[i].ptr != NULL)
            rp_buf_byte(out, '>');
    }
    rp_buf_byte(out, '\n');
}

static bool
fail(struct rp_buf *out, const char *who, const struct rp_err *err)
{
    rp_buf_printf(out, "%s: %s\n", who, err->text);
    return false;
}

/* The importer's parser with its lane, and without: libcsv alone. */
struct first {
    struct rp_records *records;
    const struct rp_record *batch;
    size_t count;
    size_t at;
    struct rp_parse *alone; /* NULL: not CSV */
    bool header_due;
};

/* The verifier's. */
struct again {
    struct rp_second *second;
    const struct rp_second_record *batch;
    size_t count;
    size_t at;
};

static enum rp_status
next_again(struct again *again, const struct rp_second_record **out_record,
           struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (again->at == again->count) {
        again->at = 0;
        status =
            rp_second_batch(again->second, &again->batch, &again->count, err);
    }
    if (status == RP_OK)
        *out_record = again->count == 0 ? NULL : &again->batch[again->at++];
    return status;
}

static enum rp_status
next_first(struct first *first, const struct rp_record **out_record,
           struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (first->at == first->count) {
        first->at = 0;
        status =
            rp_records_batch(first->records, &first->batch, &first->count, err);
    }
    if (status == RP_OK)
        *out_record = first->count == 0 ? NULL : &first->batch[first->at++];
    return status;
}

static enum rp_status
next_alone(struct first *first, struct rp_record **out_record,
           struct rp_err *err)
{
    enum rp_status status = rp_parse_next(first->alone, out_record, err);

    if (status != RP_OK || *out_record == NULL || !first->header_due ||
        (*out_record)->class == RP_RECORD_BLANK)
        return status;
    first->header_due = false;
    return rp_parse_next(first->alone, out_record, err);
}

/* All but what only the header tells: then libcsv reads it as data. */
static bool
same_alone(const struct rp_record *record, const struct rp_record *alone)
{
    struct view left = view_first(record);
    struct view right = view_first(alone);

    if (record == NULL || alone == NULL)
        return record == alone;
    right.number = left.number;
    if (record->code == RP_REPEATED_HEADER || record->code == RP_FIELD_COUNT)
        return alone->class == RP_RECORD_DATA;
    return same_view(&left, &right) &&
           record->first_line == alone->first_line &&
           record->last_line == alone->last_line &&
           record->after_resync == alone->after_resync &&
           record->raw.len == alone->raw.len &&
           rp_slice_eq(record->raw, alone->raw);
}

static bool
differ(struct rp_buf *out, const struct view *left, const struct view *right,
       const char *who)
{
    put_view(out, "first", left);
    put_view(out, who, right);
    return false;
}

/* All to the end; a source that is not CSV has no records. */
static bool
same_records(struct rp_buf *out, struct first *first, struct again *again)
{
    const struct rp_record *record = NULL;
    const struct rp_second_record *second = NULL;
    struct rp_record *alone = NULL;
    struct rp_err err;

    do {
        struct view left;
        struct view right;

        if (next_first(first, &record, &err) != RP_OK)
            return fail(out, "first", &err);
        left = view_first(record);
        if (first->alone != NULL && next_alone(first, &alone, &err) != RP_OK)
            return fail(out, "libcsv", &err);
        right = view_first(alone);
        if (!same_alone(record, alone))
            return differ(out, &left, &right, "libcsv");
        if (first->alone != NULL && next_again(again, &second, &err) != RP_OK)
            return fail(out, "second", &err);
        right = view_second(second);
        if (!same_view(&left, &right))
            return differ(out, &left, &right, "second");
    } while (record != NULL);
    return true;
}

static bool
same_bytes(struct rp_buf *out, struct rp_records *records,
           struct rp_second *second)
{
    char sha256[RP_SHA256_HEX];
    struct rp_source_facts facts;
    struct rp_err err;
    uint64_t bytes;

    if (rp_records_finish(records, &facts, &err) != RP_OK)
        return fail(out, "first", &err);
    if (rp_second_finish(second, &bytes, sha256, &err) != RP_OK)
        return fail(out, "second", &err);
    if (bytes == facts.bytes && strcmp(sha256, facts.sha256) == 0)
        return true;
    rp_buf_printf(out, "first: %" PRIu64 " %s\nsecond: %" PRIu64 " %s\n",
                  facts.bytes, facts.sha256, bytes, sha256);
    return false;
}

bool
twins_agree(struct rp_buf *out, const struct rp_input *input,
            const struct rp_dialect *dialect)
{
    struct first first = { .records = NULL };
    struct again again = { .second = NULL };
    struct rp_err err;
    bool agree;

    if (rp_records_open(input, dialect, &first.records, &err) != RP_OK)
        return true;
    first.header_due = dialect->has_header;
    if (rp_records_not_csv(first.records) == NULL &&
        rp_parse_open(input, dialect, &first.alone, &err) != RP_OK)
        agree = fail(out, "libcsv", &err);
    else if (rp_second_open(input, dialect, &again.second, &err) == RP_OK)
        agree = same_records(out, &first, &again) &&
                same_bytes(out, first.records, again.second);
    else
        agree = fail(out, "second", &err);
    rp_second_close(again.second);
    rp_parse_close(first.alone);
    rp_records_close(first.records);
    return agree;
}

void
twins_codes(struct rp_buf *out, const struct rp_input *input,
            const struct rp_dialect *dialect)
{
    const struct rp_second_record *record = NULL;
    struct rp_second *second = NULL;
    struct rp_err err;
    enum rp_status status = rp_second_open(input, dialect, &second, &err);

    if (status == RP_OK)
        status = rp_second_next(second, &record, &err);
    while (status == RP_OK && record != NULL) {
        rp_buf_printf(
            out, "%s%s", record->number > 1 ? " " : "",
            record->code == RP_CODE_NONE ? "data" : rp_code_name(record->code));
        status = rp_second_next(second, &record, &err);
    }
    if (status != RP_OK)
        rp_buf_str(out, err.text);
    rp_second_close(second);
}

struct rp_dialect
twins_dialect(unsigned char how)
{
    static const struct rp_slice names[] = { RP_LIT_INIT("a"),
                                             RP_LIT_INIT("b") };
    static const unsigned char delimiters[] = { ',', ';', '\t', ' ' };
    static const unsigned char quotes[] = { '"', '\'', 'x', '|' };
    struct rp_dialect dialect = { .delimiter = delimiters[how >> 2 & 3],
                                  .quote = quotes[how >> 4 & 3],
                                  .has_header = (how & 3) < 2 };

    if ((how & 3) == 3) {
        dialect.names = names;
        dialect.name_count = 2;
    }
    return dialect;
}
