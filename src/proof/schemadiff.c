/* see schemadiff.h */
#include "proof/schemadiff.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/slice.h"

static enum rp_status
add(struct rp_schemadiff *diff, const struct rp_schema_change *change,
    struct rp_err *err)
{
    void *changes = diff->changes;

    if (rp_grow(&changes, &diff->capacity, diff->count + 1, sizeof *change) !=
        0)
        return rp_fail_nomem(err, "compare schemas");
    diff->changes = changes;
    diff->changes[diff->count++] = *change;
    return RP_OK;
}

static const struct rp_object *
find_object(const struct rp_state *state, const struct rp_object *object)
{
    for (size_t i = 0; i < state->object_count; i++)
        if (strcmp(state->objects[i].type, object->type) == 0 &&
            rp_name_eq(state->objects[i].name, object->name))
            return &state->objects[i];
    return NULL;
}

/* Was a column or the key of the table told to differ? */
static bool
is_told(const struct rp_schemadiff *diff, const char *table)
{
    for (size_t i = 0; i < diff->count; i++)
        if (diff->changes[i].what != RP_SCHEMA_OBJECT &&
            rp_name_eq(diff->changes[i].table, table))
            return true;
    return false;
}

/* old, new: its SQL on either side. */
static enum rp_status
add_object(struct rp_schemadiff *diff, const struct rp_object *object,
           struct rp_slice old, struct rp_slice new, struct rp_err *err)
{
    const struct rp_schema_change change = {
        .what = RP_SCHEMA_OBJECT,
        .type = object->type,
        .table = object->table,
        .name = object->name,
        .old = (const char *)old.ptr,
        .new = (const char *)new.ptr,
    };

    return add(diff, &change, err);
}

static enum rp_status
compare_object(struct rp_schemadiff *diff, const struct rp_object *old,
               const struct rp_object *new, struct rp_err *err)
{
    if (rp_slice_eq(old->sql, new->sql))
        return RP_OK;
    if (strcmp(old->type, "table") == 0 && is_told(diff, old->name))
        return RP_OK;
    return add_object(diff, old, old->sql, new->sql, err);
}

static enum rp_status
compare_objects(struct rp_schemadiff *diff, const struct rp_state *old,
                const struct rp_state *new, struct rp_err *err)
{
    const struct rp_slice nowhere = { NULL, 0 };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < old->object_count && status == RP_OK; i++) {
        const struct rp_object *object = &old->objects[i];
        const struct rp_object *other;

        if (rp_object_is_internal(object))
            continue;
        other = find_object(new, object);
        status = other == NULL
                     ? add_object(diff, object, object->sql, nowhere, err)
                     : compare_object(diff, object, other, err);
    }
    for (size_t i = 0; i < new->object_count &&status == RP_OK; i++)
        if (!rp_object_is_internal(&new->objects[i]) &&
            find_object(old, &new->objects[i]) == NULL)
            status = add_object(diff, &new->objects[i], nowhere,
                                new->objects[i].sql, err);
    return status;
}

/* Names of columns as one text: all of them, or those of the key. */
static const char *
names_of(struct rp_schemadiff *diff, const struct rp_table *table, bool key)
{
    const size_t count = key ? table->primary.count : table->column_count;
    struct rp_buf names = { 0 };
    const char *kept;

    for (size_t i = 0; i < count; i++) {
        const size_t column = key ? table->primary.columns[i] : i;

        rp_buf_str(&names, i == 0 ? "" : ", ");
        rp_buf_str(&names, table->columns[column].name);
    }
    kept =
        names.failed ? NULL : rp_arena_str(&diff->arena, rp_buf_cstr(&names));
    rp_buf_release(&names);
    return kept;
}

/* The columns, or the key, in other order or number. */
static enum rp_status
add_names(struct rp_schemadiff *diff, const struct rp_table *old,
          const struct rp_table *new, bool key, struct rp_err *err)
{
    const struct rp_schema_change change = {
        .what = key ? RP_SCHEMA_KEY : RP_SCHEMA_COLUMNS,
        .type = key ? "key" : "columns",
        .table = old->name,
        .old = names_of(diff, old, key),
        .new = names_of(diff, new, key),
    };

    if (change.old == NULL || change.new == NULL)
        return rp_fail_nomem(err, "compare schemas");
    return add(diff, &change, err);
}

static enum rp_status
add_column(struct rp_schemadiff *diff, const struct rp_table *table,
           const char *old, const char *new, struct rp_err *err)
{
    const struct rp_schema_change change = {
        .what = RP_SCHEMA_COLUMN,
        .type = "column",
        .table = table->name,
        .name = old != NULL ? old : new,
        .old = old,
        .new = new,
    };

    return add(diff, &change, err);
}

/* What column i of table is called in other; NULL when it has none. */
static const char *
name_in(const struct rp_table *other, const struct rp_table *table, size_t i)
{
    const int column =
        rp_table_column(other, rp_slice_str(table->columns[i].name));

    return column < 0 ? NULL : other->columns[column].name;
}

/* Do the columns that both have stand in the same order? */
static bool
same_order(const struct rp_table *old, const struct rp_table *new)
{
    int last = -1;

    for (size_t i = 0; i < old->column_count; i++) {
        const int column =
            rp_table_column(new, rp_slice_str(old->columns[i].name));

        if (column < 0)
            continue;
        if (column < last)
            return false;
        last = column;
    }
    return true;
}

static enum rp_status
compare_columns(struct rp_schemadiff *diff, const struct rp_table *old,
                const struct rp_table *new, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < old->column_count && status == RP_OK; i++) {
        const char *name = old->columns[i].name;
        const char *other = name_in(new, old, i);

        if (other == NULL || strcmp(name, other) != 0)
            status = add_column(diff, old, name, other, err);
    }
    for (size_t i = 0; i < new->column_count &&status == RP_OK; i++)
        if (name_in(old, new, i) == NULL)
            status = add_column(diff, old, NULL, new->columns[i].name, err);
    if (status == RP_OK && !same_order(old, new))
        status = add_names(diff, old, new, false, err);
    if (status == RP_OK && !rp_tables_same_key(old, new))
        status = add_names(diff, old, new, true, err);
    return status;
}

enum rp_status
rp_schemadiff_find(struct rp_schemadiff *diff, const struct rp_state *old,
                   const struct rp_state *new, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < old->table_count && status == RP_OK; i++) {
        const int other = rp_state_table(new, old->tables[i].name);

        if (other >= 0)
            status = compare_columns(diff, &old->tables[i], &new->tables[other],
                                     err);
    }
    return status == RP_OK ? compare_objects(diff, old, new, err) : status;
}

void
rp_schemadiff_release(struct rp_schemadiff *diff)
{
    rp_arena_release(&diff->arena);
    rp_free(diff->changes);
    memset(diff, 0, sizeof *diff);
}
