/* see keyring.h */
#include "proof/keyring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/slice.h"

/* "-9223372036854775808" and a NUL */
#define DIGITS_BYTES 24

struct holder {
    int64_t id;
    struct rp_hash128 key;
    bool keyed; /* false: its key is NULL or cannot be written in a source */
};

struct rp_keyring {
    struct rp_key_shape shape;
    struct holder *holders; /* by id */
    size_t count;
    size_t capacity;
    size_t last;             /* where the last id was found */
    struct rp_hash128 *keys; /* sorted */
    size_t key_count;
    struct rp_buf text;
};

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
visit(void *ctx, int64_t id, const struct rp_cell *cells, struct rp_err *err)
{
    struct rp_keyring *ring = ctx;
    struct holder holder = { .id = id, .keyed = true };
    void *holders = ring->holders;
    enum rp_status status;

    if (rp_grow(&holders, &ring->capacity, ring->count + 1,
                sizeof *ring->holders) != 0)
        return rp_fail_nomem(err, "hold the keys for the proof");
    ring->holders = holders;
    rp_buf_reset(&ring->text);
    for (size_t i = 0; i < ring->shape.count && holder.keyed; i++)
        holder.keyed = put_cell(&ring->text, &cells[i], ring->shape.integer[i]);
    status = rp_buf_status(&ring->text, err);
    if (status == RP_OK && holder.keyed)
        holder.key = rp_hash128(rp_buf_view(&ring->text));
    ring->holders[ring->count++] = holder;
    return status;
}

static int
compare_keys(const void *left, const void *right)
{
    const struct rp_hash128 *a = left;
    const struct rp_hash128 *b = right;

    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    return (a->lo > b->lo) - (a->lo < b->lo);
}

static enum rp_status
sort_keys(struct rp_keyring *ring, struct rp_err *err)
{
    ring->keys = rp_zalloc_array(ring->count + 1, sizeof *ring->keys);
    if (ring->keys == NULL)
        return rp_fail_nomem(err, "hold the keys for the proof");
    for (size_t i = 0; i < ring->count; i++)
        if (ring->holders[i].keyed)
            ring->keys[ring->key_count++] = ring->holders[i].key;
    qsort(ring->keys, ring->key_count, sizeof *ring->keys, compare_keys);
    return RP_OK;
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
    status = rp_keys_scan(db, shape, &visitor, err);
    if (status == RP_OK)
        status = sort_keys(ring, err);
    if (status == RP_OK)
        *out_ring = ring;
    else
        rp_keyring_close(ring);
    return status;
}

static const struct holder *
find(struct rp_keyring *ring, int64_t id)
{
    size_t low = 0;
    size_t high = ring->count;

    for (size_t next = ring->last; next < ring->count && next < ring->last + 2;
         next++)
        if (ring->holders[next].id == id) {
            ring->last = next;
            return &ring->holders[next];
        }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ring->holders[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ring->count || ring->holders[low].id != id)
        return NULL;
    ring->last = low;
    return &ring->holders[low];
}

bool
rp_keyring_key(struct rp_keyring *ring, int64_t id, struct rp_hash128 *out_key)
{
    const struct holder *holder = find(ring, id);

    if (holder == NULL || !holder->keyed)
        return false;
    *out_key = holder->key;
    return true;
}

bool
rp_keyring_has_id(struct rp_keyring *ring, int64_t id)
{
    return find(ring, id) != NULL;
}

/* The number as SQLite would print it; false when it is none that fits. */
static bool
normal_integer(struct rp_slice text, char digits[DIGITS_BYTES])
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    size_t at = minus ? 1 : 0;
    size_t len;
    char *end = NULL;

    if (at == text.len)
        return false;
    for (size_t i = at; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    while (at + 1 < text.len && text.ptr[at] == '0')
        at++;
    len = text.len - at;
    if (len > DIGITS_BYTES - 3 || (minus && text.ptr[at] == '0'))
        return false;
    digits[0] = '-';
    memcpy(digits + (minus ? 1 : 0), text.ptr + at, len);
    digits[len + (minus ? 1 : 0)] = '\0';
    errno = 0;
    (void)strtoll(digits, &end, 10);
    return errno == 0 && *end == '\0';
}

static bool
make_key(struct rp_keyring *ring, const struct rp_slice *fields,
         const struct rp_key_columns *columns, bool trim)
{
    char digits[DIGITS_BYTES];

    rp_buf_reset(&ring->text);
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];

        if (trim)
            field = rp_slice_trim(field);
        if (field.len == 0)
            return false;
        if (ring->shape.integer[i]) {
            if (!normal_integer(field, digits))
                return false;
            field = rp_slice_str(digits);
        }
        put_part(&ring->text, field);
    }
    return true;
}

/* How many rows have this key: 0, 1, or 2 for more. */
static int
holders_of(const struct rp_keyring *ring, struct rp_hash128 key)
{
    const struct rp_hash128 *found =
        bsearch(&key, ring->keys, ring->key_count, sizeof key, compare_keys);
    const struct rp_hash128 *end = ring->keys + ring->key_count;

    if (found == NULL)
        return 0;
    if ((found > ring->keys && rp_hash128_eq(found[-1], key)) ||
        (found + 1 < end && rp_hash128_eq(found[1], key)))
        return 2;
    return 1;
}

enum rp_status
rp_keyring_field_key(struct rp_keyring *ring, const struct rp_slice *fields,
                     const struct rp_key_columns *columns,
                     struct rp_field_key *out_key, struct rp_err *err)
{
    int holders = 0;

    for (int trim = 0; trim < 2 && holders == 0; trim++) {
        if (!make_key(ring, fields, columns, trim == 1))
            continue;
        out_key->key = rp_hash128(rp_buf_view(&ring->text));
        holders = holders_of(ring, out_key->key);
    }
    out_key->known = holders == 1;
    return rp_buf_status(&ring->text, err);
}

void
rp_keyring_close(struct rp_keyring *ring)
{
    if (ring == NULL)
        return;
    rp_free(ring->holders);
    rp_free(ring->keys);
    rp_buf_release(&ring->text);
    rp_free(ring);
}
