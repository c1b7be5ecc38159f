/* htmltable.h - a table of a page, written cell by cell.
 *
 * Every cell knows its heading, so that on a narrow screen the cells of a row
 * can stand below each other, each behind its heading.  Roles are written out
 * because browsers forget them when cells are no table any more.
 */
#ifndef REPORT_HTMLTABLE_H
#define REPORT_HTMLTABLE_H

#include <stddef.h>

#include "base/buf.h"

struct rp_html_column {
    const char *heading;
    const char *class; /* "n" numbers, "h" hashes, "r" results, "" */
};

struct rp_html_table {
    const struct rp_html_column *columns; /* the first one names the row */
    size_t column_count;
    size_t cell; /* the next one; 0: the row has not begun */
};

/* Up to and with the headings; caption is HTML. */
void rp_html_table_open(struct rp_buf *out, const struct rp_html_table *table,
                        const char *caption);
/* Opens the next cell and ends the one before; rows begin by themselves. */
void rp_html_cell(struct rp_buf *out, struct rp_html_table *table);
/* Ends the row, of which all cells were opened. */
void rp_html_row_end(struct rp_buf *out, struct rp_html_table *table);
void rp_html_table_close(struct rp_buf *out);

#endif
