/* see htmlparts.h: what was read, and how it was understood. */
#include "report/htmlparts.h"

#include "report/htmltable.h"
#include "report/htmltext.h"

#define SOURCES_MAX 200

static const struct rp_html_column columns[] = {
    { "Source", "" },
    { "Bytes", "n" },
    { "Form", "" },
    { "SHA-256", "h d" },
};

static void
put_source(struct rp_buf *out, const struct rp_source_report *source,
           struct rp_html_table *table)
{
    rp_html_cell(out, table);
    rp_html_name(out, source->name);
    rp_html_cell(out, table);
    rp_html_number(out, source->bytes);
    rp_html_cell(out, table);
    rp_html_text(out, source->encoding);
    rp_buf_str(out, ", ");
    rp_html_text(out, source->delimiter);
    rp_buf_str(out, ", ");
    rp_html_text(out, source->newline);
    rp_html_cell(out, table);
    rp_html_text(out, source->sha256);
    rp_html_row_end(out, table);
}

static void
put_term(struct rp_buf *out, const char *term)
{
    rp_buf_printf(out, "<div><dt>%s</dt><dd>", term);
}

static void
end_term(struct rp_buf *out)
{
    rp_buf_str(out, "</dd></div>\n");
}

/* student_id = students.student_id */
static void
put_side(struct rp_buf *out, const char *term, const struct rp_side *side)
{
    if (side->table == NULL)
        return;
    put_term(out, term);
    if (side->csv.count > 0) {
        rp_html_names(out, &side->csv, " + ");
        rp_buf_str(out, " = ");
    }
    rp_html_name(out, side->table);
    rp_buf_str(out, ".");
    rp_html_names(out, &side->db, " + ");
    end_term(out);
}

static void
put_mapping(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_str(out, "<h3>Which column is which</h3>\n<dl class=\"terms\">\n");
    put_side(out, "Student", &verdict->student);
    put_side(out, "Course", &verdict->course);
    for (size_t i = 0; i < verdict->where.count && i < RP_HTML_NAMES_MAX; i++) {
        put_term(out, "Only where");
        rp_html_name(out, verdict->where.items[i]);
        end_term(out);
    }
    if (verdict->left_out.count > 0) {
        put_term(out, "Left out");
        rp_html_names(out, &verdict->left_out, ", ");
        end_term(out);
    }
    if (verdict->source_count > 0) {
        put_term(out, "Header");
        rp_html_names(out, &verdict->sources[0].header, ", ");
        end_term(out);
    }
    if (verdict->map != NULL) {
        put_term(out, "Stated in");
        rp_html_name(out, verdict->map);
        if (!verdict->shared)
            rp_buf_str(out, ", which stands in the evidence as map.ini");
        rp_buf_str(out, ", SHA-256 <span class=\"h\">");
        rp_html_text(out, verdict->map_sha256);
        rp_buf_str(out, "</span>");
        end_term(out);
    }
    rp_buf_str(out, "</dl>\n");
}

void
rp_html_inputs(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_html_table table = { .columns = columns, .column_count = 4 };
    size_t shown = verdict->source_count;

    if (shown > SOURCES_MAX)
        shown = SOURCES_MAX;
    rp_buf_str(out, "<section id=\"inputs\" aria-labelledby=\"inputs-h\">\n"
                    "<h2 id=\"inputs-h\">Inputs</h2>\n");
    if (verdict->source_count == 0) {
        rp_buf_str(out, "<p>This run read no source.</p>\n</section>\n");
        return;
    }
    rp_buf_str(out, "<p>Whoever has a source can check by its SHA-256 that it "
                    "is the one that was read.</p>\n");
    rp_html_table_open(out, &table, "Sources");
    for (size_t i = 0; i < shown; i++)
        put_source(out, &verdict->sources[i], &table);
    rp_html_table_close(out);
    if (shown < verdict->source_count) {
        rp_buf_printf(out, "<p class=\"more\">Shown %zu of ", shown);
        rp_html_count(out, verdict->source_count, "source");
        rp_buf_str(out, "; inputs.sha256 has all of them.</p>\n");
    }
    put_mapping(out, verdict);
    rp_buf_str(out, "</section>\n");
}
