/* test_reread.c - what others write after the commit is told and is no fault;
 * anything else that is not as it was committed is one.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proof/assemble.h"
#include "proof/reread.h"
#include "support/school.h"

static const char school_sql[] =
    "CREATE TABLE students(id INTEGER PRIMARY KEY, n TEXT);"
    "INSERT INTO students VALUES (1, 'a'), (2, 'b');"
    "CREATE TABLE courses(id INTEGER PRIMARY KEY, n TEXT);"
    "INSERT INTO courses VALUES (10, 'x');"
    "CREATE TABLE student_courses(student_id INTEGER, course_id INTEGER, "
    "PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;"
    "INSERT INTO student_courses VALUES (1, 10);"
    "CREATE TABLE visits(n INTEGER); INSERT INTO visits VALUES (0);"
    "CREATE TABLE \"a\nlog\"(line TEXT)";

/* A verdict on the school as it was committed. */
struct committed {
    struct test_school school;
    struct rp_snapshot snapshot;
    struct rp_verdict verdict;
    struct rp_check check;
    char expected[RP_SHA256_HEX + 16];
};

static void
snapshot(struct rp_db *db, struct rp_snapshot *out_snapshot)
{
    const struct rp_snapshot_request request = { .with_soundness = false };
    struct rp_err err;

    assert_ok(rp_snapshot_take(db, &request, out_snapshot, &err), &err);
}

static void
start(struct committed *committed)
{
    struct rp_err err;

    memset(committed, 0, sizeof *committed);
    test_school_start(&committed->school, school_sql);
    snapshot(committed->school.db, &committed->snapshot);
    committed->verdict.declared = "student_courses";
    assert_ok(rp_assemble_tables(&committed->verdict, &committed->snapshot,
                                 &committed->snapshot, &err),
              &err);
    (void)snprintf(committed->expected, sizeof committed->expected,
                   "database %s", committed->snapshot.database);
    committed->check = (struct rp_check){
        .id = "committed-state-reread",
        .result = RP_SKIPPED,
        .expected = committed->expected,
        .actual = "nothing was committed",
    };
    committed->verdict.checks = &committed->check;
    committed->verdict.check_count = 1;
}

static void
end(struct committed *committed)
{
    committed->verdict.checks = NULL;
    committed->verdict.check_count = 0;
    rp_verdict_release(&committed->verdict);
    rp_snapshot_release(&committed->snapshot);
    test_school_end(&committed->school);
}

/* What the check says after sql was run by somebody, and how it ends. */
static void
read_after(struct committed *committed, const char *sql, bool others)
{
    struct rp_snapshot now = { 0 };
    struct rp_err err;

    free(test_ask_db(committed->school.db, sql));
    snapshot(committed->school.db, &now);
    assert_ok(rp_reread_check(&committed->verdict, &now, others, &err), &err);
    rp_snapshot_release(&now);
}

static void
only_what_others_wrote_beside_is_forgiven(void **state)
{
    static const struct {
        const char *sql;
        bool others;
        enum rp_result result;
        const char *told; /* behind the digest */
    } cases[] = {
        { "SELECT 1", false, RP_PASS, "" },
        { "SELECT 1", true, RP_PASS, "" },
        { "UPDATE visits SET n = 1", true, RP_PASS,
          ", but for what others wrote since to visits" },
        { "INSERT INTO \"a\nlog\" VALUES ('x')", true, RP_PASS,
          ", but for what others wrote since to a\\x0alog" },
        /* Nobody else wrote: then it was not what was committed. */
        { "UPDATE visits SET n = 1", false, RP_FAIL, NULL },
        { "UPDATE students SET n = 'c' WHERE id = 1", true, RP_FAIL, NULL },
        { "DELETE FROM courses", true, RP_FAIL, NULL },
        { "DELETE FROM student_courses", true, RP_FAIL, NULL },
        { "INSERT INTO student_courses VALUES (2, 10)", true, RP_FAIL, NULL },
        { "CREATE INDEX i ON visits(n)", true, RP_FAIL, NULL },
        { "CREATE TABLE more(a)", true, RP_FAIL, NULL },
        { "DROP TABLE visits", true, RP_FAIL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct committed committed;
        const char *actual;

        start(&committed);
        read_after(&committed, cases[i].sql, cases[i].others);
        actual = committed.check.actual;
        if (committed.check.result != cases[i].result)
            fail_msg("%s: %s", cases[i].sql, actual);
        if (cases[i].told != NULL) {
            assert_memory_equal(actual, committed.expected,
                                strlen(committed.expected));
            assert_string_equal(actual + strlen(committed.expected),
                                cases[i].told);
        } else {
            assert_string_not_equal(actual, committed.expected);
        }
        end(&committed);
    }
}

static void
what_cannot_be_read_is_a_failed_check(void **state)
{
    struct committed committed;
    struct rp_err err;

    (void)state;
    start(&committed);
    assert_ok(rp_reread_failed(&committed.verdict, "the disk is gone", &err),
              &err);
    assert_int_equal(committed.check.result, RP_FAIL);
    assert_string_equal(committed.check.actual, "the disk is gone");
    end(&committed);
}

/* By another connection, in both kinds of journal; our own commits do not
 * count. */
static void
others_are_noticed_when_they_have_committed(void **state)
{
    static const char *const modes[] = { "DELETE", "WAL" };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(modes); i++) {
        struct test_school school;
        struct rp_err err;
        char sql[64];
        bool wrote = true;

        test_school_start(&school, school_sql);
        (void)snprintf(sql, sizeof sql, "PRAGMA journal_mode = %s", modes[i]);
        test_sql(school.path, sql);
        for (int own = 0; own < 2; own++) {
            assert_ok(rp_db_begin_write(school.db, true, &err), &err);
            free(test_ask_db(school.db, "UPDATE visits SET n = n + 1"));
            assert_ok(rp_db_commit(school.db, &err), &err);
            assert_ok(rp_db_others_wrote(school.db, &wrote, &err), &err);
            assert_false(wrote);
        }
        test_sql(school.path, "UPDATE visits SET n = 7");
        assert_ok(rp_db_others_wrote(school.db, &wrote, &err), &err);
        assert_true(wrote);
        test_school_end(&school);
    }
}

