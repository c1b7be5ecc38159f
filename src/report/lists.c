/* see lists.h */
#include "report/lists.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/be.h"
#include "base/show.h"
#include "plan/linkreader.h"
#include "plan/plan.h"

/* Rows are gathered until they are worth a system call. */
#define BLOCK_BYTES ((size_t)64 << 10)

static void
put_text(struct rp_buf *row, struct rp_slice text)
{
    rp_show_cell(row, text);
    rp_buf_byte(row, ',');
}

static void
put_source(struct rp_buf *row, const struct rp_verdict *verdict,
           uint32_t source)
{
    struct rp_slice name = { NULL, 0 };

    assert(source == RP_NO_SOURCE || source < verdict->source_count);
    if (source != RP_NO_SOURCE)
        name = rp_slice_str(verdict->sources[source].name);
    put_text(row, name);
}

static void
put_number(struct rp_buf *row, uint64_t number, bool applies)
{
    if (applies)
        rp_buf_printf(row, "%" PRIu64, number);
    rp_buf_byte(row, ',');
}

/* The last field of a row has its line end for a comma. */
static void
end_row(struct rp_buf *row)
{
    if (row->failed)
        return;
    assert(row->len > 0 && row->ptr[row->len - 1] == ',');
    row->ptr[row->len - 1] = '\n';
}

/* Whole rows into the file; all that is left when least is 0. */
static enum rp_status
flush(struct rp_bag *bag, struct rp_buf *rows, size_t least, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(rows, err);

    if (status != RP_OK || rows->len < least)
        return status;
    status = rp_bag_put(bag, rp_buf_view(rows), err);
    rp_buf_reset(rows);
    return status;
}

/* A span starts at byte 0 in a source without a header. */
static void
put_finding(struct rp_buf *row, const struct rp_verdict *verdict,
            const struct rp_finding *finding)
{
    put_source(row, verdict, finding->source);
    put_number(row, finding->record, finding->record != 0);
    put_number(row, finding->first_line, finding->first_line != 0);
    put_number(row, finding->last_line, finding->last_line != 0);
    put_number(row, finding->byte_start, finding->byte_end != 0);
    put_number(row, finding->byte_end, finding->byte_end != 0);
    put_text(row, finding->code);
    put_text(row, finding->disposition);
    put_text(row, finding->column);
    put_text(row, finding->key);
    put_text(row, finding->remedy);
    end_row(row);
}

static enum rp_status
put_findings(struct rp_bag *bag, const struct rp_evidence *evidence,
             struct rp_buf *rows, struct rp_err *err)
{
    struct rp_findings_reader *reader;
    struct rp_finding finding;
    bool more = true;
    enum rp_status status = rp_findings_read(evidence->findings, &reader, err);

    if (status != RP_OK)
        return status;
    while (status == RP_OK) {
        status = rp_findings_next(reader, &finding, &more, err);
        if (status != RP_OK || !more)
            break;
        put_finding(rows, evidence->verdict, &finding);
        status = flush(bag, rows, BLOCK_BYTES, err);
    }
    rp_findings_reader_close(reader);
    return status;
}

enum rp_status
rp_lists_findings(struct rp_bag *bag, const struct rp_evidence *evidence,
                  struct rp_err *err)
{
    struct rp_buf rows = { 0 };
    enum rp_status status = rp_bag_begin(bag, "findings.csv", err);

    rp_buf_str(&rows, RP_FINDINGS_HEADER);
    if (status == RP_OK)
        status = put_findings(bag, evidence, &rows, err);
    if (status == RP_OK)
        status = flush(bag, &rows, 0, err);
    if (status == RP_OK)
        status = rp_bag_end(bag, err);
    rp_buf_release(&rows);
    return status;
}

static void
put_hash(struct rp_buf *row, const char *hash, bool applies)
{
    if (applies)
        rp_buf_str(row, hash);
    rp_buf_byte(row, ',');
}

