/* keysearch.h - is this key among the sorted ones of a spool?
 *
 * For questions in any order about more keys than memory should hold: one key
 * in many is kept, and the block between two of them is read when it is asked
 * for.  Questions in the order of the keys stay in one block.
 */
#ifndef BASE_KEYSEARCH_H
#define BASE_KEYSEARCH_H

#include <stdbool.h>

#include "base/err.h"
#include "base/spool.h"

#define RP_SEARCH_KEY_BYTES 16

struct rp_key_search;

/* keys: whole, distinct, in memcmp order; the spool outlives the search. */
enum rp_status rp_key_search_open(const struct rp_spool *keys,
                                  struct rp_key_search **out_search,
                                  struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_key_search_has(struct rp_key_search *search,
                                 const unsigned char key[RP_SEARCH_KEY_BYTES],
                                 bool *out_has, struct rp_err *err)
    RP_MUST_CHECK;
void rp_key_search_close(struct rp_key_search *search);

#endif
