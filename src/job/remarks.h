/* remarks.h - what about the school's schema is worth telling before it is
 * written: triggers on student_courses, functions that nobody knows here.
 */
#ifndef JOB_REMARKS_H
#define JOB_REMARKS_H

#include <stddef.h>

#include "base/err.h"
#include "plan/plan.h"
#include "school/db.h"
#include "school/schema.h"

struct rp_remarks {
    struct rp_remark *items; /* names belong to the schema */
    size_t count;
};

/* table: the one that is going to be filled. */
enum rp_status rp_remarks_make(struct rp_db *db, const struct rp_schema *schema,
                               const char *table,
                               struct rp_remarks *out_remarks,
                               struct rp_err *err) RP_MUST_CHECK;
void rp_remarks_release(struct rp_remarks *remarks);

#endif
