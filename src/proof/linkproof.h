/* linkproof.h - student_courses after the fill, row by row: every row is
 * either one that was planned or one that was there before, every planned one
 * is there, and both of its ids exist.
 *
 * It watches the canonical scan (proof/snapshot), so the proof costs no
 * second pass.
 */
#ifndef PROOF_LINKPROOF_H
#define PROOF_LINKPROOF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/spool.h"
#include "proof/keyrings.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_linkproof;

struct rp_linkproof_result {
    uint64_t added;    /* planned links that were found */
    uint64_t orphans;  /* rows of which an id does not exist */
    struct rp_fp kept; /* all other rows: what was there before */
};

struct rp_linkproof_request {
    const struct rp_table *links;   /* student_courses as it is now */
    const struct rp_spool *added;   /* sorted 16-byte keys (plan/plan.h) */
    const struct rp_keyrings *keys; /* NULL: orphans are not counted */
    /* The scan's digest leaves out what was planned: that of the rows of
     * before is what remains. */
    bool without_added;
};

/* request must live as long as the proof. */
enum rp_status rp_linkproof_open(const struct rp_linkproof_request *request,
                                 struct rp_linkproof **out_proof,
                                 struct rp_err *err) RP_MUST_CHECK;
struct rp_row_visitor rp_linkproof_visitor(struct rp_linkproof *proof);
struct rp_linkproof_result
rp_linkproof_result(const struct rp_linkproof *proof);
void rp_linkproof_close(struct rp_linkproof *proof);

#endif
