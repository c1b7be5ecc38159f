/* readme.h - data/README.txt: one page for a stranger who finds the evidence
 * and has neither rollproof nor anybody to ask.
 */
#ifndef REPORT_README_H
#define REPORT_README_H

#include "base/buf.h"
#include "proof/verdict.h"

void rp_readme(struct rp_buf *out, const struct rp_verdict *verdict);

#endif
