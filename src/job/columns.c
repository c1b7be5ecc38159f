/* see columns.h */
#include "job/columns.h"

#include <string.h>

#include "base/show.h"
#include "school/db.h"

struct choosing {
    const struct rp_columns_request *request;
    struct rp_columns *columns;
    size_t *csv;
    struct rp_slice *db;
    bool *taken; /* by the key or --columns, one per column of the source */
};

static enum rp_status
take(struct choosing *choosing, size_t column)
{
    struct rp_row_shape *shape = &choosing->columns->shape;

    if (!choosing->taken[column])
        choosing->csv[shape->count++] = column;
    choosing->taken[column] = true;
    return RP_OK;
}

static enum rp_status
take_list(struct choosing *choosing, const char *text, char separator,
          const char *option, struct rp_err *err)
{
    struct rp_parts parts = { .count = 0 };
    enum rp_status status = rp_parts_split(text, separator, &parts, err);

    for (size_t i = 0; i < parts.count && status == RP_OK; i++) {
        size_t column = 0;

        status = rp_column_find(choosing->request->source, parts.items[i],
                                option, &column, err);
        if (status == RP_OK)
            status = take(choosing, column);
    }
    rp_parts_release(&parts);
    return status;
}

/* Without --key: the unique key of the table that the source has all columns
 * of; the primary key comes last, since it rarely is a legacy key. */
static bool
take_unique(struct choosing *choosing, const struct rp_unique *unique)
{
    const struct rp_columns_request *request = choosing->request;
    size_t found[RP_KEY_COLUMNS_MAX] = { 0 };

    if (unique->count > RP_KEY_COLUMNS_MAX)
        return false;
    for (size_t i = 0; i < unique->count; i++) {
        struct rp_slice name =
            rp_slice_str(request->table->columns[unique->columns[i]].name);
        size_t column = 0;

        while (column < request->source->width &&
               !rp_slice_eq(request->source->names[column], name))
            column++;
        if (column == request->source->width)
            return false;
        found[i] = column;
    }
    for (size_t i = 0; i < unique->count; i++)
        (void)take(choosing, found[i]);
    return unique->count > 0;
}

static enum rp_status
take_key(struct choosing *choosing, struct rp_err *err)
{
    const struct rp_columns_request *request = choosing->request;
    const struct rp_table *table = request->table;
    struct rp_row_shape *shape = &choosing->columns->shape;
    enum rp_status status = RP_OK;

    if (request->options->key != NULL) {
        status = take_list(choosing, request->options->key, '+', "--key", err);
    } else if (table != NULL) {
        for (size_t i = table->unique_count; i > 0 && shape->count == 0; i--)
            (void)take_unique(choosing, &table->uniques[i - 1]);
    }
    shape->key_count = shape->count;
    if (status == RP_OK && shape->key_count == 0)
        return rp_fail(err, RP_E_USAGE,
                       "%s: which column is the key? write --key COL, or "
                       "--key COL+COL when it takes several",
                       request->source->name);
    if (shape->key_count > RP_KEY_COLUMNS_MAX)
        return rp_fail(err, RP_E_USAGE, "--key: at most %d columns",
                       RP_KEY_COLUMNS_MAX);
    return status;
}

static enum rp_status
take_columns(struct choosing *choosing, struct rp_err *err)
{
    const struct rp_strings *asked = &choosing->request->options->columns;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < asked->count && status == RP_OK; i++)
        status = take_list(choosing, asked->items[i], ',', "--columns", err);
    for (size_t i = 0;
         asked->count == 0 && i < choosing->request->source->width; i++)
        (void)take(choosing, i);
    return status;
}

