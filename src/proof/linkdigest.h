/* linkdigest.h - the digest that student_courses has when it holds exactly
 * these links: RPCE-1 of two columns that are its key, however the table that
 * holds them looks.
 */
#ifndef PROOF_LINKDIGEST_H
#define PROOF_LINKDIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/sha256.h"

/* All-zero is a valid one that was not begun. */
struct rp_linkdigest {
    struct rp_sha256 *sha;
    struct rp_buf bytes;
    uint64_t count;
    int64_t student_id; /* of the last one */
    int64_t course_id;
    bool falling; /* one did not come behind the one before it: no digest of
                     any table is made of these */
};

enum rp_status rp_linkdigest_begin(struct rp_linkdigest *digest,
                                   struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_linkdigest_add(struct rp_linkdigest *digest,
                                 int64_t student_id, int64_t course_id,
                                 struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_linkdigest_end(struct rp_linkdigest *digest,
                                 char out_sha256[RP_SHA256_HEX],
                                 struct rp_err *err) RP_MUST_CHECK;
void rp_linkdigest_release(struct rp_linkdigest *digest);

#endif
