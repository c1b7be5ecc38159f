/* see keyring.h */
#include "proof/keyring.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/idset.h"
#include "base/mem.h"
#include "base/slice.h"
#include "proof/keyset.h"

/* "-9223372036854775808" and a NUL */
#define DIGITS_BYTES 24

struct rp_keyring {
    struct rp_key_shape shape;
    bool number; /* the key is one integer */
    bool direct; /* it is the INTEGER PRIMARY KEY: every key is its row's id */
    struct rp_idset direct_ids;
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
    struct rp_buf text;
};

/* A row whose key is NULL, or cannot be written in a source. */
static const struct rp_hash128 no_key = { UINT64_MAX, UINT64_MAX };

static struct rp_hash128
number_key(int64_t number)
{
    return (struct rp_hash128){ RP_KEY_NUMBER_HI, (uint64_t)number };
}

/* One part of a key: its length, then its bytes; numbers as decimal text. */
static void
put_part(struct rp_buf *out, struct rp_slice text)
{
    rp_buf_be64(out, text.len);
    rp_buf_slice(out, text);
}

static bool
put_cell(struct rp_buf *out, const struct rp_cell *cell, bool integer)
{
    if (cell->type == RP_CELL_INT) {
        char digits[DIGITS_BYTES];

        (void)snprintf(digits, sizeof digits, "%" PRId64, cell->integer);
        put_part(out, rp_slice_str(digits));
        return true;
    }
    if (integer || (cell->type != RP_CELL_TEXT && cell->type != RP_CELL_BLOB))
        return false;
    put_part(out, cell->bytes);
    return true;
}

static enum rp_status
key_of_cells(struct rp_keyring *ring, const struct rp_cell *cells,
             struct rp_hash128 *out_key, struct rp_err *err)
{
    bool usable = true;
    enum rp_status status;

