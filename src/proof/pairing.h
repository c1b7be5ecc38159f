/* pairing.h - how the rows of a table, then and now, can be compared, and
 * their comparison.
 *
 * Rows are matched by their key when both sides have the same one, otherwise
 * as wholes.  They are compared by the columns that both sides have; a
 * snapshot knows its rows only by the hash of all its columns, so there the
 * other side must have all of these.  What cannot be compared is undecided,
 * and is never called the same.
 */
#ifndef PROOF_PAIRING_H
#define PROOF_PAIRING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/beat.h"
#include "base/err.h"
#include "proof/compare.h"
#include "proof/state.h"

struct rp_pairing {
    const struct rp_state *old_state;
    const struct rp_state *new_state;
    size_t old_table; /* indexes into their tables */
    size_t new_table;
    /* Only one side has the table: all of its rows are missing or added. State
     * and index of the other side are not looked at. */
    bool old_absent;
    bool new_absent;
    bool same_digest; /* then there is nothing to look for */
    bool keyed;       /* rows are matched by their key */
    bool matched;     /* rows are matched at all, by key or as wholes */
    bool by_value;    /* rows that match can be compared */
    /* The columns that are compared, in one order. */
    size_t *old_columns;
    size_t *new_columns;
    size_t column_count;
};

/* The sides and tables are set, or what is absent, everything else is zero;
 * all-zero may be released. */
enum rp_status rp_pairing_init(struct rp_pairing *pairing, struct rp_err *err)
    RP_MUST_CHECK;
void rp_pairing_release(struct rp_pairing *pairing);

const struct rp_table *rp_pairing_old(const struct rp_pairing *pairing);
const struct rp_table *rp_pairing_new(const struct rp_pairing *pairing);

struct rp_pairing_request {
    size_t memory_bytes;
    struct rp_beat beat;
    struct rp_difference_visitor visitor;
};
/* 0, 0, 0 without looking when the digests are the same. */
enum rp_status rp_pairing_compare(const struct rp_pairing *pairing,
                                  const struct rp_pairing_request *request,
                                  struct rp_differences *out_differences,
                                  struct rp_err *err) RP_MUST_CHECK;

#endif
