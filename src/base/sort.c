/* sort.c - see sort.h.
 *
 * A run is what fits into memory, sorted, on disk.  A run of level n + 1 was
 * merged out of RUNS_MERGED runs of level n, so every record is rewritten only
 * once per level, and the number of open files stays small.  Runs stand in the
 * order in which their records were added and only neighbours are merged:
 * that, and ties going to the earlier run, keeps the sort stable.
 */
#include "base/sort.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/merge.h"
#include "base/radix.h"
#include "base/slice.h"
#include "base/spool.h"

/* Runs merged at once: that many files share the memory. */
#define RUNS_MERGED 64

/* Four levels: 16 million runs, more than any disk holds. */
#define RUNS_MAX ((size_t)4 * RUNS_MERGED)

#define LEAST_RECORDS 64

struct rp_sorter {
    struct rp_sort_shape shape;
    char *folder;
    uint64_t count;
    bool finished;

    unsigned char *records;
    unsigned char *scratch;
    unsigned char *differs;
    size_t held; /* records in memory */
    size_t held_cap;
    size_t held_max;
    size_t given; /* of those in memory, when nothing is on disk */

    struct rp_spool *runs[RUNS_MAX];
    unsigned levels[RUNS_MAX];
    size_t run_count;
    struct rp_merge *merge;
};

static enum rp_status
fail_nomem(struct rp_err *err)
{
    return rp_fail_nomem(err, "sort");
}

enum rp_status
rp_sorter_open(const struct rp_sort_shape *shape, const char *folder,
               struct rp_sorter **out_sorter, struct rp_err *err)
{
    struct rp_sorter *sorter = rp_zalloc(sizeof *sorter);

    assert(shape->record_bytes > 0 && shape->key_bytes <= shape->record_bytes);
    if (sorter == NULL)
        return fail_nomem(err);
    sorter->shape = *shape;
    sorter->held_max = shape->memory_bytes / 2 / shape->record_bytes;
    if (sorter->held_max == 0)
        sorter->held_max = 1;
    sorter->folder = rp_strdup(folder);
    sorter->differs = rp_zalloc(shape->key_bytes);
    if (sorter->folder == NULL || sorter->differs == NULL) {
        rp_sorter_close(sorter);
        return fail_nomem(err);
    }
    *out_sorter = sorter;
    return RP_OK;
}

/* Doubles, but never past the limit: memory is bounded (P7). */
static enum rp_status
grow(struct rp_sorter *sorter, struct rp_err *err)
{
    size_t cap = sorter->held_cap * 2;
    unsigned char *moved;

    if (cap < LEAST_RECORDS)
        cap = LEAST_RECORDS;
    if (cap > sorter->held_max)
        cap = sorter->held_max;
    moved = rp_realloc(sorter->records, cap * sorter->shape.record_bytes);
    if (moved == NULL)
        return fail_nomem(err);
    sorter->records = moved;
    sorter->held_cap = cap;
    return RP_OK;
}

static enum rp_status
sort_held(struct rp_sorter *sorter, struct rp_err *err)
{
    struct rp_radix radix = {
        .records = sorter->records,
        .count = sorter->held,
        .record_bytes = sorter->shape.record_bytes,
        .key_bytes = sorter->shape.key_bytes,
        .differs = sorter->differs,
    };

    if (sorter->scratch == NULL)
        sorter->scratch =
            rp_realloc(NULL, sorter->held_cap * sorter->shape.record_bytes);
    if (sorter->scratch == NULL)
        return fail_nomem(err);
    radix.scratch = sorter->scratch;
    rp_radix_sort(&radix);
    sorter->records = radix.records;
    sorter->scratch = radix.scratch;
    return RP_OK;
}

static void
drop_scratch(struct rp_sorter *sorter)
{
    rp_free(sorter->scratch);
    sorter->scratch = NULL;
}

/* A merge needs the memory that the records had. */
static void
drop_buffers(struct rp_sorter *sorter)
{
    drop_scratch(sorter);
    rp_free(sorter->records);
    sorter->records = NULL;
    sorter->held_cap = 0;
}

static enum rp_status
write_merged(struct rp_merge *merge, size_t record_bytes, struct rp_spool *to,
             struct rp_err *err)
{
    for (;;) {
        struct rp_slice record = { NULL, record_bytes };
        enum rp_status status = rp_merge_next(merge, &record.ptr, err);

        if (status == RP_OK && record.ptr == NULL)
            return rp_spool_flush(to, err);
        if (status == RP_OK)
            status = rp_spool_put(to, record, err);
        if (status != RP_OK)
            return status;
    }
}

/* Puts one run in the place of the last count ones. */
static void
replace_runs(struct rp_sorter *sorter, size_t count, struct rp_spool *run)
{
    size_t first = sorter->run_count - count;

    for (size_t i = first; i < sorter->run_count; i++) {
        rp_spool_close(sorter->runs[i]);
        sorter->runs[i] = NULL;
    }
    sorter->runs[first] = run;
    sorter->levels[first]++;
    sorter->run_count = first + 1;
}

