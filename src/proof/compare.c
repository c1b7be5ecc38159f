/* see compare.h */
#include "proof/compare.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/canon.h"
#include "base/hash.h"
#include "base/show.h"
#include "school/rows.h"

/* A row: hash of its key, hash of all of it, its key as text. */
#define KEY_BYTES 16
#define HASH_BYTES 16
#define ENTRY_BYTES (KEY_BYTES + HASH_BYTES + RP_ROW_NAME_BYTES)

struct spooling {
    const struct rp_table *table;
    struct rp_sorter *rows;
    struct rp_buf key;
    struct rp_buf name;
};

static void
put_key_cell(struct rp_buf *key, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        rp_canon_null(key);
        break;
    case RP_CELL_INT:
        rp_canon_int(key, cell->integer);
        break;
    case RP_CELL_REAL:
        rp_canon_real(key, cell->real);
        break;
    case RP_CELL_TEXT:
        rp_canon_text(key, cell->bytes);
        break;
    case RP_CELL_BLOB:
        rp_canon_blob(key, cell->bytes);
        break;
    }
}

static void
put_name_cell(struct rp_buf *name, const struct rp_cell *cell)
{
    if (name->len > 0)
        rp_buf_byte(name, ' ');
    switch (cell->type) {
    case RP_CELL_NULL:
        rp_buf_str(name, "NULL");
        break;
    case RP_CELL_INT:
        rp_buf_printf(name, "%" PRId64, cell->integer);
        break;
    case RP_CELL_REAL:
        rp_buf_printf(name, "%.17g", cell->real);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        rp_show(name, cell->bytes);
        break;
    }
}

/* A cut must not split a character. */
static void
copy_name(unsigned char out[RP_ROW_NAME_BYTES], const struct rp_buf *name)
{
    struct rp_slice text = rp_buf_view(name);
    size_t len;

    if (text.len >= RP_ROW_NAME_BYTES)
        text.len = RP_ROW_NAME_BYTES - 1;
    len = rp_utf8_valid_prefix(text);
    memset(out, 0, RP_ROW_NAME_BYTES);
    if (len > 0)
        memcpy(out, text.ptr, len);
}

static enum rp_status
visit_row(void *ctx, const struct rp_row *row, bool *out_skip,
          struct rp_err *err)
{
    struct spooling *spooling = ctx;
    const struct rp_unique *primary = &spooling->table->primary;
    unsigned char entry[ENTRY_BYTES];
    enum rp_status status;

    *out_skip = false;
    rp_buf_reset(&spooling->key);
    rp_buf_reset(&spooling->name);
    for (size_t i = 0; i < primary->count; i++) {
        put_key_cell(&spooling->key, &row->cells[primary->columns[i]]);
        put_name_cell(&spooling->name, &row->cells[primary->columns[i]]);
    }
    if (primary->count == 0) {
        rp_buf_slice(&spooling->key, row->canon);
        put_name_cell(&spooling->name, &row->cells[0]);
    }
    status = rp_buf_status(&spooling->key, err);
    if (status == RP_OK)
        status = rp_buf_status(&spooling->name, err);
    if (status != RP_OK)
        return status;
    rp_hash128_put(entry, rp_hash128(rp_buf_view(&spooling->key)));
    rp_hash128_put(entry + KEY_BYTES, row->hash);
    copy_name(entry + KEY_BYTES + HASH_BYTES, &spooling->name);
    return rp_sorter_add(spooling->rows, entry, err);
}

enum rp_status
rp_compare_spool(struct rp_db *db, const struct rp_table *table,
                 size_t memory_bytes, struct rp_sorter **out_rows,
                 struct rp_err *err)
{
    struct rp_sort_shape shape = { ENTRY_BYTES, KEY_BYTES + HASH_BYTES,
                                   memory_bytes };
    struct spooling spooling = { .table = table };
    struct rp_row_visitor visitor = { .visit = visit_row, .ctx = &spooling };
    struct rp_digest digest;
    enum rp_status status =
        rp_sorter_open(&shape, rp_db_folder(db), &spooling.rows, err);

    if (status == RP_OK)
        status = rp_rows_scan(db, table, &visitor, &digest, err);
    if (status == RP_OK)
        status = rp_sorter_finish(spooling.rows, err);
    rp_buf_release(&spooling.key);
    rp_buf_release(&spooling.name);
    if (status == RP_OK)
        *out_rows = spooling.rows;
    else
        rp_sorter_close(spooling.rows);
    return status;
}

/* The heads of both lists, NULL at the end of one. */
struct merging {
    const unsigned char *old;
    const unsigned char *new;
    const struct rp_difference_visitor *visitor;
    struct rp_differences found;
};

static enum rp_status
show(const struct merging *merging, enum rp_difference difference,
     const unsigned char *entry, struct rp_err *err)
{
    const unsigned char *name = entry + KEY_BYTES + HASH_BYTES;

    return merging->visitor->visit(merging->visitor->ctx, difference,
                                   (const char *)name, err);
}

static int
compare_heads(const struct merging *merging)
{
    if (merging->old == NULL)
        return 1;
    if (merging->new == NULL)
        return -1;
    return memcmp(merging->old, merging->new, KEY_BYTES);
}

static enum rp_status
tell_heads(struct merging *merging, int order, struct rp_err *err)
{
    if (order < 0) {
        merging->found.missing++;
        return show(merging, RP_ROW_MISSING, merging->old, err);
    }
    if (order > 0) {
        merging->found.added++;
        return show(merging, RP_ROW_ADDED, merging->new, err);
    }
    if (memcmp(merging->old + KEY_BYTES, merging->new + KEY_BYTES,
               HASH_BYTES) == 0)
        return RP_OK;
    merging->found.changed++;
    return show(merging, RP_ROW_CHANGED, merging->new, err);
}

enum rp_status
rp_compare_merge(struct rp_sorter *before, struct rp_sorter *after,
                 const struct rp_difference_visitor *visitor,
                 struct rp_differences *out_differences, struct rp_err *err)
{
    struct merging merging = { .visitor = visitor };
    enum rp_status status = rp_sorter_next(before, &merging.old, err);

    if (status == RP_OK)
        status = rp_sorter_next(after, &merging.new, err);
    while (status == RP_OK && (merging.old != NULL || merging.new != NULL)) {
        int order = compare_heads(&merging);

        status = tell_heads(&merging, order, err);
        if (status == RP_OK && order <= 0)
            status = rp_sorter_next(before, &merging.old, err);
        if (status == RP_OK && order >= 0)
            status = rp_sorter_next(after, &merging.new, err);
    }
    *out_differences = merging.found;
    return status;
}
