/* removal.h - that exactly the links which the next delivery withdraws are
 * gone, and that they may be.
 *
 * What is removed cannot be read back from the end: it is gone.  So the rows
 * of before are read without the planned ones, ahead of the first write, and
 * that digest is what all rows but the added ones must have afterwards; and
 * the planned ones must be those that the verifier found by itself
 * (proof/withdrawn).
 */
#ifndef PROOF_REMOVAL_H
#define PROOF_REMOVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "plan/removed.h"
#include "proof/claims.h"
#include "proof/verdict.h"
#include "school/rows.h"

struct rp_asked;
struct rp_making;

/* How a source of the earlier delivery came into the school before. */
enum rp_earlier_run {
    RP_EARLIER_UNKNOWN, /* no committed run among the evidence read it */
    RP_EARLIER_OTHER,   /* one did, with another mapping or filter */
    RP_EARLIER_SAME,
};

struct rp_removal {
    const struct rp_plan *earlier;
    const struct rp_removed *removed;     /* as planned */
    const struct rp_second_facts *second; /* one per source of earlier */
    struct rp_fp expected;    /* claims to remove, by the second parser */
    struct rp_fp planned;     /* the same, of the plan */
    struct rp_digest staying; /* rows of before, without the planned ones */
    uint64_t found;           /* planned ones among the rows of before */
    struct rp_limit limit;    /* --max-removed, a part of the links of before */
    const enum rp_earlier_run *runs; /* one per source of earlier */
};

/* verdict->sync; the verdict's records, enrollments and findings must be
 * there. */
enum rp_status rp_removal_assemble(struct rp_verdict *verdict,
                                   const struct rp_asked *asked,
                                   const struct rp_removal *removal,
                                   struct rp_err *err) RP_MUST_CHECK;

/* The checks removals-as-planned and removals-allowed; making->proof has a
 * removal. */
enum rp_status rp_removal_checks(struct rp_making *making, struct rp_err *err)
    RP_MUST_CHECK;

#endif
