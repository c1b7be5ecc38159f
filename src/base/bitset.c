/* see bitset.h */
#include "base/bitset.h"

#include <stddef.h>

#include "base/mem.h"

bool
rp_bitset_init(struct rp_bitset *set, uint64_t places)
{
    set->words = rp_zalloc_table((size_t)(places / RP_BITSET_WORD) + 1,
                                 sizeof *set->words);
    set->places = places;
    return set->words != NULL;
}

void
rp_bitset_release(struct rp_bitset *set)
{
    rp_free(set->words);
    set->words = NULL;
    set->places = 0;
}
