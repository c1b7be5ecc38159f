/* copy.h - memcpy and memcmp of few bytes without a call: fields and keys are
 * short.
 */
#ifndef BASE_COPY_H
#define BASE_COPY_H

#include <stdbool.h>
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
    uint32_t head;
    uint32_t tail;

    if (len > 2 * sizeof first) {
        memcpy(to, from, len);
    } else if (len >= sizeof first) {
        memcpy(&first, from, sizeof first);
        memcpy(&last, from + len - sizeof last, sizeof last);
        memcpy(to, &first, sizeof first);
        memcpy(to + len - sizeof last, &last, sizeof last);
    } else if (len >= sizeof head) {
        memcpy(&head, from, sizeof head);
        memcpy(&tail, from + len - sizeof tail, sizeof tail);
        memcpy(to, &head, sizeof head);
        memcpy(to + len - sizeof tail, &tail, sizeof tail);
    } else {
        for (size_t i = 0; i < len; i++)
            to[i] = from[i];
    }
}

/* Are these the same bytes?  Either may be NULL when len is 0. */
static inline bool
rp_same(const unsigned char *left, const unsigned char *right, size_t len)
{
    uint64_t one;
    uint64_t other;
    uint64_t differs = 0;
    size_t at = 0;

    for (; len - at >= sizeof one && differs == 0; at += sizeof one) {
        memcpy(&one, left + at, sizeof one);
        memcpy(&other, right + at, sizeof other);
        differs = one ^ other;
    }
    for (; at < len; at++)
        differs |= (uint64_t)(left[at] ^ right[at]);
    return differs == 0;
}

#endif
