/* sound.c - see schema.h: what SQLite itself finds wrong with a database. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "school/conn.h"
#include "school/schema.h"

/* Lines, NUL-terminated, one behind the other. */
struct lines {
    struct rp_buf text;
    size_t count;
};

static void
add_line(struct lines *lines, struct rp_slice line)
{
    rp_show(&lines->text, line);
    rp_buf_byte(&lines->text, '\0');
    lines->count++;
}

static void
take_message(struct rp_stmt *row, struct lines *lines)
{
    struct rp_slice line = rp_stmt_cell(row, 0).bytes;

    if (!rp_slice_eq(line, RP_LIT("ok")))
        add_line(lines, line);
}

/* table, rowid (NULL when it has none), parent, number of the foreign key */
static void
take_orphan(struct rp_stmt *row, struct lines *lines)
{
    const struct rp_cell rowid = rp_stmt_cell(row, 1);
    struct rp_buf line = { 0 };

    rp_buf_str(&line, "foreign_key_check: ");
    rp_buf_slice(&line, rp_stmt_cell(row, 0).bytes);
    if (rowid.type == RP_CELL_INT)
        rp_buf_printf(&line, " row %lld", (long long)rowid.integer);
    rp_buf_str(&line, " refers to nothing in ");
    rp_buf_slice(&line, rp_stmt_cell(row, 2).bytes);
    rp_buf_printf(&line, " (foreign key %lld)",
                  (long long)rp_stmt_cell(row, 3).integer);
    add_line(lines, rp_buf_view(&line));
    if (line.failed)
        lines->text.failed = true;
    rp_buf_release(&line);
}

/* A check that cannot be made (an unknown collation, a foreign key without a
 * parent key) is a line as well: it was so before, or it is news. */
static enum rp_status
take_refusal(const struct rp_db *db, enum rp_sql id, enum rp_status status,
             struct lines *lines)
{
    struct rp_buf line = { 0 };

    if (status != RP_E_DB)
        return status;
    rp_buf_str(&line, rp_sql_text(id)->what);
    rp_buf_str(&line, ": ");
    rp_buf_str(&line, sqlite3_errmsg(db->conn));
    add_line(lines, rp_buf_view(&line));
    if (line.failed)
        lines->text.failed = true;
    rp_buf_release(&line);
    return RP_OK;
}

static enum rp_status
run_check(struct rp_db *db, enum rp_sql id, struct lines *lines,
          struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    const size_t most = lines->count + RP_SOUNDNESS_LINES_MAX;
    bool row = true;
    enum rp_status status = rp_stmt_fixed(db, id, &stmt, err);

    while (status == RP_OK) {
        status = rp_stmt_step(stmt, &row, err);
        if (status != RP_OK || !row)
            break;
        if (lines->count == most) {
            add_line(lines, RP_LIT("more lines than are listed here"));
            break;
        }
        if (id == RP_SQL_FOREIGN_KEY_CHECK)
            take_orphan(stmt, lines);
        else
            take_message(stmt, lines);
    }
    /* Before the statement is closed: the message is the connection's. */
    status = take_refusal(db, id, status, lines);
    rp_stmt_close(stmt);
    return status;
}

static int
compare_lines(const void *left, const void *right)
{
    const char *const *left_line = left;
    const char *const *right_line = right;

    return strcmp(*left_line, *right_line);
}

static enum rp_status
put_sorted(struct lines *lines, struct rp_buf *out, struct rp_err *err)
{
    const char *line = rp_buf_cstr(&lines->text);
    const char **order = rp_zalloc_array(lines->count, sizeof *order);
    enum rp_status status = rp_buf_status(&lines->text, err);

    if (order == NULL)
        return rp_fail_nomem(err, "hold the lines of a check");
    if (status != RP_OK)
        goto done;
    for (size_t i = 0; i < lines->count; i++) {
        order[i] = line;
        line += strlen(line) + 1;
    }
    if (lines->count > 1)
        qsort(order, lines->count, sizeof *order, compare_lines);
    for (size_t i = 0; i < lines->count; i++)
        rp_buf_put(out, order[i], strlen(order[i]) + 1);
    status = rp_buf_status(out, err);

done:
    rp_free(order);
    return status;
}

