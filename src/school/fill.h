/* fill.h - links into student_courses, by INSERT ... SELECT from a virtual
 * table over sorted links, which was the fastest way in (one statement, rows
 * appended in key order).  Never INSERT OR IGNORE or OR REPLACE: a link that
 * cannot be inserted stops the run.
 */
#ifndef SCHOOL_FILL_H
#define SCHOOL_FILL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "school/db.h"

struct rp_link {
    int64_t student_id;
    int64_t course_id;
};

/* Links in rising order (student, course); *out_more is false at the end. */
struct rp_link_stream {
    enum rp_status (*next)(void *ctx, struct rp_link *out_link, bool *out_more,
                           struct rp_err *err);
    void *ctx;
};

enum rp_status rp_fill(struct rp_db *db, const struct rp_link_stream *links,
                       struct rp_err *err) RP_MUST_CHECK;

/* The rows of student_courses in rising order (student, course). */
struct rp_link_cursor;
enum rp_status rp_link_cursor_open(struct rp_db *db,
                                   struct rp_link_cursor **out_cursor,
                                   struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_link_cursor_next(struct rp_link_cursor *cursor,
                                   struct rp_link *out_link, bool *out_more,
                                   struct rp_err *err) RP_MUST_CHECK;
void rp_link_cursor_close(struct rp_link_cursor *cursor);

/* count(*) of student_courses. */
enum rp_status rp_links_count(struct rp_db *db, uint64_t *out_count,
                              struct rp_err *err) RP_MUST_CHECK;

#endif
