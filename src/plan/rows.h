/* rows.h - what a record claims in a load: a row of students or courses.
 *
 * The claim's key is the XXH3-128 of the legacy key's fields, its rest that of
 * the other carried fields; an empty field without quotes is NULL and differs
 * from "".  A row that the table holds already is compared the same way, as
 * SQLite renders its values as text.
 */
#ifndef PLAN_ROWS_H
#define PLAN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/slice.h"
#include "plan/plan.h"
#include "school/db.h"

/* Which field of a record goes into which column.  Entries before key_count
 * are the legacy key. */
struct rp_row_shape {
    const char *table;
    size_t key_count;
    size_t count;
    const size_t *csv;         /* index of the field */
    const struct rp_slice *db; /* name of the column */
    int id; /* the entry that is the INTEGER PRIMARY KEY; -1: none */
};

struct rp_rows;

struct rp_rows_request {
    struct rp_db *db;
    const struct rp_row_shape *shape; /* must outlive the rows */
    bool table_exists;
    const char *folder;
    size_t memory_bytes;
};

/* Reads the rows that are there. */
enum rp_status rp_rows_open(const struct rp_rows_request *request,
                            struct rp_rows **out_rows, struct rp_err *err)
    RP_MUST_CHECK;
struct rp_claimer rp_rows_claimer(struct rp_rows *rows);
void rp_rows_close(struct rp_rows *rows);

/* The key of a row or a record: parts as text. */
enum rp_status rp_rows_key(struct rp_buf *scratch, const struct rp_slice *parts,
                           size_t count, struct rp_hash128 *out_key,
                           struct rp_err *err) RP_MUST_CHECK;

/* The planned rows into the table, in the order of the source. */
enum rp_status rp_rows_insert(struct rp_plan *plan, struct rp_db *db,
                              const struct rp_row_shape *shape,
                              struct rp_err *err) RP_MUST_CHECK;

/* SELECT of all entries as text, for a read by key when keyed. */
enum rp_status rp_rows_select(const struct rp_row_shape *shape, bool keyed,
                              struct rp_buf *out_sql, struct rp_err *err)
    RP_MUST_CHECK;

#endif
