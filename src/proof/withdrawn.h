/* withdrawn.h - which links the next delivery withdraws, found a second time.
 *
 * The planner found them by ids.  Here it is keys: what the second parser read
 * in the earlier delivery and not in the next one, as far as a row of
 * student_courses, its keys read again from the parents, says the same.  Three
 * sets of hashes of (student key, course key), sorted and merged.
 */
#ifndef PROOF_WITHDRAWN_H
#define PROOF_WITHDRAWN_H

#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/sort.h"
#include "base/spool.h"
#include "proof/claims.h"
#include "school/db.h"

/* All-zero is a valid empty one. */
struct rp_withdrawn {
    struct rp_sorter *earlier; /* for rp_claims_request.hashes */
    struct rp_sorter *next;    /* the same */
    struct rp_sorter *links;
};

enum rp_status rp_withdrawn_open(const char *folder, size_t memory_bytes,
                                 struct rp_withdrawn *out_withdrawn,
                                 struct rp_err *err) RP_MUST_CHECK;
/* The links there are, before any write. */
enum rp_status rp_withdrawn_links(struct rp_withdrawn *withdrawn,
                                  const struct rp_claims_request *request,
                                  struct rp_db *db, struct rp_err *err)
    RP_MUST_CHECK;
/* Once all three are complete: the links to remove, as a multiset of claims. */
enum rp_status rp_withdrawn_find(struct rp_withdrawn *withdrawn,
                                 struct rp_fp *out_links, struct rp_err *err)
    RP_MUST_CHECK;
void rp_withdrawn_release(struct rp_withdrawn *withdrawn);

/* The same of links that were planned to be removed: 16-byte keys. */
enum rp_status rp_withdrawn_planned(const struct rp_claims_request *request,
                                    const struct rp_spool *links,
                                    struct rp_fp *out_links, struct rp_err *err)
    RP_MUST_CHECK;

#endif
