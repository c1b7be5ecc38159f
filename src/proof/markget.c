/* see markget.h */
#include "proof/markget.h"

#include <math.h>
#include <string.h>

#include "base/be.h"
#include "base/canon.h"
#include "base/mem.h"
#include "base/show.h"
#include "base/varint.h"
#include "proof/markput.h"
#include "school/cell.h"

#define BLOCK_BYTES ((size_t)64 << 10)
#define HASH_BYTES 16

enum stage {
    STAGE_KEYED,
    STAGE_LOOSE,
    STAGE_END,
};

struct rp_markget {
    struct rp_markget_request request;
    bool is_row;
    enum stage stage;
    uint64_t loose_left;
    bool has_last;
    struct rp_markkey before; /* what keys must rise above */
    struct rp_markkey key;
    struct rp_hash128 last_loose;
    struct rp_buf text; /* canonical bytes, or the name of a loose row */
    struct rp_mark mark;
    struct rp_fp fp;
    unsigned char *block;
    size_t at;
    size_t held;
    uint64_t left; /* bytes not yet taken, those of block included */
};

static enum rp_status
fail_damaged(const struct rp_markget *get, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO,
                   "%s: is damaged: what it says about the rows of %s cannot "
                   "be read; take a new one, or bring back a copy",
                   get->request.source.name,
                   rp_show_in(shown, rp_slice_str(get->request.table->name)));
}

enum rp_status
rp_markget_open(const struct rp_markget_request *request,
                struct rp_markget **out_get, struct rp_err *err)
{
    const size_t columns = request->table->primary.count;
    struct rp_markget *get = rp_zalloc(sizeof *get);
    enum rp_status status = RP_OK;

    if (get == NULL)
        return rp_fail_nomem(err, "read a snapshot");
    get->request = *request;
    get->is_row = rp_mark_is_row(request->table);
    get->left = request->source.bytes;
    get->block = rp_zalloc(BLOCK_BYTES);
    if (get->block == NULL)
        status = rp_fail_nomem(err, "read a snapshot");
    if (status == RP_OK)
        status = rp_markkey_init(&get->key, columns, err);
    if (status == RP_OK)
        status = rp_markkey_init(&get->before, columns, err);
    if (status == RP_OK)
        *out_get = get;
    else
        rp_markget_close(get);
    return status;
}

static enum rp_status
refill(struct rp_markget *get, struct rp_err *err)
{
    const struct rp_mark_source *source = &get->request.source;
    size_t len = get->left < BLOCK_BYTES ? (size_t)get->left : BLOCK_BYTES;
    enum rp_status status =
        source->read(source->ctx, get->block, len, &get->held, err);

    get->at = 0;
    if (status == RP_OK && get->held == 0)
        status = fail_damaged(get, err);
    return status;
}

static enum rp_status
take(struct rp_markget *get, unsigned char *out, uint64_t len,
     struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (len > get->left)
        return fail_damaged(get, err);
    get->left -= len;
    while (len > 0) {
        size_t part;

        if (get->at == get->held) {
            get->left += len;
            status = refill(get, err);
            get->left -= len;
        }
        if (status != RP_OK)
            return status;
        part = get->held - get->at < len ? get->held - get->at : (size_t)len;
        memcpy(out, get->block + get->at, part);
        out += part;
        get->at += part;
        len -= part;
    }
    return RP_OK;
}

static enum rp_status
take_varint(struct rp_markget *get, uint64_t *out_value, struct rp_err *err)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte = 0;
        enum rp_status status = take(get, &byte, 1, err);

        if (status != RP_OK)
            return status;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out_value = value;
            return RP_OK;
        }
    }
    return fail_damaged(get, err);
}

/* len bytes behind what is in out. */
static enum rp_status
take_bytes(struct rp_markget *get, struct rp_buf *out, uint64_t len,
           struct rp_err *err)
{
    unsigned char *room;
    enum rp_status status;

    if (len > get->left)
        return fail_damaged(get, err);
    room = rp_buf_room(out, (size_t)len);
    if (room == NULL)
        return rp_buf_status(out, err);
    status = take(get, room, len, err);
    if (status == RP_OK)
        out->len += (size_t)len;
    return status;
}

