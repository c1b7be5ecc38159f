/* state.h - what is compared with another: a database that is open in a
 * transaction, or a snapshot.  It borrows everything.
 */
#ifndef PROOF_STATE_H
#define PROOF_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "proof/snapfile.h"
#include "proof/snapshot.h"
#include "school/db.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_state {
    struct rp_db *db; /* NULL: a snapshot */
    const struct rp_snapfile *file;
    const struct rp_table *tables;
    const struct rp_digest *digests; /* one for each table */
    size_t table_count;
    const struct rp_object *objects;
    size_t object_count;
    const char *database; /* D of RPCE-1 */
};

struct rp_state rp_state_of_db(struct rp_db *db,
                               const struct rp_snapshot *snapshot);
struct rp_state rp_state_of_file(const struct rp_snapfile *file);

/* The same columns in the same order are the key of both; also none. */
bool rp_tables_same_key(const struct rp_table *left,
                        const struct rp_table *right);
/* Index of the table of that name, as SQLite compares names; -1. */
int rp_state_table(const struct rp_state *state, const char *name);

#endif
