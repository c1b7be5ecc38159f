/* html.h - the verdict as one page of HTML that needs nothing but itself.
 *
 * No script, no image, no font, no link to elsewhere: its own Content Security
 * Policy allows one style sheet, by its hash, and nothing else.  It prints on
 * A4, stands on a narrow screen, follows the light or dark of its reader, and
 * can be read aloud.  It holds no value of a cell, no clock and no path: the
 * same verdict gives the same bytes.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/buf.h"
#include "proof/verdict.h"

void rp_html_report(struct rp_buf *out, const struct rp_verdict *verdict);

#endif
