/* see keyjoin.h */
#include "plan/keyjoin.h"

#include <stdbool.h>
#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/sort.h"

/* A key as it is sorted: its bytes, zeros behind them, and their number; of a
 * longer one the SHA-256 and a number that no short one has. */
#define INLINE_BYTES RP_SHA256_BYTES
#define LONG_KEY 0xff
#define NUMBER_BYTES 8

/* Who asked, the id, and whether only one row has the key. */
#define ANSWER_BYTES (NUMBER_BYTES + NUMBER_BYTES + 1)

/* A sorter that has been read to its end takes half of what it took. */
#define ASKED_SHARE 2
#define KEYS_SHARE 4
#define ANSWERS_SHARE 4

struct rp_keyjoin {
    struct rp_keyjoin_shape shape;
    size_t key_bytes;
    struct rp_sha256 *sha;
    struct rp_sorter *keys;    /* key, id */
    struct rp_sorter *asked;   /* key, asker */
    struct rp_sorter *answers; /* asker, id, once */
    /* The sweep over the answers. */
    const unsigned char *answer; /* NULL: behind the last */
    uint64_t last;               /* who was answered last */
};

enum rp_status
rp_keyjoin_open(const struct rp_keyjoin_shape *shape,
                struct rp_keyjoin **out_join, struct rp_err *err)
{
    struct rp_keyjoin *join = rp_zalloc(sizeof *join);
    size_t inline_bytes =
        shape->longest < INLINE_BYTES ? shape->longest : INLINE_BYTES;
    size_t key_bytes = inline_bytes + 1;
    struct rp_sort_shape keys = { key_bytes + NUMBER_BYTES, key_bytes,
                                  shape->memory_bytes / KEYS_SHARE };
    struct rp_sort_shape asked = { key_bytes + NUMBER_BYTES, key_bytes,
                                   shape->memory_bytes / ASKED_SHARE };
    struct rp_sort_shape answers = { ANSWER_BYTES, NUMBER_BYTES,
                                     shape->memory_bytes / ANSWERS_SHARE };
    enum rp_status status;

    if (join == NULL)
        return rp_fail_nomem(err, "match the keys");
    join->shape = *shape;
    join->key_bytes = key_bytes;
    status = rp_sha256_open(&join->sha, err);
    if (status == RP_OK)
        status = rp_sorter_open(&keys, shape->folder, &join->keys, err);
    if (status == RP_OK)
        status = rp_sorter_open(&asked, shape->folder, &join->asked, err);
    if (status == RP_OK)
        status = rp_sorter_open(&answers, shape->folder, &join->answers, err);
    if (status == RP_OK)
        *out_join = join;
    else
        rp_keyjoin_close(join);
    return status;
}

/* The key as it is sorted, and a number behind it, into one of the sorters. */
static enum rp_status
put(struct rp_keyjoin *join, struct rp_sorter *sorter, struct rp_slice key,
    uint64_t number, struct rp_err *err)
{
    unsigned char packed[INLINE_BYTES + 1 + NUMBER_BYTES] = { 0 };
    enum rp_status status = RP_OK;

    if (key.len <= INLINE_BYTES) {
        memcpy(packed, key.ptr, key.len);
        packed[join->key_bytes - 1] = (unsigned char)key.len;
    } else {
        status = rp_sha256_put(join->sha, key, err);
        if (status == RP_OK)
            status = rp_sha256_finish(join->sha, packed, err);
        packed[join->key_bytes - 1] = LONG_KEY;
    }
    rp_put_be64(packed + join->key_bytes, number);
    return status == RP_OK ? rp_sorter_add(sorter, packed, err) : status;
}

enum rp_status
rp_keyjoin_add(struct rp_keyjoin *join, struct rp_slice key, int64_t id,
               struct rp_err *err)
{
    return put(join, join->keys, key, (uint64_t)id, err);
}

enum rp_status
rp_keyjoin_ask(struct rp_keyjoin *join, struct rp_slice key, uint64_t asker,
               struct rp_err *err)
{
    if (key.len > join->shape.longest)
        return RP_OK;
    return put(join, join->asked, key, asker, err);
}

