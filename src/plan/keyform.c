/* see keyform.h */
#include "plan/keyform.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/canon.h"
#include "plan/number.h"

#define DIGITS_BYTES 24

bool
rp_keyform_is_number(const struct rp_keyform *form)
{
    return form->shape.count == 1 && form->shape.integer[0];
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

struct rp_slice
rp_keyform_number(struct rp_keyform *form, int64_t number)
{
    rp_buf_reset(&form->text);
    rp_buf_be64(&form->text, (uint64_t)number);
    return rp_buf_view(&form->text);
}

bool
rp_keyform_of_cells(struct rp_keyform *form, const struct rp_cell *cells,
                    struct rp_slice *out_key)
{
    rp_buf_reset(&form->text);
    if (form->shape.count > 1) {
        bool usable = true;

        for (size_t i = 0; i < form->shape.count && usable; i++)
            usable = put_cell(&form->text, &cells[i], form->shape.integer[i]);
        *out_key = rp_buf_view(&form->text);
        return usable;
    }
    if (rp_keyform_is_number(form)) {
        *out_key = rp_keyform_number(form, cells[0].integer);
        return cells[0].type == RP_CELL_INT;
    }
    *out_key = cells[0].bytes;
    if (cells[0].type == RP_CELL_INT) {
        rp_buf_printf(&form->text, "%" PRId64, cells[0].integer);
        *out_key = rp_buf_view(&form->text);
        return true;
    }
    return (cells[0].type == RP_CELL_TEXT || cells[0].type == RP_CELL_BLOB) &&
           out_key->len > 0;
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
make_composite(struct rp_keyform *form, const struct rp_key_asked *asked,
               bool trim, struct rp_key_lookup *lookup,
               struct rp_slice *out_key)
{
    rp_buf_reset(&form->text);
    for (size_t i = 0; i < asked->columns->count; i++) {
        struct rp_slice field = asked->fields[asked->columns->column[i]];
        enum rp_key_result result = RP_KEY_FOUND;
        int64_t value = 0;

        if (trim)
            field = rp_slice_trim(field);
        if (field.len == 0)
            return RP_KEY_EMPTY;
        if (form->shape.integer[i]) {
            result = read_number(field, lookup, &value);
            rp_canon_int(&form->text, value);
        } else {
            rp_canon_text(&form->text, field);
        }
        if (result != RP_KEY_FOUND)
            return result;
    }
    *out_key = rp_buf_view(&form->text);
    return RP_KEY_FOUND;
}

enum rp_key_result
rp_keyform_of_fields(struct rp_keyform *form, const struct rp_key_asked *asked,
                     bool trim, struct rp_key_lookup *lookup,
                     struct rp_made_key *out_key)
{
    struct rp_slice field = asked->fields[asked->columns->column[0]];

    lookup->leading_zeros = false;
    if (asked->columns->count > 1)
        return make_composite(form, asked, trim, lookup, &out_key->text);
    if (trim)
        field = rp_slice_trim(field);
    if (rp_keyform_is_number(form))
        return read_number(field, lookup, &out_key->number);
    out_key->text = field;
    return field.len == 0 ? RP_KEY_EMPTY : RP_KEY_FOUND;
}
