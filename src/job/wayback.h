/* wayback.h - the line that makes student_courses again as it was. */
#ifndef JOB_WAYBACK_H
#define JOB_WAYBACK_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "school/schema.h"

struct rp_way_back {
    const char *school; /* as given */
    const char *file;   /* of the links */
    const struct rp_schema *schema;
    const struct rp_table *students;
    const struct rp_table *courses;
    const struct rp_table *links;
    bool has_links; /* the table is not empty */
};

/* One line for a POSIX shell, without a line feed behind it.  A table that
 * rollproof would make in another way, and what belongs to it, is made by
 * sqlite3, indexes before the links and triggers after them. */
enum rp_status rp_way_back(const struct rp_way_back *way, struct rp_buf *out,
                           struct rp_err *err) RP_MUST_CHECK;

#endif
