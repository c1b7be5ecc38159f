/* fill.c - see fill.h. */
#include "school/fill.h"

#include <assert.h>

#include "base/mem.h"
#include "school/conn.h"

/* What the query planner is told; a stream does not know how long it is. */
#define GUESSED_LINKS 1000000

/* One fill: where the links come from and what went wrong with them.  SQLite
 * passes on only a code, so the stream's own error waits here. */
struct feed {
    const struct rp_link_stream *links;
    struct rp_err *err;
    enum rp_status status;
    bool opened;
};

/* https://sqlite.org/vtab.html: SQLite finds its own part first. */
struct feed_table {
    sqlite3_vtab base;
    struct feed *feed;
};

struct feed_cursor {
    sqlite3_vtab_cursor base;
    struct feed *feed;
    struct rp_link link;
    sqlite3_int64 row;
    bool more;
};

/* As many parameters as SQLite passes. */
/* NOLINTBEGIN(readability-function-size) */
static int
feed_connect(sqlite3 *conn, void *ctx, int argc, const char *const *argv,
             sqlite3_vtab **out_table, char **out_message)
{
    struct feed_table *table;
    int code = sqlite3_declare_vtab(
        conn, "CREATE TABLE x(student_id INTEGER, course_id INTEGER)");

    (void)argc;
    (void)argv;
    (void)out_message;
    if (code == SQLITE_OK)
        code = sqlite3_vtab_config(conn, SQLITE_VTAB_DIRECTONLY);
    if (code != SQLITE_OK)
        return code;
    table = rp_zalloc(sizeof *table);
    if (table == NULL)
        return SQLITE_NOMEM;
    table->feed = ctx;
    *out_table = &table->base;
    return SQLITE_OK;
}
/* NOLINTEND(readability-function-size) */

static int
feed_disconnect(sqlite3_vtab *base)
{
    rp_free(base);
    return SQLITE_OK;
}

static int
feed_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    (void)base;
    info->estimatedRows = GUESSED_LINKS;
    info->estimatedCost = GUESSED_LINKS;
    return SQLITE_OK;
}

static int
feed_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out_cursor)
{
    const struct feed_table *table = (const struct feed_table *)base;
    struct feed_cursor *cursor = rp_zalloc(sizeof *cursor);

    if (cursor == NULL)
        return SQLITE_NOMEM;
    cursor->feed = table->feed;
    *out_cursor = &cursor->base;
    return SQLITE_OK;
}

static int
feed_close(sqlite3_vtab_cursor *base)
{
    rp_free(base);
    return SQLITE_OK;
}

static int
feed_next(sqlite3_vtab_cursor *base)
{
    struct feed_cursor *cursor = (struct feed_cursor *)base;
    struct feed *feed = cursor->feed;

    feed->status = feed->links->next(feed->links->ctx, &cursor->link,
                                     &cursor->more, feed->err);
    cursor->row++;
    return feed->status == RP_OK ? SQLITE_OK : SQLITE_ERROR;
}

/* A stream can be read once. */
static int
feed_filter(sqlite3_vtab_cursor *base, int plan, const char *plan_text,
            int argc, sqlite3_value **argv)
{
    struct feed *feed = ((struct feed_cursor *)base)->feed;

    (void)plan;
    (void)plan_text;
    (void)argc;
    (void)argv;
    assert(!feed->opened);
    feed->opened = true;
    return feed_next(base);
}

static int
feed_eof(sqlite3_vtab_cursor *base)
{
    return !((const struct feed_cursor *)base)->more;
}

static int
feed_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct feed_cursor *cursor = (const struct feed_cursor *)base;

    sqlite3_result_int64(context, column == 0 ? cursor->link.student_id
                                              : cursor->link.course_id);
    return SQLITE_OK;
}

static int
feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out_row)
{
    *out_row = ((const struct feed_cursor *)base)->row;
    return SQLITE_OK;
}

/* Without xCreate the table is there by its name alone. */
static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xDisconnect = feed_disconnect,
    .xBestIndex = feed_best_index,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

static enum rp_status
set_module(struct rp_db *db, const sqlite3_module *module, struct feed *feed,
           struct rp_err *err)
{
    int code = sqlite3_create_module_v2(db->conn, "rollproof_links", module,
                                        feed, NULL);

