/* cut.h - findings.csv without its keys.
 *
 * Only the column `key` holds values of cells; all others are positions, words
 * of the program and names of columns.  A list that does not have exactly the
 * columns that are known is refused: what is in an unknown one is not known.
 */
#ifndef REPORT_CUT_H
#define REPORT_CUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "report/bag.h"

/* All-zero but for to, the bag that gets what is left. */
struct rp_cut {
    struct rp_bag *to;
    struct rp_buf rest;
    size_t header; /* bytes of the header that have been seen */
    size_t field;
    bool quoted;
    bool misfit; /* a byte had no place: the rest is passed by */
};

/* The next bytes, cut anywhere; ctx is the struct rp_cut.  What does not fit is
 * told at the end, when it is known whether these are the right bytes. */
enum rp_status rp_cut_put(void *ctx, struct rp_slice bytes, struct rp_err *err)
    RP_MUST_CHECK;
/* Was that a whole list? */
enum rp_status rp_cut_end(const struct rp_cut *cut, struct rp_err *err)
    RP_MUST_CHECK;
void rp_cut_release(struct rp_cut *cut);

#endif
