/* test_links.c - which parents links can refer to, the table between them,
 * and which table that exists already fits. */
#include "support/test.h"

#include <stdlib.h>

#include "school/schema.h"
#include "support/school.h"

static struct rp_schema *
schema_of(struct test_school *school)
{
    struct rp_schema *schema = NULL;
    struct rp_err err;

    assert_ok(rp_schema_open(school->db, &schema, &err), &err);
    return schema;
}

static void
a_parent_needs_an_integer_primary_key(void **state)
{
    static const struct {
        const char *sql;
        const char *refusal; /* NULL: it fits */
    } cases[] = {
        { "CREATE TABLE students(id INTEGER PRIMARY KEY)", NULL },
        { "CREATE TABLE STUDENTS(x, \"Key\" INTEGER PRIMARY KEY)", NULL },
        { "CREATE TABLE student(id INTEGER PRIMARY KEY)",
          "school.db: there is no table students; make it with `rollproof load "
          "SCHOOL.db students FILE.csv --key COLUMN`" },
        { "CREATE VIEW students AS SELECT 1 AS id",
          "school.db: students is not an ordinary table but a view; " },
        { "CREATE VIRTUAL TABLE students USING fts5(id)",
          "students is not an ordinary table but a virtual table; " },
        { "CREATE TABLE t(x); CREATE INDEX students ON t(x)",
          "students is not an ordinary table but an index; " },
        { "CREATE TABLE students(id INT PRIMARY KEY)",
          "school.db: students has no INTEGER PRIMARY KEY (declared with "
          "exactly these words, not WITHOUT ROWID)" },
        { "CREATE TABLE students(id INTEGER PRIMARY KEY) WITHOUT ROWID",
          "students has no INTEGER PRIMARY KEY" },
        { "CREATE TABLE students(id INTEGER UNIQUE)",
          "students has no INTEGER PRIMARY KEY" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const struct rp_table *table = NULL;
        struct rp_err err = { 0 };
        struct test_school school;
        struct rp_schema *schema;
        enum rp_status status;

        test_school_start(&school, cases[i].sql);
        schema = schema_of(&school);
        status = rp_schema_parent(schema, "students", &table, &err);
        if (cases[i].refusal == NULL) {
            assert_ok(status, &err);
            assert_ptr_equal(table, rp_schema_table(schema, "students"));
        } else {
            assert_int_equal(status, RP_E_USAGE);
            assert_null(table);
            assert_holds(err.text, cases[i].refusal);
        }
        rp_schema_close(schema);
        test_school_end(&school);
    }
}

static const struct {
    const char *parents;
    const char *sql;
} designs[] = {
    { "CREATE TABLE students(id INTEGER PRIMARY KEY);"
      "CREATE TABLE courses(id INTEGER PRIMARY KEY)",
      "CREATE TABLE student_courses (\n"
      "  student_id INTEGER NOT NULL REFERENCES students (id),\n"
      "  course_id INTEGER NOT NULL REFERENCES courses (id),\n"
      "  PRIMARY KEY (student_id, course_id)) WITHOUT ROWID" },
    { "CREATE TABLE Students(\"StudentNo\" INTEGER PRIMARY KEY);"
      "CREATE TABLE COURSES(\"order\" INTEGER PRIMARY KEY)",
      "CREATE TABLE student_courses (\n"
      "  student_id INTEGER NOT NULL REFERENCES Students (StudentNo),\n"
      "  course_id INTEGER NOT NULL REFERENCES COURSES (\"order\"),\n"
      "  PRIMARY KEY (student_id, course_id)) WITHOUT ROWID" },
    { "CREATE TABLE students(\"1st\"\" key\n\" INTEGER PRIMARY KEY);"
      "CREATE TABLE courses(\"n\xc3\xba"
      "mero\" INTEGER PRIMARY KEY)",
      "CREATE TABLE student_courses (\n"
      "  student_id INTEGER NOT NULL REFERENCES students (\"1st\"\" key\n\"),\n"
      "  course_id INTEGER NOT NULL REFERENCES courses (\"n\xc3\xba"
      "mero\"),\n"
      "  PRIMARY KEY (student_id, course_id)) WITHOUT ROWID" },
};

static void
the_links_are_designed_to_the_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(designs); i++) {
        struct test_school school;
        struct rp_schema *schema;
        struct rp_buf sql = { 0 };
        struct rp_err err;
        char *stored;

        test_school_start(&school, designs[i].parents);
        schema = schema_of(&school);
        assert_ok(rp_schema_links_sql(rp_schema_table(schema, "students"),
                                      rp_schema_table(schema, "courses"), &sql,
                                      &err),
                  &err);
        assert_same(rp_buf_view(&sql), rp_slice_str(designs[i].sql));
        rp_schema_close(schema);

        /* SQLite takes it, refers to the right keys and stores these bytes. */
        assert_ok(rp_db_exec(school.db, rp_buf_cstr(&sql), &err), &err);
        stored = test_ask(school.path, "SELECT sql FROM sqlite_schema WHERE "
                                       "name = 'student_courses'");
        rp_buf_byte(&sql, '\n');
        assert_same(rp_slice_str(stored), rp_buf_view(&sql));
        free(stored);
        test_sql(school.path,
                 "PRAGMA foreign_keys = ON; INSERT INTO students VALUES (7);"
                 "INSERT INTO courses VALUES (8);"
                 "INSERT INTO student_courses VALUES (7, 8)");
        rp_buf_release(&sql);
        test_school_end(&school);
    }
}

