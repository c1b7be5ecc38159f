/* rowhash.h - the digest of rows that come one after the other.
 *
 * Rows are gathered in batches; a full one is hashed beside the caller when it
 * asked for that, so that reading the next rows and hashing the last ones
 * overlap.  A table that fits into one batch starts no thread.  What comes out
 * is the same either way.
 */
#ifndef SCHOOL_ROWHASH_H
#define SCHOOL_ROWHASH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "school/rows.h"

struct rp_rowhash;

enum rp_status rp_rowhash_open(bool beside, struct rp_rowhash **out_hash,
                               struct rp_err *err) RP_MUST_CHECK;
/* Where canonical bytes are appended.  It changes with every row. */
struct rp_buf *rp_rowhash_bytes(struct rp_rowhash *hash);
/* What was appended so far stands before the first row. */
void rp_rowhash_begin(struct rp_rowhash *hash);
/* What was appended since is one row. */
enum rp_status rp_rowhash_row(struct rp_rowhash *hash, struct rp_err *err)
    RP_MUST_CHECK;
/* The same, count rows of as many bytes each; at most RP_FOLD_NUMBERS. */
enum rp_status rp_rowhash_rows(struct rp_rowhash *hash, size_t count,
                               size_t row_bytes, struct rp_err *err)
    RP_MUST_CHECK;
/* Puts what ends a table.  Nothing may be appended afterwards. */
enum rp_status rp_rowhash_finish(struct rp_rowhash *hash,
                                 struct rp_digest *out_digest,
                                 struct rp_err *err) RP_MUST_CHECK;
/* Also in the middle. */
void rp_rowhash_close(struct rp_rowhash *hash);

#endif
