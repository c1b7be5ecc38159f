/* objects.h - the SQL of a schema, as one number that two schemas share only
 * when all of their objects are the same.
 */
#ifndef PROOF_OBJECTS_H
#define PROOF_OBJECTS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "school/schema.h"

/* "N objects, sha256 ...": those of schema and, in their places by type and
 * name, those declared, which it may lack. */
enum rp_status rp_objects_put(struct rp_buf *out,
                              const struct rp_schema *schema,
                              const struct rp_object *declared,
                              size_t declared_count, struct rp_err *err)
    RP_MUST_CHECK;

/* The same of schema without a table and all that goes with it: its indexes
 * and its triggers. */
enum rp_status rp_objects_put_without(struct rp_buf *out,
                                      const struct rp_schema *schema,
                                      const char *table, struct rp_err *err)
    RP_MUST_CHECK;

#endif
