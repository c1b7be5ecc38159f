/* test_compare.c - which rows are missing, added or changed, by name. */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proof/compare.h"
#include "support/school.h"

static enum rp_status
write_difference(void *ctx, enum rp_difference difference, const char *name,
                 struct rp_err *err)
{
    static const char *const words[] = {
        [RP_ROW_MISSING] = "missing",
        [RP_ROW_ADDED] = "added",
        [RP_ROW_CHANGED] = "changed",
    };
    struct rp_buf *out = ctx;

    if (strcmp(name, "stop") == 0)
        return rp_fail(err, RP_E_IO, "stopped");
    rp_buf_printf(out, "%s %s\n", words[difference], name);
    return RP_OK;
}

static struct rp_sorter *
spool(struct rp_db *db)
{
    struct rp_schema *schema = NULL;
    struct rp_sorter *rows = NULL;
    struct rp_err err;

    assert_ok(rp_schema_open(db, &schema, &err), &err);
    assert_ok(rp_compare_spool(db, rp_schema_table(schema, "t"),
                               RP_MEMORY_LEAST_BYTES, &rows, &err),
              &err);
    rp_schema_close(schema);
    return rows;
}

static int
compare_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The order of the rows is that of hashes: sorted, so that it can be read. */
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

/* What changes between the state after before and the one after change. */
static enum rp_status
compare(const char *before, const char *change, struct rp_buf *out,
        struct rp_err *err)
{
    const struct rp_difference_visitor visitor = { write_difference, out };
    struct rp_differences found = { 0, 0, 0 };
    struct test_school school;
    struct rp_sorter *old;
    struct rp_sorter *new;
    enum rp_status status;

    test_school_start(&school, before);
    old = spool(school.db);
    free(test_ask_db(school.db, change));
    new = spool(school.db);
    status = rp_compare_merge(old, new, &visitor, &found, err);
    sort_lines(out);
    rp_buf_printf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64, found.missing,
                  found.added, found.changed);
    rp_sorter_close(old);
    rp_sorter_close(new);
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

static const struct {
    const char *before;
    const char *change;
    const char *differences; /* and missing, added, changed */
} cases[] = {
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
      "added 2\nmissing 2\n1 1 0" },
    { KEYLESS, "DELETE FROM t WHERE rowid = 1", "missing 1\n1 0 0" },
    { KEYLESS, "INSERT INTO t VALUES (2, 'two')", "added 2\n0 1 0" },
    /* names are shown, and cut where they are long */
    { "CREATE TABLE t(k TEXT PRIMARY KEY, v); INSERT INTO t VALUES "
      "('esc' || char(27), 1), (printf('%.100c', 'x'), 1)",
      "UPDATE t SET v = 2",
      "changed esc\\x1b\nchanged "
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
      "0 0 2" },
};

static void
every_row_that_differs_is_told_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct rp_buf out = { 0 };
        struct rp_err err;

        assert_ok(compare(cases[i].before, cases[i].change, &out, &err), &err);
        if (strcmp(rp_buf_cstr(&out), cases[i].differences) != 0)
            fail_msg("%s: %s", cases[i].change, rp_buf_cstr(&out));
        rp_buf_release(&out);
    }
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
        cmocka_unit_test(the_visitors_failure_ends_the_comparison),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
