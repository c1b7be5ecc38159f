/* test_rows.c - digests and fingerprints of tables.  The golden digests were
 * made by an independent program (Python, hashlib), not by this one.
 */
#include "support/test.h"

#include <string.h>

#include "school/rows.h"
#include "support/school.h"

/* The digest of a table in a database that sql makes. */
static struct rp_digest
digest_of(const char *sql, const char *table)
{
    struct test_school school;
    struct rp_schema *schema = NULL;
    struct rp_digest digest = { 0 };
    struct rp_err err;

    test_school_start(&school, sql);
    assert_ok(rp_schema_open(school.db, &schema, &err), &err);
    assert_ok(rp_rows_scan(school.db, rp_schema_table(schema, table), NULL,
                           &digest, &err),
              &err);
    rp_schema_close(schema);
    test_school_end(&school);
    return digest;
}

#define LINK_ROWS                                                              \
    " INSERT INTO student_courses VALUES (2, 20), (1, 10), (1, 20)"
#define LINK_COLUMNS                                                           \
    "(student_id INTEGER NOT NULL, course_id INTEGER NOT NULL, "               \
    "PRIMARY KEY (student_id, course_id))"
#define STUDENT_ROWS                                                           \
    " INSERT INTO students VALUES (3, CAST(x'610062' AS TEXT), -0.0, 42),"     \
    " (-9223372036854775808, 'Zo\xc3\xab', 0.1, 2.5),"                         \
    " (2, '', NULL, x'00ff'), (1, 'Ada Lovelace', 4.0, NULL)"

/* One row per way to store the same rows: nothing of it may show. */
static const struct {
    const char *table;
    const char *sql;
} stored[] = {
    { "student_courses", "CREATE TABLE student_courses " LINK_COLUMNS
                         " WITHOUT ROWID;" LINK_ROWS },
    { "student_courses",
      "CREATE TABLE student_courses " LINK_COLUMNS ";" LINK_ROWS },
    { "student_courses", "CREATE TABLE student_courses " LINK_COLUMNS
                         " WITHOUT ROWID; CREATE INDEX i ON "
                         "student_courses(course_id);" LINK_ROWS },
    { "student_courses",
      "CREATE TABLE student_courses " LINK_COLUMNS
      "; CREATE UNIQUE INDEX i ON student_courses(course_id, "
      "student_id);" LINK_ROWS "; ANALYZE; VACUUM" },
    { "student_courses",
      "PRAGMA page_size = 512; CREATE TABLE student_courses " LINK_COLUMNS
      " WITHOUT ROWID; INSERT INTO student_courses VALUES (7, "
      "7);" LINK_ROWS "; DELETE FROM student_courses WHERE student_id = 7" },
    { "student_courses",
      "PRAGMA page_size = 65536; PRAGMA journal_mode = WAL; CREATE TABLE "
      "student_courses (student_id INT, course_id INT, PRIMARY KEY "
      "(student_id DESC, course_id)) STRICT, WITHOUT ROWID;" LINK_ROWS },
    { "students",
      "CREATE TABLE students(id INTEGER PRIMARY KEY, name TEXT, gpa REAL, note)"
      ";" STUDENT_ROWS },
    { "students",
      "CREATE TABLE students(id INTEGER PRIMARY KEY, name TEXT UNIQUE, gpa "
      "REAL,"
      " note); CREATE INDEX i ON students(note, gpa, name);" STUDENT_ROWS
      "; VACUUM" },
    { "students",
      "CREATE TABLE students(id INT PRIMARY KEY, name TEXT, gpa REAL, note) "
      "WITHOUT ROWID;" STUDENT_ROWS },
};

static void
how_rows_are_stored_does_not_change_the_golden_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(stored); i++) {
        const struct rp_digest digest =
            digest_of(stored[i].sql, stored[i].table);
        const bool links = strcmp(stored[i].table, "student_courses") == 0;
        char hex[RP_FP_HEX];

        rp_fp_hex(hex, &digest.fp);
        assert_string_equal(digest.sha256,
                            links ? "c9443f75f3685ed78267028db748872b"
                                    "bfa9a5a4a94f6c5d2111865768e25406"
                                  : "2271f14c47e09d9be8cf10c8dfe1eb83"
                                    "7976d1675e1ad1a9833a19002f8e913a");
        assert_string_equal(hex, links ? "f073149b5919d291fbe25661858ec2f3"
                                       : "81732b025b18afccaff201415030609e");
        assert_int_equal(digest.fp.rows, links ? 3 : 4);
    }
}

