/* see keyset.h */
#include "proof/keyset.h"

#include <string.h>

#include "base/mem.h"

#define SLOTS_AT_LEAST 1024U
/* Bits per number that are still cheaper than a hash table. */
#define BITS_PER_NUMBER 64U

static void
add_at(struct rp_keyset *set, uint64_t place)
{
    if (rp_bitset_has(&set->taken, place))
        rp_bitset_add(&set->twice, place);
    rp_bitset_add(&set->taken, place);
}

static bool
make_places(struct rp_keyset *set, uint64_t places)
{
    return rp_bitset_init(&set->taken, places) &&
           rp_bitset_init(&set->twice, places);
}

static uint64_t
first_slot(const struct rp_keyset *set, struct rp_hash128 key)
{
    return (key.lo ^ key.lo >> 29) & (set->taken.places - 1);
}

static uint64_t
slot_of(const struct rp_keyset *set, struct rp_hash128 key)
{
    uint64_t mask = set->taken.places - 1;
    uint64_t slot = first_slot(set, key);

    while (rp_bitset_has(&set->taken, slot) &&
           !rp_hash128_eq(set->slots[slot], key))
        slot = (slot + 1) & mask;
    return slot;
}

static uint64_t
slot_count(size_t count)
{
    uint64_t places = SLOTS_AT_LEAST;

    while (places < (uint64_t)count * 2)
        places *= 2;
    return places;
}

/* Far enough ahead for a slot to come into the cache. */
#define KEYS_AHEAD 16

static bool
make_slots(struct rp_keyset *set, const struct rp_hash128 *keys, size_t count)
{
    uint64_t places = slot_count(count);

    if (!make_places(set, places))
        return false;
    set->slots = rp_zalloc_array((size_t)places, sizeof *set->slots);
    if (set->slots == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t slot;

        if (i + KEYS_AHEAD < count)
            RP_PREFETCH(&set->slots[first_slot(set, keys[i + KEYS_AHEAD])]);
        if (rp_hash128_eq(keys[i], rp_no_key))
            continue;
        slot = slot_of(set, keys[i]);
        add_at(set, slot);
        set->slots[slot] = keys[i];
    }
    return true;
}

static uint64_t
distance(const struct rp_keyset *set, struct rp_hash128 key)
{
    return key.lo - (uint64_t)set->least;
}

static bool
make_bits(struct rp_keyset *set, const struct rp_hash128 *keys, size_t count,
          uint64_t width)
{
    set->dense = true;
    if (!make_places(set, width + 1))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!rp_hash128_eq(keys[i], rp_no_key))
            add_at(set, distance(set, keys[i]));
    return true;
}

/* From the least number to the most; no such range: UINT64_MAX. */
static uint64_t
width_of(const struct rp_hash128 *keys, size_t count, int64_t *out_least)
{
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;

    for (size_t i = 0; i < count; i++) {
        int64_t number = (int64_t)keys[i].lo;

        if (rp_hash128_eq(keys[i], rp_no_key))
            continue;
        least = number < least ? number : least;
        most = number > most ? number : most;
    }
    *out_least = least;
    return most < least ? UINT64_MAX : (uint64_t)most - (uint64_t)least;
}

static bool
is_worth_bits(uint64_t width, size_t count)
{
    return width < SLOTS_AT_LEAST + (uint64_t)count * BITS_PER_NUMBER;
}

size_t
rp_keyset_bytes(const struct rp_hash128 *keys, size_t count, bool numbers)
{
    int64_t least = 0;
    uint64_t width = numbers ? width_of(keys, count, &least) : UINT64_MAX;
    uint64_t slots = slot_count(count);

    if (is_worth_bits(width, count))
        return (size_t)(width / 4);
    return (size_t)(slots * sizeof *keys + slots / 4);
}

bool
rp_keyset_init(struct rp_keyset *set, const struct rp_hash128 *keys,
               size_t count, bool numbers)
{
    uint64_t width;

    memset(set, 0, sizeof *set);
    width = numbers ? width_of(keys, count, &set->least) : UINT64_MAX;
    if (is_worth_bits(width, count))
        return make_bits(set, keys, count, width);
    return make_slots(set, keys, count);
}

uint64_t
rp_keyset_place(const struct rp_keyset *set, struct rp_hash128 key)
{
    return set->dense ? distance(set, key) : slot_of(set, key);
}

uint64_t
rp_keyset_places(const struct rp_keyset *set)
{
    return set->taken.places;
}

bool
rp_keyset_once(const struct rp_keyset *set, struct rp_hash128 key,
               bool *out_there)
{
    uint64_t place = rp_keyset_place(set, key);

    *out_there = place < set->taken.places && rp_bitset_has(&set->taken, place);
    return *out_there && !rp_bitset_has(&set->twice, place);
}

void
rp_keyset_prefetch(const struct rp_keyset *set, struct rp_hash128 key)
{
    uint64_t slot;

    if (set->dense)
        return;
    slot = first_slot(set, key);
    RP_PREFETCH(&set->slots[slot]);
    RP_PREFETCH(&set->taken.words[slot / RP_BITSET_WORD]);
    RP_PREFETCH(&set->twice.words[slot / RP_BITSET_WORD]);
}

void
rp_keyset_release(struct rp_keyset *set)
{
    rp_bitset_release(&set->taken);
    rp_bitset_release(&set->twice);
    rp_free(set->slots);
    memset(set, 0, sizeof *set);
}
