/* canon.h - turn rows into the bytes that get hashed: RPCE-1.
 *
 * Promise: two rows give equal bytes if and only if they have the same number
 * of fields and every field has the same type and content; two tables, if and
 * only if also their names, columns, keys and number of rows are the same.
 * Every element is tagged and every text carries its length, so ("ab","c") and
 * ("a","bc") cannot meet, NULL is not the empty text, and one row ('1','23')
 * is not two rows.
 *
 *     lp(b)  = be32(len) || b
 *     field  = 00                       NULL
 *            | 01 be64                  INTEGER, two's complement
 *            | 02 be64                  REAL, the IEEE 754 bits
 *            | 03 lp(bytes)             TEXT, the bytes as stored (UTF-8)
 *            | 04 lp(bytes)             BLOB
 *     row    = 'R' || be32(number of columns) || field*
 *     table  = "rollproof/table/1\n" || lp(name) || be32(ncol)
 *              || lp(column name)* || be32(nkey) || be32(index of key column)*
 *              || row*   in key order, BINARY collation; without a key by all
 *                        columns, ties by memcmp of the row bytes
 *              || 'E' || be64(number of rows)
 *
 *     digest       T    = SHA-256(table)
 *     fingerprint  S, n = sum of XXH3-128(row) modulo 2^128, and the row count
 *     database     D    = SHA-256("rollproof/db/1\n"
 *                         || for each table by name (memcmp):
 *                            lp(name) || T || be64(n)
 *                         || lp(sql) of each schema object not named
 *                            sqlite_*, by (type, name)
 *                         || 'E' || be64(number of those objects))
 *
 * Nothing is trimmed, folded or normalised.  Neither the order of rows on
 * disk, VACUUM, the page size nor WITHOUT ROWID changes T or S.  This layout
 * is part of every proof on disk: change it only together with
 * RP_CANON_VERSION and the golden bytes in tests/unit/test_canon.c.
 */
#ifndef BASE_CANON_H
#define BASE_CANON_H

#include <stddef.h>
#include <stdint.h>

#include "base/be.h"
#include "base/buf.h"
#include "base/copy.h"
#include "base/slice.h"

#define RP_CANON_VERSION 1

/* Put where there is room, what follows goes to the place that is returned:
 * for every field of every record and every row.  No text may be longer than
 * UINT32_MAX. */
#define RP_CANON_ROW_BYTES ((size_t)5)
#define RP_CANON_NUMBER_BYTES ((size_t)9)
#define RP_CANON_LP_BYTES ((size_t)4) /* besides the text's own */
#define RP_CANON_TEXT_BYTES ((size_t)5)

static inline unsigned char *
rp_canon_row_at(unsigned char *to, uint32_t columns)
{
    *to = 'R';
    rp_put_be32(to + 1, columns);
    return to + RP_CANON_ROW_BYTES;
}

static inline unsigned char *
rp_canon_null_at(unsigned char *to)
{
    *to = 0;
    return to + 1;
}

static inline unsigned char *
rp_canon_int_at(unsigned char *to, int64_t value)
{
    *to = 1;
    rp_put_be64(to + 1, (uint64_t)value);
    return to + RP_CANON_NUMBER_BYTES;
}

static inline unsigned char *
rp_canon_real_at(unsigned char *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    *to = 2;
    rp_put_be64(to + 1, bits);
    return to + RP_CANON_NUMBER_BYTES;
}

static inline unsigned char *
rp_canon_lp_at(unsigned char *to, struct rp_slice bytes)
{
    rp_put_be32(to, (uint32_t)bytes.len);
    rp_copy(to + 4, bytes.ptr, bytes.len);
    return to + 4 + bytes.len;
}

static inline unsigned char *
rp_canon_text_at(unsigned char *to, struct rp_slice text)
{
    *to = 3;
    return rp_canon_lp_at(to + 1, text);
}

static inline unsigned char *
rp_canon_blob_at(unsigned char *to, struct rp_slice bytes)
{
    *to = 4;
    return rp_canon_lp_at(to + 1, bytes);
}

void rp_canon_row(struct rp_buf *out, uint32_t columns);
void rp_canon_null(struct rp_buf *out);
void rp_canon_int(struct rp_buf *out, int64_t value);
void rp_canon_real(struct rp_buf *out, double value);
void rp_canon_text(struct rp_buf *out, struct rp_slice text);
void rp_canon_blob(struct rp_buf *out, struct rp_slice bytes);

/* be32(len) || bytes */
void rp_canon_lp(struct rp_buf *out, struct rp_slice bytes);

/* The shape of a table.  key holds indexes into columns. */
struct rp_canon_shape {
    struct rp_slice name;
    const struct rp_slice *columns;
    uint32_t column_count;
    const uint32_t *key;
    uint32_t key_count;
};

/* What stands before the first row. */
void rp_canon_table(struct rp_buf *out, const struct rp_canon_shape *shape);
void rp_canon_table_end(struct rp_buf *out, uint64_t rows);

#endif