/* A key of the parent and whether the next one is the same. */
struct parent {
    unsigned char key[INLINE_BYTES + 1 + NUMBER_BYTES];
    const unsigned char *ahead; /* NULL: key is the last */
    bool there;
    bool once;
};

/* The next key that is not the one before. */
static enum rp_status
next_parent(struct rp_keyjoin *join, struct parent *parent, struct rp_err *err)
{
    parent->there = parent->ahead != NULL;
    parent->once = true;
    if (!parent->there)
        return RP_OK;
    memcpy(parent->key, parent->ahead, join->key_bytes + NUMBER_BYTES);
    for (;;) {
        enum rp_status status = rp_sorter_next(join->keys, &parent->ahead, err);

        if (status != RP_OK || parent->ahead == NULL ||
            memcmp(parent->ahead, parent->key, join->key_bytes) != 0)
            return status;
        parent->once = false;
    }
}

static enum rp_status
answer(struct rp_keyjoin *join, const unsigned char *asked,
       const struct parent *parent, struct rp_err *err)
{
    unsigned char packed[ANSWER_BYTES];

    memcpy(packed, asked + join->key_bytes, NUMBER_BYTES);
    memcpy(packed + NUMBER_BYTES, parent->key + join->key_bytes, NUMBER_BYTES);
    packed[ANSWER_BYTES - 1] = parent->once ? 1 : 0;
    return rp_sorter_add(join->answers, packed, err);
}

/* Who asks for a key that nobody has gets no answer. */
static enum rp_status
merge(struct rp_keyjoin *join, struct rp_err *err)
{
    struct parent parent = { .there = false };
    const unsigned char *asked = NULL;
    enum rp_status status = rp_sorter_next(join->keys, &parent.ahead, err);

    if (status == RP_OK)
        status = next_parent(join, &parent, err);
    while (status == RP_OK) {
        int order = 1;

        status = rp_sorter_next(join->asked, &asked, err);
        if (status != RP_OK || asked == NULL)
            break;
        while (status == RP_OK && parent.there &&
               (order = memcmp(asked, parent.key, join->key_bytes)) > 0)
            status = next_parent(join, &parent, err);
        if (status == RP_OK && parent.there && order == 0)
            status = answer(join, asked, &parent, err);
    }
    return status;
}

enum rp_status
rp_keyjoin_settle(struct rp_keyjoin *join, struct rp_err *err)
{
    enum rp_status status = rp_sorter_finish(join->asked, err);

    if (status == RP_OK)
        status = rp_sorter_finish(join->keys, err);
    if (status == RP_OK)
        status = merge(join, err);
    rp_sorter_close(join->asked);
    join->asked = NULL;
    rp_sorter_close(join->keys);
    join->keys = NULL;
    if (status == RP_OK)
        status = rp_sorter_finish(join->answers, err);
    if (status == RP_OK)
        status = rp_sorter_next(join->answers, &join->answer, err);
    return status;
}

enum rp_status
rp_keyjoin_find(struct rp_keyjoin *join, uint64_t asker,
                enum rp_key_result *out_result, int64_t *out_id,
                struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (asker < join->last) {
        status = rp_sorter_rewind(join->answers, err);
        if (status == RP_OK)
            status = rp_sorter_next(join->answers, &join->answer, err);
    }
    join->last = asker;
    while (status == RP_OK && join->answer != NULL &&
           rp_get_be64(join->answer) < asker)
        status = rp_sorter_next(join->answers, &join->answer, err);
    if (status != RP_OK)
        return status;
    *out_result = RP_KEY_UNKNOWN;
    if (join->answer == NULL || rp_get_be64(join->answer) != asker)
        return RP_OK;
    *out_id = (int64_t)rp_get_be64(join->answer + NUMBER_BYTES);
    *out_result =
        join->answer[ANSWER_BYTES - 1] != 0 ? RP_KEY_FOUND : RP_KEY_AMBIGUOUS;
    return RP_OK;
}

void
rp_keyjoin_close(struct rp_keyjoin *join)
{
    if (join == NULL)
        return;
    rp_sha256_close(join->sha);
    rp_sorter_close(join->keys);
    rp_sorter_close(join->asked);
    rp_sorter_close(join->answers);
    rp_free(join);
}
