/* side.h - one side of a comparison: a database that is open in a transaction,
 * or a snapshot.  It borrows everything.
 */
#ifndef PROOF_SIDE_H
#define PROOF_SIDE_H

#include <stddef.h>

#include "proof/snapfile.h"
#include "proof/snapshot.h"
#include "school/db.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_side {
    struct rp_db *db; /* NULL: a snapshot */
    const struct rp_snapfile *file;
    const struct rp_table *tables;
    const struct rp_digest *digests; /* one for each table */
    size_t table_count;
    const struct rp_object *objects;
    size_t object_count;
    const char *database; /* D of RPCE-1 */
};

struct rp_side rp_side_of_db(struct rp_db *db,
                             const struct rp_snapshot *snapshot);
struct rp_side rp_side_of_file(const struct rp_snapfile *file);

/* Index of the table of that name, as SQLite compares names; -1. */
int rp_side_table(const struct rp_side *side, const char *name);

#endif
