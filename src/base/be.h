/* be.h - numbers as big-endian bytes, placed by hand: a proof must not depend
 * on the order of the machine.  Compilers make one instruction of each.
 */
#ifndef BASE_BE_H
#define BASE_BE_H

#include <stdint.h>

static inline void
rp_put_be32(unsigned char *out, uint32_t value)
{
    out[0] = (unsigned char)(value >> 24);
    out[1] = (unsigned char)(value >> 16);
    out[2] = (unsigned char)(value >> 8);
    out[3] = (unsigned char)value;
}

static inline void
rp_put_be64(unsigned char *out, uint64_t value)
{
    out[0] = (unsigned char)(value >> 56);
    out[1] = (unsigned char)(value >> 48);
    out[2] = (unsigned char)(value >> 40);
    out[3] = (unsigned char)(value >> 32);
    out[4] = (unsigned char)(value >> 24);
    out[5] = (unsigned char)(value >> 16);
    out[6] = (unsigned char)(value >> 8);
    out[7] = (unsigned char)value;
}

static inline uint64_t
rp_get_be64(const unsigned char *in)
{
    return (uint64_t)in[0] << 56 | (uint64_t)in[1] << 48 |
           (uint64_t)in[2] << 40 | (uint64_t)in[3] << 32 |
           (uint64_t)in[4] << 24 | (uint64_t)in[5] << 16 |
           (uint64_t)in[6] << 8 | (uint64_t)in[7];
}

#endif
