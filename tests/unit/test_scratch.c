/* test_scratch.c - what SQLite sorts is in the folder of the database, and
 * nobody can see it there. */
#include "support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/full.h"
#include "support/school.h"

#define PATH_BYTES 512

/* More than SQLite sorts in memory. */
static const char sort_sql[] =
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE"
    " i < 60000) SELECT i FROM n ORDER BY printf('%0100d', i * 7919 % 60001)";

/* How many descriptors of this process are unlinked files of the folder. */
static size_t
unlinked_in(const char *folder)
{
    DIR *dir = opendir("/proc/self/fd");
    size_t count = 0;
    const struct dirent *entry;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        char link[PATH_BYTES];
        char to[PATH_BYTES] = "";

        (void)snprintf(link, sizeof link, "/proc/self/fd/%s", entry->d_name);
        if (readlink(link, to, sizeof to - 1) > 0 &&
            strncmp(to, folder, strlen(folder)) == 0 &&
            strstr(to, "/rollproof-") != NULL &&
            strstr(to, " (deleted)") != NULL)
            count++;
    }
    (void)closedir(dir);
    return count;
}

static enum rp_status
sort(struct rp_db *db, struct rp_stmt **out_stmt, struct rp_err *err)
{
    bool row = false;
    enum rp_status status =
        rp_stmt_open(db, rp_slice_str(sort_sql), out_stmt, err);

    if (status == RP_OK)
        status = rp_stmt_step(*out_stmt, &row, err);
    return status;
}

static void
what_is_sorted_is_in_the_folder_of_the_database(void **state)
{
    struct test_school school;
    struct rp_stmt *stmt = NULL;
    struct rp_err err;
    const char *folder;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(a)");
    folder = rp_db_folder(school.db);
    assert_int_equal(unlinked_in(folder), 0);
    assert_ok(sort(school.db, &stmt, &err), &err);
    assert_in_range(unlinked_in(folder), 1, 9);
    /* school.db and nothing else */
    assert_int_equal(test_folder_count(school.folder), 1);
    rp_stmt_close(stmt);
    assert_int_equal(unlinked_in(folder), 0);
    test_school_end(&school);
}

static void
two_connections_sort_side_by_side(void **state)
{
    struct test_school school;
    struct rp_stmt *first = NULL;
    struct rp_stmt *second = NULL;
    struct rp_db *other;
    struct rp_err err;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(a)");
    other = test_school_open(school.path, RP_DB_READ);
    assert_ok(sort(school.db, &first, &err), &err);
    assert_ok(sort(other, &second, &err), &err);
    rp_stmt_close(second);
    rp_db_close(other);
    rp_stmt_close(first);
    test_school_end(&school);
}

static void
no_room_to_sort_is_told(void **state)
{
    struct test_school school;
    struct rp_stmt *stmt = NULL;
    struct rp_err err;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(a)");
    test_full_begin((uint64_t)1 << 20);
    assert_int_equal(sort(school.db, &stmt, &err), RP_E_IO);
    test_full_end();
    assert_holds(err.text, "room");
    rp_stmt_close(stmt);
    test_school_end(&school);
}

static bool
sorts(void *ctx)
{
    struct rp_db *db = test_school_open(ctx, RP_DB_READ);
    struct rp_stmt *stmt = NULL;
    struct rp_err err;
    bool sorted = sort(db, &stmt, &err) == RP_OK;

    rp_stmt_close(stmt);
    rp_db_close(db);
    return sorted;
}

static void
a_folder_that_cannot_be_written_hinders_no_reader(void **state)
{
    struct test_school school;

    (void)state;
    test_school_start(&school, "CREATE TABLE t(a)");
    assert_int_equal(chmod(school.path, 0444), 0);
    assert_int_equal(chmod(school.folder, 0555), 0);
    assert_true(test_as_nobody(sorts, school.path));
    assert_int_equal(chmod(school.folder, 0755), 0);
    test_school_end(&school);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sorted_is_in_the_folder_of_the_database),
        cmocka_unit_test(two_connections_sort_side_by_side),
        cmocka_unit_test(no_room_to_sort_is_told),
        cmocka_unit_test(a_folder_that_cannot_be_written_hinders_no_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
