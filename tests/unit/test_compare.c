/* test_compare.c - which rows are missing, added or changed, by name. */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proof/compare.h"
#include "support/school.h"

struct writing {
    struct rp_buf *out;
    size_t key_count;
};

static enum rp_status
write_difference(void *ctx, enum rp_difference difference,
                 const struct rp_mark *old, const struct rp_mark *new,
                 struct rp_err *err)
{
    static const char *const words[] = {
        [RP_ROW_MISSING] = "missing",
        [RP_ROW_ADDED] = "added",
        [RP_ROW_CHANGED] = "changed",
    };
    struct writing *writing = ctx;
    const size_t start = writing->out->len;

    assert_int_equal(difference == RP_ROW_MISSING, new == NULL);
    assert_int_equal(difference == RP_ROW_ADDED, old == NULL);
    rp_buf_printf(writing->out, "%s ", words[difference]);
    rp_mark_name(writing->out, new == NULL ? old : new, writing->key_count);
    if (strcmp(rp_buf_cstr(writing->out) + start, "added stop") == 0)
        return rp_fail(err, RP_E_IO, "stopped");
    rp_buf_str(writing->out, "\n");
    return RP_OK;
}

static int
compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Loose rows come in the order of hashes: sorted, so that it can be read. */
static void
sort_lines(struct rp_buf *text)
{
    char *copy = test_copy(rp_buf_cstr(text));
    char *lines[64] = { NULL };
    char *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        assert_true(count < TEST_COUNT(lines));
        lines[count++] = line;
    }
    qsort(lines, count, sizeof lines[0], compare_lines);
    rp_buf_reset(text);
    for (size_t i = 0; i < count; i++)
        rp_buf_printf(text, "%s\n", lines[i]);
    free(copy);
}

/* What change changes: the state behind it is kept, then rolled back. */
static enum rp_status
compare_table(struct rp_db *db, const struct rp_table *table,
              const char *change, struct rp_buf *out, struct rp_err *err)
{
    struct writing writing = { out, table->primary.count };
    const struct rp_difference_visitor visitor = { write_difference, &writing };
    struct rp_differences found = { 0 };
    struct rp_kept_rows *kept = NULL;
    enum rp_status status;

    assert_ok(rp_db_begin_write(db, false, err), err);
    free(test_ask_db(db, change));
    assert_ok(rp_kept_rows_open(db, table, RP_MEMORY_LEAST_BYTES, &kept, err),
              err);
    assert_true(rp_db_rollback(db));
    status = rp_kept_rows_compare(kept, db, &visitor, &found, err);
    sort_lines(out);
    rp_buf_printf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64, found.missing,
                  found.added, found.changed);
    rp_kept_rows_close(kept);
    return status;
}

static enum rp_status
compare(const char *before, const char *change, struct rp_buf *out,
        struct rp_err *err)
{
    struct rp_schema *schema = NULL;
    struct test_school school;
    enum rp_status status;

    test_school_start(&school, before);
    assert_ok(rp_schema_open(school.db, &schema, err), err);
    status = compare_table(school.db, rp_schema_table(schema, "t"), change, out,
                           err);
    rp_schema_close(schema);
    test_school_end(&school);
    return status;
}

#define ROWS                                                                   \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);"                          \
    "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (-4, NULL)"
#define PAIRS                                                                  \
    "CREATE TABLE t(a TEXT, b INT, c, PRIMARY KEY (a, b)) WITHOUT ROWID;"      \
    "INSERT INTO t VALUES ('x', 1, 0), ('x', 11, 0), ('x1', 1, 0)"
#define KEYLESS                                                                \
    "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 'one'), (1, 'one'),"       \
    "(2, 'two')"

struct example {
    const char *before;
    const char *change;
    const char *differences; /* and missing, added, changed */
};

