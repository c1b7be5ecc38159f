/* belt.h - a few slots that one thread fills and another empties, in order.
 *
 * The slots themselves belong to the caller, who keeps them in an array; the
 * belt only says whose turn it is.  One thread fills, one empties.
 */
#ifndef BASE_BELT_H
#define BASE_BELT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct rp_belt;

enum rp_status rp_belt_make(size_t slots, struct rp_belt **out_belt,
                            struct rp_err *err) RP_MUST_CHECK;

/* Who fills: waits until a slot is free; which one. */
size_t rp_belt_free(struct rp_belt *belt);
/* That slot is full. */
void rp_belt_put(struct rp_belt *belt);
/* Waits until all that was put is emptied. */
void rp_belt_drain(struct rp_belt *belt);
/* There will be no more. */
void rp_belt_end(struct rp_belt *belt);

/* Who empties: waits for a full slot; false when there will be no more. */
bool rp_belt_take(struct rp_belt *belt, size_t *out_slot);
/* That slot is free again. */
void rp_belt_done(struct rp_belt *belt);

void rp_belt_close(struct rp_belt *belt);

#endif