static const struct {
    const char *what;
    const char *sql;
    const char *table;
    const char *sha256;
} golden[] = {
    { "no key: numbers that tie, and -0.0",
      "CREATE TABLE t(a, b); INSERT INTO t VALUES (1.0, 'x'), (1, 'y'), "
      "(1, 'x'), (1.0, 'x'), (NULL, NULL), (-0.0, 0), (0, -0.0), (0.0, 0.0), "
      "(0, 0), ('1', x'31'), (x'31', '1'), ('', x''), (9007199254740993, "
      "9007199254740992.0), (9007199254740992.0, 1), (9007199254740992, 1.0), "
      "(1.0, 'y'), (NULL, NULL)",
      "t", "c83cd84a6acffa197cd3cce07dbffcf96d113c2dd975aa4a1c15cb43c66ed65e" },
    { "a text key with NOCASE",
      "CREATE TABLE t(name TEXT COLLATE NOCASE PRIMARY KEY, n); INSERT INTO t "
      "VALUES ('b', 1), ('A', 2), ('C', 3), ('aa', 4), ('_', 5), "
      "('Zo\xc3\xab', 6), ('zoE', 7)",
      "t", "765fad7edbebe785a74bb595c71d7082d6eb1a1d0a42d8982d83f4f3e14a3c2b" },
    { "a text key with NOCASE, WITHOUT ROWID",
      "CREATE TABLE t(name TEXT COLLATE NOCASE PRIMARY KEY, n) WITHOUT ROWID; "
      "INSERT INTO t VALUES ('b', 1), ('A', 2), ('C', 3), ('aa', 4), ('_', 5), "
      "('Zo\xc3\xab', 6), ('zoE', 7)",
      "t", "765fad7edbebe785a74bb595c71d7082d6eb1a1d0a42d8982d83f4f3e14a3c2b" },
    { "a primary key that holds NULLs and repeats",
      "CREATE TABLE t(a, b TEXT, c, PRIMARY KEY (b, a)); INSERT INTO t VALUES "
      "(1, NULL, 3), (1, NULL, 2), (1.0, NULL, 2), (NULL, 'x', 1), "
      "(NULL, 'x', 1), (2, 'x', NULL), (NULL, NULL, NULL)",
      "t", "15fa2830e9cb47fccbf39f798155c313c5cbe5e62afabc94f96a4a5b3ef3f696" },
    { "a key that is stored downwards",
      "CREATE TABLE t(a, b, PRIMARY KEY (a DESC, b)) WITHOUT ROWID; "
      "INSERT INTO t VALUES (1, 2), (2, 1), (1, 1), ('x', 0), (1.5, 0)",
      "t", "88ab9de7f42f3b015431a3e4612d513733ebf21754eeb6ce9f6253d3a1b26074" },
    { "INTEGER PRIMARY KEY DESC is no rowid",
      "CREATE TABLE t(id INTEGER PRIMARY KEY DESC, x); INSERT INTO t VALUES "
      "(2, 'b'), (NULL, 'n'), (1, 'a'), (NULL, 'm'), ('text', 0)",
      "t", "8294818170a161db38a8d372b65765e36306b677d0f57042892ca80b793ee131" },
    { "text with NULs and text that is no UTF-8",
      "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES "
      "(1, CAST(x'610062' AS TEXT)), (2, CAST(x'ff80c328' AS TEXT)), (3, ''), "
      "(4, x''), (5, x'00'), (-9223372036854775808, CAST(x'00' AS TEXT))",
      "t", "423e0538fe44afd1371c43e59b14e2a48d6f0fdd820d06d4c6c699c0917d7ab5" },
    { "names with quotes and line ends, a column called rowid",
      "CREATE TABLE \"a\"\"b\n'c\"(\"d\"\"e\n\" INTEGER PRIMARY KEY, [rowid], "
      "\"\"); INSERT INTO \"a\"\"b\n'c\" VALUES (1, 'r', 2)",
      "a\"b\n'c",
      "d7dc10b789677c820866ffb8b18e8454c31064ae288bd9d45e81a34f0578c3ca" },
    { "generated columns are left out",
      "CREATE TABLE t(g AS (a || '!'), a TEXT, s AS (a || '?') STORED, id "
      "INTEGER PRIMARY KEY); INSERT INTO t(a, id) VALUES ('x', 2), ('y', 1)",
      "t", "62a00a83bbd47fd5f33ee3f21482507796357ccc45bb4d3a797a7e9b9164a9c1" },
    { "generated columns that cannot be computed are left out",
      "CREATE TABLE t(g AS (a || '!'), a TEXT, s AS (a || '?') STORED, id "
      "INTEGER PRIMARY KEY); INSERT INTO t(a, id) VALUES ('x', 2), ('y', 1);"
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
      "replace(sql, 'a || ''!''', 'nobody(a)')",
      "t", "62a00a83bbd47fd5f33ee3f21482507796357ccc45bb4d3a797a7e9b9164a9c1" },
    { "affinities",
      "CREATE TABLE t(r REAL, i INTEGER, n NUMERIC, x TEXT); INSERT INTO t "
      "VALUES (1, 1.0, '1e2', 5), (-0.0, 1.5, 'abc', 2.50), (123456.75, "
      "9223372036854775808, '0x10', NULL)",
      "t", "ad0eeeb10222a58e118a78b57fd3dccb156c390be300aa22b7ffcf6d51c31ca4" },
    { "no rows", "CREATE TABLE t(a, b)", "t",
      "2b46647025a1d03b3127a935386f6a57a5d36bf275657815fd03f54fd790ed13" },
    { "STRICT",
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a ANY, b BLOB) STRICT; INSERT "
      "INTO t VALUES (1, '1', x'01'), (2, 1.0, NULL)",
      "t", "da2d836e6793e0f63714e5d0ac83e70e8ebb7c4047ac79e38b4d4531e295e668" },
};

