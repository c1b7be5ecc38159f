/* see htmlbar.h */
#include "report/htmlbar.h"

#include <assert.h>

#include "report/htmltext.h"

#define PARTS_MAX 16

uint64_t
rp_html_bar_total(const struct rp_html_part *parts, size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += parts[i].count;
    return total;
}

/* part / whole of width, rounded down. */
static uint32_t
share_of(uint64_t part, uint64_t whole, uint32_t width)
{
    while (part > UINT64_MAX / RP_HTML_BAR_WIDTH) {
        part /= 2;
        whole /= 2;
    }
    if (part == 0 || part >= whole)
        return part == 0 ? 0 : width;
    return (uint32_t)(part * width / whole);
}

void
rp_html_bar_widths(const struct rp_html_part *parts, size_t count,
                   uint32_t *out_widths)
{
    uint64_t total = rp_html_bar_total(parts, count);
    uint32_t divided = RP_HTML_BAR_WIDTH;
    uint32_t left;
    size_t largest = 0;

    for (size_t i = 0; i < count; i++)
        if (parts[i].count > 0)
            divided -= RP_HTML_BAR_LEAST;
    left = divided;
    for (size_t i = 0; i < count; i++) {
        uint32_t share = share_of(parts[i].count, total, divided);

        if (share > left)
            share = left;
        left -= share;
        out_widths[i] = share + (parts[i].count > 0 ? RP_HTML_BAR_LEAST : 0);
        if (parts[i].count > parts[largest].count)
            largest = i;
    }
    if (parts[largest].count > 0)
        out_widths[largest] += left;
}

static void
put_description(struct rp_buf *out, const struct rp_html_part *parts,
                size_t count, size_t number)
{
    uint64_t total = rp_html_bar_total(parts, count);
    const char *between = "";

    rp_buf_printf(out, "<desc id=\"parts-%zu\">", number);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].count == 0)
            continue;
        rp_buf_printf(out, "%s%s ", between, parts[i].label);
        rp_html_number(out, parts[i].count);
        rp_buf_str(out, ", ");
        rp_html_share(out, parts[i].count, total);
        between = "; ";
    }
    rp_buf_str(out, "</desc>\n");
}

void
rp_html_bar(struct rp_buf *out, const struct rp_html_part *parts, size_t count,
            size_t number)
{
    uint32_t widths[PARTS_MAX] = { 0 };
    uint32_t x = 0;

    assert(count > 0 && count <= PARTS_MAX);
    rp_html_bar_widths(parts, count, widths);
    rp_buf_printf(
        out,
        "<svg class=\"bar\" role=\"img\" aria-labelledby=\"source-%zu "
        "bar-%zu\" aria-describedby=\"parts-%zu\" viewBox=\"0 0 %u "
        "20\" preserveAspectRatio=\"none\">\n"
        "<title id=\"bar-%zu\">fates of ",
        number, number, number, RP_HTML_BAR_WIDTH, number);
    rp_html_count(out, rp_html_bar_total(parts, count), "record");
    rp_buf_str(out, "</title>\n");
    put_description(out, parts, count, number);
    for (size_t i = 0; i < count; i++) {
        if (widths[i] > 0)
            rp_buf_printf(out,
                          "<rect class=\"%s\" x=\"%u\" y=\"0\" width=\"%u\" "
                          "height=\"20\"/>\n",
                          parts[i].class, x, widths[i]);
        x += widths[i];
    }
    rp_buf_str(out, "</svg>\n");
}

void
rp_html_bar_key(struct rp_buf *out, const struct rp_html_part *part)
{
    rp_buf_printf(out,
                  "<svg class=\"key\" aria-hidden=\"true\" viewBox=\"0 0 10 "
                  "10\"><rect class=\"%s\" width=\"10\" height=\"10\"/></svg>",
                  part->class);
}
