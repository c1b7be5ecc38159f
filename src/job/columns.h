/* columns.h - which columns a load carries, and how they are called in the
 * table.
 */
#ifndef JOB_COLUMNS_H
#define JOB_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "plan/rows.h"
#include "rollproof.h"
#include "school/schema.h"
#include "source/mapping.h"

struct rp_columns {
    struct rp_arena arena;
    struct rp_row_shape shape;
    /* Columns of the source that are not loaded. */
    const struct rp_slice *left_out;
    size_t left_out_count;
};

struct rp_columns_request {
    const struct rp_load_options *options;
    const struct rp_source_columns *source;
    const struct rp_table *table; /* NULL: it is going to be made */
};

enum rp_status rp_columns_choose(const struct rp_columns_request *request,
                                 struct rp_columns *out_columns,
                                 struct rp_err *err) RP_MUST_CHECK;
void rp_columns_release(struct rp_columns *columns);

/* CREATE TABLE with id INTEGER NOT NULL PRIMARY KEY and a TEXT column per CSV
 * column.  NOT NULL says nothing new to SQLite; an ORM, which reads the
 * declaration, would take the column for one that may be NULL. */
enum rp_status rp_columns_create(const struct rp_row_shape *shape,
                                 struct rp_buf *out_sql, struct rp_err *err)
    RP_MUST_CHECK;

#endif
