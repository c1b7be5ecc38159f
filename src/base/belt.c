/* belt.c - see belt.h. */
#include "base/belt.h"

#include <pthread.h>
#include <stdint.h>

#include "base/mem.h"

struct rp_belt {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t slots;
    uint64_t put; /* how many ever */
    uint64_t done;
    bool ended;
};

enum rp_status
rp_belt_make(size_t slots, struct rp_belt **out_belt, struct rp_err *err)
{
    struct rp_belt *belt = rp_zalloc(sizeof *belt);

    if (belt == NULL)
        return rp_fail_nomem(err, "start a second thread");
    (void)pthread_mutex_init(&belt->mutex, NULL);
    (void)pthread_cond_init(&belt->changed, NULL);
    belt->slots = slots;
    *out_belt = belt;
    return RP_OK;
}

/* Waits until at most this many slots are full. */
static void
wait_for_at_most(struct rp_belt *belt, size_t full)
{
    (void)pthread_mutex_lock(&belt->mutex);
    while (belt->put - belt->done > full)
        (void)pthread_cond_wait(&belt->changed, &belt->mutex);
    (void)pthread_mutex_unlock(&belt->mutex);
}

size_t
rp_belt_free(struct rp_belt *belt)
{
    wait_for_at_most(belt, belt->slots - 1);
    return (size_t)(belt->put % belt->slots);
}

void
rp_belt_drain(struct rp_belt *belt)
{
    wait_for_at_most(belt, 0);
}

void
rp_belt_put(struct rp_belt *belt)
{
    (void)pthread_mutex_lock(&belt->mutex);
    belt->put++;
    (void)pthread_cond_signal(&belt->changed);
    (void)pthread_mutex_unlock(&belt->mutex);
}

void
rp_belt_end(struct rp_belt *belt)
{
    (void)pthread_mutex_lock(&belt->mutex);
    belt->ended = true;
    (void)pthread_cond_signal(&belt->changed);
    (void)pthread_mutex_unlock(&belt->mutex);
}

bool
rp_belt_take(struct rp_belt *belt, size_t *out_slot)
{
    bool full;

    (void)pthread_mutex_lock(&belt->mutex);
    while (belt->put == belt->done && !belt->ended)
        (void)pthread_cond_wait(&belt->changed, &belt->mutex);
    full = belt->put > belt->done;
    *out_slot = (size_t)(belt->done % belt->slots);
    (void)pthread_mutex_unlock(&belt->mutex);
    return full;
}

void
rp_belt_done(struct rp_belt *belt)
{
    (void)pthread_mutex_lock(&belt->mutex);
    belt->done++;
    (void)pthread_cond_signal(&belt->changed);
    (void)pthread_mutex_unlock(&belt->mutex);
}

void
rp_belt_close(struct rp_belt *belt)
{
    if (belt == NULL)
        return;
    (void)pthread_mutex_destroy(&belt->mutex);
    (void)pthread_cond_destroy(&belt->changed);
    rp_free(belt);
}
