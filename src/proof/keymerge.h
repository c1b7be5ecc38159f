/* keymerge.h - which keys of the records rows have, one after the other in the
 * order of the records, for a ring that may be spilled.
 *
 * The keys that records have are sorted and merged with the ring's; those that
 * rows have, sorted by record, come out as the records went in.
 */
#ifndef PROOF_KEYMERGE_H
#define PROOF_KEYMERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/layout.h"
#include "base/slice.h"
#include "proof/keyring.h"

struct rp_keymerge;

struct rp_keymerge_request {
    struct rp_keyring *ring;
    const char *folder;
    size_t memory_bytes;
};

enum rp_status rp_keymerge_open(const struct rp_keymerge_request *request,
                                struct rp_keymerge **out_merge,
                                struct rp_err *err) RP_MUST_CHECK;
/* A record, by a number that rises from one to the next, and its key. */
struct rp_record_key {
    uint64_t number;
    const struct rp_slice *fields;
    const struct rp_key_columns *columns;
};
enum rp_status rp_keymerge_put(struct rp_keymerge *merge,
                               const struct rp_record_key *record,
                               struct rp_err *err) RP_MUST_CHECK;
/* No more records.  Gives back the memory for putting. */
enum rp_status rp_keymerge_end(struct rp_keymerge *merge, struct rp_err *err)
    RP_MUST_CHECK;
/* Then: matches the keys. */
enum rp_status rp_keymerge_settle(struct rp_keymerge *merge, struct rp_err *err)
    RP_MUST_CHECK;

/* A record whose key a row has; ambiguous: several have it. */
struct rp_known_key {
    uint64_t number; /* UINT64_MAX behind the last */
    bool ambiguous;
    struct rp_hash128 key;
    int64_t id; /* of the row; only of a ring with ids */
};
enum rp_status rp_keymerge_next(struct rp_keymerge *merge,
                                struct rp_known_key *out_known,
                                struct rp_err *err) RP_MUST_CHECK;
void rp_keymerge_close(struct rp_keymerge *merge);

#endif
