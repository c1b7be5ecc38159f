/* number.h - the strict grammar of a key that is a number: -?[0-9]+ within
 * int64 and no minus zero.
 */
#ifndef PLAN_NUMBER_H
#define PLAN_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* False when text is no such number. */
bool rp_parse_int64(struct rp_slice text, int64_t *out_value,
                    bool *out_leading_zeros);

#endif
