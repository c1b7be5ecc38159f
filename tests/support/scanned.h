/* scanned.h - a school whose tables are scanned, and a visitor that writes down
 * what it is shown.
 */
#ifndef SUPPORT_SCANNED_H
#define SUPPORT_SCANNED_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "school/rows.h"
#include "support/school.h"

/* A school with its schema read. */
struct scanned {
    struct test_school school;
    struct rp_schema *schema;
};

void scanned_start(struct scanned *scanned, const char *sql);
void scanned_end(struct scanned *scanned);
enum rp_status scanned_scan(struct scanned *scanned, const char *table,
                            const struct rp_row_visitor *visitor,
                            struct rp_digest *out_digest, struct rp_err *err)
    RP_MUST_CHECK;

/* Of the rows that were seen: first and last column, a whole number or 0; the
 * canonical bytes of those that were not left out. */
struct scanned_notes {
    struct rp_buf text;
    struct rp_buf canon;
    int64_t skip;    /* every row whose first cell is that is left out */
    int64_t fail_at; /* the first one whose first cell is that fails */
    struct rp_fp fp;
};

/* The visit of a visitor whose ctx are the notes. */
enum rp_status scanned_note(void *ctx, const struct rp_row *row, bool *out_skip,
                            struct rp_err *err);
/* The digest of t, of columns id, the key, and x, is that of what was noted. */
void scanned_expect(const struct scanned_notes *notes,
                    const struct rp_digest *digest);

#endif
