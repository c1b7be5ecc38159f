/* reread.h - is what a fresh connection reads after COMMIT what was proved?
 *
 * A school is in use: whoever waited for the lock may write between the commit
 * and the re-read.  What others wrote to tables that the run had only to leave
 * alone is no fault of the commit; it is told, and everything else must be as
 * committed.
 */
#ifndef PROOF_REREAD_H
#define PROOF_REREAD_H

#include <stdbool.h>

#include "base/err.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"

/* Sets the check committed-state-reread.  others_wrote: some other connection
 * committed since this run did. */
enum rp_status rp_reread_check(struct rp_verdict *verdict,
                               const struct rp_snapshot *now, bool others_wrote,
                               struct rp_err *err) RP_MUST_CHECK;
/* The re-read could not be done: why. */
enum rp_status rp_reread_failed(struct rp_verdict *verdict, const char *why,
                                struct rp_err *err) RP_MUST_CHECK;

#endif
