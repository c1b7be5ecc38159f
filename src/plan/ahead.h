/* ahead.h - records read by one thread while another decides about them.
 *
 * Who decides begins to read for itself.  When the other thread comes to help
 * it hands the reading over, in the middle of a source; from then on the
 * reader copies what it reads into stretches, and goes ahead by a few of them.
 * What is decided does not depend on when, or whether, that happens.
 */
#ifndef PLAN_AHEAD_H
#define PLAN_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/records.h"

struct rp_ahead;
struct rp_plan;

/* At most RP_BATCH_RECORDS of a source, one after the other. */
struct rp_batch {
    const struct rp_record *records;
    size_t count; /* 0: the source has no more */
};

/* Of the sources of plan, which must outlive it. */
enum rp_status rp_ahead_open(struct rp_plan *plan, struct rp_ahead **out_ahead,
                             struct rp_err *err) RP_MUST_CHECK;

/* Who reads: waits until the reading is handed over or not wanted, reads, and
 * returns when that is done, no longer wanted or failed. */
enum rp_status rp_ahead_read(struct rp_ahead *ahead, struct rp_err *err)
    RP_MUST_CHECK;

/* Who decides: hands over the reading from here on, in this source, when the
 * reader waits for it.  False: read it yourself. */
bool rp_ahead_hand_over(struct rp_ahead *ahead, uint32_t source);
/* After that: the next records, valid until the next call.  At the end of a
 * source it is read as rp_build_read leaves it, and the next one begins.  The
 * reader's failure is returned here, too. */
enum rp_status rp_ahead_batch(struct rp_ahead *ahead, struct rp_batch *out,
                              struct rp_err *err) RP_MUST_CHECK;
/* Nothing more is wanted: the reader does not wait any longer.  May be called
 * again; NULL is allowed. */
void rp_ahead_stop(struct rp_ahead *ahead);

/* After the reader has returned. */
void rp_ahead_close(struct rp_ahead *ahead);

#endif
