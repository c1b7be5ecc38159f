/* sort.h - a stable sort of fixed-size records in bounded memory.
 *
 * The first key_bytes of a record are its key and compare as memcmp does, so
 * numbers are stored big-endian.  Records of equal keys come out in the order
 * in which they were added.  In memory: LSD radix, one counting pass per key
 * byte, bytes that are the same everywhere skipped.  Past memory_bytes, sorted
 * runs go to unlinked files in folder and are merged while they are read.
 * (Knuth, The Art of Computer Programming 3, 5.2.5 and 5.4.)
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct rp_sorter;

struct rp_sort_shape {
    size_t record_bytes;
    size_t key_bytes; /* at most record_bytes */
    /* For everything: both radix buffers; half of it once it is finished. */
    size_t memory_bytes;
};

enum rp_status rp_sorter_open(const struct rp_sort_shape *shape,
                              const char *folder, struct rp_sorter **out_sorter,
                              struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_sorter_add(struct rp_sorter *sorter, const void *record,
                             struct rp_err *err) RP_MUST_CHECK;
/* Several, one behind the other. */
enum rp_status rp_sorter_add_all(struct rp_sorter *sorter, const void *records,
                                 size_t count, struct rp_err *err)
    RP_MUST_CHECK;
uint64_t rp_sorter_count(const struct rp_sorter *sorter);
/* No more records: sort.  Afterwards next and rewind may be called. */
enum rp_status rp_sorter_finish(struct rp_sorter *sorter, struct rp_err *err)
    RP_MUST_CHECK;
/* The next record in order, valid until the next call; NULL at the end. */
enum rp_status rp_sorter_next(struct rp_sorter *sorter,
                              const unsigned char **out_record,
                              struct rp_err *err) RP_MUST_CHECK;
/* Start again from the smallest record. */
enum rp_status rp_sorter_rewind(struct rp_sorter *sorter, struct rp_err *err)
    RP_MUST_CHECK;
void rp_sorter_close(struct rp_sorter *sorter);

#endif
