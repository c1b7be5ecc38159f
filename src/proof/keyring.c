/* see keyring.h */
#include "proof/keyring.h"

#include <assert.h>

#include "base/be.h"
#include "base/idset.h"
#include "base/keysearch.h"
#include "base/mem.h"
#include "base/spool.h"
#include "proof/keyset.h"

/* A row on disk: the id, its sign bit turned, and the key. */
#define ID_BYTES 8
#define ROW_BYTES (ID_BYTES + RP_KEYRING_KEY_BYTES)
#define ID_SIGN ((uint64_t)1 << 63)

struct rp_keyring {
    struct rp_keyring_request request;
    struct rp_keynorm norm;
    bool direct; /* it is the INTEGER PRIMARY KEY: every key is its row's id */
    struct rp_idset id_set;
    /* Otherwise the rows by id; ids is NULL when they follow one another
     * without a gap. */
    int64_t *ids;
    struct rp_hash128 *keys;
    size_t count;
    size_t id_capacity;
    size_t key_capacity;
    int64_t first_id;
    size_t last; /* where the last id was found */
    struct rp_keyset set;
    size_t set_bytes;        /* and of what follows */
    uint32_t *rows_by_place; /* of the set's keys; NULL without ids */
    /* Spilled, there is none of all this but a set of ids, if it is small. */
    bool full;
    bool ids_known;
    struct rp_spool *rows;
    struct rp_key_search *by_id;
    struct rp_sorter *sorted;
};

static void
drop(struct rp_keyring *ring)
{
    rp_free(ring->ids);
    ring->ids = NULL;
    rp_free(ring->keys);
    ring->keys = NULL;
    ring->count = 0;
    rp_free(ring->rows_by_place);
    ring->rows_by_place = NULL;
    rp_keyset_release(&ring->set);
    rp_idset_release(&ring->id_set);
}

static enum rp_status
give_up(struct rp_keyring *ring)
{
    drop(ring);
    ring->full = true;
    return RP_OK;
}

static enum rp_status
make_room(struct rp_keyring *ring, struct rp_err *err)
{
    void *ids = ring->ids;
    void *keys = ring->keys;

    if (rp_grow(&ids, &ring->id_capacity, ring->count + 1, sizeof *ring->ids) !=
        0)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->ids = ids;
    if (rp_grow(&keys, &ring->key_capacity, ring->count + 1,
                sizeof *ring->keys) != 0)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->keys = keys;
    return RP_OK;
}

/* May one more row be held? */
static bool
has_room(const struct rp_keyring *ring)
{
    size_t capacity = ring->key_capacity;

    if (ring->count == capacity)
        capacity *= 2;
    return capacity * (sizeof *ring->ids + sizeof *ring->keys) <=
           ring->request.memory_bytes;
}

static enum rp_status
hold_id(struct rp_keyring *ring, int64_t id, struct rp_err *err)
{
    if (!rp_idset_add(&ring->id_set, id))
        return rp_fail_nomem(err, "hold the keys for the proof");
    return rp_idset_bytes(&ring->id_set) <= ring->request.memory_bytes
               ? RP_OK
               : give_up(ring);
}

/* The first scan: into memory, as long as there is room. */
static enum rp_status
hold_row(void *ctx, int64_t id, const struct rp_cell *cells, struct rp_err *err)
{
    struct rp_keyring *ring = ctx;
    struct rp_hash128 key = rp_no_key;
    enum rp_status status;

    if (ring->full)
        return RP_OK;
    if (ring->direct)
        return hold_id(ring, id, err);
    if (!has_room(ring))
        return give_up(ring);
    status = make_room(ring, err);
    if (status == RP_OK)
        status = rp_keynorm_of_cells(&ring->norm, cells, &key, err);
    if (status != RP_OK)
        return status;
    ring->ids[ring->count] = id;
    ring->keys[ring->count++] = key;
    return RP_OK;
}

