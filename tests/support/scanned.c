/* scanned.c - see scanned.h. */
#include "support/scanned.h"

#include "base/canon.h"
#include "base/sha256.h"
#include "support/test.h"

void
scanned_start(struct scanned *scanned, const char *sql)
{
    struct rp_err err;

    test_school_start(&scanned->school, sql);
    assert_ok(rp_schema_open(scanned->school.db, &scanned->schema, &err), &err);
}

void
scanned_end(struct scanned *scanned)
{
    rp_schema_close(scanned->schema);
    test_school_end(&scanned->school);
}

enum rp_status
scanned_scan(struct scanned *scanned, const char *table,
             const struct rp_row_visitor *visitor, struct rp_digest *out_digest,
             struct rp_err *err)
{
    return rp_rows_scan(scanned->school.db,
                        rp_schema_table(scanned->schema, table), visitor,
                        out_digest, err);
}

enum rp_status
scanned_note(void *ctx, const struct rp_row *row, bool *out_skip,
             struct rp_err *err)
{
    struct scanned_notes *notes = ctx;
    const struct rp_cell *last = &row->cells[row->count - 1];

    if (row->cells[0].integer == notes->fail_at)
        return rp_fail(err, RP_E_CHANGED, "stopped at %lld",
                       (long long)notes->fail_at);
    *out_skip = row->cells[0].integer == notes->skip;
    rp_buf_printf(&notes->text, "%lld,%lld\n", (long long)row->cells[0].integer,
                  last->type == RP_CELL_INT ? (long long)last->integer : 0);
    if (!*out_skip)
        rp_buf_slice(&notes->canon, row->canon);
    assert_true(rp_hash128_eq(rp_hash128(row->canon), row->hash));
    rp_fp_add(&notes->fp, row->hash);
    return RP_OK;
}

void
scanned_expect(const struct scanned_notes *notes,
               const struct rp_digest *digest)
{
    static const struct rp_slice columns[] = { RP_LIT_INIT("id"),
                                               RP_LIT_INIT("x") };
    static const uint32_t key[] = { 0 };
    const struct rp_canon_shape shape = { RP_LIT("t"), columns, 2, key, 1 };
    struct rp_buf whole = { 0 };
    struct rp_err err;
    char hex[RP_SHA256_HEX];

    rp_canon_table(&whole, &shape);
    rp_buf_slice(&whole, rp_buf_view(&notes->canon));
    rp_canon_table_end(&whole, notes->fp.rows);
    assert_ok(rp_sha256_hex(rp_buf_view(&whole), hex, &err), &err);
    assert_string_equal(digest->sha256, hex);
    assert_true(rp_fp_eq(&digest->fp, &notes->fp));
    rp_buf_release(&whole);
}
