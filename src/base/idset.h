/* idset.h - a set of 64-bit numbers that are added in rising order.
 *
 * One bit per place as long as the numbers lie close together (at most 64
 * places per number), so ten million of them take little more than a
 * megabyte; from the first wide gap on, 8 bytes per number and a binary
 * search.
 */
#ifndef BASE_IDSET_H
#define BASE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All-zero is a valid empty set. */
struct rp_idset {
    uint64_t count;
    int64_t first;
    int64_t last;
    uint64_t *words; /* while dense */
    size_t word_capacity;
    int64_t *ids; /* when sparse */
    size_t id_capacity;
    bool sparse;
};

/* id must be greater than all before; false without memory. */
bool rp_idset_add(struct rp_idset *set, int64_t id);
size_t rp_idset_bytes(const struct rp_idset *set);
void rp_idset_release(struct rp_idset *set);

#define RP_IDSET_WORD_BITS 64U
/* rp_idset_has, of a sparse one. */
bool rp_idset_search(const struct rp_idset *set, int64_t id);

static inline bool
rp_idset_has(const struct rp_idset *set, int64_t id)
{
    uint64_t place = (uint64_t)id - (uint64_t)set->first;

    if (set->count == 0 || place > (uint64_t)set->last - (uint64_t)set->first)
        return false;
    if (set->sparse)
        return rp_idset_search(set, id);
    return (set->words[place / RP_IDSET_WORD_BITS] >>
                place % RP_IDSET_WORD_BITS &
            1) != 0;
}

#endif
