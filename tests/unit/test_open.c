/* test_open.c - opening a database: what is refused, and in which words. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "school/db.h"
#include "school/schema.h"
#include "support/school.h"

/* Opens and closes; the error's text must hold part. */
static void
refused(const char *path, enum rp_db_mode mode, enum rp_status status,
        const char *part)
{
    const struct rp_db_config config = { .mode = mode };
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };

    assert_int_equal(rp_db_open(path, &config, &db, &err), status);
    assert_null(db);
    assert_int_equal(err.status, status);
    assert_holds(err.text, part);
}

static void
a_name_that_is_no_file_is_refused(void **state)
{
    static const struct {
        const char *name;
        enum rp_db_mode mode;
        const char *part;
    } cases[] = {
        { "absent.db", RP_DB_READ,
          "absent.db: cannot be opened: No such file" },
        { "absent.db", RP_DB_WRITE, "No such file or directory" },
        { "absent/school.db", RP_DB_CREATE, "its folder cannot be reached" },
        { "folder", RP_DB_WRITE, "folder: is a folder" },
        { "folder/", RP_DB_WRITE, "is a folder" },
        { "folder/.", RP_DB_CREATE, "is a folder" },
        { "folder/..", RP_DB_CREATE, "is a folder" },
        { "pipe", RP_DB_READ, "pipe: is not an ordinary file" },
    };
    char *folder = test_folder();
    char *pipe = test_path(folder, "pipe");
    char *inner = test_path(folder, "folder");

    (void)state;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char *path = test_path(folder, cases[i].name);

        refused(path, cases[i].mode, RP_E_IO, cases[i].part);
        free(path);
    }
    refused("", RP_DB_CREATE, RP_E_IO, "the database's path is empty");
    free(pipe);
    free(inner);
    test_folder_remove(folder);
}

static void
a_symbolic_link_is_refused_with_its_target(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    char *alias = test_path(folder, "alias.db");

    (void)state;
    test_sql(path, "CREATE TABLE t(x)");
    assert_int_equal(symlink("school.db", alias), 0);
    refused(alias, RP_DB_READ, RP_E_IO, "is a symbolic link to school.db;");
    refused(alias, RP_DB_CREATE, RP_E_IO, "is a symbolic link to school.db;");
    free(path);
    free(alias);
    test_folder_remove(folder);
}

static bool
ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text);
    const size_t end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void
a_linked_folder_is_made_real(void **state)
{
    char *folder = test_folder();
    char *inner = test_path(folder, "real");
    char *alias = test_path(folder, "alias");
    char *path = test_path(folder, "alias/school.db");
    struct rp_db *db;

    (void)state;
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(symlink("real", alias), 0);
    db = test_school_open(path, RP_DB_CREATE);
    assert_true(rp_db_created(db));
    assert_string_equal(rp_db_path(db), path);
    assert_string_equal(rp_db_name(db), "school.db");
    assert_true(ends_with(rp_db_folder(db), "/real"));
    assert_true(ends_with(rp_db_realpath(db), "/real/school.db"));
    assert_int_equal(rp_db_realpath(db)[0], '/');
    rp_db_close(db);
    db = test_school_open(path, RP_DB_CREATE);
    assert_false(rp_db_created(db));
    rp_db_close(db);
    free(path);
    free(alias);
    free(inner);
    test_folder_remove(folder);
}

static void
a_path_may_be_relative_but_not_endless(void **state)
{
    char part[202] = "";
    char *folder = test_folder();
    char *before = getcwd(NULL, 0);
    struct rp_db *db;

    (void)state;
    assert_non_null(before);
    assert_int_equal(chdir(folder), 0);
    db = test_school_open("school.db", RP_DB_CREATE);
    assert_string_equal(rp_db_path(db), "school.db");
    assert_int_equal(rp_db_folder(db)[0], '/');
    rp_db_close(db);

    memset(part, 'x', sizeof part - 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mkdir(part, 0700), 0);
        assert_int_equal(chdir(part), 0);
    }
    refused("school.db", RP_DB_CREATE, RP_E_IO,
            "school.db: its absolute path is longer than the 500 bytes");
    assert_int_equal(chdir(before), 0);
    free(before);
    test_folder_remove(folder);
}

static void
a_file_that_is_no_database_is_refused(void **state)
{
    char text[4096];
    struct rp_slice bytes = { (const unsigned char *)text, sizeof text };
    char *folder = test_folder();
    char *path = test_path(folder, "notes\x1b.txt");

    (void)state;
    memset(text, 'x', sizeof text);
    test_write(path, bytes);
    refused(path, RP_DB_READ, RP_E_DB,
            "notes\\x1b.txt: open it: file is not a "
            "database; give a SQLite 3 database");
    refused(path, RP_DB_WRITE, RP_E_DB, "file is not a database");
    free(path);
    test_folder_remove(folder);
}

