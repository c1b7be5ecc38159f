/* keys.c - see keys.h. */
#include "school/keys.h"

#include <assert.h>
#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/shell.h"
#include "base/show.h"
#include "school/conn.h"

/* Unique keys that one message lists. */
#define LISTED_KEYS 4

static bool
has_column(const struct rp_unique *key, size_t column)
{
    for (size_t i = 0; i < key->count; i++)
        if (key->columns[i] == column)
            return true;
    return false;
}

/* The same columns, in any order; wanted holds each of them once. */
static bool
is_same_set(const struct rp_unique *key, const struct rp_unique *wanted)
{
    if (key->count != wanted->count)
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (!has_column(key, wanted->columns[i]))
            return false;
    return true;
}

/* A key that stands beside the INTEGER PRIMARY KEY, not on it. */
static bool
is_legacy(const struct rp_table *parent, const struct rp_unique *key)
{
    return parent->rowid_column < 0 ||
           !has_column(key, (size_t)parent->rowid_column);
}

/* The nearest name, or all of them. */
static void
put_names(struct rp_buf *out, const struct rp_table *table,
          const struct rp_slice *names, struct rp_slice wanted)
{
    const int nearest = rp_nearest(wanted, names, table->column_count);

    if (nearest >= 0) {
        rp_buf_str(out, "did you mean ");
        rp_show(out, names[nearest]);
        rp_buf_byte(out, '?');
        return;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        rp_buf_str(out, i == 0 ? "it has " : ", ");
        rp_show(out, names[i]);
    }
}

static enum rp_status
fail_no_column(const struct rp_table *parent,
               const struct rp_key_request *request, struct rp_slice name,
               struct rp_err *err)
{
    struct rp_slice *names =
        rp_zalloc_array(parent->column_count, sizeof *names);
    struct rp_buf text = { 0 };
    enum rp_status status;

    if (names == NULL)
        return rp_fail_nomem(err, "look for a column");
    for (size_t i = 0; i < parent->column_count; i++)
        names[i] = rp_slice_str(parent->columns[i].name);
    rp_buf_str(&text, request->option);
    rp_buf_str(&text, ": ");
    rp_show(&text, rp_slice_str(parent->name));
    rp_buf_str(&text, " has no column ");
    rp_show(&text, name);
    rp_buf_str(&text, "; ");
    put_names(&text, parent, names, name);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_fail(err, RP_E_USAGE, "%s", rp_buf_cstr(&text));
    rp_buf_release(&text);
    rp_free(names);
    return status;
}

/* The columns so far, and one more; false when it is there already. */
static bool
add_column(struct rp_unique *columns, int column)
{
    if (has_column(columns, (size_t)column))
        return false;
    columns->columns[columns->count++] = (size_t)column;
    return true;
}

static enum rp_status
take_given(const struct rp_table *parent, const struct rp_key_request *request,
           struct rp_unique *columns, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    if (request->db_count != request->csv_count)
        return rp_fail(err, RP_E_USAGE,
                       "%s: %zu column(s) of the CSV file stand for %zu "
                       "column(s) of %s; name as many on both sides of the =",
                       request->option, request->csv_count, request->db_count,
                       rp_show_in(shown, rp_slice_str(parent->name)));
    for (size_t i = 0; i < request->db_count; i++) {
        const int column = rp_table_column(parent, request->db[i]);

        if (column < 0)
            return fail_no_column(parent, request, request->db[i], err);
        if (!add_column(columns, column))
            return rp_fail(err, RP_E_USAGE, "%s: column %s is named twice",
                           request->option, rp_show_in(shown, request->db[i]));
    }
    return RP_OK;
}

/* The parent's unique column (or set) of the same name, if it has one. */
static bool
take_same_name(const struct rp_table *parent,
               const struct rp_key_request *request, struct rp_unique *columns)
{
    columns->count = 0;
    for (size_t i = 0; i < request->csv_count; i++) {
        const int column = rp_table_column(parent, request->csv[i]);

        if (column < 0 || !add_column(columns, column))
            return false;
    }
    for (size_t i = 0; i < parent->unique_count; i++)
        if (is_same_set(&parent->uniques[i], columns))
            return true;
    return false;
}

