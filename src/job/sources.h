/* sources.h - all sources of a run, opened. */
#ifndef JOB_SOURCES_H
#define JOB_SOURCES_H

#include <stddef.h>

#include "base/err.h"
#include "base/input.h"
#include "rollproof.h"

struct rp_sources {
    struct rp_input **inputs;
    size_t count;
};

/* folder: where standard input is spooled; stop, or NULL, ends the wait for
 * it.  RP_E_USAGE when there are none, too many, or "-" twice. */
enum rp_status rp_sources_open(const struct rp_strings *paths,
                               const char *folder,
                               const volatile sig_atomic_t *stop,
                               struct rp_sources *out_sources,
                               struct rp_err *err) RP_MUST_CHECK;
void rp_sources_close(struct rp_sources *sources);

#endif
