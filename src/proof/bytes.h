/* bytes.h - the verifier's reader: pieces of physical lines, hashed.
 *
 * Whether the file ends its lines in LF or CR is decided before the first
 * line, by looking for an LF from the front.  Behind every piece there are
 * RP_BYTES_PAD more bytes that may be read, whatever they are.
 */
#ifndef PROOF_BYTES_H
#define PROOF_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/slice.h"

#define RP_BYTES_PAD 8

struct rp_bytes;

/* A line, or as much of it as the buffer held.  text is without the line end,
 * which is there (one or two bytes) only in the last piece of a line. */
struct rp_piece {
    struct rp_slice text;
    struct rp_slice end;
    bool last; /* ends the line, or the file */
};

enum rp_status rp_bytes_open(const struct rp_input *input,
                             struct rp_bytes **out_bytes, struct rp_err *err)
    RP_MUST_CHECK;
/* *out_piece is NULL at the end of the file.  text may be empty. */
enum rp_status rp_bytes_next(struct rp_bytes *bytes,
                             const struct rp_piece **out_piece,
                             struct rp_err *err) RP_MUST_CHECK;
/* The next line, when all of it is in memory already; false: there is none,
 * or it has to be asked for by rp_bytes_next.  Where it lies, and what was
 * handed out before it, stays there until then. */
bool rp_bytes_at_hand(struct rp_bytes *bytes, struct rp_piece *out_line);
/* Hands out that line. */
void rp_bytes_pass(struct rp_bytes *bytes, const struct rp_piece *line);
enum rp_status rp_bytes_finish(struct rp_bytes *bytes, uint64_t *out_count,
                               char sha256[RP_SHA256_HEX], struct rp_err *err)
    RP_MUST_CHECK;
void rp_bytes_close(struct rp_bytes *bytes);

#endif
