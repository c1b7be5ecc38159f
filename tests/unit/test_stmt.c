/* test_stmt.c - statements, their text, values and failures. */
#include "support/test.h"

#include <stdlib.h>

#include "school/db.h"
#include "support/school.h"

static void
names_are_quoted_whatever_they_hold(void **state)
{
    static const struct {
        struct rp_slice name;
        const char *quoted;
    } cases[] = {
        { RP_LIT_INIT("students"), "\"students\"" },
        { RP_LIT_INIT(""), "\"\"" },
        { RP_LIT_INIT("a\"b"), "\"a\"\"b\"" },
        { RP_LIT_INIT("x\" ; DROP TABLE t; --"),
          "\"x\"\" ; DROP TABLE t; --\"" },
        { RP_LIT_INIT("two\nlines\t'%s'"), "\"two\nlines\t'%s'\"" },
        { RP_LIT_INIT("\xff\xfe"), "\"\xff\xfe\"" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct rp_buf out = { 0 };
        struct rp_err err;

        assert_ok(rp_db_quote(&out, cases[i].name, &err), &err);
        assert_same(rp_buf_view(&out), rp_slice_str(cases[i].quoted));
        rp_buf_release(&out);
    }
}

static void
a_name_with_a_nul_is_refused(void **state)
{
    struct rp_buf out = { 0 };
    struct rp_err err = { 0 };

    (void)state;
    assert_int_equal(rp_db_quote(&out, RP_LIT("a\0b"), &err), RP_E_USAGE);
    assert_holds(err.text, "a\\x00b: cannot name a table or a column");
    assert_int_equal(out.len, 0);
}

static void
the_builder_appends_to_what_is_there(void **state)
{
    struct rp_buf out = { 0 };
    struct rp_err err;

    (void)state;
    assert_ok(rp_db_sql(&out, &err, "SELECT \"%w\"", "a\"b"), &err);
    assert_ok(rp_db_sql(&out, &err, " FROM main.\"%w\"", "t"), &err);
    assert_bytes(rp_buf_view(&out), "SELECT \"a\"\"b\" FROM main.\"t\"");
    rp_buf_release(&out);
}

static void
cells_come_as_they_are_stored(void **state)
{
    const double half = 0.5;
    struct test_school school;
    struct rp_stmt *stmt = NULL;
    struct rp_cell cell;
    struct rp_err err;
    bool row = false;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    assert_ok(rp_stmt_open(school.db,
                           RP_LIT("SELECT NULL, -9223372036854775808, 0.5, "
                                  "CAST(x'610062' AS TEXT), x'00ff', '', x'', "
                                  "CAST(x'ff' AS TEXT) AS odd"),
                           &stmt, &err),
              &err);
    assert_int_equal(rp_stmt_columns(stmt), 8);
    assert_ok(rp_stmt_step(stmt, &row, &err), &err);
    assert_true(row);
    assert_int_equal(rp_stmt_cell(stmt, 0).type, RP_CELL_NULL);
    cell = rp_stmt_cell(stmt, 1);
    assert_int_equal(cell.type, RP_CELL_INT);
    assert_true(cell.integer == INT64_MIN);
    cell = rp_stmt_cell(stmt, 2);
    assert_int_equal(cell.type, RP_CELL_REAL);
    assert_memory_equal(&cell.real, &half, sizeof cell.real);
    cell = rp_stmt_cell(stmt, 3);
    assert_int_equal(cell.type, RP_CELL_TEXT);
    assert_bytes(cell.bytes, "a\0b");
    cell = rp_stmt_cell(stmt, 4);
    assert_int_equal(cell.type, RP_CELL_BLOB);
    assert_bytes(cell.bytes, "\0\xff");
    assert_int_equal(rp_stmt_cell(stmt, 5).type, RP_CELL_TEXT);
    assert_int_equal(rp_stmt_cell(stmt, 5).bytes.len, 0);
    assert_int_equal(rp_stmt_cell(stmt, 6).type, RP_CELL_BLOB);
    /* Read twice: the type stays. */
    assert_bytes(rp_stmt_cell(stmt, 7).bytes, "\xff");
    assert_int_equal(rp_stmt_cell(stmt, 7).type, RP_CELL_TEXT);
    assert_ok(rp_stmt_step(stmt, &row, &err), &err);
    assert_false(row);
    rp_stmt_close(stmt);
    test_school_end(&school);
}

static void
what_is_bound_is_what_is_stored(void **state)
{
    struct test_school school;
    struct rp_stmt *stmt = NULL;
    struct rp_err err;
    bool row = true;
    char *rows;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(a, b, c)");
    assert_ok(rp_stmt_open(school.db,
                           RP_LIT("INSERT INTO t VALUES (?1, ?2, ?3); \n"),
                           &stmt, &err),
              &err);
    assert_ok(rp_stmt_bind_int(stmt, 1, INT64_MAX, &err), &err);
    assert_ok(rp_stmt_bind_text(stmt, 2, RP_LIT("a'b"), &err), &err);
    assert_ok(rp_stmt_bind_null(stmt, 3, &err), &err);
    assert_ok(rp_stmt_step(stmt, &row, &err), &err);
    assert_false(row);
    rp_stmt_reset(stmt);
    assert_ok(rp_stmt_bind_text(stmt, 2, (struct rp_slice){ NULL, 0 }, &err),
              &err);
    assert_ok(rp_stmt_step(stmt, &row, &err), &err);
    assert_int_equal(rp_stmt_bind_int(stmt, 4, 0, &err), RP_E_DB);
    rp_stmt_close(stmt);
    rows = test_ask(school.path, "SELECT a, quote(b), quote(c) FROM t");
    assert_string_equal(rows, "9223372036854775807|'a''b'|NULL\n"
                              "9223372036854775807|''|NULL\n");
    free(rows);
    test_school_end(&school);
}

static void
a_statement_that_fails_is_told_with_path_and_reason(void **state)
{
    static const struct {
        const char *sql;
        const char *part;
    } cases[] = {
        { "SELECT nowhere FROM t",
          "school.db: SELECT nowhere FROM t: no such column: nowhere" },
        { "SELECT 1; SELECT 2", "bad parameter or other API misuse" },
        { "", "bad parameter or other API misuse" },
        { "SELECT '\x1b[31m' FROM", "SELECT '\\x1b[31m' FROM: incomplete" },
    };
    struct test_school school;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x UNIQUE)");
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct rp_stmt *stmt = NULL;

        assert_int_equal(
            rp_stmt_open(school.db, rp_slice_str(cases[i].sql), &stmt, &err),
            RP_E_DB);
        assert_null(stmt);
        assert_holds(err.text, cases[i].part);
    }
    assert_int_equal(rp_db_exec(school.db,
                                "INSERT INTO t VALUES (1); "
                                "INSERT INTO t VALUES (1)",
                                &err),
                     RP_E_DB);
    assert_holds(err.text, "UNIQUE constraint failed: t.x");
    test_school_end(&school);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_quoted_whatever_they_hold),
        cmocka_unit_test(a_name_with_a_nul_is_refused),
        cmocka_unit_test(the_builder_appends_to_what_is_there),
        cmocka_unit_test(cells_come_as_they_are_stored),
        cmocka_unit_test(what_is_bound_is_what_is_stored),
        cmocka_unit_test(a_statement_that_fails_is_told_with_path_and_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
