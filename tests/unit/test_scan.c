/* test_scan.c - the scan itself: its order, its visitor, its batches. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/canon.h"
#include "base/sha256.h"
#include "school/order.h"
#include "school/rows.h"
#include "support/scanned.h"

/* What SQLite says it will do. */
static void
sorts(const char *sql, const char *table, bool expected)
{
    struct scanned scanned;
    struct rp_buf ask = { 0 };
    struct rp_err err;
    char *plan;

    scanned_start(&scanned, sql);
    rp_buf_str(&ask, "EXPLAIN QUERY PLAN ");
    assert_ok(rp_order_sql(rp_schema_table(scanned.schema, table), &ask, &err),
              &err);
    plan = test_ask_db(scanned.school.db, rp_buf_cstr(&ask));
    assert_holds(plan, "SCAN ");
    assert_null(strstr(plan, "INDEX i"));
    if ((strstr(plan, "TEMP B-TREE") != NULL) != expected)
        fail_msg("%s: %s", sql, plan);
    free(plan);
    rp_buf_release(&ask);
    scanned_end(&scanned);
}

static void
the_common_tables_are_read_in_order_without_sorting(void **state)
{
    static const struct {
        const char *table;
        const char *sql;
        bool sorts;
    } cases[] = {
        { "students",
          "CREATE TABLE students(name TEXT, id INTEGER PRIMARY KEY, gpa REAL); "
          "CREATE INDEX i ON students(name, id, gpa)",
          false },
        { "student_courses",
          "CREATE TABLE student_courses (student_id INTEGER NOT NULL, "
          "course_id "
          "INTEGER NOT NULL, PRIMARY KEY (student_id, course_id)) WITHOUT "
          "ROWID;"
          "CREATE INDEX i ON student_courses(course_id)",
          false },
        { "t",
          "CREATE TABLE t(a TEXT PRIMARY KEY, b) WITHOUT ROWID; "
          "CREATE INDEX i ON t(a, b)",
          false },
        { "student_courses",
          "CREATE TABLE student_courses (student_id INTEGER NOT NULL, "
          "course_id "
          "INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))",
          true },
        { "t",
          "CREATE TABLE t(a TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID",
          true },
        { "t", "CREATE TABLE t(a); CREATE INDEX i ON t(a)", true },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++)
        sorts(cases[i].sql, cases[i].table, cases[i].sorts);
}

