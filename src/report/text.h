/* text.h - the verdict as plain text, for a person at a terminal. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/buf.h"
#include "proof/verdict.h"

/* Appends the report.  evidence is the path to name in the last line; NULL in
 * the report.txt of the evidence itself, which must not know where it is. */
void rp_text_report(struct rp_buf *out, const struct rp_verdict *verdict,
                    const char *evidence);

#endif
