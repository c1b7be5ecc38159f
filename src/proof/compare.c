/* see compare.h */
#include "proof/compare.h"

#include "base/mem.h"
#include "base/show.h"
#include "base/spool.h"
#include "proof/markget.h"
#include "proof/marklive.h"
#include "proof/markput.h"
#include "school/rows.h"

/* Of the memory for one table's rows: what stays there before the disk. */
#define KEPT_SHARE 2

const char *
rp_difference_name(enum rp_difference difference)
{
    static const char *const names[RP_DIFFERENCES] = {
        [RP_ROW_MISSING] = "missing",
        [RP_ROW_ADDED] = "added",
        [RP_ROW_CHANGED] = "changed",
    };

    return names[difference];
}

/* The heads of both sides, NULL at the end of one. */
struct merging {
    const struct rp_compare_request *request;
    const struct rp_mark *old;
    const struct rp_mark *new;
    struct rp_differences found;
};

static int
order_hashes(struct rp_hash128 left, struct rp_hash128 right)
{
    if (left.hi != right.hi)
        return left.hi < right.hi ? -1 : 1;
    return (left.lo > right.lo) - (left.lo < right.lo);
}

static int
order_heads(const struct merging *merging)
{
    const struct rp_mark *old = merging->old;
    const struct rp_mark *new = merging->new;

    if (old == NULL)
        return 1;
    if (new == NULL)
        return -1;
    if (old->key == NULL || new->key == NULL) {
        if (old->key != NULL)
            return -1;
        return new->key != NULL ? 1 : order_hashes(old->hash, new->hash);
    }
    return rp_markkey_order(old->key, new->key, merging->request->key_count);
}

static enum rp_status
tell_heads(struct merging *merging, int order, struct rp_err *err)
{
    const struct rp_difference_visitor *visitor = &merging->request->visitor;
    const struct rp_mark *head = order > 0 ? merging->new : merging->old;

    if (merging->request->keys_only && (order == 0 || head->key == NULL)) {
        merging->found.undecided++;
        return RP_OK;
    }
    if (order < 0) {
        merging->found.missing++;
        return visitor->visit(visitor->ctx, RP_ROW_MISSING, merging->old, NULL,
                              err);
    }
    if (order > 0) {
        merging->found.added++;
        return visitor->visit(visitor->ctx, RP_ROW_ADDED, NULL, merging->new,
                              err);
    }
    if (rp_hash128_eq(merging->old->hash, merging->new->hash))
        return RP_OK;
    merging->found.changed++;
    return visitor->visit(visitor->ctx, RP_ROW_CHANGED, merging->old,
                          merging->new, err);
}

enum rp_status
rp_compare_marks(const struct rp_compare_request *request,
                 struct rp_differences *out_differences, struct rp_err *err)
{
    struct merging merging = { .request = request };
    const struct rp_marks *before = &request->old;
    const struct rp_marks *after = &request->new;
    uint64_t steps = 0;
    enum rp_status status = before->next(before->ctx, &merging.old, err);

    if (status == RP_OK)
        status = after->next(after->ctx, &merging.new, err);
    while (status == RP_OK && (merging.old != NULL || merging.new != NULL)) {
        const int order = order_heads(&merging);

        status = tell_heads(&merging, order, err);
        if (status == RP_OK && ++steps % RP_BEAT_ROWS == 0)
            status = rp_beat(&request->beat, RP_BEAT_ROWS, err);
        if (status == RP_OK && order <= 0)
            status = before->next(before->ctx, &merging.old, err);
        if (status == RP_OK && order >= 0)
            status = after->next(after->ctx, &merging.new, err);
    }
    if (status == RP_OK)
        *out_differences = merging.found;
    return status;
}

struct rp_kept_rows {
    const struct rp_table *table;
    size_t memory_bytes;
    struct rp_spool *marks;
};

static enum rp_status
spool_put(void *ctx, struct rp_slice bytes, struct rp_err *err)
{
    return rp_spool_put(ctx, bytes, err);
}

static enum rp_status
spool_read(void *ctx, void *out, size_t len, size_t *out_len,
           struct rp_err *err)
{
    return rp_spool_next(ctx, out, len, out_len, err);
}

static enum rp_status
put_marks(const struct rp_kept_rows *rows, struct rp_db *db, struct rp_err *err)
{
    const struct rp_markput_request request = {
        .table = rows->table,
        .with_names = true,
        .folder = rp_db_folder(db),
        .memory_bytes = rows->memory_bytes / KEPT_SHARE,
        .sink = { spool_put, rows->marks },
    };
    struct rp_markput *put = NULL;
    struct rp_digest digest;
    enum rp_status status = rp_markput_open(&request, &put, err);

    if (status == RP_OK) {
        const struct rp_row_visitor visitor = rp_markput_visitor(put);

        status = rp_rows_scan(db, rows->table, &visitor, &digest, err);
    }
    if (status == RP_OK)
        status = rp_markput_finish(put, err);
    rp_markput_close(put);
    return status == RP_OK ? rp_spool_flush(rows->marks, err) : status;
}

enum rp_status
rp_kept_rows_open(struct rp_db *db, const struct rp_table *table,
                  size_t memory_bytes, struct rp_kept_rows **out_rows,
                  struct rp_err *err)
{
    struct rp_kept_rows *rows = rp_zalloc(sizeof *rows);
    enum rp_status status;

    if (rows == NULL)
        return rp_fail_nomem(err, "compare a table");
    rows->table = table;
    rows->memory_bytes = memory_bytes;
    status = rp_spool_open(rp_db_folder(db), memory_bytes / KEPT_SHARE,
                           &rows->marks, err);
    if (status == RP_OK)
        status = put_marks(rows, db, err);
    if (status == RP_OK)
        *out_rows = rows;
    else
        rp_kept_rows_close(rows);
    return status;
}

static enum rp_status
open_kept(const struct rp_kept_rows *rows, struct rp_spool_reader *reader,
          struct rp_markget **out_get, struct rp_err *err)
{
    const struct rp_markget_request request = {
        .table = rows->table,
        .with_names = true,
        .source = { spool_read, reader, rp_spool_bytes(rows->marks),
                    "a temporary file" },
    };

    return rp_markget_open(&request, out_get, err);
}

enum rp_status
rp_kept_rows_compare(const struct rp_kept_rows *rows, struct rp_db *db,
                     const struct rp_difference_visitor *visitor,
                     struct rp_differences *out_differences, struct rp_err *err)
{
    const struct rp_marklive_request live_request = {
        .db = db,
        .table = rows->table,
        .memory_bytes = rows->memory_bytes / KEPT_SHARE,
    };
    struct rp_spool_reader *reader = NULL;
    struct rp_markget *get = NULL;
    struct rp_marklive *live = NULL;
    enum rp_status status = rp_spool_read(rows->marks, &reader, err);

    if (status == RP_OK)
        status = open_kept(rows, reader, &get, err);
    if (status == RP_OK)
        status = rp_marklive_open(&live_request, &live, err);
    if (status == RP_OK) {
        const struct rp_compare_request request = {
            .old = rp_marklive_marks(live),
            .new = rp_markget_marks(get),
            .key_count = rows->table->primary.count,
            .visitor = *visitor,
        };

        status = rp_compare_marks(&request, out_differences, err);
    }
    rp_marklive_close(live);
    rp_markget_close(get);
    rp_spool_reader_close(reader);
    return status;
}

void
rp_kept_rows_close(struct rp_kept_rows *rows)
{
    if (rows == NULL)
        return;
    rp_spool_close(rows->marks);
    rp_free(rows);
}
