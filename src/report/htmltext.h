/* htmltext.h - values in a page of HTML.
 *
 * Promise: whatever stands in a verdict shows as text and as nothing else.
 * All that is marked up in HTML is escaped, a name of another writing
 * direction moves nothing beside it, and what is too long to be read is cut
 * and says so.  Texts come from a verdict: valid UTF-8 without controls
 * (rp_show).
 */
#ifndef REPORT_HTMLTEXT_H
#define REPORT_HTMLTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "proof/verdict.h"

/* Characters of a name, and of a text, that are shown. */
#define RP_HTML_NAME_MAX 160
#define RP_HTML_TEXT_MAX 1000
/* Names of a list that are shown. */
#define RP_HTML_NAMES_MAX 50

/* & < > " ' become references; fit for text and for quoted attributes. */
void rp_html_escape(struct rp_buf *out, struct rp_slice text);
/* A text of some length, cut behind RP_HTML_TEXT_MAX characters. */
void rp_html_text(struct rp_buf *out, const char *text);
/* The same from byte from on, where a character begins. */
void rp_html_text_from(struct rp_buf *out, const char *text, size_t from);
/* A name of a file, table, column: isolated, cut behind RP_HTML_NAME_MAX. */
void rp_html_name(struct rp_buf *out, const char *name);
/* Names with between between them, which is HTML. */
void rp_html_names(struct rp_buf *out, const struct rp_names *names,
                   const char *between);
/* 1,234,567 */
void rp_html_number(struct rp_buf *out, uint64_t number);
/* "1 check", "1,234 checks" */
void rp_html_count(struct rp_buf *out, uint64_t count, const char *noun);
/* "12.3 %"; never 0 % for some and never 100 % for less than all. */
void rp_html_share(struct rp_buf *out, uint64_t part, uint64_t whole);

#endif
