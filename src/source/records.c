/* records.c - see records.h. */
#include "source/records.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "source/header.h"
#include "source/parse.h"
#include "source/places.h"
#include "source/probe.h"
#include "source/shape.h"

struct rp_records {
    const struct rp_input *input;
    struct rp_dialect dialect;
    struct rp_parse *parse; /* NULL: at rest */
    const char *not_csv;    /* rp_parse_not_csv */
    struct rp_header header;
    struct rp_places places;
    uint64_t place_due; /* the number of the next record to be noted there */
    struct rp_source_facts facts;
    uint64_t number;         /* of the record that was read last */
    struct rp_record *found; /* by seek; not handed out yet */
    uint64_t header_byte;    /* where it begins, once it went by */
    bool header_due;         /* it has not gone by */
    bool at_end;
    bool counted;   /* finished: what comes now was counted before */
    bool displaced; /* the parser is not behind the record read last */
};

static enum rp_status
widen(struct rp_records *records, struct rp_err *err)
{
    if (records->header.width == 0)
        return RP_OK;
    return rp_parse_widen(records->parse, &records->dialect,
                          records->header.width, err);
}

enum rp_status
rp_records_open(const struct rp_input *input, const struct rp_dialect *dialect,
                struct rp_records **out_records, struct rp_err *err)
{
    struct rp_records *records = rp_zalloc(sizeof *records);
    enum rp_status status;

    if (records == NULL)
        return rp_fail_nomem(err, "read a source");
    records->input = input;
    records->dialect = *dialect;
    status = rp_parse_open(input, dialect, &records->parse, err);
    if (status == RP_OK)
        records->not_csv = rp_parse_not_csv(records->parse);
    if (status == RP_OK && records->not_csv == NULL)
        status = rp_header_find(input, dialect, &records->header, err);
    if (status == RP_OK)
        status = widen(records, err);
    if (status != RP_OK) {
        rp_records_close(records);
        return status;
    }
    records->header_due = records->header.raw.len > 0;
    records->place_due = rp_places_due(&records->places);
    records->facts.bytes_bom = rp_parse_bom_bytes(records->parse);
    *out_records = records;
    return RP_OK;
}

const char *
rp_records_not_csv(const struct rp_records *records)
{
    if (records->not_csv == NULL)
        return NULL;
    return records->not_csv + sizeof RP_PROBE_PREFIX - 1;
}

const struct rp_slice *
rp_records_names(const struct rp_records *records, size_t *out_width)
{
    *out_width = records->header.width;
    return records->header.names;
}

struct rp_slice
rp_records_header(const struct rp_records *records)
{
    return rp_buf_view(&records->header.raw);
}

static enum rp_status
fail_changed(const struct rp_records *records, struct rp_err *err)
{
    return rp_fail(err, RP_E_CHANGED,
                   "%s: changed while it was being read, near record %" PRIu64
                   "; start again when nobody writes to it",
                   rp_input_name(records->input), records->number + 1);
}

static bool
is_header(const struct rp_records *records, const struct rp_record *record)
{
    const struct rp_header *header = &records->header;

    if (!records->dialect.has_header || record->field_count != header->width)
        return false;
    for (size_t i = 0; i < header->width; i++)
        if (record->fields[i].len != header->names[i].len ||
            !rp_slice_eq(record->fields[i], header->names[i]))
            return false;
    return true;
}

/* Opens the parser again that was given back. */
static enum rp_status
wake(struct rp_records *records, struct rp_err *err)
{
    enum rp_status status;

    if (records->parse != NULL)
        return RP_OK;
    status =
        rp_parse_open(records->input, &records->dialect, &records->parse, err);
    if (status == RP_OK)
        status = widen(records, err);
    if (status != RP_OK)
        return status;
    if (rp_parse_not_csv(records->parse) != records->not_csv ||
        rp_parse_bom_bytes(records->parse) != records->facts.bytes_bom)
        return fail_changed(records, err);
    if (records->counted)
        rp_parse_know(records->parse, records->facts.newline);
    records->displaced = records->counted;
    return RP_OK;
}

/* What only the header can tell about a record that could be parsed. */
static void
judge(const struct rp_records *records, struct rp_record *record)
{
    size_t width = records->header.width;

    if (is_header(records, record))
        record->code = RP_REPEATED_HEADER;
    else if (record->field_count != width)
        record->code = RP_FIELD_COUNT;
    if (record->code != RP_CODE_NONE) {
        record->class = RP_RECORD_REJECTED;
        record->fields = NULL;
        record->field_count = 0;
        return;
    }
    record->suspicious_multiline =
        width >= 2 && record->first_line != record->last_line &&
        rp_shape_swallows(record->raw, width, &records->dialect);
}

/* The scout saw the header; here it goes by, and *record is what follows. */
static enum rp_status
pass_header(struct rp_records *records, struct rp_record **record,
            struct rp_err *err)
{
    struct rp_slice header = rp_buf_view(&records->header.raw);

    if (*record == NULL || !rp_slice_eq((*record)->raw, header))
        return fail_changed(records, err);
    records->header_due = false;
    records->header_byte = (*record)->byte_start;
    records->facts.bytes_header = header.len;
    return rp_parse_next(records->parse, record, err);
}

/* Numbers and judges what the parser read. */
static void
take(struct rp_records *records, struct rp_record *record)
{
    record->number = ++records->number;
    if (record->class == RP_RECORD_DATA)
        judge(records, record);
}

/* The next record that is not the header; NULL at the end. */
static enum rp_status
read_record(struct rp_records *records, struct rp_record **out_record,
            struct rp_err *err)
{
    struct rp_record *record;
    enum rp_status status = rp_parse_next(records->parse, &record, err);

