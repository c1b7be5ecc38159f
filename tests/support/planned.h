/* planned.h - a whole migration up to the first write: the plan and what the
 * verifier makes of it, in a given memory, as text that can be compared.
 */
#ifndef SUPPORT_PLANNED_H
#define SUPPORT_PLANNED_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "plan/plan.h"
#include "school/db.h"

#define PLANNED_SOURCES_MAX 4

struct planned_asked {
    struct rp_db *db; /* holds students and courses, perhaps links */
    const char *const *sources;
    size_t source_count;
    const char *student; /* SPECs, as for migrate */
    const char *course;
    const char *where;     /* NULL: none */
    const char *leave_out; /* NULL: none */
    /* Called when the headers are known, and, when keys are sorted, between
     * the two readings of the sources; may be NULL. */
    void (*opened)(void *ctx);
    void (*foreseen)(void *ctx);
    void *ctx;
    bool beside; /* a second thread comes to read for the plan */
};

/* Whether the keys of a side were too many for a table, and whether the second
 * thread was let read. */
struct planned_spilled {
    bool plan; /* one of them at least */
    bool proof_student;
    bool proof_course;
    bool read_ahead;
};

/* Everything that is decided: the ledger, all findings, what is rejected,
 * collapsed and added, the sample, the claims of the plan and of the sources,
 * which students and courses there are. */
enum rp_status planned_put(struct rp_buf *out,
                           const struct planned_asked *asked,
                           size_t memory_bytes,
                           struct planned_spilled *out_spilled,
                           struct rp_err *err) RP_MUST_CHECK;

#endif
