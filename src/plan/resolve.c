/* see resolve.h */
#include "plan/resolve.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/canon.h"
#include "base/idset.h"
#include "base/mem.h"
#include "plan/idtable.h"
#include "plan/keytable.h"

#define DIGITS_BYTES 24

struct rp_resolver {
    struct rp_key_shape shape;
    bool wide;                  /* some id is not in 0 ... 2^32 - 1 */
    bool direct;                /* the key is the INTEGER PRIMARY KEY */
    struct rp_idset ids;        /* then every key is its own id */
    struct rp_idtable *numbers; /* another key of one integer */
    struct rp_keytable *texts;  /* any other key */
    struct rp_buf key;          /* a composite one, being made */
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

static bool
is_number(const struct rp_resolver *resolver)
{
    return resolver->shape.count == 1 && resolver->shape.integer[0];
}

/* As a number, or as a text of its digits. */
static void
put_number(struct rp_buf *key, int64_t number, bool integer)
{
    char digits[DIGITS_BYTES];

    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    if (integer)
        rp_canon_int(key, number);
    else
        rp_canon_text(key, rp_slice_str(digits));
}

/* One part of a composite key.  Distinct tags keep a number and a text apart;
 * false when no field can ever equal this cell. */
static bool
put_cell(struct rp_buf *key, const struct rp_cell *cell, bool integer)
{
    switch (cell->type) {
    case RP_CELL_INT:
        put_number(key, cell->integer, integer);
        return true;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        rp_canon_text(key, cell->bytes);
        return !integer;
    case RP_CELL_NULL:
    case RP_CELL_REAL:
        break;
    }
    return false;
}

static enum rp_status
add_text(struct rp_resolver *resolver, int64_t id, const struct rp_cell *cell,
         struct rp_err *err)
{
    if (cell->type == RP_CELL_INT) {
        char digits[DIGITS_BYTES];

        (void)snprintf(digits, sizeof digits, "%" PRId64, cell->integer);
        return rp_keytable_add(resolver->texts, rp_slice_str(digits), id, err);
    }
    /* No field that is empty is a key. */
    if ((cell->type != RP_CELL_TEXT && cell->type != RP_CELL_BLOB) ||
        cell->bytes.len == 0)
        return RP_OK;
    return rp_keytable_add(resolver->texts, cell->bytes, id, err);
}

static enum rp_status
add_composite(struct rp_resolver *resolver, int64_t id,
              const struct rp_cell *cells, struct rp_err *err)
{
    enum rp_status status;
    bool usable = true;

    rp_buf_reset(&resolver->key);
    for (size_t i = 0; i < resolver->shape.count && usable; i++)
        usable =
            put_cell(&resolver->key, &cells[i], resolver->shape.integer[i]);
    status = rp_buf_status(&resolver->key, err);
    if (status != RP_OK || !usable)
        return status;
    return rp_keytable_add(resolver->texts, rp_buf_view(&resolver->key), id,
                           err);
}

static enum rp_status
visit_key(void *ctx, int64_t id, const struct rp_cell *cells,
          struct rp_err *err)
{
    struct rp_resolver *resolver = ctx;

