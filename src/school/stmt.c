/* stmt.c - see db.h: statements, their values and their text. */
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "school/conn.h"

enum rp_status
rp_db_sql(struct rp_buf *out, struct rp_err *err, const char *fmt, ...)
{
    va_list args;
    char *text;

    va_start(args, fmt);
    text = sqlite3_vmprintf(fmt, args);
    va_end(args);
    if (text == NULL)
        return rp_fail_nomem(err, "build a statement");
    rp_buf_str(out, text);
    sqlite3_free(text);
    return rp_buf_status(out, err);
}

static enum rp_status
fail_name(struct rp_slice name, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s: cannot name a table or a column (it holds a NUL byte "
                   "or is too long)",
                   rp_show_in(shown, name));
}

enum rp_status
rp_db_quote(struct rp_buf *out, struct rp_slice name, struct rp_err *err)
{
    if (name.len == 0)
        return rp_db_sql(out, err, "\"\"");
    if (name.len > RP_FIELD_MAX_BYTES ||
        memchr(name.ptr, '\0', name.len) != NULL)
        return fail_name(name, err);
    return rp_db_sql(out, err, "\"%.*w\"", (int)name.len, name.ptr);
}

/* What follows the first statement: nothing but blanks and semicolons? */
static bool
is_only(const char *tail, struct rp_slice sql)
{
    const char *end = (const char *)sql.ptr + sql.len;

    while (tail < end && strchr("; \t\n\f\r", *tail) != NULL)
        tail++;
    return tail >= end || *tail == '\0';
}

static enum rp_status
prepare(struct rp_stmt *stmt, struct rp_slice sql, struct rp_err *err)
{
    const char *tail = NULL;
    int code;

    if (sql.len > INT_MAX)
        return rp_db_fail_sql(stmt->db, SQLITE_TOOBIG, sql, err);
    code = sqlite3_prepare_v2(stmt->db->conn, (const char *)sql.ptr,
                              (int)sql.len, &stmt->raw, &tail);
    if (code != SQLITE_OK)
        return rp_db_fail_sql(stmt->db, code, sql, err);
    if (stmt->raw == NULL || !is_only(tail, sql))
        return rp_db_fail_sql(stmt->db, SQLITE_MISUSE, sql, err);
    stmt->columns = sqlite3_column_count(stmt->raw);
    return RP_OK;
}

enum rp_status
rp_stmt_open(struct rp_db *db, struct rp_slice sql, struct rp_stmt **out_stmt,
             struct rp_err *err)
{
    struct rp_stmt *stmt = rp_zalloc(sizeof *stmt);
    enum rp_status status;

    if (stmt == NULL)
        return rp_fail_nomem(err, "prepare a statement");
    stmt->db = db;
    status = prepare(stmt, sql, err);
    if (status != RP_OK) {
        rp_stmt_close(stmt);
        return status;
    }
    *out_stmt = stmt;
    return RP_OK;
}

enum rp_status
rp_stmt_fixed(struct rp_db *db, enum rp_sql id, struct rp_stmt **out_stmt,
              struct rp_err *err)
{
    const struct rp_sql_text *text = rp_sql_text(id);
    struct rp_stmt *stmt = rp_zalloc(sizeof *stmt);
    enum rp_status status = RP_OK;
    int code;

    if (stmt == NULL)
        return rp_fail_nomem(err, "prepare a statement");
    stmt->db = db;
    stmt->what = text->what;
    code = sqlite3_prepare_v2(db->conn, text->sql, -1, &stmt->raw, NULL);
    if (code != SQLITE_OK)
        status = rp_db_fail(db, code, text->what, err);
    if (status != RP_OK) {
        rp_stmt_close(stmt);
        return status;
    }
    stmt->columns = sqlite3_column_count(stmt->raw);
    *out_stmt = stmt;
    return RP_OK;
}

