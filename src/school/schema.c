/* schema.c - see schema.h. */
#include "school/schema.h"

#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/slice.h"
#include "school/conn.h"
#include "school/table.h"

struct rp_schema {
    struct rp_arena arena;
    const char *path;
    struct rp_object *objects;
    size_t object_count;
    size_t object_capacity;
    struct rp_table *tables;
    size_t table_count;
    size_t table_capacity;
};

static enum rp_status
fail_nomem(struct rp_err *err)
{
    return rp_fail_nomem(err, "hold the schema");
}

/* The cell's bytes, kept in the arena with a NUL behind them. */
static struct rp_slice
kept_cell(struct rp_schema *schema, struct rp_stmt *stmt, int index)
{
    return rp_arena_slice(&schema->arena, rp_stmt_cell(stmt, index).bytes);
}

static enum rp_status
add_object(struct rp_schema *schema, struct rp_stmt *row, struct rp_err *err)
{
    struct rp_object object;
    void *objects = schema->objects;

    if (rp_grow(&objects, &schema->object_capacity, schema->object_count + 1,
                sizeof object) != 0)
        return fail_nomem(err);
    schema->objects = objects;
    object.type = (const char *)kept_cell(schema, row, 0).ptr;
    object.name = (const char *)kept_cell(schema, row, 1).ptr;
    object.table = (const char *)kept_cell(schema, row, 2).ptr;
    object.sql = kept_cell(schema, row, 3);
    if (object.type == NULL || object.name == NULL || object.table == NULL ||
        object.sql.ptr == NULL)
        return fail_nomem(err);
    schema->objects[schema->object_count++] = object;
    return RP_OK;
}

static enum rp_status
read_objects(struct rp_schema *schema, struct rp_db *db, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = true;
    enum rp_status status = rp_stmt_fixed(db, RP_SQL_OBJECTS, &stmt, err);

    if (status != RP_OK)
        return status;
    while (status == RP_OK) {
        status = rp_stmt_step(stmt, &row, err);
        if (status != RP_OK || !row)
            break;
        status = add_object(schema, stmt, err);
    }
    rp_stmt_close(stmt);
    return status;
}

static const char *
sql_of_table(const struct rp_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->object_count; i++) {
        const struct rp_object *object = &schema->objects[i];

        if (strcmp(object->type, "table") == 0 &&
            strcmp(object->name, name) == 0 && object->sql.len > 0)
            return (const char *)object->sql.ptr;
    }
    return NULL;
}

static enum rp_status
add_table(struct rp_schema *schema, struct rp_stmt *row,
          struct rp_table_reader *reader, struct rp_err *err)
{
    struct rp_table table = { .rowid_column = -1 };
    void *tables = schema->tables;
    enum rp_status status;

    if (rp_grow(&tables, &schema->table_capacity, schema->table_count + 1,
                sizeof table) != 0)
        return fail_nomem(err);
    schema->tables = tables;
    table.name = (const char *)kept_cell(schema, row, 0).ptr;
    if (table.name == NULL)
        return fail_nomem(err);
    table.sql = sql_of_table(schema, table.name);
    table.without_rowid = rp_stmt_cell(row, 1).integer != 0;
    status =
        rp_table_read(reader, &table, rp_stmt_cell(row, 2).integer != 0, err);
    if (status == RP_OK)
        schema->tables[schema->table_count++] = table;
    return status;
}

static enum rp_status
read_tables(struct rp_schema *schema, struct rp_db *db, struct rp_err *err)
{
    struct rp_table_reader reader;
    struct rp_stmt *stmt = NULL;
    bool row = true;
    enum rp_status status =
        rp_table_reader_init(&reader, db, &schema->arena, err);

    if (status == RP_OK)
        status = rp_stmt_fixed(db, RP_SQL_TABLES, &stmt, err);
    while (status == RP_OK) {
        status = rp_stmt_step(stmt, &row, err);
        if (status != RP_OK || !row)
            break;
        status = add_table(schema, stmt, &reader, err);
    }
    rp_stmt_close(stmt);
    rp_table_reader_release(&reader);
    return status;
}

enum rp_status
rp_schema_open(struct rp_db *db, struct rp_schema **out_schema,
               struct rp_err *err)
{
    struct rp_schema *schema = rp_zalloc(sizeof *schema);
    enum rp_status status;

    if (schema == NULL)
        return fail_nomem(err);
    schema->path = rp_arena_str(&schema->arena, rp_db_path(db));
    status =
        schema->path == NULL ? fail_nomem(err) : read_objects(schema, db, err);
    if (status == RP_OK)
        status = read_tables(schema, db, err);
    if (status != RP_OK) {
        rp_schema_close(schema);
        return status;
    }
    *out_schema = schema;
    return RP_OK;
}

void
rp_schema_close(struct rp_schema *schema)
{
    if (schema == NULL)
        return;
    rp_arena_release(&schema->arena);
    rp_free(schema->objects);
    rp_free(schema->tables);
    rp_free(schema);
}

const char *
rp_schema_path(const struct rp_schema *schema)
{
    return schema->path;
}

const struct rp_table *
rp_schema_tables(const struct rp_schema *schema, size_t *out_count)
{
    *out_count = schema->table_count;
    return schema->tables;
}

const struct rp_table *
rp_schema_table(const struct rp_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->table_count; i++)
        if (rp_name_eq(schema->tables[i].name, name))
            return &schema->tables[i];
    return NULL;
}

int
rp_table_column(const struct rp_table *table, struct rp_slice name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (rp_slice_eq(rp_slice_str(table->columns[i].name), name))
            return (int)i;
    for (size_t i = 0; i < table->column_count; i++)
        if (rp_slice_eq_nocase(rp_slice_str(table->columns[i].name), name))
            return (int)i;
    return -1;
}

const struct rp_object *
rp_schema_objects(const struct rp_schema *schema, size_t *out_count)
{
    *out_count = schema->object_count;
    return schema->objects;
}

/* Triggers have names of their own: a table may be called like one. */
bool
rp_object_is_internal(const struct rp_object *object)
{
    const struct rp_slice name = rp_slice_str(object->name);
    const struct rp_slice prefix = RP_LIT("sqlite_");

    return name.len >= prefix.len &&
           rp_slice_eq_nocase((struct rp_slice){ name.ptr, prefix.len },
                              prefix);
}

const struct rp_object *
rp_schema_object(const struct rp_schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->object_count; i++)
        if (strcmp(schema->objects[i].type, "trigger") != 0 &&
            rp_name_eq(schema->objects[i].name, name))
            return &schema->objects[i];
    return NULL;
}

size_t
rp_schema_trigger_count(const struct rp_schema *schema, const char *table)
{
    size_t count = 0;

    for (size_t i = 0; i < schema->object_count; i++)
        if (strcmp(schema->objects[i].type, "trigger") == 0 &&
            rp_name_eq(schema->objects[i].table, table))
            count++;
    return count;
}