static void
odd_tables_have_their_golden_digests(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden); i++) {
        const struct rp_digest digest =
            digest_of(golden[i].sql, golden[i].table);

        if (strcmp(digest.sha256, golden[i].sha256) != 0)
            fail_msg("%s: %s", golden[i].what, digest.sha256);
    }
}

static void
tables_that_differ_have_different_digests(void **state)
{
    static const char *const tables[] = {
        "CREATE TABLE t(a, b)",
        "CREATE TABLE t(a, c)",
        "CREATE TABLE t(b, a)",
        "CREATE TABLE t(a, b, c)",
        "CREATE TABLE t(a PRIMARY KEY, b)",
        "CREATE TABLE t(a, b, PRIMARY KEY (a, b))",
        "CREATE TABLE t(a, b, PRIMARY KEY (b, a))",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (NULL, '')",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES ('', NULL)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (NULL, x'')",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (NULL, NULL)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (NULL, NULL), (NULL, NULL)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (1.0, 2)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES ('1', 2)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (x'31', 2)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES ('ab', 'c')",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES ('a', 'bc')",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES ('a ', 'bc')",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (0.0, 0)",
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (-0.0, 0)",
    };
    struct rp_digest digests[TEST_COUNT(tables)];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++) {
        digests[i] = digest_of(tables[i], "t");
        for (size_t j = 0; j < i; j++)
            if (strcmp(digests[i].sha256, digests[j].sha256) == 0)
                fail_msg("%s = %s", tables[i], tables[j]);
    }
}

static void
the_table_name_is_part_of_the_digest(void **state)
{
    (void)state;
    assert_string_not_equal(digest_of("CREATE TABLE t(a)", "t").sha256,
                            digest_of("CREATE TABLE u(a)", "u").sha256);
}

/* CREATE TABLE wide(c0, ..., tail) with one row per number in it. */
static struct rp_digest
digest_of_wide(size_t columns, const char *tail, const char *rows)
{
    struct rp_buf sql = { 0 };
    struct rp_digest digest;

    rp_buf_str(&sql, "CREATE TABLE wide(c0");
    for (size_t i = 1; i < columns; i++)
        rp_buf_printf(&sql, ", c%zu", i);
    rp_buf_printf(&sql, "%s); INSERT INTO wide(c0, c%zu) VALUES %s", tail,
                  columns - 1, rows);
    digest = digest_of(rp_buf_cstr(&sql), "wide");
    rp_buf_release(&sql);
    return digest;
}

static void
the_widest_tables_are_hashed(void **state)
{
    static const char there[] = "(1, 2), (1.0, 2), (2, NULL), (3, 'x')";
    static const char back[] = "(3, 'x'), (2, NULL), (1.0, 2), (1, 2)";
    struct rp_digest digest;

    (void)state;
    digest = digest_of_wide(RP_COLUMNS_MAX, " NOT NULL PRIMARY KEY",
                            "('a', 2), (NULL, 1)");
    assert_int_equal(digest.fp.rows, 2);
    digest = digest_of_wide(1980, "", there);
    assert_int_equal(digest.fp.rows, 4);
    assert_string_equal(digest.sha256, digest_of_wide(1980, "", back).sha256);
    assert_string_equal(digest_of_wide(250, "", there).sha256,
                        digest_of_wide(250, "", back).sha256);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            how_rows_are_stored_does_not_change_the_golden_digests),
        cmocka_unit_test(odd_tables_have_their_golden_digests),
        cmocka_unit_test(tables_that_differ_have_different_digests),
        cmocka_unit_test(the_table_name_is_part_of_the_digest),
        cmocka_unit_test(the_widest_tables_are_hashed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
