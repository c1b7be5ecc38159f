/* beat.h - how long work tells that it goes on, and asks whether it should.
 *
 * Called again and again while rows are read: how many since the last time.
 * A failure ends the work.  All-zero is valid: nobody listens.
 */
#ifndef BASE_BEAT_H
#define BASE_BEAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Rows between two beats. */
#define RP_BEAT_ROWS 4096U

struct rp_beat {
    enum rp_status (*rows)(void *ctx, uint64_t count, struct rp_err *err);
    void *ctx;
};

static inline enum rp_status
rp_beat(const struct rp_beat *beat, uint64_t count, struct rp_err *err)
{
    return beat->rows == NULL ? RP_OK : beat->rows(beat->ctx, count, err);
}

#endif
