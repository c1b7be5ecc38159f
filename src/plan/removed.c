/* see removed.h */
#include "plan/removed.h"

#include <string.h>

#include "base/be.h"
#include "school/fill.h"

/* Of the memory, for keys and for ordinals. */
#define ORDINALS_SHARE 2

#define ID_BYTES 8
#define ORDINAL_BYTES (RP_EARLIER_BYTES - RP_CLAIM_KEY_BYTES)

/* A key as it is packed, seen as two numbers; they compare as it does. */
struct key {
    uint64_t first;
    uint64_t second;
};

static bool
same_key(struct key left, struct key right)
{
    return left.first == right.first && left.second == right.second;
}

static bool
is_less(struct key left, struct key right)
{
    return left.first != right.first ? left.first < right.first
                                     : left.second < right.second;
}

static void
put_key(unsigned char *out, struct key key)
{
    rp_put_be64(out, key.first);
    rp_put_be64(out + ID_BYTES, key.second);
}

/* The next claim of a plan; *out_more is false at the end. */
static enum rp_status
see_claim(const struct rp_plan *plan, struct rp_claim_seen *out_claim,
          bool *out_more, struct rp_err *err)
{
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_next(plan->claims, &packed, err);

    *out_more = status == RP_OK && packed != NULL;
    if (*out_more)
        rp_claim_see(plan->claim_shape, packed, out_claim);
    return status;
}

/* The first of every key: claims come sorted, and stably so. */
static enum rp_status
copy_claims(struct rp_plan *earlier, struct rp_spool *claims,
            struct rp_err *err)
{
    struct key last = { 0, 0 };
    bool started = false;
    bool more = true;
    enum rp_status status = rp_sorter_rewind(earlier->claims, err);

    while (status == RP_OK) {
        unsigned char packed[RP_EARLIER_BYTES];
        struct rp_claim_seen claim = { 0 };
        struct key key;

        status = see_claim(earlier, &claim, &more, err);
        if (status != RP_OK || !more)
            break;
        key = (struct key){ claim.first, claim.second };
        if (started && same_key(last, key))
            continue;
        started = true;
        last = key;
        put_key(packed, key);
        rp_put_be64(packed + RP_CLAIM_KEY_BYTES, claim.ordinal);
        status = rp_spool_put(claims,
                              (struct rp_slice){ packed, sizeof packed }, err);
    }
    return status;
}

enum rp_status
rp_earlier_claims(struct rp_plan *earlier, const char *folder,
                  size_t memory_bytes, struct rp_spool **out_claims,
                  struct rp_err *err)
{
    struct rp_spool *claims = NULL;
    enum rp_status status = rp_spool_open(folder, memory_bytes, &claims, err);

    if (status == RP_OK)
        status = copy_claims(earlier, claims, err);
    if (status == RP_OK)
        status = rp_spool_flush(claims, err);
    rp_sorter_close(earlier->claims);
    rp_spool_close(earlier->added);
    earlier->claims = NULL;
    earlier->added = NULL;
    if (status == RP_OK)
        *out_claims = claims;
    else
        rp_spool_close(claims);
    return status;
}

/* One of the three that are merged; when more is false, key counts no more. */
struct head {
    bool more;
    struct key key;
};

struct merging {
    const struct rp_removed_request *request;
    struct rp_removed *removed;
    struct rp_spool_reader *claims;
    struct rp_link_cursor *cursor;
    struct head earlier, next, link;
    unsigned char ordinal[ORDINAL_BYTES]; /* of earlier */
};

static enum rp_status
next_earlier(struct merging *merging, struct rp_err *err)
{
    unsigned char packed[RP_EARLIER_BYTES];
    size_t got = 0;
    enum rp_status status =
        rp_spool_next(merging->claims, packed, sizeof packed, &got, err);

    merging->earlier.more = status == RP_OK && got == sizeof packed;
    if (!merging->earlier.more)
        return status;
    merging->earlier.key.first = rp_get_be64(packed);
    merging->earlier.key.second = rp_get_be64(packed + ID_BYTES);
    memcpy(merging->ordinal, packed + RP_CLAIM_KEY_BYTES,
           sizeof merging->ordinal);
    return RP_OK;
}

/* Claims repeat; whoever asks wants another key than the last one. */
static enum rp_status
next_claim(struct merging *merging, struct rp_err *err)
{
    struct head *next = &merging->next;
    const struct head last = *next;
    enum rp_status status;

    do {
        struct rp_claim_seen claim = { 0 };

        status = see_claim(merging->request->next, &claim, &next->more, err);
        next->key = (struct key){ claim.first, claim.second };
    } while (status == RP_OK && next->more && last.more &&
             same_key(last.key, next->key));
    return status;
}

