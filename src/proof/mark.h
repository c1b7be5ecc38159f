/* mark.h - what is remembered of a row: its key and the hash of all of it.
 *
 * The marks of a table come in one order, whether they are read from a
 * database or from a file, so that two of them can be merged:
 *
 * - rows with a key, in the order of their keys (rp_cell_order, column by
 *   column), which strictly rises;
 * - then loose rows, in the order of their hashes: rows of tables without a
 *   PRIMARY KEY, and rows whose key holds NULL, which a table with a rowid
 *   allows, any number of times.  NULL equals nothing, so such a key names no
 *   row.
 */
#ifndef PROOF_MARK_H
#define PROOF_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/sort.h"
#include "school/db.h"

/* Longest text that names a row in a list; longer ones are cut. */
#define RP_ROW_NAME_BYTES 64

struct rp_mark {
    const struct rp_cell *key; /* NULL: a loose row */
    struct rp_hash128 hash;
    /* All columns of a row with a key that was read from a database. */
    const struct rp_cell *cells;
    const char *name; /* a loose row in words; "" when that is not known */
};

/* The row's key in words, or what is known of a loose row, at most
 * RP_ROW_NAME_BYTES - 1 bytes of it. */
void rp_mark_name(struct rp_buf *out, const struct rp_mark *mark,
                  size_t key_count);

/* Marks one after the other: *out_mark is valid until the next call, NULL at
 * the end. */
struct rp_marks {
    enum rp_status (*next)(void *ctx, const struct rp_mark **out_mark,
                           struct rp_err *err);
    void *ctx;
};

/* The last key: a copy that is kept while the row is gone.  All-zero is
 * valid and holds none. */
struct rp_markkey {
    struct rp_cell *cells;
    struct rp_buf *bytes; /* of texts and blobs */
    size_t count;
};
enum rp_status rp_markkey_init(struct rp_markkey *key, size_t count,
                               struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_markkey_set(struct rp_markkey *key, size_t place,
                              const struct rp_cell *cell, struct rp_err *err)
    RP_MUST_CHECK;
void rp_markkey_release(struct rp_markkey *key);

/* Two keys of count columns: <0, 0, >0. */
int rp_markkey_order(const struct rp_cell *left, const struct rp_cell *right,
                     size_t count);

/* Rows without a key, sorted by their hashes; all-zero but for folder and
 * memory_bytes is valid and empty, and takes no memory. */
struct rp_loose {
    const char *folder; /* for what memory cannot hold */
    size_t memory_bytes;
    struct rp_sorter *rows;
    struct rp_buf text;
    struct rp_mark mark;
};
/* The row in words is made of its cells. */
enum rp_status rp_loose_add(struct rp_loose *loose, struct rp_hash128 hash,
                            const struct rp_cell *cells, size_t count,
                            struct rp_err *err) RP_MUST_CHECK;
uint64_t rp_loose_count(const struct rp_loose *loose);
/* No more rows will be added. */
enum rp_status rp_loose_finish(struct rp_loose *loose, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_loose_next(struct rp_loose *loose,
                             const struct rp_mark **out_mark,
                             struct rp_err *err) RP_MUST_CHECK;
void rp_loose_release(struct rp_loose *loose);

#endif
