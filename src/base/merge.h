/* merge.h - several sorted runs, read as one; used by sort.c only.
 *
 * Of equal keys the one of the earlier run comes first.  (Knuth, The Art of
 * Computer Programming 3, 5.4.1.)
 */
#ifndef BASE_MERGE_H
#define BASE_MERGE_H

#include <stddef.h>

#include "base/err.h"
#include "base/sort.h"
#include "base/spool.h"

struct rp_merge;

/* The runs are borrowed and must stay while the merge is open. */
enum rp_status rp_merge_open(const struct rp_sort_shape *shape,
                             struct rp_spool *const *runs, size_t run_count,
                             struct rp_merge **out_merge, struct rp_err *err)
    RP_MUST_CHECK;
/* The next record in order, valid until the next call; NULL at the end. */
enum rp_status rp_merge_next(struct rp_merge *merge,
                             const unsigned char **out_record,
                             struct rp_err *err) RP_MUST_CHECK;
void rp_merge_close(struct rp_merge *merge);

#endif
