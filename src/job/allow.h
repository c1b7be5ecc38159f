/* allow.h - what may have changed since a state of before.
 *
 *     --allow added|missing|changed:TABLE[=N|P%|all][,...]
 *
 * Without a limit any number may.  P% is a part of the rows that the table had
 * before.  A backslash takes the next character of TABLE literally.
 */
#ifndef JOB_ALLOW_H
#define JOB_ALLOW_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "plan/policy.h"
#include "proof/verification.h"
#include "rollproof.h"

struct rp_allowance {
    enum rp_difference change;
    const char *table; /* its bytes */
    struct rp_limit limit;
};

/* All-zero allows nothing. */
struct rp_allow {
    struct rp_arena arena;
    struct rp_allowance *items;
    size_t count;
};

enum rp_status rp_allow_parse(const struct rp_strings *texts,
                              struct rp_allow *out_allow, struct rp_err *err)
    RP_MUST_CHECK;
/* What may change so in table; NULL: nothing. */
const struct rp_limit *rp_allow_find(const struct rp_allow *allow,
                                     const char *table,
                                     enum rp_difference change);
/* "0", "at most 5", "any number" */
void rp_limit_put(struct rp_buf *out, const struct rp_limit *limit);
/* "0 missing, at most 5 added, any number changed" */
void rp_allow_put(struct rp_buf *out, const struct rp_allow *allow,
                  const char *table);
void rp_allow_release(struct rp_allow *allow);

#endif
