/* ahead.c - see ahead.h. */
#include "plan/ahead.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/belt.h"
#include "base/mem.h"
#include "base/worker.h"
#include "plan/build.h"

/* Enough that neither thread waits for a moment of the other's. */
#define SLOTS 4
/* All slots together stay in the processor's cache, and a thousand records
 * are worth waking somebody. */
#define STRETCH_RECORDS ((size_t)1024)
#define STRETCH_FIELDS ((size_t)4096)
#define STRETCH_BYTES ((size_t)64 << 10)
static_assert(STRETCH_FIELDS >= RP_COLUMNS_MAX,
              "any record fits into an empty stretch");
/* Only one stretch that needs more is in memory at a time. */
#define LARGE_BYTES (STRETCH_BYTES * 4)

/* Copies of records, with what they point to. */
struct stretch {
    struct rp_record records[STRETCH_RECORDS];
    struct rp_slice fields[STRETCH_FIELDS];
    unsigned char *bytes;
    size_t bytes_cap;
    size_t record_count;
    size_t field_count;
    size_t byte_count;
    bool ends; /* its source */
};

struct rp_ahead {
    struct rp_plan *plan;
    struct rp_gate *wanted;
    struct rp_belt *belt;
    atomic_bool waits;   /* the reader, for the gate */
    atomic_bool stopped; /* nothing more is wanted */
    uint32_t source;     /* where the reader begins */
    struct stretch *slots[SLOTS];
    /* Of the reader; read by the other one after the belt's end. */
    struct stretch *filled;
    enum rp_status status;
    struct rp_err err;
    /* Of who decides. */
    bool handed_over;
    struct stretch *taken;
    size_t taken_count; /* records of it */
};

static enum rp_status
fail_nomem(struct rp_err *err)
{
    return rp_fail_nomem(err, "read ahead");
}

enum rp_status
rp_ahead_open(struct rp_plan *plan, struct rp_ahead **out_ahead,
              struct rp_err *err)
{
    struct rp_ahead *ahead = rp_zalloc(sizeof *ahead);
    enum rp_status status;

    if (ahead == NULL)
        return fail_nomem(err);
    ahead->plan = plan;
    atomic_init(&ahead->waits, false);
    atomic_init(&ahead->stopped, false);
    status = rp_gate_make(&ahead->wanted, err);
    if (status == RP_OK)
        status = rp_belt_make(SLOTS, &ahead->belt, err);
    if (status == RP_OK)
        *out_ahead = ahead;
    else
        rp_ahead_close(ahead);
    return status;
}

/* The next slot, empty. */
static enum rp_status
begin_stretch(struct rp_ahead *ahead, struct rp_err *err)
{
    struct stretch **slot = &ahead->slots[rp_belt_free(ahead->belt)];

    if (*slot == NULL)
        *slot = rp_zalloc(sizeof **slot);
    if (*slot == NULL)
        return fail_nomem(err);
    ahead->filled = *slot;
    ahead->filled->record_count = 0;
    ahead->filled->field_count = 0;
    ahead->filled->byte_count = 0;
    ahead->filled->ends = false;
    return RP_OK;
}

/* What a batch takes up.  Its raw bytes are one piece of memory, in which most
 * fields stand; the others are what libcsv unquoted. */
struct extent {
    const unsigned char *span;
    size_t span_bytes;
    size_t bytes;
    size_t fields;
};

static inline bool
stands_in(const struct extent *extent, struct rp_slice field)
{
    return (uintptr_t)field.ptr - (uintptr_t)extent->span < extent->span_bytes;
}

static struct extent
extent_of(const struct rp_batch *batch)
{
    const struct rp_slice last = batch->records[batch->count - 1].raw;
    struct extent extent = { .span = batch->records[0].raw.ptr };

    if (last.ptr != NULL)
        extent.span_bytes = (size_t)(last.ptr + last.len - extent.span);
    extent.bytes = extent.span_bytes;
    for (size_t i = 0; i < batch->count; i++) {
        const struct rp_record *record = &batch->records[i];

        extent.fields += record->field_count;
        for (size_t f = 0; f < record->field_count; f++)
            if (!stands_in(&extent, record->fields[f]))
                extent.bytes += record->fields[f].len;
    }
    return extent;
}

