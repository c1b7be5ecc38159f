/* keysearch.c - see keysearch.h. */
#include "base/keysearch.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

/* Rows of a block: as many as make some KiB, more when there would be more
 * blocks than this (about 1 MiB of first keys). */
#define BLOCK_ROWS_LEAST 256U
#define BLOCKS_MAX 65536U

struct rp_key_search {
    struct rp_search_shape shape;
    struct rp_spool_reader *reader;
    size_t block_rows;
    unsigned char *firsts; /* the first key of each block */
    size_t blocks;
    unsigned char *block; /* the one that was asked for last */
    size_t block_at;      /* which; blocks: none yet */
    size_t block_count;   /* its rows */
};

static enum rp_status
read_block(struct rp_key_search *search, size_t at, struct rp_err *err)
{
    const size_t bytes = search->block_rows * search->shape.row_bytes;
    size_t got = 0;
    enum rp_status status;

    search->block_at = search->blocks;
    rp_spool_seek(search->reader, (uint64_t)at * bytes);
    status = rp_spool_next(search->reader, search->block, bytes, &got, err);
    if (status != RP_OK)
        return status;
    search->block_at = at;
    search->block_count = got / search->shape.row_bytes;
    return RP_OK;
}

static enum rp_status
read_firsts(struct rp_key_search *search, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < search->blocks && status == RP_OK; i++) {
        const size_t key_bytes = search->shape.key_bytes;
        size_t got = 0;

        rp_spool_seek(search->reader, (uint64_t)i * search->block_rows *
                                          search->shape.row_bytes);
        status = rp_spool_next(search->reader, search->firsts + i * key_bytes,
                               key_bytes, &got, err);
    }
    return status;
}

enum rp_status
rp_key_search_open(const struct rp_spool *rows, struct rp_search_shape shape,
                   struct rp_key_search **out_search, struct rp_err *err)
{
    struct rp_key_search *search = rp_zalloc(sizeof *search);
    const uint64_t count = rp_spool_bytes(rows) / shape.row_bytes;
    enum rp_status status;

    if (search == NULL)
        return rp_fail_nomem(err, "search planned keys");
    search->shape = shape;
    search->block_rows = (size_t)(count / BLOCKS_MAX) + 1;
    if (search->block_rows < BLOCK_ROWS_LEAST)
        search->block_rows = BLOCK_ROWS_LEAST;
    search->blocks =
        (size_t)((count + search->block_rows - 1) / search->block_rows);
    search->block_at = search->blocks;
    search->firsts = rp_zalloc_array(search->blocks, shape.key_bytes);
    search->block = rp_zalloc_array(search->block_rows, shape.row_bytes);
    if (search->firsts == NULL || search->block == NULL)
        status = rp_fail_nomem(err, "search planned keys");
    else
        status = rp_spool_read(rows, &search->reader, err);
    if (status == RP_OK)
        status = read_firsts(search, err);
    if (status == RP_OK)
        *out_search = search;
    else
        rp_key_search_close(search);
    return status;
}

/* Sorted keys, one in each row. */
struct sorted {
    const unsigned char *rows;
    size_t row_bytes;
    size_t count;
};

/* How many of them are not behind key? */
static size_t
count_up_to(const struct sorted *sorted, const unsigned char *key,
            size_t key_bytes)
{
    size_t low = 0;
    size_t high = sorted->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (memcmp(sorted->rows + middle * sorted->row_bytes, key, key_bytes) <=
            0)
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
    const size_t key_bytes = search->shape.key_bytes;
    const unsigned char *first = search->firsts + at * key_bytes;

    if (at >= search->blocks || memcmp(first, key, key_bytes) > 0)
        return false;
    return at + 1 == search->blocks ||
           memcmp(first + key_bytes, key, key_bytes) > 0;
}

enum rp_status
rp_key_search_find(struct rp_key_search *search, const unsigned char *key,
                   const unsigned char **out_row, struct rp_err *err)
{
    const size_t key_bytes = search->shape.key_bytes;
    struct sorted sorted = { search->firsts, key_bytes, search->blocks };
    enum rp_status status = RP_OK;
    size_t upto;

    *out_row = NULL;
    if (!may_be_in(search, search->block_at, key)) {
        upto = count_up_to(&sorted, key, key_bytes);
        if (upto == 0)
            return RP_OK;
        status = read_block(search, upto - 1, err);
    }
    if (status != RP_OK)
        return status;
    sorted = (struct sorted){ search->block, search->shape.row_bytes,
                              search->block_count };
    upto = count_up_to(&sorted, key, key_bytes);
    if (upto > 0) {
        const unsigned char *row =
            search->block + (upto - 1) * sorted.row_bytes;

        if (memcmp(row, key, key_bytes) == 0)
            *out_row = row;
    }
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
