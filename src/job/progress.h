/* progress.h - how far a run is, for somebody who waits at a terminal.
 *
 * One line that is written over, at most ten times a second.  When nobody
 * watches, a tick costs one comparison, and callers tick once in some
 * thousand records.
 */
#ifndef JOB_PROGRESS_H
#define JOB_PROGRESS_H

#include <stdint.h>

#include "base/beat.h"
#include "job/session.h"

struct rp_progress {
    const struct rp_session *session;
    const char *stage; /* "reading"; NULL: nothing is shown */
    const char *unit;  /* "records" */
    uint64_t total;    /* of what is done; 0: not known */
    uint64_t began_ms;
    uint64_t shown_ms;
    bool on_screen;
    uint64_t ticked; /* rows that were told by the beat in this stage */
};

/* A stage begins; total in the same measure as done of the ticks. */
void rp_progress_stage(struct rp_progress *progress, const char *stage,
                       const char *unit, uint64_t total);
/* done of total, and how many units that were. */
void rp_progress_tick(struct rp_progress *progress, uint64_t done,
                      uint64_t units);
/* For work that counts rows: shows them, and ends the work when somebody asked
 * to stop. */
struct rp_beat rp_progress_beat(struct rp_progress *progress);
/* Clears the line. */
void rp_progress_end(struct rp_progress *progress);

#endif
