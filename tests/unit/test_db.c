/* test_db.c - transactions, locks and full disks. */
#include "support/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "school/db.h"
#include "support/full.h"
#include "support/school.h"

/* A million steps and more: enough to be stopped, or to fill a disk. */
#define COUNT_UP                                                               \
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT "    \
    "1000000) "

static void
a_transaction_holds_until_it_is_rolled_back(void **state)
{
    struct test_school school;
    struct rp_err err;
    char *answer;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    assert_ok(rp_db_begin_write(school.db, true, &err), &err);
    assert_true(rp_db_in_transaction(school.db));
    answer = test_ask_db(school.db, "SELECT foreign_keys, synchronous FROM "
                                    "pragma_foreign_keys, pragma_synchronous");
    assert_string_equal(answer, "1|3\n");
    free(answer);
    assert_ok(rp_db_exec(school.db, "INSERT INTO t VALUES (1)", &err), &err);
    assert_true(rp_db_rollback(school.db));
    assert_false(rp_db_in_transaction(school.db));
    assert_true(rp_db_rollback(school.db));

    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    answer = test_ask_db(school.db, "PRAGMA foreign_keys");
    assert_string_equal(answer, "0\n");
    free(answer);
    assert_ok(rp_db_exec(school.db, "INSERT INTO t VALUES (2)", &err), &err);
    assert_ok(rp_db_commit(school.db, &err), &err);
    answer = test_ask(school.path, "SELECT x FROM t");
    assert_string_equal(answer, "2\n");
    free(answer);
    test_school_end(&school);
}

