/* rows.c - see rows.h. */
#include "school/rows.h"

#include <string.h>

#include "base/canon.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "school/cell.h"
#include "school/conn.h"
#include "school/cursor.h"
#include "school/fold.h"
#include "school/order.h"
#include "school/rowhash.h"

/* The integer key of the row before: whatever the b-tree says, whole numbers
 * that do not rise are a damaged database and no order for a digest. */
struct rising {
    int64_t *key;
    bool known;
};

struct scan {
    const struct rp_db *db;
    const struct rp_table *table;
    const struct rp_row_visitor *visitor;
    struct rp_rowhash *hash;
    const struct rp_cell *cells; /* of the row */
    struct rising rising;
};

static void
release_scan(struct scan *scan)
{
    rp_rowhash_close(scan->hash);
    rp_free(scan->rising.key);
}

/* What stands before the first row. */
static enum rp_status
put_shape(struct rp_buf *out, const struct rp_table *table, struct rp_err *err)
{
    const size_t columns = table->column_count;
    const size_t keys = table->primary.count;
    struct rp_slice *names = rp_zalloc_array(columns, sizeof *names);
    uint32_t *key = rp_zalloc_array(keys, sizeof *key);
    enum rp_status status = RP_OK;
    struct rp_canon_shape shape = {
        .name = rp_slice_str(table->name),
        .columns = names,
        .column_count = (uint32_t)columns,
        .key = key,
        .key_count = (uint32_t)keys,
    };

    if (names == NULL || key == NULL) {
        status = rp_fail_nomem(err, "hash a table");
        goto done;
    }
    for (size_t i = 0; i < columns; i++)
        names[i] = rp_slice_str(table->columns[i].name);
    for (size_t i = 0; i < keys; i++)
        key[i] = (uint32_t)table->primary.columns[i];
    rp_canon_table(out, &shape);
    status = rp_buf_status(out, err);

done:
    rp_free(names);
    rp_free(key);
    return status;
}

static enum rp_status
init_scan(struct scan *scan, struct rp_db *db, struct rp_err *err)
{
    const struct rp_table *table = scan->table;
    enum rp_status status;

    scan->db = db;
    scan->rising.key =
        rp_zalloc_array(table->primary.count, sizeof *scan->rising.key);
    if (scan->rising.key == NULL)
        return rp_fail_nomem(err, "hash a table");
    status = rp_rowhash_open(db->hash_beside, &scan->hash, err);
    if (status == RP_OK)
        status = put_shape(rp_rowhash_bytes(scan->hash), table, err);
    if (status == RP_OK)
        rp_rowhash_begin(scan->hash);
    return status;
}

static enum rp_status
fail_order(const struct scan *scan, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_DB,
                   "%s: the keys of %s do not rise from row to row, so the "
                   "file is damaged; look with PRAGMA integrity_check and "
                   "bring back a backup",
                   rp_db_path(scan->db),
                   rp_show_in(shown, rp_slice_str(scan->table->name)));
}

/* One number of a key, from the first on. */
static inline void
next_number(int64_t number, int64_t *last, int *order)
{
    if (*order == 0)
        *order = (number > *last) - (number < *last);
    *last = number;
}

/* <0, 0, >0 as the row's key is before, equal to or behind the last one, which
 * it replaces; *out_whole is false when it is not made of integers. */
static int
next_key(struct scan *scan, bool *out_whole)
{
    const struct rp_unique *primary = &scan->table->primary;
    int order = 0;

    *out_whole = primary->count > 0;
    for (size_t i = 0; i < primary->count; i++) {
        const struct rp_cell *cell = &scan->cells[primary->columns[i]];

        if (cell->type != RP_CELL_INT) {
            *out_whole = false;
            return 0;
        }
        next_number(cell->integer, &scan->rising.key[i], &order);
    }
    return order;
}

static enum rp_status
check_rising(struct scan *scan, struct rp_err *err)
{
    bool whole;
    const int order = next_key(scan, &whole);
    const bool known = scan->rising.known;

    scan->rising.known = whole;
    if (known && whole && order <= 0)
        return fail_order(scan, err);
    return RP_OK;
}

