/* test_keys.c - which columns are the key, and what stands in them. */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "school/keys.h"
#include "support/school.h"

#define NAMES_MAX 20

/* "a+b" as slices; the number of them. */
static size_t
split(const char *text, struct rp_slice names[NAMES_MAX])
{
    size_t count = 0;

    for (;;) {
        const size_t len = strcspn(text, "+");

        assert_true(count < NAMES_MAX);
        names[count++] = (struct rp_slice){ (const unsigned char *)text, len };
        if (text[len] == '\0')
            return count;
        text += len + 1;
    }
}

static enum rp_status
shape_of(const struct rp_table *table, const char *csv, const char *given,
         struct rp_key_shape *out_shape, struct rp_err *err)
{
    struct rp_slice csv_names[NAMES_MAX];
    struct rp_slice db_names[NAMES_MAX];
    struct rp_key_request request = { .option = "--student", .csv = csv_names };

    request.csv_count = split(csv, csv_names);
    if (given != NULL) {
        request.db = db_names;
        request.db_count = split(given, db_names);
    }
    return rp_keys_shape(table, &request, out_shape, err);
}

/* "a int + b": the key's columns and which of them are parsed. */
static char *
describe(const struct rp_key_shape *shape)
{
    struct rp_buf out = { 0 };
    char *text;

    for (size_t i = 0; i < shape->count; i++)
        rp_buf_printf(&out, "%s%s%s", i == 0 ? "" : " + ",
                      shape->table->columns[shape->column[i]].name,
                      shape->integer[i] ? " int" : "");
    text = test_copy(rp_buf_cstr(&out));
    rp_buf_release(&out);
    return text;
}

#define WITH_USER_ID                                                           \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, UserID TEXT UNIQUE NOT "    \
    "NULL, name TEXT, No NUMERIC UNIQUE)"
#define ONLY_ID "CREATE TABLE students(key INTEGER PRIMARY KEY, name TEXT)"
#define COMPOSITE                                                              \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, school TEXT, number INT, "  \
    "UNIQUE (number, school))"

static const struct {
    const char *sql;
    const char *csv;
    const char *db; /* NULL: the default rule */
    const char *shape;
    const char *refusal;
} cases[] = {
    /* the UNIQUE column of the same name, in any case */
    { WITH_USER_ID, "UserID", NULL, "UserID", NULL },
    { WITH_USER_ID, "userid", NULL, "UserID", NULL },
    { WITH_USER_ID, "no", NULL, "No int", NULL },
    /* the primary key is one of them */
    { WITH_USER_ID, "id", NULL, "id int", NULL },
    { ONLY_ID, "KEY", NULL, "key int", NULL },
    /* the only key, whatever its name */
    { ONLY_ID, "student_id", NULL, "key int", NULL },
    { "CREATE TABLE students(id INTEGER PRIMARY KEY, student_id TEXT)",
      "student_id", NULL, "id int", NULL },
    { "CREATE TABLE students(id INTEGER PRIMARY KEY, a, UNIQUE (id, a));"
      "CREATE UNIQUE INDEX i ON students(id);"
      "CREATE UNIQUE INDEX j ON students(a) WHERE a > 0",
      "student_id", NULL, "id int", NULL },
    /* sets, in the order of the CSV columns */
    { COMPOSITE, "school+number", NULL, "school + number int", NULL },
    { COMPOSITE, "NUMBER+SCHOOL", NULL, "number int + school", NULL },
    /* what was asked for, unique or not */
    { WITH_USER_ID, "x", "name", "name", NULL },
    { WITH_USER_ID, "x", "ID", "id int", NULL },
    { COMPOSITE, "a+b", "school+number", "school + number int", NULL },

    { WITH_USER_ID, "student_id", NULL, NULL,
      "students has no unique column student_id; write --student "
      "student_id=UserID (its unique key) or --student student_id=No (its "
      "unique key) or --student student_id=id (its INTEGER PRIMARY KEY)" },
    { WITH_USER_ID, "name", NULL, NULL,
      "students has no unique column name; write --student name=UserID (its" },
    { WITH_USER_ID, "Student ID", NULL, NULL,
      "write --student 'Student ID=UserID' (its unique key) or" },
    { COMPOSITE, "student_id", NULL, NULL,
      "students has no unique column student_id; write --student "
      "CSVCOL+CSVCOL=number+school (its unique key) or --student "
      "student_id=id (its INTEGER PRIMARY KEY)" },
    { COMPOSITE, "school", NULL, NULL, "students has no unique column school" },
    { COMPOSITE, "school+number+id", NULL, NULL,
      "students has no unique columns school+number+id; write --student "
      "CSVCOL+CSVCOL=number+school (its unique key) or --student CSVCOL=id "
      "(its INTEGER PRIMARY KEY)" },
    { COMPOSITE, "school+school", NULL, NULL, "has no unique columns school+" },
    { ONLY_ID, "a+b", NULL, NULL,
      "students has no unique columns a+b; write --student CSVCOL=key (its "
      "INTEGER PRIMARY KEY)" },
    { "CREATE TABLE students(\"it's\" INTEGER PRIMARY KEY, \"a\x1b\" UNIQUE)",
      "x", NULL, NULL,
      "write --student 'x=a\\x1b' (its unique key) or --student "
      "'x=it'\\''s' (its" },
    { WITH_USER_ID, "x", "UserId2", NULL,
      "--student: students has no column UserId2; did you mean UserID?" },
    { WITH_USER_ID, "x", "grade", NULL,
      "--student: students has no column grade; it has id, UserID, name, No" },
    { WITH_USER_ID, "x", "id+UserID", NULL,
      "--student: 1 column(s) of the CSV file stand for 2 column(s) of "
      "students; name as many on both sides of the =" },
    { WITH_USER_ID, "x+y", "UserID+userid", NULL,
      "--student: column userid is named twice" },
    { WITH_USER_ID, "1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17", NULL, NULL,
      "--student: a key of 17 columns is too long; at most 16 are possible" },
};