enum rp_status
rp_db_soundness(struct rp_db *db, bool full, struct rp_buf *out_lines,
                struct rp_err *err)
{
    struct lines lines = { { 0 }, 0 };
    enum rp_status status = run_check(
        db, full ? RP_SQL_INTEGRITY_CHECK : RP_SQL_QUICK_CHECK, &lines, err);

    if (status == RP_OK && full)
        status = run_check(db, RP_SQL_FOREIGN_KEY_CHECK, &lines, err);
    if (status == RP_OK)
        status = put_sorted(&lines, out_lines, err);
    rp_buf_release(&lines.text);
    return status;
}

bool
rp_db_sees_checks(const struct rp_db *db)
{
    return sqlite3_db_readonly(db->conn, "main") == 0;
}

/* Does SQLite say that it does not know a function? */
static bool
is_unknown_function(struct rp_db *db, int code)
{
    const char *message = sqlite3_errmsg(db->conn);

    return code != SQLITE_OK && (strstr(message, "no such function") != NULL ||
                                 strstr(message, "unknown function") != NULL);
}

static enum rp_status
try_to_prepare(struct rp_db *db, struct rp_buf *sql, bool *unknown,
               struct rp_err *err)
{
    sqlite3_stmt *raw = NULL;
    enum rp_status status = rp_buf_status(sql, err);
    int code;

    if (status != RP_OK)
        return status;
    code = sqlite3_prepare_v2(db->conn, rp_buf_cstr(sql), -1, &raw, NULL);
    if (is_unknown_function(db, code))
        *unknown = true;
    (void)sqlite3_finalize(raw);
    /* What else is wrong with a view or a table is not asked here. */
    if ((code & 0xff) == SQLITE_NOMEM)
        return rp_db_fail(db, code, "look for unknown functions", err);
    return RP_OK;
}

static enum rp_status
put_update(struct rp_buf *sql, const struct rp_table *table, struct rp_err *err)
{
    enum rp_status status =
        rp_db_sql(sql, err, "UPDATE main.\"%w\" SET ", table->name);

    for (size_t i = 0; i < table->column_count && status == RP_OK; i++)
        status = rp_db_sql(sql, err, "%s\"%w\" = NULL", i == 0 ? "" : ", ",
                           table->columns[i].name);
    return status;
}

/* A row is read, added, deleted and changed, none of it really: preparing
 * looks at generated columns, CHECKs, indexes and triggers. */
static enum rp_status
try_object(struct rp_db *db, const struct rp_schema *schema, const char *name,
           bool *unknown, struct rp_err *err)
{
    static const char *const formats[] = {
        "SELECT * FROM main.\"%w\"",
        "INSERT INTO main.\"%w\" DEFAULT VALUES",
        "DELETE FROM main.\"%w\"",
    };
    const struct rp_table *table = rp_schema_table(schema, name);
    struct rp_buf sql = { 0 };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (status == RP_OK)
            status = rp_db_sql(&sql, err, formats[i], name);
        if (status == RP_OK)
            status = try_to_prepare(db, &sql, unknown, err);
        rp_buf_reset(&sql);
    }
    if (status == RP_OK && table != NULL)
        status = put_update(&sql, table, err);
    if (status == RP_OK && table != NULL)
        status = try_to_prepare(db, &sql, unknown, err);
    rp_buf_release(&sql);
    return status;
}

enum rp_status
rp_schema_unknown_functions(struct rp_db *db, const struct rp_schema *schema,
                            size_t *out_count, struct rp_err *err)
{
    size_t object_count;
    const struct rp_object *objects = rp_schema_objects(schema, &object_count);
    enum rp_status status = RP_OK;
    size_t count = 0;

    for (size_t i = 0; i < object_count && status == RP_OK; i++) {
        bool unknown = false;

        if (strcmp(objects[i].type, "table") != 0 &&
            strcmp(objects[i].type, "view") != 0)
            continue;
        status = try_object(db, schema, objects[i].name, &unknown, err);
        count += unknown;
    }
    if (status == RP_OK)
        *out_count = count;
    return status;
}
