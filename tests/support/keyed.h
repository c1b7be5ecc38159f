/* keyed.h - a school whose table students has a key, as the planner (resolver)
 * and the verifier (keyring) see it.
 */
#ifndef SUPPORT_KEYED_H
#define SUPPORT_KEYED_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "plan/resolve.h"
#include "proof/keymerge.h"
#include "support/school.h"

#define FIELDS_MAX 3
#define RECORDS_MAX 2001

/* A school whose table students has the key that is asked for. */
struct keyed {
    struct test_school school;
    struct rp_schema *schema;
    struct rp_key_shape shape;
    struct rp_key_columns columns; /* of the record: in the same order */
    struct rp_resolver *resolver;
    struct rp_keyring *ring;
    struct rp_keymerge *merge;
    struct rp_field_key known[RECORDS_MAX]; /* by the number of the record */
};

struct keyed_room {
    size_t memory_bytes; /* for tables of keys */
    size_t sort_bytes;   /* for sorting, where they do not fit */
};

/* sql makes the school; key are the names of the count columns that are it. */
void keyed_start(struct keyed *keyed, const char *sql, const char *const *key,
                 size_t count, struct keyed_room room);
void keyed_end(struct keyed *keyed);
/* The fields of the record of this number, less than RECORDS_MAX and rising,
 * will be asked for. */
void keyed_foresee(struct keyed *keyed, uint64_t number,
                   const struct rp_slice *fields);
void keyed_foreseen(struct keyed *keyed);
/* Appends "found 7 trimmed zeros", "empty", ... */
void keyed_put(struct rp_buf *out, const struct rp_key_lookup *lookup);
/* What the planner finds, checked against what the verifier knows. */
void keyed_find(struct keyed *keyed, uint64_t number,
                const struct rp_slice *fields, struct rp_buf *out);

#endif
