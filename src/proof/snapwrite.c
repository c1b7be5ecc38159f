/* see snapfile.h: the file is written. */
#include <string.h>

#include "base/canon.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "base/slice.h"
#include "proof/markput.h"
#include "proof/snapfile.h"

#define HASH_BYTES 16

struct writing {
    const struct rp_snapfile_request *request;
    struct rp_newfile *out;
    struct rp_sha256 *sha;
    uint64_t bytes;
    struct rp_snapshot snapshot;
    uint64_t *mark_bytes; /* of every table */
    struct rp_row_visitor visitor;
    const struct rp_row_visitor *watcher; /* of this table, or NULL */
    uint64_t untold;                      /* rows since the last beat */
};

static enum rp_status
put(void *ctx, struct rp_slice bytes, struct rp_err *err)
{
    struct writing *writing = ctx;
    enum rp_status status = rp_sha256_put(writing->sha, bytes, err);

    writing->bytes += bytes.len;
    return status == RP_OK ? rp_newfile_put(writing->out, bytes, err) : status;
}

static enum rp_status
tick(struct writing *writing, struct rp_err *err)
{
    const uint64_t rows = writing->untold;

    writing->untold = 0;
    return rp_beat(&writing->request->beat, rows, err);
}

static enum rp_status
visit_row(void *ctx, const struct rp_row *row, bool *out_skip,
          struct rp_err *err)
{
    struct writing *writing = ctx;
    const struct rp_row_visitor *watcher = writing->watcher;
    enum rp_status status = RP_OK;

    if (++writing->untold == RP_BEAT_ROWS)
        status = tick(writing, err);
    if (status == RP_OK && watcher != NULL)
        status = watcher->visit(watcher->ctx, row, out_skip, err);
    if (status != RP_OK)
        return status;
    return writing->visitor.visit(writing->visitor.ctx, row, out_skip, err);
}

static enum rp_status
put_marks(struct writing *writing, const struct rp_table *table,
          struct rp_digest *out_digest, struct rp_err *err)
{
    struct rp_db *db = writing->request->db;
    const struct rp_row_visitor counting = { .visit = visit_row,
                                             .ctx = writing };
    const struct rp_markput_request request = {
        .table = table,
        .folder = rp_db_folder(db),
        .memory_bytes = writing->request->memory_bytes,
        .sink = { put, writing },
    };
    const struct rp_watched *watched = &writing->request->watched;
    struct rp_markput *marks = NULL;
    enum rp_status status = rp_markput_open(&request, &marks, err);

    writing->watcher =
        watched->table != NULL && rp_name_eq(watched->table, table->name)
            ? watched->visitor
            : NULL;

    if (status == RP_OK) {
        writing->visitor = rp_markput_visitor(marks);
        status = rp_rows_scan(db, table, &counting, out_digest, err);
    }
    if (status == RP_OK)
        status = rp_markput_finish(marks, err);
    rp_markput_close(marks);
    return status == RP_OK ? tick(writing, err) : status;
}

static void
put_object(struct rp_buf *out, const struct rp_object *object)
{
    rp_canon_lp(out, rp_slice_str(object->type));
    rp_canon_lp(out, rp_slice_str(object->name));
    rp_canon_lp(out, rp_slice_str(object->table));
    rp_canon_lp(out, object->sql);
}

static void
put_objects(struct rp_buf *out, const struct rp_schema *schema)
{
    size_t count = 0;
    const struct rp_object *objects = rp_schema_objects(schema, &count);
    uint32_t bound = 0;

    for (size_t i = 0; i < count; i++)
        bound += rp_object_is_internal(&objects[i]) ? 0 : 1;
    rp_buf_be32(out, bound);
    for (size_t i = 0; i < count; i++)
        if (!rp_object_is_internal(&objects[i]))
            put_object(out, &objects[i]);
}

