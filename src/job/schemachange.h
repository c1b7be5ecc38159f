/* schemachange.h - a run that only makes or only drops student_courses: what
 * upgrade and downgrade share.
 *
 * Like a migration it is proved before it is committed, and leaves evidence:
 * everything else in the database is as it was.
 */
#ifndef JOB_SCHEMACHANGE_H
#define JOB_SCHEMACHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "job/session.h"
#include "plan/plan.h"
#include "proof/changechecks.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/schema.h"

struct rp_schema_change {
    const struct rp_session *session;
    const struct rp_policy_options *policy;
    const char *school;
    const char *command;    /* "upgrade" or "downgrade" */
    struct rp_buf evidence; /* the folder */
    struct rp_db *db;
    struct rp_plan *plan; /* of nothing */
    /* Before the change: the caller takes it. */
    struct rp_snapshot before;
    struct rp_snapshot after;
    const struct rp_table *students; /* of before */
    const struct rp_table *courses;
    struct rp_verdict verdict;
    struct rp_change_proof proof; /* what only the caller knows, too */
    uint64_t lock_began_ms;
    char started[24];
    const char *way_back; /* for run.json; NULL: there is none to tell */
    bool reports_to_talk; /* standard output is for something else */
};

/* Finds a place for the evidence, opens the school and takes the lock. */
enum rp_status rp_schema_change_begin(struct rp_schema_change *change,
                                      struct rp_err *err) RP_MUST_CHECK;
/* Both parents out of before. */
enum rp_status rp_schema_change_parents(struct rp_schema_change *change,
                                        struct rp_err *err) RP_MUST_CHECK;
/* After the change: reads everything back into after and makes the verdict. */
enum rp_status rp_schema_change_prove(struct rp_schema_change *change,
                                      const struct rp_exported_report *exported,
                                      struct rp_err *err) RP_MUST_CHECK;
/* Evidence, COMMIT or ROLLBACK, report; statement is what was run. */
enum rp_status rp_schema_change_conclude(struct rp_schema_change *change,
                                         const char *statement,
                                         enum rp_exit *out_exit,
                                         struct rp_err *err) RP_MUST_CHECK;
void rp_schema_change_release(struct rp_schema_change *change);

#endif
