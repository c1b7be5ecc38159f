/* keynorm.h - the normal form of a key, as the verifier makes it: of the cells
 * of a row and of the fields of a record.
 *
 * A key of one number is that number; any other is the hash of its parts, each
 * behind its length, numbers written as decimal text.
 */
#ifndef PROOF_KEYNORM_H
#define PROOF_KEYNORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/layout.h"
#include "base/slice.h"
#include "school/db.h"
#include "school/keys.h"

/* What becomes of the key of a record. */
enum rp_field_fate {
    RP_FIELD_UNKNOWN, /* no row has it */
    RP_FIELD_KNOWN,   /* exactly one row has it; or it is a key at all */
    RP_FIELD_EMPTY,
    RP_FIELD_NOT_INTEGER,
    RP_FIELD_AMBIGUOUS, /* several rows have it */
};

struct rp_keynorm {
    struct rp_key_shape shape;
    bool number; /* the key is one integer */
    struct rp_buf text;
};

void rp_keynorm_init(struct rp_keynorm *norm, const struct rp_key_shape *shape);
struct rp_hash128 rp_keynorm_number(int64_t number);
/* rp_no_key for a row whose key is NULL, or cannot be written in a source. */
enum rp_status rp_keynorm_of_cells(struct rp_keynorm *norm,
                                   const struct rp_cell *cells,
                                   struct rp_hash128 *out_key,
                                   struct rp_err *err) RP_MUST_CHECK;
/* As they stand or without blanks around them: RP_FIELD_KNOWN, or why they
 * make no key.  Without memory norm->text remembers it. */
enum rp_field_fate rp_keynorm_of_fields(struct rp_keynorm *norm,
                                        const struct rp_slice *fields,
                                        const struct rp_key_columns *columns,
                                        bool trim, struct rp_hash128 *out_key);
void rp_keynorm_release(struct rp_keynorm *norm);

#endif
