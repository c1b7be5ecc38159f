/* see wayback.h */
#include "job/wayback.h"

#include <string.h>

#include "base/shell.h"
#include "school/change.h"

struct making {
    const struct rp_way_back *way;
    bool ours;            /* the table is the one that migrate makes */
    bool course_index;    /* and has the index that --course-index makes */
    struct rp_buf before; /* statements for sqlite3 */
    struct rp_buf after;
};

/* Does the last line hold what may begin a comment, of which a semicolon behind
 * it would be a part? */
static bool
ends_in_comment(struct rp_slice sql)
{
    for (size_t i = sql.len; i > 1 && sql.ptr[i - 1] != '\n'; i--)
        if (sql.ptr[i - 1] == '-' && sql.ptr[i - 2] == '-')
            return true;
    return false;
}

/* Where it can, the semicolon follows at once: SQLite keeps what stands before
 * it. */
static void
put_statement(struct rp_buf *out, struct rp_slice sql)
{
    rp_buf_slice(out, sql);
    rp_buf_str(out, ends_in_comment(sql) ? "\n;\n" : ";\n");
}

static enum rp_status
look_at_table(struct making *making, struct rp_err *err)
{
    const struct rp_way_back *way = making->way;
    struct rp_buf create = { 0 };
    enum rp_status status =
        rp_schema_links_sql(way->students, way->courses, &create, err);

    if (status == RP_OK)
        making->ours = strcmp(rp_buf_cstr(&create), way->links->sql) == 0;
    rp_buf_release(&create);
    if (status == RP_OK && !making->ours)
        put_statement(&making->before, rp_slice_str(way->links->sql));
    return status;
}

/* Indexes and triggers; those without SQL come with the table. */
static void
look_at_object(struct making *making, const struct rp_object *object)
{
    if (object->sql.len == 0 || strcmp(object->type, "table") == 0 ||
        !rp_name_eq(object->table, making->way->links->name))
        return;
    if (strcmp(object->type, "trigger") == 0)
        put_statement(&making->after, object->sql);
    else if (rp_slice_eq(object->sql, RP_LIT(RP_COURSE_INDEX_SQL)))
        making->course_index = true;
    else
        put_statement(making->ours ? &making->after : &making->before,
                      object->sql);
}

static void
look_at_objects(struct making *making)
{
    size_t count = 0;
    const struct rp_object *objects =
        rp_schema_objects(making->way->schema, &count);

    for (size_t i = 0; i < count; i++)
        look_at_object(making, &objects[i]);
}

static void
put_sqlite(struct rp_buf *out, const struct making *making,
           const struct rp_buf *statements)
{
    struct rp_buf all = { 0 };

    rp_buf_str(&all, "BEGIN;\n");
    rp_buf_slice(&all, rp_buf_view(statements));
    rp_buf_str(&all, "COMMIT");
    rp_buf_str(out, "sqlite3 ");
    rp_put_shell_path(out, making->way->school);
    rp_buf_byte(out, ' ');
    rp_put_shell_word(out, rp_buf_cstr(&all));
    out->failed = out->failed || all.failed || statements->failed;
    rp_buf_release(&all);
}

/* --student 'student_id=KEY': in a SPEC some characters of a name are taken
 * literally only behind a backslash. */
static void
put_option(struct rp_buf *out, const char *option, const char *column,
           const struct rp_table *parent)
{
    const char *name = parent->columns[parent->rowid_column].name;
    struct rp_buf spec = { 0 };

    rp_buf_printf(&spec, "%s=", column);
    for (; *name != '\0'; name++) {
        if (strchr("+=,#\\", *name) != NULL)
            rp_buf_byte(&spec, '\\');
        rp_buf_byte(&spec, (unsigned char)*name);
    }
    rp_buf_printf(out, " %s ", option);
    rp_put_shell_word(out, rp_buf_cstr(&spec));
    out->failed = out->failed || spec.failed;
    rp_buf_release(&spec);
}

static void
put_migrate(struct rp_buf *out, const struct making *making)
{
    const struct rp_way_back *way = making->way;

    rp_buf_str(out, "rollproof migrate ");
    rp_put_shell_path(out, way->school);
    rp_buf_byte(out, ' ');
    rp_put_shell_path(out, way->file);
    put_option(out, "--student", "student_id", way->students);
    put_option(out, "--course", "course_id", way->courses);
    if (making->course_index)
        rp_buf_str(out, " --course-index");
}

/* A file without a record is no source: the empty table is made anew. */
static void
put_upgrade(struct rp_buf *out, struct making *making)
{
    if (making->course_index)
        put_statement(&making->after, RP_LIT(RP_COURSE_INDEX_SQL));
    if (!making->ours)
        return;
    rp_buf_str(out, "rollproof upgrade ");
    rp_put_shell_path(out, making->way->school);
}

static void
put_line(struct rp_buf *out, struct making *making)
{
    const size_t start = out->len;

    if (making->before.len > 0)
        put_sqlite(out, making, &making->before);
    if (making->before.len > 0 && making->way->has_links)
        rp_buf_str(out, " && ");
    if (making->way->has_links)
        put_migrate(out, making);
    else
        put_upgrade(out, making);
    if (making->after.len > 0) {
        rp_buf_str(out, out->len > start ? " && " : "");
        put_sqlite(out, making, &making->after);
    }
}

enum rp_status
rp_way_back(const struct rp_way_back *way, struct rp_buf *out,
            struct rp_err *err)
{
    struct making making = { .way = way };
    enum rp_status status = look_at_table(&making, err);

    look_at_objects(&making);
    if (status == RP_OK)
        put_line(out, &making);
    out->failed = out->failed || making.before.failed || making.after.failed;
    rp_buf_release(&making.before);
    rp_buf_release(&making.after);
    return status == RP_OK ? rp_buf_status(out, err) : status;
}
