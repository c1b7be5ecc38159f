/* keyform.h - the form in which keys are compared: a row's, made of its cells,
 * and a record's, made of its fields, are the same bytes exactly when the
 * record means the row (resolve.h tells by which rules).
 */
#ifndef PLAN_KEYFORM_H
#define PLAN_KEYFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "plan/resolve.h"
#include "school/keys.h"

struct rp_keyform {
    struct rp_key_shape shape;
    struct rp_buf text; /* a key that is being made; knows of a failure */
};

bool rp_keyform_is_number(const struct rp_keyform *form);
/* A key of one number, as it is sorted. */
#define RP_KEYFORM_NUMBER_BYTES 8
struct rp_slice rp_keyform_number(struct rp_keyform *form, int64_t number);
/* False when no field can ever equal these cells; an empty one is no key. */
bool rp_keyform_of_cells(struct rp_keyform *form, const struct rp_cell *cells,
                         struct rp_slice *out_key);

/* A key as it is looked up: its bytes, or the one number that it is. */
struct rp_made_key {
    struct rp_slice text;
    int64_t number;
};
/* FOUND when the fields make a key; whether anybody has it is not asked. */
enum rp_key_result rp_keyform_of_fields(struct rp_keyform *form,
                                        const struct rp_key_asked *asked,
                                        bool trim, struct rp_key_lookup *lookup,
                                        struct rp_made_key *out_key);

#endif
