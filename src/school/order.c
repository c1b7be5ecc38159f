/* order.c - see order.h. */
#include "school/order.h"

#include <math.h>

#include "base/show.h"
#include "school/conn.h"

/* SQLite may be built to allow no more arguments of a function. */
#define TIES_ARGUMENTS 100

/* In the order of the canonical bytes: 01 is the tag of an INTEGER, 02 that
 * of a REAL, and the sign is the first bit behind it. */
enum tie {
    TIE_NOTHING,
    TIE_INTEGER,
    TIE_REAL,
    TIE_MINUS_ZERO,
};

static unsigned char
tie_of(sqlite3_value *value)
{
    double real;

    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        return TIE_INTEGER;
    case SQLITE_FLOAT:
        real = sqlite3_value_double(value);
        return fpclassify(real) == FP_ZERO && signbit(real) != 0
                   ? TIE_MINUS_ZERO
                   : TIE_REAL;
    default:
        return TIE_NOTHING;
    }
}

/* rollproof_ties(column, ...): one byte for each. */
static void
ties(sqlite3_context *context, int count, sqlite3_value **values)
{
    unsigned char bytes[TIES_ARGUMENTS];
    int used = 0;

    for (; used < count && used < TIES_ARGUMENTS; used++)
        bytes[used] = tie_of(values[used]);
    sqlite3_result_blob(context, bytes, used, SQLITE_TRANSIENT);
}

enum rp_status
rp_order_register(struct rp_db *db, struct rp_err *err)
{
    int code = sqlite3_create_function_v2(db->conn, "rollproof_ties", -1,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                              SQLITE_DIRECTONLY,
                                          NULL, ties, NULL, NULL, NULL);

    return code == SQLITE_OK ? RP_OK : rp_db_fail(db, code, "open it", err);
}

static bool
is_key_column(const struct rp_table *table, size_t column)
{
    for (size_t i = 0; i < table->primary.count; i++)
        if (table->primary.columns[i] == column)
            return true;
    return false;
}

static bool
may_repeat(const struct rp_table *table)
{
    if (table->primary.count == 0)
        return true;
    if (table->without_rowid || table->rowid_column >= 0)
        return false;
    for (size_t i = 0; i < table->primary.count; i++)
        if (!table->columns[table->primary.columns[i]].not_null)
            return true;
    return false;
}

static enum rp_status
put_term(struct rp_buf *out, const struct rp_table *table, size_t column,
         bool *first, struct rp_err *err)
{
    const char *before = *first ? " ORDER BY" : ",";

    *first = false;
    return rp_db_sql(out, err, "%s \"%w\" COLLATE BINARY", before,
                     table->columns[column].name);
}

static enum rp_status
put_ties(struct rp_buf *out, const struct rp_table *table, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < table->column_count && status == RP_OK; i++)
        status = rp_db_sql(out, err, "%s\"%w\"",
                           i == 0                    ? ", rollproof_ties("
                           : i % TIES_ARGUMENTS == 0 ? "), rollproof_ties("
                                                     : ", ",
                           table->columns[i].name);
    rp_buf_byte(out, ')');
    return status;
}

static enum rp_status
put_order(struct rp_buf *out, const struct rp_table *table, struct rp_err *err)
{
    const bool repeats = may_repeat(table);
    enum rp_status status = RP_OK;
    bool first = true;

    for (size_t i = 0; i < table->primary.count && status == RP_OK; i++)
        status = put_term(out, table, table->primary.columns[i], &first, err);
    if (!repeats)
        return status;
    for (size_t i = 0; i < table->column_count && status == RP_OK; i++)
        if (!is_key_column(table, i))
            status = put_term(out, table, i, &first, err);
    if (status == RP_OK)
        status = put_ties(out, table, err);
    return status;
}

static enum rp_status
put_from(struct rp_buf *out, const struct rp_table *table, struct rp_err *err)
{
    if (table->primary_index == NULL)
        return rp_db_sql(out, err, " FROM main.\"%w\" NOT INDEXED",
                         table->name);
    return rp_db_sql(out, err, " FROM main.\"%w\" INDEXED BY \"%w\"",
                     table->name, table->primary_index);
}

/* A term for every column, and one for every full or begun call. */
static size_t
term_count(const struct rp_table *table)
{
    return table->column_count +
           (table->column_count + TIES_ARGUMENTS - 1) / TIES_ARGUMENTS;
}

static enum rp_status
fail_too_wide(const struct rp_table *table, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_DB,
                   "%s: has no key that cannot repeat and %zu columns, more "
                   "than SQLite can sort by; give it a PRIMARY KEY that is NOT "
                   "NULL",
                   rp_show_in(shown, rp_slice_str(table->name)),
                   table->column_count);
}

enum rp_status
rp_order_sql(const struct rp_table *table, struct rp_buf *out,
             struct rp_err *err)
{
    enum rp_status status;

    if (may_repeat(table) && term_count(table) > RP_COLUMNS_MAX)
        return fail_too_wide(table, err);
    status = rp_db_sql(out, err, "SELECT");
    for (size_t i = 0; i < table->column_count && status == RP_OK; i++)
        status = rp_db_sql(out, err, "%s\"%w\"", i == 0 ? " " : ", ",
                           table->columns[i].name);
    if (status == RP_OK)
        status = put_from(out, table, err);
    if (status == RP_OK)
        status = put_order(out, table, err);
    return status == RP_OK ? rp_buf_status(out, err) : status;
}

enum rp_status
rp_order_from(const struct rp_table *table, struct rp_buf *out,
              struct rp_err *err)
{
    enum rp_status status;

    if (table->rises)
        return put_from(out, table, err);
    rp_buf_str(out, " FROM (");
    status = rp_order_sql(table, out, err);
    rp_buf_byte(out, ')');
    return status == RP_OK ? rp_buf_status(out, err) : status;
}
