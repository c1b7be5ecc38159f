/* glance.h - the verifier's quick way with a line that is a record by itself.
 *
 * Eight bytes at a time it marks where delimiters and quotes stand, and from
 * mark to mark divides the line where it stands.  What it takes is what
 * second.c would make of it: width fields, each without any quote, or a quote,
 * bytes other than quotes, and a quote in front of the delimiter or the end.
 * Anything else is for second.c.
 *
 * The importer has a quick way, too (source/lane), and shares nothing with
 * this one; what is compared of both is also compared with libcsv (fuzzed).
 */
#ifndef PROOF_GLANCE_H
#define PROOF_GLANCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/slice.h"

struct rp_glance {
    uint64_t delimiters; /* the byte eight times */
    uint64_t quotes;
    size_t width;
    struct rp_slice *fields; /* of as many lines as there may be in a batch */
    size_t most;
};

/* So many bytes behind a line must be there to be read, whatever they are. */
#define RP_GLANCE_PAD_BYTES 8

enum rp_status rp_glance_open(struct rp_glance *glance,
                              const struct rp_dialect *dialect, size_t width,
                              struct rp_err *err) RP_MUST_CHECK;
/* The fields of text, a line without its end; they point into it and are kept
 * as those of line index of a batch, which is below glance->most.  NULL when it
 * is not that simple. */
const struct rp_slice *rp_glance(const struct rp_glance *glance,
                                 struct rp_slice text, size_t index);
void rp_glance_release(struct rp_glance *glance);

#endif
