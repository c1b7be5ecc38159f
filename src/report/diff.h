/* diff.h - what two states differ in, as text and as JSON.
 *
 * The numbers stand first and are always of all rows; then the rows that
 * differ, as many as were asked for.  These come as lines that were made while
 * the tables were read and wait on disk: a report holds one of them at a time.
 *
 * JSON is one object a line (jq and every language read that), since a list of
 * rows may be longer than memory: "diff", "schema" and "table" lines, then
 * "row" lines, then "total".
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proof/compare.h"
#include "proof/pairing.h"
#include "proof/schemadiff.h"

struct rp_diff_side {
    const char *name; /* as given, shown */
    const char *kind; /* "database", "snapshot" */
    size_t tables;
    uint64_t rows;
    const char *content; /* D of RPCE-1 */
};

struct rp_diff_table {
    const char *name; /* shown */
    bool there_old;
    bool there_new;
    uint64_t rows_old;
    uint64_t rows_new;
    uint64_t found[RP_DIFFERENCES];
    uint64_t undecided;
    bool same;                      /* by SHA-256 */
    bool matched;                   /* otherwise nothing of found is known */
    uint64_t shown[RP_DIFFERENCES]; /* how many of them have a line */
};

struct rp_diff {
    const char *program; /* its version */
    struct rp_diff_side old;
    struct rp_diff_side new;
    struct rp_diff_table *tables; /* by name */
    size_t table_count;
    const struct rp_schemadiff *schema;
};

/* Nothing differs: not a row, not the schema, not the digests. */
bool rp_diff_is_same(const struct rp_diff *diff);
/* All tables together. */
uint64_t rp_diff_total(const struct rp_diff *diff,
                       enum rp_difference difference);
uint64_t rp_diff_undecided(const struct rp_diff *diff);
/* Is the number of the table's rows of that kind known? */
bool rp_diff_is_known(const struct rp_diff_table *table,
                      enum rp_difference difference);

/* A row that differs, as rp_difference_visitor is told it. */
struct rp_diff_row {
    const struct rp_pairing *pairing;
    enum rp_difference difference;
    const struct rp_mark *old;
    const struct rp_mark *new;
};

struct rp_diff_writer {
    enum rp_status (*head)(struct rp_buf *out, const struct rp_diff *diff,
                           struct rp_err *err);
    /* Before the rows of a table that has any that are shown. */
    enum rp_status (*table)(struct rp_buf *out,
                            const struct rp_diff_table *table,
                            struct rp_err *err);
    enum rp_status (*row)(struct rp_buf *out, const struct rp_diff_row *row,
                          struct rp_err *err);
    enum rp_status (*end)(struct rp_buf *out, const struct rp_diff *diff,
                          struct rp_err *err);
};
extern const struct rp_diff_writer rp_diff_text;
extern const struct rp_diff_writer rp_diff_json;

/* What names the row, and where both sides are databases its values, old and
 * new: "id 2   name 'Zoe' -> 'Zoë'". */
void rp_diff_row_text(struct rp_buf *out, const struct rp_diff_row *row);
/* "same", "same rows" (of other columns, say), "DIFFERS", "CANNOT BE TOLD",
 * "only in A", "only in B" */
const char *rp_diff_table_word(const struct rp_diff_table *table);

#endif
