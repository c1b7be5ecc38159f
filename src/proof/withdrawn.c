/* see withdrawn.h */
#include "proof/withdrawn.h"

#include <string.h>

#include "plan/linkreader.h"
#include "school/fill.h"

enum rp_status
rp_withdrawn_open(const char *folder, size_t memory_bytes,
                  struct rp_withdrawn *out_withdrawn, struct rp_err *err)
{
    const struct rp_sort_shape shape = {
        RP_CLAIM_HASH_BYTES,
        RP_CLAIM_HASH_BYTES,
        memory_bytes / 3,
    };
    enum rp_status status =
        rp_sorter_open(&shape, folder, &out_withdrawn->earlier, err);

    if (status == RP_OK)
        status = rp_sorter_open(&shape, folder, &out_withdrawn->next, err);
    if (status == RP_OK)
        status = rp_sorter_open(&shape, folder, &out_withdrawn->links, err);
    return status;
}

static enum rp_status
next_linked(void *ctx, struct rp_link *out_link, bool *out_more,
            struct rp_err *err)
{
    return rp_link_cursor_next(ctx, out_link, out_more, err);
}

enum rp_status
rp_withdrawn_links(struct rp_withdrawn *withdrawn,
                   const struct rp_claims_request *request, struct rp_db *db,
                   struct rp_err *err)
{
    struct rp_link_cursor *cursor = NULL;
    struct rp_link_stream links = { next_linked, NULL };
    struct rp_claims_request wanted = *request;
    struct rp_fp all = { { 0, 0 }, 0 };
    enum rp_status status = rp_link_cursor_open(db, &cursor, err);

    wanted.hashes = withdrawn->links;
    links.ctx = cursor;
    if (status == RP_OK)
        status = rp_claims_of_links(&wanted, &links, &all, err);
    rp_link_cursor_close(cursor);
    return status;
}

static enum rp_status
next_planned(void *ctx, struct rp_link *out_link, bool *out_more,
             struct rp_err *err)
{
    return rp_link_reader_next(ctx, out_link, out_more, err);
}

enum rp_status
rp_withdrawn_planned(const struct rp_claims_request *request,
                     const struct rp_spool *links, struct rp_fp *out_links,
                     struct rp_err *err)
{
    struct rp_link_reader reader = { .spool = NULL };
    const struct rp_link_stream stream = { next_planned, &reader };
    enum rp_status status = rp_link_reader_open(&reader, links, err);

    if (status == RP_OK)
        status = rp_claims_of_links(request, &stream, out_links, err);
    rp_link_reader_close(&reader);
    return status;
}

/* One of the three sets; hash is NULL at its end. */
struct set {
    struct rp_sorter *sorter;
    const unsigned char *hash;
};

/* To the first hash that is not smaller than least; claims may repeat. */
static enum rp_status
seek(struct set *set, const unsigned char *least, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && set->hash != NULL &&
           memcmp(set->hash, least, RP_CLAIM_HASH_BYTES) < 0)
        status = rp_sorter_next(set->sorter, &set->hash, err);
    return status;
}

static bool
is_in(const struct set *set, const unsigned char *hash)
{
    return set->hash != NULL &&
           memcmp(set->hash, hash, RP_CLAIM_HASH_BYTES) == 0;
}

static enum rp_status
open_set(struct set *set, struct rp_err *err)
{
    enum rp_status status = rp_sorter_finish(set->sorter, err);

    return status == RP_OK ? rp_sorter_next(set->sorter, &set->hash, err)
                           : status;
}

enum rp_status
rp_withdrawn_find(struct rp_withdrawn *withdrawn, struct rp_fp *out_links,
                  struct rp_err *err)
{
    struct set earlier = { withdrawn->earlier, NULL };
    struct set next = { withdrawn->next, NULL };
    struct set links = { withdrawn->links, NULL };
    enum rp_status status = open_set(&earlier, err);

    memset(out_links, 0, sizeof *out_links);
    if (status == RP_OK)
        status = open_set(&next, err);
    if (status == RP_OK)
        status = open_set(&links, err);
    while (status == RP_OK && links.hash != NULL) {
        status = seek(&earlier, links.hash, err);
        if (status == RP_OK)
            status = seek(&next, links.hash, err);
        if (status != RP_OK)
            break;
        if (is_in(&earlier, links.hash) && !is_in(&next, links.hash))
            rp_fp_add(out_links, rp_hash128_get(links.hash));
        status = rp_sorter_next(links.sorter, &links.hash, err);
    }
    return status;
}

void
rp_withdrawn_release(struct rp_withdrawn *withdrawn)
{
    rp_sorter_close(withdrawn->earlier);
    rp_sorter_close(withdrawn->next);
    rp_sorter_close(withdrawn->links);
    memset(withdrawn, 0, sizeof *withdrawn);
}
