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
#define RP_LITTLE_ENDIAN 1
#elif defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define RP_LITTLE_ENDIAN 0
#else
#error "rollproof runs on machines that are little-endian or big-endian"
#endif

/* The bytes in the other order: one instruction, as compilers see it. */
static inline uint32_t
rp_turn32(uint32_t value)
{
    return value << 24 | (value & 0xff00U) << 8 | (value >> 8 & 0xff00U) |
           value >> 24;
}

static inline uint64_t
rp_turn64(uint64_t value)
{
    return (uint64_t)rp_turn32((uint32_t)value) << 32 |
           rp_turn32((uint32_t)(value >> 32));
}

static inline void
rp_put_be32(unsigned char *out, uint32_t value)
{
    uint32_t be = RP_LITTLE_ENDIAN ? rp_turn32(value) : value;

    memcpy(out, &be, sizeof be);
}

static inline void
rp_put_be64(unsigned char *out, uint64_t value)
{
    uint64_t be = RP_LITTLE_ENDIAN ? rp_turn64(value) : value;

    memcpy(out, &be, sizeof be);
}

static inline uint32_t
rp_get_be32(const unsigned char *in)
{
    uint32_t be;

    memcpy(&be, in, sizeof be);
    return RP_LITTLE_ENDIAN ? rp_turn32(be) : be;
}

static inline uint64_t
rp_get_be64(const unsigned char *in)
{
    uint64_t be;

    memcpy(&be, in, sizeof be);
    return RP_LITTLE_ENDIAN ? rp_turn64(be) : be;
}

/* Eight bytes as a word whose lowest byte is the first. */
static inline uint64_t
rp_get_le64(const unsigned char *in)
{
    uint64_t word;

    memcpy(&word, in, sizeof word);
    return RP_LITTLE_ENDIAN ? word : rp_turn64(word);
}

#endif
