/* canon.c - see canon.h. */
#include "base/canon.h"

#include <assert.h>
#include <string.h>

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
    rp_buf_byte(out, 'R');
    rp_buf_be32(out, columns);
}

void
rp_canon_null(struct rp_buf *out)
{
    rp_buf_byte(out, TAG_NULL);
}

void
rp_canon_int(struct rp_buf *out, int64_t value)
{
    rp_buf_byte(out, TAG_INT);
    rp_buf_be64(out, (uint64_t)value);
}

void
rp_canon_real(struct rp_buf *out, double value)
{
    uint64_t bits;

    static_assert(sizeof bits == sizeof value, "a double has 64 bits");
    memcpy(&bits, &value, sizeof bits);
    rp_buf_byte(out, TAG_REAL);
    rp_buf_be64(out, bits);
}

void
rp_canon_text(struct rp_buf *out, struct rp_slice text)
{
    rp_buf_byte(out, TAG_TEXT);
    rp_canon_lp(out, text);
}

void
rp_canon_blob(struct rp_buf *out, struct rp_slice bytes)
{
    rp_buf_byte(out, TAG_BLOB);
    rp_canon_lp(out, bytes);
}

void
rp_canon_lp(struct rp_buf *out, struct rp_slice bytes)
{
    /* SQLite holds no value that long; a length must never be cut. */
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
