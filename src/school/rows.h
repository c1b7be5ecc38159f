/* rows.h - the canonical scan: every row of a table in key order, hashed.
 *
 * Order: the declared PRIMARY KEY with BINARY collation (then all columns, as
 * a primary key of a rowid table may hold NULLs and so repeat); without a key
 * by all columns, ties by memcmp of the row bytes (which is the order of the
 * types, since ties differ only in 1 and 1.0).  Rows are never held in
 * memory; SQLite sorts on disk when it must.
 */
#ifndef SCHOOL_ROWS_H
#define SCHOOL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/slice.h"
#include "school/db.h"
#include "school/schema.h"

/* The state of one table: SHA-256 of its canonical stream, in hexadecimal;
 * the sum of its row hashes; how many. */
struct rp_digest {
    char sha256[RP_SHA256_HEX];
    struct rp_fp fp;
};

struct rp_row {
    const struct rp_cell *cells; /* the table's columns, in their order */
    size_t count;
    struct rp_slice canon;  /* RPCE-1 */
    struct rp_hash128 hash; /* XXH3-128 of canon */
};

/* Rows that are whole numbers and nothing else, one behind the other. */
struct rp_whole_rows {
    const int64_t *numbers; /* of all columns, row by row */
    size_t columns;
    size_t count;
    const unsigned char *canon; /* RPCE-1, as many bytes of each row */
    size_t row_bytes;
};

/* Called for every row; *out_skip = true leaves the row out of the digest
 * (of links: those that the plan added).  May be NULL. */
struct rp_row_visitor {
    enum rp_status (*visit)(void *ctx, const struct rp_row *row, bool *out_skip,
                            struct rp_err *err);
    /* Instead of visit, for rows that are whole numbers, of which none is left
     * out.  NULL: visit is called for these, too. */
    enum rp_status (*visit_whole)(void *ctx, const struct rp_whole_rows *rows,
                                  struct rp_err *err);
    void *ctx;
    bool without_hash; /* row->hash is not looked at, and left empty */
};

enum rp_status rp_rows_scan(struct rp_db *db, const struct rp_table *table,
                            const struct rp_row_visitor *visitor,
                            struct rp_digest *out_digest, struct rp_err *err)
    RP_MUST_CHECK;

/* D of RPCE-1 (base/canon.h): digests[i] belongs to the i-th of
 * rp_schema_tables. */
enum rp_status rp_rows_database(const struct rp_schema *schema,
                                const struct rp_digest *digests,
                                char out_sha256[RP_SHA256_HEX],
                                struct rp_err *err) RP_MUST_CHECK;

#endif