/* OLD=NEW: the name that the column of the source gets. */
static enum rp_status
rename_one(struct choosing *choosing, const char *text, struct rp_err *err)
{
    struct rp_columns *columns = choosing->columns;
    struct rp_parts parts = { .count = 0 };
    size_t column = 0;
    enum rp_status status = rp_parts_split(text, '=', &parts, err);

    if (status == RP_OK && (parts.count != 2 || parts.items[1].len == 0)) {
        char shown[RP_SHOWN_BYTES];

        status = rp_fail(err, RP_E_USAGE, "--rename %s: write OLD=NEW",
                         rp_show_in(shown, rp_slice_str(text)));
    }
    if (status == RP_OK)
        status = rp_column_find(choosing->request->source, parts.items[0],
                                "--rename", &column, err);
    for (size_t i = 0; i < columns->shape.count && status == RP_OK; i++) {
        if (choosing->csv[i] != column)
            continue;
        choosing->db[i] = rp_arena_slice(&columns->arena, parts.items[1]);
        if (choosing->db[i].ptr == NULL)
            status = rp_fail_nomem(err, "rename a column");
    }
    rp_parts_release(&parts);
    return status;
}

static enum rp_status
name_columns(struct choosing *choosing, struct rp_err *err)
{
    const struct rp_columns_request *request = choosing->request;
    const struct rp_strings *rename = &request->options->rename;
    struct rp_columns *columns = choosing->columns;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < columns->shape.count; i++) {
        choosing->db[i] = rp_arena_slice(
            &columns->arena, request->source->names[choosing->csv[i]]);
        if (choosing->db[i].ptr == NULL)
            return rp_fail_nomem(err, "name the columns");
    }
    for (size_t i = 0; i < rename->count && status == RP_OK; i++)
        status = rename_one(choosing, rename->items[i], err);
    return status;
}

static enum rp_status
check_names(const struct choosing *choosing, struct rp_err *err)
{
    const struct rp_row_shape *shape = &choosing->columns->shape;
    char shown[RP_SHOWN_BYTES];

    for (size_t i = 0; i < shape->count; i++) {
        struct rp_slice name = choosing->db[i];

        if (name.len == 0 || memchr(name.ptr, '\0', name.len) != NULL)
            return rp_fail(err, RP_E_USAGE,
                           "%s: column %zu has no name; write --rename "
                           "'#%zu=NAME', or choose with --columns",
                           choosing->request->source->name,
                           choosing->csv[i] + 1, choosing->csv[i] + 1);
        for (size_t j = 0; j < i; j++)
            if (rp_slice_eq_nocase(name, choosing->db[j]))
                return rp_fail(err, RP_E_USAGE,
                               "%s: two columns would be called %s (a "
                               "database takes upper and lower case as the "
                               "same); write --rename '#%zu=NAME'",
                               choosing->request->source->name,
                               rp_show_in(shown, name), choosing->csv[i] + 1);
        if (choosing->request->table != NULL &&
            rp_table_column(choosing->request->table, name) < 0)
            return rp_fail(err, RP_E_USAGE,
                           "%s has no column %s; choose columns with "
                           "--columns, or write --rename OLD=NEW",
                           choosing->request->table->name,
                           rp_show_in(shown, name));
    }
    return RP_OK;
}

/* A column called id is the primary key of a new table; of a table that is
 * there, its own INTEGER PRIMARY KEY. */
static void
find_id(struct choosing *choosing)
{
    const struct rp_table *table = choosing->request->table;
    struct rp_row_shape *shape = &choosing->columns->shape;
    struct rp_slice name = RP_LIT("id");

    shape->id = -1;
    if (table != NULL && table->rowid_column < 0)
        return;
    if (table != NULL)
        name = rp_slice_str(table->columns[table->rowid_column].name);
    for (size_t i = 0; i < shape->count; i++)
        if (rp_slice_eq_nocase(choosing->db[i], name))
            shape->id = (int)i;
    if (table == NULL && shape->id >= 0)
        choosing->db[shape->id] = name;
}

