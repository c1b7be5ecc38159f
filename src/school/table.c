/* table.c - see table.h. */
#include "school/table.h"

#include <string.h>

#include "base/mem.h"
#include "base/slice.h"
#include "school/conn.h"

enum rp_status
rp_table_reader_init(struct rp_table_reader *reader, struct rp_db *db,
                     struct rp_arena *arena, struct rp_err *err)
{
    enum rp_status status;

    *reader = (struct rp_table_reader){ .db = db, .arena = arena };
    status = rp_stmt_fixed(db, RP_SQL_COLUMNS, &reader->columns_of, err);
    if (status == RP_OK)
        status = rp_stmt_fixed(db, RP_SQL_INDEXES, &reader->indexes_of, err);
    if (status == RP_OK)
        status = rp_stmt_fixed(db, RP_SQL_INDEX_COLUMNS,
                               &reader->index_columns_of, err);
    if (status == RP_OK)
        status =
            rp_stmt_fixed(db, RP_SQL_INDEX_ODD, &reader->odd_columns_of, err);
    return status;
}

void
rp_table_reader_release(struct rp_table_reader *reader)
{
    rp_stmt_close(reader->columns_of);
    rp_stmt_close(reader->indexes_of);
    rp_stmt_close(reader->index_columns_of);
    rp_stmt_close(reader->odd_columns_of);
    rp_free(reader->all);
    rp_free(reader->columns);
    rp_free(reader->uniques);
    rp_free(reader->places);
    *reader = (struct rp_table_reader){ 0 };
}

static enum rp_status
fail_nomem(struct rp_err *err)
{
    return rp_fail_nomem(err, "hold the schema");
}

/* Room for one more in the array *items. */
static enum rp_status
grow(void **items, size_t *capacity, size_t count, size_t bytes,
     struct rp_err *err)
{
    if (rp_grow(items, capacity, count + 1, bytes) != 0)
        return fail_nomem(err);
    return RP_OK;
}

/* A copy in the arena; a valid pointer also when there are none. */
static void *
keep(struct rp_arena *arena, const void *items, size_t count, size_t bytes)
{
    void *kept = rp_arena_array(arena, count, bytes);

    if (kept != NULL && count > 0)
        memcpy(kept, items, count * bytes);
    return kept;
}

static bool
holds(struct rp_slice text, const char *word)
{
    struct rp_slice part = { text.ptr, strlen(word) };

    for (; part.ptr + part.len <= text.ptr + text.len; part.ptr++)
        if (rp_slice_eq_nocase(part, rp_slice_str(word)))
            return true;
    return false;
}

/* The affinity of a declared type (sqlite.org/datatype3.html, 3.1). */
static enum rp_affinity
affinity_of(struct rp_slice declared, bool is_strict)
{
    static const struct {
        const char *word;
        enum rp_affinity affinity;
    } rules[] = {
        { "INT", RP_AFFINITY_INTEGER }, { "CHAR", RP_AFFINITY_TEXT },
        { "CLOB", RP_AFFINITY_TEXT },   { "TEXT", RP_AFFINITY_TEXT },
        { "BLOB", RP_AFFINITY_BLOB },   { "REAL", RP_AFFINITY_REAL },
        { "FLOA", RP_AFFINITY_REAL },   { "DOUB", RP_AFFINITY_REAL },
    };

    if (declared.len == 0)
        return RP_AFFINITY_BLOB;
    /* A STRICT table stores what is given in its ANY columns. */
    if (is_strict && rp_slice_eq_nocase(declared, RP_LIT("ANY")))
        return RP_AFFINITY_BLOB;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (holds(declared, rules[i].word))
            return rules[i].affinity;
    return RP_AFFINITY_NUMERIC;
}

/* One row of RP_SQL_COLUMNS. */
enum column_field {
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_NOT_NULL,
    COLUMN_DEFAULT,
    COLUMN_PK,
    COLUMN_HIDDEN,
};

static enum rp_status
add_stored(struct rp_table_reader *reader, struct rp_table *table,
           bool is_strict, struct rp_err *err)
{
    struct rp_stmt *row = reader->columns_of;
    struct rp_cell preset = rp_stmt_cell(row, COLUMN_DEFAULT);
    struct rp_column column = { 0 };
    void *columns = reader->columns;
    enum rp_status status = grow(&columns, &reader->column_capacity,
                                 table->column_count, sizeof column, err);

    reader->columns = columns;
    if (status != RP_OK)
        return status;
    column.name = (const char *)rp_arena_slice(
                      reader->arena, rp_stmt_cell(row, COLUMN_NAME).bytes)
                      .ptr;
    if (column.name == NULL)
        return fail_nomem(err);
    column.affinity =
        affinity_of(rp_stmt_cell(row, COLUMN_TYPE).bytes, is_strict);
    column.not_null = rp_stmt_cell(row, COLUMN_NOT_NULL).integer != 0;
    column.has_default = preset.type == RP_CELL_TEXT &&
                         !rp_slice_eq_nocase(preset.bytes, RP_LIT("NULL"));
    reader->columns[table->column_count++] = column;
    return RP_OK;
}

