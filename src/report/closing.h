/* closing.h - the end of a report: findings, checks, the verdict itself. */
#ifndef REPORT_CLOSING_H
#define REPORT_CLOSING_H

#include "base/buf.h"
#include "proof/verdict.h"

/* Refused, then accepted, then notes; a code that nothing fits is not told. */
void rp_closing_findings(struct rp_buf *out, const struct rp_verdict *verdict);
/* What failed, then how many passed. */
void rp_closing_checks(struct rp_buf *out, const struct rp_verdict *verdict);
/* "PROVED, committed" and the like, without a line end: the report and the
 * page for strangers say it in the same words. */
void rp_closing_outcome(struct rp_buf *out, const struct rp_verdict *verdict);
/* That line, and where the evidence is (NULL: not told). */
void rp_closing_verdict(struct rp_buf *out, const struct rp_verdict *verdict,
                        const char *evidence);

#endif
