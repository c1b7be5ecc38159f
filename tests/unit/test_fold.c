/* test_fold.c - rows of nothing but whole numbers, which are read many at
 * once, and damage that shows in their keys.
 */
#include "support/test.h"

#include <stdio.h>

#include "support/scanned.h"

/* Rows of whole numbers as text, as scanned_note has them. */
static enum rp_status
take_notes(void *ctx, const struct rp_whole_rows *rows, struct rp_err *err)
{
    struct scanned_notes *notes = ctx;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < rows->count && status == RP_OK; i++) {
        const int64_t *numbers = rows->numbers + i * 2;
        const struct rp_cell cells[2] = {
            { .type = RP_CELL_INT, .integer = numbers[0] },
            { .type = RP_CELL_INT, .integer = numbers[1] },
        };
        struct rp_row row = { .cells = cells, .count = rows->columns };
        bool skip = false;

        assert_int_equal(rows->columns, 2);
        row.canon = (struct rp_slice){ rows->canon + i * rows->row_bytes,
                                       rows->row_bytes };
        row.hash = rp_hash128(row.canon);
        status = scanned_note(notes, &row, &skip, err);
    }
    return status;
}

/* One by one, many at once with somebody looking on, and without. */
static void
expect_same(struct scanned *scanned)
{
    struct scanned_notes one = { .skip = -1, .fail_at = -1 };
    struct scanned_notes many = { .skip = -1, .fail_at = -1 };
    const struct rp_row_visitor by_row = { .visit = scanned_note, .ctx = &one };
    const struct rp_row_visitor by_rows = { .visit = scanned_note,
                                            .visit_whole = take_notes,
                                            .ctx = &many };
    struct rp_digest digest;
    struct rp_err err;

    assert_ok(scanned_scan(scanned, "t", &by_row, &digest, &err), &err);
    scanned_expect(&one, &digest);
    assert_ok(scanned_scan(scanned, "t", &by_rows, &digest, &err), &err);
    scanned_expect(&one, &digest);
    assert_same(rp_buf_view(&many.text), rp_buf_view(&one.text));
    assert_same(rp_buf_view(&many.canon), rp_buf_view(&one.canon));
    assert_true(rp_fp_eq(&many.fp, &one.fp));
    assert_ok(scanned_scan(scanned, "t", NULL, &digest, &err), &err);
    scanned_expect(&one, &digest);
    rp_buf_release(&one.text);
    rp_buf_release(&one.canon);
    rp_buf_release(&many.text);
    rp_buf_release(&many.canon);
}

/* So many whole numbers, then what is none, and whole numbers again. */
static void
whole_numbers_are_the_same_one_by_one_and_many_at_once(void **state)
{
    static const unsigned rows[] = { 0, 1, 255, 256, 257, 511, 512, 20000 };
    static const char *const others[] = { "NULL", "1.0", "'2'", "x'03'" };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct scanned scanned;
        char sql[512];

        (void)snprintf(sql, sizeof sql,
                       "CREATE TABLE t(id INTEGER PRIMARY KEY, x); WITH "
                       "RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
                       "FROM c LIMIT %u) INSERT INTO t SELECT n * n - 300, n * "
                       "-7 FROM c WHERE n < %u + 1",
                       rows[i] + 1, rows[i]);
        scanned_start(&scanned, sql);
        expect_same(&scanned);
        for (size_t o = 0; o < TEST_COUNT(others); o++) {
            (void)snprintf(sql, sizeof sql,
                           "INSERT INTO t SELECT max(id) + 1, %s FROM t; "
                           "INSERT INTO t SELECT max(id) + 1, 5 FROM t",
                           others[o]);
            test_sql(scanned.school.path, sql);
            expect_same(&scanned);
        }
        scanned_end(&scanned);
    }
}

