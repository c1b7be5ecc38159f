/* see keyrings.h */
#include "proof/keyrings.h"

#include <string.h>

#include "base/shares.h"

/* Of the memory: for sorting the keys of one ring, and what the second may
 * hold beside a first that is spilled, or the first beside such a second. */
#define SPILL_SHARE 8
#define BESIDE_SHARE 4

static bool
leaves_room(const struct rp_keyrings *rings, size_t memory_bytes)
{
    return rp_keyring_is_spilled(rings->student) ||
           rp_keyring_bytes(rings->student) <= memory_bytes / BESIDE_SHARE;
}

enum rp_status
rp_keyrings_open(const struct rp_keyrings_request *request,
                 struct rp_keyrings *out_rings, struct rp_err *err)
{
    const size_t memory = request->memory_bytes;
    struct rp_keyring_request wanted = {
        .db = request->db,
        .shape = request->student,
        .memory_bytes = RP_FIRST_PARENT_BYTES(memory),
        .spill_bytes = memory / SPILL_SHARE,
        .with_ids = request->with_ids,
    };
    struct rp_keyrings rings = { NULL, NULL };
    enum rp_status status = rp_keyring_open(&wanted, &rings.student, err);

    if (status == RP_OK) {
        wanted.shape = request->course;
        wanted.memory_bytes = rp_keyring_is_spilled(rings.student)
                                  ? memory / BESIDE_SHARE
                                  : memory - rp_keyring_bytes(rings.student);
        status = rp_keyring_open(&wanted, &rings.course, err);
    }
    /* What sorts one needs the memory that the other took. */
    if (status == RP_OK && rp_keyring_is_spilled(rings.course) &&
        !leaves_room(&rings, memory)) {
        rp_keyring_close(rings.student);
        rings.student = NULL;
        wanted.shape = request->student;
        wanted.memory_bytes = memory / BESIDE_SHARE;
        status = rp_keyring_open(&wanted, &rings.student, err);
    }
    if (status == RP_OK)
        *out_rings = rings;
    else
        rp_keyrings_release(&rings);
    return status;
}

enum rp_status
rp_keyrings_hold(const struct rp_keyrings *rings, int64_t student_id,
                 int64_t course_id, bool *out_held, struct rp_err *err)
{
    enum rp_status status =
        rp_keyring_has_id(rings->student, student_id, out_held, err);

    return status == RP_OK && *out_held
               ? rp_keyring_has_id(rings->course, course_id, out_held, err)
               : status;
}

void
rp_keyrings_release(struct rp_keyrings *rings)
{
    rp_keyring_close(rings->student);
    rp_keyring_close(rings->course);
    memset(rings, 0, sizeof *rings);
}
