/* keyset.h - which keys there are, and which of them more than once.
 *
 * A key is 128 bits: a number as it is, anything else by its hash.  Numbers
 * that lie close together are one bit each.
 */
#ifndef PROOF_KEYSET_H
#define PROOF_KEYSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bitset.h"
#include "base/hash.h"

/* A number as a key; no hash of anything else is expected to have this hi. */
#define RP_KEY_NUMBER_HI UINT64_C(0x4e554d4245520000)

struct rp_keyset {
    bool dense;
    int64_t least;          /* of the numbers, when dense */
    struct rp_bitset taken; /* places: numbers from least on, or slots */
    struct rp_bitset twice;
    struct rp_hash128 *slots; /* when not dense */
};

/* What a row has that has no key anybody could ask for. */
static const struct rp_hash128 rp_no_key = { UINT64_MAX, UINT64_MAX };

/* What a set of these keys takes. */
size_t rp_keyset_bytes(const struct rp_hash128 *keys, size_t count,
                       bool numbers);
/* numbers: all keys are numbers.  rp_no_key is left out.  False
 * without memory. */
bool rp_keyset_init(struct rp_keyset *set, const struct rp_hash128 *keys,
                    size_t count, bool numbers);
/* Is there exactly one such key?  *out_there: is there any? */
bool rp_keyset_once(const struct rp_keyset *set, struct rp_hash128 key,
                    bool *out_there);
/* Where a key that is there has its place, and how many places there are: for
 * who wants to know more of each key. */
uint64_t rp_keyset_place(const struct rp_keyset *set, struct rp_hash128 key);
uint64_t rp_keyset_places(const struct rp_keyset *set);
/* This key will be asked for soon. */
void rp_keyset_prefetch(const struct rp_keyset *set, struct rp_hash128 key);
void rp_keyset_release(struct rp_keyset *set);

#endif