static void
the_failure_of_who_sees_many_is_the_scans(void **state)
{
    /* In the middle, and in what is left at the end. */
    static const int fail_at[] = { 300, 598 };
    struct scanned scanned;

    (void)state;
    scanned_start(&scanned,
                  "CREATE TABLE t(id INTEGER PRIMARY KEY, x INT); WITH "
                  "RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                  "LIMIT 599) INSERT INTO t SELECT n, n FROM c");
    for (size_t i = 0; i < TEST_COUNT(fail_at); i++) {
        struct scanned_notes notes = { .skip = -1, .fail_at = fail_at[i] };
        const struct rp_row_visitor visitor = { .visit = scanned_note,
                                                .visit_whole = take_notes,
                                                .ctx = &notes };
        struct rp_digest digest = { .sha256 = "untouched" };
        struct rp_err err = { 0 };
        char expected[32];

        (void)snprintf(expected, sizeof expected, "stopped at %d", fail_at[i]);
        assert_int_equal(scanned_scan(&scanned, "t", &visitor, &digest, &err),
                         RP_E_CHANGED);
        assert_string_equal(err.text, expected);
        assert_string_equal(digest.sha256, "untouched");
        rp_buf_release(&notes.text);
        rp_buf_release(&notes.canon);
    }
    scanned_end(&scanned);
}

#define PAGE_BYTES 16384
#define POINTERS_AT 8 /* behind the header of a leaf */

/* The second page is the root of t: two cell pointers, one behind the other,
 * change places, or the second becomes the first. */
static void
damage_rows(const char *path, unsigned row, bool twice)
{
    const long at = PAGE_BYTES + POINTERS_AT + 2 * (long)row;
    unsigned char pointers[4];
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fread(pointers, 1, 4, file), 4);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fwrite(pointers + (twice ? 0 : 2), 1, 2, file), 2);
    assert_int_equal(fwrite(pointers, 1, 2, file), 2);
    assert_int_equal(fclose(file), 0);
}

static void
keys_that_do_not_rise_are_a_damaged_file(void **state)
{
    static const struct {
        const char *table;
        const char *rows;
        unsigned damaged;
        bool twice;
    } cases[] = {
        { "CREATE TABLE t(id INTEGER PRIMARY KEY)", "n", 0, false },
        { "CREATE TABLE t(a, b, PRIMARY KEY (a, b)) WITHOUT ROWID", "1, n", 0,
          false },
        { "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
          "1, n", 0, false },
        /* In the middle of what is read at once; between one and the next. */
        { "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
          "n, 1", 100, false },
        { "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
          "n, 1", 255, false },
        { "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
          "n, 1", 255, true },
        /* With what is no number behind it. */
        { "CREATE TABLE t(a INTEGER PRIMARY KEY, b)",
          "n, CASE WHEN n > 500 THEN 'x' ELSE 1 END", 498, false },
        { "CREATE TABLE t(a INTEGER PRIMARY KEY, b)",
          "n, CASE WHEN n > 500 THEN 'x' ELSE 1 END", 499, false },
        { "CREATE TABLE t(a INTEGER PRIMARY KEY, b)", "n, 'x'", 300, false },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct scanned scanned;
        struct rp_digest digest;
        struct rp_err err = { 0 };
        char sql[512];

        (void)snprintf(sql, sizeof sql,
                       "PRAGMA page_size = %d; %s; WITH RECURSIVE c(n) AS "
                       "(SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 600) "
                       "INSERT INTO t SELECT %s FROM c",
                       PAGE_BYTES, cases[i].table, cases[i].rows);
        scanned_start(&scanned, sql);
        assert_ok(scanned_scan(&scanned, "t", NULL, &digest, &err), &err);
        damage_rows(scanned.school.path, cases[i].damaged, cases[i].twice);
        test_sql(scanned.school.path, "PRAGMA user_version = 1");
        assert_int_equal(scanned_scan(&scanned, "t", NULL, &digest, &err),
                         RP_E_DB);
        assert_holds(err.text, "school.db: the keys of t do not rise from row "
                               "to row, so the file is damaged; ");
        scanned_end(&scanned);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            whole_numbers_are_the_same_one_by_one_and_many_at_once),
        cmocka_unit_test(the_failure_of_who_sees_many_is_the_scans),
        cmocka_unit_test(keys_that_do_not_rise_are_a_damaged_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
