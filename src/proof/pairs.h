/* pairs.h - which links the sources claim, by the verifier's own parser and
 * its own way from a key to a row.
 *
 * The sources of a plan that was only opened (its headers, its layouts) are
 * read.  Every record and every enrollment is counted under the code that a
 * migration would give it; what remains are pairs of ids, sorted, each with
 * the record that claims it.  Memory is bounded: sorted runs go to disk, and
 * where the keys of a parent do not fit either, the sources are read twice:
 * once for their keys, which are sorted and matched, and once for all else.
 */
#ifndef PROOF_PAIRS_H
#define PROOF_PAIRS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "plan/ledger.h"
#include "plan/plan.h"
#include "proof/claims.h"
#include "proof/keyrings.h"
#include "proof/second.h"

struct rp_pairs;

/* A record that claims no link although it passes the filter; its fields only
 * when it is the key that is amiss.  Without a record: a whole source, or,
 * with a column, a value of a filter that no record has. */
struct rp_unusable {
    enum rp_code code;
    uint32_t source;
    const struct rp_second_record *record;
    struct rp_slice column;
    struct rp_slice value;
};
struct rp_unusable_visitor {
    enum rp_status (*visit)(void *ctx, const struct rp_unusable *unusable,
                            struct rp_err *err);
    void *ctx;
};

struct rp_pairs_request {
    const struct rp_plan *plan; /* opened, not made */
    const struct rp_dialect *dialect;
    const struct rp_keyrings *keys; /* with ids */
    const struct rp_unusable_visitor *visitor;
    const struct rp_ticker *ticker; /* may be NULL */
    const char *folder;
    size_t memory_bytes;
    const volatile sig_atomic_t *stop;
};

/* One claim; the same pair may come several times, by source and record. */
struct rp_pair {
    unsigned char key[RP_CLAIM_KEY_BYTES]; /* as rp_link_pack writes it */
    uint32_t source;
    uint64_t record;
    uint64_t line;
};

/* Reads all sources.  One that changes meanwhile is RP_E_CHANGED. */
enum rp_status rp_pairs_open(const struct rp_pairs_request *request,
                             struct rp_pairs **out_pairs, struct rp_err *err)
    RP_MUST_CHECK;
/* What became of the records; links and repeats are not counted here. */
const struct rp_ledger *rp_pairs_ledger(const struct rp_pairs *pairs);
/* One per source of the plan. */
const struct rp_second_facts *rp_pairs_facts(const struct rp_pairs *pairs);
/* The next in rising order; *out_more is false at the end. */
enum rp_status rp_pairs_next(struct rp_pairs *pairs, struct rp_pair *out_pair,
                             bool *out_more, struct rp_err *err) RP_MUST_CHECK;
void rp_pairs_close(struct rp_pairs *pairs);

#endif