/* Where the row of a key is. */
static enum rp_status
make_index(struct rp_keyring *ring, struct rp_err *err)
{
    uint64_t places = rp_keyset_places(&ring->set);
    size_t bytes = (size_t)places * sizeof *ring->rows_by_place;
    size_t held = rp_keyring_bytes(ring);

    if (held + bytes > ring->request.memory_bytes || ring->count > UINT32_MAX)
        return give_up(ring);
    ring->rows_by_place =
        rp_zalloc_array((size_t)places, sizeof *ring->rows_by_place);
    if (ring->rows_by_place == NULL)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->set_bytes += bytes;
    for (size_t i = 0; i < ring->count; i++)
        if (!rp_hash128_eq(ring->keys[i], rp_no_key))
            ring->rows_by_place[rp_keyset_place(&ring->set, ring->keys[i])] =
                (uint32_t)i;
    return RP_OK;
}

static enum rp_status
make_set(struct rp_keyring *ring, struct rp_err *err)
{
    size_t held = rp_keyring_bytes(ring);

    ring->set_bytes =
        rp_keyset_bytes(ring->keys, ring->count, ring->norm.number);
    if (held + ring->set_bytes > ring->request.memory_bytes)
        return give_up(ring);
    if (!rp_keyset_init(&ring->set, ring->keys, ring->count, ring->norm.number))
        return rp_fail_nomem(err, "hold the keys for the proof");
    return ring->request.with_ids ? make_index(ring, err) : RP_OK;
}

/* Gives back what can be computed. */
static void
shrink(struct rp_keyring *ring)
{
    if (ring->count == 0)
        return;
    ring->first_id = ring->ids[0];
    if ((uint64_t)ring->ids[ring->count - 1] - (uint64_t)ring->first_id ==
        ring->count - 1) {
        rp_free(ring->ids);
        ring->ids = NULL;
    }
}

/* The second scan, where there was no room. */
static enum rp_status
spill_row(void *ctx, int64_t id, const struct rp_cell *cells,
          struct rp_err *err)
{
    struct rp_keyring *ring = ctx;
    unsigned char row[ROW_BYTES + ID_BYTES];
    struct rp_slice by_id = { row, ROW_BYTES };
    struct rp_hash128 key = rp_no_key;
    enum rp_status status = rp_keynorm_of_cells(&ring->norm, cells, &key, err);

    rp_put_be64(row, (uint64_t)id ^ ID_SIGN);
    rp_hash128_put(row + ID_BYTES, key);
    rp_put_be64(row + ROW_BYTES, (uint64_t)id);
    if (status == RP_OK)
        status = rp_spool_put(ring->rows, by_id, err);
    if (status == RP_OK && !rp_hash128_eq(key, rp_no_key))
        status = rp_sorter_add(ring->sorted, row + ID_BYTES, err);
    if (status != RP_OK || !ring->ids_known)
        return status;
    if (!rp_idset_add(&ring->id_set, id))
        return rp_fail_nomem(err, "hold the keys for the proof");
    if (rp_idset_bytes(&ring->id_set) > ring->request.spill_bytes / 2) {
        rp_idset_release(&ring->id_set);
        ring->ids_known = false;
    }
    return RP_OK;
}

static enum rp_status
spill(struct rp_keyring *ring, struct rp_err *err)
{
    const struct rp_keyring_request *request = &ring->request;
    const char *folder = rp_db_folder(request->db);
    struct rp_sort_shape sort = { RP_KEYRING_KEY_BYTES, RP_KEYRING_KEY_BYTES,
                                  request->spill_bytes };
    const struct rp_search_shape by_id = { ROW_BYTES, ID_BYTES };
    struct rp_key_visitor visitor = { spill_row, ring };
    enum rp_status status = rp_spool_open(folder, 0, &ring->rows, err);

    if (request->with_ids)
        sort.record_bytes += RP_KEYRING_ID_BYTES;
    ring->ids_known = true;
    if (status == RP_OK)
        status = rp_sorter_open(&sort, folder, &ring->sorted, err);
    if (status == RP_OK)
        status = rp_keys_scan(request->db, request->shape, &visitor, err);
    if (status == RP_OK)
        status = rp_spool_flush(ring->rows, err);
    if (status == RP_OK)
        status = rp_key_search_open(ring->rows, by_id, &ring->by_id, err);
    return status == RP_OK ? rp_sorter_finish(ring->sorted, err) : status;
}