static const struct example examples[] = {
    { ROWS, "SELECT 1", "0 0 0" },
    { ROWS, "UPDATE t SET a = a", "0 0 0" },
    { ROWS, "DELETE FROM t WHERE id = 2", "missing 2\n1 0 0" },
    { ROWS, "INSERT INTO t VALUES (9, '')", "added 9\n0 1 0" },
    { ROWS, "UPDATE t SET a = 'B' WHERE id = 2", "changed 2\n0 0 1" },
    { ROWS, "UPDATE t SET a = '' WHERE id = -4", "changed -4\n0 0 1" },
    { ROWS, "UPDATE t SET a = CAST(a AS BLOB) WHERE id = 1",
      "changed 1\n0 0 1" },
    { ROWS, "UPDATE t SET id = 5 WHERE id = 2", "added 5\nmissing 2\n1 1 0" },
    { ROWS, "DELETE FROM t",
      "missing -4\nmissing 1\nmissing 2\nmissing 3\n"
      "4 0 0" },
    { ROWS,
      "UPDATE t SET a = CASE id WHEN 1 THEN 'b' WHEN 2 THEN 'a' ELSE a "
      "END",
      "changed 1\nchanged 2\n0 0 2" },
    { "CREATE TABLE t(id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)",
      "added 1\nadded 2\n0 2 0" },
    { PAIRS, "UPDATE t SET c = 1 WHERE b = 11", "changed x 11\n0 0 1" },
    { PAIRS, "UPDATE t SET c = 1 WHERE b = 1",
      "changed x 1\nchanged x1 1\n0 0 2" },
    { PAIRS, "UPDATE t SET a = 'x1' WHERE b = 11",
      "added x1 11\nmissing x 11\n1 1 0" },
    /* without a key a changed row is one missing and one added */
    { KEYLESS, "UPDATE t SET b = 'zwei' WHERE a = 2",
      "added 2, 'zwei'\nmissing 2, 'two'\n1 1 0" },
    { KEYLESS, "DELETE FROM t WHERE rowid = 1", "missing 1, 'one'\n1 0 0" },
    { KEYLESS, "INSERT INTO t VALUES (2, 'two')", "added 2, 'two'\n0 1 0" },
    /* a key that holds NULL names no row */
    { "CREATE TABLE t(a, b, c, PRIMARY KEY (a, b)); INSERT INTO t VALUES "
      "(NULL, 1, 'x'), (NULL, 1.0, 'x'), (NULL, 1, 'x'), (2, NULL, 'y'), "
      "(1, 1, 'z')",
      "UPDATE t SET c = 'w' WHERE rowid IN (1, 4, 5)",
      "added 2, NULL, 'w'\nadded NULL, 1, 'w'\nchanged 1 1\n"
      "missing 2, NULL, 'y'\nmissing NULL, 1, 'x'\n2 2 1" },
    /* names are shown, and cut where they are long */
    { "CREATE TABLE t(k TEXT PRIMARY KEY, v); INSERT INTO t VALUES "
      "('esc' || char(27), 1), (printf('%.100c', 'x'), 1)",
      "UPDATE t SET v = 2",
      "changed esc\\x1b\nchanged "
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
      "0 0 2" },
};

static void
check_example(const struct example *example)
{
    struct rp_buf out = { 0 };
    struct rp_err err;

    assert_ok(compare(example->before, example->change, &out, &err), &err);
    if (strcmp(rp_buf_cstr(&out), example->differences) != 0)
        fail_msg("%s: %s", example->change, rp_buf_cstr(&out));
    rp_buf_release(&out);
}

static void
every_row_that_differs_is_told_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++)
        check_example(&examples[i]);
}

/* In SQLite's order; 1 and 1.0 are one key. */
static void
keys_of_all_types_are_told_apart(void **state)
{
    static const struct example example = {
        "CREATE TABLE t(k PRIMARY KEY, v); INSERT INTO t VALUES (1, 0), (0.5, "
        "0), (9007199254740993, 0), (9007199254740992.0, 0), ('a', 0), (x'61', "
        "0), ('', 0), (x'', 0), (-1e300, 0), (-5, 0), (1e300, 0)",
        "UPDATE t SET k = CASE k WHEN 1 THEN 1.0 ELSE k END, v = k <> 1",
        "changed \nchanged -1e+300\nchanged -5\nchanged 0.5\nchanged 1.0\n"
        "changed 1e+300\nchanged 9007199254740992.0\nchanged "
        "9007199254740993\nchanged a\nchanged x''\nchanged x'61'\n0 0 11"
    };

    (void)state;
    if (!test_long_double_is_exact())
        skip();
    check_example(&example);
}

static void
the_visitors_failure_ends_the_comparison(void **state)
{
    struct rp_buf out = { 0 };
    struct rp_err err;

    (void)state;
    assert_int_equal(compare("CREATE TABLE t(k TEXT PRIMARY KEY)",
                             "INSERT INTO t VALUES ('stop')", &out, &err),
                     RP_E_IO);
    assert_string_equal(err.text, "stopped");
    rp_buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_that_differs_is_told_once),
        cmocka_unit_test(keys_of_all_types_are_told_apart),
        cmocka_unit_test(the_visitors_failure_ends_the_comparison),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
