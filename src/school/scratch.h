/* scratch.h - SQLite's temporary files in the folder of the database.
 *
 * What SQLite sorts (an index, a table without a key) goes to files that it
 * would put into /var/tmp or /tmp, which may be small, or memory.  A file
 * system of our own, which is SQLite's but for this, puts them where all other
 * temporary files of a run are and where its remedies say that room is needed.
 * Only where that folder cannot be written do they go where they would.
 */
#ifndef SCHOOL_SCRATCH_H
#define SCHOOL_SCRATCH_H

#include "base/err.h"

struct rp_scratch;

/* folder must outlive it. */
enum rp_status rp_scratch_open(const char *folder,
                               struct rp_scratch **out_scratch,
                               struct rp_err *err) RP_MUST_CHECK;
/* The name for sqlite3_open_v2. */
const char *rp_scratch_name(const struct rp_scratch *scratch);
/* When no connection uses it any more. */
void rp_scratch_close(struct rp_scratch *scratch);

#endif
