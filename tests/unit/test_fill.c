/* test_fill.c - links into the table, and out of it again. */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "school/fill.h"
#include "support/school.h"

#define TABLE                                                                  \
    "CREATE TABLE student_courses (student_id INTEGER NOT NULL REFERENCES "    \
    "students (id), course_id INTEGER NOT NULL REFERENCES courses (id), "      \
    "PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;"
#define PARENTS                                                                \
    "CREATE TABLE students(id INTEGER PRIMARY KEY);"                           \
    "CREATE TABLE courses(id INTEGER PRIMARY KEY);"

/* Links from an array; fails in front of the one numbered fail_at. */
struct source {
    const struct rp_link *links;
    size_t count;
    size_t at;
    size_t fail_at;
};

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    struct source *source = ctx;

    if (source->at == source->fail_at)
        return rp_fail(err, RP_E_CHANGED, "enr.csv: changed at link %zu",
                       source->at);
    *out_more = source->at < source->count;
    if (*out_more)
        *out_link = source->links[source->at++];
    return RP_OK;
}

static enum rp_status
fill(struct rp_db *db, struct source *source, struct rp_err *err)
{
    const struct rp_link_stream stream = { next_link, source };

    return rp_fill(db, &stream, err);
}

static const struct rp_link some_links[] = {
    { INT64_MIN, 2 }, { -1, INT64_MAX }, { 1, 10 }, { 1, 20 }, { 2, 10 },
};

static const char some_rows[] = "-9223372036854775808|2\n"
                                "-1|9223372036854775807\n"
                                "1|10\n1|20\n2|10\n";

static void
every_kind_of_table_is_filled_with_the_same_links(void **state)
{
    static const char *const tables[] = {
        PARENTS TABLE,
        "CREATE TABLE student_courses (student_id INTEGER NOT NULL, course_id "
        "INTEGER NOT NULL, PRIMARY KEY (student_id, course_id))",
        "CREATE TABLE Student_Courses (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "grade TEXT, COURSE_ID INT, STUDENT_ID INT, at NOT NULL DEFAULT 'x', "
        "UNIQUE (student_id, course_id))",
        TABLE "CREATE INDEX i ON student_courses(course_id);"
              "CREATE TABLE rollproof_links(student_id, course_id);"
              "INSERT INTO rollproof_links VALUES (66, 66)",
        TABLE "CREATE TABLE log(n); CREATE TRIGGER t AFTER INSERT ON "
              "student_courses BEGIN INSERT INTO log VALUES (new.course_id); "
              "END",
        "PRAGMA journal_mode = WAL;" TABLE,
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++) {
        struct source source = { some_links, TEST_COUNT(some_links), 0, 99 };
        struct test_school school;
        struct rp_err err;
        uint64_t count = 0;
        char *rows;

        test_school_start(&school, tables[i]);
        assert_ok(rp_db_begin_write(school.db, false, &err), &err);
        assert_ok(fill(school.db, &source, &err), &err);
        assert_ok(rp_links_count(school.db, &count, &err), &err);
        assert_int_equal(count, TEST_COUNT(some_links));
        assert_ok(rp_db_commit(school.db, &err), &err);
        rows = test_ask(school.path, "SELECT student_id, course_id FROM "
                                     "student_courses ORDER BY 1, 2");
        assert_string_equal(rows, some_rows);
        free(rows);
        test_school_end(&school);
    }
}

static void
nothing_to_fill_is_filled(void **state)
{
    struct source none = { NULL, 0, 0, 99 };
    struct test_school school;
    struct rp_err err;
    uint64_t count = 99;

    (void)state;
    test_school_start(&school, TABLE);
    assert_ok(fill(school.db, &none, &err), &err);
    assert_ok(rp_links_count(school.db, &count, &err), &err);
    assert_int_equal(count, 0);
    test_school_end(&school);
}

