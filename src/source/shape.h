/* shape.h - what the bytes of one record tell, whatever its fields mean. */
#ifndef SOURCE_SHAPE_H
#define SOURCE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/dialect.h"
#include "base/finding.h"
#include "base/slice.h"

/* NUL_BYTE, INVALID_ENCODING or BOM_INSIDE, the first that fits; else
 * RP_CODE_NONE. */
enum rp_code rp_shape_code(struct rp_slice raw);

/* suspicious-multiline: raw is a record of width columns over several lines.
 * True when a line after its first, split at delimiters whatever the quotes
 * say, has width pieces: it looks like a record that a stray quote swallowed.
 * The last line counts unless the field that is open where it starts is column
 * one: then what follows that field makes up the width by rights. */
bool rp_shape_swallows(struct rp_slice raw, size_t width,
                       const struct rp_dialect *dialect);

#endif