static void
the_designed_table_fits_itself(void **state)
{
    struct test_school school;
    struct rp_schema *schema;
    struct rp_buf sql = { 0 };
    struct rp_err err;

    (void)state;
    test_school_start(&school, designs[0].parents);
    schema = schema_of(&school);
    assert_ok(rp_schema_links_sql(rp_schema_table(schema, "students"),
                                  rp_schema_table(schema, "courses"), &sql,
                                  &err),
              &err);
    rp_schema_close(schema);
    assert_ok(rp_db_exec(school.db, rp_buf_cstr(&sql), &err), &err);
    rp_buf_release(&sql);
    schema = schema_of(&school);
    assert_ok(
        rp_schema_links_fit(rp_schema_table(schema, "student_courses"), &err),
        &err);
    rp_schema_close(schema);
    test_school_end(&school);
}

static const struct {
    const char *columns;
    const char *refusal; /* NULL: it fits */
} existing[] = {
    /* as Alembic, Django and Rails make them */
    { "(student_id INTEGER NOT NULL, course_id INTEGER NOT NULL, "
      "PRIMARY KEY (student_id, course_id))",
      NULL },
    { "(id integer NOT NULL PRIMARY KEY AUTOINCREMENT, student_id bigint "
      "NOT NULL, course_id bigint NOT NULL, UNIQUE (course_id, "
      "student_id))",
      NULL },
    { "(Student_Id INT, COURSE_ID INT, grade TEXT, at TEXT NOT NULL "
      "DEFAULT CURRENT_TIMESTAMP, twice AS (grade || grade) NOT NULL, "
      "UNIQUE (student_id, course_id))",
      NULL },
    { "(student_id INTEGER, course_id INTEGER, x UNIQUE, "
      "UNIQUE (student_id, course_id), UNIQUE (student_id, x))",
      NULL },
    { "(student INTEGER, course_id INTEGER)", "it has no column student_id" },
    { "(student_id INTEGER, course INTEGER)", "it has no column course_id" },
    { "(student_id TEXT, course_id INTEGER)",
      "its column student_id is not declared as INTEGER" },
    { "(student_id INTEGER, course_id)",
      "its column course_id is not declared as INTEGER" },
    { "(student_id INTEGER, course_id INTEGER)",
      "the pair is not unique; add CREATE UNIQUE INDEX" },
    { "(student_id INTEGER, course_id INTEGER, term, "
      "PRIMARY KEY (student_id, course_id, term))",
      "the pair is not unique" },
    { "(student_id INTEGER PRIMARY KEY, course_id INTEGER, "
      "UNIQUE (student_id, course_id))",
      "student_id alone is unique" },
    { "(student_id INTEGER, course_id INTEGER UNIQUE, "
      "PRIMARY KEY (student_id, course_id))",
      "course_id alone is unique" },
    { "(student_id INTEGER, course_id INTEGER, \"gr\nade\" TEXT NOT NULL, "
      "PRIMARY KEY (student_id, course_id))",
      "its column gr\\x0aade is NOT NULL and has no default" },
    { "(student_id INTEGER, course_id INTEGER, g NOT NULL DEFAULT NULL, "
      "PRIMARY KEY (student_id, course_id))",
      "its column g is NOT NULL and has no default" },
};

static void
a_table_that_exists_fits_or_says_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(existing); i++) {
        struct test_school school;
        struct rp_schema *schema;
        struct rp_err err = { 0 };
        struct rp_buf sql = { 0 };
        enum rp_status status;

        rp_buf_printf(&sql, "CREATE TABLE student_courses %s",
                      existing[i].columns);
        test_school_start(&school, rp_buf_cstr(&sql));
        schema = schema_of(&school);
        status = rp_schema_links_fit(rp_schema_table(schema, "student_courses"),
                                     &err);
        if (existing[i].refusal == NULL) {
            assert_ok(status, &err);
        } else {
            assert_int_equal(status, RP_E_USAGE);
            assert_holds(err.text, "student_courses does not fit: ");
            assert_holds(err.text, existing[i].refusal);
        }
        rp_schema_close(schema);
        rp_buf_release(&sql);
        test_school_end(&school);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parent_needs_an_integer_primary_key),
        cmocka_unit_test(the_links_are_designed_to_the_byte),
        cmocka_unit_test(the_designed_table_fits_itself),
        cmocka_unit_test(a_table_that_exists_fits_or_says_why_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
