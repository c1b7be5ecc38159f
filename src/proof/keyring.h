/* keyring.h - the verifier's view of a parent's keys: by id, and which keys
 * there are.
 *
 * The planner went from key to id.  The verifier goes from id to key: the
 * parents' key columns are read again, and what every planned link claims is
 * compared with what the second parse of the source claims.  Keys are held as
 * 128-bit hashes of their normal form, in the order of ids.
 */
#ifndef PROOF_KEYRING_H
#define PROOF_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/layout.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_keyring;

enum rp_status rp_keyring_open(struct rp_db *db,
                               const struct rp_key_shape *shape,
                               struct rp_keyring **out_ring, struct rp_err *err)
    RP_MUST_CHECK;
/* The key of the row with this id; false when there is no such row, or its
 * key is NULL.  Fast for ids that rise. */
bool rp_keyring_key(struct rp_keyring *ring, int64_t id,
                    struct rp_hash128 *out_key);
/* Is there a row with this id? */
bool rp_keyring_has_id(struct rp_keyring *ring, int64_t id);
/* The normal form of a record's key that exactly one row has: as it stands,
 * else without blanks around it; known is false when no row, or several,
 * have it. */
struct rp_field_key {
    bool known;
    struct rp_hash128 key;
};
enum rp_status rp_keyring_field_key(struct rp_keyring *ring,
                                    const struct rp_slice *fields,
                                    const struct rp_key_columns *columns,
                                    struct rp_field_key *out_key,
                                    struct rp_err *err) RP_MUST_CHECK;
void rp_keyring_close(struct rp_keyring *ring);

#endif
