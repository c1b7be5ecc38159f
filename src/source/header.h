/* header.h - the names of a source's columns, found before it is read.
 *
 * A scout with a descriptor of its own reads as far as it must: to the first
 * record that is not blank, or, where neither the file nor the user names the
 * columns, to the first one that can be parsed.  So the pass that counts and
 * hashes starts at the file's first byte, and gives every record its place.
 */
#ifndef SOURCE_HEADER_H
#define SOURCE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/dialect.h"
#include "base/err.h"
#include "base/input.h"
#include "base/slice.h"

struct rp_header {
    struct rp_slice *names;
    size_t width; /* 0: no header, no --header, and nothing can be parsed */
    struct rp_buf name_bytes;
    /* The header's bytes in the file; empty when it has none. */
    struct rp_buf raw;
};

/* RP_E_USAGE for an empty file and for a header that is of no use. */
enum rp_status rp_header_find(const struct rp_input *input,
                              const struct rp_dialect *dialect,
                              struct rp_header *out_header, struct rp_err *err)
    RP_MUST_CHECK;
void rp_header_release(struct rp_header *header);

#endif