/* A copy of slice, whose bytes are in the stretch already or are put there. */
static inline struct rp_slice
copy_slice(struct stretch *to, const struct extent *extent,
           const unsigned char *span, struct rp_slice slice)
{
    if (slice.ptr == NULL)
        return slice;
    if (stands_in(extent, slice)) {
        slice.ptr = span + (slice.ptr - extent->span);
        return slice;
    }
    memcpy(to->bytes + to->byte_count, slice.ptr, slice.len);
    slice.ptr = to->bytes + to->byte_count;
    to->byte_count += slice.len;
    return slice;
}

/* The stretch has room for all of it. */
static void
copy_batch(struct stretch *to, const struct rp_batch *batch,
           const struct extent *extent)
{
    const unsigned char *span = to->bytes + to->byte_count;

    if (extent->span_bytes > 0)
        memcpy(to->bytes + to->byte_count, extent->span, extent->span_bytes);
    to->byte_count += extent->span_bytes;
    for (size_t i = 0; i < batch->count; i++) {
        const struct rp_record *from = &batch->records[i];
        struct rp_record *record = &to->records[to->record_count++];
        struct rp_slice *fields = to->fields + to->field_count;

        *record = *from;
        record->raw = copy_slice(to, extent, span, from->raw);
        for (size_t f = 0; f < from->field_count; f++)
            fields[f] = copy_slice(to, extent, span, from->fields[f]);
        record->fields = from->fields == NULL ? NULL : fields;
        to->field_count += from->field_count;
    }
}

static bool
has_room(const struct stretch *stretch, const struct rp_batch *batch,
         const struct extent *extent)
{
    return STRETCH_RECORDS - stretch->record_count >= batch->count &&
           STRETCH_FIELDS - stretch->field_count >= extent->fields &&
           stretch->bytes_cap - stretch->byte_count >= extent->bytes;
}

/* Nothing points into an empty stretch, so that its bytes may move. */
static enum rp_status
make_room(struct stretch *stretch, size_t bytes, struct rp_err *err)
{
    const size_t cap = bytes > STRETCH_BYTES ? bytes : STRETCH_BYTES;
    unsigned char *moved;

    assert(stretch->record_count == 0);
    if (stretch->bytes_cap >= cap)
        return RP_OK;
    moved = rp_realloc(stretch->bytes, cap);
    if (moved == NULL)
        return fail_nomem(err);
    stretch->bytes = moved;
    stretch->bytes_cap = cap;
    return RP_OK;
}

static void
hand_on(struct rp_ahead *ahead, bool ends)
{
    struct stretch *stretch = ahead->filled;

    stretch->ends = ends;
    ahead->filled = NULL;
    rp_belt_put(ahead->belt);
    if (stretch->bytes_cap <= LARGE_BYTES)
        return;
    rp_belt_drain(ahead->belt);
    rp_free(stretch->bytes);
    stretch->bytes = NULL;
    stretch->bytes_cap = 0;
}

static enum rp_status
put_batch(struct rp_ahead *ahead, const struct rp_batch *batch,
          struct rp_err *err)
{
    const struct extent extent = extent_of(batch);
    enum rp_status status = RP_OK;

    assert(batch->count <= STRETCH_RECORDS && extent.fields <= STRETCH_FIELDS);
    if (ahead->filled != NULL && ahead->filled->record_count > 0 &&
        !has_room(ahead->filled, batch, &extent))
        hand_on(ahead, false);
    if (ahead->filled == NULL)
        status = begin_stretch(ahead, err);
    if (status == RP_OK && ahead->filled->record_count == 0)
        status = make_room(ahead->filled, extent.bytes, err);
    if (status == RP_OK)
        copy_batch(ahead->filled, batch, &extent);
    return status;
}

