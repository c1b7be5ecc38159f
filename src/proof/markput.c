/* see markput.h */
#include "proof/markput.h"

#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "base/show.h"
#include "base/varint.h"
#include "school/cell.h"

#define PIECE_BYTES ((size_t)64 << 10)
#define HASH_BYTES 16

struct rp_markput {
    struct rp_markput_request request;
    bool is_row;           /* the key is the whole row */
    struct rp_cell *cells; /* the key of the row */
    struct rp_markkey last;
    bool has_last;
    struct rp_loose loose;
    struct rp_buf bytes;
};

bool
rp_mark_is_row(const struct rp_table *table)
{
    return table->primary.count > 0 &&
           table->primary.count == table->column_count;
}

enum rp_status
rp_markput_open(const struct rp_markput_request *request,
                struct rp_markput **out_put, struct rp_err *err)
{
    const size_t columns = request->table->primary.count;
    struct rp_markput *put = rp_zalloc(sizeof *put);
    enum rp_status status = RP_OK;

    if (put == NULL)
        return rp_fail_nomem(err, "remember rows");
    put->request = *request;
    put->is_row = rp_mark_is_row(request->table);
    put->loose.folder = request->folder;
    put->loose.memory_bytes = request->memory_bytes;
    put->cells = rp_zalloc_array(columns + 1, sizeof *put->cells);
    if (put->cells == NULL)
        status = rp_fail_nomem(err, "remember rows");
    if (status == RP_OK)
        status = rp_markkey_init(&put->last, columns, err);
    if (status == RP_OK)
        *out_put = put;
    else
        rp_markput_close(put);
    return status;
}

static enum rp_status
pass_on(struct rp_markput *put, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&put->bytes, err);

    if (status == RP_OK && put->bytes.len > 0)
        status = put->request.sink.put(put->request.sink.ctx,
                                       rp_buf_view(&put->bytes), err);
    rp_buf_reset(&put->bytes);
    return status;
}

static size_t
shared_bytes(struct rp_slice left, struct rp_slice right)
{
    const size_t len = left.len < right.len ? left.len : right.len;
    size_t shared = 0;

    while (shared < len && left.ptr[shared] == right.ptr[shared])
        shared++;
    return shared;
}

static void
put_bytes(struct rp_buf *out, struct rp_slice bytes, size_t shared)
{
    rp_put_varint(out, shared);
    rp_put_varint(out, bytes.len - shared);
    rp_buf_put(out, bytes.ptr + shared, bytes.len - shared);
}

/* before: of the same column and type, or NULL. */
static void
put_cell(struct rp_buf *out, const struct rp_cell *cell,
         const struct rp_cell *before)
{
    unsigned char be[8];
    uint64_t bits;

    switch (cell->type) {
    case RP_CELL_NULL: /* never in a key */
        break;
    case RP_CELL_INT:
        bits = before == NULL ? 0 : (uint64_t)before->integer;
        rp_buf_byte(out, RP_MARK_INT);
        rp_put_varint(out, rp_fold_sign((uint64_t)cell->integer - bits));
        break;
    case RP_CELL_REAL:
        memcpy(&bits, &cell->real, sizeof bits);
        rp_put_be64(be, bits);
        rp_buf_byte(out, RP_MARK_REAL);
        rp_buf_put(out, be, sizeof be);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        rp_buf_byte(out,
                    cell->type == RP_CELL_TEXT ? RP_MARK_TEXT : RP_MARK_BLOB);
        put_bytes(out, cell->bytes,
                  before == NULL ? 0
                                 : shared_bytes(before->bytes, cell->bytes));
        break;
    }
}

static void
put_hash(struct rp_buf *out, struct rp_hash128 hash)
{
    unsigned char be[HASH_BYTES];

    rp_hash128_put(be, hash);
    rp_buf_put(out, be, sizeof be);
}

/* What does not rise could not be merged, nor read back. */
static enum rp_status
check_rising(const struct rp_markput *put, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    if (!put->has_last ||
        rp_markkey_order(put->last.cells, put->cells, put->last.count) < 0)
        return RP_OK;
    return rp_fail(err, RP_E_DB,
                   "the keys of %s do not rise from row to row, so the "
                   "database is damaged; look with PRAGMA integrity_check and "
                   "bring back a backup",
                   rp_show_in(shown, rp_slice_str(put->request.table->name)));
}

static enum rp_status
put_row(struct rp_markput *put, struct rp_hash128 hash, struct rp_err *err)
{
    const size_t count = put->last.count;
    enum rp_status status = check_rising(put, err);
    size_t same = 0;

    while (put->has_last && same < count &&
           rp_cell_same(&put->cells[same], &put->last.cells[same]))
        same++;
    rp_put_varint(&put->bytes, same + 1);
    for (size_t i = same; i < count && status == RP_OK; i++) {
        const struct rp_cell *before =
            i == same && put->has_last &&
                    put->last.cells[i].type == put->cells[i].type
                ? &put->last.cells[i]
                : NULL;

        put_cell(&put->bytes, &put->cells[i], before);
        status = rp_markkey_set(&put->last, i, &put->cells[i], err);
    }
    put->has_last = true;
    if (!put->is_row)
        put_hash(&put->bytes, hash);
    if (status == RP_OK && put->bytes.len >= PIECE_BYTES)
        status = pass_on(put, err);
    return status;
}

/* False when the row has no key, or NULL in it. */
static bool
take_key(struct rp_markput *put, const struct rp_row *row)
{
    const struct rp_unique *primary = &put->request.table->primary;

    for (size_t i = 0; i < primary->count; i++) {
        put->cells[i] = row->cells[primary->columns[i]];
        if (put->cells[i].type == RP_CELL_NULL)
            return false;
    }
    return primary->count > 0;
}

static enum rp_status
visit_row(void *ctx, const struct rp_row *row, bool *out_skip,
          struct rp_err *err)
{
    struct rp_markput *put = ctx;

    *out_skip = false;
    if (take_key(put, row))
        return put_row(put, row->hash, err);
    return rp_loose_add(&put->loose, row->hash, row->cells, row->count, err);
}

struct rp_row_visitor
rp_markput_visitor(struct rp_markput *put)
{
    return (struct rp_row_visitor){ .visit = visit_row, .ctx = put };
}

static void
put_name(struct rp_buf *out, const char *name)
{
    rp_put_varint(out, strlen(name));
    rp_buf_str(out, name);
}

enum rp_status
rp_markput_finish(struct rp_markput *put, struct rp_err *err)
{
    const struct rp_mark *mark = NULL;
    enum rp_status status = rp_loose_finish(&put->loose, err);

    rp_buf_byte(&put->bytes, 0);
    rp_put_varint(&put->bytes, rp_loose_count(&put->loose));
    while (status == RP_OK) {
        status = rp_loose_next(&put->loose, &mark, err);
        if (status != RP_OK || mark == NULL)
            break;
        put_hash(&put->bytes, mark->hash);
        if (put->request.with_names)
            put_name(&put->bytes, mark->name);
        if (put->bytes.len >= PIECE_BYTES)
            status = pass_on(put, err);
    }
    return status == RP_OK ? pass_on(put, err) : status;
}

void
rp_markput_close(struct rp_markput *put)
{
    if (put == NULL)
        return;
    rp_free(put->cells);
    rp_markkey_release(&put->last);
    rp_loose_release(&put->loose);
    rp_buf_release(&put->bytes);
    rp_free(put);
}