static void
a_reading_transaction_sees_one_state(void **state)
{
    struct test_school school;
    struct rp_err err;
    char *answer;

    (void)state;
    test_school_start(&school, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
    assert_ok(rp_db_begin_read(school.db, &err), &err);
    test_sql(school.path, "INSERT INTO t VALUES (1)");
    answer = test_ask_db(school.db, "SELECT count(*) FROM t");
    assert_string_equal(answer, "0\n");
    free(answer);
    assert_true(rp_db_rollback(school.db));
    assert_ok(rp_db_begin_read(school.db, &err), &err);
    answer = test_ask_db(school.db, "SELECT count(*) FROM t");
    assert_string_equal(answer, "1\n");
    free(answer);
    test_school_end(&school);
}

static void
a_reading_transaction_that_cannot_begin_is_not_open(void **state)
{
    struct test_school school;
    struct test_holder *holder;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    holder = test_hold(school.path, "BEGIN EXCLUSIVE");
    assert_int_equal(rp_db_begin_read(school.db, &err), RP_E_BUSY);
    assert_holds(err.text, "school.db: begin to read: database is locked");
    assert_false(rp_db_in_transaction(school.db));
    test_release(holder);
    assert_ok(rp_db_exec(school.db, "BEGIN; DROP TABLE t", &err), &err);
    assert_true(rp_db_rollback(school.db));
    assert_ok(rp_db_exec(school.db, "SELECT * FROM t", &err), &err);
    test_school_end(&school);
}

static void
a_connection_for_reading_refuses_to_write(void **state)
{
    struct test_school school;
    struct rp_db *reader;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    reader = test_school_open(school.path, RP_DB_READ);
    assert_int_equal(rp_db_begin_write(reader, false, &err), RP_E_IO);
    assert_holds(err.text, "school.db: may only be read by this account");
    assert_false(rp_db_in_transaction(reader));
    assert_int_equal(rp_db_exec(reader, "INSERT INTO t VALUES (1)", &err),
                     RP_E_IO);
    assert_holds(err.text, "attempt to write a readonly database; run as");
    rp_db_close(reader);
    test_school_end(&school);
}

static int64_t
clock_ms(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How long it took to be told that the file is in use. */
static int64_t
busy_for(const char *path, unsigned seconds, const volatile sig_atomic_t *stop,
         enum rp_status expected)
{
    const struct rp_db_config config = { .mode = RP_DB_WRITE,
                                         .wait_seconds = seconds,
                                         .stop = stop };
    const int64_t start = clock_ms();
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };
    enum rp_status status = rp_db_open(path, &config, &db, &err);

    if (status == RP_OK)
        status = rp_db_begin_write(db, false, &err);
    assert_int_equal(status, expected);
    if (expected == RP_E_BUSY) {
        assert_holds(err.text, "database is locked; another program has it");
        assert_holds(err.text, "--wait SECONDS");
    }
    rp_db_close(db);
    return clock_ms() - start;
}

static void
somebody_elses_lock_is_waited_for_as_long_as_was_said(void **state)
{
    static const char *const holds[] = { "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE" };
    struct test_school school;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    for (size_t i = 0; i < TEST_COUNT(holds); i++) {
        struct test_holder *holder = test_hold(school.path, holds[i]);

        assert_true(busy_for(school.path, 0, NULL, RP_E_BUSY) < 900);
        assert_true(busy_for(school.path, 1, NULL, RP_E_BUSY) >= 1000);
        test_release(holder);
    }
    test_school_end(&school);
}

static void
a_signal_ends_the_waiting(void **state)
{
    static const volatile sig_atomic_t stop = 1;
    struct test_school school;
    struct test_holder *holder;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    holder = test_hold(school.path, "BEGIN IMMEDIATE");
    assert_true(busy_for(school.path, 60, &stop, RP_E_INTERRUPTED) < 30000);
    test_release(holder);
    test_school_end(&school);
}

static void
a_signal_ends_a_running_statement(void **state)
{
    volatile sig_atomic_t stop = 0;
    const struct rp_db_config config = { .mode = RP_DB_CREATE, .stop = &stop };
    char *folder = test_folder();
    char *path = test_path(folder, "school.db");
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };

    (void)state;
    assert_ok(rp_db_open(path, &config, &db, &err), &err);
    assert_ok(rp_db_exec(db, COUNT_UP "SELECT count(*) FROM c", &err), &err);
    assert_ok(rp_db_begin_write(db, false, &err), &err);
    assert_ok(rp_db_exec(db, "CREATE TABLE t(x)", &err), &err);
    stop = 1;
    assert_int_equal(rp_db_exec(db, COUNT_UP "SELECT count(*) FROM c", &err),
                     RP_E_INTERRUPTED);
    assert_holds(err.text, "stopped by a signal");
    assert_true(rp_db_rollback(db));
    rp_db_close(db);
    free(path);
    test_folder_remove(folder);
}

static void
a_foreign_reader_is_found_by_the_flush(void **state)
{
    struct test_school school;
    struct test_holder *holder;
    struct rp_err err = { 0 };
    char *answer;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    holder = test_hold(school.path, "BEGIN; SELECT * FROM t");
    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    assert_ok(rp_db_exec(school.db, "CREATE TABLE u(x)", &err), &err);
    assert_int_equal(rp_db_flush(school.db, &err), RP_E_BUSY);
    assert_true(rp_db_rollback(school.db));
    test_release(holder);

    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    assert_ok(rp_db_exec(school.db, "CREATE TABLE u(x)", &err), &err);
    assert_ok(rp_db_flush(school.db, &err), &err);
    assert_true(rp_db_rollback(school.db));
    answer = test_ask(school.path, "SELECT name FROM sqlite_schema");
    assert_string_equal(answer, "t\n");
    free(answer);
    test_school_end(&school);
}

static void
a_commit_that_a_reader_blocks_stays_uncommitted(void **state)
{
    struct test_school school;
    struct test_holder *holder;
    struct rp_err err = { 0 };
    char *answer;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    holder = test_hold(school.path, "BEGIN; SELECT * FROM t");
    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    assert_ok(rp_db_exec(school.db, "INSERT INTO t VALUES (1)", &err), &err);
    assert_int_equal(rp_db_commit(school.db, &err), RP_E_BUSY);
    assert_holds(err.text, "school.db: commit: database is locked");
    assert_true(rp_db_in_transaction(school.db));
    assert_true(rp_db_rollback(school.db));
    test_release(holder);
    answer = test_ask(school.path, "SELECT count(*) FROM t");
    assert_string_equal(answer, "0\n");
    free(answer);
    test_school_end(&school);
}