    *out_key = no_key;
    if (ring->number) {
        if (cells[0].type == RP_CELL_INT)
            *out_key = number_key(cells[0].integer);
        return RP_OK;
    }
    rp_buf_reset(&ring->text);
    for (size_t i = 0; i < ring->shape.count && usable; i++)
        usable = put_cell(&ring->text, &cells[i], ring->shape.integer[i]);
    status = rp_buf_status(&ring->text, err);
    if (status == RP_OK && usable)
        *out_key = rp_hash128(rp_buf_view(&ring->text));
    return status;
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

static enum rp_status
visit(void *ctx, int64_t id, const struct rp_cell *cells, struct rp_err *err)
{
    struct rp_keyring *ring = ctx;
    struct rp_hash128 key = no_key;
    enum rp_status status;

    if (ring->direct)
        return rp_idset_add(&ring->direct_ids, id)
                   ? RP_OK
                   : rp_fail_nomem(err, "hold the keys for the proof");
    status = make_room(ring, err);

    if (status == RP_OK)
        status = key_of_cells(ring, cells, &key, err);
    if (status != RP_OK)
        return status;
    ring->ids[ring->count] = id;
    ring->keys[ring->count++] = key;
    return RP_OK;
}

/* The keys that there are, at the front of a copy. */
static enum rp_status
make_set(struct rp_keyring *ring, struct rp_err *err)
{
    struct rp_hash128 *keys = rp_zalloc_array(ring->count + 1, sizeof *keys);
    size_t count = 0;
    bool made;

    if (keys == NULL)
        return rp_fail_nomem(err, "hold the keys for the proof");
    for (size_t i = 0; i < ring->count; i++)
        if (!rp_hash128_eq(ring->keys[i], no_key))
            keys[count++] = ring->keys[i];
    made = rp_keyset_init(&ring->set, keys, count, ring->number);
    rp_free(keys);
    return made ? RP_OK : rp_fail_nomem(err, "hold the keys for the proof");
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

enum rp_status
rp_keyring_open(struct rp_db *db, const struct rp_key_shape *shape,
                struct rp_keyring **out_ring, struct rp_err *err)
{
    struct rp_keyring *ring = rp_zalloc(sizeof *ring);
    struct rp_key_visitor visitor = { visit, ring };
    enum rp_status status;

    if (ring == NULL)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->shape = *shape;
    ring->number = shape->count == 1 && shape->integer[0];
    ring->direct =
        ring->number && (int)shape->column[0] == shape->table->rowid_column;
    status = rp_keys_scan(db, shape, &visitor, err);
    if (status == RP_OK && !ring->direct)
        status = make_set(ring, err);
    if (status == RP_OK) {
        shrink(ring);
        *out_ring = ring;
    } else {
        rp_keyring_close(ring);
    }
    return status;
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

bool
rp_keyring_key(struct rp_keyring *ring, int64_t id, struct rp_hash128 *out_key)
{
    if (ring->direct) {
        *out_key = number_key(id);
        return rp_idset_has(&ring->direct_ids, id);
    }
    if (!find(ring, id))
        return false;
    *out_key = ring->keys[ring->last];
    return !rp_hash128_eq(*out_key, no_key);
}

bool
rp_keyring_has_id(struct rp_keyring *ring, int64_t id)
{
    return ring->direct ? rp_idset_has(&ring->direct_ids, id) : find(ring, id);
}

/* Decimal digits, a minus in front or not, within int64; no minus zero.
 * Counted downwards, where there is one number more than upwards. */
static bool
read_integer(struct rp_slice text, int64_t *out_number)
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    int64_t number = 0;

    if (text.len == (minus ? 1 : 0))
        return false;
    for (size_t i = minus ? 1 : 0; i < text.len; i++) {
        int digit = text.ptr[i] - '0';

        if (digit < 0 || digit > 9 || number < INT64_MIN / 10 ||
            number * 10 < INT64_MIN + digit)
            return false;
        number = number * 10 - digit;
    }
    if (minus ? number == 0 : number == INT64_MIN)
        return false;
    *out_number = minus ? number : -number;
    return true;
}

static bool
put_field(struct rp_keyring *ring, size_t part, struct rp_slice field)
{
    char digits[DIGITS_BYTES];
    int64_t number = 0;

    if (field.len == 0)
        return false;
    if (!ring->shape.integer[part]) {
        put_part(&ring->text, field);
        return true;
    }
    if (!read_integer(field, &number))
        return false;
    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    put_part(&ring->text, rp_slice_str(digits));
    return true;
}

static bool
make_key(struct rp_keyring *ring, const struct rp_slice *fields,
         const struct rp_key_columns *columns, bool trim,
         struct rp_hash128 *out_key)
{
    int64_t number = 0;

    rp_buf_reset(&ring->text);
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];

        if (trim)
            field = rp_slice_trim(field);
        if (ring->number) {
            if (!read_integer(field, &number))
                return false;
            *out_key = number_key(number);
            return true;
        }
        if (!put_field(ring, i, field))
            return false;
    }
    *out_key = rp_hash128(rp_buf_view(&ring->text));
    return true;
}

static bool
holds_once(const struct rp_keyring *ring, struct rp_hash128 key,
           bool *out_there)
{
    if (!ring->direct)
        return rp_keyset_once(&ring->set, key, out_there);
    *out_there = rp_idset_has(&ring->direct_ids, (int64_t)key.lo);
    return *out_there;
}

enum rp_status
rp_keyring_field_key(struct rp_keyring *ring, const struct rp_slice *fields,
                     const struct rp_key_columns *columns,
                     struct rp_field_key *out_key, struct rp_err *err)
{
    bool there = false;

    out_key->known = false;
    for (int trim = 0; trim < 2 && !there; trim++) {
        if (!make_key(ring, fields, columns, trim == 1, &out_key->key))
            continue;
        out_key->known = holds_once(ring, out_key->key, &there);
    }
    return rp_buf_status(&ring->text, err);
}

void
rp_keyring_close(struct rp_keyring *ring)
{
    if (ring == NULL)
        return;
    rp_free(ring->ids);
    rp_free(ring->keys);
    rp_keyset_release(&ring->set);
    rp_idset_release(&ring->direct_ids);
    rp_buf_release(&ring->text);
    rp_free(ring);
}
