/* claims.h - what the sources claim and what was planned, as two multisets of
 * (student key, course key) that must be equal.
 *
 * One comes from the second parse, with keys as they stand in the source; the
 * other from the planned ids, with keys read again from the parents by id.  A
 * multiset is the sum of the hashes of its members and their number, so order
 * does not count and repeats do.
 */
#ifndef PROOF_CLAIMS_H
#define PROOF_CLAIMS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/sort.h"
#include "plan/plan.h"
#include "proof/keyrings.h"
#include "school/fill.h"

/* What the second parser saw of one source. */
struct rp_second_facts {
    uint64_t bytes;
    char sha256[RP_SHA256_HEX];
    struct rp_fp reading;
};

#define RP_CLAIM_HASH_BYTES 16

struct rp_claims_request {
    const struct rp_plan *plan;
    const struct rp_dialect *dialect;
    const struct rp_keyrings *keys;
    /* Also gets the hash of every claim, RP_CLAIM_HASH_BYTES; may be NULL. */
    struct rp_sorter *hashes;
    const char *folder; /* for what does not fit into memory */
    size_t memory_bytes;
    const volatile sig_atomic_t *stop;
};

/* facts has room for plan->source_count. */
enum rp_status rp_claims_of_sources(const struct rp_claims_request *request,
                                    struct rp_second_facts *facts,
                                    struct rp_fp *out_claims,
                                    struct rp_err *err) RP_MUST_CHECK;
/* A planned id whose row is not there counts as a claim of nobody, so that it
 * cannot be equal. */
enum rp_status rp_claims_of_plan(const struct rp_claims_request *request,
                                 struct rp_fp *out_claims, struct rp_err *err)
    RP_MUST_CHECK;

/* The same of links: what whoever wrote them would have claimed. */
enum rp_status rp_claims_of_links(const struct rp_claims_request *request,
                                  const struct rp_link_stream *links,
                                  struct rp_fp *out_claims, struct rp_err *err)
    RP_MUST_CHECK;

/* A record that the second parser found to be data: does the filter let it
 * through? */
bool rp_claims_pass(const struct rp_layout *layout,
                    const struct rp_slice *fields);

/* The second parse of one source: visit sees every record of data that passes
 * the filter, several at once, in their order: the fields of each. */
struct rp_second_visitor {
    enum rp_status (*visit)(void *ctx, const struct rp_slice *const *records,
                            size_t count, struct rp_err *err);
    void *ctx;
};
enum rp_status rp_claims_parse(const struct rp_claims_request *request,
                               size_t source,
                               const struct rp_second_visitor *visitor,
                               struct rp_second_facts *out_facts,
                               struct rp_err *err) RP_MUST_CHECK;

#endif
