/* compare.h - which rows of a table are missing, added or changed.
 *
 * Equal digests mean 0, 0, 0 without looking.  When they differ, the rows of
 * the new state are spooled as (key, hash), the transaction is rolled back,
 * the old state is scanned the same way and the two are merged.
 */
#ifndef PROOF_COMPARE_H
#define PROOF_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sort.h"
#include "school/db.h"
#include "school/schema.h"

/* Longest text of a key that names a row; longer ones are cut. */
#define RP_ROW_NAME_BYTES 64

enum rp_difference {
    RP_ROW_MISSING,
    RP_ROW_ADDED,
    RP_ROW_CHANGED,
};

struct rp_differences {
    uint64_t missing;
    uint64_t added;
    uint64_t changed;
};

/* Every row that differs is shown once.  name is the row's key as text; a
 * table without a key has missing and added rows only. */
struct rp_difference_visitor {
    enum rp_status (*visit)(void *ctx, enum rp_difference difference,
                            const char *name, struct rp_err *err);
    void *ctx;
};

/* The rows of table as they are now; the caller closes *out_rows. */
enum rp_status rp_compare_spool(struct rp_db *db, const struct rp_table *table,
                                size_t memory_bytes,
                                struct rp_sorter **out_rows, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_compare_merge(struct rp_sorter *before,
                                struct rp_sorter *after,
                                const struct rp_difference_visitor *visitor,
                                struct rp_differences *out_differences,
                                struct rp_err *err) RP_MUST_CHECK;

#endif
