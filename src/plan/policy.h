/* policy.h - which blocking findings are accepted, and up to where.
 *
 *     --accept CODE=N|P%|all[,CODE=...]
 *
 * Accepting never repairs anything; it lets the rest be committed.  N is
 * inclusive, P may have up to four decimals and is a part of records.total or
 * enrollments.total, whichever the code counts.  Past its limit an acceptance
 * is void.  Reason and approver come from a map; a person stands for them, so
 * nothing here reads them.
 */
#ifndef PLAN_POLICY_H
#define PLAN_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/finding.h"
#include "base/slice.h"

enum rp_limit_kind {
    RP_LIMIT_NONE,
    RP_LIMIT_NUMBER,
    RP_LIMIT_PERCENT, /* value in ten-thousandths of a percent */
    RP_LIMIT_ALL,
};

struct rp_limit {
    enum rp_limit_kind kind;
    uint64_t value;
    char text[24]; /* as written */
    /* Why, and who says so; NULL: not stated.  Borrowed. */
    const char *reason;
    const char *approved_by;
};

/* "3", "0.5%" or "all"; false when text is anything else. */
bool rp_limit_parse(struct rp_slice text, struct rp_limit *limit);
/* Of the links that may be removed: "3" or "0.5%"; NULL is none.  RP_E_USAGE
 * begins with name. */
enum rp_status rp_limit_of_removals(const char *name, const char *text,
                                    struct rp_limit *out_limit,
                                    struct rp_err *err) RP_MUST_CHECK;
/* total: what a percentage is a part of. */
bool rp_limit_holds(const struct rp_limit *limit, uint64_t count,
                    uint64_t total);

struct rp_policy {
    struct rp_limit limits[RP_CODE_COUNT];
};

/* RP_E_USAGE: an unknown code (with the nearest one), a note, a code twice, a
 * limit that is none. */
enum rp_status rp_policy_parse(struct rp_policy *policy,
                               const char *const *accepts, size_t count,
                               struct rp_err *err) RP_MUST_CHECK;
/* The code of that name, which must be one that blocks; otherwise RP_E_USAGE
 * as above. */
enum rp_status rp_policy_code(struct rp_slice name, enum rp_code *out_code,
                              struct rp_err *err) RP_MUST_CHECK;
/* total: what a percentage is a part of. */
bool rp_policy_accepts(const struct rp_policy *policy, enum rp_code code,
                       uint64_t count, uint64_t total);

#endif