/* Where the row's canonical bytes go; NULL when bytes has failed. */
static unsigned char *
row_room(const struct scan *scan, struct rp_buf *bytes)
{
    size_t most = RP_CANON_ROW_BYTES;

    for (size_t i = 0; i < scan->table->column_count; i++) {
        bytes->failed = bytes->failed || !rp_cell_fits(&scan->cells[i]);
        most += rp_cell_canon_most(&scan->cells[i]);
    }
    return rp_buf_room(bytes, most);
}

/* The row's canonical bytes, behind what is in bytes. */
static enum rp_status
read_row(struct scan *scan, struct rp_buf *bytes, struct rp_row *out_row,
         struct rp_err *err)
{
    const size_t count = scan->table->column_count;
    unsigned char *room = row_room(scan, bytes);
    unsigned char *to;

    if (room == NULL)
        return rp_buf_status(bytes, err);
    to = rp_canon_row_at(room, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        to = rp_cell_canon_at(to, &scan->cells[i]);
    out_row->cells = scan->cells;
    out_row->count = count;
    out_row->canon.ptr = room;
    out_row->canon.len = (size_t)(to - room);
    bytes->len += out_row->canon.len;
    return check_rising(scan, err);
}

static enum rp_status
show_row(const struct scan *scan, struct rp_row *row, bool *out_skip,
         struct rp_err *err)
{
    const struct rp_row_visitor *visitor = scan->visitor;

    if (visitor == NULL)
        return RP_OK;
    if (!visitor->without_hash)
        row->hash = rp_hash128(row->canon);
    return visitor->visit(visitor->ctx, row, out_skip, err);
}

static enum rp_status
take_row(void *ctx, const struct rp_cell *cells, struct rp_err *err)
{
    struct scan *scan = ctx;
    struct rp_buf *bytes = rp_rowhash_bytes(scan->hash);
    struct rp_row row = { 0 };
    bool skip = false;
    enum rp_status status;

    scan->cells = cells;
    status = read_row(scan, bytes, &row, err);
    if (status == RP_OK)
        status = show_row(scan, &row, &skip, err);
    if (status != RP_OK)
        return status;
    if (skip) {
        bytes->len -= row.canon.len;
        return RP_OK;
    }
    return rp_rowhash_row(scan->hash, err);
}

/* <0, 0, >0 as next_key, for a row of whole numbers. */
static int
next_whole_key(struct scan *scan, const int64_t *numbers)
{
    const struct rp_unique *primary = &scan->table->primary;
    int order = 0;

    for (size_t i = 0; i < primary->count; i++)
        next_number(numbers[primary->columns[i]], &scan->rising.key[i], &order);
    return order;
}

static enum rp_status
check_whole_rising(struct scan *scan, const struct rp_whole_rows *rows,
                   struct rp_err *err)
{
    if (scan->table->primary.count == 0)
        return RP_OK;
    for (size_t i = 0; i < rows->count; i++) {
        const int order =
            next_whole_key(scan, rows->numbers + i * rows->columns);

        if (scan->rising.known && order <= 0)
            return fail_order(scan, err);
        scan->rising.known = true;
    }
    return RP_OK;
}

static void
put_whole(unsigned char *to, const struct rp_whole_rows *rows)
{
    const int64_t *number = rows->numbers;

    for (size_t i = 0; i < rows->count; i++) {
        to = rp_canon_row_at(to, (uint32_t)rows->columns);
        for (size_t c = 0; c < rows->columns; c++)
            to = rp_canon_int_at(to, *number++);
    }
}

static enum rp_status
take_whole(void *ctx, const int64_t *numbers, size_t count, struct rp_err *err)
{
    struct scan *scan = ctx;
    const struct rp_row_visitor *visitor = scan->visitor;
    const size_t columns = scan->table->column_count;
    const size_t row_bytes =
        RP_CANON_ROW_BYTES + columns * RP_CANON_NUMBER_BYTES;
    struct rp_buf *bytes = rp_rowhash_bytes(scan->hash);
    unsigned char *room = rp_buf_room(bytes, count * row_bytes);
    const struct rp_whole_rows rows = { numbers, columns, count, room,
                                        row_bytes };
    enum rp_status status;

    if (room == NULL)
        return rp_buf_status(bytes, err);
    put_whole(room, &rows);
    bytes->len += count * row_bytes;
    status = check_whole_rising(scan, &rows, err);
    if (status == RP_OK && visitor != NULL)
        status = visitor->visit_whole(visitor->ctx, &rows, err);
    return status == RP_OK ? rp_rowhash_rows(scan->hash, count, row_bytes, err)
                           : status;
}

/* A function cannot take all columns of a wide table: row by row. */
static enum rp_status
step_rows(struct scan *scan, struct rp_db *db, struct rp_err *err)
{
    struct rp_row_cursor *cursor = NULL;
    const struct rp_cell *cells = NULL;
    enum rp_status status = rp_row_cursor_open(db, scan->table, &cursor, err);

    while (status == RP_OK) {
        status = rp_row_cursor_next(cursor, &cells, err);
        if (status != RP_OK || cells == NULL)
            break;
        status = take_row(scan, cells, err);
    }
    rp_row_cursor_close(cursor);
    return status;
}

static enum rp_status
read_rows(struct scan *scan, struct rp_db *db, struct rp_err *err)
{
    const bool whole =
        scan->visitor == NULL || scan->visitor->visit_whole != NULL;
    struct rp_folder folder = { take_row, whole ? take_whole : NULL, scan };
    struct rp_buf sql = { 0 };
    enum rp_status status;

    if (scan->table->column_count > RP_FOLD_COLUMNS_MAX)
        return step_rows(scan, db, err);
    status = rp_order_from(scan->table, &sql, err);
    if (status == RP_OK)
        status = rp_fold(db, scan->table, rp_buf_view(&sql), &folder, err);
    rp_buf_release(&sql);
    return status;
}

enum rp_status
rp_rows_scan(struct rp_db *db, const struct rp_table *table,
             const struct rp_row_visitor *visitor, struct rp_digest *out_digest,
             struct rp_err *err)
{
    struct scan scan = { .table = table, .visitor = visitor };
    enum rp_status status = init_scan(&scan, db, err);

