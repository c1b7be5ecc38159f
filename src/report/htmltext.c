/* see htmltext.h */
#include "report/htmltext.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/page.h"

static const char *
reference_of(unsigned char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void
rp_html_escape(struct rp_buf *out, struct rp_slice text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *reference = reference_of(text.ptr[i]);

        if (reference == NULL)
            continue;
        rp_buf_put(out, text.ptr + from, i - from);
        rp_buf_str(out, reference);
        from = i + 1;
    }
    if (from < text.len)
        rp_buf_put(out, text.ptr + from, text.len - from);
}

/* The first max characters of text. */
static struct rp_slice
front_of(struct rp_slice text, size_t max)
{
    size_t characters = 0;

    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] & 0xc0) == 0x80)
            continue;
        if (characters++ == max) {
            text.len = i;
            break;
        }
    }
    return text;
}

/* At most max characters from byte from on. */
static void
put_cut(struct rp_buf *out, struct rp_slice text, size_t from, size_t max)
{
    struct rp_slice behind = { text.ptr + from, text.len - from };
    struct rp_slice shown = front_of(behind, max);

    if (from > 0)
        rp_buf_str(out, "<span class=\"cut\">&hellip;</span>");
    rp_buf_str(out, "<bdi>");
    rp_html_escape(out, shown);
    rp_buf_str(out, "</bdi>");
    if (shown.len == text.len)
        return;
    rp_buf_printf(out, "<span class=\"cut\">%s (",
                  shown.len < behind.len ? "&hellip;" : "");
    rp_html_number(out, rp_page_width(text));
    rp_buf_str(out, " characters)</span>");
}

void
rp_html_text(struct rp_buf *out, const char *text)
{
    put_cut(out, rp_slice_str(text), 0, RP_HTML_TEXT_MAX);
}

void
rp_html_text_from(struct rp_buf *out, const char *text, size_t from)
{
    put_cut(out, rp_slice_str(text), from, RP_HTML_TEXT_MAX);
}

void
rp_html_name(struct rp_buf *out, const char *name)
{
    put_cut(out, rp_slice_str(name), 0, RP_HTML_NAME_MAX);
}

void
rp_html_names(struct rp_buf *out, const struct rp_names *names,
              const char *between)
{
    for (size_t i = 0; i < names->count && i < RP_HTML_NAMES_MAX; i++) {
        if (i > 0)
            rp_buf_str(out, between);
        rp_html_name(out, names->items[i]);
    }
    if (names->count > RP_HTML_NAMES_MAX) {
        rp_buf_str(out, "<span class=\"cut\"> &hellip; (");
        rp_html_number(out, names->count);
        rp_buf_str(out, " names)</span>");
    }
}

void
rp_html_number(struct rp_buf *out, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            rp_buf_byte(out, ',');
        rp_buf_byte(out, (unsigned char)digits[i]);
    }
}

void
rp_html_count(struct rp_buf *out, uint64_t count, const char *noun)
{
    rp_html_number(out, count);
    rp_buf_printf(out, " %s%s", noun, count == 1 ? "" : "s");
}

void
rp_html_share(struct rp_buf *out, uint64_t part, uint64_t whole)
{
    uint64_t tenths;

    if (part == 0 || whole == 0 || part >= whole) {
        rp_buf_str(out, part == 0 ? "0 %" : "100 %");
        return;
    }
    while (whole > UINT64_MAX / 2000) {
        part /= 2;
        whole /= 2;
    }
    tenths = (part * 2000 + whole) / (whole * 2);
    if (tenths == 0)
        rp_buf_str(out, "&lt; 0.1 %");
    else if (tenths > 999)
        rp_buf_str(out, "&gt; 99.9 %");
    else
        rp_buf_printf(out, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10,
                      tenths % 10);
}
