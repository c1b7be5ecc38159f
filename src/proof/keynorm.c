/* see keynorm.h */
#include "proof/keynorm.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/be.h"
#include "base/copy.h"
#include "base/slice.h"
#include "proof/keyset.h"

/* "-9223372036854775808" and a NUL */
#define DIGITS_BYTES 24
/* No number of fewer digits is too small. */
#define SHORT_DIGITS 18U

void
rp_keynorm_init(struct rp_keynorm *norm, const struct rp_key_shape *shape)
{
    *norm = (struct rp_keynorm){ .shape = *shape };
    norm->number = shape->count == 1 && shape->integer[0];
}

struct rp_hash128
rp_keynorm_number(int64_t number)
{
    return (struct rp_hash128){ RP_KEY_NUMBER_HI, (uint64_t)number };
}

/* One part of a key: its length, then its bytes; numbers as decimal text. */
static void
put_part(struct rp_buf *out, struct rp_slice text)
{
    unsigned char *room = rp_buf_room(out, sizeof(uint64_t) + text.len);

    if (room == NULL)
        return;
    rp_put_be64(room, text.len);
    rp_copy(room + sizeof(uint64_t), text.ptr, text.len);
    out->len += sizeof(uint64_t) + text.len;
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

enum rp_status
rp_keynorm_of_cells(struct rp_keynorm *norm, const struct rp_cell *cells,
                    struct rp_hash128 *out_key, struct rp_err *err)
{
    bool usable = true;
    enum rp_status status;

    *out_key = rp_no_key;
    if (norm->number) {
        if (cells[0].type == RP_CELL_INT)
            *out_key = rp_keynorm_number(cells[0].integer);
        return RP_OK;
    }
    rp_buf_reset(&norm->text);
    for (size_t i = 0; i < norm->shape.count && usable; i++)
        usable = put_cell(&norm->text, &cells[i], norm->shape.integer[i]);
    status = rp_buf_status(&norm->text, err);
    if (status == RP_OK && usable)
        *out_key = rp_hash128(rp_buf_view(&norm->text));
    return status;
}

/* One digit more would be too small. */
static bool
is_too_small(int64_t number, int digit)
{
    return number < INT64_MIN / 10 || number * 10 < INT64_MIN + digit;
}

/* Decimal digits, a minus in front or not, within int64; no minus zero.
 * Counted downwards, where there is one number more than upwards. */
static bool
read_integer(struct rp_slice text, int64_t *out_number)
{
    size_t first = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
    int64_t number = 0;

    if (text.len == first)
        return false;
    for (size_t i = first; i < text.len; i++) {
        int digit = text.ptr[i] - '0';

        if (digit < 0 || digit > 9 ||
            (i >= SHORT_DIGITS && is_too_small(number, digit)))
            return false;
        number = number * 10 - digit;
    }
    if (first == 1 ? number == 0 : number == INT64_MIN)
        return false;
    *out_number = first == 1 ? number : -number;
    return true;
}

static enum rp_field_fate
put_field(struct rp_keynorm *norm, size_t part, struct rp_slice field)
{
    char digits[DIGITS_BYTES];
    int64_t number = 0;

    if (field.len == 0)
        return RP_FIELD_EMPTY;
    if (!norm->shape.integer[part]) {
        put_part(&norm->text, field);
        return RP_FIELD_KNOWN;
    }
    if (!read_integer(field, &number))
        return RP_FIELD_NOT_INTEGER;
    (void)snprintf(digits, sizeof digits, "%" PRId64, number);
    put_part(&norm->text, rp_slice_str(digits));
    return RP_FIELD_KNOWN;
}

static enum rp_field_fate
make_number(struct rp_slice field, struct rp_hash128 *out_key)
{
    int64_t number = 0;

    if (field.len == 0)
        return RP_FIELD_EMPTY;
    if (!read_integer(field, &number))
        return RP_FIELD_NOT_INTEGER;
    *out_key = rp_keynorm_number(number);
    return RP_FIELD_KNOWN;
}

enum rp_field_fate
rp_keynorm_of_fields(struct rp_keynorm *norm, const struct rp_slice *fields,
                     const struct rp_key_columns *columns, bool trim,
                     struct rp_hash128 *out_key)
{
    rp_buf_reset(&norm->text);
    for (size_t i = 0; i < columns->count; i++) {
        struct rp_slice field = fields[columns->column[i]];
        enum rp_field_fate fate;

        if (trim)
            field = rp_slice_trim(field);
        if (norm->number)
            return make_number(field, out_key);
        fate = put_field(norm, i, field);
        if (fate != RP_FIELD_KNOWN)
            return fate;
    }
    *out_key = rp_hash128(rp_buf_view(&norm->text));
    return RP_FIELD_KNOWN;
}

void
rp_keynorm_release(struct rp_keynorm *norm)
{
    rp_buf_release(&norm->text);
}
