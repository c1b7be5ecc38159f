/* see htmlparts.h: every table before and after. */
#include "report/htmlparts.h"

#include <string.h>

#include "report/grid.h"
#include "report/htmltable.h"
#include "report/htmltext.h"

/* Tables that are shown: those that changed first. */
#define TABLES_MAX 100

static const struct rp_html_column row_columns[] = {
    { "Table", "" },  { "Before", "n" },  { "After", "n" },  { "Missing", "n" },
    { "Added", "n" }, { "Changed", "n" }, { "Result", "r" },
};

static const struct rp_html_column digest_columns[] = {
    { "Table", "" },
    { "SHA-256 before", "h d" },
    { "SHA-256 after", "h d" },
};

/* What a verdict is about comes before what merely stood by. */
static bool
comes_first(const struct rp_table_report *table)
{
    return table->role != RP_ROLE_BYSTANDER || !table->same;
}

typedef void put_table_fn(struct rp_buf *out, const struct rp_verdict *verdict,
                          const struct rp_table_report *table,
                          struct rp_html_table *html);

/* The same tables in the same order, whatever is told about them. */
static void
put_each(struct rp_buf *out, const struct rp_verdict *verdict,
         struct rp_html_table *html, put_table_fn *put)
{
    size_t shown = 0;

    for (int first = 1; first >= 0; first--)
        for (size_t i = 0; i < verdict->table_count; i++) {
            const struct rp_table_report *table = &verdict->tables[i];

            if (comes_first(table) != (first == 1) || shown == TABLES_MAX)
                continue;
            put(out, verdict, table, html);
            shown++;
        }
}

static void
put_rows(struct rp_buf *out, struct rp_html_table *html, uint64_t rows,
         bool there)
{
    rp_html_cell(out, html);
    if (there)
        rp_html_number(out, rows);
    else
        rp_buf_str(out, "&ndash;");
}

static void
put_result(struct rp_buf *out, const struct rp_verdict *verdict,
           const struct rp_table_report *table)
{
    const char *kept = rp_grid_plan_kept(verdict);
    bool good = table->same;

    if (table->role == RP_ROLE_DECLARED)
        good = strncmp(kept, "NOT", strlen("NOT")) != 0;
    else
        kept = table->same ? "same" : "CHANGED";
    rp_buf_printf(out, "<span class=\"%s\">%s</span>", good ? "pass" : "fail",
                  kept);
}

static void
put_row(struct rp_buf *out, const struct rp_verdict *verdict,
        const struct rp_table_report *table, struct rp_html_table *html)
{
    rp_html_cell(out, html);
    rp_html_name(out, table->table);
    put_rows(out, html, table->rows_before, table->there_before);
    put_rows(out, html, table->rows_after, table->there_after);
    put_rows(out, html, table->missing, true);
    put_rows(out, html, table->added, true);
    put_rows(out, html, table->changed, true);
    rp_html_cell(out, html);
    put_result(out, verdict, table);
    rp_html_row_end(out, html);
}

static void
put_digest(struct rp_buf *out, struct rp_html_table *html, const char *digest,
           bool there)
{
    rp_html_cell(out, html);
    if (there)
        rp_html_text(out, digest);
    else
        rp_buf_str(out, "no such table");
}

static void
put_digests(struct rp_buf *out, const struct rp_verdict *verdict,
            const struct rp_table_report *table, struct rp_html_table *html)
{
    (void)verdict;
    rp_html_cell(out, html);
    rp_html_name(out, table->table);
    put_digest(out, html, table->digest_before, table->there_before);
    put_digest(out, html, table->digest_after, table->there_after);
    rp_html_row_end(out, html);
}

static bool
any_changed(const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->table_count; i++)
        if (verdict->tables[i].role != RP_ROLE_DECLARED &&
            !verdict->tables[i].same)
            return true;
    return false;
}

static void
put_remarks(struct rp_buf *out, const struct rp_verdict *verdict)
{
    if (any_changed(verdict))
        rp_buf_str(out,
                   "<p>A table that had to stay the same changed while the "
                   "run was under way. findings.csv names the rows "
                   "(row-missing, row-added, row-changed). Find what changes "
                   "this table while links are inserted: a trigger, most "
                   "likely.</p>\n");
    if (verdict->table_count > TABLES_MAX) {
        rp_buf_printf(out, "<p class=\"more\">Shown %d of ", TABLES_MAX);
        rp_html_count(out, verdict->table_count, "table");
        rp_buf_str(out, "; tables.csv has all of them.</p>\n");
    }
}

void
rp_html_tables(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_html_table rows = { .columns = row_columns, .column_count = 7 };
    struct rp_html_table digests = { .columns = digest_columns,
                                     .column_count = 3 };

    rp_buf_str(out, "<section id=\"tables\" aria-labelledby=\"tables-h\">\n"
                    "<h2 id=\"tables-h\">Tables before and after</h2>\n"
                    "<p>Only ");
    rp_html_name(out, verdict->declared);
    rp_buf_str(out, " may change, and only as planned: every other table must "
                    "have the same rows and the same digest.</p>\n");
    rp_html_table_open(out, &rows, "Rows");
    put_each(out, verdict, &rows, put_row);
    rp_html_table_close(out);
    put_remarks(out, verdict);
    rp_html_table_open(out, &digests, "Digests");
    put_each(out, verdict, &digests, put_digests);
    rp_html_table_close(out);
    rp_buf_str(out, "</section>\n");
}
