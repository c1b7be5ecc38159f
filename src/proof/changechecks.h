/* changechecks.h - the checks of a run that only makes or only drops
 * student_courses.
 *
 * Everything else must be as before, the schema must have changed by exactly
 * that table, and before the table is dropped its links must stand in a file
 * that was read back.
 */
#ifndef PROOF_CHANGECHECKS_H
#define PROOF_CHANGECHECKS_H

#include "base/err.h"
#include "proof/checks.h"
#include "proof/exported.h"
#include "proof/verdict.h"

struct rp_change_proof {
    /* before, after, declared (when the table is made), orphans (when it is
     * dropped); the rest is not looked at. */
    struct rp_proof proof;
    /* NULL: the table is made, or was there. */
    const struct rp_exported *exported;
    /* Of the links that the table held, as proof/linkdigest.h has it. */
    char links_sha256[RP_SHA256_HEX];
};

/* The verdict's counts and tables must be there. */
enum rp_status rp_change_checks(struct rp_verdict *verdict,
                                const struct rp_change_proof *change,
                                struct rp_err *err) RP_MUST_CHECK;

#endif
