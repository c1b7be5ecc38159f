/* presence.h - is every claim of the sources a link, and is every link
 * claimed?
 *
 * The sorted claims are merged with the links as they come from the canonical
 * scan (proof/linkwatch): one pass over each, no memory beyond the heads.
 */
#ifndef PROOF_PRESENCE_H
#define PROOF_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "proof/linkwatch.h"
#include "proof/pairs.h"

struct rp_presence;

/* A pair that only one side has; pair->source, record and line are those of
 * its first claim when it is missing. */
struct rp_presence_visitor {
    enum rp_status (*visit)(void *ctx, bool missing, const struct rp_pair *pair,
                            struct rp_err *err);
    void *ctx;
};

struct rp_presence_result {
    uint64_t claims;  /* of the sources, repeats too */
    uint64_t linked;  /* distinct pairs that are links */
    uint64_t missing; /* distinct pairs that are no links */
    uint64_t repeats; /* claims of a pair that was claimed before */
    uint64_t claimed; /* links that some source claims */
    uint64_t added;   /* links that no source claims */
};

/* Borrows pairs, from their front. */
enum rp_status rp_presence_open(struct rp_pairs *pairs,
                                const struct rp_presence_visitor *visitor,
                                struct rp_presence **out_presence,
                                struct rp_err *err) RP_MUST_CHECK;
struct rp_link_follower rp_presence_follower(struct rp_presence *presence);
/* After the last link: what is left of the claims is missing.  unpaired are
 * rows of student_courses that are no pair of integers: nobody claims them. */
enum rp_status rp_presence_finish(struct rp_presence *presence,
                                  uint64_t unpaired,
                                  struct rp_presence_result *out_result,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_presence_close(struct rp_presence *presence);

#endif