static bool
is_stopped(struct rp_ahead *ahead)
{
    return atomic_load_explicit(&ahead->stopped, memory_order_relaxed);
}

static enum rp_status
read_source(struct rp_ahead *ahead, uint32_t source, struct rp_err *err)
{
    struct rp_reading *of_plan = &ahead->plan->sources[source].reading;
    /* Its own, for the other thread writes close by. */
    struct rp_reading reading = *of_plan;
    struct rp_batch batch = { NULL, 0 };
    enum rp_status status;

    do {
        status = rp_build_read(ahead->plan, source, &reading, &batch, err);
        if (status == RP_OK && batch.count > 0)
            status = put_batch(ahead, &batch, err);
    } while (status == RP_OK && batch.count > 0 && !is_stopped(ahead));
    *of_plan = reading;
    if (status == RP_OK && ahead->filled == NULL)
        status = begin_stretch(ahead, err);
    if (status == RP_OK)
        hand_on(ahead, true);
    return status;
}

enum rp_status
rp_ahead_read(struct rp_ahead *ahead, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    atomic_store(&ahead->waits, true);
    if (!rp_gate_wait(ahead->wanted))
        return RP_OK;
    for (uint32_t source = ahead->source;
         status == RP_OK && source < ahead->plan->source_count &&
         !is_stopped(ahead);
         source++)
        status = read_source(ahead, source, &ahead->err);
    ahead->status = status;
    if (status != RP_OK)
        *err = ahead->err;
    rp_belt_end(ahead->belt);
    return status;
}

bool
rp_ahead_hand_over(struct rp_ahead *ahead, uint32_t source)
{
    if (ahead->handed_over || is_stopped(ahead) || !atomic_load(&ahead->waits))
        return ahead->handed_over;
    ahead->source = source;
    ahead->handed_over = true;
    rp_gate_open(ahead->wanted, true);
    return true;
}

/* Waits for the next stretch. */
static enum rp_status
take_stretch(struct rp_ahead *ahead, struct rp_err *err)
{
    size_t slot = 0;

    if (rp_belt_take(ahead->belt, &slot)) {
        ahead->taken = ahead->slots[slot];
        ahead->taken_count = 0;
        return RP_OK;
    }
    assert(ahead->status != RP_OK);
    *err = ahead->err;
    return ahead->status;
}

static void
give_back(struct rp_ahead *ahead)
{
    if (ahead->taken != NULL)
        rp_belt_done(ahead->belt);
    ahead->taken = NULL;
}

enum rp_status
rp_ahead_batch(struct rp_ahead *ahead, struct rp_batch *out, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    bool ends = false;
    size_t left = 0;

    *out = (struct rp_batch){ NULL, 0 };
    while (status == RP_OK && left == 0 && !ends) {
        if (ahead->taken == NULL)
            status = take_stretch(ahead, err);
        if (status != RP_OK)
            return status;
        left = ahead->taken->record_count - ahead->taken_count;
        ends = ahead->taken->ends;
        if (left == 0)
            give_back(ahead);
    }
    if (left == 0)
        return RP_OK;
    out->records = ahead->taken->records + ahead->taken_count;
    out->count = left < RP_BATCH_RECORDS ? left : RP_BATCH_RECORDS;
    ahead->taken_count += out->count;
    return RP_OK;
}

void
rp_ahead_stop(struct rp_ahead *ahead)
{
    size_t slot;

    if (ahead == NULL)
        return;
    atomic_store(&ahead->stopped, true);
    rp_gate_open(ahead->wanted, false);
    if (!ahead->handed_over)
        return;
    give_back(ahead);
    while (rp_belt_take(ahead->belt, &slot))
        rp_belt_done(ahead->belt);
}

void
rp_ahead_close(struct rp_ahead *ahead)
{
    if (ahead == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++) {
        if (ahead->slots[i] != NULL)
            rp_free(ahead->slots[i]->bytes);
        rp_free(ahead->slots[i]);
    }
    rp_gate_close(ahead->wanted);
    rp_belt_close(ahead->belt);
    rp_free(ahead);
}
