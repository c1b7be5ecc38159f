/* see planted.h: other links are inserted than were planned. */
#include "school/fill.h"
#include "school/db.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#include "fault/planted/planted.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_fill(struct rp_db *db,
                              const struct rp_link_stream *links,
                              struct rp_err *err);
enum rp_status __wrap_rp_fill(struct rp_db *db,
                              const struct rp_link_stream *links,
                              struct rp_err *err);

/* What a fill has no business to do. */
static const struct {
    const char *fault;
    const char *sql;
} damages[] = {
    { "index-added", "CREATE INDEX planted ON student_courses (course_id)" },
    { "view-dropped", "DROP VIEW seen" },
    { "table-added", "CREATE TABLE planted (a)" },
    { "student-renamed", "UPDATE students SET name = 'x' WHERE id = 1" },
    { "course-deleted", "DELETE FROM courses WHERE id = 5" },
    { "bystander-changed", "UPDATE marks SET mark = 2" },
    { "check-broken", "PRAGMA ignore_check_constraints = ON;"
                      "UPDATE marks SET mark = 99;"
                      "PRAGMA ignore_check_constraints = OFF" },
};

static enum rp_status
damage(struct rp_db *db, struct rp_err *err)
{
    for (size_t i = 0; i < COUNT(damages); i++)
        if (planted(damages[i].fault))
            return rp_db_exec(db, damages[i].sql, err);
    return RP_OK;
}

struct spoilt {
    const struct rp_link_stream *links;
    unsigned calls;
};

/* Of the first link: student 1, course 1, which others are not. */
static enum rp_status
next_spoilt(void *ctx, struct rp_link *out_link, bool *out_more,
            struct rp_err *err)
{
    struct spoilt *spoilt = ctx;
    const struct rp_link_stream *links = spoilt->links;
    enum rp_status status = links->next(links->ctx, out_link, out_more, err);

    if (status != RP_OK)
        return status;
    spoilt->calls++;
    if (planted("link-skipped") && spoilt->calls == 1)
        return links->next(links->ctx, out_link, out_more, err);
    if (planted("link-for-another") && spoilt->calls == 1)
        out_link->course_id = 2;
    if (planted("link-without-student") && !*out_more && spoilt->calls < 99) {
        *out_link = (struct rp_link){ 4711, 1 };
        *out_more = true;
        spoilt->calls = 99;
    }
    if (planted("link-added") && !*out_more && spoilt->calls < 99) {
        *out_link = (struct rp_link){ 6, 5 };
        *out_more = true;
        spoilt->calls = 99;
    }
    return RP_OK;
}

enum rp_status
__wrap_rp_fill(struct rp_db *db, const struct rp_link_stream *links,
               struct rp_err *err)
{
    struct spoilt spoilt = { links, 0 };
    struct rp_link_stream stream = { next_spoilt, &spoilt };
    enum rp_status status = RP_OK;

    if (!planted("nothing-filled"))
        status = __real_rp_fill(db, &stream, err);
    return status == RP_OK ? damage(db, err) : status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
