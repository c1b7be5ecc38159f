/* worker.h - one function beside the caller, and a gate between the two.
 *
 * A worker runs once from beginning to end and is always joined; what it
 * returns is what the join returns.  A gate is opened once and stays open:
 * whoever waits at it goes on when the other side has got that far.
 */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include <stdbool.h>

#include "base/err.h"

struct rp_worker;

struct rp_task {
    enum rp_status (*run)(void *ctx, struct rp_err *err);
    void *ctx;
};

enum rp_status rp_worker_start(const struct rp_task *task,
                               struct rp_worker **out_worker,
                               struct rp_err *err) RP_MUST_CHECK;
/* Waits for its end, gives back the worker, returns what the task returned. */
enum rp_status rp_worker_join(struct rp_worker *worker, struct rp_err *err)
    RP_MUST_CHECK;

struct rp_gate;

enum rp_status rp_gate_make(struct rp_gate **out_gate, struct rp_err *err)
    RP_MUST_CHECK;
/* good: false tells who waits that there is nothing to go on with.  Only the
 * first opening counts. */
void rp_gate_open(struct rp_gate *gate, bool good);
/* Waits until it is open; how it was opened. */
bool rp_gate_wait(struct rp_gate *gate);
void rp_gate_close(struct rp_gate *gate);

#endif
