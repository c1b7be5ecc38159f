/* hash.c - see hash.h. */
#include "base/hash.h"

#include <xxhash.h>

#include "base/be.h"
#include "base/show.h"

#define TEXT_OF(number) #number
#define JOIN(major, minor, release)                                            \
    TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(release)
#define VERSION_TEXT                                                           \
    JOIN(XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE)

struct rp_hash128
rp_hash128(struct rp_slice bytes)
{
    /* The library may not be handed a NULL, whatever the length. */
    const void *ptr = bytes.len == 0 ? "" : (const void *)bytes.ptr;
    XXH128_hash_t hash = XXH3_128bits(ptr, bytes.len);
    struct rp_hash128 out = { hash.high64, hash.low64 };

    return out;
}

bool
rp_hash128_eq(struct rp_hash128 left, struct rp_hash128 right)
{
    return left.hi == right.hi && left.lo == right.lo;
}

void
rp_hash128_put(unsigned char be[16], struct rp_hash128 hash)
{
    rp_put_be64(be, hash.hi);
    rp_put_be64(be + 8, hash.lo);
}

struct rp_hash128
rp_hash128_get(const unsigned char be[16])
{
    return (struct rp_hash128){ rp_get_be64(be), rp_get_be64(be + 8) };
}

static void
add_sum(struct rp_hash128 *sum, struct rp_hash128 more)
{
    uint64_t lo = sum->lo + more.lo;

    sum->hi += more.hi + (lo < sum->lo);
    sum->lo = lo;
}

void
rp_fp_add(struct rp_fp *fp, struct rp_hash128 row)
{
    add_sum(&fp->sum, row);
    fp->rows++;
}

void
rp_fp_merge(struct rp_fp *fp, const struct rp_fp *other)
{
    add_sum(&fp->sum, other->sum);
    fp->rows += other->rows;
}

bool
rp_fp_eq(const struct rp_fp *left, const struct rp_fp *right)
{
    return left->rows == right->rows && rp_hash128_eq(left->sum, right->sum);
}

void
rp_fp_hex(char hex[RP_FP_HEX], const struct rp_fp *fp)
{
    unsigned char be[16];

    rp_hash128_put(be, fp->sum);
    rp_hex(hex, be, sizeof be);
}

/* The library promises that no later version computes XXH3 differently. */
const char *
rp_hash_version(void)
{
    return VERSION_TEXT;
}
