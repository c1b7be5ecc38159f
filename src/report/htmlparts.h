/* htmlparts.h - the sections of the page, in its order; html.c alone includes
 * this.
 */
#ifndef REPORT_HTMLPARTS_H
#define REPORT_HTMLPARTS_H

#include "base/buf.h"
#include "proof/verdict.h"

/* What was proved, what became of the run, and what stands in the way. */
void rp_html_verdict(struct rp_buf *out, const struct rp_verdict *verdict);
/* A bar of fates and its table, of all sources and of each. */
void rp_html_fates(struct rp_buf *out, const struct rp_verdict *verdict);
/* What was removed, when the run could remove; otherwise nothing. */
void rp_html_sync(struct rp_buf *out, const struct rp_verdict *verdict);
/* Every table before and after, and its digests. */
void rp_html_tables(struct rp_buf *out, const struct rp_verdict *verdict);
/* Whoever is said to have approved it, or "not stated". */
void rp_html_approver(struct rp_buf *out,
                      const struct rp_finding_report *finding);
/* What was found, where, and what to do about it. */
void rp_html_findings(struct rp_buf *out, const struct rp_verdict *verdict);
void rp_html_checks(struct rp_buf *out, const struct rp_verdict *verdict);
/* The sources and how their columns were understood. */
void rp_html_inputs(struct rp_buf *out, const struct rp_verdict *verdict);
/* How to check all this without rollproof. */
void rp_html_verify(struct rp_buf *out, const struct rp_verdict *verdict);

#endif
