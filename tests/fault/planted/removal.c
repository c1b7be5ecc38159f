/* see planted.h: other links are removed than the next delivery withdraws. */
#include "plan/removed.h"
#include "school/change.h"

#include "fault/planted/planted.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_removed_find(const struct rp_removed_request *request,
                                      struct rp_removed *out_removed,
                                      struct rp_err *err);
enum rp_status __wrap_rp_removed_find(const struct rp_removed_request *request,
                                      struct rp_removed *out_removed,
                                      struct rp_err *err);
enum rp_status __real_rp_links_remove(struct rp_db *db,
                                      const struct rp_link_stream *links,
                                      struct rp_err *err);
enum rp_status __wrap_rp_links_remove(struct rp_db *db,
                                      const struct rp_link_stream *links,
                                      struct rp_err *err);

/* A link that both deliveries claim, student 1 in course 1, is planned to go as
 * well; it is before all others, so the list must be made anew. */
static enum rp_status
plan_one_more(const struct rp_removed_request *request,
              struct rp_removed *removed, struct rp_err *err)
{
    unsigned char key[RP_CLAIM_KEY_BYTES];
    struct rp_slice bytes = { key, sizeof key };
    struct rp_spool *links = NULL;
    struct rp_spool_reader *reader = NULL;
    size_t got = sizeof key;
    enum rp_status status = rp_spool_open(request->folder, 0, &links, err);

    if (status == RP_OK)
        status = rp_spool_read(removed->links, &reader, err);
    rp_link_pack(key, 1, 1);
    while (status == RP_OK && got == sizeof key) {
        status = rp_spool_put(links, bytes, err);
        if (status == RP_OK)
            status = rp_spool_next(reader, key, sizeof key, &got, err);
    }
    rp_spool_reader_close(reader);
    rp_spool_close(removed->links);
    removed->links = links;
    key[0] = 0;
    if (status == RP_OK)
        status =
            rp_spool_put(removed->ordinals, (struct rp_slice){ key, 8 }, err);
    removed->removed++;
    removed->kept--;
    return status;
}

static enum rp_status
plan_none(const struct rp_removed_request *request, struct rp_removed *removed,
          struct rp_err *err)
{
    rp_spool_close(removed->links);
    removed->links = NULL;
    removed->kept += removed->removed;
    removed->removed = 0;
    return rp_spool_open(request->folder, 0, &removed->links, err);
}

enum rp_status
__wrap_rp_removed_find(const struct rp_removed_request *request,
                       struct rp_removed *out_removed, struct rp_err *err)
{
    enum rp_status status = __real_rp_removed_find(request, out_removed, err);

    if (status == RP_OK && planted("removal-added"))
        status = plan_one_more(request, out_removed, err);
    if (status == RP_OK && planted("removal-forgotten"))
        status = plan_none(request, out_removed, err);
    if (status == RP_OK && planted("claim-miscounted"))
        out_removed->gone++;
    return status;
}

/* Of the stream: the first is left where it is, or another goes instead. */
struct other {
    const struct rp_link_stream *links;
    unsigned calls;
};

static enum rp_status
next_other(void *ctx, struct rp_link *out_link, bool *out_more,
           struct rp_err *err)
{
    struct other *other = ctx;
    enum rp_status status =
        other->links->next(other->links->ctx, out_link, out_more, err);

    if (status != RP_OK || ++other->calls > 1)
        return status;
    if (planted("removal-skipped"))
        return other->links->next(other->links->ctx, out_link, out_more, err);
    if (planted("removal-of-another"))
        *out_link = (struct rp_link){ 1, 1 };
    return RP_OK;
}

enum rp_status
__wrap_rp_links_remove(struct rp_db *db, const struct rp_link_stream *links,
                       struct rp_err *err)
{
    struct other other = { links, 0 };
    const struct rp_link_stream stream = { next_other, &other };

    return __real_rp_links_remove(db, &stream, err);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
