/* checks.h - the comparisons of the proof.
 *
 * Each check renders what is expected and what is there in the same form; it
 * passes when the two texts are equal, so a report always shows what was
 * compared.
 */
#ifndef PROOF_CHECKS_H
#define PROOF_CHECKS_H

#include "base/err.h"
#include "plan/plan.h"
#include "proof/claims.h"
#include "proof/linkproof.h"
#include "proof/removal.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "school/schema.h"

/* All that is compared; nothing here is what somebody intended to write, all
 * of it was read. */
struct rp_proof {
    const struct rp_plan *plan;
    const struct rp_snapshot *before;
    const struct rp_snapshot *after;
    const struct rp_second_facts *second; /* one per source */
    /* The schema objects that this run may add. */
    const struct rp_object *declared;
    size_t declared_count;
    /* Multisets: what the sources claim, what was planned (migrate); rows
     * that the sources claim, rows that are there (load). */
    struct rp_fp claimed;
    struct rp_fp planned;
    /* Of the declared table: rows that were planned and are there, and all
     * others, which must be those of before. */
    uint64_t added;
    struct rp_fp kept;
    char kept_sha256[RP_SHA256_HEX];  /* their digest, when there are any */
    uint64_t orphans;                 /* links of which an id does not exist */
    uint64_t held;                    /* load: records whose row equals them */
    bool rows;                        /* a load */
    const struct rp_removal *removal; /* NULL: nothing is removed */
};

/* Fills verdict->checks; the verdict's counts and tables must be there.
 * committed-state-reread is skipped until rp_reread_check. */
enum rp_status rp_checks_make(struct rp_verdict *verdict,
                              const struct rp_proof *proof, struct rp_err *err)
    RP_MUST_CHECK;

#endif