enum rp_status
rp_keyring_open(const struct rp_keyring_request *request,
                struct rp_keyring **out_ring, struct rp_err *err)
{
    const struct rp_key_shape *shape = request->shape;
    struct rp_keyring *ring = rp_zalloc(sizeof *ring);
    struct rp_key_visitor visitor = { hold_row, ring };
    enum rp_status status;

    if (ring == NULL)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->request = *request;
    rp_keynorm_init(&ring->norm, shape);
    ring->direct = ring->norm.number &&
                   (int)shape->column[0] == shape->table->rowid_column;
    status = rp_keys_scan(request->db, shape, &visitor, err);
    if (status == RP_OK && !ring->full && !ring->direct)
        status = make_set(ring, err);
    if (status == RP_OK && ring->full)
        status = spill(ring, err);
    if (status == RP_OK) {
        shrink(ring);
        *out_ring = ring;
    } else {
        rp_keyring_close(ring);
    }
    return status;
}

bool
rp_keyring_is_spilled(const struct rp_keyring *ring)
{
    return ring->full;
}

size_t
rp_keyring_bytes(const struct rp_keyring *ring)
{
    if (ring->full)
        return ring->request.spill_bytes;
    if (ring->direct)
        return rp_idset_bytes(&ring->id_set);
    return ring->id_capacity * sizeof *ring->ids +
           ring->key_capacity * sizeof *ring->keys + ring->set_bytes;
}

static bool
search(struct rp_keyring *ring, int64_t id)
{
    size_t low = 0;
    size_t high = ring->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ring->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    ring->last = low;
    return low < ring->count && ring->ids[low] == id;
}

/* Sets last to the row's place. */
static bool
find(struct rp_keyring *ring, int64_t id)
{
    if (ring->ids == NULL) {
        uint64_t place = (uint64_t)id - (uint64_t)ring->first_id;

        ring->last = (size_t)place;
        return place < ring->count;
    }
    for (size_t i = 0; i < 2 && ring->last + i < ring->count; i++)
        if (ring->ids[ring->last + i] == id) {
            ring->last += i;
            return true;
        }
    return search(ring, id);
}

/* NULL: there is no such row. */
static enum rp_status
find_spilled(struct rp_keyring *ring, int64_t id, const unsigned char **out_row,
             struct rp_err *err)
{
    unsigned char key[ID_BYTES];

    rp_put_be64(key, (uint64_t)id ^ ID_SIGN);
    return rp_key_search_find(ring->by_id, key, out_row, err);
}

static enum rp_status
key_of_spilled(struct rp_keyring *ring, int64_t id,
               struct rp_field_key *out_key, struct rp_err *err)
{
    const unsigned char *row = NULL;
    enum rp_status status = find_spilled(ring, id, &row, err);

    if (status != RP_OK || row == NULL)
        return status;
    out_key->key = rp_hash128_get(row + ID_BYTES);
    out_key->known = !rp_hash128_eq(out_key->key, rp_no_key);
    return RP_OK;
}

enum rp_status
rp_keyring_key(struct rp_keyring *ring, int64_t id,
               struct rp_field_key *out_key, struct rp_err *err)
{
    *out_key = (struct rp_field_key){ .known = false };
    if (ring->full)
        return key_of_spilled(ring, id, out_key, err);
    if (ring->direct) {
        out_key->known = rp_idset_has(&ring->id_set, id);
        out_key->key = rp_keynorm_number(id);
    } else if (find(ring, id)) {
        out_key->key = ring->keys[ring->last];
        out_key->known = !rp_hash128_eq(out_key->key, rp_no_key);
    }
    return RP_OK;
}

enum rp_status
rp_keyring_has_id(struct rp_keyring *ring, int64_t id, bool *out_has,
                  struct rp_err *err)
{
    const unsigned char *row = NULL;
    enum rp_status status = RP_OK;

