/* links.c - see schema.h: the parents, and the table between them. */
#include "school/schema.h"

#include <string.h>

#include "base/show.h"
#include "school/conn.h"
#include "school/table.h"

static enum rp_status
fail_no_parent(const struct rp_schema *schema, const char *name,
               struct rp_err *err)
{
    const struct rp_object *other = rp_schema_object(schema, name);

    if (other == NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: there is no table %s; make it with `rollproof load "
                       "SCHOOL.db %s FILE.csv --key COLUMN`",
                       rp_schema_path(schema), name, name);
    return rp_fail(err, RP_E_USAGE,
                   "%s: %s is not an ordinary table but a%s; links can only "
                   "refer to the rows of a table",
                   rp_schema_path(schema), name,
                   strcmp(other->type, "view") == 0    ? " view"
                   : strcmp(other->type, "index") == 0 ? "n index"
                                                       : " virtual table");
}

enum rp_status
rp_schema_parent(const struct rp_schema *schema, const char *name,
                 const struct rp_table **out_table, struct rp_err *err)
{
    const struct rp_table *table = rp_schema_table(schema, name);

    if (table == NULL)
        return fail_no_parent(schema, name, err);
    if (table->rowid_column < 0)
        return rp_fail(err, RP_E_USAGE,
                       "%s: %s has no INTEGER PRIMARY KEY (declared with "
                       "exactly these words, not WITHOUT ROWID), and the links "
                       "refer to it; make a table with `id INTEGER PRIMARY "
                       "KEY`, as `rollproof load` does, and move the rows",
                       rp_schema_path(schema), name);
    *out_table = table;
    return RP_OK;
}

/* A name that needs no quotes in any SQL dialect: the CREATE TABLE is shown to
 * people and compared with that of other migrations. */
static bool
is_plain(const char *name)
{
    const size_t len = strlen(name);

    if (len == 0 || (name[0] >= '0' && name[0] <= '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        const char c = name[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return sqlite3_keyword_check(name, (int)len) == 0;
}

static enum rp_status
put_name(struct rp_buf *out, const char *name, struct rp_err *err)
{
    if (!is_plain(name))
        return rp_db_quote(out, rp_slice_str(name), err);
    rp_buf_str(out, name);
    return rp_buf_status(out, err);
}

/* One column of the links with what it refers to. */
static enum rp_status
put_reference(struct rp_buf *out, const char *column,
              const struct rp_table *parent, struct rp_err *err)
{
    enum rp_status status;

    rp_buf_str(out, "  ");
    rp_buf_str(out, column);
    rp_buf_str(out, " INTEGER NOT NULL REFERENCES ");
    status = put_name(out, parent->name, err);
    if (status != RP_OK)
        return status;
    rp_buf_str(out, " (");
    status = put_name(out, parent->columns[parent->rowid_column].name, err);
    rp_buf_str(out, "),\n");
    return status;
}

enum rp_status
rp_schema_links_sql(const struct rp_table *students,
                    const struct rp_table *courses, struct rp_buf *out,
                    struct rp_err *err)
{
    enum rp_status status;

    rp_buf_str(out, "CREATE TABLE student_courses (\n");
    status = put_reference(out, "student_id", students, err);
    if (status == RP_OK)
        status = put_reference(out, "course_id", courses, err);
    if (status != RP_OK)
        return status;
    rp_buf_str(out, "  PRIMARY KEY (student_id, course_id)) WITHOUT ROWID");
    return rp_buf_status(out, err);
}

static enum rp_status
find_link_column(const struct rp_table *links, const char *name,
                 size_t *out_column, struct rp_err *err)
{
    int column = rp_table_column(links, rp_slice_str(name));

    if (column < 0)
        return rp_fail(err, RP_E_USAGE,
                       "%s does not fit: it has no column %s; rename the table "
                       "or its column",
                       links->name, name);
    if (links->columns[column].affinity != RP_AFFINITY_INTEGER)
        return rp_fail(err, RP_E_USAGE,
                       "%s does not fit: its column %s is not declared as "
                       "INTEGER",
                       links->name, name);
    *out_column = (size_t)column;
    return RP_OK;
}

/* How many of the two columns the key has, and whether it has any other. */
struct overlap {
    size_t of_pair;
    size_t other;
};

static struct overlap
overlap_of(const struct rp_unique *key, const size_t pair[2])
{
    struct overlap overlap = { 0, 0 };

    for (size_t i = 0; i < key->count; i++)
        if (key->columns[i] == pair[0] || key->columns[i] == pair[1])
            overlap.of_pair++;
        else
            overlap.other++;
    return overlap;
}

static enum rp_status
check_link_keys(const struct rp_table *links, const size_t pair[2],
                struct rp_err *err)
{
    bool unique = false;

    for (size_t i = 0; i < links->unique_count; i++) {
        const struct rp_unique *key = &links->uniques[i];
        const struct overlap overlap = overlap_of(key, pair);

        if (overlap.other > 0)
            continue;
        if (overlap.of_pair == 1)
            return rp_fail(err, RP_E_USAGE,
                           "%s does not fit: %s alone is unique, so no second "
                           "link of it could be stored",
                           links->name, links->columns[key->columns[0]].name);
        unique = true;
    }
    if (!unique)
        return rp_fail(err, RP_E_USAGE,
                       "%s does not fit: the pair is not unique; add CREATE "
                       "UNIQUE INDEX ... ON %s (student_id, course_id)",
                       links->name, links->name);
    return RP_OK;
}

static enum rp_status
fail_other_column(const struct rp_table *links, const struct rp_column *column,
                  struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s does not fit: its column %s is NOT NULL and has no "
                   "default",
                   links->name, rp_show_in(shown, rp_slice_str(column->name)));
}

/* What an INSERT of the two columns leaves out must fill itself. */
static enum rp_status
check_other_columns(const struct rp_table *links, const size_t pair[2],
                    struct rp_err *err)
{
    for (size_t i = 0; i < links->column_count; i++) {
        const struct rp_column *column = &links->columns[i];

        if (i == pair[0] || i == pair[1] || (int)i == links->rowid_column)
            continue;
        if (column->not_null && !column->has_default)
            return fail_other_column(links, column, err);
    }
    return RP_OK;
}

enum rp_status
rp_schema_links_fit(const struct rp_table *links, struct rp_err *err)
{
    size_t pair[2] = { 0, 0 };
    enum rp_status status =
        find_link_column(links, "student_id", &pair[0], err);

    if (status == RP_OK)
        status = find_link_column(links, "course_id", &pair[1], err);
    if (status == RP_OK)
        status = check_link_keys(links, pair, err);
    if (status == RP_OK)
        status = check_other_columns(links, pair, err);
    return status;
}
