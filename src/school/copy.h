/* copy.h - a consistent copy of a whole database, by SQLite's backup API. */
#ifndef SCHOOL_COPY_H
#define SCHOOL_COPY_H

#include "base/err.h"
#include "school/db.h"

/* db is reading (rp_db_begin_read), so the copy is of one moment, also while
 * others write.  path must not exist; it is made 0600 beside nothing of the
 * original: not its journal, not its WAL.  The copy's journal mode is
 * "delete". */
enum rp_status rp_db_copy(struct rp_db *db, const char *path,
                          struct rp_err *err) RP_MUST_CHECK;

#endif
