/* see resolve.h */
#include "plan/resolve.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/canon.h"
#include "base/hash.h"
#include "base/mem.h"

/* Open addressing with linear probing; at most half full. */
#define SLOTS_AT_FIRST 1024U

struct slot {
    uint64_t hash; /* 0: free */
    uint64_t at;   /* the key's place in bytes */
    uint32_t len;
    bool ambiguous;
    int64_t id;
};

struct rp_resolver {
    struct rp_key_shape shape;
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    struct rp_buf bytes; /* all keys, one after the other */
    struct rp_buf key;   /* the one being made */
};

bool
rp_parse_int64(struct rp_slice text, int64_t *out_value,
               bool *out_leading_zeros)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    size_t first = negative ? 1 : 0;
    uint64_t value = 0;

    if (text.len == first)
        return false;
    for (size_t i = first; i < text.len; i++) {
        unsigned digit = (unsigned)text.ptr[i] - '0';

        if (digit > 9 || value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (negative && value == 0)
        return false;
    *out_leading_zeros = text.ptr[first] == '0' && text.len > first + 1;
    if (!negative)
        *out_value = (int64_t)value;
    else
        *out_value = -(int64_t)(value - 1) - 1;
    return true;
}

/* Distinct tags keep a composite of a number and a text apart. */
static void
put_int(struct rp_buf *key, int64_t value)
{
    rp_canon_int(key, value);
}

static void
put_text(struct rp_buf *key, struct rp_slice text)
{
    rp_canon_text(key, text);
}

static uint64_t
hash_key(struct rp_slice key)
{
    uint64_t hash = rp_hash128(key).lo;

    return hash == 0 ? 1 : hash;
}

static struct slot *
find_slot(const struct rp_resolver *resolver, struct rp_slice key,
          uint64_t hash)
{
    size_t mask = resolver->slot_count - 1;
    size_t at = (size_t)hash & mask;

    for (;; at = (at + 1) & mask) {
        struct slot *slot = &resolver->slots[at];
        struct rp_slice there;

        if (slot->hash == 0)
            return slot;
        if (slot->hash != hash)
            continue;
        there.ptr = resolver->bytes.ptr + slot->at;
        there.len = slot->len;
        if (rp_slice_eq(there, key))
            return slot;
    }
}

static enum rp_status
grow(struct rp_resolver *resolver, struct rp_err *err)
{
    size_t count =
        resolver->slot_count == 0 ? SLOTS_AT_FIRST : resolver->slot_count * 2;
    struct slot *slots = rp_zalloc_array(count, sizeof *slots);

    if (slots == NULL)
        return rp_fail_nomem(err, "hold the keys");
    for (size_t i = 0; i < resolver->slot_count; i++) {
        size_t at = (size_t)resolver->slots[i].hash & (count - 1);

        if (resolver->slots[i].hash == 0)
            continue;
        while (slots[at].hash != 0)
            at = (at + 1) & (count - 1);
        slots[at] = resolver->slots[i];
    }
    rp_free(resolver->slots);
    resolver->slots = slots;
    resolver->slot_count = count;
    return RP_OK;
}

static enum rp_status
add_key(struct rp_resolver *resolver, int64_t id, struct rp_err *err)
{
    struct rp_slice key = rp_buf_view(&resolver->key);
    uint64_t hash = hash_key(key);
    enum rp_status status = RP_OK;
    struct slot *slot;

    if (resolver->used * 2 >= resolver->slot_count)
        status = grow(resolver, err);
    if (status != RP_OK)
        return status;
    slot = find_slot(resolver, key, hash);
    if (slot->hash != 0) {
        slot->ambiguous = true;
        return RP_OK;
    }
    slot->hash = hash;
    slot->at = resolver->bytes.len;
    slot->len = (uint32_t)key.len;
    slot->id = id;
    resolver->used++;
    rp_buf_slice(&resolver->bytes, key);
    return rp_buf_status(&resolver->bytes, err);
}

/* False when no field can ever equal this cell: NULL, a REAL, or no integer
 * where fields are read as integers. */
static bool
put_cell(struct rp_buf *key, const struct rp_cell *cell, bool integer)
{
    char digits[24];

    switch (cell->type) {
    case RP_CELL_INT:
        if (integer) {
            put_int(key, cell->integer);
            return true;
        }
        (void)snprintf(digits, sizeof digits, "%" PRId64, cell->integer);
        put_text(key, rp_slice_str(digits));
        return true;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        put_text(key, cell->bytes);
        return !integer;
    case RP_CELL_NULL:
    case RP_CELL_REAL:
        break;
    }
    return false;
}

static enum rp_status
visit_key(void *ctx, int64_t id, const struct rp_cell *cells,
          struct rp_err *err)
{
    struct rp_resolver *resolver = ctx;
    enum rp_status status;
    bool usable = true;

    rp_buf_reset(&resolver->key);
    for (size_t i = 0; i < resolver->shape.count && usable; i++)
        usable =
            put_cell(&resolver->key, &cells[i], resolver->shape.integer[i]);
    status = rp_buf_status(&resolver->key, err);
    if (status != RP_OK || !usable)
        return status;
    return add_key(resolver, id, err);
}

enum rp_status
rp_resolver_open(struct rp_db *db, const struct rp_key_shape *shape,
                 struct rp_resolver **out_resolver, struct rp_err *err)
{
    struct rp_resolver *resolver = rp_zalloc(sizeof *resolver);
    struct rp_key_visitor visitor = { visit_key, resolver };
    enum rp_status status;

    if (resolver == NULL)
        return rp_fail_nomem(err, "hold the keys");
    resolver->shape = *shape;
    status = grow(resolver, err);
    if (status == RP_OK)
        status = rp_keys_scan(db, shape, &visitor, err);
    if (status == RP_OK)
        *out_resolver = resolver;
    else
        rp_resolver_close(resolver);
    return status;
}

/* The key of the fields; FOUND only means that it could be made. */
static enum rp_key_result
make_key(struct rp_resolver *resolver, const struct rp_slice *fields,
         const struct rp_key_columns *columns, bool trim,
         struct rp_key_lookup *lookup)
{
    lookup->leading_zeros = false;
    rp_buf_reset(&resolver->key);
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];
        bool zeros = false;
        int64_t value = 0;

        if (trim)
            field = rp_slice_trim(field);
        if (field.len == 0)
            return RP_KEY_EMPTY;
        if (!resolver->shape.integer[i]) {
            put_text(&resolver->key, field);
            continue;
        }
        if (!rp_parse_int64(field, &value, &zeros))
            return RP_KEY_NOT_INTEGER;
        lookup->leading_zeros = lookup->leading_zeros || zeros;
        put_int(&resolver->key, value);
    }
    return RP_KEY_FOUND;
}