static void
put_table(struct rp_buf *row, const struct rp_table_report *table)
{
    bool before = table->there_before;
    bool after = table->there_after;

    put_text(row, rp_slice_str(table->table));
    put_text(row, rp_slice_str(rp_role_name(table->role)));
    put_number(row, table->rows_before, before);
    put_number(row, table->rows_after, after);
    put_hash(row, table->digest_before, before);
    put_hash(row, table->digest_after, after);
    put_hash(row, table->fingerprint_before, before);
    put_hash(row, table->fingerprint_after, after);
    put_number(row, table->missing, true);
    put_number(row, table->added, true);
    put_number(row, table->changed, true);
    put_text(row, table->same ? RP_LIT("true") : RP_LIT("false"));
    end_row(row);
}

enum rp_status
rp_lists_tables(struct rp_bag *bag, const struct rp_verdict *verdict,
                struct rp_err *err)
{
    struct rp_buf rows = { 0 };
    enum rp_status status;

    rp_buf_str(&rows, "table,role,rows_before,rows_after,digest_before,"
                      "digest_after,fingerprint_before,fingerprint_after,"
                      "missing,added,changed,same\n");
    for (size_t i = 0; i < verdict->table_count; i++)
        put_table(&rows, &verdict->tables[i]);
    status = rp_buf_status(&rows, err);
    if (status == RP_OK)
        status = rp_bag_file(bag, "tables.csv", rp_buf_view(&rows), err);
    rp_buf_release(&rows);
    return status;
}

static void
put_id(struct rp_buf *row, int64_t id, bool applies)
{
    if (applies)
        rp_buf_printf(row, "%" PRId64, id);
    rp_buf_byte(row, ',');
}

static void
put_sample(struct rp_buf *row, const struct rp_verdict *verdict,
           const struct rp_sample *sample)
{
    put_source(row, verdict, sample->source);
    put_number(row, sample->record, true);
    put_number(row, sample->first_line, true);
    put_number(row, sample->last_line, true);
    put_number(row, sample->byte_start, true);
    put_number(row, sample->byte_end, true);
    put_text(row, rp_slice_str(sample->disposition));
    put_id(row, sample->student_id, sample->linked);
    put_id(row, sample->course_id, sample->linked);
    end_row(row);
}

enum rp_status
rp_lists_sample(struct rp_bag *bag, const struct rp_evidence *evidence,
                struct rp_err *err)
{
    struct rp_buf rows = { 0 };
    enum rp_status status;

    rp_buf_str(&rows, "source,record,first_line,last_line,byte_start,byte_end,"
                      "disposition,student_id,course_id\n");
    for (size_t i = 0; i < evidence->sample_count; i++)
        put_sample(&rows, evidence->verdict, &evidence->samples[i]);
    status = rp_buf_status(&rows, err);
    if (status == RP_OK)
        status = rp_bag_file(bag, "sample.csv", rp_buf_view(&rows), err);
    rp_buf_release(&rows);
    return status;
}

static enum rp_status
put_already(struct rp_bag *bag, struct rp_spool_reader *reader,
            struct rp_buf *rows, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK) {
        struct rp_already run = { 0, 0 };
        size_t got = 0;

        status = rp_spool_next(reader, &run, sizeof run, &got, err);
        if (status != RP_OK || got < sizeof run)
            break;
        rp_buf_printf(rows, "%" PRIu32 ",%" PRIu64 ",%" PRIu64 "\n",
                      rp_ordinal_source(run.first) + 1,
                      rp_ordinal_number(run.first),
                      rp_ordinal_number(run.first) + run.count - 1);
        status = flush(bag, rows, BLOCK_BYTES, err);
    }
    return status;
}

enum rp_status
rp_lists_already(struct rp_bag *bag, const struct rp_evidence *evidence,
                 struct rp_err *err)
{
    struct rp_spool_reader *reader = NULL;
    struct rp_buf rows = { 0 };
    enum rp_status status;

    if (evidence->already == NULL || rp_spool_bytes(evidence->already) == 0)
        return RP_OK;
    status = rp_spool_read(evidence->already, &reader, err);
    if (status == RP_OK)
        status = rp_bag_begin(bag, "already.csv", err);
    rp_buf_str(&rows, "source,first_record,last_record\n");
    if (status == RP_OK)
        status = put_already(bag, reader, &rows, err);
    if (status == RP_OK)
        status = flush(bag, &rows, 0, err);
    if (status == RP_OK)
        status = rp_bag_end(bag, err);
    rp_spool_reader_close(reader);
    rp_buf_release(&rows);
    return status;
}

