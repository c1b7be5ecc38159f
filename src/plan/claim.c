/* see plan.h: the packed form of a claim. */
#include "plan/plan.h"

#include <string.h>

#include "base/be.h"

#define NUMBER_BITS 48
#define SIGN ((uint64_t)1 << 63)

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

#define NARROW_KEY_BYTES 8
#define ORDINAL_BYTES 8
#define REST_BYTES 16

/* Of an id between 0 and 2^32 - 1, packed in 8 bytes, only the last 4 vary. */
static const unsigned char narrow_id[4] = { 0x80, 0, 0, 0 };

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
                 unsigned char bytes[RP_CLAIM_BYTES],
                 const struct rp_claim *claim)
{
    unsigned char *behind = bytes + rp_claim_key_bytes(shape);

    if (shape.narrow) {
        memcpy(bytes, claim->key + 4, 4);
        memcpy(bytes + 4, claim->key + 12, 4);
    } else {
        memcpy(bytes, claim->key, RP_CLAIM_KEY_BYTES);
    }
    rp_put_be64(behind, claim->ordinal);
    if (shape.rest)
        rp_hash128_put(behind + ORDINAL_BYTES, claim->rest);
}

struct rp_claim
rp_claim_unpack_as(struct rp_claim_shape shape, const unsigned char *bytes)
{
    const unsigned char *behind = bytes + rp_claim_key_bytes(shape);
    struct rp_claim claim = { .rest = { 0, 0 } };

    if (shape.narrow) {
        memcpy(claim.key, narrow_id, sizeof narrow_id);
        memcpy(claim.key + 4, bytes, 4);
        memcpy(claim.key + 8, narrow_id, sizeof narrow_id);
        memcpy(claim.key + 12, bytes + 4, 4);
    } else {
        memcpy(claim.key, bytes, RP_CLAIM_KEY_BYTES);
    }
    claim.ordinal = rp_get_be64(behind);
    if (shape.rest)
        claim.rest = rp_hash128_get(behind + ORDINAL_BYTES);
    return claim;
}

/* The sign bit is turned so that memcmp orders ids as numbers. */
void
rp_link_pack(unsigned char key[RP_CLAIM_KEY_BYTES], int64_t student_id,
             int64_t course_id)
{
    rp_put_be64(key, (uint64_t)student_id ^ SIGN);
    rp_put_be64(key + 8, (uint64_t)course_id ^ SIGN);
}

void
rp_link_unpack(const unsigned char *key, int64_t *out_student_id,
               int64_t *out_course_id)
{
    *out_student_id = (int64_t)(rp_get_be64(key) ^ SIGN);
    *out_course_id = (int64_t)(rp_get_be64(key + 8) ^ SIGN);
}
