/* see htmlparts.h: where every record went. */
#include "report/htmlparts.h"

#include <string.h>

#include "report/htmlbar.h"
#include "report/htmltext.h"

/* Sources that get a bar of their own. */
#define SOURCES_MAX 20
#define FATES 8

/* What of a verdict is told at once: all sources, or one. */
struct balance {
    const struct rp_record_counts *records;
    const struct rp_enrollment_counts *claims;
    bool load;
    bool all;
};

/* In the order of the bar: what is in the table now, what need not go there,
 * what was refused. */
static void
make_fates(const struct balance *balance, struct rp_html_part fates[FATES])
{
    const struct rp_record_counts *records = balance->records;
    const struct rp_enrollment_counts *claims = balance->claims;
    bool load = balance->load;
    const struct rp_html_part made[FATES] = {
        { load ? "New row" : "New link", "f-new", claims->inserted },
        { load ? "Row was there already" : "Link was there already", "f-there",
          claims->already_present },
        { "Repeats an earlier one, alike", "f-same", claims->duplicate_exact },
        { "Repeats an earlier one, other values", "f-conflict",
          claims->duplicate_conflict },
        { load ? "Row rejected" : "Enrollment rejected", "f-claim",
          claims->rejected },
        { "Record rejected", "f-record", records->rejected },
        { "Left out by the filter", "f-where", records->filtered },
        { "Empty line", "f-blank", records->blank },
    };

    memcpy(fates, made, sizeof made);
}

static const char *
word_of(bool balanced)
{
    return balanced ? "<span class=\"pass\">balanced</span>"
                    : "<span class=\"fail\">NOT BALANCED</span>";
}

static void
put_total(struct rp_buf *out, const struct balance *balance)
{
    bool balanced = balance->records->balanced && balance->claims->balanced;

    rp_buf_str(out, "<tr class=\"sum\"><th scope=\"row\">All records</th>"
                    "<td class=\"n\">");
    rp_html_number(out, balance->records->total);
    rp_buf_printf(out, "</td><td class=\"n\">%s</td></tr>\n",
                  word_of(balanced));
}

/* Of a single source among several, only what there is. */
static void
put_table(struct rp_buf *out, const struct balance *balance,
          const struct rp_html_part fates[FATES], const char *caption)
{
    rp_buf_printf(out,
                  "<table class=\"fates\">\n<caption class=\"unseen\">Fates "
                  "of %s</caption>\n<thead><tr><th scope=\"col\">Fate</th>"
                  "<th scope=\"col\" class=\"n\">Records</th>"
                  "<th scope=\"col\" class=\"n\">Share</th></tr></thead>\n"
                  "<tbody>\n",
                  caption);
    for (size_t i = 0; i < FATES; i++) {
        if (fates[i].count == 0 && !balance->all)
            continue;
        rp_buf_printf(out, "<tr%s><th scope=\"row\">",
                      fates[i].count == 0 ? " class=\"none\"" : "");
        rp_html_bar_key(out, &fates[i]);
        rp_buf_printf(out, "%s</th><td class=\"n\">", fates[i].label);
        rp_html_number(out, fates[i].count);
        rp_buf_str(out, "</td><td class=\"n\">");
        rp_html_share(out, fates[i].count, rp_html_bar_total(fates, FATES));
        rp_buf_str(out, "</td></tr>\n");
    }
    put_total(out, balance);
    rp_buf_str(out, "</tbody>\n</table>\n");
}

static void
put_balance(struct rp_buf *out, const struct balance *balance,
            const char *caption, size_t number)
{
    struct rp_html_part fates[FATES];

    make_fates(balance, fates);
    if (rp_html_bar_total(fates, FATES) > 0)
        rp_html_bar(out, fates, FATES, number);
    put_table(out, balance, fates, caption);
}

