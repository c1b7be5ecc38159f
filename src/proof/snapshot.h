/* snapshot.h - the state of the whole school at one moment: its schema and
 * the digest of every table.
 */
#ifndef PROOF_SNAPSHOT_H
#define PROOF_SNAPSHOT_H

#include "base/beat.h"
#include "base/err.h"
#include "school/db.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_snapshot {
    struct rp_schema *schema;
    struct rp_digest *digests; /* one per table of rp_schema_tables */
    size_t table_count;
    struct rp_buf soundness; /* lines of quick_check, see rp_db_soundness */
    char database[RP_SHA256_HEX]; /* D of RPCE-1 */
};

/* A table that is scanned with a visitor of its own; NULL name: none. */
struct rp_watched {
    const char *table;
    const struct rp_row_visitor *visitor;
};

/* A second connection that sees the same state: with it every table but one is
 * read by a second thread, while the caller's reads that one.  NULL db:
 * none.  Then nobody watches. */
struct rp_snapshot_beside {
    struct rp_db *db;
    const char *all_but;
};

struct rp_snapshot_request {
    bool full_check;     /* integrity_check and foreign_key_check */
    bool with_soundness; /* otherwise no check at all */
    struct rp_watched watched;
    struct rp_beat beat; /* of rows of all tables that nobody watches */
    struct rp_snapshot_beside beside;
};

enum rp_status rp_snapshot_take(struct rp_db *db,
                                const struct rp_snapshot_request *request,
                                struct rp_snapshot *out_snapshot,
                                struct rp_err *err) RP_MUST_CHECK;
/* The name of the table that has the most rows; NULL when there is none. */
const char *rp_snapshot_longest(const struct rp_snapshot *snapshot);
/* The digest of the table of that name; NULL when it is not there. */
const struct rp_digest *rp_snapshot_digest(const struct rp_snapshot *snapshot,
                                           const char *table);
/* All zero is valid. */
void rp_snapshot_release(struct rp_snapshot *snapshot);

#endif
