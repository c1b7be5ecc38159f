/* grid.h - the tables of a verdict, one row each, in columns. */
#ifndef REPORT_GRID_H
#define REPORT_GRID_H

#include "base/buf.h"
#include "proof/verdict.h"

/* Bystanders that did not change are summed up in the last line. */
void rp_grid_tables(struct rp_buf *out, const struct rp_verdict *verdict);
/* "as planned", "NOT AS PLANNED" or "NOT CHECKED": whether the declared table
 * holds what was planned is one of the checks. */
const char *rp_grid_plan_kept(const struct rp_verdict *verdict);

#endif
