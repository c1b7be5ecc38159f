/* see exported.h */
#include "proof/exported.h"

#include <string.h>

#include "base/buf.h"
#include "base/show.h"
#include "plan/number.h"
#include "proof/linkdigest.h"
#include "proof/second.h"

#define COLUMNS 2

struct reading {
    struct rp_linkdigest digest;
    struct rp_exported exported;
};

static const struct rp_slice names[COLUMNS] = {
    RP_LIT_INIT("student_id"),
    RP_LIT_INIT("course_id"),
};

static bool
is_header(const struct rp_second_record *record)
{
    return record->code == RP_CODE_NONE && record->field_count == COLUMNS &&
           rp_slice_eq(record->fields[0], names[0]) &&
           rp_slice_eq(record->fields[1], names[1]);
}

/* Ids as this program writes them, and in no other form. */
static bool
take_ids(const struct rp_second_record *record, int64_t ids[COLUMNS])
{
    bool zeros = false;

    if (record->code != RP_CODE_NONE || record->field_count != COLUMNS)
        return false;
    for (size_t i = 0; i < COLUMNS; i++)
        if (!rp_parse_int64(record->fields[i], &ids[i], &zeros) || zeros)
            return false;
    return true;
}

static enum rp_status
take_record(struct reading *reading, const struct rp_second_record *record,
            struct rp_err *err)
{
    struct rp_exported *exported = &reading->exported;
    const uint64_t bytes = record->byte_end - record->byte_start;
    const bool falling = reading->digest.falling;
    int64_t ids[COLUMNS] = { 0, 0 };
    enum rp_status status;

    if (record->byte_start == 0 && is_header(record)) {
        exported->bytes_header = bytes;
        return RP_OK;
    }
    exported->records++;
    exported->bytes_links += bytes;
    if (!take_ids(record, ids)) {
        exported->strange++;
        return RP_OK;
    }
    status = rp_linkdigest_add(&reading->digest, ids[0], ids[1], err);
    if (reading->digest.falling && !falling)
        exported->strange++;
    return status;
}

static enum rp_status
read_all(struct reading *reading, struct rp_second *second, struct rp_err *err)
{
    const struct rp_second_record *record = NULL;
    enum rp_status status = rp_second_next(second, &record, err);

    while (status == RP_OK && record != NULL) {
        status = take_record(reading, record, err);
        if (status == RP_OK)
            status = rp_second_next(second, &record, err);
    }
    if (status == RP_OK)
        status = rp_second_finish(second, &reading->exported.bytes,
                                  reading->exported.sha256, err);
    if (status == RP_OK)
        status = rp_linkdigest_end(&reading->digest,
                                   reading->exported.links_sha256, err);
    return status;
}

enum rp_status
rp_exported_read(const struct rp_input *input, struct rp_exported *out_exported,
                 struct rp_err *err)
{
    /* The header is looked at as a record like any other. */
    const struct rp_dialect dialect = { .delimiter = ',', .quote = '"' };
    struct reading reading = { .exported = { .bytes = 0 } };
    struct rp_second *second = NULL;
    enum rp_status status = rp_linkdigest_begin(&reading.digest, err);

    if (status == RP_OK)
        status = rp_second_open(input, &dialect, &second, err);
    if (status == RP_OK)
        status = read_all(&reading, second, err);
    if (status == RP_OK)
        *out_exported = reading.exported;
    rp_second_close(second);
    rp_linkdigest_release(&reading.digest);
    return status;
}

static enum rp_status
fail_nomem(struct rp_err *err)
{
    return rp_fail_nomem(err, "hold the verdict");
}

static enum rp_status
put_name(struct rp_arena *arena, const char *name, struct rp_names *out_names,
         struct rp_err *err)
{
    struct rp_buf shown = { 0 };

