/* keyring.h - the verifier's view of a parent's keys: by id, and which keys
 * there are.
 *
 * The planner went from key to id.  The verifier goes from id to key: the
 * parents' key columns are read again, and what every planned link claims is
 * compared with what the second parse of the source claims.  Keys are held as
 * 128-bit hashes of their normal form, in the order of ids.
 *
 * A ring that would not fit is spilled: its rows lie on disk by id and its
 * keys sorted, and what is asked of it is sorted, too (proof/keymerge).
 */
#ifndef PROOF_KEYRING_H
#define PROOF_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/layout.h"
#include "base/limits.h"
#include "base/sort.h"
#include "proof/keynorm.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_keyring;

struct rp_keyring_request {
    struct rp_db *db;
    const struct rp_key_shape *shape;
    size_t memory_bytes; /* for the ring; it is spilled when it needs more */
    size_t spill_bytes;  /* for sorting its keys then */
    bool with_ids;       /* the way from a key to its row will be asked for */
};

enum rp_status rp_keyring_open(const struct rp_keyring_request *request,
                               struct rp_keyring **out_ring, struct rp_err *err)
    RP_MUST_CHECK;
bool rp_keyring_is_spilled(const struct rp_keyring *ring);
size_t rp_keyring_bytes(const struct rp_keyring *ring);
struct rp_field_key {
    bool known;
    enum rp_field_fate fate; /* of a record's key */
    struct rp_hash128 key;
    int64_t id; /* of the row that has a record's key; only with_ids */
};
/* The key of the row with this id; not known when there is no such row, or its
 * key is NULL.  Fast for ids that rise. */
enum rp_status rp_keyring_key(struct rp_keyring *ring, int64_t id,
                              struct rp_field_key *out_key, struct rp_err *err)
    RP_MUST_CHECK;
/* Is there a row with this id? */
enum rp_status rp_keyring_has_id(struct rp_keyring *ring, int64_t id,
                                 bool *out_has, struct rp_err *err)
    RP_MUST_CHECK;
/* The normal form of a record's key that exactly one row has: as it stands,
 * else without blanks around it; not known when no row, or several, have it.
 * Not of a spilled ring. */
enum rp_status rp_keyring_field_key(struct rp_keyring *ring,
                                    const struct rp_slice *fields,
                                    const struct rp_key_columns *columns,
                                    struct rp_field_key *out_key,
                                    struct rp_err *err) RP_MUST_CHECK;
/* The same of several records, so that the visits to memory overlap. */
struct rp_fields_asked {
    const struct rp_slice *const *records; /* the fields of each */
    size_t count;                          /* at most RP_BATCH_RECORDS */
    const struct rp_key_columns *columns;  /* which of the fields are the key */
};
enum rp_status rp_keyring_field_keys(struct rp_keyring *ring,
                                     const struct rp_fields_asked *asked,
                                     struct rp_field_key *out_keys,
                                     struct rp_err *err) RP_MUST_CHECK;
void rp_keyring_close(struct rp_keyring *ring);

/* Of a spilled ring: how its keys are made, and every key, sorted, as often as
 * there are rows that have it. */
#define RP_KEYRING_KEY_BYTES 16
/* With ids the row's id stands behind each key, eight bytes big-endian. */
#define RP_KEYRING_ID_BYTES 8
bool rp_keyring_with_ids(const struct rp_keyring *ring);
struct rp_keynorm *rp_keyring_norm(struct rp_keyring *ring);
struct rp_sorter *rp_keyring_keys(const struct rp_keyring *ring);

#endif