static enum rp_status
take_hash(struct rp_markget *get, struct rp_hash128 *out_hash,
          struct rp_err *err)
{
    unsigned char be[HASH_BYTES];
    enum rp_status status = take(get, be, sizeof be, err);

    if (status == RP_OK)
        *out_hash = rp_hash128_get(be);
    return status;
}

static enum rp_status
take_int(struct rp_markget *get, struct rp_cell *cell, bool near,
         struct rp_err *err)
{
    uint64_t base =
        near && cell->type == RP_CELL_INT ? (uint64_t)cell->integer : 0;
    uint64_t folded = 0;
    enum rp_status status = take_varint(get, &folded, err);

    cell->type = RP_CELL_INT;
    cell->integer = (int64_t)(base + rp_unfold_sign(folded));
    return status;
}

static enum rp_status
take_real(struct rp_markget *get, struct rp_cell *cell, struct rp_err *err)
{
    unsigned char be[8];
    enum rp_status status = take(get, be, sizeof be, err);
    uint64_t bits;

    if (status != RP_OK)
        return status;
    bits = rp_get_be64(be);
    cell->type = RP_CELL_REAL;
    memcpy(&cell->real, &bits, sizeof cell->real);
    /* SQLite keeps no NaN, and it has no place in the order of keys. */
    return isnan(cell->real) ? fail_damaged(get, err) : RP_OK;
}

static enum rp_status
take_text(struct rp_markget *get, size_t place, enum rp_cell_type type,
          bool near, struct rp_err *err)
{
    struct rp_cell *cell = &get->key.cells[place];
    struct rp_buf *bytes = &get->key.bytes[place];
    uint64_t shared = 0;
    uint64_t len = 0;
    enum rp_status status = take_varint(get, &shared, err);

    if (status == RP_OK)
        status = take_varint(get, &len, err);
    if (status != RP_OK)
        return status;
    if (!near || cell->type != type)
        bytes->len = 0;
    if (shared > bytes->len)
        return fail_damaged(get, err);
    bytes->len = (size_t)shared;
    status = take_bytes(get, bytes, len, err);
    cell->type = type;
    cell->bytes = rp_buf_view(bytes);
    return status;
}

static enum rp_status
take_cell(struct rp_markget *get, size_t place, bool near, struct rp_err *err)
{
    struct rp_cell *cell = &get->key.cells[place];
    unsigned char tag = 0;
    enum rp_status status = take(get, &tag, 1, err);

    if (status != RP_OK)
        return status;
    switch (tag) {
    case RP_MARK_INT:
        return take_int(get, cell, near, err);
    case RP_MARK_REAL:
        return take_real(get, cell, err);
    case RP_MARK_TEXT:
        return take_text(get, place, RP_CELL_TEXT, near, err);
    case RP_MARK_BLOB:
        return take_text(get, place, RP_CELL_BLOB, near, err);
    default:
        return fail_damaged(get, err);
    }
}

/* The row is its key: its hash follows. */
static enum rp_status
hash_row(struct rp_markget *get, struct rp_err *err)
{
    const struct rp_unique *primary = &get->request.table->primary;
    enum rp_status status;

    rp_buf_reset(&get->text);
    rp_canon_row(&get->text, (uint32_t)primary->count);
    for (size_t column = 0; column < primary->count; column++)
        for (size_t i = 0; i < primary->count; i++)
            if (primary->columns[i] == column)
                rp_cell_canon(&get->text, &get->key.cells[i]);
    status = rp_buf_status(&get->text, err);
    if (status == RP_OK)
        get->mark.hash = rp_hash128(rp_buf_view(&get->text));
    return status;
}

/* From column same on the key is another than before. */
static enum rp_status
check_rising(struct rp_markget *get, size_t same, struct rp_err *err)
{
    const size_t count = get->key.count;
    enum rp_status status = RP_OK;

    if (get->has_last &&
        rp_markkey_order(get->before.cells, get->key.cells, count) >= 0)
        return fail_damaged(get, err);
    for (size_t i = same; i < count && status == RP_OK; i++)
        status = rp_markkey_set(&get->before, i, &get->key.cells[i], err);
    get->has_last = true;
    return status;
}

