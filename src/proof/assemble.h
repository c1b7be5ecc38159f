/* assemble.h - from plan, snapshots and counts to the verdict's model.
 *
 * Everything in the verdict is copied into its arena: afterwards plan and
 * snapshots may be closed.
 */
#ifndef PROOF_ASSEMBLE_H
#define PROOF_ASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "plan/rows.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "school/keys.h"

/* What was asked for, to be told. */
struct rp_asked {
    const char *program; /* "0.1.0" */
    const char *command;
    const char *school;
    const char *declared; /* the table that may change */
    bool dry_run;
    struct rp_slice delimiter_name; /* len 0: the character itself */
    const struct rp_dialect *dialect;
    const struct rp_policy *policy;
    const char *map; /* the file's name, fit to be shown; NULL: none */
    const char *map_sha256;
    const struct rp_key_shape *student; /* NULL: the side has no part */
    const struct rp_key_shape *course;
    const struct rp_row_shape *rows; /* of a load; NULL: links are made */
    const char *const *where;
    size_t where_count;
    const struct rp_slice *left_out;
    size_t left_out_count;
};

/* Command, mapping, sources, records, enrollments (inserted is what the
 * database holds now beyond what it held), findings. */
enum rp_status rp_assemble_plan(struct rp_verdict *verdict,
                                const struct rp_asked *asked,
                                const struct rp_plan *plan, uint64_t inserted,
                                struct rp_err *err) RP_MUST_CHECK;

/* One source, which need not be of the verdict's own. */
enum rp_status rp_assemble_source(struct rp_verdict *verdict,
                                  const struct rp_asked *asked,
                                  const struct rp_plan_source *from,
                                  struct rp_source_report *report,
                                  struct rp_err *err) RP_MUST_CHECK;

/* Only the findings, of which there are so many of each code; the verdict's
 * records and enrollments must be there. */
enum rp_status rp_assemble_findings(struct rp_verdict *verdict,
                                    const struct rp_policy *policy,
                                    const uint64_t *codes, struct rp_err *err)
    RP_MUST_CHECK;

/* tables: students, courses, student_courses, then all others by name.  Rows
 * that differ are counted later, by rp_assemble_differences. */
enum rp_status rp_assemble_tables(struct rp_verdict *verdict,
                                  const struct rp_snapshot *before,
                                  const struct rp_snapshot *after,
                                  struct rp_err *err) RP_MUST_CHECK;

#endif
