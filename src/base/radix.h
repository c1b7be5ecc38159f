/* radix.h - a stable LSD radix sort in memory; used by sort.c only.
 *
 * One move per key byte, from the last to the first, and one counting pass for
 * eight of them; bytes that are the same in every record cost nothing.
 */
#ifndef BASE_RADIX_H
#define BASE_RADIX_H

#include <stddef.h>

struct rp_radix {
    unsigned char *records;
    unsigned char *scratch; /* as large as records */
    size_t count;
    size_t record_bytes;
    size_t key_bytes;
    unsigned char *differs; /* key_bytes of room */
};

/* Sorts.  The result is in records afterwards, which may have changed places
 * with scratch. */
void rp_radix_sort(struct rp_radix *radix);

#endif