static void
one_fill_follows_another(void **state)
{
    struct source front = { some_links, 2, 0, 99 };
    struct source back = { some_links + 2, TEST_COUNT(some_links) - 2, 0, 99 };
    struct test_school school;
    struct rp_err err;
    char *rows;

    (void)state;
    test_school_start(&school, TABLE);
    assert_ok(fill(school.db, &back, &err), &err);
    assert_ok(fill(school.db, &front, &err), &err);
    rows = test_ask(school.path, "SELECT * FROM student_courses");
    assert_string_equal(rows, some_rows);
    free(rows);
    test_school_end(&school);
}

static void
the_streams_own_error_is_told(void **state)
{
    (void)state;
    for (size_t at = 0; at <= TEST_COUNT(some_links); at++) {
        struct source source = { some_links, TEST_COUNT(some_links), 0, at };
        struct test_school school;
        struct rp_err err = { 0 };
        char expected[64];
        char *rows;

        test_school_start(&school, TABLE);
        assert_ok(rp_db_begin_write(school.db, false, &err), &err);
        assert_int_equal(fill(school.db, &source, &err), RP_E_CHANGED);
        (void)snprintf(expected, sizeof expected,
                       "enr.csv: changed at link %zu", at);
        assert_string_equal(err.text, expected);
        assert_int_equal(err.status, RP_E_CHANGED);
        assert_true(rp_db_rollback(school.db));
        rows = test_ask(school.path, "SELECT * FROM student_courses");
        assert_string_equal(rows, "");
        free(rows);
        test_school_end(&school);
    }
}

static void
a_link_that_cannot_be_inserted_stops_the_fill(void **state)
{
    static const struct rp_link twice[] = { { 1, 10 }, { 1, 10 } };
    static const struct {
        const char *sql;
        bool foreign_keys;
        const char *part;
    } cases[] = {
        { TABLE, false,
          "school.db: fill student_courses: UNIQUE constraint failed: "
          "student_courses.student_id, student_courses.course_id" },
        { PARENTS TABLE, true, "constraint failed" },
        { PARENTS, false, "no such table: main.student_courses" },
        { "CREATE TABLE student_courses(student_id)", false, "no column" },
        { TABLE "CREATE TRIGGER t BEFORE INSERT ON student_courses BEGIN "
                "SELECT raise(ABORT, 'not today'); END",
          false, "fill student_courses: not today" },
        { TABLE "CREATE TRIGGER t AFTER INSERT ON student_courses BEGIN SELECT "
                "count(*) FROM rollproof_links; END",
          false, "unsafe use of virtual table \"rollproof_links\"" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct source source = { twice, 2, 0, 99 };
        struct test_school school;
        struct rp_err err = { 0 };

        test_school_start(&school, cases[i].sql);
        assert_ok(rp_db_begin_write(school.db, cases[i].foreign_keys, &err),
                  &err);
        assert_int_equal(fill(school.db, &source, &err), RP_E_DB);
        assert_int_equal(err.status, RP_E_DB);
        assert_holds(err.text, cases[i].part);
        assert_true(rp_db_rollback(school.db));
        test_school_end(&school);
    }
}

static void
the_links_are_out_of_reach_afterwards(void **state)
{
    struct source source = { some_links, TEST_COUNT(some_links), 0, 99 };
    struct test_school school;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, TABLE);
    assert_ok(fill(school.db, &source, &err), &err);
    assert_int_equal(
        rp_db_exec(school.db, "SELECT * FROM rollproof_links", &err), RP_E_DB);
    assert_holds(err.text, "no such table: rollproof_links");
    test_school_end(&school);
}

/* What the cursor gives, in lines; the status that ended it in *out_status. */
static char *
read_links(struct rp_db *db, enum rp_status *out_status, struct rp_err *err)
{
    struct rp_link_cursor *cursor = NULL;
    struct rp_buf out = { 0 };
    struct rp_link link = { 0, 0 };
    bool more = true;
    char *text;

    *out_status = rp_link_cursor_open(db, &cursor, err);
    while (*out_status == RP_OK) {
        *out_status = rp_link_cursor_next(cursor, &link, &more, err);
        if (*out_status != RP_OK || !more)
            break;
        rp_buf_printf(&out, "%" PRId64 "|%" PRId64 "\n", link.student_id,
                      link.course_id);
    }
    rp_link_cursor_close(cursor);
    text = test_copy(rp_buf_cstr(&out));
    rp_buf_release(&out);
    return text;
}

