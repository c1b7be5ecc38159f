/* test_school_memory.c - memory runs out at each call in turn, SQLite's own
 * included, and src/school says so: no crash, no half of a fill.
 */
#include "support/test.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "school/fill.h"
#include "school/keys.h"
#include "school/rows.h"
#include "support/school.h"
#include "support/sweep.h"

/* What the test tells the runs of itself. */
#define DATABASE_VARIABLE "ROLLPROOF_TEST_DATABASE"
#define DIGEST_VARIABLE "ROLLPROOF_TEST_DIGEST"

#define TABLES 4

static const char database_sql[] =
    "CREATE TABLE students(id INTEGER PRIMARY KEY, UserID TEXT UNIQUE, note);"
    "CREATE TABLE courses(id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b));"
    "CREATE TABLE keyless(x, y AS (x || 'y'), z);"
    "CREATE VIEW v AS SELECT * FROM keyless;"
    "INSERT INTO students VALUES (1, 'ann', x'00'), (2, 'bob', 0.5);"
    "INSERT INTO courses VALUES (10, 'math', 1), (20, 'art', NULL);"
    "INSERT INTO keyless VALUES (1, 1.0), (1.0, 1), (NULL, 'text');"
    "CREATE TABLE student_courses (student_id INTEGER NOT NULL REFERENCES "
    "students (id), course_id INTEGER NOT NULL REFERENCES courses (id), "
    "PRIMARY KEY (student_id, course_id)) WITHOUT ROWID";

/* Opens the database, does the work in a transaction and rolls back. */
static enum test_ending within(enum rp_status (*work)(struct rp_db *db,
                                                      struct rp_err *err))
{
    const struct rp_db_config config = { .mode = RP_DB_WRITE,
                                         .cache_bytes = (size_t)1 << 20 };
    struct rp_db *db = NULL;
    struct rp_err err = { 0 };
    enum rp_status status =
        rp_db_open(getenv(DATABASE_VARIABLE), &config, &db, &err);

    if (status == RP_OK)
        status = rp_db_begin_write(db, false, &err);
    if (status == RP_OK)
        status = work(db, &err);
    if (db != NULL && !rp_db_rollback(db))
        status = rp_fail(&err, RP_E_IO, "not rolled back");
    rp_db_close(db);
    return test_end_of(status, &err);
}

static enum rp_status
do_nothing(struct rp_db *db, struct rp_err *err)
{
    char mode[16];

    return rp_db_journal_mode(db, mode, err);
}

static enum test_ending
work_open(void)
{
    return within(do_nothing);
}

static enum rp_status
read_schema(struct rp_db *db, struct rp_err *err)
{
    struct rp_schema *schema = NULL;
    struct rp_buf sql = { 0 };
    size_t unknown = 0;
    enum rp_status status = rp_schema_open(db, &schema, err);

    if (status != RP_OK)
        return status;
    status = rp_schema_unknown_functions(db, schema, &unknown, err);
    if (status == RP_OK)
        status =
            rp_schema_links_sql(rp_schema_table(schema, "students"),
                                rp_schema_table(schema, "courses"), &sql, err);
    if (status == RP_OK && unknown != 0)
        status = rp_fail(err, RP_E_DB, "%zu unknown functions", unknown);
    rp_buf_release(&sql);
    rp_schema_close(schema);
    return status;
}

static enum test_ending
work_schema(void)
{
    return within(read_schema);
}

static enum rp_status
hash_all(struct rp_db *db, char sha256[RP_SHA256_HEX], struct rp_err *err)
{
    struct rp_digest digests[TABLES];
    struct rp_schema *schema = NULL;
    const struct rp_table *tables;
    size_t count = 0;
    enum rp_status status = rp_schema_open(db, &schema, err);

    if (status != RP_OK)
        return status;
    tables = rp_schema_tables(schema, &count);
    assert(count == TABLES);
    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = rp_rows_scan(db, &tables[i], NULL, &digests[i], err);
    if (status == RP_OK)
        status = rp_rows_database(schema, digests, sha256, err);
    rp_schema_close(schema);
    return status;
}

static enum rp_status
compare_digest(struct rp_db *db, struct rp_err *err)
{
    const char *expected = getenv(DIGEST_VARIABLE);
    char sha256[RP_SHA256_HEX];
    enum rp_status status = hash_all(db, sha256, err);

    if (status == RP_OK && (expected == NULL || strcmp(sha256, expected) != 0))
        status = rp_fail(err, RP_E_DB, "another digest: %s", sha256);
    return status;
}

static enum test_ending
work_hash(void)
{
    return within(compare_digest);
}

