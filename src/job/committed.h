/* committed.h - what fresh connections read after COMMIT.
 *
 * With two threads there are two of them, which read different tables at the
 * same time.  Both must see one state: when others have committed by then, the
 * first reads all.
 */
#ifndef JOB_COMMITTED_H
#define JOB_COMMITTED_H

#include <stdbool.h>

#include "base/err.h"
#include "job/session.h"
#include "proof/snapshot.h"
#include "school/db.h"

struct rp_committed {
    const struct rp_session *session;
    const char *school;
    struct rp_db *db;                /* the connection that committed */
    const struct rp_snapshot *after; /* what it saw before that */
};

/* *out_others: some other connection has committed since.  Nothing stops this
 * but a failure. */
enum rp_status rp_committed_read(const struct rp_committed *committed,
                                 struct rp_snapshot *out_snapshot,
                                 bool *out_others, struct rp_err *err)
    RP_MUST_CHECK;

#endif
