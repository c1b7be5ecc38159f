/* sync.h - the part of a migrate that removes: --sync --previous OLD.csv.
 *
 * The delivery before is planned like any other, ahead of the next one, and
 * gives only its claims; what the two and the links say together is decided
 * before anything is written (plan/removed).  An all-zero one removes nothing,
 * and each of these functions does nothing then.
 */
#ifndef JOB_SYNC_H
#define JOB_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job/sources.h"
#include "plan/plan.h"
#include "plan/removed.h"
#include "proof/removal.h"
#include "school/rows.h"

struct rp_asked;
struct rp_migration;

struct rp_sync {
    struct rp_limit limit;
    struct rp_sources sources;
    struct rp_plan *plan;    /* of the earlier delivery; NULL: no --sync */
    struct rp_spool *claims; /* its distinct ones */
    struct rp_removed removed;
    struct rp_digest staying; /* of the links, without those removed */
    uint64_t found;           /* of those removed, rows that were there */
    enum rp_earlier_run *runs;
    struct rp_removal removal;
};

/* What was asked for; RP_E_USAGE. */
enum rp_status rp_sync_understand(struct rp_migration *migration,
                                  struct rp_err *err) RP_MUST_CHECK;
/* Opens the earlier delivery; the request is that of the next one. */
enum rp_status rp_sync_open(struct rp_migration *migration, struct rp_err *err)
    RP_MUST_CHECK;
/* Its plan is made: takes the claims, and gives the plan's memory back. */
enum rp_status rp_sync_claims(struct rp_migration *migration,
                              struct rp_err *err) RP_MUST_CHECK;
/* The plan of the next one is made: which links go. */
enum rp_status rp_sync_find(struct rp_migration *migration, struct rp_err *err)
    RP_MUST_CHECK;
/* Reads the links without those; nobody else reads the database any more. */
enum rp_status rp_sync_stay(struct rp_migration *migration, struct rp_err *err)
    RP_MUST_CHECK;
/* The first write of a run that removes. */
enum rp_status rp_sync_remove(struct rp_migration *migration,
                              struct rp_err *err) RP_MUST_CHECK;
/* verdict->sync, and proof->removal for the checks. */
enum rp_status rp_sync_judge(struct rp_migration *migration,
                             const struct rp_asked *asked, struct rp_err *err)
    RP_MUST_CHECK;
/* Rows of student_courses that stay: of before, but for those removed. */
uint64_t rp_sync_staying(const struct rp_migration *migration);
void rp_sync_release(struct rp_sync *sync);

#endif
