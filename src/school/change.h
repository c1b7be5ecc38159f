/* change.h - one link at a time: for enroll and withdraw; links that a
 * delivery withdraws, and the end of student_courses for downgrade.
 */
#ifndef SCHOOL_CHANGE_H
#define SCHOOL_CHANGE_H

#include <stdbool.h>

#include "base/err.h"
#include "school/db.h"
#include "school/fill.h"

enum rp_status rp_link_held(struct rp_db *db, const struct rp_link *link,
                            bool *out_held, struct rp_err *err) RP_MUST_CHECK;
/* What is there already, or is not there, is an error of the caller. */
enum rp_status rp_link_add(struct rp_db *db, const struct rp_link *link,
                           struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_link_remove(struct rp_db *db, const struct rp_link *link,
                              struct rp_err *err) RP_MUST_CHECK;
/* All of them, in one statement; each must be there, and exactly one row goes
 * with it. */
enum rp_status rp_links_remove(struct rp_db *db,
                               const struct rp_link_stream *links,
                               struct rp_err *err) RP_MUST_CHECK;
/* The index that finds a course's students, as it stands in the schema. */
#define RP_COURSE_INDEX "student_courses_course_id"
#define RP_COURSE_INDEX_SQL                                                    \
    "CREATE INDEX " RP_COURSE_INDEX " ON student_courses (course_id)"
/* Makes it, after the fill: an index that is there while rows come makes the
 * fill many times slower. */
enum rp_status rp_course_index(struct rp_db *db, struct rp_err *err)
    RP_MUST_CHECK;
/* DROP TABLE student_courses. */
enum rp_status rp_links_drop(struct rp_db *db, struct rp_err *err)
    RP_MUST_CHECK;

#endif
