/* resolve.h - from the key in a record to the id of a row.
 *
 * Keys are bytes: 007 and 7 are two people.  The exact bytes are looked up
 * first, then the bytes without ASCII blanks around them.  Only where the
 * database's column has INTEGER or NUMERIC affinity is the field read as a
 * number, by a strict grammar: -?[0-9]+ within int64 and no minus zero, so
 * 007 is 7 (and told), while 1.0, 1e3 and 9223372036854775808 are no keys.
 */
#ifndef PLAN_RESOLVE_H
#define PLAN_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/layout.h"
#include "base/limits.h"
#include "base/slice.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_resolver;

enum rp_key_result {
    RP_KEY_FOUND,
    RP_KEY_EMPTY,
    RP_KEY_NOT_INTEGER,
    RP_KEY_AMBIGUOUS,
    RP_KEY_UNKNOWN,
};

struct rp_key_lookup {
    int64_t id; /* when found */
    enum rp_key_result result;
    bool trimmed;       /* found only without the blanks around it */
    bool leading_zeros; /* found although written with leading zeros */
};

struct rp_resolver_request {
    struct rp_db *db;
    const struct rp_key_shape *shape;
    size_t memory_bytes; /* for a table of the keys */
    size_t join_bytes;   /* for matching them, if they do not fit */
};

/* The key of a record. */
struct rp_key_asked {
    uint64_t ordinal; /* of the record */
    const struct rp_slice *fields;
    const struct rp_key_columns *columns; /* which of the fields it is */
};

/* Reads all keys of the parent, under the lock. */
enum rp_status rp_resolver_open(const struct rp_resolver_request *request,
                                struct rp_resolver **out_resolver,
                                struct rp_err *err) RP_MUST_CHECK;
/* Were the keys too many for a table?  Then every key that is to be found must
 * be foreseen, and they are found fastest in the order of records. */
bool rp_resolver_joins(const struct rp_resolver *resolver);
enum rp_status rp_resolver_foresee(struct rp_resolver *resolver,
                                   const struct rp_key_asked *asked,
                                   struct rp_err *err) RP_MUST_CHECK;
/* All were; the database is not needed any more. */
enum rp_status rp_resolver_foreseen(struct rp_resolver *resolver,
                                    struct rp_err *err) RP_MUST_CHECK;
/* The keys of several records, at most RP_BATCH_RECORDS, one lookup each. */
enum rp_status rp_resolver_find(struct rp_resolver *resolver,
                                const struct rp_key_asked *asked, size_t count,
                                struct rp_key_lookup *out_lookups,
                                struct rp_err *err) RP_MUST_CHECK;
/* Are all ids of the parent in 0 ... 2^32 - 1? */
bool rp_resolver_is_narrow(const struct rp_resolver *resolver);
/* What it holds while records are read. */
size_t rp_resolver_bytes(const struct rp_resolver *resolver);
void rp_resolver_close(struct rp_resolver *resolver);

#endif