static enum rp_status
merge_last(struct rp_sorter *sorter, size_t count, struct rp_err *err)
{
    struct rp_spool *const *runs = sorter->runs + sorter->run_count - count;
    struct rp_spool *merged;
    struct rp_merge *merge = NULL;
    enum rp_status status = rp_spool_open(sorter->folder, 0, &merged, err);

    if (status != RP_OK)
        return status;
    drop_buffers(sorter);
    status = rp_merge_open(&sorter->shape, runs, count, &merge, err);
    if (status == RP_OK)
        status = write_merged(merge, sorter->shape.record_bytes, merged, err);
    rp_merge_close(merge);
    if (status == RP_OK)
        replace_runs(sorter, count, merged);
    else
        rp_spool_close(merged);
    return status;
}

/* Whether the last RUNS_MERGED runs are of one level. */
static bool
level_is_full(const struct rp_sorter *sorter)
{
    size_t count = sorter->run_count;

    return count >= RUNS_MERGED &&
           sorter->levels[count - RUNS_MERGED] == sorter->levels[count - 1];
}

static enum rp_status
spill(struct rp_sorter *sorter, struct rp_err *err)
{
    struct rp_slice bytes;
    struct rp_spool *run;
    enum rp_status status = sort_held(sorter, err);

    if (status == RP_OK)
        status = rp_spool_open(sorter->folder, 0, &run, err);
    if (status != RP_OK)
        return status;
    assert(sorter->run_count < RUNS_MAX);
    sorter->runs[sorter->run_count] = run;
    sorter->levels[sorter->run_count++] = 0;
    bytes.ptr = sorter->records;
    bytes.len = sorter->held * sorter->shape.record_bytes;
    status = rp_spool_put(run, bytes, err);
    if (status == RP_OK)
        status = rp_spool_flush(run, err);
    sorter->held = 0;
    while (status == RP_OK && level_is_full(sorter))
        status = merge_last(sorter, RUNS_MERGED, err);
    return status;
}

enum rp_status
rp_sorter_add(struct rp_sorter *sorter, const void *record, struct rp_err *err)
{
    return rp_sorter_add_all(sorter, record, 1, err);
}

enum rp_status
rp_sorter_add_all(struct rp_sorter *sorter, const void *records, size_t count,
                  struct rp_err *err)
{
    const size_t bytes = sorter->shape.record_bytes;
    const unsigned char *from = records;
    enum rp_status status = RP_OK;

    assert(!sorter->finished);
    while (count > 0) {
        size_t room;

        if (sorter->held == sorter->held_max)
            status = spill(sorter, err);
        if (status == RP_OK && sorter->held == sorter->held_cap)
            status = grow(sorter, err);
        if (status != RP_OK)
            return status;
        room = sorter->held_cap - sorter->held;
        if (room > count)
            room = count;
        memcpy(sorter->records + sorter->held * bytes, from, room * bytes);
        from += room * bytes;
        sorter->held += room;
        sorter->count += room;
        count -= room;
    }
    return RP_OK;
}

uint64_t
rp_sorter_count(const struct rp_sorter *sorter)
{
    return sorter->count;
}

/* Levels may leave more runs than one merge can read. */
static enum rp_status
leave_few_runs(struct rp_sorter *sorter, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && sorter->run_count > RUNS_MERGED) {
        size_t over = sorter->run_count - RUNS_MERGED + 1;

        status =
            merge_last(sorter, over < RUNS_MERGED ? over : RUNS_MERGED, err);
    }
    return status;
}

enum rp_status
rp_sorter_finish(struct rp_sorter *sorter, struct rp_err *err)
{
    enum rp_status status;

    assert(!sorter->finished);
    if (sorter->run_count == 0) {
        status = sorter->held > 0 ? sort_held(sorter, err) : RP_OK;
        drop_scratch(sorter);
    } else {
        status = sorter->held > 0 ? spill(sorter, err) : RP_OK;
        drop_buffers(sorter);
        if (status == RP_OK)
            status = leave_few_runs(sorter, err);
        if (status == RP_OK)
            status = rp_merge_open(&sorter->shape, sorter->runs,
                                   sorter->run_count, &sorter->merge, err);
    }
    sorter->finished = status == RP_OK;
    return status;
}

enum rp_status
rp_sorter_next(struct rp_sorter *sorter, const unsigned char **out_record,
               struct rp_err *err)
{
    assert(sorter->finished);
    if (sorter->merge != NULL)
        return rp_merge_next(sorter->merge, out_record, err);
    if (sorter->given == sorter->held) {
        *out_record = NULL;
        return RP_OK;
    }
    *out_record =
        sorter->records + sorter->given++ * sorter->shape.record_bytes;
    return RP_OK;
}

enum rp_status
rp_sorter_rewind(struct rp_sorter *sorter, struct rp_err *err)
{
    assert(sorter->finished);
    sorter->given = 0;
    if (sorter->run_count == 0)
        return RP_OK;
    rp_merge_close(sorter->merge);
    sorter->merge = NULL;
    return rp_merge_open(&sorter->shape, sorter->runs, sorter->run_count,
                         &sorter->merge, err);
}

void
rp_sorter_close(struct rp_sorter *sorter)
{
    if (sorter == NULL)
        return;
    rp_merge_close(sorter->merge);
    for (size_t i = 0; i < sorter->run_count; i++)
        rp_spool_close(sorter->runs[i]);
    rp_free(sorter->differs);
    rp_free(sorter->scratch);
    rp_free(sorter->records);
    rp_free(sorter->folder);
    rp_free(sorter);
}
