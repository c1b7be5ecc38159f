/* cursor.h - the rows of a table one after the other, in the order in which
 * they are hashed (school/order.h), for whoever reads two tables at once.
 */
#ifndef SCHOOL_CURSOR_H
#define SCHOOL_CURSOR_H

#include "base/err.h"
#include "school/db.h"
#include "school/schema.h"

struct rp_row_cursor;

/* Reads under the transaction that is open; table must live as long. */
enum rp_status rp_row_cursor_open(struct rp_db *db,
                                  const struct rp_table *table,
                                  struct rp_row_cursor **out_cursor,
                                  struct rp_err *err) RP_MUST_CHECK;
/* The columns of the next row, valid until the next call; NULL at the end. */
enum rp_status rp_row_cursor_next(struct rp_row_cursor *cursor,
                                  const struct rp_cell **out_cells,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_row_cursor_close(struct rp_row_cursor *cursor);

#endif
