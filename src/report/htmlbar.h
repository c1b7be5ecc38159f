/* htmlbar.h - parts of a whole as a bar, an inline SVG. */
#ifndef REPORT_HTMLBAR_H
#define REPORT_HTMLBAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The bar is this wide, in units of its own; a part that is there is never
 * narrower than LEAST, or one record among millions could not be seen. */
#define RP_HTML_BAR_WIDTH 1000U
#define RP_HTML_BAR_LEAST 8U

struct rp_html_part {
    const char *label;
    const char *class; /* its colour in the style sheet */
    uint64_t count;
};

/* How wide each part is; together RP_HTML_BAR_WIDTH unless all are empty. */
void rp_html_bar_widths(const struct rp_html_part *parts, size_t count,
                        uint32_t *out_widths);
/* The bar, of a whole that is not empty; number is its own on the page, and
 * the element with the id source-NUMBER says what it is a bar of. */
void rp_html_bar(struct rp_buf *out, const struct rp_html_part *parts,
                 size_t count, size_t number);
/* The colour of a part, in front of its label. */
void rp_html_bar_key(struct rp_buf *out, const struct rp_html_part *part);
uint64_t rp_html_bar_total(const struct rp_html_part *parts, size_t count);

#endif
