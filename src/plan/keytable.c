/* see keytable.h */
#include "plan/keytable.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/copy.h"
#include "base/hash.h"
#include "base/mem.h"

/* Open addressing with linear probing; at most half full. */
#define SLOTS_AT_FIRST 1024U
#define INLINE_BYTES 20

enum state {
    SLOT_FREE,
    SLOT_TAKEN,
    SLOT_AMBIGUOUS,
};

/* 32 bytes: two slots share a line of the cache. */
struct slot {
    int64_t id;
    unsigned char key[INLINE_BYTES]; /* or the place in bytes and the hash */
    uint16_t inline_len;             /* LONG_KEY: not in the slot */
    uint8_t state;
};
#define LONG_KEY UINT16_MAX

/* Keys that were added and wait for their slots to come into the cache. */
#define WAITING_MAX 32

struct rp_keytable {
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    struct slot waiting[WAITING_MAX];
    uint64_t waiting_hash[WAITING_MAX];
    size_t waiting_count;
    struct rp_buf bytes; /* long keys, each behind its length */
};

struct place {
    uint64_t at;
    uint64_t hash;
};

static struct place
place_of(const struct slot *slot)
{
    struct place place;

    memcpy(&place, slot->key, sizeof place);
    return place;
}

static struct rp_slice
long_key(const struct rp_keytable *table, uint64_t at)
{
    size_t len;

    memcpy(&len, table->bytes.ptr + at, sizeof len);
    return (struct rp_slice){ table->bytes.ptr + at + sizeof len, len };
}

static bool
holds(const struct rp_keytable *table, const struct slot *slot,
      struct rp_slice key, uint64_t hash)
{
    if (key.len <= INLINE_BYTES)
        return slot->inline_len == key.len &&
               rp_same(slot->key, key.ptr, key.len);
    return slot->inline_len == LONG_KEY && place_of(slot).hash == hash &&
           rp_slice_eq(long_key(table, place_of(slot).at), key);
}

static struct slot *
find_slot(const struct rp_keytable *table, struct rp_slice key, uint64_t hash)
{
    size_t mask = table->slot_count - 1;
    size_t at = (size_t)hash & mask;

    while (table->slots[at].state != SLOT_FREE &&
           !holds(table, &table->slots[at], key, hash))
        at = (at + 1) & mask;
    return &table->slots[at];
}

static uint64_t
hash_of(struct rp_slice key)
{
    return rp_hash128(key).lo;
}

static uint64_t
hash_of_slot(const struct slot *slot)
{
    struct rp_slice key = { slot->key, slot->inline_len };

    return slot->inline_len == LONG_KEY ? place_of(slot).hash : hash_of(key);
}

static enum rp_status
grow(struct rp_keytable *table, struct rp_err *err)
{
    size_t count =
        table->slot_count == 0 ? SLOTS_AT_FIRST : table->slot_count * 2;
    struct slot *slots = rp_zalloc_table(count, sizeof *slots);

    if (slots == NULL)
        return rp_fail_nomem(err, "hold the keys");
    for (size_t i = 0; i < table->slot_count; i++) {
        size_t at = 0;

        if (table->slots[i].state == SLOT_FREE)
            continue;
        at = (size_t)hash_of_slot(&table->slots[i]) & (count - 1);
        while (slots[at].state != SLOT_FREE)
            at = (at + 1) & (count - 1);
        slots[at] = table->slots[i];
    }
    rp_free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return RP_OK;
}

static bool
is_half_full(const struct rp_keytable *table)
{
    return (table->used + table->waiting_count) * 2 >= table->slot_count;
}

enum rp_status
rp_keytable_open(struct rp_keytable **out_table, struct rp_err *err)
{
    struct rp_keytable *table = rp_zalloc(sizeof *table);
    enum rp_status status;

    if (table == NULL)
        return rp_fail_nomem(err, "hold the keys");
    status = grow(table, err);
    if (status == RP_OK)
        *out_table = table;
    else
        rp_keytable_close(table);
    return status;
}

