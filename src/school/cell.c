/* see cell.h */
#include "school/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/show.h"

#define REAL_BYTES 32

void
rp_cell_canon(struct rp_buf *out, const struct rp_cell *cell)
{
    unsigned char *room;

    if (!rp_cell_fits(cell)) {
        out->failed = true;
        return;
    }
    room = rp_buf_room(out, rp_cell_canon_most(cell));
    if (room != NULL)
        out->len += (size_t)(rp_cell_canon_at(room, cell) - room);
}

static uint64_t
bits_of(double real)
{
    uint64_t bits;

    memcpy(&bits, &real, sizeof bits);
    return bits;
}

bool
rp_cell_same(const struct rp_cell *left, const struct rp_cell *right)
{
    if (left->type != right->type)
        return false;
    switch (left->type) {
    case RP_CELL_NULL:
        break;
    case RP_CELL_INT:
        return left->integer == right->integer;
    case RP_CELL_REAL:
        return bits_of(left->real) == bits_of(right->real);
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        return rp_slice_eq(left->bytes, right->bytes);
    }
    return true;
}

static int
order_reals(double left, double right)
{
    return (left > right) - (left < right);
}

/* As few digits as tell the number from all others. */
static void
show_real(struct rp_buf *out, double real)
{
    char text[REAL_BYTES];

    (void)snprintf(text, sizeof text, "%.15g", real);
    if (order_reals(strtod(text, NULL), real) != 0)
        (void)snprintf(text, sizeof text, "%.17g", real);
    rp_buf_str(out, text);
    /* An INTEGER looks different. */
    if (strcspn(text, ".eIin") == strlen(text))
        rp_buf_str(out, ".0");
}

static void
show_text(struct rp_buf *out, struct rp_slice text)
{
    size_t from = 0;

    rp_buf_byte(out, '\'');
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != '\'')
            continue;
        rp_show(out, (struct rp_slice){ text.ptr + from, i - from });
        rp_buf_str(out, i < text.len ? "''" : "'");
        from = i + 1;
    }
}

static void
show_blob(struct rp_buf *out, struct rp_slice blob)
{
    rp_buf_str(out, "x'");
    for (size_t i = 0; i < blob.len; i++)
        rp_buf_printf(out, "%02x", blob.ptr[i]);
    rp_buf_byte(out, '\'');
}

void
rp_cell_show(struct rp_buf *out, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        rp_buf_str(out, "NULL");
        break;
    case RP_CELL_INT:
        rp_buf_printf(out, "%" PRId64, cell->integer);
        break;
    case RP_CELL_REAL:
        show_real(out, cell->real);
        break;
    case RP_CELL_TEXT:
        show_text(out, cell->bytes);
        break;
    case RP_CELL_BLOB:
        show_blob(out, cell->bytes);
        break;
    }
}

/* Exact: a double cannot hold every int64, and a cast of one that is out of
 * range is undefined. */
static int
order_mixed(int64_t integer, double real)
{
    const double past = 9223372036854775808.0; /* 2^63 */
    int64_t whole;

    if (real >= past)
        return -1;
    if (real < -past)
        return 1;
    whole = (int64_t)real;
    if (integer != whole)
        return integer < whole ? -1 : 1;
    return order_reals((double)whole, real);
}

/* NULL, numbers, text, blobs. */
static int
class_of(const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        return 0;
    case RP_CELL_INT:
    case RP_CELL_REAL:
        return 1;
    case RP_CELL_TEXT:
        return 2;
    case RP_CELL_BLOB:
        break;
    }
    return 3;
}

static int
order_numbers(const struct rp_cell *left, const struct rp_cell *right)
{
    if (left->type == RP_CELL_INT && right->type == RP_CELL_INT)
        return (left->integer > right->integer) -
               (left->integer < right->integer);
    if (left->type == RP_CELL_INT)
        return order_mixed(left->integer, right->real);
    if (right->type == RP_CELL_INT)
        return -order_mixed(right->integer, left->real);
    return order_reals(left->real, right->real);
}

int
rp_cell_order(const struct rp_cell *left, const struct rp_cell *right)
{
    const int class = class_of(left);

    if (class != class_of(right))
        return class < class_of(right) ? -1 : 1;
    if (class == 0)
        return 0;
    if (class == 1)
        return order_numbers(left, right);
    return rp_slice_cmp(left->bytes, right->bytes);
}