    resolver->wide = resolver->wide || id < 0 || id > (int64_t)UINT32_MAX;
    if (resolver->shape.count > 1)
        return add_composite(resolver, id, cells, err);
    if (!is_number(resolver))
        return add_text(resolver, id, cells, err);
    if (resolver->direct)
        return rp_idset_add(&resolver->ids, id)
                   ? RP_OK
                   : rp_fail_nomem(err, "hold the keys");
    if (cells[0].type != RP_CELL_INT)
        return RP_OK;
    return rp_idtable_add(resolver->numbers, cells[0].integer, id, err);
}

static enum rp_status
open_tables(struct rp_resolver *resolver, struct rp_err *err)
{
    if (resolver->direct)
        return RP_OK;
    if (is_number(resolver))
        return rp_idtable_open(&resolver->numbers, err);
    return rp_keytable_open(&resolver->texts, err);
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
    resolver->direct = is_number(resolver) &&
                       (int)shape->column[0] == shape->table->rowid_column;
    status = open_tables(resolver, err);
    if (status == RP_OK)
        status = rp_keys_scan(db, shape, &visitor, err);
    if (status == RP_OK && resolver->numbers != NULL)
        status = rp_idtable_finish(resolver->numbers, err);
    if (status == RP_OK)
        *out_resolver = resolver;
    else
        rp_resolver_close(resolver);
    return status;
}

/* A number, or why it is none. */
static enum rp_key_result
read_number(struct rp_slice field, struct rp_key_lookup *lookup,
            int64_t *out_value)
{
    bool zeros = false;

    if (field.len == 0)
        return RP_KEY_EMPTY;
    if (!rp_parse_int64(field, out_value, &zeros))
        return RP_KEY_NOT_INTEGER;
    lookup->leading_zeros = lookup->leading_zeros || zeros;
    return RP_KEY_FOUND;
}

static enum rp_key_result
find_composite(struct rp_resolver *resolver, const struct rp_slice *fields,
               const struct rp_key_columns *columns, bool trim,
               struct rp_key_lookup *lookup)
{
    rp_buf_reset(&resolver->key);
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];
        enum rp_key_result result = RP_KEY_FOUND;
        int64_t value = 0;

        if (trim)
            field = rp_slice_trim(field);
        if (field.len == 0)
            return RP_KEY_EMPTY;
        if (resolver->shape.integer[i]) {
            result = read_number(field, lookup, &value);
            rp_canon_int(&resolver->key, value);
        } else {
            rp_canon_text(&resolver->key, field);
        }
        if (result != RP_KEY_FOUND)
            return result;
    }
    return rp_keytable_find(resolver->texts, rp_buf_view(&resolver->key),
                            &lookup->id);
}

static enum rp_key_result
find_key(struct rp_resolver *resolver, const struct rp_slice *fields,
         const struct rp_key_columns *columns, bool trim,
         struct rp_key_lookup *lookup)
{
    struct rp_slice field = fields[columns->column[0]];
    enum rp_key_result result;
    int64_t value = 0;

    lookup->leading_zeros = false;
    if (columns->count > 1)
        return find_composite(resolver, fields, columns, trim, lookup);
    if (trim)
        field = rp_slice_trim(field);
    if (field.len == 0)
        return RP_KEY_EMPTY;
    if (resolver->texts != NULL)
        return rp_keytable_find(resolver->texts, field, &lookup->id);
    result = read_number(field, lookup, &value);
    if (result != RP_KEY_FOUND)
        return result;
    if (!resolver->direct)
        return rp_idtable_find(resolver->numbers, value, &lookup->id);
    lookup->id = value;
    return rp_idset_has(&resolver->ids, value) ? RP_KEY_FOUND : RP_KEY_UNKNOWN;
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
    lookup.result = find_key(resolver, fields, columns, false, &lookup);
    if (lookup.result != RP_KEY_FOUND && lookup.result != RP_KEY_AMBIGUOUS &&
        has_blanks_around(fields, columns)) {
        lookup.trimmed = true;
        lookup.result = find_key(resolver, fields, columns, true, &lookup);
    }
    *out_lookup = lookup;
    return rp_buf_status(&resolver->key, err);
}

bool
rp_resolver_is_narrow(const struct rp_resolver *resolver)
{
    return !resolver->wide;
}

void
rp_resolver_close(struct rp_resolver *resolver)
{
    if (resolver == NULL)
        return;
    rp_idset_release(&resolver->ids);
    rp_idtable_close(resolver->numbers);
    rp_keytable_close(resolver->texts);
    rp_buf_release(&resolver->key);
    rp_free(resolver);
}