bool
rp_keytable_has_room(const struct rp_keytable *table, struct rp_slice key,
                     size_t most_bytes)
{
    size_t slots = table->slot_count * (is_half_full(table) ? 2 : 1);
    size_t bytes = table->bytes.cap;

    if (key.len > INLINE_BYTES &&
        bytes - table->bytes.len < sizeof key.len + key.len)
        bytes = bytes * 2 + key.len;
    return slots * sizeof *table->slots + bytes <= most_bytes;
}

size_t
rp_keytable_bytes(const struct rp_keytable *table)
{
    return table->slot_count * sizeof *table->slots + table->bytes.cap;
}

static enum rp_status
put_key(struct rp_keytable *table, struct slot *slot, struct rp_slice key,
        uint64_t hash, struct rp_err *err)
{
    struct place place = { table->bytes.len, hash };

    if (key.len <= INLINE_BYTES) {
        rp_copy(slot->key, key.ptr, key.len);
        slot->inline_len = (uint16_t)key.len;
        return RP_OK;
    }
    memcpy(slot->key, &place, sizeof place);
    slot->inline_len = LONG_KEY;
    rp_buf_put(&table->bytes, &key.len, sizeof key.len);
    rp_buf_slice(&table->bytes, key);
    return rp_buf_status(&table->bytes, err);
}

/* The key that a slot holds. */
static struct rp_slice
key_in(const struct rp_keytable *table, const struct slot *slot)
{
    if (slot->inline_len == LONG_KEY)
        return long_key(table, place_of(slot).at);
    return (struct rp_slice){ slot->key, slot->inline_len };
}

static void
insert(struct rp_keytable *table, const struct slot *added, uint64_t hash)
{
    struct slot *slot = find_slot(table, key_in(table, added), hash);

    if (slot->state != SLOT_FREE) {
        slot->state = SLOT_AMBIGUOUS;
        return;
    }
    *slot = *added;
    table->used++;
}

enum rp_status
rp_keytable_settle(struct rp_keytable *table, struct rp_err *err)
{
    enum rp_status status = is_half_full(table) ? grow(table, err) : RP_OK;

    for (size_t i = 0; i < table->waiting_count && status == RP_OK; i++)
        insert(table, &table->waiting[i], table->waiting_hash[i]);
    table->waiting_count = 0;
    return status;
}

enum rp_status
rp_keytable_add(struct rp_keytable *table, struct rp_slice key, int64_t id,
                struct rp_err *err)
{
    struct slot *slot = &table->waiting[table->waiting_count];
    uint64_t hash = hash_of(key);
    enum rp_status status = put_key(table, slot, key, hash, err);

    if (status != RP_OK)
        return status;
    slot->state = SLOT_TAKEN;
    slot->id = id;
    RP_PREFETCH(&table->slots[(size_t)hash & (table->slot_count - 1)]);
    table->waiting_hash[table->waiting_count++] = hash;
    return table->waiting_count < WAITING_MAX ? RP_OK
                                              : rp_keytable_settle(table, err);
}

static void
find_one(const struct rp_keytable *table, struct rp_key_sought *sought)
{
    const struct slot *slot = find_slot(table, sought->key, sought->hash);

    if (slot->state == SLOT_FREE) {
        sought->result = RP_KEY_UNKNOWN;
    } else if (slot->state == SLOT_AMBIGUOUS) {
        sought->result = RP_KEY_AMBIGUOUS;
    } else {
        sought->result = RP_KEY_FOUND;
        sought->id = slot->id;
    }
}

void
rp_keytable_find(const struct rp_keytable *table, struct rp_key_sought *sought,
                 size_t count)
{
    assert(table->waiting_count == 0);
    for (size_t i = 0; i < count; i++) {
        sought[i].hash = hash_of(sought[i].key);
        RP_PREFETCH(
            &table->slots[(size_t)sought[i].hash & (table->slot_count - 1)]);
    }
    for (size_t i = 0; i < count; i++)
        find_one(table, &sought[i]);
}

void
rp_keytable_close(struct rp_keytable *table)
{
    if (table == NULL)
        return;
    rp_free(table->slots);
    rp_buf_release(&table->bytes);
    rp_free(table);
}