static void
an_empty_file_is_an_empty_database(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "empty.db");
    struct rp_db *db;
    char *count;

    (void)state;
    test_write(path, RP_LIT(""));
    db = test_school_open(path, RP_DB_READ);
    count = test_ask_db(db, "SELECT count(*) FROM sqlite_schema");
    assert_string_equal(count, "0\n");
    assert_false(rp_db_created(db));
    rp_db_close(db);
    free(count);
    free(path);
    test_folder_remove(folder);
}

static void
a_utf16_database_is_refused_with_the_way_to_utf8(void **state)
{
    static const char *const names[] = { "UTF-16le", "UTF-16be" };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        char *folder = test_folder();
        char *path = test_path(folder, "wide.db");
        char sql[128];

        (void)snprintf(sql, sizeof sql,
                       "PRAGMA encoding = '%s'; CREATE TABLE t(x)", names[i]);
        test_sql(path, sql);
        refused(path, RP_DB_READ, RP_E_DB, names[i]);
        refused(path, RP_DB_WRITE, RP_E_DB,
                "sqlite3 OLD.db .dump | sqlite3 NEW.db");
        free(path);
        test_folder_remove(folder);
    }
}

/* Enough rows that pages leave the cache; one cacheflush writes the rest. */
#define MANY_ROWS                                                              \
    "INSERT INTO t SELECT value FROM (WITH RECURSIVE c(value) AS (SELECT 1 "   \
    "UNION ALL SELECT value + 1 FROM c LIMIT 5000) SELECT value FROM c)"

static void
a_reader_names_the_command_that_rolls_back_a_hot_journal(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "it's.db");
    struct rp_db *db;
    char *count;

    (void)state;
    test_sql(path, "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    test_die_writing(path, "DELETE FROM t; " MANY_ROWS);
    refused(path, RP_DB_READ, RP_E_DB,
            "it's.db-journal; an account that may "
            "write brings the last committed state "
            "back with: sqlite3 '");
    refused(path, RP_DB_READ, RP_E_DB,
            "it'\\''s.db' 'SELECT count(*) FROM sqlite_schema'");
    refused(path, RP_DB_CHECK, RP_E_DB, "it's.db-journal; an account that");

    /* A writer rolls back by itself. */
    db = test_school_open(path, RP_DB_WRITE);
    count = test_ask_db(db, "SELECT x FROM t");
    assert_string_equal(count, "1\n");
    rp_db_close(db);
    db = test_school_open(path, RP_DB_READ);
    rp_db_close(db);
    free(count);
    free(path);
    test_folder_remove(folder);
}

static void
a_connection_that_checks_sees_constraints_and_writes_nothing(void **state)
{
    static const enum rp_db_mode modes[] = { RP_DB_READ, RP_DB_CHECK };
    static const char *const lines[] = { "", "CHECK constraint failed in t" };
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");

    (void)state;
    test_sql(path, "CREATE TABLE t(x CHECK (x > 0));"
                   "PRAGMA ignore_check_constraints = ON;"
                   "INSERT INTO t VALUES (-1)");
    for (size_t i = 0; i < TEST_COUNT(modes); i++) {
        struct rp_db *db = test_school_open(path, modes[i]);
        struct rp_buf found = { 0 };
        struct rp_err err;

        assert_ok(rp_db_soundness(db, false, &found, &err), &err);
        assert_string_equal(rp_buf_cstr(&found), lines[i]);
        assert_int_equal(rp_db_sees_checks(db), modes[i] == RP_DB_CHECK);
        assert_int_not_equal(rp_db_exec(db, "DELETE FROM t", &err), RP_OK);
        rp_buf_release(&found);
        rp_db_close(db);
    }
    free(path);
    test_folder_remove(folder);
}

static void
a_wal_database_is_read_with_what_only_its_wal_holds(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    struct test_holder *holder;
    struct rp_db *db;
    char mode[16];
    struct rp_err err;
    char *rows;

    (void)state;
    test_sql(path, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
    holder = test_hold(path, "INSERT INTO t VALUES (42)");
    db = test_school_open(path, RP_DB_READ);
    assert_ok(rp_db_journal_mode(db, mode, &err), &err);
    assert_string_equal(mode, "wal");
    rows = test_ask_db(db, "SELECT x FROM t");
    assert_string_equal(rows, "42\n");
    rp_db_close(db);
    test_release(holder);
    free(rows);
    free(path);
    test_folder_remove(folder);
}

static void
closing_does_not_checkpoint(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    char *wal = test_path(folder, "school.db-wal");
    struct rp_db *db;
    struct rp_err err;
    struct stat facts;

    (void)state;
    test_sql(path, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
    db = test_school_open(path, RP_DB_WRITE);
    assert_ok(rp_db_exec(db, "INSERT INTO t VALUES (1)", &err), &err);
    rp_db_close(db);
    assert_int_equal(stat(wal, &facts), 0);
    assert_true(facts.st_size > 0);
    free(wal);
    free(path);
    test_folder_remove(folder);
}

/* What somebody without rights to the folder or the file is told. */
struct attempt {
    const char *path;
    enum rp_db_mode mode;
    enum rp_status status;
    const char *part;
    bool begins_to_write;
};

static bool
attempt(void *ctx)
{
    const struct attempt *wanted = ctx;
    const struct rp_db_config config = { .mode = wanted->mode };
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };
    enum rp_status status = rp_db_open(wanted->path, &config, &db, &err);

    if (status == RP_OK && wanted->begins_to_write)
        status = rp_db_begin_write(db, false, &err);
    rp_db_close(db);
    if (status == wanted->status && strstr(err.text, wanted->part) != NULL)
        return true;
    print_error("status %d: %s\n", (int)status, err.text);
    return false;
}

static void
missing_permissions_are_told_before_any_work(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    struct attempt shut = { path, RP_DB_READ, RP_E_IO,
                            "school.db: cannot be read: Permission denied",
                            false };
    struct attempt read_only = { path, RP_DB_WRITE, RP_E_IO,
                                 "school.db: may only be read by this account",
                                 true };
    struct attempt no_journal = { path, RP_DB_WRITE, RP_E_IO,
                                  "this account may not write into", true };

    (void)state;
    test_sql(path, "CREATE TABLE t(x)");
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(path, 0), 0);
    assert_true(test_as_nobody(attempt, &shut));
    assert_int_equal(chmod(path, 0444), 0);
    assert_true(test_as_nobody(attempt, &read_only));
    if (geteuid() == 0) {
        assert_int_equal(chmod(path, 0666), 0);
        assert_true(test_as_nobody(attempt, &no_journal));
    }
    free(path);
    test_folder_remove(folder);
}

