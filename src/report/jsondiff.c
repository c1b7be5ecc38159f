/* see diff.h: for programs. */
#include <string.h>

#include "base/show.h"
#include "report/diff.h"
#include "report/jsondoor.h"
#include "school/cell.h"

#define SCHEMA "rollproof/diff/1"
#define WHAT "the differences"
#define HASH_BYTES 16
#define HASH_HEX 33

static const char *const shown_names[RP_DIFFERENCES] = {
    [RP_ROW_MISSING] = "shown_missing",
    [RP_ROW_ADDED] = "shown_added",
    [RP_ROW_CHANGED] = "shown_changed",
};

/* What was made by show, as a value. */
static void
set_made(struct rp_json_maker *maker, json_t *object, const char *name,
         struct rp_buf *made)
{
    rp_json_set_text(maker, object, name, rp_buf_cstr(made));
    maker->failed = maker->failed || made->failed;
    rp_buf_release(made);
}

/* Names may hold any byte. */
static void
set_shown(struct rp_json_maker *maker, json_t *object, const char *name,
          const char *text)
{
    struct rp_buf shown = { 0 };

    if (text == NULL) {
        rp_json_set(maker, object, name, json_null());
        return;
    }
    rp_show(&shown, rp_slice_str(text));
    set_made(maker, object, name, &shown);
}

/* As SQL writes it: the type is seen, and every byte. */
static void
set_cell(struct rp_json_maker *maker, json_t *object, const char *name,
         const struct rp_cell *cell)
{
    struct rp_buf shown = { 0 };

    rp_cell_show(&shown, cell);
    set_made(maker, object, name, &shown);
}

static json_t *
make_line(struct rp_json_maker *maker, const char *record)
{
    json_t *line = rp_json_object(maker);

    rp_json_set_text(maker, line, "record", record);
    return line;
}

static json_t *
make_side(struct rp_json_maker *maker, const struct rp_diff_side *side)
{
    json_t *object = rp_json_object(maker);

    rp_json_set_text(maker, object, "name", side->name);
    rp_json_set_text(maker, object, "kind", side->kind);
    rp_json_set_count(maker, object, "tables", side->tables);
    rp_json_set_count(maker, object, "rows", side->rows);
    rp_json_set_text(maker, object, "content", side->content);
    return object;
}

static enum rp_status
put_sides(struct rp_buf *out, const struct rp_diff *diff, struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *line = make_line(&maker, "diff");

    rp_json_set_text(&maker, line, "schema", SCHEMA);
    rp_json_set_text(&maker, line, "rollproof", diff->program);
    rp_json_set(&maker, line, "a", make_side(&maker, &diff->old));
    rp_json_set(&maker, line, "b", make_side(&maker, &diff->new));
    return rp_json_line(&maker, line, out, WHAT, err);
}

static enum rp_status
put_change(struct rp_buf *out, const struct rp_schema_change *change,
           struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *line = make_line(&maker, "schema");

    rp_json_set_text(&maker, line, "type", change->type);
    set_shown(&maker, line, "table", change->table);
    set_shown(&maker, line, "name", change->name);
    set_shown(&maker, line, "a", change->old);
    set_shown(&maker, line, "b", change->new);
    return rp_json_line(&maker, line, out, WHAT, err);
}

static void
set_count(struct rp_json_maker *maker, json_t *line, const char *name,
          bool known, uint64_t count)
{
    if (known)
        rp_json_set_count(maker, line, name, count);
    else
        rp_json_set(maker, line, name, json_null());
}

static enum rp_status
put_table(struct rp_buf *out, const struct rp_diff_table *table,
          struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *line = make_line(&maker, "table");

    rp_json_set_text(&maker, line, "table", table->name);
    rp_json_set_text(&maker, line, "result", rp_diff_table_word(table));
    set_count(&maker, line, "rows_a", table->there_old, table->rows_old);
    set_count(&maker, line, "rows_b", table->there_new, table->rows_new);
    for (int i = 0; i < RP_DIFFERENCES; i++)
        set_count(&maker, line, rp_difference_name((enum rp_difference)i),
                  rp_diff_is_known(table, (enum rp_difference)i),
                  table->found[i]);
    rp_json_set_count(&maker, line, "undecided", table->undecided);
    for (int i = 0; i < RP_DIFFERENCES; i++)
        rp_json_set_count(&maker, line, shown_names[i], table->shown[i]);
    return rp_json_line(&maker, line, out, WHAT, err);
}

