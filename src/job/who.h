/* who.h - one student or course as said on the command line: an id, or
 * COL=VALUE.
 */
#ifndef JOB_WHO_H
#define JOB_WHO_H

#include <stdint.h>

#include "base/err.h"
#include "school/db.h"
#include "school/schema.h"

/* RP_E_USAGE: no such column (with the nearest), nobody, or several. */
enum rp_status rp_who_find(struct rp_db *db, const struct rp_table *parent,
                           const char *text, int64_t *out_id,
                           struct rp_err *err) RP_MUST_CHECK;

/* Both parents and student_courses as they are; RP_E_USAGE says what is
 * missing and which command makes it. */
struct rp_tables {
    struct rp_schema *schema;
    const struct rp_table *students;
    const struct rp_table *courses;
    const struct rp_table *links; /* fits */
};
enum rp_status rp_tables_open(struct rp_db *db, struct rp_tables *out_tables,
                              struct rp_err *err) RP_MUST_CHECK;
void rp_tables_release(struct rp_tables *tables);

#endif
