/* see who.h */
#include "job/who.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

static bool
parse_id(const char *text, int64_t *out_id)
{
    char *end = NULL;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == ' ')
        return false;
    *out_id = value;
    return true;
}

static enum rp_status
fail_column(const struct rp_table *parent, struct rp_slice column,
            struct rp_err *err)
{
    struct rp_slice *names =
        rp_zalloc_array(parent->column_count + 1, sizeof *names);
    char shown[RP_SHOWN_BYTES];
    int near;

    if (names == NULL)
        return rp_fail_nomem(err, "look for a column");
    for (size_t i = 0; i < parent->column_count; i++)
        names[i] = rp_slice_str(parent->columns[i].name);
    near = rp_nearest(column, names, parent->column_count);
    rp_free(names);
    if (near >= 0)
        return rp_fail(err, RP_E_USAGE, "%s has no column %s; did you mean %s?",
                       parent->name, rp_show_in(shown, column),
                       parent->columns[near].name);
    return rp_fail(err, RP_E_USAGE,
                   "%s has no column %s; give an id, or COL=VALUE with one "
                   "of its columns",
                   parent->name, rp_show_in(shown, column));
}

/* Looks for the rows where column is the value; by CAST so that a text key
 * matches byte for byte and a number by its digits. */
static enum rp_status
open_search(struct rp_db *db, const struct rp_table *parent, const char *column,
            struct rp_stmt **out_stmt, struct rp_err *err)
{
    struct rp_buf sql = { 0 };
    enum rp_status status;

    status = rp_db_sql(&sql, err,
                       "SELECT \"%w\" FROM \"%w\" "
                       "WHERE CAST(\"%w\" AS TEXT) = ?1 LIMIT 2",
                       parent->columns[parent->rowid_column].name, parent->name,
                       column);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), out_stmt, err);
    rp_buf_release(&sql);
    return status;
}

static enum rp_status
search(struct rp_stmt *stmt, const struct rp_table *parent, const char *text,
       int64_t *out_id, struct rp_err *err)
{
    const char *id = strchr(text, '=') == NULL ? "the id " : "";
    char shown[RP_SHOWN_BYTES];
    bool row = false;
    enum rp_status status = rp_stmt_step(stmt, &row, err);

    if (status != RP_OK)
        return status;
    (void)rp_show_in(shown, rp_slice_str(text));
    if (!row)
        return rp_fail(err, RP_E_USAGE, "%s: no row with %s%s%s", parent->name,
                       id, shown,
                       *id == '\0' ? ""
                                   : "; another column than the id is "
                                     "written COL=VALUE");
    *out_id = rp_stmt_cell(stmt, 0).integer;
    status = rp_stmt_step(stmt, &row, err);
    if (status == RP_OK && row)
        return rp_fail(err, RP_E_USAGE, "%s: several rows with %s; give the id",
                       parent->name, shown);
    return status;
}

enum rp_status
rp_who_find(struct rp_db *db, const struct rp_table *parent, const char *text,
            int64_t *out_id, struct rp_err *err)
{
    const char *equal = strchr(text, '=');
    const char *value = text;
    int column = parent->rowid_column;
    struct rp_stmt *stmt = NULL;
    int64_t id = 0;
    enum rp_status status;

    if (equal != NULL) {
        struct rp_slice name = { (const unsigned char *)text,
                                 (size_t)(equal - text) };

        column = rp_table_column(parent, name);
        if (column < 0)
            return fail_column(parent, name, err);
        value = equal + 1;
    } else if (!parse_id(text, &id)) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "%s: not an id; give a number, or COL=VALUE",
                       rp_show_in(shown, rp_slice_str(text)));
    }
    status = open_search(db, parent, parent->columns[column].name, &stmt, err);
    if (status == RP_OK)
        status = rp_stmt_bind_text(stmt, 1, rp_slice_str(value), err);
    if (status == RP_OK)
        status = search(stmt, parent, text, out_id, err);
    rp_stmt_close(stmt);
    return status;
}

enum rp_status
rp_tables_open(struct rp_db *db, struct rp_tables *out_tables,
               struct rp_err *err)
{
    struct rp_tables tables = { NULL, NULL, NULL, NULL };
    enum rp_status status = rp_schema_open(db, &tables.schema, err);

    if (status == RP_OK)
        status =
            rp_schema_parent(tables.schema, "students", &tables.students, err);
    if (status == RP_OK)
        status =
            rp_schema_parent(tables.schema, "courses", &tables.courses, err);
    if (status == RP_OK) {
        tables.links = rp_schema_table(tables.schema, "student_courses");
        if (tables.links == NULL)
            status = rp_fail(err, RP_E_USAGE,
                             "%s: there is no table student_courses; "
                             "`rollproof migrate` fills it, `rollproof "
                             "upgrade` only creates it",
                             rp_db_path(db));
        else
            status = rp_schema_links_fit(tables.links, err);
    }
    if (status == RP_OK)
        *out_tables = tables;
    else
        rp_tables_release(&tables);
    return status;
}

void
rp_tables_release(struct rp_tables *tables)
{
    rp_schema_close(tables->schema);
    memset(tables, 0, sizeof *tables);
}