static enum rp_status
add_column(struct rp_table_reader *reader, struct rp_table *table,
           bool is_strict, struct rp_err *err)
{
    struct rp_stmt *row = reader->columns_of;
    struct rp_slice declared = rp_stmt_cell(row, COLUMN_TYPE).bytes;
    const bool stored = rp_stmt_cell(row, COLUMN_HIDDEN).integer == 0;
    struct rp_table_column column = {
        .stored = stored ? (int)table->column_count : -1,
        .pk = rp_stmt_cell(row, COLUMN_PK).integer,
        .is_integer = rp_slice_eq_nocase(declared, RP_LIT("INTEGER")),
    };
    void *all = reader->all;
    enum rp_status status = grow(&all, &reader->all_capacity, reader->all_count,
                                 sizeof column, err);

    reader->all = all;
    if (status != RP_OK)
        return status;
    reader->all[reader->all_count++] = column;
    if (stored)
        return add_stored(reader, table, is_strict, err);
    table->has_generated = true;
    return RP_OK;
}

static enum rp_status
read_columns(struct rp_table_reader *reader, struct rp_table *table,
             bool is_strict, struct rp_err *err)
{
    bool row = true;
    enum rp_status status = rp_stmt_bind_text(reader->columns_of, 1,
                                              rp_slice_str(table->name), err);

    reader->all_count = 0;
    while (status == RP_OK) {
        status = rp_stmt_step(reader->columns_of, &row, err);
        if (status != RP_OK || !row)
            break;
        status = add_column(reader, table, is_strict, err);
    }
    rp_stmt_reset(reader->columns_of);
    if (status != RP_OK)
        return status;
    table->columns = keep(reader->arena, reader->columns, table->column_count,
                          sizeof *table->columns);
    return table->columns == NULL ? fail_nomem(err) : RP_OK;
}

/* The column at this place of the PRIMARY KEY, or -1. */
static int
primary_at(const struct rp_table_reader *reader, int64_t place)
{
    for (size_t i = 0; i < reader->all_count; i++)
        if (reader->all[i].pk == place)
            return reader->all[i].stored;
    return -1;
}

static size_t
primary_count(const struct rp_table_reader *reader)
{
    size_t count = 0;

    for (size_t i = 0; i < reader->all_count; i++)
        if (reader->all[i].pk > 0 && reader->all[i].stored >= 0)
            count++;
    return count;
}

/* Places may have gaps: PRIMARY KEY (a, a, b) is allowed. */
static enum rp_status
take_primary(struct rp_table_reader *reader, struct rp_table *table,
             struct rp_err *err)
{
    struct rp_unique *primary = &table->primary;
    const size_t count = primary_count(reader);

    primary->columns =
        rp_arena_array(reader->arena, count, sizeof *primary->columns);
    if (primary->columns == NULL)
        return fail_nomem(err);
    for (int64_t place = 1; primary->count < count; place++) {
        int column = primary_at(reader, place);

        if (column >= 0)
            primary->columns[primary->count++] = (size_t)column;
    }
    return RP_OK;
}

/* cid is -1 for the rowid and -2 for an expression. */
static int
stored_column(const struct rp_table_reader *reader, int64_t cid)
{
    if (cid < 0 || (uint64_t)cid >= reader->all_count)
        return -1;
    return reader->all[cid].stored;
}

/* The columns of the index that is bound; *out_count is 0 when it stands on
 * more than stored columns. */
static enum rp_status
read_places(struct rp_table_reader *reader, size_t *out_count,
            struct rp_err *err)
{
    size_t count = 0;
    bool row = true;

    *out_count = 0;
    for (;;) {
        void *places = reader->places;
        enum rp_status status = grow(&places, &reader->place_capacity, count,
                                     sizeof *reader->places, err);
        int column;

        reader->places = places;
        if (status == RP_OK)
            status = rp_stmt_step(reader->index_columns_of, &row, err);
        if (status != RP_OK)
            return status;
        if (!row)
            break;
        column = stored_column(
            reader, rp_stmt_cell(reader->index_columns_of, 0).integer);
        if (column < 0)
            return RP_OK;
        reader->places[count++] = (size_t)column;
    }
    *out_count = count;
    return RP_OK;
}

static enum rp_status
add_unique(struct rp_table_reader *reader, struct rp_table *table,
           struct rp_unique unique, struct rp_err *err)
{
    void *uniques = reader->uniques;
    enum rp_status status = grow(&uniques, &reader->unique_capacity,
                                 table->unique_count, sizeof unique, err);

    reader->uniques = uniques;
    if (status == RP_OK)
        reader->uniques[table->unique_count++] = unique;
    return status;
}

