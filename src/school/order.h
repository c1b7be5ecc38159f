/* order.h - the one order in which a table's rows are hashed.
 *
 * SELECT of the stored columns from the table itself, not from an index that
 * covers them and may say something else: NOT INDEXED, which SQLite heeds only
 * for tables with a rowid; any other is INDEXED BY its own primary key.
 * Sorted by the key, BINARY.
 * A key that may repeat (none at all, or that of a rowid table, which may hold
 * NULLs) is followed by all columns; what then still ties differs only in 1
 * and 1.0 or in 0.0 and -0.0, and rollproof_ties tells these apart in the
 * order of their canonical bytes.
 */
#ifndef SCHOOL_ORDER_H
#define SCHOOL_ORDER_H

#include "base/buf.h"
#include "base/err.h"
#include "school/db.h"
#include "school/schema.h"

/* RP_E_DB when a table without a key has more columns than SQLite sorts by. */
enum rp_status rp_order_sql(const struct rp_table *table, struct rp_buf *out,
                            struct rp_err *err) RP_MUST_CHECK;

/* " FROM ..." of a SELECT in that order without an ORDER BY of its own, for an
 * aggregate function, which is handed rows as they come.  A table whose whole
 * numbers rise as it is walked is read as it stands, which spares SQLite a
 * fifth of the work; rp_rows_scan asserts that they do.  Any other is sorted in
 * a sub-select, which SQLite runs as a co-routine for a function that it does
 * not know. */
enum rp_status rp_order_from(const struct rp_table *table, struct rp_buf *out,
                             struct rp_err *err) RP_MUST_CHECK;

/* Makes rollproof_ties known; rp_db_open does, once. */
enum rp_status rp_order_register(struct rp_db *db, struct rp_err *err)
    RP_MUST_CHECK;

#endif
