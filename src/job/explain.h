/* explain.h - what refused a run, said at once: the first findings with file,
 * line and remedy.  Only to talk, never into evidence: keys are cell values.
 */
#ifndef JOB_EXPLAIN_H
#define JOB_EXPLAIN_H

#include <stdbool.h>

#include "base/err.h"
#include "job/session.h"
#include "plan/plan.h"
#include "proof/verdict.h"

/* Findings that are said one by one. */
#define RP_EXPLAINED_MAX 10

/* in_evidence: findings.csv holds all of them. */
enum rp_status rp_explain(const struct rp_session *session,
                          const struct rp_plan *plan,
                          const struct rp_verdict *verdict, bool in_evidence,
                          struct rp_err *err) RP_MUST_CHECK;

#endif