static enum rp_status
read_unique(struct rp_table_reader *reader, struct rp_table *table,
            struct rp_slice index, struct rp_err *err)
{
    struct rp_unique unique = { NULL, 0 };
    enum rp_status status =
        rp_stmt_bind_text(reader->index_columns_of, 1, index, err);

    if (status == RP_OK)
        status = read_places(reader, &unique.count, err);
    rp_stmt_reset(reader->index_columns_of);
    if (status != RP_OK || unique.count == 0)
        return status;
    unique.columns = keep(reader->arena, reader->places, unique.count,
                          sizeof *unique.columns);
    if (unique.columns == NULL)
        return fail_nomem(err);
    return add_unique(reader, table, unique, err);
}

/* One row of RP_SQL_INDEXES. */
enum index_field {
    INDEX_NAME,
    INDEX_UNIQUE,
    INDEX_ORIGIN,
    INDEX_PARTIAL,
};

/* Integers in a key without DESC and COLLATE, which text could be in. */
static enum rp_status
look_at_order(struct rp_table_reader *reader, struct rp_table *table,
              struct rp_slice index, struct rp_err *err)
{
    struct rp_stmt *odd = reader->odd_columns_of;
    bool row = false;
    enum rp_status status = rp_stmt_bind_text(odd, 1, index, err);

    if (status == RP_OK)
        status = rp_stmt_step(odd, &row, err);
    table->rises = status == RP_OK && row && rp_stmt_cell(odd, 0).integer == 0;
    for (size_t i = 0; i < table->primary.count; i++) {
        const size_t column = table->primary.columns[i];

        if (table->columns[column].affinity != RP_AFFINITY_INTEGER)
            table->rises = false;
    }
    rp_stmt_reset(odd);
    return status;
}

static enum rp_status
keep_primary_index(struct rp_table_reader *reader, struct rp_table *table,
                   struct rp_slice name, struct rp_err *err)
{
    if (!table->without_rowid)
        return RP_OK;
    table->primary_index =
        (const char *)rp_arena_slice(reader->arena, name).ptr;
    if (table->primary_index == NULL)
        return fail_nomem(err);
    return look_at_order(reader, table, name, err);
}

static enum rp_status
look_at_index(struct rp_table_reader *reader, struct rp_table *table,
              struct rp_err *err)
{
    struct rp_stmt *row = reader->indexes_of;
    const struct rp_slice name = rp_stmt_cell(row, INDEX_NAME).bytes;

    if (rp_slice_eq(rp_stmt_cell(row, INDEX_ORIGIN).bytes, RP_LIT("pk"))) {
        reader->primary_has_index = true;
        return keep_primary_index(reader, table, name, err);
    }
    if (rp_stmt_cell(row, INDEX_UNIQUE).integer == 0 ||
        rp_stmt_cell(row, INDEX_PARTIAL).integer != 0)
        return RP_OK;
    return read_unique(reader, table, name, err);
}

static enum rp_status
read_indexes(struct rp_table_reader *reader, struct rp_table *table,
             struct rp_err *err)
{
    bool row = true;
    enum rp_status status = rp_stmt_bind_text(reader->indexes_of, 1,
                                              rp_slice_str(table->name), err);

    reader->primary_has_index = false;
    if (status == RP_OK && table->primary.count > 0)
        status = add_unique(reader, table, table->primary, err);
    while (status == RP_OK) {
        status = rp_stmt_step(reader->indexes_of, &row, err);
        if (status != RP_OK || !row)
            break;
        status = look_at_index(reader, table, err);
    }
    rp_stmt_reset(reader->indexes_of);
    if (status != RP_OK)
        return status;
    table->uniques = keep(reader->arena, reader->uniques, table->unique_count,
                          sizeof *table->uniques);
    return table->uniques == NULL ? fail_nomem(err) : RP_OK;
}

/* INTEGER PRIMARY KEY DESC, INT PRIMARY KEY and WITHOUT ROWID tables look
 * alike, but only the true alias needs no index and holds nothing else than
 * integers. */
static int
rowid_column(const struct rp_table_reader *reader, const struct rp_table *table)
{
    if (table->without_rowid || table->primary.count != 1 ||
        reader->primary_has_index)
        return -1;
    for (size_t i = 0; i < reader->all_count; i++)
        if (reader->all[i].pk > 0 && !reader->all[i].is_integer)
            return -1;
    return (int)table->primary.columns[0];
}

enum rp_status
rp_table_read(struct rp_table_reader *reader, struct rp_table *table,
              bool is_strict, struct rp_err *err)
{
    enum rp_status status = read_columns(reader, table, is_strict, err);

    if (status == RP_OK)
        status = take_primary(reader, table, err);
    if (status == RP_OK)
        status = read_indexes(reader, table, err);
    if (status == RP_OK)
        table->rowid_column = rowid_column(reader, table);
    if (status == RP_OK && table->rowid_column >= 0)
        table->rises = true;
    return status;
}
