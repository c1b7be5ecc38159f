/* see presence.h */
#include "proof/presence.h"

#include <string.h>

#include "base/mem.h"

struct rp_presence {
    struct rp_pairs *pairs;
    const struct rp_presence_visitor *visitor;
    struct rp_pair head; /* the claim that comes next */
    bool more;
    bool has_last;
    unsigned char last[RP_CLAIM_KEY_BYTES]; /* the pair that was linked last */
    struct rp_presence_result result;
};

enum rp_status
rp_presence_open(struct rp_pairs *pairs,
                 const struct rp_presence_visitor *visitor,
                 struct rp_presence **out_presence, struct rp_err *err)
{
    struct rp_presence *presence = rp_zalloc(sizeof *presence);
    enum rp_status status;

    if (presence == NULL)
        return rp_fail_nomem(err, "compare the links with the sources");
    presence->pairs = pairs;
    presence->visitor = visitor;
    status = rp_pairs_next(pairs, &presence->head, &presence->more, err);
    if (status == RP_OK)
        *out_presence = presence;
    else
        rp_presence_close(presence);
    return status;
}

/* Goes on behind all claims of the head's pair. */
static enum rp_status
pass_pair(struct rp_presence *presence, struct rp_err *err)
{
    const struct rp_pair first = presence->head;

    presence->result.claims++;
    for (;;) {
        enum rp_status status = rp_pairs_next(presence->pairs, &presence->head,
                                              &presence->more, err);
        if (status != RP_OK || !presence->more ||
            memcmp(presence->head.key, first.key, sizeof first.key) != 0)
            return status;
        presence->result.claims++;
        presence->result.repeats++;
    }
}

static enum rp_status
lose_pair(struct rp_presence *presence, struct rp_err *err)
{
    enum rp_status status = presence->visitor->visit(
        presence->visitor->ctx, true, &presence->head, err);

    presence->result.missing++;
    return status == RP_OK ? pass_pair(presence, err) : status;
}

static enum rp_status
add_link(struct rp_presence *presence, const unsigned char *key,
         struct rp_err *err)
{
    struct rp_pair pair = { .source = 0 };

    /* A pair that is there twice was claimed as often as once. */
    if (presence->has_last &&
        memcmp(presence->last, key, sizeof presence->last) == 0) {
        presence->result.claimed++;
        return RP_OK;
    }
    memcpy(pair.key, key, sizeof pair.key);
    presence->result.added++;
    return presence->visitor->visit(presence->visitor->ctx, false, &pair, err);
}

static enum rp_status
follow(void *ctx, const unsigned char *key, struct rp_err *err)
{
    struct rp_presence *presence = ctx;
    enum rp_status status = RP_OK;
    int order = 1;

    while (status == RP_OK && presence->more) {
        order = memcmp(presence->head.key, key, sizeof presence->head.key);
        if (order >= 0)
            break;
        status = lose_pair(presence, err);
    }
    if (status != RP_OK)
        return status;
    if (!presence->more || order != 0)
        return add_link(presence, key, err);
    presence->result.linked++;
    presence->result.claimed++;
    presence->has_last = true;
    memcpy(presence->last, key, sizeof presence->last);
    return pass_pair(presence, err);
}

struct rp_link_follower
rp_presence_follower(struct rp_presence *presence)
{
    return (struct rp_link_follower){ follow, presence };
}

enum rp_status
rp_presence_finish(struct rp_presence *presence, uint64_t unpaired,
                   struct rp_presence_result *out_result, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && presence->more)
        status = lose_pair(presence, err);
    presence->result.added += unpaired;
    *out_result = presence->result;
    return status;
}

void
rp_presence_close(struct rp_presence *presence)
{
    rp_free(presence);
}
