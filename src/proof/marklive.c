/* see marklive.h */
#include "proof/marklive.h"

#include "base/canon.h"
#include "base/mem.h"
#include "base/show.h"
#include "school/cell.h"
#include "school/cursor.h"

struct rp_marklive {
    struct rp_marklive_request request;
    struct rp_row_cursor *cursor; /* NULL: the rows with a key are through */
    struct rp_cell *key;
    struct rp_markkey last;
    bool has_last;
    struct rp_loose loose;
    struct rp_buf canon;
    struct rp_mark mark;
};

enum rp_status
rp_marklive_open(const struct rp_marklive_request *request,
                 struct rp_marklive **out_live, struct rp_err *err)
{
    const size_t columns = request->table->primary.count;
    struct rp_marklive *live = rp_zalloc(sizeof *live);
    enum rp_status status = RP_OK;

    if (live == NULL)
        return rp_fail_nomem(err, "read a table");
    live->request = *request;
    live->loose.folder = rp_db_folder(request->db);
    live->loose.memory_bytes = request->memory_bytes;
    live->key = rp_zalloc_array(columns + 1, sizeof *live->key);
    if (live->key == NULL)
        status = rp_fail_nomem(err, "read a table");
    if (status == RP_OK)
        status = rp_markkey_init(&live->last, columns, err);
    if (status == RP_OK)
        status =
            rp_row_cursor_open(request->db, request->table, &live->cursor, err);
    if (status == RP_OK)
        *out_live = live;
    else
        rp_marklive_close(live);
    return status;
}

static enum rp_status
hash_row(struct rp_marklive *live, const struct rp_cell *cells,
         struct rp_hash128 *out_hash, struct rp_err *err)
{
    const struct rp_marklive_request *request = &live->request;
    const size_t count = request->columns == NULL ? request->table->column_count
                                                  : request->column_count;
    enum rp_status status;

    rp_buf_reset(&live->canon);
    rp_canon_row(&live->canon, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        rp_cell_canon(
            &live->canon,
            &cells[request->columns == NULL ? i : request->columns[i]]);
    status = rp_buf_status(&live->canon, err);
    if (status == RP_OK)
        *out_hash = rp_hash128(rp_buf_view(&live->canon));
    return status;
}

static bool
take_key(struct rp_marklive *live, const struct rp_cell *cells)
{
    const struct rp_unique *primary = &live->request.table->primary;

    for (size_t i = 0; i < primary->count; i++) {
        live->key[i] = cells[primary->columns[i]];
        if (live->key[i].type == RP_CELL_NULL)
            return false;
    }
    return primary->count > 0 && !live->request.all_loose;
}

static enum rp_status
fail_order(const struct rp_marklive *live, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_DB,
                   "%s: the keys of %s do not rise from row to row, so the "
                   "file is damaged; look with PRAGMA integrity_check and "
                   "bring back a backup",
                   rp_db_path(live->request.db),
                   rp_show_in(shown, rp_slice_str(live->request.table->name)));
}

static enum rp_status
check_rising(struct rp_marklive *live, struct rp_err *err)
{
    const size_t count = live->last.count;
    enum rp_status status = RP_OK;

    if (live->has_last &&
        rp_markkey_order(live->last.cells, live->key, count) >= 0)
        return fail_order(live, err);
    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = rp_markkey_set(&live->last, i, &live->key[i], err);
    live->has_last = true;
    return status;
}

/* The next row with a key; what has none is put aside on the way. */
static enum rp_status
next_keyed(struct rp_marklive *live, bool *out_found, struct rp_err *err)
{
    const size_t count = live->request.table->column_count;
    const struct rp_cell *cells = NULL;

    *out_found = false;
    for (;;) {
        enum rp_status status = rp_row_cursor_next(live->cursor, &cells, err);

        if (status != RP_OK || cells == NULL)
            return status;
        status = hash_row(live, cells, &live->mark.hash, err);
        if (status == RP_OK && take_key(live, cells))
            break;
        if (status == RP_OK)
            status =
                rp_loose_add(&live->loose, live->mark.hash, cells, count, err);
        if (status != RP_OK)
            return status;
    }
    live->mark.key = live->key;
    live->mark.cells = cells;
    live->mark.name = "";
    *out_found = true;
    return check_rising(live, err);
}

static enum rp_status
next(void *ctx, const struct rp_mark **out_mark, struct rp_err *err)
{
    struct rp_marklive *live = ctx;
    bool found = false;
    enum rp_status status = RP_OK;

    if (live->cursor != NULL)
        status = next_keyed(live, &found, err);
    if (status != RP_OK)
        return status;
    if (found) {
        *out_mark = &live->mark;
        return RP_OK;
    }
    if (live->cursor != NULL) {
        rp_row_cursor_close(live->cursor);
        live->cursor = NULL;
        status = rp_loose_finish(&live->loose, err);
    }
    return status == RP_OK ? rp_loose_next(&live->loose, out_mark, err)
                           : status;
}

struct rp_marks
rp_marklive_marks(struct rp_marklive *live)
{
    return (struct rp_marks){ next, live };
}

void
rp_marklive_close(struct rp_marklive *live)
{
    if (live == NULL)
        return;
    rp_row_cursor_close(live->cursor);
    rp_free(live->key);
    rp_markkey_release(&live->last);
    rp_loose_release(&live->loose);
    rp_buf_release(&live->canon);
    rp_free(live);
}
