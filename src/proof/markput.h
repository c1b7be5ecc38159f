/* markput.h - the marks of a table as few bytes.
 *
 *     marks   = row* 00 varint(loose rows) loose*
 *     row     = varint(1 + same) || cell* || hash
 *               same: how many columns of the key, from the front, are what
 *               they were in the row before; cells: the columns behind them
 *     cell    = 01 varint(folded difference)          INTEGER
 *             | 02 be64                               REAL
 *             | 03 varint(shared) varint(n) n bytes   TEXT
 *             | 04 varint(shared) varint(n) n bytes   BLOB
 *     hash    = be128 of XXH3-128(row), as RPCE-1 has it; nothing where the
 *               key is the whole row, which tells it
 *     loose   = be128, and where names are kept varint(n) n bytes
 *
 * The first cell of a row that is written tells its difference from the same
 * column of the row before when both are INTEGER, or how many bytes at the
 * front it shares with it when both are TEXT or both BLOB.  Otherwise, and in
 * the cells behind it, the difference is from 0 and nothing is shared.  A
 * varint is LEB128; a difference is folded (base/varint.h).
 *
 * Promise: the same rows give the same bytes.  The layout is part of every
 * snapshot on disk (proof/snapfile.h): change it only with its version.
 */
#ifndef PROOF_MARKPUT_H
#define PROOF_MARKPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "proof/mark.h"
#include "school/rows.h"
#include "school/schema.h"

#define RP_MARK_INT 0x01U
#define RP_MARK_REAL 0x02U
#define RP_MARK_TEXT 0x03U
#define RP_MARK_BLOB 0x04U

/* Where the bytes go, piece by piece. */
struct rp_mark_sink {
    enum rp_status (*put)(void *ctx, struct rp_slice bytes, struct rp_err *err);
    void *ctx;
};

struct rp_markput_request {
    const struct rp_table *table; /* must live as long */
    bool with_names;              /* of loose rows */
    const char *folder;           /* for sorting loose rows */
    size_t memory_bytes;
    struct rp_mark_sink sink;
};

/* True when all columns of table are columns of its key. */
bool rp_mark_is_row(const struct rp_table *table);

struct rp_markput;

enum rp_status rp_markput_open(const struct rp_markput_request *request,
                               struct rp_markput **out_put, struct rp_err *err)
    RP_MUST_CHECK;
/* For the canonical scan of the table (rp_rows_scan). */
struct rp_row_visitor rp_markput_visitor(struct rp_markput *put);
enum rp_status rp_markput_finish(struct rp_markput *put, struct rp_err *err)
    RP_MUST_CHECK;
void rp_markput_close(struct rp_markput *put);

#endif