static enum rp_status
bound(const struct rp_stmt *stmt, int code, struct rp_err *err)
{
    return code == SQLITE_OK ? RP_OK : rp_stmt_fail(stmt, code, err);
}

enum rp_status
rp_stmt_bind_int(struct rp_stmt *stmt, int index, int64_t value,
                 struct rp_err *err)
{
    return bound(stmt, sqlite3_bind_int64(stmt->raw, index, value), err);
}

enum rp_status
rp_stmt_bind_text(struct rp_stmt *stmt, int index, struct rp_slice text,
                  struct rp_err *err)
{
    /* A NULL pointer would bind NULL, and an empty text is not NULL. */
    const char *ptr = text.len == 0 ? "" : (const char *)text.ptr;

    return bound(stmt,
                 sqlite3_bind_text64(stmt->raw, index, ptr, text.len,
                                     SQLITE_STATIC, SQLITE_UTF8),
                 err);
}

enum rp_status
rp_stmt_bind_null(struct rp_stmt *stmt, int index, struct rp_err *err)
{
    return bound(stmt, sqlite3_bind_null(stmt->raw, index), err);
}

enum rp_status
rp_stmt_step(struct rp_stmt *stmt, bool *out_row, struct rp_err *err)
{
    int code = SQLITE_NOMEM;

    if (!stmt->lost_cell)
        code = sqlite3_step(stmt->raw);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return rp_stmt_fail(stmt, code, err);
    *out_row = code == SQLITE_ROW;
    return RP_OK;
}

int
rp_stmt_columns(const struct rp_stmt *stmt)
{
    return stmt->columns;
}

/* column_blob also for TEXT: the bytes as they are stored, and no copy just
 * to put a NUL behind them.  Length after pointer, as SQLite asks. */
static struct rp_slice
cell_bytes(struct rp_stmt *stmt, int index)
{
    const void *ptr = sqlite3_column_blob(stmt->raw, index);
    struct rp_slice bytes = { ptr, 0 };

    bytes.len = (size_t)sqlite3_column_bytes(stmt->raw, index);
    if (ptr == NULL && bytes.len > 0) {
        stmt->lost_cell = true;
        bytes.len = 0;
    }
    return bytes;
}

struct rp_cell
rp_stmt_cell(struct rp_stmt *stmt, int index)
{
    struct rp_cell cell = { .type = RP_CELL_NULL };

    switch (sqlite3_column_type(stmt->raw, index)) {
    case SQLITE_INTEGER:
        cell.type = RP_CELL_INT;
        cell.integer = sqlite3_column_int64(stmt->raw, index);
        break;
    case SQLITE_FLOAT:
        cell.type = RP_CELL_REAL;
        cell.real = sqlite3_column_double(stmt->raw, index);
        break;
    case SQLITE_TEXT:
        cell.type = RP_CELL_TEXT;
        cell.bytes = cell_bytes(stmt, index);
        break;
    case SQLITE_BLOB:
        cell.type = RP_CELL_BLOB;
        cell.bytes = cell_bytes(stmt, index);
        break;
    default:
        break;
    }
    return cell;
}

void
rp_stmt_reset(struct rp_stmt *stmt)
{
    /* The step has told what went wrong; reset only says it again. */
    (void)sqlite3_reset(stmt->raw);
    stmt->lost_cell = false;
}

void
rp_stmt_close(struct rp_stmt *stmt)
{
    if (stmt == NULL)
        return;
    (void)sqlite3_finalize(stmt->raw);
    rp_free(stmt);
}

enum rp_status
rp_db_exec(struct rp_db *db, const char *sql, struct rp_err *err)
{
    int code = sqlite3_exec(db->conn, sql, NULL, NULL, NULL);

    if (code != SQLITE_OK)
        return rp_db_fail_sql(db, code, rp_slice_str(sql), err);
    return RP_OK;
}

const char *
rp_db_version(void)
{
    return sqlite3_libversion();
}

const char *
rp_db_source_id(void)
{
    return sqlite3_sourceid();
}