/* An index that was not kept up to date: it lacks (2, 10). */
#define LYING_INDEX                                                            \
    "INSERT INTO student_courses VALUES (-9223372036854775808, 2), (1, 20), "  \
    "(-1, 9223372036854775807), (1, 10);"                                      \
    "CREATE INDEX i ON student_courses(student_id, course_id);"                \
    "CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'i';"  \
    "PRAGMA writable_schema = ON;"                                             \
    "DELETE FROM sqlite_schema WHERE name = 'i';"                              \
    "PRAGMA writable_schema = RESET;"                                          \
    "INSERT INTO student_courses VALUES (2, 10);"                              \
    "PRAGMA writable_schema = ON;"                                             \
    "INSERT INTO sqlite_schema SELECT * FROM kept;"                            \
    "PRAGMA writable_schema = RESET"

static void
links_are_read_in_order_from_the_table_and_not_from_an_index(void **state)
{
    static const char *const tables[] = {
        TABLE LYING_INDEX,
        "CREATE TABLE Student_Courses(student_id INTEGER, course_id INTEGER, "
        "PRIMARY KEY (course_id, student_id)) WITHOUT ROWID;" LYING_INDEX,
        "CREATE TABLE student_courses(student_id INTEGER, course_id INTEGER, "
        "UNIQUE (student_id, course_id));" LYING_INDEX,
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++) {
        struct test_school school;
        enum rp_status status;
        struct rp_err err;
        uint64_t count = 0;
        char *rows;

        test_school_start(&school, tables[i]);
        rows = read_links(school.db, &status, &err);
        assert_ok(status, &err);
        assert_string_equal(rows, some_rows);
        assert_ok(rp_links_count(school.db, &count, &err), &err);
        assert_int_equal(count, TEST_COUNT(some_links));
        free(rows);
        test_school_end(&school);
    }
}

static void
what_is_no_link_is_a_failure(void **state)
{
    static const struct {
        const char *values;
        const char *part;
    } cases[] = {
        { "(1, NULL)", "school.db: student_courses holds a link that is not "
                       "made of two whole numbers" },
        { "('x', 1)", "two whole numbers" },
        { "(1, 1.5)", "two whole numbers" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct test_school school;
        struct rp_buf sql = { 0 };
        struct rp_err err = { 0 };
        enum rp_status status;

        rp_buf_printf(&sql,
                      "CREATE TABLE student_courses(student_id INTEGER, "
                      "course_id INTEGER, PRIMARY KEY (student_id, course_id));"
                      "INSERT INTO student_courses VALUES %s",
                      cases[i].values);
        test_school_start(&school, rp_buf_cstr(&sql));
        free(read_links(school.db, &status, &err));
        assert_int_equal(status, RP_E_DB);
        assert_holds(err.text, cases[i].part);
        rp_buf_release(&sql);
        test_school_end(&school);
    }
}

static void
links_of_no_table_are_a_failure(void **state)
{
    struct test_school school;
    enum rp_status status;
    struct rp_err err = { 0 };
    uint64_t count;

    (void)state;
    test_school_start(&school, PARENTS);
    free(read_links(school.db, &status, &err));
    assert_int_equal(status, RP_E_DB);
    assert_holds(err.text, "no such table: main.student_courses");
    assert_int_equal(rp_links_count(school.db, &count, &err), RP_E_DB);
    test_school_end(&school);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_table_is_filled_with_the_same_links),
        cmocka_unit_test(nothing_to_fill_is_filled),
        cmocka_unit_test(one_fill_follows_another),
        cmocka_unit_test(the_streams_own_error_is_told),
        cmocka_unit_test(a_link_that_cannot_be_inserted_stops_the_fill),
        cmocka_unit_test(the_links_are_out_of_reach_afterwards),
        cmocka_unit_test(
            links_are_read_in_order_from_the_table_and_not_from_an_index),
        cmocka_unit_test(what_is_no_link_is_a_failure),
        cmocka_unit_test(links_of_no_table_are_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
