/* compare.h - which rows of a table are missing, added or changed.
 *
 * Equal digests mean 0, 0, 0 without looking.  When they differ, the marks of
 * both states (proof/mark.h) are merged: a key that only one has is a row
 * that is missing or added, a key with two hashes is a row that changed.  A
 * loose row, which no key names, is missing or added.  No more than a row of
 * each side is held at a time.
 */
#ifndef PROOF_COMPARE_H
#define PROOF_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/beat.h"
#include "base/err.h"
#include "proof/mark.h"
#include "school/db.h"
#include "school/schema.h"

enum rp_difference {
    RP_ROW_MISSING,
    RP_ROW_ADDED,
    RP_ROW_CHANGED,
};
#define RP_DIFFERENCES 3
/* "missing", "added", "changed" */
const char *rp_difference_name(enum rp_difference difference);

struct rp_differences {
    uint64_t missing;
    uint64_t added;
    uint64_t changed;
    uint64_t undecided; /* rows of which it cannot be told */
};

/* Every row that differs is shown once: a missing row has no new mark, an
 * added one no old mark. */
struct rp_difference_visitor {
    enum rp_status (*visit)(void *ctx, enum rp_difference difference,
                            const struct rp_mark *old,
                            const struct rp_mark *new, struct rp_err *err);
    void *ctx;
};

struct rp_compare_request {
    struct rp_marks old;
    struct rp_marks new;
    size_t key_count; /* columns of the key */
    /* The hashes of the two sides cannot be compared: rows with the same key
     * are undecided, and so are all loose rows. */
    bool keys_only;
    struct rp_beat beat;
    struct rp_difference_visitor visitor;
};

enum rp_status rp_compare_marks(const struct rp_compare_request *request,
                                struct rp_differences *out_differences,
                                struct rp_err *err) RP_MUST_CHECK;

/* The rows of table as they are now, for when they are not there any more:
 * their marks, on disk where they are many.  table must live as long. */
struct rp_kept_rows;
enum rp_status rp_kept_rows_open(struct rp_db *db, const struct rp_table *table,
                                 size_t memory_bytes,
                                 struct rp_kept_rows **out_rows,
                                 struct rp_err *err) RP_MUST_CHECK;
/* From what db holds now to what was kept. */
enum rp_status rp_kept_rows_compare(const struct rp_kept_rows *rows,
                                    struct rp_db *db,
                                    const struct rp_difference_visitor *visitor,
                                    struct rp_differences *out_differences,
                                    struct rp_err *err) RP_MUST_CHECK;
void rp_kept_rows_close(struct rp_kept_rows *rows);

#endif
