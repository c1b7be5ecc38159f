/* varint.h - small numbers in few bytes: seven bits in each, the lowest
 * first, the top bit set in all but the last (LEB128).  A signed number is
 * folded first, so that -1 is as short as 1.
 */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include <stdint.h>

#include "base/buf.h"

#define RP_VARINT_BYTES 10

static inline void
rp_put_varint(struct rp_buf *out, uint64_t value)
{
    unsigned char bytes[RP_VARINT_BYTES];
    unsigned len = 0;

    for (; value >= 0x80; value >>= 7)
        bytes[len++] = (unsigned char)(value | 0x80);
    bytes[len++] = (unsigned char)value;
    rp_buf_put(out, bytes, len);
}

/* 0, -1, 1, -2, ... become 0, 1, 2, 3, ...; all of it modulo 2^64. */
static inline uint64_t
rp_fold_sign(uint64_t value)
{
    return value << 1 ^ (0 - (value >> 63));
}

static inline uint64_t
rp_unfold_sign(uint64_t folded)
{
    return folded >> 1 ^ (0 - (folded & 1));
}

#endif
