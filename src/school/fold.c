/* fold.c - see fold.h. */
#include "school/fold.h"

#include "school/conn.h"

#define NAME "rollproof_fold"

struct folding {
    const struct rp_folder *folder;
    /* Rows of whole numbers that were not handed on. */
    bool whole; /* there was nothing else */
    size_t rows;
    int64_t numbers[RP_FOLD_NUMBERS];
    struct rp_cell cells[RP_FOLD_COLUMNS_MAX];
    enum rp_status status;
    struct rp_err err;
};

/* Text that SQLite had no memory for must not look like empty text. */
static bool
take_bytes(struct rp_cell *cell, sqlite3_value *value, bool text)
{
    cell->bytes.ptr =
        text ? sqlite3_value_text(value) : sqlite3_value_blob(value);
    cell->bytes.len = (size_t)sqlite3_value_bytes(value);
    if (cell->bytes.ptr != NULL)
        return true;
    cell->bytes = RP_LIT("");
    return !text && sqlite3_value_bytes(value) == 0;
}

static bool
take_cell(struct rp_cell *cell, sqlite3_value *value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        cell->type = RP_CELL_INT;
        cell->integer = sqlite3_value_int64(value);
        return true;
    case SQLITE_FLOAT:
        cell->type = RP_CELL_REAL;
        cell->real = sqlite3_value_double(value);
        return true;
    case SQLITE_TEXT:
        cell->type = RP_CELL_TEXT;
        return take_bytes(cell, value, true);
    case SQLITE_BLOB:
        cell->type = RP_CELL_BLOB;
        return take_bytes(cell, value, false);
    default:
        cell->type = RP_CELL_NULL;
        return true;
    }
}

static void
hand_on(struct folding *folding)
{
    const size_t rows = folding->rows;

    folding->rows = 0;
    if (rows > 0)
        folding->status = folding->folder->whole(
            folding->folder->ctx, folding->numbers, rows, &folding->err);
}

/* False at the first row that is not made of whole numbers. */
static bool
take_whole(struct folding *folding, size_t count, sqlite3_value **values)
{
    int64_t *numbers = folding->numbers + folding->rows * count;

    for (size_t i = 0; i < count; i++) {
        if (sqlite3_value_type(values[i]) != SQLITE_INTEGER)
            return false;
        numbers[i] = sqlite3_value_int64(values[i]);
    }
    folding->rows++;
    if ((folding->rows + 1) * count > RP_FOLD_NUMBERS)
        hand_on(folding);
    return true;
}

static void
take_row(struct folding *folding, int count, sqlite3_value **values)
{
    bool taken = true;

    for (int i = 0; i < count && taken; i++)
        taken = take_cell(&folding->cells[i], values[i]);
    if (!taken)
        folding->status = rp_fail_nomem(&folding->err, "read a row");
    else
        folding->status = folding->folder->row(folding->folder->ctx,
                                               folding->cells, &folding->err);
}

static void
fold_row(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct folding *folding = sqlite3_user_data(context);

    if (folding->whole && !take_whole(folding, (size_t)count, values)) {
        folding->whole = false;
        hand_on(folding);
    }
    if (!folding->whole && folding->status == RP_OK)
        take_row(folding, count, values);
    if (folding->status != RP_OK)
        sqlite3_result_error(context, "stopped", -1);
}

static void
fold_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static enum rp_status
set_function(struct rp_db *db, struct folding *folding, struct rp_err *err)
{
    int code = sqlite3_create_function_v2(
        db->conn, NAME, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, folding, NULL,
        folding == NULL ? NULL : fold_row, folding == NULL ? NULL : fold_end,
        NULL);

    return code == SQLITE_OK ? RP_OK
                             : rp_db_fail(db, code, "read a table", err);
}

static enum rp_status
put_select(struct rp_buf *out, const struct rp_table *table,
           struct rp_slice from, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < table->column_count && status == RP_OK; i++)
        status =
            rp_db_sql(out, err, "%s\"%w\"", i == 0 ? "SELECT " NAME "(" : ", ",
                      table->columns[i].name);
    rp_buf_byte(out, ')');
    rp_buf_slice(out, from);
    return status == RP_OK ? rp_buf_status(out, err) : status;
}

static enum rp_status
step(struct rp_db *db, struct rp_slice sql, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = false;
    enum rp_status status = rp_stmt_open(db, sql, &stmt, err);

    if (status == RP_OK)
        status = rp_stmt_step(stmt, &row, err);
    rp_stmt_close(stmt);
    return status;
}

enum rp_status
rp_fold(struct rp_db *db, const struct rp_table *table, struct rp_slice from,
        const struct rp_folder *folder, struct rp_err *err)
{
    struct folding folding = { .folder = folder,
                               .whole = folder->whole != NULL,
                               .status = RP_OK };
    struct rp_buf sql = { 0 };
    enum rp_status removed;
    enum rp_status status = put_select(&sql, table, from, err);

    if (status == RP_OK)
        status = set_function(db, &folding, err);
    if (status == RP_OK)
        status = step(db, rp_buf_view(&sql), err);
    if (status == RP_OK)
        hand_on(&folding);
    rp_buf_release(&sql);
    /* What the row function said, not SQLite's "stopped". */
    if (folding.status != RP_OK) {
        status = folding.status;
        if (err != NULL)
            *err = folding.err;
    }
    /* folding must not be reached by anybody once it is gone. */
    removed = set_function(db, NULL, status == RP_OK ? err : NULL);
    return status == RP_OK ? removed : status;
}