    if (status == RP_OK && records->header_due &&
        (record == NULL || record->class != RP_RECORD_BLANK))
        status = pass_header(records, &record, err);
    if (status != RP_OK)
        return status;
    *out_record = record;
    if (record != NULL)
        take(records, record);
    return RP_OK;
}

static void
note_place(struct rp_records *records, const struct rp_record *record)
{
    const struct rp_place place = { record->number, record->byte_start,
                                    record->first_line, record->after_resync };

    rp_places_note(&records->places, &place);
    records->place_due = rp_places_due(&records->places);
}

static void
count(struct rp_records *records, const struct rp_record *record)
{
    struct rp_source_facts *facts = &records->facts;
    uint64_t bytes = record->byte_end - record->byte_start;

    if (record->number == records->place_due)
        note_place(records, record);
    facts->records = record->number;
    if (record->class == RP_RECORD_DATA)
        facts->bytes_records += bytes;
    else if (record->class == RP_RECORD_BLANK)
        facts->bytes_blank += bytes;
    else
        facts->bytes_rejected += bytes;
}

/* The next record of the first pass. */
static enum rp_status
count_next(struct rp_records *records, struct rp_record **out_record,
           struct rp_err *err)
{
    struct rp_record *record = NULL;
    enum rp_status status = RP_OK;

    if (records->not_csv != NULL)
        status = rp_parse_drain(records->parse, err);
    else
        status = read_record(records, &record, err);
    if (status != RP_OK)
        return status;
    if (record != NULL)
        count(records, record);
    records->at_end = record == NULL;
    *out_record = record;
    return RP_OK;
}

enum rp_status
rp_records_next(struct rp_records *records, const struct rp_record **out_record,
                struct rp_err *err)
{
    struct rp_record *record = records->found;
    enum rp_status status = wake(records, err);

    records->found = NULL;
    if (status != RP_OK)
        return status;
    if (record == NULL && !records->at_end)
        status = count_next(records, &record, err);
    else if (record == NULL && records->counted)
        status = read_record(records, &record, err);
    if (status == RP_OK)
        *out_record = record;
    return status;
}

enum rp_status
rp_records_batch(struct rp_records *records, const struct rp_record **out_batch,
                 size_t *out_count, struct rp_err *err)
{
    struct rp_record *batch = NULL;
    size_t read = 0;
    enum rp_status status;

    assert(!records->counted);
    status = wake(records, err);
    if (status != RP_OK)
        return status;
    /* The header goes by alone. */
    if (records->at_end || records->header_due || records->not_csv != NULL) {
        *out_batch = NULL;
        status = rp_records_next(records, out_batch, err);
        *out_count = status == RP_OK && *out_batch != NULL ? 1 : 0;
        return status;
    }
    status = rp_parse_batch(records->parse, &batch, &read, err);
    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < read; i++) {
        take(records, &batch[i]);
        count(records, &batch[i]);
    }
    records->at_end = read == 0;
    *out_batch = batch;
    *out_count = read;
    return RP_OK;
}

static const char *
encoding_of(const struct rp_records *records)
{
    if (records->not_csv != NULL)
        return records->not_csv;
    return records->facts.bytes_bom > 0 ? "UTF-8 with BOM" : "UTF-8";
}

enum rp_status
rp_records_finish(struct rp_records *records, struct rp_source_facts *out_facts,
                  struct rp_err *err)
{
    struct rp_source_facts *facts = &records->facts;
    struct rp_lines_census census;
    enum rp_status status;

    assert(records->at_end && !records->counted);
    status = rp_parse_finish(records->parse, &census, err);
    if (status != RP_OK)
        return status;
    facts->bytes = census.bytes;
    memcpy(facts->sha256, census.sha256, sizeof facts->sha256);
    facts->encoding = encoding_of(records);
    facts->newline = census.newline;
    facts->final_newline = census.final_newline;
    if (records->not_csv != NULL)
        facts->bytes_rejected = facts->bytes;
    assert(facts->bytes_bom + facts->bytes_header + facts->bytes_records +
               facts->bytes_blank + facts->bytes_rejected ==
           facts->bytes);
    records->counted = true;
    *out_facts = *facts;
    return RP_OK;
}

/* Goes to the last place known before the record, unless the sweep that is
 * under way comes by it without jumping further. */
static enum rp_status
approach(struct rp_records *records, uint64_t number, struct rp_err *err)
{
    const struct rp_place *place = rp_places_find(&records->places, number);

    if (place == NULL)
        return fail_changed(records, err);
    if (number > records->number && place->number <= records->number + 1 &&
        !records->displaced)
        return RP_OK;
    records->displaced = false;
    records->number = place->number - 1;
    records->header_due =
        records->header.raw.len > 0 && place->byte <= records->header_byte;
    return rp_parse_seek(records->parse, place, err);
}

enum rp_status
rp_records_seek(struct rp_records *records, uint64_t number, struct rp_err *err)
{
    struct rp_record *record = NULL;
    enum rp_status status;

    assert(records->counted && number > 0);
    records->found = NULL;
    status = wake(records, err);
    if (status == RP_OK)
        status = approach(records, number, err);
    while (status == RP_OK && records->number < number) {
        status = read_record(records, &record, err);
        if (status == RP_OK && record == NULL)
            status = fail_changed(records, err);
    }
    if (status == RP_OK)
        records->found = record;
    return status;
}

void
rp_records_rest(struct rp_records *records)
{
    assert(records->number == 0 || records->counted);
    rp_parse_close(records->parse);
    records->parse = NULL;
    records->found = NULL;
}

void
rp_records_close(struct rp_records *records)
{
    if (records == NULL)
        return;
    rp_parse_close(records->parse);
    rp_header_release(&records->header);
    rp_free(records);
}
