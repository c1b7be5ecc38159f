/* keytable.h - keys of any bytes to ids.
 *
 * Short keys stand in the slots themselves, so that a look-up costs one visit
 * to memory; longer ones are kept beside and compared after their hash.
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
/* FOUND, AMBIGUOUS or UNKNOWN. */
enum rp_key_result rp_keytable_find(const struct rp_keytable *table,
                                    struct rp_slice key, int64_t *out_id);
void rp_keytable_close(struct rp_keytable *table);

#endif
