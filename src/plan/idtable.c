/* see idtable.h */
#include "plan/idtable.h"

#include "base/bitset.h"
#include "base/mem.h"

/* A range of so many places per key is still worth an array. */
#define SPARSE_MAX 8U
#define SPARSE_FLOOR 4096U

struct pair {
    int64_t key;
    int64_t id;
};

struct rp_idtable {
    struct pair *pairs; /* as added; afterwards slots when hashed */
    size_t count;
    size_t capacity;
    int64_t least;
    int64_t most;
    /* One bit per place: a key of the range, or a slot of the hash. */
    struct rp_bitset taken;
    struct rp_bitset twice;
    uint64_t places;
    int64_t *ids; /* of the range */
    bool hashed;
};

enum rp_status
rp_idtable_open(struct rp_idtable **out_table, struct rp_err *err)
{
    struct rp_idtable *table = rp_zalloc(sizeof *table);

    if (table == NULL)
        return rp_fail_nomem(err, "hold the keys");
    *out_table = table;
    return RP_OK;
}

enum rp_status
rp_idtable_add(struct rp_idtable *table, int64_t key, int64_t id,
               struct rp_err *err)
{
    void *pairs = table->pairs;

    if (rp_grow(&pairs, &table->capacity, table->count + 1,
                sizeof *table->pairs) != 0)
        return rp_fail_nomem(err, "hold the keys");
    table->pairs = pairs;
    if (table->count == 0 || key < table->least)
        table->least = key;
    if (table->count == 0 || key > table->most)
        table->most = key;
    table->pairs[table->count++] = (struct pair){ key, id };
    return RP_OK;
}

static enum rp_status
make_bits(struct rp_idtable *table, uint64_t places, struct rp_err *err)
{
    table->places = places;
    if (!rp_bitset_init(&table->taken, places) ||
        !rp_bitset_init(&table->twice, places))
        return rp_fail_nomem(err, "hold the keys");
    return RP_OK;
}

static uint64_t
place_in_range(const struct rp_idtable *table, int64_t key)
{
    return (uint64_t)key - (uint64_t)table->least;
}

static enum rp_status
make_range(struct rp_idtable *table, struct rp_err *err)
{
    uint64_t places = place_in_range(table, table->most) + 1;
    enum rp_status status = make_bits(table, places, err);

    if (status != RP_OK)
        return status;
    table->ids = rp_zalloc_array((size_t)places, sizeof *table->ids);
    if (table->ids == NULL)
        return rp_fail_nomem(err, "hold the keys");
    for (size_t i = 0; i < table->count; i++) {
        uint64_t place = place_in_range(table, table->pairs[i].key);

        if (rp_bitset_has(&table->taken, place))
            rp_bitset_add(&table->twice, place);
        rp_bitset_add(&table->taken, place);
        table->ids[place] = table->pairs[i].id;
    }
    rp_free(table->pairs);
    table->pairs = NULL;
    return RP_OK;
}

/* Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4. */
static uint64_t
first_slot(const struct rp_idtable *table, int64_t key)
{
    return ((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
           (table->places - 1);
}

static uint64_t
slot_of(const struct rp_idtable *table, const struct pair *slots, int64_t key)
{
    uint64_t slot = first_slot(table, key);

    while (rp_bitset_has(&table->taken, slot) && slots[slot].key != key)
        slot = (slot + 1) & (table->places - 1);
    return slot;
}

static uint64_t
slot_count(const struct rp_idtable *table)
{
    uint64_t places = SPARSE_FLOOR;

    while (places < (uint64_t)table->count * 2)
        places *= 2;
    return places;
}

static enum rp_status
make_hash(struct rp_idtable *table, struct rp_err *err)
{
    uint64_t places = slot_count(table);
    struct pair *slots;
    enum rp_status status;

    status = make_bits(table, places, err);
    if (status != RP_OK)
        return status;
    slots = rp_zalloc_array((size_t)places, sizeof *slots);
    if (slots == NULL)
        return rp_fail_nomem(err, "hold the keys");
    for (size_t i = 0; i < table->count; i++) {
        uint64_t slot = slot_of(table, slots, table->pairs[i].key);

        if (rp_bitset_has(&table->taken, slot))
            rp_bitset_add(&table->twice, slot);
        rp_bitset_add(&table->taken, slot);
        slots[slot] = table->pairs[i];
    }
    rp_free(table->pairs);
    table->pairs = slots;
    table->hashed = true;
    return RP_OK;
}

bool
rp_idtable_has_room(const struct rp_idtable *table, size_t most_bytes)
{
    size_t capacity = table->capacity;

    if (table->count == capacity)
        capacity *= 2;
    return capacity * sizeof *table->pairs <= most_bytes;
}

static bool
is_range(const struct rp_idtable *table)
{
    uint64_t width = place_in_range(table, table->most);

    return width < SPARSE_FLOOR + (uint64_t)table->count * SPARSE_MAX;
}

size_t
rp_idtable_finished_bytes(const struct rp_idtable *table)
{
    uint64_t places = is_range(table) ? place_in_range(table, table->most) + 1
                                      : slot_count(table);
    size_t each = is_range(table) ? sizeof *table->ids : sizeof *table->pairs;

    return (size_t)(places * each + places / 4);
}

enum rp_status
rp_idtable_finish(struct rp_idtable *table, struct rp_err *err)
{
    return is_range(table) ? make_range(table, err) : make_hash(table, err);
}

enum rp_key_result
rp_idtable_find(const struct rp_idtable *table, int64_t key, int64_t *out_id)
{
    uint64_t place = table->hashed ? slot_of(table, table->pairs, key)
                                   : place_in_range(table, key);

    if (place >= table->places || !rp_bitset_has(&table->taken, place))
        return RP_KEY_UNKNOWN;
    if (rp_bitset_has(&table->twice, place))
        return RP_KEY_AMBIGUOUS;
    *out_id = table->hashed ? table->pairs[place].id : table->ids[place];
    return RP_KEY_FOUND;
}

void
rp_idtable_close(struct rp_idtable *table)
{
    if (table == NULL)
        return;
    rp_free(table->pairs);
    rp_bitset_release(&table->taken);
    rp_bitset_release(&table->twice);
    rp_free(table->ids);
    rp_free(table);
}
