/* hash.h - XXH3-128 of rows and their sum, the fingerprint (the xxHash door).
 *
 * The sum is taken modulo 2^128 and never XORed: addition counts how often a
 * row occurs, so two equal rows do not cancel.  XXH3 finds accidents; whoever
 * wants to forge a hash can, which is why the verdict also holds SHA-256.
 * XXH3: https://github.com/Cyan4973/xxHash, canonical big-endian form.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/slice.h"

struct rp_hash128 {
    uint64_t hi;
    uint64_t lo;
};

struct rp_fp {
    struct rp_hash128 sum;
    uint64_t rows;
};

struct rp_hash128 rp_hash128(struct rp_slice bytes);
bool rp_hash128_eq(struct rp_hash128 left, struct rp_hash128 right);
void rp_hash128_put(unsigned char be[16], struct rp_hash128 hash);
struct rp_hash128 rp_hash128_get(const unsigned char be[16]);

/* One more row. */
void rp_fp_add(struct rp_fp *fp, struct rp_hash128 row);
/* All rows of other as well. */
void rp_fp_merge(struct rp_fp *fp, const struct rp_fp *other);
bool rp_fp_eq(const struct rp_fp *left, const struct rp_fp *right);
void rp_fp_hex(char hex[RP_FP_HEX], const struct rp_fp *fp);

const char *rp_hash_version(void);

#endif