/* A removed link and the record that claimed it: the two lists run side by
 * side. */
struct removed_lists {
    struct rp_link_reader links;
    struct rp_spool_reader *ordinals;
};

static enum rp_status
put_removed(const struct rp_verdict *verdict, struct removed_lists *lists,
            struct rp_buf *rows, bool *out_more, struct rp_err *err)
{
    unsigned char packed[sizeof(uint64_t)] = { 0 };
    struct rp_link link = { 0, 0 };
    const char *name;
    size_t got = 0;
    enum rp_status status =
        rp_link_reader_next(&lists->links, &link, out_more, err);

    if (status != RP_OK || !*out_more)
        return status;
    status = rp_spool_next(lists->ordinals, packed, sizeof packed, &got, err);
    if (status != RP_OK)
        return status;
    name = verdict->sync->earlier[rp_ordinal_source(rp_get_be64(packed))]
               .source.name;
    put_id(rows, link.student_id, true);
    put_id(rows, link.course_id, true);
    put_text(rows, rp_slice_str(name));
    put_number(rows, rp_ordinal_number(rp_get_be64(packed)), true);
    end_row(rows);
    return RP_OK;
}

static enum rp_status
put_all_removed(struct rp_bag *bag, const struct rp_evidence *evidence,
                struct rp_buf *rows, struct rp_err *err)
{
    struct removed_lists lists = { .ordinals = NULL };
    enum rp_status status =
        rp_link_reader_open(&lists.links, evidence->removed->links, err);
    bool more = true;

    if (status == RP_OK)
        status =
            rp_spool_read(evidence->removed->ordinals, &lists.ordinals, err);
    while (status == RP_OK && more) {
        status = put_removed(evidence->verdict, &lists, rows, &more, err);
        if (status == RP_OK)
            status = flush(bag, rows, BLOCK_BYTES, err);
    }
    rp_spool_reader_close(lists.ordinals);
    rp_link_reader_close(&lists.links);
    return status;
}

enum rp_status
rp_lists_removed(struct rp_bag *bag, const struct rp_evidence *evidence,
                 struct rp_err *err)
{
    struct rp_buf rows = { 0 };
    enum rp_status status;

    if (evidence->removed == NULL || evidence->removed->removed == 0)
        return RP_OK;
    status = rp_bag_begin(bag, "removed.csv", err);
    rp_buf_str(&rows, "student_id,course_id,previous,record\n");
    if (status == RP_OK)
        status = put_all_removed(bag, evidence, &rows, err);
    if (status == RP_OK)
        status = flush(bag, &rows, 0, err);
    if (status == RP_OK)
        status = rp_bag_end(bag, err);
    rp_buf_release(&rows);
    return status;
}

/* A backslash in front tells sha256sum that those in the name, doubled already
 * by rp_show, are to be halved. */
static void
put_input(struct rp_buf *lines, const char *sha256, const char *name)
{
    bool doubled = strchr(name, '\\') != NULL;

    rp_buf_printf(lines, "%s%s  %s\n", doubled ? "\\" : "", sha256, name);
}

enum rp_status
rp_lists_inputs(struct rp_bag *bag, const struct rp_verdict *verdict,
                struct rp_err *err)
{
    const struct rp_sync_report *sync = verdict->sync;
    struct rp_buf lines = { 0 };
    enum rp_status status;

    for (size_t i = 0; i < verdict->source_count; i++)
        put_input(&lines, verdict->sources[i].sha256, verdict->sources[i].name);
    for (size_t i = 0; sync != NULL && i < sync->earlier_count; i++)
        put_input(&lines, sync->earlier[i].source.sha256,
                  sync->earlier[i].source.name);
    status = rp_buf_status(&lines, err);
    if (status == RP_OK)
        status = rp_bag_file(bag, "inputs.sha256", rp_buf_view(&lines), err);
    rp_buf_release(&lines);
    return status;
}
