/* sums.h - the three equations of a report: bytes of each source, records,
 * enrollments.  All of them say "balanced" in one column.
 */
#ifndef REPORT_SUMS_H
#define REPORT_SUMS_H

#include "base/buf.h"
#include "proof/verdict.h"

/* The column right of the longest equation; out fails when there is no memory
 * to find it. */
size_t rp_sums_column(struct rp_buf *out, const struct rp_verdict *verdict);
void rp_sums_source(struct rp_buf *out, const struct rp_source_report *source,
                    size_t column);
/* Of a run that could remove: the claims of the delivery before, and what of
 * the links went; otherwise nothing. */
void rp_sums_sync(struct rp_buf *out, const struct rp_verdict *verdict,
                  size_t column);
void rp_sums_totals(struct rp_buf *out, const struct rp_verdict *verdict,
                    size_t column);

#endif
