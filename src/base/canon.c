/* canon.c - see canon.h. */
#include "base/canon.h"

#include <assert.h>
#include <string.h>

#include "base/be.h"

enum tag {
    TAG_NULL = 0,
    TAG_INT = 1,
    TAG_REAL = 2,
    TAG_TEXT = 3,
    TAG_BLOB = 4,
};

static const char table_mark[] = "rollproof/table/1\n";

void
rp_canon_row(struct rp_buf *out, uint32_t columns)
{
    unsigned char *room = rp_buf_room(out, RP_CANON_ROW_BYTES);

    if (room == NULL)
        return;
    (void)rp_canon_row_at(room, columns);
    out->len += RP_CANON_ROW_BYTES;
}

void
rp_canon_null(struct rp_buf *out)
{
    rp_buf_byte(out, TAG_NULL);
}

static void
put_number(struct rp_buf *out, enum tag tag, uint64_t bits)
{
    unsigned char *room = rp_buf_room(out, 9);

    if (room == NULL)
        return;
    room[0] = (unsigned char)tag;
    rp_put_be64(room + 1, bits);
    out->len += 9;
}

void
rp_canon_int(struct rp_buf *out, int64_t value)
{
    put_number(out, TAG_INT, (uint64_t)value);
}

void
rp_canon_real(struct rp_buf *out, double value)
{
    uint64_t bits;

    static_assert(sizeof bits == sizeof value, "a double has 64 bits");
    memcpy(&bits, &value, sizeof bits);
    put_number(out, TAG_REAL, bits);
}

static void
put_bytes(struct rp_buf *out, enum tag tag, struct rp_slice bytes)
{
    unsigned char *room;

    /* SQLite holds no value that long; a length must never be cut. */
    if (bytes.len > UINT32_MAX) {
        out->failed = true;
        return;
    }
    room = rp_buf_room(out, 5 + bytes.len);
    if (room == NULL)
        return;
    room[0] = (unsigned char)tag;
    rp_put_be32(room + 1, (uint32_t)bytes.len);
    if (bytes.len > 0)
        memcpy(room + 5, bytes.ptr, bytes.len);
    out->len += 5 + bytes.len;
}

void
rp_canon_text(struct rp_buf *out, struct rp_slice text)
{
    put_bytes(out, TAG_TEXT, text);
}

void
rp_canon_blob(struct rp_buf *out, struct rp_slice bytes)
{
    put_bytes(out, TAG_BLOB, bytes);
}

void
rp_canon_lp(struct rp_buf *out, struct rp_slice bytes)
{
    if (bytes.len > UINT32_MAX) {
        out->failed = true;
        return;
    }
    rp_buf_be32(out, (uint32_t)bytes.len);
    rp_buf_slice(out, bytes);
}

void
rp_canon_table(struct rp_buf *out, const struct rp_canon_shape *shape)
{
    rp_buf_str(out, table_mark);
    rp_canon_lp(out, shape->name);
    rp_buf_be32(out, shape->column_count);
    for (uint32_t i = 0; i < shape->column_count; i++)
        rp_canon_lp(out, shape->columns[i]);
    rp_buf_be32(out, shape->key_count);
    for (uint32_t i = 0; i < shape->key_count; i++)
        rp_buf_be32(out, shape->key[i]);
}

void
rp_canon_table_end(struct rp_buf *out, uint64_t rows)
{
    rp_buf_byte(out, 'E');
    rp_buf_be64(out, rows);
}
