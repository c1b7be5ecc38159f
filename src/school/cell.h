/* cell.h - what can be said about single values of a database.
 *
 * Order is that of SQLite with BINARY collation: NULL, then numbers by their
 * value whatever their type, then text and then blobs as memcmp has it.  So 1
 * and 1.0 are neither before nor behind each other, and not the same.
 */
#ifndef SCHOOL_CELL_H
#define SCHOOL_CELL_H

#include <stdbool.h>

#include "base/buf.h"
#include "school/db.h"

/* The canonical field of RPCE-1 (base/canon.h). */
void rp_cell_canon(struct rp_buf *out, const struct rp_cell *cell);
/* The same type and the same bits. */
bool rp_cell_same(const struct rp_cell *left, const struct rp_cell *right);
/* As SQL writes it, fit for a terminal: NULL, 1, 0.5, 'text', x'00ff'; a
 * quote in text is doubled, and bytes that are not fit are \xNN. */
void rp_cell_show(struct rp_buf *out, const struct rp_cell *cell);
/* <0, 0, >0 */
int rp_cell_order(const struct rp_cell *left, const struct rp_cell *right);

#endif