static enum rp_status
next_link(struct merging *merging, struct rp_err *err)
{
    struct rp_link link = { 0, 0 };
    enum rp_status status;

    merging->link.more = false;
    if (merging->cursor == NULL)
        return RP_OK;
    status =
        rp_link_cursor_next(merging->cursor, &link, &merging->link.more, err);
    merging->link.key.first = (uint64_t)link.student_id ^ RP_ID_SIGN;
    merging->link.key.second = (uint64_t)link.course_id ^ RP_ID_SIGN;
    return status;
}

static enum rp_status
open_heads(struct merging *merging, struct rp_err *err)
{
    const struct rp_removed_request *request = merging->request;
    enum rp_status status = rp_sorter_rewind(request->next->claims, err);

    if (status == RP_OK)
        status = rp_spool_read(request->claims, &merging->claims, err);
    if (status == RP_OK && request->table_exists)
        status = rp_link_cursor_open(request->db, &merging->cursor, err);
    if (status == RP_OK)
        status = next_earlier(merging, err);
    if (status == RP_OK)
        status = next_claim(merging, err);
    return status == RP_OK ? next_link(merging, err) : status;
}

/* The smallest key of those that are left; false when none is. */
static bool
find_least(const struct merging *merging, struct key *out_least)
{
    const struct head *heads[] = { &merging->earlier, &merging->next,
                                   &merging->link };
    bool found = false;

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (!heads[i]->more || (found && !is_less(heads[i]->key, *out_least)))
            continue;
        *out_least = heads[i]->key;
        found = true;
    }
    return found;
}

static bool
is_at(const struct head *head, struct key key)
{
    return head->more && same_key(head->key, key);
}

static enum rp_status
remove_link(struct merging *merging, struct rp_err *err)
{
    struct rp_removed *removed = merging->removed;
    unsigned char key[RP_CLAIM_KEY_BYTES];
    struct rp_slice ordinal = { merging->ordinal, sizeof merging->ordinal };
    enum rp_status status;

    put_key(key, merging->link.key);
    status =
        rp_spool_put(removed->links, (struct rp_slice){ key, sizeof key }, err);
    removed->removed++;
    return status == RP_OK ? rp_spool_put(removed->ordinals, ordinal, err)
                           : status;
}

/* Who has the smallest key. */
struct where {
    bool earlier, next, linked;
};

static void
count_key(struct rp_removed *removed, struct where where)
{
    removed->claims += where.earlier ? 1 : 0;
    removed->links_before += where.linked ? 1 : 0;
    removed->kept += where.earlier && where.next ? 1 : 0;
    removed->gone += where.earlier && !where.next && !where.linked ? 1 : 0;
    removed->elsewhere += where.linked && !where.earlier && !where.next ? 1 : 0;
}

static enum rp_status
go_on(struct merging *merging, struct where where, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (where.earlier)
        status = next_earlier(merging, err);
    if (status == RP_OK && where.next)
        status = next_claim(merging, err);
    if (status == RP_OK && where.linked)
        status = next_link(merging, err);
    return status;
}

/* What becomes of the smallest key, and on to the next one. */
static enum rp_status
take_key(struct merging *merging, struct key least, struct rp_err *err)
{
    const struct where where = {
        .earlier = is_at(&merging->earlier, least),
        .next = is_at(&merging->next, least),
        .linked = is_at(&merging->link, least),
    };
    enum rp_status status = RP_OK;

    count_key(merging->removed, where);
    if (where.earlier && where.linked && !where.next)
        status = remove_link(merging, err);
    return status == RP_OK ? go_on(merging, where, err) : status;
}

static enum rp_status
merge(struct merging *merging, struct rp_err *err)
{
    const volatile sig_atomic_t *stop = merging->request->stop;
    enum rp_status status = open_heads(merging, err);

    while (status == RP_OK) {
        struct key least = { 0, 0 };

        if (!find_least(merging, &least))
            break;
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while planning; nothing was written");
        status = take_key(merging, least, err);
    }
    return status;
}

enum rp_status
rp_removed_find(const struct rp_removed_request *request,
                struct rp_removed *out_removed, struct rp_err *err)
{
    struct rp_removed removed = { .links = NULL };
    struct merging merging = { .request = request, .removed = &removed };
    const size_t ordinals = request->memory_bytes / ORDINALS_SHARE;
    enum rp_status status = rp_spool_open(
        request->folder, request->memory_bytes - ordinals, &removed.links, err);

    if (status == RP_OK)
        status =
            rp_spool_open(request->folder, ordinals, &removed.ordinals, err);
    if (status == RP_OK)
        status = merge(&merging, err);
    rp_spool_reader_close(merging.claims);
    rp_link_cursor_close(merging.cursor);
    if (status == RP_OK)
        *out_removed = removed;
    else
        rp_removed_release(&removed);
    return status;
}

void
rp_removed_release(struct rp_removed *removed)
{
    rp_spool_close(removed->links);
    rp_spool_close(removed->ordinals);
    *removed = (struct rp_removed){ .links = NULL };
}
