/* workload.h - what tools/gen.c wrote, open and in memory, so that a stage of
 * an import can be measured alone: the school, both sources, the keys of both.
 *
 * Promise: workload_begin leaves the school as the program's own transaction
 * finds it when it fills, and nothing stays after workload_rollback.
 */
#ifndef TOOLS_SUPPORT_WORKLOAD_H
#define TOOLS_SUPPORT_WORKLOAD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/dialect.h"
#include "base/err.h"
#include "base/input.h"
#include "base/slice.h"
#include "plan/resolve.h"
#include "school/db.h"
#include "school/schema.h"

#define WORKLOAD_SIDES 2

/* One of the two files. */
struct workload_source {
    const char *file;
    const char *student; /* the key's column in the database */
    const char *course;
    struct rp_input *input;
    struct rp_resolver *resolver[WORKLOAD_SIDES];
    struct rp_arena memory;
    struct rp_slice *fields; /* student and course of every good record */
    size_t field_count;
    size_t field_capacity;
};

struct workload {
    struct rp_db *db;
    struct rp_schema *schema; /* with student_courses; of one transaction */
    struct workload_source ids;
    struct workload_source texts;
};

extern const struct rp_dialect workload_dialect;

/* school is a copy of base.db in folder.  Close it also after a failure. */
RP_MUST_CHECK enum rp_status workload_open(struct workload *workload,
                                           const char *school,
                                           const char *folder,
                                           struct rp_err *err);
void workload_close(struct workload *workload);

/* BEGIN and the empty table of links. */
RP_MUST_CHECK enum rp_status workload_begin(struct workload *workload,
                                            struct rp_err *err);
/* Returns status when that is a failure, for it came first. */
RP_MUST_CHECK enum rp_status workload_rollback(struct workload *workload,
                                               enum rp_status status,
                                               struct rp_err *err);

/* The empty table of links, as the program makes it. */
RP_MUST_CHECK enum rp_status workload_create_links(struct rp_db *db,
                                                   struct rp_err *err);

#endif
