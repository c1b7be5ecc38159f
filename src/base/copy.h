/* copy.h - memcpy of few bytes without a call: fields of records are short. */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* As memcpy, and from may be NULL when len is 0.  Two moves that overlap are
 * any length between one and both of them. */
static inline void
rp_copy(unsigned char *to, const unsigned char *from, size_t len)
{
    uint64_t first;
    uint64_t last;

    if (len > 2 * sizeof first) {
        memcpy(to, from, len);
    } else if (len >= sizeof first) {
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else {
        for (size_t i = 0; i < len; i++)
            to[i] = from[i];
    }
}

#endif