static void
put_table(struct rp_buf *out, const struct rp_table *table,
          const struct rp_digest *digest, uint64_t mark_bytes)
{
    unsigned char sha256[RP_SHA256_BYTES];
    unsigned char sum[HASH_BYTES];

    rp_canon_lp(out, rp_slice_str(table->name));
    rp_buf_be32(out, (uint32_t)table->column_count);
    for (size_t i = 0; i < table->column_count; i++)
        rp_canon_lp(out, rp_slice_str(table->columns[i].name));
    rp_buf_be32(out, (uint32_t)table->primary.count);
    for (size_t i = 0; i < table->primary.count; i++)
        rp_buf_be32(out, (uint32_t)table->primary.columns[i]);
    rp_buf_be64(out, mark_bytes);
    rp_buf_be64(out, digest->fp.rows);
    rp_unhex(sha256, digest->sha256, sizeof sha256);
    rp_buf_put(out, sha256, sizeof sha256);
    rp_hash128_put(sum, digest->fp.sum);
    rp_buf_put(out, sum, sizeof sum);
}

static enum rp_status
put_directory(struct writing *writing, struct rp_err *err)
{
    const struct rp_snapshot *snapshot = &writing->snapshot;
    unsigned char database[RP_SHA256_BYTES];
    struct rp_buf bytes = { 0 };
    size_t count = 0;
    const struct rp_table *tables;
    enum rp_status status;

    rp_unhex(database, snapshot->database, sizeof database);
    rp_buf_put(&bytes, database, sizeof database);
    put_objects(&bytes, snapshot->schema);
    tables = rp_schema_tables(snapshot->schema, &count);
    rp_buf_be32(&bytes, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_table(&bytes, &tables[i], &snapshot->digests[i],
                  writing->mark_bytes[i]);
    rp_buf_be64(&bytes, bytes.len);
    status = rp_buf_status(&bytes, err);
    if (status == RP_OK)
        status = put(writing, rp_buf_view(&bytes), err);
    rp_buf_release(&bytes);
    return status;
}

/* Of all that was put, and not of itself. */
static enum rp_status
put_sha256(struct writing *writing, struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    enum rp_status status = rp_sha256_finish(writing->sha, digest, err);

    if (status != RP_OK)
        return status;
    return rp_newfile_put(writing->out,
                          (struct rp_slice){ digest, sizeof digest }, err);
}

static enum rp_status
put_tables(struct writing *writing, struct rp_err *err)
{
    struct rp_snapshot *snapshot = &writing->snapshot;
    const struct rp_table *tables =
        rp_schema_tables(snapshot->schema, &snapshot->table_count);
    const size_t count = snapshot->table_count;
    enum rp_status status = RP_OK;

    snapshot->digests = rp_zalloc_array(count + 1, sizeof *snapshot->digests);
    writing->mark_bytes =
        rp_zalloc_array(count + 1, sizeof *writing->mark_bytes);
    if (snapshot->digests == NULL || writing->mark_bytes == NULL)
        return rp_fail_nomem(err, "hold the digests");
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        const uint64_t start = writing->bytes;

        status = put_marks(writing, &tables[i], &snapshot->digests[i], err);
        writing->mark_bytes[i] = writing->bytes - start;
    }
    return status;
}

enum rp_status
rp_snapfile_write(const struct rp_snapfile_request *request,
                  struct rp_newfile *out, struct rp_snapshot *out_snapshot,
                  struct rp_err *err)
{
    struct writing writing = { .request = request, .out = out };
    struct rp_snapshot *snapshot = &writing.snapshot;
    enum rp_status status = rp_sha256_open(&writing.sha, err);

    if (status == RP_OK)
        status = rp_schema_open(request->db, &snapshot->schema, err);
    if (status == RP_OK)
        status = put(&writing, RP_LIT(RP_SNAPFILE_MAGIC), err);
    if (status == RP_OK)
        status = put_tables(&writing, err);
    if (status == RP_OK)
        status = rp_rows_database(snapshot->schema, snapshot->digests,
                                  snapshot->database, err);
    if (status == RP_OK)
        status = put_directory(&writing, err);
    if (status == RP_OK)
        status = put_sha256(&writing, err);
    rp_sha256_close(writing.sha);
    rp_free(writing.mark_bytes);
    if (status == RP_OK)
        *out_snapshot = *snapshot;
    else
        rp_snapshot_release(snapshot);
    return status;
}
