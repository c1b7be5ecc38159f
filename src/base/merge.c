/* merge.c - see merge.h. */
#include "base/merge.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

/* More in one go makes reading no faster and drives data out of the cache. */
#define WINDOW_MOST_BYTES ((size_t)1 << 20)

/* One run: a reader, and a window of whole records of it. */
struct way {
    struct rp_spool_reader *reader;
    unsigned char *window;
    size_t window_len;
    size_t at;
};

struct rp_merge {
    struct rp_sort_shape shape;
    struct way *ways;
    size_t way_count;
    unsigned char *windows;
    size_t window_bytes;
    /* Indexes of the ways that have records left, the smallest in front. */
    size_t *heap;
    size_t heap_len;
    bool front_given;
};

/* An equal share of half of the memory for each way, in whole records: what
 * has been sorted takes no more than what was sorted in memory. */
static size_t
share_of(const struct rp_sort_shape *shape, size_t ways)
{
    size_t bytes = shape->memory_bytes / 2 / ways;

    if (bytes > WINDOW_MOST_BYTES)
        bytes = WINDOW_MOST_BYTES;
    bytes -= bytes % shape->record_bytes;
    return bytes < shape->record_bytes ? shape->record_bytes : bytes;
}

static const unsigned char *
front_of(const struct way *way)
{
    return way->window + way->at;
}

/* Whether the record of the left way comes before that of the right one. */
static bool
comes_first(const struct rp_merge *merge, size_t left, size_t right)
{
    int order = memcmp(front_of(&merge->ways[left]),
                       front_of(&merge->ways[right]), merge->shape.key_bytes);

    return order != 0 ? order < 0 : left < right;
}

/* Lets the way at the given place of the heap sink to where it belongs. */
static void
sink(struct rp_merge *merge, size_t place)
{
    size_t way = merge->heap[place];

    for (;;) {
        size_t child = 2 * place + 1;

        if (child >= merge->heap_len)
            break;
        if (child + 1 < merge->heap_len &&
            comes_first(merge, merge->heap[child + 1], merge->heap[child]))
            child++;
        if (comes_first(merge, way, merge->heap[child]))
            break;
        merge->heap[place] = merge->heap[child];
        place = child;
    }
    merge->heap[place] = way;
}

static enum rp_status
fill_window(const struct rp_merge *merge, struct way *way, struct rp_err *err)
{
    way->at = 0;
    return rp_spool_next(way->reader, way->window, merge->window_bytes,
                         &way->window_len, err);
}

static enum rp_status
open_ways(struct rp_merge *merge, struct rp_spool *const *runs,
          struct rp_err *err)
{
    for (size_t i = 0; i < merge->way_count; i++) {
        struct way *way = &merge->ways[i];
        enum rp_status status = rp_spool_read(runs[i], &way->reader, err);

        if (status != RP_OK)
            return status;
        way->window = merge->windows + i * merge->window_bytes;
        status = fill_window(merge, way, err);
        if (status != RP_OK)
            return status;
        if (way->window_len > 0)
            merge->heap[merge->heap_len++] = i;
    }
    for (size_t place = merge->heap_len / 2; place-- > 0;)
        sink(merge, place);
    return RP_OK;
}

enum rp_status
rp_merge_open(const struct rp_sort_shape *shape, struct rp_spool *const *runs,
              size_t run_count, struct rp_merge **out_merge, struct rp_err *err)
{
    struct rp_merge *merge = rp_zalloc(sizeof *merge);
    enum rp_status status = RP_OK;

    assert(run_count > 0);
    if (merge == NULL)
        return rp_fail_nomem(err, "merge sorted runs");
    merge->shape = *shape;
    merge->way_count = run_count;
    merge->window_bytes = share_of(shape, run_count);
    merge->ways = rp_zalloc_array(run_count, sizeof *merge->ways);
    merge->heap = rp_zalloc_array(run_count, sizeof *merge->heap);
    merge->windows = rp_zalloc_array(run_count, merge->window_bytes);
    if (merge->ways == NULL || merge->heap == NULL || merge->windows == NULL)
        status = rp_fail_nomem(err, "merge sorted runs");
    if (status == RP_OK)
        status = open_ways(merge, runs, err);
    if (status != RP_OK) {
        rp_merge_close(merge);
        return status;
    }
    *out_merge = merge;
    return RP_OK;
}

/* Steps past the record that was given out last. */
static enum rp_status
pass_front(struct rp_merge *merge, struct rp_err *err)
{
    struct way *way = &merge->ways[merge->heap[0]];

    way->at += merge->shape.record_bytes;
    if (way->at >= way->window_len) {
        enum rp_status status = fill_window(merge, way, err);

        if (status != RP_OK)
            return status;
    }
    if (way->window_len == 0)
        merge->heap[0] = merge->heap[--merge->heap_len];
    if (merge->heap_len > 0)
        sink(merge, 0);
    return RP_OK;
}

enum rp_status
rp_merge_next(struct rp_merge *merge, const unsigned char **out_record,
              struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (merge->front_given)
        status = pass_front(merge, err);
    if (status != RP_OK)
        return status;
    merge->front_given = merge->heap_len > 0;
    *out_record =
        merge->front_given ? front_of(&merge->ways[merge->heap[0]]) : NULL;
    return RP_OK;
}

void
rp_merge_close(struct rp_merge *merge)
{
    if (merge == NULL)
        return;
    for (size_t i = 0; merge->ways != NULL && i < merge->way_count; i++)
        rp_spool_reader_close(merge->ways[i].reader);
    rp_free(merge->windows);
    rp_free(merge->heap);
    rp_free(merge->ways);
    rp_free(merge);
}
