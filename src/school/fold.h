/* fold.h - every row of a table inside one step of SQLite.
 *
 * An aggregate function is handed the columns of each row, which is about
 * twice as fast as stepping row by row: SQLite keeps its state between rows
 * instead of returning and coming back.
 */
#ifndef SCHOOL_FOLD_H
#define SCHOOL_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "school/db.h"
#include "school/schema.h"

/* A function takes no more arguments than this here (127, less some room). */
#define RP_FOLD_COLUMNS_MAX 100U

/* At most so many numbers are handed on at once. */
#define RP_FOLD_NUMBERS 512U

/* cells: the columns of the row, until it returns. */
struct rp_folder {
    enum rp_status (*row)(void *ctx, const struct rp_cell *cells,
                          struct rp_err *err);
    /* Instead of row, as long as all columns of all rows are whole numbers:
     * those of so many rows, row by row.  NULL: row is called for each. */
    enum rp_status (*whole)(void *ctx, const int64_t *numbers, size_t rows,
                            struct rp_err *err);
    void *ctx;
};

/* The columns of table, at most RP_FOLD_COLUMNS_MAX, in the order that from
 * gives them (rp_order_from). */
enum rp_status rp_fold(struct rp_db *db, const struct rp_table *table,
                       struct rp_slice from, const struct rp_folder *folder,
                       struct rp_err *err) RP_MUST_CHECK;

#endif
