/* see plan.h: the packed form of a claim. */
#include "plan/plan.h"

#include <string.h>

#include "base/be.h"

#define NUMBER_BITS 48

uint64_t
rp_ordinal(uint32_t source, uint64_t number)
{
    return (uint64_t)source << NUMBER_BITS | number;
}

uint32_t
rp_ordinal_source(uint64_t ordinal)
{
    return (uint32_t)(ordinal >> NUMBER_BITS);
}

uint64_t
rp_ordinal_number(uint64_t ordinal)
{
    return ordinal & RP_RECORD_NUMBER_MAX;
}

void
rp_claim_pack(unsigned char bytes[RP_CLAIM_BYTES], const struct rp_claim *claim)
{
    memcpy(bytes, claim->key, RP_CLAIM_KEY_BYTES);
    rp_put_be64(bytes + RP_CLAIM_KEY_BYTES, claim->ordinal);
    rp_hash128_put(bytes + RP_CLAIM_KEY_BYTES + 8, claim->rest);
}

struct rp_claim
rp_claim_unpack(const unsigned char *bytes)
{
    struct rp_claim claim;

    memcpy(claim.key, bytes, RP_CLAIM_KEY_BYTES);
    claim.ordinal = rp_get_be64(bytes + RP_CLAIM_KEY_BYTES);
    claim.rest = rp_hash128_get(bytes + RP_CLAIM_KEY_BYTES + 8);
    return claim;
}

#define NARROW_KEY_BYTES (2 * RP_NARROW_ID_BYTES)
#define ORDINAL_BYTES 8
#define REST_BYTES 16

size_t
rp_claim_key_bytes(struct rp_claim_shape shape)
{
    return shape.narrow ? NARROW_KEY_BYTES : RP_CLAIM_KEY_BYTES;
}

size_t
rp_claim_bytes(struct rp_claim_shape shape)
{
    return rp_claim_key_bytes(shape) + ORDINAL_BYTES +
           (shape.rest ? REST_BYTES : 0);
}

void
rp_claim_pack_as(struct rp_claim_shape shape,
                 unsigned char bytes[RP_CLAIM_BYTES], uint64_t ordinal,
                 const struct rp_claim_made *made)
{
    unsigned char *behind = bytes + rp_claim_key_bytes(shape);

    if (shape.narrow) {
        memcpy(bytes, made->key + 4, RP_NARROW_ID_BYTES);
        memcpy(bytes + RP_NARROW_ID_BYTES, made->key + 12, RP_NARROW_ID_BYTES);
    } else {
        memcpy(bytes, made->key, RP_CLAIM_KEY_BYTES);
    }
    rp_put_be64(behind, ordinal);
    if (shape.rest)
        rp_hash128_put(behind + ORDINAL_BYTES, made->rest);
}

/* The sign bit is turned so that memcmp orders ids as numbers. */
void
rp_link_pack(unsigned char key[RP_CLAIM_KEY_BYTES], int64_t student_id,
             int64_t course_id)
{
    rp_put_be64(key, (uint64_t)student_id ^ RP_ID_SIGN);
    rp_put_be64(key + 8, (uint64_t)course_id ^ RP_ID_SIGN);
}

void
rp_link_unpack(const unsigned char *key, int64_t *out_student_id,
               int64_t *out_course_id)
{
    *out_student_id = (int64_t)(rp_get_be64(key) ^ RP_ID_SIGN);
    *out_course_id = (int64_t)(rp_get_be64(key + 8) ^ RP_ID_SIGN);
}
