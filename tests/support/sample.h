/* sample.h - a verdict as a run with exceptions leaves it, to be told, written
 * and read, and changed by the tests that want another one.
 */
#ifndef SUPPORT_SAMPLE_H
#define SUPPORT_SAMPLE_H

#include "proof/verdict.h"

/* One at a time: its arrays may be changed until the next one is made.
 * rp_verdict_release ends it. */
void sample_verdict(struct rp_verdict *out_verdict);
/* The finding of that code, which the sample must have. */
struct rp_finding_report *sample_finding(struct rp_verdict *verdict,
                                         enum rp_code code);
/* The table of that name. */
struct rp_table_report *sample_table(struct rp_verdict *verdict,
                                     const char *name);
/* Adds a table behind the others. */
struct rp_table_report *sample_add_table(struct rp_verdict *verdict,
                                         const struct rp_table_report *table);
/* count names in the verdict's arena. */
struct rp_names sample_names(struct rp_verdict *verdict,
                             const char *const *names, size_t count);

#endif