/* Its INTEGER PRIMARY KEY, when that is the only key it has. */
static bool
take_only_key(const struct rp_table *parent,
              const struct rp_key_request *request, struct rp_unique *columns)
{
    if (request->csv_count != 1 || parent->rowid_column < 0)
        return false;
    for (size_t i = 0; i < parent->unique_count; i++)
        if (is_legacy(parent, &parent->uniques[i]))
            return false;
    columns->count = 0;
    return add_column(columns, parent->rowid_column);
}

/* Names from the CSV file when they are as many, else a stand-in. */
static void
put_csv_side(struct rp_buf *out, const struct rp_key_request *request,
             size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            rp_buf_byte(out, '+');
        if (count == request->csv_count)
            rp_show(out, request->csv[i]);
        else
            rp_buf_str(out, "CSVCOL");
    }
}

/* `--student student_id=UserID`, fit to be pasted into a shell. */
static void
put_spelling(struct rp_buf *out, const struct rp_table *parent,
             const struct rp_key_request *request, const struct rp_unique *key)
{
    struct rp_buf spec = { 0 };

    put_csv_side(&spec, request, key->count);
    for (size_t i = 0; i < key->count; i++) {
        rp_buf_byte(&spec, i == 0 ? '=' : '+');
        rp_show(&spec, rp_slice_str(parent->columns[key->columns[i]].name));
    }
    rp_buf_str(out, request->option);
    rp_buf_byte(out, ' ');
    rp_put_shell_word(out, rp_buf_cstr(&spec));
    out->failed = out->failed || spec.failed;
    rp_buf_release(&spec);
}

static void
put_spellings(struct rp_buf *out, const struct rp_table *parent,
              const struct rp_key_request *request)
{
    const char *before = "; write ";
    size_t listed = 0;

    for (size_t i = 0; i < parent->unique_count && listed < LISTED_KEYS; i++) {
        if (!is_legacy(parent, &parent->uniques[i]))
            continue;
        rp_buf_str(out, before);
        put_spelling(out, parent, request, &parent->uniques[i]);
        rp_buf_str(out, " (its unique key)");
        before = " or ";
        listed++;
    }
    if (parent->rowid_column >= 0) {
        size_t column = (size_t)parent->rowid_column;
        const struct rp_unique primary = { &column, 1 };

        rp_buf_str(out, before);
        put_spelling(out, parent, request, &primary);
        rp_buf_str(out, " (its INTEGER PRIMARY KEY)");
    }
}

static enum rp_status
fail_no_rule(const struct rp_table *parent,
             const struct rp_key_request *request, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status;

    rp_show(&text, rp_slice_str(parent->name));
    rp_buf_str(&text, request->csv_count == 1 ? " has no unique column "
                                              : " has no unique columns ");
    put_csv_side(&text, request, request->csv_count);
    put_spellings(&text, parent, request);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_fail(err, RP_E_USAGE, "%s", rp_buf_cstr(&text));
    rp_buf_release(&text);
    return status;
}

static void
set_shape(const struct rp_table *parent, const struct rp_unique *columns,
          struct rp_key_shape *out_shape)
{
    out_shape->table = parent;
    out_shape->count = columns->count;
    for (size_t i = 0; i < columns->count; i++) {
        const size_t column = columns->columns[i];
        const enum rp_affinity affinity = parent->columns[column].affinity;

        out_shape->column[i] = column;
        out_shape->integer[i] =
            affinity == RP_AFFINITY_INTEGER || affinity == RP_AFFINITY_NUMERIC;
    }
}

enum rp_status
rp_keys_shape(const struct rp_table *parent,
              const struct rp_key_request *request,
              struct rp_key_shape *out_shape, struct rp_err *err)
{
    size_t places[RP_KEY_COLUMNS_MAX] = { 0 };
    struct rp_unique columns = { places, 0 };

    assert(request->csv_count > 0);
    if (request->csv_count > RP_KEY_COLUMNS_MAX)
        return rp_fail(err, RP_E_USAGE,
                       "%s: a key of %zu columns is too long; at most %d are "
                       "possible",
                       request->option, request->csv_count, RP_KEY_COLUMNS_MAX);
    if (request->db != NULL) {
        enum rp_status status = take_given(parent, request, &columns, err);

        if (status != RP_OK)
            return status;
    } else if (!take_same_name(parent, request, &columns) &&
               !take_only_key(parent, request, &columns)) {
        return fail_no_rule(parent, request, err);
    }
    set_shape(parent, &columns, out_shape);
    return RP_OK;
}