static void
the_key_is_found_or_the_spellings_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct rp_key_shape shape = { 0 };
        struct rp_schema *schema = NULL;
        struct rp_err err = { 0 };
        struct test_school school;
        enum rp_status status;

        test_school_start(&school, cases[i].sql);
        assert_ok(rp_schema_open(school.db, &schema, &err), &err);
        status = shape_of(rp_schema_table(schema, "students"), cases[i].csv,
                          cases[i].db, &shape, &err);
        if (cases[i].shape != NULL) {
            char *text;

            assert_ok(status, &err);
            text = describe(&shape);
            assert_string_equal(text, cases[i].shape);
            free(text);
        } else {
            assert_int_equal(status, RP_E_USAGE);
            assert_holds(err.text, cases[i].refusal);
        }
        rp_schema_close(schema);
        test_school_end(&school);
    }
}

static enum rp_status
write_key(void *ctx, int64_t id, const struct rp_cell *key, struct rp_err *err)
{
    struct rp_buf *out = ctx;

    if (id == 13)
        return rp_fail(err, RP_E_NOMEM, "no 13");
    rp_buf_printf(out, "%" PRId64 ": %d ", id, (int)key[0].type);
    rp_buf_slice(out, key[0].bytes);
    rp_buf_printf(out, ", %d %" PRId64 "\n", (int)key[1].type, key[1].integer);
    return RP_OK;
}

static enum rp_status
scan(const char *sql, struct rp_buf *out, struct rp_err *err)
{
    const struct rp_key_visitor visitor = { write_key, out };
    struct rp_key_shape shape = { 0 };
    struct rp_schema *schema = NULL;
    struct test_school school;
    enum rp_status status;

    test_school_start(&school, sql);
    assert_ok(rp_schema_open(school.db, &schema, err), err);
    assert_ok(shape_of(rp_schema_table(schema, "students"), "school+number",
                       NULL, &shape, err),
              err);
    status = rp_keys_scan(school.db, &shape, &visitor, err);
    rp_schema_close(schema);
    test_school_end(&school);
    return status;
}

static void
every_row_is_visited_by_its_id(void **state)
{
    struct rp_buf out = { 0 };
    struct rp_err err = { 0 };

    (void)state;
    assert_ok(scan(COMPOSITE "; CREATE INDEX i ON students(school, number);"
                             "INSERT INTO students VALUES (7, 'a', 2), "
                             "(-9223372036854775808, 'b', 1), (3, NULL, NULL), "
                             "(4, NULL, NULL), (5, CAST(x'610062' AS TEXT), "
                             "'x'), (6, 'a', 1)",
                   &out, &err),
              &err);
    assert_bytes(rp_buf_view(&out), "-9223372036854775808: 3 b, 1 1\n"
                                    "3: 0 , 0 0\n"
                                    "4: 0 , 0 0\n"
                                    "5: 3 a\0b, 3 0\n"
                                    "6: 3 a, 1 1\n"
                                    "7: 3 a, 1 2\n");
    rp_buf_release(&out);
}

static void
the_visitors_failure_ends_the_visit(void **state)
{
    struct rp_buf out = { 0 };
    struct rp_err err = { 0 };

    (void)state;
    assert_int_equal(scan(COMPOSITE "; INSERT INTO students VALUES (1, 'a', 2),"
                                    " (13, 'a', 1), (14, 'a', 3)",
                          &out, &err),
                     RP_E_NOMEM);
    assert_string_equal(err.text, "no 13");
    assert_bytes(rp_buf_view(&out), "1: 3 a, 1 2\n");
    rp_buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_found_or_the_spellings_are_told),
        cmocka_unit_test(every_row_is_visited_by_its_id),
        cmocka_unit_test(the_visitors_failure_ends_the_visit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
