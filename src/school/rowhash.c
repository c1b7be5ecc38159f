/* rowhash.c - see rowhash.h. */
#include "school/rowhash.h"

#include "base/belt.h"
#include "base/canon.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "base/worker.h"
#include "school/fold.h"

/* Enough that neither thread waits for a moment of the other's. */
#define SLOTS 4
/* Rows of a batch; those of student_courses have 23 bytes. */
#define BATCH_ROWS 8192
/* A batch with a row like that is hashed where it is, so that only one is in
 * memory. */
#define LARGE_BYTES (RP_HASH_BATCH_BYTES * 4)

struct batch {
    struct rp_buf bytes;
    size_t first; /* where the first row begins */
    size_t *ends; /* of rows */
    size_t rows;
};

struct rp_rowhash {
    struct batch slots[SLOTS];
    struct batch *batch; /* to be filled */
    struct rp_sha256 *sha;
    struct rp_fp fp;
    uint64_t rows;
    bool beside;
    struct rp_belt *belt;
    struct rp_worker *worker;
};

static enum rp_status
begin_batch(struct batch *batch, struct rp_err *err)
{
    if (batch->bytes.cap > LARGE_BYTES)
        rp_buf_release(&batch->bytes);
    rp_buf_reset(&batch->bytes);
    batch->first = 0;
    batch->rows = 0;
    if (batch->ends == NULL)
        batch->ends =
            rp_zalloc_array(BATCH_ROWS + RP_FOLD_NUMBERS, sizeof *batch->ends);
    return batch->ends == NULL ? rp_fail_nomem(err, "hash a table") : RP_OK;
}

enum rp_status
rp_rowhash_open(bool beside, struct rp_rowhash **out_hash, struct rp_err *err)
{
    struct rp_rowhash *hash = rp_zalloc(sizeof *hash);
    enum rp_status status;

    if (hash == NULL)
        return rp_fail_nomem(err, "hash a table");
    hash->beside = beside;
    hash->batch = &hash->slots[0];
    status = rp_sha256_open(&hash->sha, err);
    if (status == RP_OK)
        status = begin_batch(hash->batch, err);
    if (status == RP_OK)
        *out_hash = hash;
    else
        rp_rowhash_close(hash);
    return status;
}

struct rp_buf *
rp_rowhash_bytes(struct rp_rowhash *hash)
{
    return &hash->batch->bytes;
}

void
rp_rowhash_begin(struct rp_rowhash *hash)
{
    hash->batch->first = hash->batch->bytes.len;
}

static enum rp_status
hash_batch(struct rp_rowhash *hash, const struct batch *batch,
           struct rp_err *err)
{
    size_t from = batch->first;

    for (size_t i = 0; i < batch->rows; i++) {
        const size_t end = batch->ends[i];

        rp_fp_add(&hash->fp, rp_hash128((struct rp_slice){
                                 batch->bytes.ptr + from, end - from }));
        from = end;
    }
    return rp_sha256_put(hash->sha, rp_buf_view(&batch->bytes), err);
}

/* The worker.  After a failure it goes on emptying, or who fills would wait
 * for ever. */
static enum rp_status
hash_slots(void *ctx, struct rp_err *err)
{
    struct rp_rowhash *hash = ctx;
    enum rp_status status = RP_OK;
    size_t slot;

    while (rp_belt_take(hash->belt, &slot)) {
        if (status == RP_OK)
            status = hash_batch(hash, &hash->slots[slot], err);
        rp_belt_done(hash->belt);
    }
    return status;
}

/* Where no second thread is to be had, the first one does its work. */
static void
start(struct rp_rowhash *hash)
{
    struct rp_task task = { hash_slots, hash };

    hash->beside = false;
    if (rp_belt_make(SLOTS, &hash->belt, NULL) != RP_OK)
        return;
    if (rp_worker_start(&task, &hash->worker, NULL) != RP_OK) {
        rp_belt_close(hash->belt);
        hash->belt = NULL;
    }
}

static enum rp_status
hand_on(struct rp_rowhash *hash, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (hash->beside)
        start(hash);
    if (hash->worker == NULL) {
        status = hash_batch(hash, hash->batch, err);
    } else if (hash->batch->bytes.len > LARGE_BYTES) {
        rp_belt_drain(hash->belt);
        status = hash_batch(hash, hash->batch, err);
    } else {
        rp_belt_put(hash->belt);
        hash->batch = &hash->slots[rp_belt_free(hash->belt)];
    }
    return status == RP_OK ? begin_batch(hash->batch, err) : status;
}

enum rp_status
rp_rowhash_row(struct rp_rowhash *hash, struct rp_err *err)
{
    const struct rp_buf *bytes = &hash->batch->bytes;
    const size_t rows = hash->batch->rows;
    const size_t begin =
        rows == 0 ? hash->batch->first : hash->batch->ends[rows - 1];

    return rp_rowhash_rows(hash, 1, bytes->len - begin, err);
}

enum rp_status
rp_rowhash_rows(struct rp_rowhash *hash, size_t count, size_t row_bytes,
                struct rp_err *err)
{
    struct batch *batch = hash->batch;
    size_t end = batch->bytes.len - count * row_bytes;

    for (size_t i = 0; i < count; i++) {
        end += row_bytes;
        batch->ends[batch->rows++] = end;
    }
    hash->rows += count;
    if (batch->bytes.len < RP_HASH_BATCH_BYTES && batch->rows < BATCH_ROWS)
        return RP_OK;
    return hand_on(hash, err);
}

static enum rp_status
join(struct rp_rowhash *hash, struct rp_err *err)
{
    struct rp_worker *worker = hash->worker;

    if (worker == NULL)
        return RP_OK;
    hash->worker = NULL;
    rp_belt_end(hash->belt);
    return rp_worker_join(worker, err);
}

enum rp_status
rp_rowhash_finish(struct rp_rowhash *hash, struct rp_digest *out_digest,
                  struct rp_err *err)
{
    unsigned char sha256[RP_SHA256_BYTES];
    enum rp_status status = join(hash, err);

    rp_canon_table_end(&hash->batch->bytes, hash->rows);
    if (status == RP_OK)
        status = rp_buf_status(&hash->batch->bytes, err);
    if (status == RP_OK)
        status = hash_batch(hash, hash->batch, err);
    if (status == RP_OK)
        status = rp_sha256_finish(hash->sha, sha256, err);
    if (status != RP_OK)
        return status;
    rp_hex(out_digest->sha256, sha256, sizeof sha256);
    out_digest->fp = hash->fp;
    return RP_OK;
}

void
rp_rowhash_close(struct rp_rowhash *hash)
{
    if (hash == NULL)
        return;
    /* Whoever stops in the middle has trouble of its own to tell. */
    (void)!join(hash, NULL);
    rp_belt_close(hash->belt);
    for (size_t i = 0; i < SLOTS; i++) {
        rp_buf_release(&hash->slots[i].bytes);
        rp_free(hash->slots[i].ends);
    }
    rp_sha256_close(hash->sha);
    rp_free(hash);
}
