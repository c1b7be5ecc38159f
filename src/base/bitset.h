/* bitset.h - one bit per place. */
#ifndef BASE_BITSET_H
#define BASE_BITSET_H

#include <stdbool.h>
#include <stdint.h>

#define RP_BITSET_WORD 64U

/* All-zero is a valid empty set; words from base/mem. */
struct rp_bitset {
    uint64_t *words;
    uint64_t places;
};

/* False without memory. */
bool rp_bitset_init(struct rp_bitset *set, uint64_t places);
void rp_bitset_release(struct rp_bitset *set);

static inline bool
rp_bitset_has(const struct rp_bitset *set, uint64_t place)
{
    return (set->words[place / RP_BITSET_WORD] >> place % RP_BITSET_WORD & 1) !=
           0;
}

static inline void
rp_bitset_add(struct rp_bitset *set, uint64_t place)
{
    set->words[place / RP_BITSET_WORD] |= (uint64_t)1 << place % RP_BITSET_WORD;
}

#endif