static enum rp_key_result
look_up(const struct rp_resolver *resolver, int64_t *out_id)
{
    struct rp_slice key = rp_buf_view(&resolver->key);
    const struct slot *slot = find_slot(resolver, key, hash_key(key));

    if (slot->hash == 0)
        return RP_KEY_UNKNOWN;
    if (slot->ambiguous)
        return RP_KEY_AMBIGUOUS;
    *out_id = slot->id;
    return RP_KEY_FOUND;
}

static bool
has_blanks_around(const struct rp_slice *fields,
                  const struct rp_key_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];

        if (rp_slice_trim(field).len != field.len)
            return true;
    }
    return false;
}

enum rp_status
rp_resolver_find(struct rp_resolver *resolver, const struct rp_slice *fields,
                 const struct rp_key_columns *columns,
                 struct rp_key_lookup *out_lookup, struct rp_err *err)
{
    struct rp_key_lookup lookup = { RP_KEY_UNKNOWN, 0, false, false };

    assert(columns->count == resolver->shape.count);
    lookup.result = make_key(resolver, fields, columns, false, &lookup);
    if (lookup.result == RP_KEY_FOUND)
        lookup.result = look_up(resolver, &lookup.id);
    if (lookup.result != RP_KEY_FOUND && lookup.result != RP_KEY_AMBIGUOUS &&
        has_blanks_around(fields, columns)) {
        lookup.trimmed = true;
        lookup.result = make_key(resolver, fields, columns, true, &lookup);
        if (lookup.result == RP_KEY_FOUND)
            lookup.result = look_up(resolver, &lookup.id);
    }
    *out_lookup = lookup;
    return rp_buf_status(&resolver->key, err);
}

void
rp_resolver_close(struct rp_resolver *resolver)
{
    if (resolver == NULL)
        return;
    rp_free(resolver->slots);
    rp_buf_release(&resolver->bytes);
    rp_buf_release(&resolver->key);
    rp_free(resolver);
}
