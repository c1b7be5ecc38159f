/* closing.h - the end of a report: findings, checks, the verdict itself; in
 * the same order and the same words for text and HTML.
 */
#ifndef REPORT_CLOSING_H
#define REPORT_CLOSING_H

#include "base/buf.h"
#include "proof/verdict.h"

/* How a finding is told. */
enum rp_told {
    RP_TOLD_REFUSED, /* it stands in the way */
    RP_TOLD_ACCEPTED,
    RP_TOLD_NOTE,
};

/* The next finding of a kind, the most frequent first, equal ones in the order
 * of decision; NULL when last was the last. */
const struct rp_finding_report *
rp_closing_next(const struct rp_verdict *verdict, enum rp_told told,
                const struct rp_finding_report *last);
/* What accepts all that was refused, to be copied, and so never broken into
 * lines: an option, or sections of the map that stated the policy. */
void rp_closing_accept(struct rp_buf *out, const struct rp_verdict *verdict);
/* How many checks have that result. */
uint64_t rp_closing_count(const struct rp_verdict *verdict,
                          enum rp_result result);

/* Refused, then accepted, then notes; a code that nothing fits is not told. */
void rp_closing_findings(struct rp_buf *out, const struct rp_verdict *verdict);
/* What failed, then how many passed. */
void rp_closing_checks(struct rp_buf *out, const struct rp_verdict *verdict);
/* "2 findings", as rp_page_count or rp_html_count write it. */
typedef void rp_put_count(struct rp_buf *out, uint64_t count, const char *noun);
/* "committed: 2 findings in findings.csv" and the like: whether the run stayed,
 * and what keeps it from being plainly proved. */
void rp_closing_state(struct rp_buf *out, const struct rp_verdict *verdict,
                      rp_put_count *put_count);
/* "PROVED, committed" and the like, without a line end: the report and the
 * page for strangers say it in the same words. */
void rp_closing_outcome(struct rp_buf *out, const struct rp_verdict *verdict);
/* That line, and where the evidence is (NULL: not told). */
void rp_closing_verdict(struct rp_buf *out, const struct rp_verdict *verdict,
                        const char *evidence);

#endif
