/* loading.h - a load while it runs: shared by load.c, which plans and writes,
 * loadids.c, which looks at a column called id, and loadproof.c, which reads
 * everything back.
 */
#ifndef JOB_LOADING_H
#define JOB_LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "job/columns.h"
#include "job/map.h"
#include "job/session.h"
#include "job/sources.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "proof/checks.h"
#include "proof/claims.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/schema.h"
#include "source/mapping.h"

/* Share of the memory for what the table holds already, and for ids. */
#define RP_PRESENT_SHARE 4

struct rp_loading {
    const struct rp_session *session;
    const struct rp_load_options *options;
    /* The options, with what the map says in their place. */
    struct rp_load_options asked;
    struct rp_map map;
    struct rp_buf evidence;
    struct rp_policy policy;
    struct rp_dialect_asked dialect;
    struct rp_mapping *mapping;
    struct rp_db *db;
    bool created;
    bool committed;
    struct rp_sources sources;
    struct rp_plan_request request;
    struct rp_plan *plan;
    uint64_t lock_began_ms;
    char started[24];
    struct rp_snapshot before;
    struct rp_snapshot after;
    const struct rp_table *table; /* NULL: it is made */
    struct rp_columns columns;
    struct rp_buf create;
    struct rp_second_facts second;
    struct rp_proof proof;
    struct rp_object declared;
    struct rp_verdict verdict;
};

/* A column called id is only fit to be the primary key when every value is a
 * distinct decimal int64, written as SQLite would write it; otherwise
 * RP_E_USAGE asks for --rename. */
enum rp_status rp_loading_check_ids(struct rp_loading *load, struct rp_err *err)
    RP_MUST_CHECK;
/* Reads the table and the source again and makes the checks. */
enum rp_status rp_loading_prove(struct rp_loading *load, struct rp_err *err)
    RP_MUST_CHECK;
/* A file that is no CSV at all has no columns to make a table of. */
bool rp_loading_has_shape(const struct rp_loading *load);

#endif
