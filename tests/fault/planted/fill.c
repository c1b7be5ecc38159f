/* see planted.h: other links are inserted than were planned. */
#include "school/fill.h"
#include "fault/planted/planted.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_fill(struct rp_db *db,
                              const struct rp_link_stream *links,
                              struct rp_err *err);
enum rp_status __wrap_rp_fill(struct rp_db *db,
                              const struct rp_link_stream *links,
                              struct rp_err *err);

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

    if (planted("nothing-filled"))
        return RP_OK;
    return __real_rp_fill(db, &stream, err);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