static enum rp_status
count_key(void *ctx, int64_t id, const struct rp_cell *key, struct rp_err *err)
{
    size_t *count = ctx;

    (void)id;
    (void)key;
    (void)err;
    (*count)++;
    return RP_OK;
}

static enum rp_status
scan_keys(struct rp_db *db, struct rp_err *err)
{
    const struct rp_slice csv = RP_LIT("UserID");
    const struct rp_slice other = RP_LIT("nobody");
    struct rp_key_request request = { "--student", &csv, NULL, 1, 0 };
    struct rp_key_shape shape = { 0 };
    size_t count = 0;
    const struct rp_key_visitor visitor = { count_key, &count };
    struct rp_schema *schema = NULL;
    enum rp_status status = rp_schema_open(db, &schema, err);

    if (status != RP_OK)
        return status;
    status = rp_keys_shape(rp_schema_table(schema, "students"), &request,
                           &shape, err);
    if (status == RP_OK)
        status = rp_keys_scan(db, &shape, &visitor, err);
    request.csv = &other;
    if (status == RP_OK) {
        status = rp_keys_shape(rp_schema_table(schema, "students"), &request,
                               &shape, err);
        if (status == RP_E_USAGE)
            status = RP_OK;
    }
    rp_schema_close(schema);
    return status;
}

static enum test_ending
work_keys(void)
{
    return within(scan_keys);
}

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    int64_t *at = ctx;

    (void)err;
    *out_more = *at < 500;
    out_link->student_id = 1 + *at / 10;
    out_link->course_id = *at % 10;
    (*at)++;
    return RP_OK;
}

static enum rp_status
read_links(struct rp_db *db, uint64_t *out_count, struct rp_err *err)
{
    struct rp_link_cursor *cursor = NULL;
    struct rp_link link;
    bool more = true;
    enum rp_status status = rp_link_cursor_open(db, &cursor, err);

    while (status == RP_OK && more) {
        status = rp_link_cursor_next(cursor, &link, &more, err);
        *out_count += status == RP_OK && more;
    }
    rp_link_cursor_close(cursor);
    return status;
}

static enum rp_status
fill(struct rp_db *db, struct rp_err *err)
{
    int64_t at = 0;
    const struct rp_link_stream stream = { next_link, &at };
    uint64_t count = 0;
    uint64_t read = 0;
    enum rp_status status = rp_fill(db, &stream, err);

    if (status == RP_OK)
        status = rp_db_flush(db, err);
    if (status == RP_OK)
        status = rp_links_count(db, &count, err);
    if (status == RP_OK)
        status = read_links(db, &read, err);
    if (status == RP_OK && (count != 500 || read != 500))
        return rp_fail(err, RP_E_DB, "not 500 links");
    return status;
}

static enum test_ending
work_fill(void)
{
    return within(fill);
}

static enum rp_status
check(struct rp_db *db, struct rp_err *err)
{
    struct rp_buf lines = { 0 };
    enum rp_status status = rp_db_soundness(db, true, &lines, err);

    if (status == RP_OK && lines.len > 0)
        status = rp_fail(err, RP_E_DB, "not sound: %s", rp_buf_cstr(&lines));
    rp_buf_release(&lines);
    return status;
}

static enum test_ending
work_check(void)
{
    return within(check);
}

static const struct test_work works[] = {
    { "open", work_open, 3 },  { "schema", work_schema, 7 },
    { "hash", work_hash, 11 }, { "keys", work_keys, 11 },
    { "fill", work_fill, 5 },  { "check", work_check, 5 },
};

/* The digest when memory does not run out. */
static void
set_digest(const char *path)
{
    struct rp_db *db = test_school_open(path, RP_DB_READ);
    char sha256[RP_SHA256_HEX];
    struct rp_err err;

    assert_ok(hash_all(db, sha256, &err), &err);
    rp_db_close(db);
    assert_int_equal(setenv(DIGEST_VARIABLE, sha256, 1), 0);
}

static void
running_out_of_memory_is_told_wherever_it_happens(void **state)
{
    char *folder;
    char *path;
    char *count;

    (void)state;
    folder = test_folder();
    path = test_path(folder, "school.db");
    test_sql(path, database_sql);
    assert_int_equal(setenv(DATABASE_VARIABLE, path, 1), 0);
    set_digest(path);
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        test_sweep(&works[i]);
    count = test_ask(path, "SELECT count(*) FROM student_courses");
    assert_string_equal(count, "0\n");
    free(count);
    free(path);
    test_folder_remove(folder);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
    };

    test_sweep_start(argc, argv, works, TEST_COUNT(works));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