    if (code != SQLITE_OK)
        return rp_db_fail(db, code, rp_sql_text(RP_SQL_FILL)->what, err);
    return RP_OK;
}

enum rp_status
rp_fill(struct rp_db *db, const struct rp_link_stream *links,
        struct rp_err *err)
{
    struct feed feed = { .links = links, .err = err };
    struct rp_err own;
    enum rp_status removed;
    enum rp_status status = set_module(db, &feed_module, &feed, err);

    if (status != RP_OK)
        return status;
    status = rp_db_run(db, RP_SQL_FILL, &own);
    /* The stream's own words, not SQLite's "SQL logic error". */
    if (feed.status != RP_OK)
        status = feed.status;
    else if (status != RP_OK)
        status = rp_fail(err, status, "%s", own.text);
    /* feed must not be reached by anybody once it is gone. */
    removed = set_module(db, NULL, NULL, status == RP_OK ? err : NULL);
    return status == RP_OK ? removed : status;
}

struct rp_link_cursor {
    struct rp_stmt *stmt;
};

/* The table itself is read, as school/order.h says and for the same reason. */
static enum rp_status
put_source(struct rp_db *db, struct rp_buf *out, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = false;
    enum rp_status status = rp_stmt_fixed(db, RP_SQL_LINKS_INDEX, &stmt, err);

    if (status != RP_OK)
        return status;
    status = rp_stmt_step(stmt, &row, err);
    if (status == RP_OK && row) {
        rp_buf_str(out, " INDEXED BY ");
        status = rp_db_quote(out, rp_stmt_cell(stmt, 0).bytes, err);
    } else {
        rp_buf_str(out, " NOT INDEXED");
    }
    rp_stmt_close(stmt);
    return status;
}

static enum rp_status
open_links(struct rp_db *db, struct rp_stmt **out_stmt, struct rp_err *err)
{
    struct rp_buf sql = { 0 };
    enum rp_status status;

    rp_buf_str(&sql, "SELECT student_id, course_id FROM main.student_courses");
    status = put_source(db, &sql, err);
    rp_buf_str(&sql, " ORDER BY student_id, course_id");
    if (status == RP_OK)
        status = rp_buf_status(&sql, err);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), out_stmt, err);
    rp_buf_release(&sql);
    return status;
}

enum rp_status
rp_link_cursor_open(struct rp_db *db, struct rp_link_cursor **out_cursor,
                    struct rp_err *err)
{
    struct rp_link_cursor *cursor = rp_zalloc(sizeof *cursor);
    enum rp_status status;

    if (cursor == NULL)
        return rp_fail_nomem(err, "read student_courses");
    status = open_links(db, &cursor->stmt, err);
    if (status != RP_OK) {
        rp_link_cursor_close(cursor);
        return status;
    }
    *out_cursor = cursor;
    return RP_OK;
}

enum rp_status
rp_link_cursor_next(struct rp_link_cursor *cursor, struct rp_link *out_link,
                    bool *out_more, struct rp_err *err)
{
    struct rp_cell student;
    struct rp_cell course;
    bool row = false;
    enum rp_status status = rp_stmt_step(cursor->stmt, &row, err);

    if (status != RP_OK)
        return status;
    *out_more = row;
    if (!row)
        return RP_OK;
    student = rp_stmt_cell(cursor->stmt, 0);
    course = rp_stmt_cell(cursor->stmt, 1);
    if (student.type != RP_CELL_INT || course.type != RP_CELL_INT)
        return rp_db_unfit(cursor->stmt->db,
                           "student_courses holds a link that is not made of "
                           "two whole numbers; look with SELECT * FROM "
                           "student_courses WHERE typeof(student_id) <> "
                           "'integer' OR typeof(course_id) <> 'integer'",
                           err);
    out_link->student_id = student.integer;
    out_link->course_id = course.integer;
    return RP_OK;
}

void
rp_link_cursor_close(struct rp_link_cursor *cursor)
{
    if (cursor == NULL)
        return;
    rp_stmt_close(cursor->stmt);
    rp_free(cursor);
}

enum rp_status
rp_links_count(struct rp_db *db, uint64_t *out_count, struct rp_err *err)
{
    int64_t count = 0;
    enum rp_status status = rp_db_ask_int(db, RP_SQL_COUNT_LINKS, &count, err);

    *out_count = (uint64_t)count;
    return status;
}
