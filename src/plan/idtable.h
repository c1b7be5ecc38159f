/* idtable.h - integer keys to ids.
 *
 * Most schools number their people densely, so the table first tries to be an
 * array over the range of the keys; only widely scattered keys are hashed.
 */
#ifndef PLAN_IDTABLE_H
#define PLAN_IDTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/resolve.h"

struct rp_idtable;

enum rp_status rp_idtable_open(struct rp_idtable **out_table,
                               struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_idtable_add(struct rp_idtable *table, int64_t key, int64_t id,
                              struct rp_err *err) RP_MUST_CHECK;
/* May one more be added without passing most_bytes? */
bool rp_idtable_has_room(const struct rp_idtable *table, size_t most_bytes);
/* What finish leaves. */
size_t rp_idtable_finished_bytes(const struct rp_idtable *table);
/* No more keys. */
enum rp_status rp_idtable_finish(struct rp_idtable *table, struct rp_err *err)
    RP_MUST_CHECK;
/* FOUND, AMBIGUOUS or UNKNOWN. */
enum rp_key_result rp_idtable_find(const struct rp_idtable *table, int64_t key,
                                   int64_t *out_id);
void rp_idtable_close(struct rp_idtable *table);

#endif
