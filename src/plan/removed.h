/* removed.h - which links the next delivery no longer claims.
 *
 * A link is removed when an earlier delivery claimed it, the next one does
 * not, and it is there.  A link that no delivery claims was made elsewhere and
 * stays.  All three come in the order of their keys, so it is one merge.
 */
#ifndef PLAN_REMOVED_H
#define PLAN_REMOVED_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/spool.h"
#include "plan/plan.h"
#include "school/db.h"

/* A distinct claim of the earlier delivery, as its spool holds it: the key of
 * 16 bytes, the ordinal of the record that made it first, big-endian. */
#define RP_EARLIER_BYTES (RP_CLAIM_KEY_BYTES + 8)

/* Takes the claims out of the plan of the earlier delivery, which has none
 * afterwards: their memory is wanted for the plan of the next one. */
enum rp_status rp_earlier_claims(struct rp_plan *earlier, const char *folder,
                                 size_t memory_bytes,
                                 struct rp_spool **out_claims,
                                 struct rp_err *err) RP_MUST_CHECK;

struct rp_removed_request {
    struct rp_db *db;              /* before any write */
    bool table_exists;             /* student_courses is there */
    const struct rp_plan *next;    /* made; its claims are read anew */
    const struct rp_spool *claims; /* of the earlier delivery */
    const char *folder;
    size_t memory_bytes;
    const volatile sig_atomic_t *stop; /* may be NULL */
};

/* claims = kept + gone + removed; links = kept and linked + removed + those
 * that only the next one claims + elsewhere. */
struct rp_removed {
    struct rp_spool *links;    /* 16-byte keys, distinct, sorted: to delete */
    struct rp_spool *ordinals; /* of each, the record of the earlier delivery,
                                  big-endian */
    uint64_t claims;           /* distinct ones of the earlier delivery */
    uint64_t kept;             /* that the next one makes as well */
    uint64_t gone;             /* that are no links any more */
    uint64_t removed;
    uint64_t links_before; /* in student_courses */
    uint64_t elsewhere;    /* of these: claimed by neither delivery */
};

enum rp_status rp_removed_find(const struct rp_removed_request *request,
                               struct rp_removed *out_removed,
                               struct rp_err *err) RP_MUST_CHECK;
/* A zeroed one holds nothing. */
void rp_removed_release(struct rp_removed *removed);

#endif
