/* mem.h - the only way to the heap.
 *
 * Running out is a failure like any other: every function returns NULL and the
 * caller reports RP_E_NOMEM.  Products of sizes are checked here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for one object; NULL when there is none. */
void *rp_zalloc(size_t bytes);

/* Zeroed memory for an array; NULL also when count * bytes overflows. */
void *rp_zalloc_array(size_t count, size_t bytes);

/* The same for a table whose places are read before they are written.  Its
 * zeroes are written at once: a page that is only read first is the kernel's
 * page of zeroes, and putting a real one in its place interrupts every CPU
 * that the program runs on (60 ms for a table of 8 MB). */
void *rp_zalloc_table(size_t count, size_t bytes);

/* Like realloc; on NULL the old block is still there and still owned. */
void *rp_realloc(void *ptr, size_t bytes);

/* Grows *items (an array of elements of element_bytes) so that it can hold at
 * least needed elements, doubling; 0 on success, -1 without memory. */
int rp_grow(void **items, size_t *capacity, size_t needed,
            size_t element_bytes);

/* What ptr points to is wanted soon; at most a hint. */
#ifdef __GNUC__
#define RP_PREFETCH(ptr) __builtin_prefetch(ptr)
#else
#define RP_PREFETCH(ptr) ((void)(ptr))
#endif

char *rp_strdup(const char *text);

void rp_free(void *ptr);

#endif
