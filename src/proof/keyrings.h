/* keyrings.h - the keys of both parents, within one share of the memory. */
#ifndef PROOF_KEYRINGS_H
#define PROOF_KEYRINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proof/keyring.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_keyrings_request {
    struct rp_db *db;
    const struct rp_key_shape *student;
    const struct rp_key_shape *course;
    /* Of which the rings leave a part for what is asked of them. */
    size_t memory_bytes;
    bool with_ids; /* as in rp_keyring_request */
};

/* All-zero is a valid empty one. */
struct rp_keyrings {
    struct rp_keyring *student;
    struct rp_keyring *course;
};

enum rp_status rp_keyrings_open(const struct rp_keyrings_request *request,
                                struct rp_keyrings *out_rings,
                                struct rp_err *err) RP_MUST_CHECK;
/* Are there rows with both ids? */
enum rp_status rp_keyrings_hold(const struct rp_keyrings *rings,
                                int64_t student_id, int64_t course_id,
                                bool *out_held, struct rp_err *err)
    RP_MUST_CHECK;
void rp_keyrings_release(struct rp_keyrings *rings);

#endif
