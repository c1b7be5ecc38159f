/* see cursor.h */
#include "school/cursor.h"

#include "base/mem.h"
#include "school/order.h"

struct rp_row_cursor {
    struct rp_stmt *stmt;
    struct rp_cell *cells;
    size_t count;
};

enum rp_status
rp_row_cursor_open(struct rp_db *db, const struct rp_table *table,
                   struct rp_row_cursor **out_cursor, struct rp_err *err)
{
    struct rp_row_cursor *cursor = rp_zalloc(sizeof *cursor);
    struct rp_buf sql = { 0 };
    enum rp_status status;

    if (cursor == NULL)
        return rp_fail_nomem(err, "read a table");
    cursor->count = table->column_count;
    cursor->cells = rp_zalloc_array(cursor->count, sizeof *cursor->cells);
    status = cursor->cells == NULL ? rp_fail_nomem(err, "read a table")
                                   : rp_order_sql(table, &sql, err);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), &cursor->stmt, err);
    rp_buf_release(&sql);
    if (status == RP_OK)
        *out_cursor = cursor;
    else
        rp_row_cursor_close(cursor);
    return status;
}

enum rp_status
rp_row_cursor_next(struct rp_row_cursor *cursor,
                   const struct rp_cell **out_cells, struct rp_err *err)
{
    bool row = false;
    enum rp_status status = rp_stmt_step(cursor->stmt, &row, err);

    if (status != RP_OK)
        return status;
    for (size_t i = 0; row && i < cursor->count; i++)
        cursor->cells[i] = rp_stmt_cell(cursor->stmt, (int)i);
    *out_cells = row ? cursor->cells : NULL;
    return RP_OK;
}

void
rp_row_cursor_close(struct rp_row_cursor *cursor)
{
    if (cursor == NULL)
        return;
    rp_stmt_close(cursor->stmt);
    rp_free(cursor->cells);
    rp_free(cursor);
}
