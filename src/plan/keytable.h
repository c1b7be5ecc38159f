/* keytable.h - keys of any bytes to ids.
 *
 * Short keys stand in the slots themselves, so that a look-up costs one visit
 * to memory; longer ones are kept beside and compared after their hash.  A
 * visit takes longer than all the rest of a look-up, so keys are looked up
 * many at once.
 */
#ifndef PLAN_KEYTABLE_H
#define PLAN_KEYTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "plan/resolve.h"

struct rp_keytable;

enum rp_status rp_keytable_open(struct rp_keytable **out_table,
                                struct rp_err *err) RP_MUST_CHECK;
/* May this key be added without passing most_bytes? */
bool rp_keytable_has_room(const struct rp_keytable *table, struct rp_slice key,
                          size_t most_bytes);
size_t rp_keytable_bytes(const struct rp_keytable *table);
/* A key that is there already becomes ambiguous. */
enum rp_status rp_keytable_add(struct rp_keytable *table, struct rp_slice key,
                               int64_t id, struct rp_err *err) RP_MUST_CHECK;
/* No more are added: now they can be found. */
enum rp_status rp_keytable_settle(struct rp_keytable *table, struct rp_err *err)
    RP_MUST_CHECK;
/* Looks several keys up at once, so that their visits to memory overlap. */
struct rp_key_sought {
    struct rp_slice key;
    uint64_t hash;             /* of the key; the table's own affair */
    enum rp_key_result result; /* FOUND, AMBIGUOUS or UNKNOWN */
    int64_t id;                /* when found */
};
void rp_keytable_find(const struct rp_keytable *table,
                      struct rp_key_sought *sought, size_t count);
void rp_keytable_close(struct rp_keytable *table);

#endif
