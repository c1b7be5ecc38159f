/* keyjoin.h - keys to ids where a table of the keys would not fit: sort and
 * merge instead of looking up.
 *
 * The parent's keys are put in first, then every key that a record asks for,
 * with a number for who asks; both are sorted by key and merged, and the
 * answers, sorted by who asked, are read along with the records.  Keys are
 * compared as bytes; those too long to be sorted as they are by SHA-256, which
 * nobody can forge.
 */
#ifndef PLAN_KEYJOIN_H
#define PLAN_KEYJOIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "plan/resolve.h"

struct rp_keyjoin;

struct rp_keyjoin_shape {
    size_t longest; /* no key of the parent has more bytes */
    const char *folder;
    size_t memory_bytes;
};

enum rp_status rp_keyjoin_open(const struct rp_keyjoin_shape *shape,
                               struct rp_keyjoin **out_join, struct rp_err *err)
    RP_MUST_CHECK;
/* A key of the parent; one that is there already becomes ambiguous. */
enum rp_status rp_keyjoin_add(struct rp_keyjoin *join, struct rp_slice key,
                              int64_t id, struct rp_err *err) RP_MUST_CHECK;
/* Nobody asks twice under the same number. */
enum rp_status rp_keyjoin_ask(struct rp_keyjoin *join, struct rp_slice key,
                              uint64_t asker, struct rp_err *err) RP_MUST_CHECK;
/* Everybody has asked. */
enum rp_status rp_keyjoin_settle(struct rp_keyjoin *join, struct rp_err *err)
    RP_MUST_CHECK;
/* FOUND, AMBIGUOUS or UNKNOWN.  Numbers that rise are answered in one sweep; a
 * smaller one than the last begins a new one. */
enum rp_status rp_keyjoin_find(struct rp_keyjoin *join, uint64_t asker,
                               enum rp_key_result *out_result, int64_t *out_id,
                               struct rp_err *err) RP_MUST_CHECK;
void rp_keyjoin_close(struct rp_keyjoin *join);

/* What it still holds of memory_bytes once it is settled. */
#define RP_KEYJOIN_HELD(memory_bytes) ((memory_bytes) / 8)

#endif