static void
put_class(struct rp_buf *out, const char *before, uint64_t bytes,
          const char *name)
{
    rp_buf_str(out, before);
    rp_html_number(out, bytes);
    rp_buf_printf(out, " %s", name);
}

/* Every byte belongs to one class. */
static void
put_bytes(struct rp_buf *out, const struct rp_source_report *source)
{
    rp_buf_str(out, "<p class=\"sum\">");
    rp_html_count(out, source->bytes, "byte");
    put_class(out, " = ", source->bytes_bom, "in a byte order mark");
    put_class(out, " + ", source->bytes_header, "in the header");
    put_class(out, " + ", source->bytes_records, "in records");
    put_class(out, " + ", source->bytes_blank, "in empty lines");
    put_class(out, " + ", source->bytes_rejected, "rejected");
    rp_buf_printf(out, ": %s</p>\n", word_of(source->bytes_balanced));
}

static void
put_source(struct rp_buf *out, const struct rp_verdict *verdict, size_t index)
{
    const struct rp_source_report *source = &verdict->sources[index];
    const struct balance balance = {
        .records = &source->records,
        .claims = &source->enrollments,
        .load = rp_verdict_kind(verdict) == RP_KIND_LOAD,
        .all = verdict->source_count == 1,
    };
    struct rp_buf name = { 0 };

    rp_html_name(&name, source->name);
    rp_buf_printf(out,
                  "<section class=\"source\">\n<h3 id=\"source-%zu\">%s</h3>"
                  "\n",
                  index + 1, rp_buf_cstr(&name));
    put_balance(out, &balance, rp_buf_cstr(&name), index + 1);
    put_bytes(out, source);
    rp_buf_str(out, "</section>\n");
    if (name.failed)
        out->failed = true;
    rp_buf_release(&name);
}

static void
put_all(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct balance balance = {
        .records = &verdict->records,
        .claims = &verdict->enrollments,
        .load = rp_verdict_kind(verdict) == RP_KIND_LOAD,
        .all = true,
    };

    rp_buf_str(
        out,
        "<section class=\"source\">\n<h3 id=\"source-0\">All sources</h3>\n");
    put_balance(out, &balance, "all sources", 0);
    rp_buf_str(out, "</section>\n");
}

/* Upgrade reads nothing; the place that the menu leads to is there. */
static void
put_no_source(struct rp_buf *out)
{
    rp_buf_str(out, "<section id=\"records\" aria-labelledby=\"records-h\">\n"
                    "<h2 id=\"records-h\">Where every record went</h2>\n"
                    "<p>This run read no source.</p>\n</section>\n");
}

void
rp_html_fates(struct rp_buf *out, const struct rp_verdict *verdict)
{
    size_t shown = verdict->source_count;

    if (rp_verdict_kind(verdict) == RP_KIND_UPGRADE) {
        put_no_source(out);
        return;
    }
    if (shown > SOURCES_MAX)
        shown = SOURCES_MAX;
    rp_buf_str(out,
               "<section id=\"records\" aria-labelledby=\"records-h\">\n"
               "<h2 id=\"records-h\">Where every record went</h2>\n"
               "<p>Every record has exactly one fate, and every byte of a "
               "source belongs to exactly one class. In a bar a fate that is "
               "rare is drawn wider than its share, so that it can be "
               "seen.");
    if (!verdict->committed)
        rp_buf_str(out, " This is what the run had done when it was taken "
                        "back.");
    rp_buf_str(out, "</p>\n");
    if (verdict->source_count != 1)
        put_all(out, verdict);
    for (size_t i = 0; i < shown; i++)
        put_source(out, verdict, i);
    if (shown < verdict->source_count) {
        rp_buf_str(out, "<p class=\"more\">Shown ");
        rp_html_number(out, shown);
        rp_buf_str(out, " of ");
        rp_html_count(out, verdict->source_count, "source");
        rp_buf_str(out, "; verdict.json has all of them.</p>\n");
    }
    rp_buf_str(out, "</section>\n");
}
