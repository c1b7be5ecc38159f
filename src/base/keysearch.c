/* keysearch.c - see keysearch.h. */
#include "base/keysearch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define KEY_BYTES RP_SEARCH_KEY_BYTES
/* Keys of a block: as many as make 4 KiB, more when there would be more
 * blocks than this (1 MiB of first keys). */
#define BLOCK_KEYS_LEAST 256U
#define BLOCKS_MAX 65536U

struct rp_key_search {
    struct rp_spool_reader *reader;
    size_t block_keys;
    unsigned char *firsts; /* the first key of each block */
    size_t blocks;
    unsigned char *block; /* the one that was asked for last */
    size_t block_at;      /* which; blocks: none yet */
    size_t block_count;   /* its keys */
};

static enum rp_status
read_block(struct rp_key_search *search, size_t at, struct rp_err *err)
{
    const size_t bytes = search->block_keys * KEY_BYTES;
    size_t got = 0;
    enum rp_status status;

    search->block_at = search->blocks;
    rp_spool_seek(search->reader, (uint64_t)at * bytes);
    status = rp_spool_next(search->reader, search->block, bytes, &got, err);
    if (status != RP_OK)
        return status;
    search->block_at = at;
    search->block_count = got / KEY_BYTES;
    return RP_OK;
}

static enum rp_status
read_firsts(struct rp_key_search *search, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < search->blocks && status == RP_OK; i++) {
        size_t got = 0;

        rp_spool_seek(search->reader,
                      (uint64_t)i * search->block_keys * KEY_BYTES);
        status = rp_spool_next(search->reader, search->firsts + i * KEY_BYTES,
                               KEY_BYTES, &got, err);
    }
    return status;
}

enum rp_status
rp_key_search_open(const struct rp_spool *keys,
                   struct rp_key_search **out_search, struct rp_err *err)
{
    struct rp_key_search *search = rp_zalloc(sizeof *search);
    const uint64_t count = rp_spool_bytes(keys) / KEY_BYTES;
    enum rp_status status;

    if (search == NULL)
        return rp_fail_nomem(err, "search planned keys");
    search->block_keys = (size_t)(count / BLOCKS_MAX) + 1;
    if (search->block_keys < BLOCK_KEYS_LEAST)
        search->block_keys = BLOCK_KEYS_LEAST;
    search->blocks =
        (size_t)((count + search->block_keys - 1) / search->block_keys);
    search->block_at = search->blocks;
    search->firsts = rp_zalloc_array(search->blocks, KEY_BYTES);
    search->block = rp_zalloc_array(search->block_keys, KEY_BYTES);
    if (search->firsts == NULL || search->block == NULL)
        status = rp_fail_nomem(err, "search planned keys");
    else
        status = rp_spool_read(keys, &search->reader, err);
    if (status == RP_OK)
        status = read_firsts(search, err);
    if (status == RP_OK)
        *out_search = search;
    else
        rp_key_search_close(search);
    return status;
}

/* How many of the sorted keys are not behind key? */
static size_t
count_up_to(const unsigned char *keys, size_t count, const unsigned char *key)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(keys + middle * KEY_BYTES, key, KEY_BYTES) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool
may_be_in(const struct rp_key_search *search, size_t at,
          const unsigned char *key)
{
    const unsigned char *first = search->firsts + at * KEY_BYTES;

    if (at >= search->blocks || memcmp(first, key, KEY_BYTES) > 0)
        return false;
    return at + 1 == search->blocks ||
           memcmp(first + KEY_BYTES, key, KEY_BYTES) > 0;
}

enum rp_status
rp_key_search_has(struct rp_key_search *search,
                  const unsigned char key[RP_SEARCH_KEY_BYTES], bool *out_has,
                  struct rp_err *err)
{
    enum rp_status status = RP_OK;
    size_t upto;

    *out_has = false;
    if (!may_be_in(search, search->block_at, key)) {
        upto = count_up_to(search->firsts, search->blocks, key);
        if (upto == 0)
            return RP_OK;
        status = read_block(search, upto - 1, err);
    }
    if (status != RP_OK)
        return status;
    upto = count_up_to(search->block, search->block_count, key);
    *out_has = upto > 0 && memcmp(search->block + (upto - 1) * KEY_BYTES, key,
                                  KEY_BYTES) == 0;
    return RP_OK;
}

void
rp_key_search_close(struct rp_key_search *search)
{
    if (search == NULL)
        return;
    rp_spool_reader_close(search->reader);
    rp_free(search->firsts);
    rp_free(search->block);
    rp_free(search);
}