static enum rp_status
take_keyed(struct rp_markget *get, uint64_t head, struct rp_err *err)
{
    const size_t count = get->key.count;
    const uint64_t same = head - 1;
    enum rp_status status = RP_OK;

    if (same >= count || (same > 0 && !get->has_last))
        return fail_damaged(get, err);
    for (size_t i = (size_t)same; i < count && status == RP_OK; i++)
        status = take_cell(get, i, i == same && get->has_last, err);
    if (status == RP_OK)
        status = check_rising(get, (size_t)same, err);
    if (status == RP_OK)
        status = get->is_row ? hash_row(get, err)
                             : take_hash(get, &get->mark.hash, err);
    get->mark.key = get->key.cells;
    get->mark.name = "";
    return status;
}

static enum rp_status
take_name(struct rp_markget *get, struct rp_err *err)
{
    uint64_t len = 0;
    enum rp_status status = take_varint(get, &len, err);

    rp_buf_reset(&get->text);
    if (status == RP_OK)
        status = take_bytes(get, &get->text, len, err);
    if (status != RP_OK)
        return status;
    get->mark.name = rp_buf_cstr(&get->text);
    return rp_buf_status(&get->text, err);
}

static bool
sinks(struct rp_hash128 last, struct rp_hash128 next)
{
    return next.hi < last.hi || (next.hi == last.hi && next.lo < last.lo);
}

static enum rp_status
take_loose(struct rp_markget *get, struct rp_err *err)
{
    enum rp_status status = take_hash(get, &get->mark.hash, err);

    if (status == RP_OK && sinks(get->last_loose, get->mark.hash))
        status = fail_damaged(get, err);
    get->last_loose = get->mark.hash;
    get->loose_left--;
    get->mark.key = NULL;
    get->mark.name = "";
    if (status == RP_OK && get->request.with_names)
        status = take_name(get, err);
    return status;
}

/* The end of the rows with a key: how many others follow. */
static enum rp_status
begin_loose(struct rp_markget *get, struct rp_err *err)
{
    enum rp_status status = take_varint(get, &get->loose_left, err);

    get->stage = STAGE_LOOSE;
    return status;
}

static enum rp_status
next_mark(struct rp_markget *get, bool *out_more, struct rp_err *err)
{
    uint64_t head = 0;
    enum rp_status status = RP_OK;

    *out_more = true;
    if (get->stage == STAGE_KEYED) {
        status = take_varint(get, &head, err);
        if (status == RP_OK && head > 0)
            return take_keyed(get, head, err);
        if (status == RP_OK)
            status = begin_loose(get, err);
    }
    if (status != RP_OK)
        return status;
    if (get->stage == STAGE_LOOSE && get->loose_left > 0)
        return take_loose(get, err);
    get->stage = STAGE_END;
    *out_more = false;
    return get->left == 0 ? RP_OK : fail_damaged(get, err);
}

static enum rp_status
next(void *ctx, const struct rp_mark **out_mark, struct rp_err *err)
{
    struct rp_markget *get = ctx;
    bool more = false;
    enum rp_status status = next_mark(get, &more, err);

    if (status != RP_OK)
        return status;
    if (more)
        rp_fp_add(&get->fp, get->mark.hash);
    *out_mark = more ? &get->mark : NULL;
    return RP_OK;
}

struct rp_marks
rp_markget_marks(struct rp_markget *get)
{
    return (struct rp_marks){ next, get };
}

struct rp_fp
rp_markget_fp(const struct rp_markget *get)
{
    return get->fp;
}

void
rp_markget_close(struct rp_markget *get)
{
    if (get == NULL)
        return;
    rp_free(get->block);
    rp_markkey_release(&get->key);
    rp_markkey_release(&get->before);
    rp_buf_release(&get->text);
    rp_free(get);
}
