/* worker.c - see worker.h. */
#include "base/worker.h"

#include <pthread.h>

#include "base/mem.h"

struct rp_worker {
    pthread_t thread;
    struct rp_task task;
    enum rp_status status;
    struct rp_err err;
};

static void *
run(void *ctx)
{
    struct rp_worker *worker = ctx;

    worker->status = worker->task.run(worker->task.ctx, &worker->err);
    return NULL;
}

enum rp_status
rp_worker_start(const struct rp_task *task, struct rp_worker **out_worker,
                struct rp_err *err)
{
    struct rp_worker *worker = rp_zalloc(sizeof *worker);
    int failed;

    if (worker == NULL)
        return rp_fail_nomem(err, "start a second thread");
    worker->task = *task;
    failed = pthread_create(&worker->thread, NULL, run, worker);
    if (failed != 0) {
        rp_free(worker);
        return rp_fail_errno(err, failed,
                             "a second thread cannot be started; "
                             "try --threads 1");
    }
    *out_worker = worker;
    return RP_OK;
}

enum rp_status
rp_worker_join(struct rp_worker *worker, struct rp_err *err)
{
    enum rp_status status;

    (void)pthread_join(worker->thread, NULL);
    status = worker->status;
    if (status != RP_OK && err != NULL)
        *err = worker->err;
    rp_free(worker);
    return status;
}

enum gate_state {
    GATE_SHUT,
    GATE_OPEN,
    GATE_GIVEN_UP,
};

struct rp_gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum gate_state state;
};

enum rp_status
rp_gate_make(struct rp_gate **out_gate, struct rp_err *err)
{
    struct rp_gate *gate = rp_zalloc(sizeof *gate);

    if (gate == NULL)
        return rp_fail_nomem(err, "start a second thread");
    (void)pthread_mutex_init(&gate->mutex, NULL);
    (void)pthread_cond_init(&gate->changed, NULL);
    *out_gate = gate;
    return RP_OK;
}

void
rp_gate_open(struct rp_gate *gate, bool good)
{
    (void)pthread_mutex_lock(&gate->mutex);
    if (gate->state == GATE_SHUT)
        gate->state = good ? GATE_OPEN : GATE_GIVEN_UP;
    (void)pthread_cond_broadcast(&gate->changed);
    (void)pthread_mutex_unlock(&gate->mutex);
}

bool
rp_gate_wait(struct rp_gate *gate)
{
    bool good;

    (void)pthread_mutex_lock(&gate->mutex);
    while (gate->state == GATE_SHUT)
        (void)pthread_cond_wait(&gate->changed, &gate->mutex);
    good = gate->state == GATE_OPEN;
    (void)pthread_mutex_unlock(&gate->mutex);
    return good;
}

void
rp_gate_close(struct rp_gate *gate)
{
    if (gate == NULL)
        return;
    (void)pthread_mutex_destroy(&gate->mutex);
    (void)pthread_cond_destroy(&gate->changed);
    rp_free(gate);
}