    rp_show(&shown, rp_slice_str(name));
    out_names->items = rp_arena_array(arena, 1, sizeof *out_names->items);
    if (out_names->items != NULL && !shown.failed)
        out_names->items[0] = rp_arena_str(arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    if (out_names->items == NULL || out_names->items[0] == NULL)
        return fail_nomem(err);
    out_names->count = 1;
    return RP_OK;
}

static enum rp_status
put_side(struct rp_verdict *verdict, const struct rp_table *parent,
         const char *column, struct rp_side *out_side, struct rp_err *err)
{
    struct rp_arena *arena = &verdict->arena;
    const char *key = parent->columns[parent->rowid_column].name;
    struct rp_names table = { NULL, 0 };
    enum rp_status status = put_name(arena, parent->name, &table, err);

    if (status == RP_OK)
        status = put_name(arena, column, &out_side->csv, err);
    if (status == RP_OK)
        status = put_name(arena, key, &out_side->db, err);
    if (status == RP_OK)
        out_side->table = table.items[0];
    return status;
}

/* #1 and #2. */
static enum rp_status
put_columns(struct rp_verdict *verdict, struct rp_source_report *source,
            struct rp_err *err)
{
    enum rp_status status =
        put_name(&verdict->arena, "#1", &source->student, err);

    return status == RP_OK
               ? put_name(&verdict->arena, "#2", &source->course, err)
               : status;
}

static enum rp_status
put_texts(struct rp_verdict *verdict, const struct rp_exported_report *report,
          struct rp_source_report *source, struct rp_err *err)
{
    struct rp_arena *arena = &verdict->arena;
    struct rp_buf shown = { 0 };

    rp_show(&shown, rp_slice_str(report->name));
    source->name =
        shown.failed ? NULL : rp_arena_str(arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    source->sha256 = rp_arena_str(arena, report->exported->sha256);
    source->header.items =
        rp_arena_array(arena, COLUMNS, sizeof *source->header.items);
    if (source->name == NULL || source->sha256 == NULL ||
        source->header.items == NULL)
        return fail_nomem(err);
    source->header.items[0] = "student_id";
    source->header.items[1] = "course_id";
    source->header.count = COLUMNS;
    source->encoding = "UTF-8";
    source->delimiter = "comma";
    source->quote = "\"";
    source->newline = "LF";
    return put_columns(verdict, source, err);
}

/* Every record is a link that was there; what is strange is rejected. */
static void
put_counts(struct rp_verdict *verdict, const struct rp_exported_report *report,
           struct rp_source_report *source)
{
    const struct rp_exported *exported = report->exported;

    source->bytes = exported->bytes;
    source->bytes_header = exported->bytes_header;
    source->bytes_records = exported->bytes_links;
    source->bytes_balanced =
        exported->bytes == exported->bytes_header + exported->bytes_links;
    source->records = (struct rp_record_counts){
        .total = exported->records,
        .used = exported->records - exported->strange,
        .rejected = exported->strange,
        .balanced = true,
    };
    source->enrollments = (struct rp_enrollment_counts){
        .total = source->records.used,
        .already_present = report->links,
        .balanced = source->records.used == report->links,
    };
    verdict->records = source->records;
    verdict->enrollments = source->enrollments;
}

enum rp_status
rp_exported_report(struct rp_verdict *verdict,
                   const struct rp_exported_report *report, struct rp_err *err)
{
    struct rp_source_report *source =
        rp_arena_array(&verdict->arena, 1, sizeof *source);
    enum rp_status status;

    if (source == NULL)
        return fail_nomem(err);
    verdict->sources = source;
    verdict->source_count = 1;
    put_counts(verdict, report, source);
    status = put_texts(verdict, report, source, err);
    if (status == RP_OK)
        status = put_side(verdict, report->students, "student_id",
                          &verdict->student, err);
    if (status == RP_OK)
        status = put_side(verdict, report->courses, "course_id",
                          &verdict->course, err);
    return status;
}