static void
writing_to_a_wal_database_works(void **state)
{
    struct test_school school;
    struct rp_err err;
    char *answer;

    (void)state;
    test_school_start(&school, "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    assert_ok(rp_db_exec(school.db, "INSERT INTO t VALUES (7)", &err), &err);
    assert_ok(rp_db_flush(school.db, &err), &err);
    assert_ok(rp_db_commit(school.db, &err), &err);
    answer = test_ask(school.path, "SELECT x FROM t");
    assert_string_equal(answer, "7\n");
    free(answer);
    test_school_end(&school);
}

/* After SQLITE_FULL the transaction is still open, and a COMMIT would keep
 * half of the rows. */
static void
a_full_database_is_told_and_rolled_back(void **state)
{
    struct test_school school;
    struct rp_err err = { 0 };
    char *answer;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    assert_ok(rp_db_exec(school.db, "PRAGMA max_page_count = 10", &err), &err);
    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    assert_int_equal(rp_db_exec(school.db,
                                "INSERT INTO t " COUNT_UP "SELECT n FROM c",
                                &err),
                     RP_E_IO);
    assert_holds(err.text, "database or disk is full; ");
    assert_holds(err.text, " MiB are free in /");
    assert_true(rp_db_rollback(school.db));
    answer = test_ask(school.path, "SELECT count(*) FROM t");
    assert_string_equal(answer, "0\n");
    free(answer);
    test_school_end(&school);
}

static void
a_full_disk_is_told_and_rolled_back(void **state)
{
    struct test_school school;
    struct rp_err err = { 0 };
    enum rp_status status;
    char *answer;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x)");
    assert_ok(rp_db_exec(school.db, "PRAGMA cache_size = 10", &err), &err);
    assert_ok(rp_db_begin_write(school.db, false, &err), &err);
    test_full_begin((uint64_t)256 << 10);
    status = rp_db_exec(school.db, "INSERT INTO t " COUNT_UP "SELECT n FROM c",
                        &err);
    test_full_end();
    assert_int_equal(status, RP_E_IO);
    assert_holds(err.text, "school.db: INSERT INTO t ");
    assert_true(strstr(err.text, "disk I/O error; ") != NULL ||
                strstr(err.text, "disk is full; ") != NULL);
    assert_holds(err.text, "limit of file sizes");
    assert_true(rp_db_rollback(school.db));
    answer = test_ask(school.path, "SELECT count(*) FROM t");
    assert_string_equal(answer, "0\n");
    free(answer);
    test_school_end(&school);
}

static void
the_library_names_its_version(void **state)
{
    (void)state;
    assert_int_equal(strncmp(rp_db_version(), "3.", 2), 0);
    assert_true(strlen(rp_db_source_id()) > 40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transaction_holds_until_it_is_rolled_back),
        cmocka_unit_test(a_reading_transaction_sees_one_state),
        cmocka_unit_test(a_reading_transaction_that_cannot_begin_is_not_open),
        cmocka_unit_test(a_connection_for_reading_refuses_to_write),
        cmocka_unit_test(somebody_elses_lock_is_waited_for_as_long_as_was_said),
        cmocka_unit_test(a_signal_ends_the_waiting),
        cmocka_unit_test(a_signal_ends_a_running_statement),
        cmocka_unit_test(a_foreign_reader_is_found_by_the_flush),
        cmocka_unit_test(a_commit_that_a_reader_blocks_stays_uncommitted),
        cmocka_unit_test(writing_to_a_wal_database_works),
        cmocka_unit_test(a_full_database_is_told_and_rolled_back),
        cmocka_unit_test(a_full_disk_is_told_and_rolled_back),
        cmocka_unit_test(the_library_names_its_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
