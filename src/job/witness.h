/* witness.h - the verifier's half of a migrate, which needs nothing of the
 * planner's: the state before, the keys by id, the second parse.
 *
 * With two threads it has a connection of its own, opened while the main one
 * holds the write lock and has written nothing, and closed before the fill (a
 * reader would block the cache from spilling).  What the fill need not wait for
 * it leaves for then, and reads for the planner instead.  With one thread the
 * same steps run one after the other on the main connection: the evidence
 * cannot tell the difference.
 */
#ifndef JOB_WITNESS_H
#define JOB_WITNESS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/worker.h"
#include "job/session.h"
#include "plan/ahead.h"
#include "plan/plan.h"
#include "proof/claims.h"
#include "proof/keyrings.h"
#include "proof/snapshot.h"
#include "proof/withdrawn.h"
#include "report/libraries.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_witness {
    /* What it is given. */
    const struct rp_session *session;
    const char *school;
    struct rp_db *db; /* the main connection, for one thread */
    const struct rp_plan *plan;
    struct rp_ahead *ahead; /* whose reader it is beside; NULL: nobody's */
    const struct rp_dialect *dialect;
    struct rp_key_shape student;
    struct rp_key_shape course;
    bool full_check;
    /* Of a run that removes: the earlier delivery, whether there are links,
     * and, before the plan is settled, which of them are to be removed. */
    const struct rp_plan *earlier; /* NULL: nothing is removed */
    bool table_exists;
    const struct rp_spool *removed;
    /* What it saw. */
    struct rp_snapshot before;
    struct rp_keyrings keys;
    struct rp_second_facts *second; /* one per source */
    struct rp_fp claimed;
    struct rp_fp planned;
    struct rp_second_facts *second_earlier; /* one per source of earlier */
    struct rp_withdrawn withdrawn;
    struct rp_fp to_remove;      /* as the second parser says */
    struct rp_fp planned_remove; /* as the plan says */
    /* Looked at by the second thread, which is done before the first. */
    struct rp_libraries libraries;
    /* Between the threads. */
    struct rp_worker *worker;
    struct rp_gate *released; /* its connection is closed */
    struct rp_gate *settled;  /* the plan is made: its claims may be read */
};

/* Begins: beside the caller with two threads, with one at once. */
enum rp_status rp_witness_begin(struct rp_witness *witness, bool beside,
                                struct rp_err *err) RP_MUST_CHECK;
/* The plan is made; returns when nothing but the main connection reads the
 * database any more. */
enum rp_status rp_witness_settle(struct rp_witness *witness, struct rp_err *err)
    RP_MUST_CHECK;
/* Everything was seen. */
enum rp_status rp_witness_end(struct rp_witness *witness, struct rp_err *err)
    RP_MUST_CHECK;
/* Waits for the worker, when there is one, and gives everything back. */
void rp_witness_release(struct rp_witness *witness);

#endif
