/* differences.h - which rows of preserved tables the run lost, gained or
 * changed: names for findings.csv, counts for the verdict.
 */
#ifndef JOB_DIFFERENCES_H
#define JOB_DIFFERENCES_H

#include "base/err.h"
#include "plan/findings.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "school/db.h"

/* Rows that are named one by one, of each table. */
#define RP_NAMED_ROWS_MAX 10000

struct rp_differences_request {
    struct rp_db *db; /* in its transaction; rolled back when rows differ */
    const struct rp_snapshot *before;
    const struct rp_snapshot *after;
    struct rp_findings *findings;
    size_t memory_bytes;
};

/* Nothing happens when no preserved table differs. */
enum rp_status rp_differences_name(struct rp_verdict *verdict,
                                   const struct rp_differences_request *request,
                                   struct rp_err *err) RP_MUST_CHECK;

#endif
