/* test_bounded_memory.c - memory runs out at each call in turn while keys are
 * sorted because a table of them would not fit: it is told, and nothing else
 * is ever decided.
 */
#include "support/test.h"

#include <stdlib.h>

#include "support/planned.h"
#include "support/school.h"
#include "support/sweep.h"

/* What the test tells the runs of itself. */
#define DATABASE_VARIABLE "ROLLPROOF_TEST_DATABASE"
#define SOURCE_VARIABLE "ROLLPROOF_TEST_SOURCE"
#define EXPECTED_VARIABLE "ROLLPROOF_TEST_EXPECTED"

/* Less than the tables of keys take; and enough for them. */
#define SMALL ((size_t)8 << 10)
#define AMPLE ((size_t)64 << 20)

static enum rp_status
plan_within(size_t memory_bytes, struct rp_buf *out, bool *out_spilled,
            struct rp_err *err)
{
    const struct rp_db_config config = { .mode = RP_DB_READ };
    const char *source = getenv(SOURCE_VARIABLE);
    struct planned_asked asked = {
        .sources = &source,
        .source_count = 1,
        .student = "s",
        .course = "c",
    };
    struct planned_spilled spilled = { .plan = false };
    struct rp_db *db = NULL;
    enum rp_status status =
        rp_db_open(getenv(DATABASE_VARIABLE), &config, &db, err);

    asked.db = db;
    if (status == RP_OK)
        status = planned_put(out, &asked, memory_bytes, &spilled, err);
    *out_spilled =
        spilled.plan && spilled.proof_student && spilled.proof_course;
    rp_db_close(db);
    return status == RP_OK ? rp_buf_status(out, err) : status;
}

static enum test_ending
sort_keys(void)
{
    struct rp_buf out = { 0 };
    struct rp_slice expected;
    unsigned char *bytes;
    bool spilled = false;
    struct rp_err err;
    enum rp_status status = plan_within(SMALL, &out, &spilled, &err);

    if (status != RP_OK) {
        rp_buf_release(&out);
        return test_end_of(status, &err);
    }
    bytes = test_read(getenv(EXPECTED_VARIABLE), &expected.len);
    expected.ptr = bytes;
    if (!spilled || !rp_slice_eq(expected, rp_buf_view(&out)))
        status = rp_fail(&err, RP_E_DB, "something else was decided");
    free(bytes);
    rp_buf_release(&out);
    return test_end_of(status, &err);
}

static const struct test_work works[] = {
    { "sort keys", sort_keys, 5 },
};

static void
make_source(const char *path)
{
    struct rp_buf bytes = { 0 };

    rp_buf_str(&bytes, "s,c,term\n");
    for (int i = 0; i < 60; i++)
        rp_buf_printf(&bytes, "%ss%d,c%d,%d\n", i % 9 == 0 ? " " : "",
                      i * 7 % 33, i * 11 % 35, i % 2);
    test_write(path, rp_buf_view(&bytes));
    rp_buf_release(&bytes);
}

static void
running_out_of_memory_is_told_while_keys_are_sorted(void **state)
{
    struct rp_buf expected = { 0 };
    struct test_school school;
    struct rp_err err;
    bool spilled;
    char *source;
    char *path;

    (void)state;
    test_school_start(
        &school,
        "BEGIN;"
        "CREATE TABLE students(id INTEGER PRIMARY KEY, s TEXT UNIQUE);"
        "CREATE TABLE courses(id INTEGER PRIMARY KEY, c TEXT);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE"
        " i < 30) INSERT INTO students SELECT i * i * 4096, 's' || i FROM n;"
        "INSERT INTO courses SELECT id, 'c' || id / 4096 % 17 FROM students;"
        "CREATE TABLE student_courses(student_id INTEGER, course_id INTEGER,"
        " PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;"
        "INSERT INTO student_courses SELECT id, id FROM students; COMMIT");
    source = test_path(school.folder, "source.csv");
    path = test_path(school.folder, "expected");
    make_source(source);
    assert_int_equal(setenv(DATABASE_VARIABLE, school.path, 1), 0);
    assert_int_equal(setenv(SOURCE_VARIABLE, source, 1), 0);
    assert_int_equal(setenv(EXPECTED_VARIABLE, path, 1), 0);
    assert_ok(plan_within(AMPLE, &expected, &spilled, &err), &err);
    assert_false(spilled);
    test_write(path, rp_buf_view(&expected));
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        test_sweep(&works[i]);
    rp_buf_release(&expected);
    free(source);
    free(path);
    test_school_end(&school);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_while_keys_are_sorted),
    };

    test_sweep_start(argc, argv, works, TEST_COUNT(works));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
