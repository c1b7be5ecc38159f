/* keysearch.h - the row that has this key, among the sorted ones of a spool.
 *
 * For questions in any order about more keys than memory should hold: one key
 * in many is kept, and the block between two of them is read when it is asked
 * for.  Questions in the order of the keys stay in one block.
 */
#ifndef BASE_KEYSEARCH_H
#define BASE_KEYSEARCH_H

#include <stddef.h>

#include "base/err.h"
#include "base/spool.h"

struct rp_key_search;

/* The key is the front of the row. */
struct rp_search_shape {
    size_t row_bytes;
    size_t key_bytes;
};

/* rows: whole, in the memcmp order of their keys, which are distinct; the spool
 * outlives the search. */
enum rp_status rp_key_search_open(const struct rp_spool *rows,
                                  struct rp_search_shape shape,
                                  struct rp_key_search **out_search,
                                  struct rp_err *err) RP_MUST_CHECK;
/* *out_row is NULL when there is none; valid until the next call. */
enum rp_status rp_key_search_find(struct rp_key_search *search,
                                  const unsigned char *key,
                                  const unsigned char **out_row,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_key_search_close(struct rp_key_search *search);

#endif
