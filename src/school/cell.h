/* cell.h - what can be said about single values of a database.
 *
 * Order is that of SQLite with BINARY collation: NULL, then numbers by their
 * value whatever their type, then text and then blobs as memcmp has it.  So 1
 * and 1.0 are neither before nor behind each other, and not the same.
 */
#ifndef SCHOOL_CELL_H
#define SCHOOL_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/canon.h"
#include "school/db.h"

/* The canonical field of RPCE-1 (base/canon.h). */
void rp_cell_canon(struct rp_buf *out, const struct rp_cell *cell);
/* The same, put at to, where there is room for it; returns where the next one
 * goes.  SQLite holds no value that is longer than UINT32_MAX, but a length
 * must never be cut: ask whether it fits. */
static inline bool
rp_cell_fits(const struct rp_cell *cell)
{
    return cell->type < RP_CELL_TEXT || cell->bytes.len <= UINT32_MAX;
}

static inline size_t
rp_cell_canon_most(const struct rp_cell *cell)
{
    return RP_CANON_NUMBER_BYTES +
           (cell->type < RP_CELL_TEXT ? 0 : cell->bytes.len);
}

static inline unsigned char *
rp_cell_canon_at(unsigned char *to, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_INT:
        return rp_canon_int_at(to, cell->integer);
    case RP_CELL_REAL:
        return rp_canon_real_at(to, cell->real);
    case RP_CELL_TEXT:
        return rp_canon_text_at(to, cell->bytes);
    case RP_CELL_BLOB:
        return rp_canon_blob_at(to, cell->bytes);
    case RP_CELL_NULL:
        break;
    }
    return rp_canon_null_at(to);
}

/* The same type and the same bits. */
bool rp_cell_same(const struct rp_cell *left, const struct rp_cell *right);
/* As SQL writes it, fit for a terminal: NULL, 1, 0.5, 'text', x'00ff'; a
 * quote in text is doubled, and bytes that are not fit are \xNN. */
void rp_cell_show(struct rp_buf *out, const struct rp_cell *cell);
/* <0, 0, >0 */
int rp_cell_order(const struct rp_cell *left, const struct rp_cell *right);

#endif
