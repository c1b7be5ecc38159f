/* libraries.h - the shared libraries in this process, and the SHA-256 of each.
 *
 * They are ten megabytes, so whoever has a thread to spare looks at them before
 * the evidence is published.  What cannot be read is left out: it must not keep
 * evidence from being published.
 */
#ifndef REPORT_LIBRARIES_H
#define REPORT_LIBRARIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"

struct rp_library {
    struct rp_slice path;       /* in maps */
    char sha256[RP_SHA256_HEX]; /* empty: cannot be read */
};

/* All-zero is a valid empty one, of a process that was not looked at. */
struct rp_libraries {
    bool looked;
    struct rp_buf maps;       /* /proc/self/maps */
    struct rp_library *items; /* by path, each once */
    size_t count;
    size_t cap;
};

/* RP_E_NOMEM is all that can go wrong. */
enum rp_status rp_libraries_look(struct rp_libraries *out_libraries,
                                 struct rp_err *err) RP_MUST_CHECK;
void rp_libraries_release(struct rp_libraries *libraries);

#endif