static enum rp_status
list_left_out(struct choosing *choosing, struct rp_err *err)
{
    const struct rp_source_columns *source = choosing->request->source;
    struct rp_columns *columns = choosing->columns;
    struct rp_slice *names =
        rp_arena_array(&columns->arena, source->width, sizeof *names);

    if (names == NULL)
        return rp_fail_nomem(err, "choose the columns");
    for (size_t i = 0; i < source->width; i++)
        if (!choosing->taken[i])
            names[columns->left_out_count++] = source->names[i];
    columns->left_out = names;
    return RP_OK;
}

enum rp_status
rp_columns_choose(const struct rp_columns_request *request,
                  struct rp_columns *out_columns, struct rp_err *err)
{
    struct choosing choosing = { .request = request, .columns = out_columns };
    struct rp_row_shape *shape = &out_columns->shape;
    struct rp_arena *arena = &out_columns->arena;
    size_t width = request->source->width;
    enum rp_status status;

    choosing.csv = rp_arena_array(arena, width, sizeof *choosing.csv);
    choosing.db = rp_arena_array(arena, width, sizeof *choosing.db);
    choosing.taken = rp_arena_array(arena, width, sizeof *choosing.taken);
    if (choosing.csv == NULL || choosing.db == NULL || choosing.taken == NULL)
        return rp_fail_nomem(err, "choose the columns");
    shape->table = request->options->table;
    shape->csv = choosing.csv;
    shape->db = choosing.db;
    status = take_key(&choosing, err);
    if (status == RP_OK)
        status = take_columns(&choosing, err);
    if (status == RP_OK)
        status = name_columns(&choosing, err);
    if (status == RP_OK)
        status = check_names(&choosing, err);
    if (status == RP_OK)
        status = list_left_out(&choosing, err);
    find_id(&choosing);
    return status;
}

void
rp_columns_release(struct rp_columns *columns)
{
    rp_arena_release(&columns->arena);
    memset(columns, 0, sizeof *columns);
}

static enum rp_status
put_unique(const struct rp_row_shape *shape, struct rp_buf *sql,
           struct rp_err *err)
{
    enum rp_status status = RP_OK;

    rp_buf_str(sql, ",\n  UNIQUE (");
    for (size_t i = 0; i < shape->key_count && status == RP_OK; i++) {
        if (i > 0)
            rp_buf_str(sql, ", ");
        status = rp_db_quote(sql, shape->db[i], err);
    }
    rp_buf_str(sql, ")");
    return status;
}

/* The table's columns stand in the order of the source, the key is anywhere
 * among them. */
static size_t
entry_in_source_order(const struct rp_row_shape *shape, size_t n)
{
    size_t entry = 0;

    for (size_t i = 0; i < shape->count; i++) {
        size_t before = 0;

        for (size_t j = 0; j < shape->count; j++)
            before += shape->csv[j] < shape->csv[i] ? 1 : 0;
        if (before == n)
            entry = i;
    }
    return entry;
}

enum rp_status
rp_columns_create(const struct rp_row_shape *shape, struct rp_buf *out_sql,
                  struct rp_err *err)
{
    bool key_is_id = shape->key_count == 1 && shape->id == 0;
    enum rp_status status =
        rp_db_sql(out_sql, err,
                  "CREATE TABLE \"%w\" (\n  id INTEGER NOT NULL PRIMARY "
                  "KEY",
                  shape->table);

    for (size_t n = 0; n < shape->count && status == RP_OK; n++) {
        size_t i = entry_in_source_order(shape, n);

        if ((int)i == shape->id)
            continue;
        rp_buf_str(out_sql, ",\n  ");
        status = rp_db_quote(out_sql, shape->db[i], err);
        rp_buf_str(out_sql, i < shape->key_count ? " TEXT NOT NULL" : " TEXT");
    }
    if (status == RP_OK && !key_is_id)
        status = put_unique(shape, out_sql, err);
    rp_buf_str(out_sql, ")");
    return status == RP_OK ? rp_buf_status(out_sql, err) : status;
}