static enum rp_status
put_head(struct rp_buf *out, const struct rp_diff *diff, struct rp_err *err)
{
    enum rp_status status;

    rp_json_begin();
    status = put_sides(out, diff, err);
    for (size_t i = 0; i < diff->schema->count && status == RP_OK; i++)
        status = put_change(out, &diff->schema->changes[i], err);
    for (size_t i = 0; i < diff->table_count && status == RP_OK; i++)
        status = put_table(out, &diff->tables[i], err);
    return status;
}

/* A row names its table. */
static enum rp_status
put_nothing(struct rp_buf *out, const struct rp_diff_table *table,
            struct rp_err *err)
{
    (void)table;
    return rp_buf_status(out, err);
}

static json_t *
make_key(struct rp_json_maker *maker, const struct rp_table *table,
         const struct rp_mark *mark)
{
    json_t *key = rp_json_array(maker);

    for (size_t i = 0; i < table->primary.count; i++) {
        json_t *part = rp_json_object(maker);

        set_shown(maker, part, "column",
                  table->columns[table->primary.columns[i]].name);
        set_cell(maker, part, "value", &mark->key[i]);
        rp_json_append(maker, key, part);
    }
    return key;
}

static json_t *
make_cells(struct rp_json_maker *maker, const struct rp_pairing *pairing,
           const struct rp_cell *old_cells, const struct rp_cell *new_cells)
{
    const struct rp_table *table = rp_pairing_old(pairing);
    json_t *cells = rp_json_array(maker);

    for (size_t i = 0; i < pairing->column_count; i++) {
        const struct rp_cell *old = &old_cells[pairing->old_columns[i]];
        const struct rp_cell *new = &new_cells[pairing->new_columns[i]];
        json_t *cell;

        if (rp_cell_same(old, new))
            continue;
        cell = rp_json_object(maker);
        set_shown(maker, cell, "column",
                  table->columns[pairing->old_columns[i]].name);
        set_cell(maker, cell, "a", old);
        set_cell(maker, cell, "b", new);
        rp_json_append(maker, cells, cell);
    }
    return cells;
}

static void
set_hash(struct rp_json_maker *maker, json_t *line, struct rp_hash128 hash)
{
    unsigned char be[HASH_BYTES];
    char hex[HASH_HEX];

    rp_hash128_put(be, hash);
    rp_hex(hex, be, sizeof be);
    rp_json_set_text(maker, line, "hash", hex);
}

static enum rp_status
put_row(struct rp_buf *out, const struct rp_diff_row *row, struct rp_err *err)
{
    const struct rp_mark *mark = row->old != NULL ? row->old : row->new;
    const struct rp_table *table = row->old != NULL
                                       ? rp_pairing_old(row->pairing)
                                       : rp_pairing_new(row->pairing);
    struct rp_json_maker maker = { false };
    json_t *line;

    rp_json_begin();
    line = make_line(&maker, "row");
    set_shown(&maker, line, "table", table->name);
    rp_json_set_text(&maker, line, "difference",
                     rp_difference_name(row->difference));
    if (mark->key != NULL)
        rp_json_set(&maker, line, "key", make_key(&maker, table, mark));
    else
        set_hash(&maker, line, mark->hash);
    if (mark->key == NULL && mark->name[0] != '\0')
        rp_json_set_text(&maker, line, "values", mark->name);
    if (row->old != NULL && row->new != NULL && row->old->cells != NULL &&
        row->new->cells != NULL)
        rp_json_set(
            &maker, line, "cells",
            make_cells(&maker, row->pairing, row->old->cells, row->new->cells));
    return rp_json_line(&maker, line, out, WHAT, err);
}

static enum rp_status
put_end(struct rp_buf *out, const struct rp_diff *diff, struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *line;

    rp_json_begin();
    line = make_line(&maker, "total");
    rp_json_set_bool(&maker, line, "same", rp_diff_is_same(diff));
    for (int i = 0; i < RP_DIFFERENCES; i++)
        rp_json_set_count(&maker, line,
                          rp_difference_name((enum rp_difference)i),
                          rp_diff_total(diff, (enum rp_difference)i));
    rp_json_set_count(&maker, line, "undecided", rp_diff_undecided(diff));
    rp_json_set_count(&maker, line, "schema", diff->schema->count);
    return rp_json_line(&maker, line, out, WHAT, err);
}

const struct rp_diff_writer rp_diff_json = { put_head, put_nothing, put_row,
                                             put_end };
