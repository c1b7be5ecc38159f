/* be.h - numbers as big-endian bytes: a proof must not depend on the order of
 * the machine.
 *
 * Where the order is known at compile time a number is turned and moved as a
 * whole.  Left to place eight bytes each, gcc 12 builds them one by one in a
 * vector: 40 instructions instead of 2, of which there are some for every
 * record and every row.
 */
#ifndef BASE_BE_H
#define BASE_BE_H

#include <stdint.h>
#include <string.h>

#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define RP_BE_IS_TURNED 1
#elif defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define RP_BE_IS_TURNED 0
#else
#error "rollproof runs on machines that are little-endian or big-endian"
#endif

/* One instruction, as compilers see it. */
static inline uint32_t
rp_be32(uint32_t value)
{
    if (!RP_BE_IS_TURNED)
        return value;
    return value << 24 | (value & 0xff00U) << 8 | (value >> 8 & 0xff00U) |
           value >> 24;
}

static inline uint64_t
rp_be64(uint64_t value)
{
    if (!RP_BE_IS_TURNED)
        return value;
    return (uint64_t)rp_be32((uint32_t)value) << 32 |
           rp_be32((uint32_t)(value >> 32));
}

static inline void
rp_put_be32(unsigned char *out, uint32_t value)
{
    uint32_t be = rp_be32(value);

    memcpy(out, &be, sizeof be);
}

static inline void
rp_put_be64(unsigned char *out, uint64_t value)
{
    uint64_t be = rp_be64(value);

    memcpy(out, &be, sizeof be);
}

static inline uint64_t
rp_get_be64(const unsigned char *in)
{
    uint64_t be;

    memcpy(&be, in, sizeof be);
    return rp_be64(be);
}

#endif
