/* conclude.h - the end of every run that has a verdict: differences, evidence,
 * COMMIT or ROLLBACK, the re-read, publication, the report.
 *
 * Order matters (DESIGN section 7): evidence is staged and fsynced before
 * COMMIT, so that a kill right after it finds all that is needed to complete
 * it (rollproof status --finish).
 */
#ifndef JOB_CONCLUDE_H
#define JOB_CONCLUDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job/into.h"
#include "job/session.h"
#include "plan/plan.h"
#include "plan/removed.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "report/bag.h"
#include "report/libraries.h"
#include "rollproof.h"
#include "school/db.h"

struct rp_conclusion {
    const struct rp_session *session;
    const struct rp_policy_options *policy;
    struct rp_db *db; /* in its transaction */
    const struct rp_plan *plan;
    const struct rp_removed *removed; /* NULL: no --sync */
    struct rp_verdict *verdict;       /* checks made, not decided */
    const struct rp_snapshot *before;
    const struct rp_snapshot *after;
    const char *school;        /* the file that is written */
    struct rp_into *into;      /* NULL: no --into */
    const char *evidence;      /* NULL: none is written */
    struct rp_slice map;       /* the file; ptr NULL: there was none */
    struct rp_slice migration; /* the statements that were run */
    uint64_t lock_began_ms;
    const char *started;  /* 2026-11-22T15:30:00Z, of the run */
    const char *way_back; /* for run.json; NULL: there is none */
    uint64_t *lock_ms;    /* how long it was held; NULL: nobody asks */
    const struct rp_libraries *libraries; /* NULL: nobody looked yet */
};

enum rp_status rp_conclude(const struct rp_conclusion *conclusion,
                           enum rp_exit *out_exit, struct rp_err *err)
    RP_MUST_CHECK;

/* Where evidence goes: asked for, or a new folder in SCHOOL.db.evidence/.
 * RP_E_USAGE when it is there already. */
enum rp_status rp_evidence_place(const char *asked, const char *school,
                                 struct rp_buf *out_dir, struct rp_err *err)
    RP_MUST_CHECK;
/* SCHOOL.db.evidence */
void rp_evidence_folder(const char *school, struct rp_buf *out_folder);
/* The folder that dir is in, "." without one. */
void rp_evidence_parent(struct rp_buf *out, const char *dir);

/* Writes the last files and publishes; bag is closed. */
struct rp_publication {
    const struct rp_session *session;
    struct rp_bag *bag;
    const struct rp_verdict *verdict;
    const char *database;
    uint64_t lock_ms;
    const char *started;
    const char *way_back; /* NULL: there is none, or nobody knows it */
    const struct rp_libraries *libraries; /* NULL: nobody looked yet */
};
enum rp_status rp_publish(const struct rp_publication *publication,
                          struct rp_err *err) RP_MUST_CHECK;

/* proved 0, not proved 3, committed but not proved 4. */
enum rp_exit rp_verdict_exit(const struct rp_verdict *verdict);

#endif