static void
the_statement_names_every_stored_column(void **state)
{
    static const struct {
        const char *sql;
        const char *text;
    } cases[] = {
        { "CREATE TABLE t(b, g AS (b), \"a\"\"\" INTEGER PRIMARY KEY)",
          "SELECT \"b\", \"a\"\"\" FROM main.\"t\" NOT INDEXED ORDER BY "
          "\"a\"\"\" COLLATE BINARY" },
        { "CREATE TABLE t(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID",
          "SELECT \"a\", \"b\" FROM main.\"t\" INDEXED BY "
          "\"sqlite_autoindex_t_1\" ORDER BY \"b\" COLLATE BINARY, \"a\" "
          "COLLATE BINARY" },
        { "CREATE TABLE t(a, b NOT NULL PRIMARY KEY)",
          "SELECT \"a\", \"b\" FROM main.\"t\" NOT INDEXED ORDER BY \"b\" "
          "COLLATE BINARY" },
        { "CREATE TABLE t(a, b PRIMARY KEY)",
          "SELECT \"a\", \"b\" FROM main.\"t\" NOT INDEXED ORDER BY \"b\" "
          "COLLATE BINARY, \"a\" COLLATE BINARY, rollproof_ties(\"a\", "
          "\"b\")" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct scanned scanned;
        struct rp_buf sql = { 0 };
        struct rp_err err;

        scanned_start(&scanned, cases[i].sql);
        assert_ok(
            rp_order_sql(rp_schema_table(scanned.schema, "t"), &sql, &err),
            &err);
        assert_same(rp_buf_view(&sql), rp_slice_str(cases[i].text));
        rp_buf_release(&sql);
        scanned_end(&scanned);
    }
}

static void
a_keyless_table_with_more_columns_than_can_be_sorted_is_refused(void **state)
{
    struct scanned scanned;
    struct rp_buf sql = { 0 };
    struct rp_err err = { 0 };
    struct rp_digest digest;

    (void)state;
    rp_buf_str(&sql, "CREATE TABLE wide(c0");
    for (int i = 1; i <= 1980; i++)
        rp_buf_printf(&sql, ", c%d", i);
    rp_buf_str(&sql, ")");
    scanned_start(&scanned, rp_buf_cstr(&sql));
    assert_int_equal(scanned_scan(&scanned, "wide", NULL, &digest, &err),
                     RP_E_DB);
    assert_holds(err.text, "wide: has no key that cannot repeat and 1981 "
                           "columns, more than SQLite can sort by");
    rp_buf_release(&sql);
    scanned_end(&scanned);
}

static const char pairs_sql[] =
    "CREATE TABLE t(a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; "
    "INSERT INTO t VALUES (2, 1), (1, 9), (1, -3), (3, 0)";

static void
the_visitor_sees_every_row_in_key_order(void **state)
{
    struct scanned_notes notes = { .skip = -1, .fail_at = -1 };
    const struct rp_row_visitor visitor = { .visit = scanned_note,
                                            .ctx = &notes };
    struct scanned scanned;
    struct rp_digest digest;
    struct rp_err err;

    (void)state;
    scanned_start(&scanned, pairs_sql);
    assert_ok(scanned_scan(&scanned, "t", &visitor, &digest, &err), &err);
    assert_bytes(rp_buf_view(&notes.text), "1,-3\n1,9\n2,1\n3,0\n");
    assert_true(rp_fp_eq(&notes.fp, &digest.fp));
    rp_buf_release(&notes.text);
    rp_buf_release(&notes.canon);
    scanned_end(&scanned);
}

static void
a_row_that_is_left_out_counts_nowhere(void **state)
{
    struct scanned_notes notes = { .skip = 1, .fail_at = -1 };
    const struct rp_row_visitor visitor = { .visit = scanned_note,
                                            .ctx = &notes };
    struct scanned scanned;
    struct rp_digest with;
    struct rp_digest without;
    struct rp_err err;

    (void)state;
    scanned_start(&scanned, pairs_sql);
    assert_ok(scanned_scan(&scanned, "t", &visitor, &with, &err), &err);
    test_sql(scanned.school.path, "DELETE FROM t WHERE a = 1");
    assert_ok(scanned_scan(&scanned, "t", NULL, &without, &err), &err);
    assert_string_equal(with.sha256, without.sha256);
    assert_true(rp_fp_eq(&with.fp, &without.fp));
    assert_int_equal(with.fp.rows, 2);
    rp_buf_release(&notes.text);
    rp_buf_release(&notes.canon);
    scanned_end(&scanned);
}

static void
the_visitors_failure_is_the_scans(void **state)
{
    struct scanned_notes notes = { .skip = -1, .fail_at = 2 };
    const struct rp_row_visitor visitor = { .visit = scanned_note,
                                            .ctx = &notes };
    struct scanned scanned;
    struct rp_digest digest = { .sha256 = "untouched" };
    struct rp_err err = { 0 };

    (void)state;
    scanned_start(&scanned, pairs_sql);
    assert_int_equal(scanned_scan(&scanned, "t", &visitor, &digest, &err),
                     RP_E_CHANGED);
    assert_string_equal(err.text, "stopped at 2");
    assert_string_equal(digest.sha256, "untouched");
    assert_bytes(rp_buf_view(&notes.text), "1,-3\n1,9\n");
    rp_buf_release(&notes.text);
    rp_buf_release(&notes.canon);
    scanned_end(&scanned);
}

/* Many rows of up to 900,000 bytes: batches end in rows, rows span batches,
 * some are too large to be handed to a second thread; and more rows than a
 * batch may have. */
static void
neither_batches_nor_a_second_thread_show_in_the_digest(void **state)
{
    static const bool beside[] = { false, true };
    struct scanned scanned;
    struct rp_err err;

    (void)state;
    scanned_start(
        &scanned,
        "CREATE TABLE t(id INTEGER PRIMARY KEY, x); WITH RECURSIVE c(n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 90000) INSERT INTO t "
        "SELECT n, CASE WHEN n % 10000 = 0 THEN zeroblob(n * 10) WHEN n < "
        "40000 THEN hex(n * n) END FROM c");
    for (size_t i = 0; i < TEST_COUNT(beside); i++) {
        struct rp_db_config config = { .mode = RP_DB_READ,
                                       .hash_beside = beside[i] };
        struct scanned_notes notes = { .skip = -1, .fail_at = -1 };
        const struct rp_row_visitor visitor = { .visit = scanned_note,
                                                .ctx = &notes };
        const struct rp_table *table = rp_schema_table(scanned.schema, "t");
        struct rp_digest digest;
        struct rp_db *db = NULL;

        assert_ok(rp_db_open(scanned.school.path, &config, &db, &err), &err);
        assert_ok(rp_rows_scan(db, table, &visitor, &digest, &err), &err);
        assert_int_equal(digest.fp.rows, 90000);
        scanned_expect(&notes, &digest);
        rp_buf_release(&notes.text);
        rp_buf_release(&notes.canon);
        /* Stopped when batches are on their way. */
        notes = (struct scanned_notes){ .skip = -1, .fail_at = 60000 };
        assert_int_equal(rp_rows_scan(db, table, &visitor, &digest, &err),
                         RP_E_CHANGED);
        assert_string_equal(err.text, "stopped at 60000");
        rp_buf_release(&notes.text);
        rp_buf_release(&notes.canon);
        rp_db_close(db);
    }
    scanned_end(&scanned);
}

static void
only_keys_that_must_rise_are_walked_without_an_order(void **state)
{
    static const struct {
        const char *sql;
        const char *from; /* how it begins */
    } cases[] = {
        { "CREATE TABLE t(x, id INTEGER PRIMARY KEY); CREATE INDEX i ON t(x, "
          "id)",
          " FROM main.\"t\" NOT INDEXED" },
        { "CREATE TABLE t(a INTEGER, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID",
          " FROM main.\"t\" INDEXED BY \"sqlite_autoindex_t_1\"" },
        { "CREATE TABLE t(a INT, b INT, PRIMARY KEY (a, b DESC)) WITHOUT "
          "ROWID",
          " FROM (SELECT " },
        { "CREATE TABLE t(a INT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID",
          " FROM (SELECT " },
        { "CREATE TABLE t(a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
          " FROM (SELECT " },
        { "CREATE TABLE t(id INTEGER PRIMARY KEY DESC)", " FROM (SELECT " },
        { "CREATE TABLE t(id INT PRIMARY KEY)", " FROM (SELECT " },
        { "CREATE TABLE t(id INTEGER)", " FROM (SELECT " },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct scanned scanned;
        struct rp_buf from = { 0 };
        struct rp_err err;

        scanned_start(&scanned, cases[i].sql);
        assert_ok(
            rp_order_from(rp_schema_table(scanned.schema, "t"), &from, &err),
            &err);
        if (strncmp(rp_buf_cstr(&from), cases[i].from, strlen(cases[i].from)) !=
                0 ||
            (strstr(cases[i].from, "(SELECT") == NULL &&
             from.len != strlen(cases[i].from)))
            fail_msg("%s:%s", cases[i].sql, rp_buf_cstr(&from));
        rp_buf_release(&from);
        scanned_end(&scanned);
    }
}

static void
the_database_has_its_golden_digest(void **state)
{
    struct scanned scanned;
    struct rp_digest digests[3];
    const struct rp_table *tables;
    size_t count;
    char hex[RP_SHA256_HEX];
    struct rp_err err;

    (void)state;
    scanned_start(
        &scanned,
        "CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE); "
        "CREATE TABLE a(x); CREATE INDEX i ON a(x); CREATE VIEW v AS SELECT * "
        "FROM a; INSERT INTO a VALUES ('q'); INSERT INTO b VALUES (5, 'z')");
    tables = rp_schema_tables(scanned.schema, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_ok(rp_rows_scan(scanned.school.db, &tables[i], NULL, &digests[i],
                               &err),
                  &err);
    assert_ok(rp_rows_database(scanned.schema, digests, hex, &err), &err);
    assert_string_equal(hex, "668181cebaf42330104f5ec2c9050c65"
                             "a5570971806e9730b90a7591dd74dc51");
    scanned_end(&scanned);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_common_tables_are_read_in_order_without_sorting),
        cmocka_unit_test(the_statement_names_every_stored_column),
        cmocka_unit_test(
            a_keyless_table_with_more_columns_than_can_be_sorted_is_refused),
        cmocka_unit_test(the_visitor_sees_every_row_in_key_order),
        cmocka_unit_test(a_row_that_is_left_out_counts_nowhere),
        cmocka_unit_test(the_visitors_failure_is_the_scans),
        cmocka_unit_test(
            neither_batches_nor_a_second_thread_show_in_the_digest),
        cmocka_unit_test(only_keys_that_must_rise_are_walked_without_an_order),
        cmocka_unit_test(the_database_has_its_golden_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
