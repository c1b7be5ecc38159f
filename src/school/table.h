/* table.h - one table's columns and keys, as SQLite itself reports them.
 *
 * The reader keeps its statements and scratch memory from table to table;
 * what it finds goes into the arena.
 */
#ifndef SCHOOL_TABLE_H
#define SCHOOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "school/db.h"
#include "school/schema.h"

/* A column as SQLite counts them, generated ones included. */
struct rp_table_column {
    int stored;      /* index into rp_table's columns, or -1 */
    int64_t pk;      /* its place in the PRIMARY KEY from 1, or 0 */
    bool is_integer; /* declared as exactly INTEGER */
};

struct rp_table_reader {
    struct rp_db *db;
    struct rp_arena *arena;
    struct rp_stmt *columns_of;
    struct rp_stmt *indexes_of;
    struct rp_stmt *index_columns_of;
    struct rp_stmt *odd_columns_of;

    struct rp_table_column *all;
    size_t all_count;
    size_t all_capacity;
    struct rp_column *columns;
    size_t column_capacity;
    struct rp_unique *uniques;
    size_t unique_capacity;
    size_t *places;
    size_t place_capacity;
    bool primary_has_index;
};

enum rp_status rp_table_reader_init(struct rp_table_reader *reader,
                                    struct rp_db *db, struct rp_arena *arena,
                                    struct rp_err *err) RP_MUST_CHECK;
/* table's name, sql and without_rowid are set; everything else is read. */
enum rp_status rp_table_read(struct rp_table_reader *reader,
                             struct rp_table *table, bool is_strict,
                             struct rp_err *err) RP_MUST_CHECK;
void rp_table_reader_release(struct rp_table_reader *reader);

#endif
