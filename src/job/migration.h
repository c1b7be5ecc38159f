/* migration.h - the main job while it runs: shared by migrate.c, which plans
 * and writes, and migrateproof.c, which reads everything back.
 */
#ifndef JOB_MIGRATION_H
#define JOB_MIGRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "job/into.h"
#include "job/map.h"
#include "job/progress.h"
#include "job/session.h"
#include "job/sources.h"
#include "job/sync.h"
#include "job/telling.h"
#include "job/witness.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "proof/checks.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/keys.h"
#include "school/schema.h"
#include "source/mapping.h"

struct rp_migration {
    const struct rp_session *session;
    const struct rp_migrate_options *options;
    /* The options, with what the map says in their place. */
    struct rp_migrate_options asked;
    struct rp_map map;
    struct rp_telling telling;
    struct rp_progress progress;
    struct rp_ticker ticker;
    struct rp_buf evidence;
    struct rp_policy policy;
    struct rp_dialect_asked dialect;
    struct rp_mapping *mapping;
    struct rp_into into;
    const char *school; /* the file that is written: with --into the copy */
    struct rp_db *db;
    struct rp_sources sources;
    struct rp_plan_request request;
    struct rp_layouter layouter;
    struct rp_plan *plan;
    struct rp_sync sync;
    uint64_t lock_began_ms;
    uint64_t lock_ms;
    char started[24];
    struct rp_schema *schema; /* before the first write */
    struct rp_witness witness;
    struct rp_snapshot after;
    const struct rp_table *students;
    const struct rp_table *courses;
    struct rp_key_shape student;
    struct rp_key_shape course;
    bool table_exists;
    bool makes_index;
    struct rp_buf create; /* the statement, empty when the table exists */
    struct rp_proof proof;
    /* The index, when it is made, then the table, when it is. */
    struct rp_object declared[2];
    struct rp_verdict verdict;
};

/* Reads the database and the sources again and makes the checks. */
enum rp_status rp_migration_prove(struct rp_migration *migration,
                                  struct rp_err *err) RP_MUST_CHECK;
/* Evidence, COMMIT or ROLLBACK, publication. */
enum rp_status rp_migration_conclude(struct rp_migration *migration,
                                     enum rp_exit *out_exit, struct rp_err *err)
    RP_MUST_CHECK;

#endif
