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

    if (text.len >= RP_ROW_NAME_BYTES)
        text.len = RP_ROW_NAME_BYTES - 1;
    text.len = rp_utf8_valid_prefix(text);
    memset(out, 0, RP_ROW_NAME_BYTES);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
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
    struct rp_row_visitor visitor = { visit_row, &spooling };
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

static enum rp_status
show(const struct rp_difference_visitor *visitor, enum rp_difference difference,
     const unsigned char *entry, struct rp_err *err)
{
    const unsigned char *name = entry + KEY_BYTES + HASH_BYTES;

    return visitor->visit(visitor->ctx, difference, (const char *)name, err);
}

enum rp_status
rp_compare_merge(struct rp_sorter *before, struct rp_sorter *after,
                 const struct rp_difference_visitor *visitor,
                 struct rp_differences *out_differences, struct rp_err *err)
{
    struct rp_differences found = { 0, 0, 0 };
    const unsigned char *old = NULL;
    const unsigned char *new = NULL;
    enum rp_status status = rp_sorter_next(before, &old, err);

    if (status == RP_OK)
        status = rp_sorter_next(after, &new, err);
    while (status == RP_OK && (old != NULL || new != NULL)) {
        int order = old == NULL   ? 1
                    : new == NULL ? -1
                                  : memcmp(old, new, KEY_BYTES);
        bool changed =
            order == 0 && memcmp(old + KEY_BYTES, new + KEY_BYTES,
                                 HASH_BYTES) != 0;

        found.missing += order < 0 ? 1 : 0;
        found.added += order > 0 ? 1 : 0;
        found.changed += changed ? 1 : 0;
        if (order < 0)
            status = show(visitor, RP_ROW_MISSING, old, err);
        else if (order > 0)
            status = show(visitor, RP_ROW_ADDED, new, err);
        else if (changed)
            status = show(visitor, RP_ROW_CHANGED, new, err);
        if (status == RP_OK && order <= 0)
            status = rp_sorter_next(before, &old, err);
        if (status == RP_OK && order >= 0)
            status = rp_sorter_next(after, &new, err);
    }
    *out_differences = found;
    return status;
}
