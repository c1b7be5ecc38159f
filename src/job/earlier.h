/* earlier.h - how the delivery before this one came into the school: which
 * run among the evidence read it, and by which mapping.
 *
 * Only evidence that is complete and unaltered counts, and only of a migrate
 * that was committed.
 */
#ifndef JOB_EARLIER_H
#define JOB_EARLIER_H

#include <stddef.h>

#include "base/err.h"
#include "job/session.h"
#include "plan/plan.h"
#include "proof/removal.h"
#include "proof/verdict.h"

/* Where evidence may lie.  Runs of other schools may lie there as well, unless
 * the folder is this school's own. */
struct rp_earlier_folder {
    const char *path;
    const char *school; /* as verdicts name it; NULL: it is its own */
};

struct rp_earlier_request {
    const struct rp_session *session;
    const struct rp_earlier_folder *folders; /* each looked at */
    size_t folder_count;
    const struct rp_plan *plan;       /* of the earlier delivery, read */
    const struct rp_verdict *verdict; /* of this run: its mapping and sources */
};

/* out_runs has room for plan->source_count. */
enum rp_status rp_earlier_runs(const struct rp_earlier_request *request,
                               enum rp_earlier_run *out_runs,
                               struct rp_err *err) RP_MUST_CHECK;

#endif
