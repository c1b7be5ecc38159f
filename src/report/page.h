/* page.h - lines of a plain text report: a label, then values in columns.
 *
 * Widths are counted in characters, so that names beyond ASCII stay aligned.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdint.h>

#include "base/buf.h"
#include "proof/verdict.h"

/* Lines are meant to end here; a word that is longer may stick out. */
#define RP_PAGE_COLUMNS 100
/* Where values stand, behind their labels. */
#define RP_PAGE_VALUE 12

/* Characters of valid UTF-8. */
size_t rp_page_width(struct rp_slice text);
void rp_page_blanks(struct rp_buf *out, size_t count);
/* "  label   ", up to RP_PAGE_VALUE. */
void rp_page_label(struct rp_buf *out, const char *label);
/* text in a field of width columns, to its left or its right. */
void rp_page_left(struct rp_buf *out, struct rp_slice text, size_t width);
void rp_page_right(struct rp_buf *out, struct rp_slice text, size_t width);
/* A whole line; broken behind commas when it is too long, continued below its
 * value. */
void rp_page_list(struct rp_buf *out, const char *label, struct rp_slice text);
/* text in lines of its own, broken at blanks: indent blanks in front of the
 * first one, two more in front of the others. */
void rp_page_words(struct rp_buf *out, struct rp_slice text, size_t indent);
/* The names with between between them. */
void rp_page_names(struct rp_buf *out, const struct rp_names *names,
                   const char *between);
/* "1 check", "2 checks" */
void rp_page_count(struct rp_buf *out, uint64_t count, const char *noun);
/* scratch was needed to make out: out failed when scratch did. */
void rp_page_done(struct rp_buf *out, struct rp_buf *scratch);

#endif