    if (status == RP_OK)
        status = read_rows(&scan, db, err);
    if (status == RP_OK)
        status = rp_rowhash_finish(scan.hash, out_digest, err);
    release_scan(&scan);
    return status;
}

/* lp(name) || T || be64(n) */
static void
put_table(struct rp_buf *out, const struct rp_table *table,
          const struct rp_digest *digest)
{
    unsigned char sha256[RP_SHA256_BYTES];

    rp_unhex(sha256, digest->sha256, sizeof sha256);
    rp_canon_lp(out, rp_slice_str(table->name));
    rp_buf_put(out, sha256, sizeof sha256);
    rp_buf_be64(out, digest->fp.rows);
}

static void
put_objects(struct rp_buf *out, const struct rp_schema *schema)
{
    size_t count;
    const struct rp_object *objects = rp_schema_objects(schema, &count);
    uint64_t bound = 0;

    for (size_t i = 0; i < count; i++) {
        if (rp_object_is_internal(&objects[i]))
            continue;
        rp_canon_lp(out, objects[i].sql);
        bound++;
    }
    rp_buf_byte(out, 'E');
    rp_buf_be64(out, bound);
}

enum rp_status
rp_rows_database(const struct rp_schema *schema,
                 const struct rp_digest *digests,
                 char out_sha256[RP_SHA256_HEX], struct rp_err *err)
{
    size_t count;
    const struct rp_table *tables = rp_schema_tables(schema, &count);
    struct rp_buf bytes = { 0 };
    enum rp_status status;

    rp_buf_str(&bytes, "rollproof/db/1\n");
    for (size_t i = 0; i < count; i++)
        put_table(&bytes, &tables[i], &digests[i]);
    put_objects(&bytes, schema);
    status = rp_buf_status(&bytes, err);
    if (status == RP_OK)
        status = rp_sha256_hex(rp_buf_view(&bytes), out_sha256, err);
    rp_buf_release(&bytes);
    return status;
}