/* The id and the key's columns of all rows by id, or of the one row ?1. */
static enum rp_status
open_select(struct rp_db *db, const struct rp_key_shape *shape, bool one,
            struct rp_stmt **out_stmt, struct rp_err *err)
{
    const struct rp_table *table = shape->table;
    const char *id = table->columns[table->rowid_column].name;
    struct rp_buf sql = { 0 };
    enum rp_status status = rp_db_sql(&sql, err, "SELECT \"%w\"", id);

    for (size_t i = 0; i < shape->count && status == RP_OK; i++)
        status = rp_db_sql(&sql, err, ", \"%w\"",
                           table->columns[shape->column[i]].name);
    if (status == RP_OK)
        status =
            rp_db_sql(&sql, err, " FROM main.\"%w\" NOT INDEXED", table->name);
    if (status == RP_OK)
        status = rp_db_sql(&sql, err,
                           one ? " WHERE \"%w\" = ?1" : " ORDER BY \"%w\"", id);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), out_stmt, err);
    rp_buf_release(&sql);
    return status;
}

enum rp_status
rp_keys_scan(struct rp_db *db, const struct rp_key_shape *shape,
             const struct rp_key_visitor *visitor, struct rp_err *err)
{
    struct rp_cell key[RP_KEY_COLUMNS_MAX];
    struct rp_stmt *stmt = NULL;
    bool row = true;
    enum rp_status status;

    assert(shape->table->rowid_column >= 0);
    status = open_select(db, shape, false, &stmt, err);
    while (status == RP_OK) {
        status = rp_stmt_step(stmt, &row, err);
        if (status != RP_OK || !row)
            break;
        for (size_t i = 0; i < shape->count; i++)
            key[i] = rp_stmt_cell(stmt, (int)i + 1);
        status = visitor->visit(visitor->ctx, rp_stmt_cell(stmt, 0).integer,
                                key, err);
    }
    rp_stmt_close(stmt);
    return status;
}

struct rp_key_reader {
    struct rp_stmt *stmt;
    size_t count;
};

enum rp_status
rp_key_reader_open(struct rp_db *db, const struct rp_key_shape *shape,
                   struct rp_key_reader **out_reader, struct rp_err *err)
{
    struct rp_key_reader *reader = rp_zalloc(sizeof *reader);
    enum rp_status status;

    if (reader == NULL)
        return rp_fail_nomem(err, "show keys");
    reader->count = shape->count;
    status = open_select(db, shape, true, &reader->stmt, err);
    if (status == RP_OK)
        *out_reader = reader;
    else
        rp_key_reader_close(reader);
    return status;
}

static void
show_cell(struct rp_buf *out, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        rp_buf_str(out, "NULL");
        break;
    case RP_CELL_INT:
        rp_buf_printf(out, "%" PRId64, cell->integer);
        break;
    case RP_CELL_REAL:
        rp_buf_printf(out, "%.17g", cell->real);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        rp_show(out, cell->bytes);
        break;
    }
}

enum rp_status
rp_key_reader_show(struct rp_key_reader *reader, int64_t id, struct rp_buf *out,
                   struct rp_err *err)
{
    bool row = false;
    enum rp_status status = rp_stmt_bind_int(reader->stmt, 1, id, err);

    if (status == RP_OK)
        status = rp_stmt_step(reader->stmt, &row, err);
    if (status == RP_OK && !row)
        rp_buf_byte(out, '-');
    for (size_t i = 0; i < reader->count && status == RP_OK && row; i++) {
        struct rp_cell cell = rp_stmt_cell(reader->stmt, (int)i + 1);

        if (i > 0)
            rp_buf_byte(out, '+');
        show_cell(out, &cell);
    }
    rp_stmt_reset(reader->stmt);
    return status;
}

void
rp_key_reader_close(struct rp_key_reader *reader)
{
    if (reader == NULL)
        return;
    rp_stmt_close(reader->stmt);
    rp_free(reader);
}
