/* places.h - where records begin, at a stride that doubles as a file grows.
 *
 * At most RP_PLACES_MAX places are kept, so that a record of any source is
 * found again by reading a small part of it, in bounded memory.  An all-zero
 * struct is valid and empty.
 */
#ifndef SOURCE_PLACES_H
#define SOURCE_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "source/parse.h"

struct rp_places {
    struct rp_place at[RP_PLACES_MAX]; /* of records 1, 1 + stride, ... */
    size_t count;
    unsigned stride_log2;
};

/* The number of the record whose place is to be noted next. */
uint64_t rp_places_due(const struct rp_places *places);
void rp_places_note(struct rp_places *places, const struct rp_place *place);
/* The last place kept that is not behind the record of this number; NULL
 * when there are no records. */
const struct rp_place *rp_places_find(const struct rp_places *places,
                                      uint64_t number);

#endif
