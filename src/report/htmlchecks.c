/* see htmlparts.h: what was expected, and what was there. */
#include "report/htmlparts.h"

#include "report/closing.h"
#include "report/htmltable.h"
#include "report/htmltext.h"
#include "report/meanings.h"

static const struct rp_html_column columns[] = {
    { "Check", "" },
    { "Result", "r" },
    { "Expected", "h" },
    { "Actual", "h" },
};

/* Bytes that stand in front of a difference. */
#define CONTEXT_BYTES 100

/* Where to begin both texts, so that the first difference is not cut away. */
static size_t
first_shown(const struct rp_check *check)
{
    size_t at = 0;

    if (check->expected == NULL || check->actual == NULL)
        return 0;
    while (check->expected[at] != '\0' &&
           check->expected[at] == check->actual[at])
        at++;
    if (at < RP_HTML_TEXT_MAX / 2)
        return 0;
    at -= CONTEXT_BYTES;
    while (((unsigned char)check->expected[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void
put_side(struct rp_buf *out, struct rp_html_table *table, const char *text,
         size_t from)
{
    rp_html_cell(out, table);
    if (text == NULL || text[0] == '\0')
        rp_buf_str(out, "nothing");
    else
        rp_html_text_from(out, text, from);
}

static void
put_check(struct rp_buf *out, const struct rp_check *check,
          struct rp_html_table *table)
{
    static const char *const words[] = {
        [RP_PASS] = "<span class=\"pass\">passed</span>",
        [RP_FAIL] = "<span class=\"fail\">FAILED</span>",
        [RP_SKIPPED] = "<span class=\"skip\">skipped</span>",
    };
    size_t from = check->result == RP_FAIL ? first_shown(check) : 0;

    rp_html_cell(out, table);
    rp_buf_str(out, "<code>");
    rp_html_name(out, check->id);
    rp_buf_printf(out, "</code><span class=\"meaning\">%s</span>",
                  rp_check_meaning(check->id));
    rp_html_cell(out, table);
    rp_buf_str(out, words[check->result]);
    put_side(out, table, check->expected, from);
    put_side(out, table, check->actual, from);
    rp_html_row_end(out, table);
}

void
rp_html_checks(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_html_table table = { .columns = columns, .column_count = 4 };
    uint64_t skipped = rp_closing_count(verdict, RP_SKIPPED);

    rp_buf_str(out, "<section id=\"checks\" aria-labelledby=\"checks-h\">\n"
                    "<h2 id=\"checks-h\">Checks</h2>\n<p>");
    rp_html_count(out, rp_closing_count(verdict, RP_PASS), "check");
    rp_buf_str(out, " passed, ");
    rp_html_number(out, rp_closing_count(verdict, RP_FAIL));
    rp_buf_str(out, " failed, ");
    rp_html_number(out, skipped);
    rp_buf_str(out, " skipped. A check passes when what was expected and what "
                    "was read back are the same text.");
    if (skipped > 0 && !verdict->committed)
        rp_buf_str(out, " Nothing was committed, so there was nothing to read "
                        "again.");
    rp_buf_str(out, "</p>\n");
    rp_html_table_open(out, &table, "What was expected and what was there");
    for (size_t i = 0; i < verdict->check_count; i++)
        put_check(out, &verdict->checks[i], &table);
    rp_html_table_close(out);
    rp_buf_str(out, "</section>\n");
}
