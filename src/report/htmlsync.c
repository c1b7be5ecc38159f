/* see htmlparts.h: what was removed, and why it might be. */
#include "report/htmlparts.h"

#include "report/htmltable.h"
#include "report/htmltext.h"

#define EARLIER_MAX 200

static const struct rp_html_column columns[] = {
    { "Previous delivery", "" }, { "Bytes", "n" },     { "Records", "n" },
    { "Imported before", "" },   { "SHA-256", "h d" },
};

static const struct rp_html_column fates[] = {
    { "What became of it", "" },
    { "Claims", "n" },
};

static void
put_earlier(struct rp_buf *out, const struct rp_earlier_report *earlier,
            struct rp_html_table *table)
{
    rp_html_cell(out, table);
    rp_html_name(out, earlier->source.name);
    rp_html_cell(out, table);
    rp_html_number(out, earlier->source.bytes);
    rp_html_cell(out, table);
    rp_html_number(out, earlier->source.records.total);
    rp_html_cell(out, table);
    if (!earlier->imported)
        rp_buf_str(out, "no evidence of it");
    else
        rp_buf_str(out, earlier->same_mapping ? "by the same mapping"
                                              : "by another mapping or filter");
    rp_html_cell(out, table);
    rp_html_text(out, earlier->source.sha256);
    rp_html_row_end(out, table);
}

static void
put_fate(struct rp_buf *out, struct rp_html_table *table, const char *fate,
         uint64_t count)
{
    rp_html_cell(out, table);
    rp_buf_str(out, fate);
    rp_html_cell(out, table);
    rp_html_number(out, count);
    rp_html_row_end(out, table);
}

/* Every claim of the previous delivery has one of three ends. */
static void
put_fates(struct rp_buf *out, const struct rp_sync_report *sync)
{
    struct rp_html_table table = { .columns = fates, .column_count = 2 };

    rp_html_table_open(out, &table, "Claims of the previous delivery");
    put_fate(out, &table, "Made by this delivery as well", sync->kept);
    put_fate(out, &table, "Removed", sync->removed);
    put_fate(out, &table, "No link any more", sync->gone);
    put_fate(out, &table, "All", sync->claims);
    rp_html_table_close(out);
    rp_buf_str(out, "<p>Before, there were ");
    rp_html_count(out, sync->links_before, "link");
    rp_buf_str(out, ". Made elsewhere and left alone: ");
    rp_html_number(out, sync->elsewhere);
    rp_buf_str(out, ".</p>\n");
}

static void
put_why(struct rp_buf *out, const struct rp_sync_report *sync)
{
    rp_buf_str(out, "<p>At most ");
    rp_html_text(out, sync->max_removed);
    rp_buf_str(out, " may be removed (--max-removed).");
    if (sync->forbidden != NULL) {
        rp_buf_str(out, " Nothing may be removed by this run: ");
        rp_html_text(out, sync->forbidden);
        rp_buf_str(out, ".");
    }
    rp_buf_str(out, "</p>\n");
}

void
rp_html_sync(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_html_table table = { .columns = columns, .column_count = 5 };
    const struct rp_sync_report *sync = verdict->sync;
    size_t shown;

    if (sync == NULL)
        return;
    shown = sync->earlier_count;
    if (shown > EARLIER_MAX)
        shown = EARLIER_MAX;
    rp_buf_str(out,
               "<section id=\"removed\" aria-labelledby=\"removed-h\">\n"
               "<h2 id=\"removed-h\">Removed links</h2>\n"
               "<p>A link is removed when the previous delivery claims it and "
               "this one does not.");
    if (sync->removed > 0 && !verdict->shared)
        rp_buf_str(out, " removed.csv names every one.");
    rp_buf_str(out, "</p>\n");
    put_fates(out, sync);
    put_why(out, sync);
    rp_html_table_open(out, &table, "Previous delivery");
    for (size_t i = 0; i < shown; i++)
        put_earlier(out, &sync->earlier[i], &table);
    rp_html_table_close(out);
    if (shown < sync->earlier_count) {
        rp_buf_printf(out, "<p class=\"more\">Shown %zu of ", shown);
        rp_html_count(out, sync->earlier_count, "source");
        rp_buf_str(out, ".</p>\n");
    }
    rp_buf_str(out, "</section>\n");
}
