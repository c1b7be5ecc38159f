/* see htmltable.h */
#include "report/htmltable.h"

#include <assert.h>

/* What every heading of a row or column has. */
static void
open_heading(struct rp_buf *out, const struct rp_html_column *column,
             const char *scope)
{
    rp_buf_printf(out, "<th role=\"%sheader\" scope=\"%s\"",
                  scope[0] == 'r' ? "row" : "column", scope);
    if (column->class[0] != '\0')
        rp_buf_printf(out, " class=\"%s\"", column->class);
    rp_buf_byte(out, '>');
}

void
rp_html_table_open(struct rp_buf *out, const struct rp_html_table *table,
                   const char *caption)
{
    /* Browsers print a caption at the end of a page and its table on the
     * next one; a paragraph stays with what comes behind it. */
    rp_buf_printf(out,
                  "<p class=\"caption\" aria-hidden=\"true\">%s</p>\n"
                  "<table role=\"table\" class=\"stack\">\n"
                  "<caption class=\"unseen\">%s</caption>\n"
                  "<thead role=\"rowgroup\"><tr role=\"row\">",
                  caption, caption);
    for (size_t i = 0; i < table->column_count; i++) {
        open_heading(out, &table->columns[i], "col");
        rp_buf_printf(out, "%s</th>", table->columns[i].heading);
    }
    rp_buf_str(out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

static void
end_cell(struct rp_buf *out, const struct rp_html_table *table)
{
    if (table->cell > 0)
        rp_buf_str(out, table->cell == 1 ? "</th>" : "</td>");
}

void
rp_html_cell(struct rp_buf *out, struct rp_html_table *table)
{
    const struct rp_html_column *column = &table->columns[table->cell];

    assert(table->cell < table->column_count);
    end_cell(out, table);
    if (table->cell == 0) {
        rp_buf_str(out, "<tr role=\"row\">");
        open_heading(out, column, "row");
    } else {
        rp_buf_str(out, "<td role=\"cell\"");
        if (column->class[0] != '\0')
            rp_buf_printf(out, " class=\"%s\"", column->class);
        rp_buf_printf(out, " data-h=\"%s\">", column->heading);
    }
    table->cell++;
}

void
rp_html_row_end(struct rp_buf *out, struct rp_html_table *table)
{
    assert(table->cell == table->column_count);
    end_cell(out, table);
    rp_buf_str(out, "</tr>\n");
    table->cell = 0;
}

void
rp_html_table_close(struct rp_buf *out)
{
    rp_buf_str(out, "</tbody>\n</table>\n");
}