/* Two databases tell apart who read what. */
static void
a_second_connection_reads_all_tables_but_one(void **state)
{
    static const char *const tables[] = { "courses", "student_courses",
                                          "students", "visits", "a\nlog" };
    struct test_school schools[2];
    struct rp_snapshot each[2];
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        test_school_start(&schools[i], school_sql);
        if (i > 0)
            test_sql(schools[i].path,
                     "UPDATE students SET n = 'c'; UPDATE courses SET n = 'y';"
                     "UPDATE visits SET n = 1; DELETE FROM student_courses;"
                     "INSERT INTO \"a\nlog\" VALUES ('x')");
        snapshot(schools[i].db, &each[i]);
    }
    for (size_t t = 0; t < TEST_COUNT(tables); t++) {
        const struct rp_snapshot_request request = {
            .beside = { schools[1].db, tables[t] },
        };
        struct rp_snapshot both;

        assert_ok(rp_snapshot_take(schools[0].db, &request, &both, &err), &err);
        for (size_t i = 0; i < TEST_COUNT(tables); i++)
            assert_string_equal(
                rp_snapshot_digest(&both, tables[i])->sha256,
                rp_snapshot_digest(&each[i == t ? 0 : 1], tables[i])->sha256);
        rp_snapshot_release(&both);
    }
    for (size_t i = 0; i < 2; i++) {
        rp_snapshot_release(&each[i]);
        test_school_end(&schools[i]);
    }
}

static void
what_the_second_connection_cannot_read_is_told(void **state)
{
    struct test_school schools[2];
    struct rp_snapshot both = { 0 };
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        test_school_start(&schools[i], school_sql);
    free(test_ask_db(schools[1].db, "DROP TABLE courses"));
    for (size_t i = 0; i < 2; i++) {
        const struct rp_snapshot_request request = {
            .beside = { schools[1].db, i == 0 ? "courses" : "students" },
        };
        enum rp_status status =
            rp_snapshot_take(schools[0].db, &request, &both, &err);

        assert_int_equal(status, i == 0 ? RP_OK : RP_E_DB);
        if (status != RP_OK)
            assert_non_null(strstr(err.text, "no such table: main.courses"));
        rp_snapshot_release(&both);
    }
    for (size_t i = 0; i < 2; i++)
        test_school_end(&schools[i]);
}

static void
the_longest_table_has_the_most_rows(void **state)
{
    static const struct {
        const char *sql;
        const char *longest;
    } cases[] = {
        { school_sql, "students" },
        { "CREATE TABLE b(n); CREATE TABLE a(n)", "a" },
        { "CREATE TABLE a(n); CREATE TABLE b(n); INSERT INTO b VALUES (1)",
          "b" },
        { "CREATE VIEW v AS SELECT 1", NULL },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct test_school school;
        struct rp_snapshot now;

        test_school_start(&school, cases[i].sql);
        snapshot(school.db, &now);
        if (cases[i].longest == NULL)
            assert_null(rp_snapshot_longest(&now));
        else
            assert_string_equal(rp_snapshot_longest(&now), cases[i].longest);
        rp_snapshot_release(&now);
        test_school_end(&school);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_others_wrote_beside_is_forgiven),
        cmocka_unit_test(what_cannot_be_read_is_a_failed_check),
        cmocka_unit_test(others_are_noticed_when_they_have_committed),
        cmocka_unit_test(a_second_connection_reads_all_tables_but_one),
        cmocka_unit_test(what_the_second_connection_cannot_read_is_told),
        cmocka_unit_test(the_longest_table_has_the_most_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
