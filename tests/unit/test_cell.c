/* test_cell.c - single values: the order is SQLite's own, sameness is that of
 * the canonical bytes, and what is shown can be told apart.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "school/cell.h"
#include "support/school.h"

/* One of each kind, and those that are near to each other. */
static const char values_sql[] =
    "CREATE TABLE t(v); INSERT INTO t VALUES (NULL), (0), (1), (-1), (2), "
    "(9007199254740992), (9007199254740993), (9223372036854775807), "
    "(9223372036854775806), (-9223372036854775808), (-9007199254740993), "
    "(0.0), (-0.0), (0.5), (-0.5), (1.0), (1.5), (9007199254740992.0), "
    "(9007199254740994.0), (9223372036854775807.0), (-9223372036854775808.0), "
    "(1e300), (-1e300), (9e999), (-9e999), (4.9e-324), (''), ('a'), ('ab'), "
    "('b'), ('A'), ('1'), (CAST(x'ff' AS TEXT)), ('a' || char(0)), "
    "('a' || char(0) || 'b'), (x''), (x'00'), (x'61'), (x'6100'), (x'ff')";

struct value {
    struct rp_cell cell;
    struct rp_buf bytes;
};

#define VALUES_MAX 64

static size_t
read_values(struct rp_db *db, struct value values[VALUES_MAX])
{
    struct rp_stmt *stmt = NULL;
    struct rp_err err;
    size_t count = 0;
    bool row = false;

    assert_ok(
        rp_stmt_open(db, RP_LIT("SELECT v FROM t ORDER BY rowid"), &stmt, &err),
        &err);
    for (;;) {
        struct value *value = &values[count];

        assert_ok(rp_stmt_step(stmt, &row, &err), &err);
        if (!row)
            break;
        assert_true(++count < VALUES_MAX);
        value->cell = rp_stmt_cell(stmt, 0);
        memset(&value->bytes, 0, sizeof value->bytes);
        rp_buf_slice(&value->bytes, value->cell.bytes);
        value->cell.bytes = rp_buf_view(&value->bytes);
    }
    rp_stmt_close(stmt);
    return count;
}

/* What SQLite says of every pair: < 0, 0, > 0 as one line of digits. */
static char *
ask_order(struct rp_db *db)
{
    return test_ask_db(
        db, "SELECT group_concat(CASE WHEN a.v IS b.v THEN '=' WHEN a.v IS "
            "NULL OR a.v < b.v THEN '<' ELSE '>' END, '') FROM (SELECT v FROM "
            "t ORDER BY rowid) AS a, (SELECT v FROM t ORDER BY rowid) AS b");
}

static void
the_order_is_that_of_sqlite(void **state)
{
    struct test_school school;
    struct value values[VALUES_MAX];
    size_t count;
    char *order;

    (void)state;
    if (!test_long_double_is_exact())
        skip();
    test_school_start(&school, values_sql);
    count = read_values(school.db, values);
    order = ask_order(school.db);
    assert_int_equal(strlen(order), count * count + 1);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            const int found = rp_cell_order(&values[i].cell, &values[k].cell);
            const char sign = "<=>"[(found > 0) - (found < 0) + 1];

            if (sign != order[i * count + k])
                fail_msg("values %zu and %zu: %c and not %c", i, k, sign,
                         order[i * count + k]);
        }
    free(order);
    for (size_t i = 0; i < count; i++)
        rp_buf_release(&values[i].bytes);
    test_school_end(&school);
}

static void
values_are_the_same_when_their_bytes_are_and_look_so(void **state)
{
    struct test_school school;
    struct value values[VALUES_MAX];
    size_t count;

    (void)state;
    test_school_start(&school, values_sql);
    count = read_values(school.db, values);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            struct rp_buf left = { 0 };
            struct rp_buf right = { 0 };
            bool same;

            rp_cell_canon(&left, &values[i].cell);
            rp_cell_canon(&right, &values[k].cell);
            same = rp_slice_eq(rp_buf_view(&left), rp_buf_view(&right));
            if (rp_cell_same(&values[i].cell, &values[k].cell) != same)
                fail_msg("values %zu and %zu: same bytes: %d", i, k, same);
            rp_buf_reset(&left);
            rp_buf_reset(&right);
            rp_cell_show(&left, &values[i].cell);
            rp_cell_show(&right, &values[k].cell);
            if (rp_slice_eq(rp_buf_view(&left), rp_buf_view(&right)) != same)
                fail_msg("values %zu and %zu look alike: %s", i, k,
                         rp_buf_cstr(&left));
            rp_buf_release(&left);
            rp_buf_release(&right);
        }
    for (size_t i = 0; i < count; i++)
        rp_buf_release(&values[i].bytes);
    test_school_end(&school);
}

static const struct {
    struct rp_cell cell;
    const char *shown;
} shown[] = {
    { { .type = RP_CELL_NULL }, "NULL" },
    { { .type = RP_CELL_INT, .integer = INT64_MIN }, "-9223372036854775808" },
    { { .type = RP_CELL_REAL, .real = 1 }, "1.0" },
    { { .type = RP_CELL_REAL, .real = -0.0 }, "-0.0" },
    { { .type = RP_CELL_REAL, .real = 0.1 }, "0.1" },
    { { .type = RP_CELL_REAL, .real = 0.1 + 0.2 }, "0.30000000000000004" },
    { { .type = RP_CELL_REAL, .real = 1e300 }, "1e+300" },
    { { .type = RP_CELL_REAL, .real = HUGE_VAL }, "inf" },
    { { .type = RP_CELL_TEXT, .bytes = RP_LIT_INIT("") }, "''" },
    { { .type = RP_CELL_TEXT, .bytes = RP_LIT_INIT("O'Neill's \x1b[0m") },
      "'O''Neill''s \\x1b[0m'" },
    { { .type = RP_CELL_TEXT, .bytes = RP_LIT_INIT("a\0b\xff") },
      "'a\\x00b\\xff'" },
    { { .type = RP_CELL_TEXT, .bytes = RP_LIT_INIT("NULL") }, "'NULL'" },
    { { .type = RP_CELL_BLOB, .bytes = RP_LIT_INIT("\0\xff'") }, "x'00ff27'" },
    { { .type = RP_CELL_BLOB, .bytes = RP_LIT_INIT("") }, "x''" },
};

static void
values_are_shown_as_sql_writes_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(shown); i++) {
        struct rp_buf out = { 0 };

        rp_cell_show(&out, &shown[i].cell);
        assert_string_equal(rp_buf_cstr(&out), shown[i].shown);
        rp_buf_release(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_that_of_sqlite),
        cmocka_unit_test(values_are_the_same_when_their_bytes_are_and_look_so),
        cmocka_unit_test(values_are_shown_as_sql_writes_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