    if (ring->full && !ring->ids_known) {
        status = find_spilled(ring, id, &row, err);
        *out_has = row != NULL;
    } else if (ring->full || ring->direct) {
        *out_has = rp_idset_has(&ring->id_set, id);
    } else {
        *out_has = find(ring, id);
    }
    return status;
}

static enum rp_field_fate
look_up(const struct rp_keyring *ring, struct rp_hash128 key)
{
    bool there = false;

    if (ring->direct)
        return rp_idset_has(&ring->id_set, (int64_t)key.lo) ? RP_FIELD_KNOWN
                                                            : RP_FIELD_UNKNOWN;
    if (rp_keyset_once(&ring->set, key, &there))
        return RP_FIELD_KNOWN;
    return there ? RP_FIELD_AMBIGUOUS : RP_FIELD_UNKNOWN;
}

static int64_t
id_of(const struct rp_keyring *ring, struct rp_hash128 key)
{
    uint32_t row;

    if (ring->direct)
        return (int64_t)key.lo;
    row = ring->rows_by_place[rp_keyset_place(&ring->set, key)];
    return ring->ids != NULL ? ring->ids[row] : ring->first_id + row;
}

static void
set_fate(const struct rp_keyring *ring, enum rp_field_fate fate,
         struct rp_field_key *key)
{
    key->fate = fate;
    key->known = fate == RP_FIELD_KNOWN;
    if (key->known && ring->request.with_ids)
        key->id = id_of(ring, key->key);
}

static bool
is_there(enum rp_field_fate fate)
{
    return fate == RP_FIELD_KNOWN || fate == RP_FIELD_AMBIGUOUS;
}

enum rp_status
rp_keyring_field_key(struct rp_keyring *ring, const struct rp_slice *fields,
                     const struct rp_key_columns *columns,
                     struct rp_field_key *out_key, struct rp_err *err)
{
    enum rp_field_fate fate = RP_FIELD_UNKNOWN;

    for (int trim = 0; trim < 2 && !is_there(fate); trim++) {
        fate = rp_keynorm_of_fields(&ring->norm, fields, columns, trim == 1,
                                    &out_key->key);
        if (fate == RP_FIELD_KNOWN)
            fate = look_up(ring, out_key->key);
    }
    set_fate(ring, fate, out_key);
    return rp_buf_status(&ring->norm.text, err);
}

enum rp_status
rp_keyring_field_keys(struct rp_keyring *ring,
                      const struct rp_fields_asked *asked,
                      struct rp_field_key *out_keys, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    assert(asked->count <= RP_BATCH_RECORDS);
    for (size_t i = 0; i < asked->count; i++) {
        struct rp_field_key *key = &out_keys[i];

        key->fate = rp_keynorm_of_fields(&ring->norm, asked->records[i],
                                         asked->columns, false, &key->key);
        if (key->fate == RP_FIELD_KNOWN && !ring->direct)
            rp_keyset_prefetch(&ring->set, key->key);
    }
    for (size_t i = 0; i < asked->count && status == RP_OK; i++) {
        struct rp_field_key *key = &out_keys[i];
        enum rp_field_fate fate = key->fate;

        if (fate == RP_FIELD_KNOWN)
            fate = look_up(ring, key->key);
        if (is_there(fate))
            set_fate(ring, fate, key);
        else
            status = rp_keyring_field_key(ring, asked->records[i],
                                          asked->columns, key, err);
    }
    return status == RP_OK ? rp_buf_status(&ring->norm.text, err) : status;
}

bool
rp_keyring_with_ids(const struct rp_keyring *ring)
{
    return ring->request.with_ids;
}

struct rp_keynorm *
rp_keyring_norm(struct rp_keyring *ring)
{
    return &ring->norm;
}

struct rp_sorter *
rp_keyring_keys(const struct rp_keyring *ring)
{
    return ring->sorted;
}

void
rp_keyring_close(struct rp_keyring *ring)
{
    if (ring == NULL)
        return;
    drop(ring);
    rp_key_search_close(ring->by_id);
    rp_spool_close(ring->rows);
    rp_sorter_close(ring->sorted);
    rp_keynorm_release(&ring->norm);
    rp_free(ring);
}