static void
a_wal_that_may_not_be_read_is_named(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    char *wal = test_path(folder, "school.db-wal");
    char *shm = test_path(folder, "school.db-shm");
    struct attempt no_wal = { path, RP_DB_READ, RP_E_IO,
                              "school.db-wal holds a part of it: this account "
                              "must be able to read",
                              false };
    struct test_holder *holder;

    (void)state;
    if (geteuid() != 0)
        skip();
    test_sql(path, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
    holder = test_hold(path, "INSERT INTO t VALUES (1)");
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(chmod(wal, 0600), 0);
    assert_int_equal(chmod(shm, 0600), 0);
    assert_true(test_as_nobody(attempt, &no_wal));
    test_release(holder);
    free(shm);
    free(wal);
    free(path);
    test_folder_remove(folder);
}

/* The schema of a database that somebody else made is not to be trusted. */
static void
the_connection_is_hardened(void **state)
{
    static const struct {
        const char *sql;
        const char *part;
    } cases[] = {
        { "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''",
          "may not be modified" },
        { "SELECT load_extension('x')", "not authorized" },
        { "SELECT \"no such column\" FROM t", "no such column" },
        { "CREATE INDEX i ON t(\"no such column\")", "no such column" },
        { "SELECT * FROM spy", "unsafe use" },
    };
    struct test_school school;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x); CREATE VIEW spy AS SELECT "
                               "fts3_tokenizer('simple') AS address");
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct rp_err err = { 0 };

        assert_int_equal(rp_db_exec(school.db, cases[i].sql, &err), RP_E_DB);
        assert_holds(err.text, cases[i].part);
    }
    test_school_end(&school);
}

static void
the_settings_are_the_ones_that_were_promised(void **state)
{
    static const struct {
        const char *sql;
        const char *answer;
    } cases[] = {
        { "PRAGMA cell_size_check", "1\n" }, { "PRAGMA mmap_size", "0\n" },
        { "PRAGMA trusted_schema", "0\n" },  { "PRAGMA cache_size", "-8192\n" },
        { "PRAGMA temp_store", "0\n" },
    };
    const struct rp_db_config config = { .mode = RP_DB_CREATE,
                                         .cache_bytes = (size_t)8 << 20 };
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    struct rp_db *db = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_db_open(path, &config, &db, &err), &err);
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        char *answer = test_ask_db(db, cases[i].sql);

        assert_string_equal(answer, cases[i].answer);
        free(answer);
    }
    rp_db_close(db);
    free(path);
    test_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_no_file_is_refused),
        cmocka_unit_test(a_symbolic_link_is_refused_with_its_target),
        cmocka_unit_test(a_linked_folder_is_made_real),
        cmocka_unit_test(a_path_may_be_relative_but_not_endless),
        cmocka_unit_test(a_file_that_is_no_database_is_refused),
        cmocka_unit_test(an_empty_file_is_an_empty_database),
        cmocka_unit_test(a_utf16_database_is_refused_with_the_way_to_utf8),
        cmocka_unit_test(
            a_reader_names_the_command_that_rolls_back_a_hot_journal),
        cmocka_unit_test(
            a_connection_that_checks_sees_constraints_and_writes_nothing),
        cmocka_unit_test(a_wal_database_is_read_with_what_only_its_wal_holds),
        cmocka_unit_test(closing_does_not_checkpoint),
        cmocka_unit_test(missing_permissions_are_told_before_any_work),
        cmocka_unit_test(a_wal_that_may_not_be_read_is_named),
        cmocka_unit_test(the_connection_is_hardened),
        cmocka_unit_test(the_settings_are_the_ones_that_were_promised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
