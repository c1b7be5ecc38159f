/* test_sound.c - what SQLite finds wrong, and functions nobody knows. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "school/schema.h"
#include "support/school.h"

/* The lines, each ended by a newline; to be freed. */
static char *
lines_of(struct rp_db *db, bool full)
{
    struct rp_buf lines = { 0 };
    struct rp_err err;
    char *text;

    assert_ok(rp_db_soundness(db, full, &lines, &err), &err);
    for (size_t i = 0; i < lines.len; i++)
        if (lines.ptr[i] == '\0')
            lines.ptr[i] = '\n';
    text = test_copy(rp_buf_cstr(&lines));
    rp_buf_release(&lines);
    return text;
}

/* What lies about t after this is not what its schema says. */
#define FORGE(from, to)                                                        \
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "             \
    "replace(sql, '" from "', '" to "'); PRAGMA writable_schema = RESET;"

static const struct {
    const char *what;
    const char *sql;
    const char *quick;
    const char *full;
} cases[] = {
    { "sound", "CREATE TABLE t(x PRIMARY KEY); INSERT INTO t VALUES (1)", "",
      "" },
    { "empty", "", "", "" },
    { "old violations, sorted",
      "CREATE TABLE b(x); CREATE TABLE a(x);"
      "INSERT INTO b VALUES (NULL); INSERT INTO a VALUES (NULL);" FORGE(
          "(x)", "(x NOT NULL)"),
      "NULL value in a.x\nNULL value in b.x\n",
      "NULL value in a.x\nNULL value in b.x\n" },
    { "rows that refer to nothing",
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(x REFERENCES p, y"
      " REFERENCES p(id)); INSERT INTO c VALUES (9, 1), (NULL, NULL);"
      "CREATE TABLE w(x PRIMARY KEY REFERENCES p) WITHOUT ROWID;"
      "INSERT INTO w VALUES (5); INSERT INTO p VALUES (1)",
      "",
      "foreign_key_check: c row 1 refers to nothing in p (foreign key 1)\n"
      "foreign_key_check: w refers to nothing in p (foreign key 0)\n" },
    { "a foreign key without a parent key",
      "CREATE TABLE p(id); CREATE TABLE c(x REFERENCES p(id));"
      "INSERT INTO c VALUES (1)",
      "",
      "foreign_key_check: foreign key mismatch - \"c\" referencing \"p\"\n" },
    { "an unknown collation",
      "CREATE TABLE t(x, y); CREATE INDEX i ON t(x);" FORGE(
          "INDEX i ON t(x", "INDEX i ON t(x COLLATE nobody"),
      "quick_check: no such collation sequence: nobody\n",
      "integrity_check: no such collation sequence: nobody\n" },
};

static void
trouble_is_listed_line_by_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct test_school school;
        char *quick;
        char *full;

        test_school_start(&school, cases[i].sql);
        quick = lines_of(school.db, false);
        full = lines_of(school.db, true);
        if (strcmp(quick, cases[i].quick) != 0)
            fail_msg("%s, quick:\n%s", cases[i].what, quick);
        if (strcmp(full, cases[i].full) != 0)
            fail_msg("%s, full:\n%s", cases[i].what, full);
        free(quick);
        free(full);
        test_school_end(&school);
    }
}

static void
endless_trouble_is_cut_and_says_so(void **state)
{
    struct test_school school;
    char *lines;
    size_t count = 0;

    (void)state;
    test_school_start(
        &school,
        "CREATE TABLE t(x); WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL "
        "SELECT n + 1 FROM c LIMIT 10500) INSERT INTO t SELECT NULL "
        "FROM c;" FORGE("(x)", "(x NOT NULL)"));
    lines = lines_of(school.db, false);
    for (const char *at = lines; *at != '\0'; at++)
        count += *at == '\n';
    assert_int_equal(count, RP_SOUNDNESS_LINES_MAX + 1);
    assert_holds(lines, "\nmore lines than are listed here\n");
    free(lines);
    test_school_end(&school);
}

static void
a_check_that_is_stopped_is_a_failure(void **state)
{
    volatile sig_atomic_t stop = 0;
    const struct rp_db_config config = { .mode = RP_DB_WRITE, .stop = &stop };
    struct test_school school;
    struct rp_buf lines = { 0 };
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x NOT NULL); WITH RECURSIVE c(n)"
                               " AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
                               "LIMIT 100000) INSERT INTO t SELECT n FROM c");
    assert_ok(rp_db_open(school.path, &config, &db, &err), &err);
    stop = 1;
    assert_int_equal(rp_db_soundness(db, false, &lines, &err),
                     RP_E_INTERRUPTED);
    assert_int_equal(lines.len, 0);
    rp_db_close(db);
    test_school_end(&school);
}

static size_t
unknown_functions(const char *sql)
{
    struct test_school school;
    struct rp_schema *schema = NULL;
    struct rp_err err;
    size_t count = 99;

    test_school_start(&school, sql);
    assert_ok(rp_schema_open(school.db, &schema, &err), &err);
    assert_ok(rp_schema_unknown_functions(school.db, schema, &count, &err),
              &err);
    rp_schema_close(schema);
    test_school_end(&school);
    return count;
}

static void
functions_that_nobody_knows_are_counted_by_table_and_view(void **state)
{
    static const struct {
        const char *sql;
        size_t count;
    } tables[] = {
        { "", 0 },
        { "CREATE TABLE t(x CHECK (length(x) > 0), y AS (upper(x)));"
          "CREATE VIEW v AS SELECT lower(x) FROM t;"
          "CREATE VIEW broken AS SELECT * FROM nowhere;"
          "CREATE VIRTUAL TABLE f USING fts5(body)",
          0 },
        { "CREATE VIEW v AS SELECT nobody(1)", 1 },
        { "CREATE TABLE t(x, y AS (abs(x)));" FORGE("abs(", "nobody("), 1 },
        { "CREATE TABLE t(x CHECK (abs(x)));" FORGE("abs(", "nobody("), 1 },
        { "CREATE TABLE t(x); CREATE INDEX i ON t(abs(x));" FORGE("abs(",
                                                                  "nobody("),
          1 },
        { "CREATE TABLE t(x DEFAULT (abs(-1)));" FORGE("abs(", "nobody("), 1 },
        { "CREATE TABLE t(x); CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT "
          "nobody(1); END",
          1 },
        { "CREATE TABLE t(x); CREATE TRIGGER a AFTER DELETE ON t BEGIN SELECT "
          "nobody(1); END",
          1 },
        { "CREATE TABLE t(x, y); CREATE TRIGGER a AFTER UPDATE OF y ON t BEGIN "
          "SELECT nobody(1); END",
          1 },
        { "CREATE TABLE t(x); CREATE VIEW v AS SELECT x FROM t; CREATE TRIGGER "
          "a INSTEAD OF INSERT ON v BEGIN SELECT nobody(1); END;"
          "CREATE VIEW w AS SELECT nobody(2)",
          2 },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++)
        if (unknown_functions(tables[i].sql) != tables[i].count)
            fail_msg("%s: %zu", tables[i].sql,
                     unknown_functions(tables[i].sql));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trouble_is_listed_line_by_line),
        cmocka_unit_test(endless_trouble_is_cut_and_says_so),
        cmocka_unit_test(a_check_that_is_stopped_is_a_failure),
        cmocka_unit_test(
            functions_that_nobody_knows_are_counted_by_table_and_view),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
