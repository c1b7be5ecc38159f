/* marklive.h - the marks of a table of a database, read as they are asked for.
 */
#ifndef PROOF_MARKLIVE_H
#define PROOF_MARKLIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "proof/mark.h"
#include "school/db.h"
#include "school/schema.h"

struct rp_marklive_request {
    struct rp_db *db; /* in a transaction */
    const struct rp_table *table;
    /* Which columns are hashed, in this order; NULL: all, as they stand. */
    const size_t *columns;
    size_t column_count;
    bool all_loose; /* the key is not looked at */
    size_t memory_bytes;
};

struct rp_marklive;

/* request is copied; what it points to must live as long. */
enum rp_status rp_marklive_open(const struct rp_marklive_request *request,
                                struct rp_marklive **out_live,
                                struct rp_err *err) RP_MUST_CHECK;
struct rp_marks rp_marklive_marks(struct rp_marklive *live);
void rp_marklive_close(struct rp_marklive *live);

#endif
