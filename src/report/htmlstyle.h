/* htmlstyle.h - the one style sheet of the page.
 *
 * The page's Content Security Policy names it by its hash, so changing a byte
 * of it needs the new hash, which tests/unit/test_html.c tells.
 */
#ifndef REPORT_HTMLSTYLE_H
#define REPORT_HTMLSTYLE_H

#include "base/buf.h"

#define RP_HTML_STYLE_SHA256 "Dj67RNvxDkrnvH5eLnRVFtZlhZRCTykBnXhX+T3GIos="

/* The bytes between <style> and </style>. */
void rp_html_style(struct rp_buf *out);

#endif
