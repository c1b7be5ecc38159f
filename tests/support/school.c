/* school.c - see school.h. */
#include "support/school.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/mem.h"
#include "support/test.h"

#define NOBODY 65534

struct test_holder {
    sqlite3 *conn;
};

static void
run(sqlite3 *conn, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(conn, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
}

static sqlite3 *
open_raw(const char *path)
{
    sqlite3 *conn = NULL;

    assert_int_equal(sqlite3_open(path, &conn), SQLITE_OK);
    return conn;
}

void
test_sql(const char *path, const char *sql)
{
    sqlite3 *conn = open_raw(path);

    run(conn, sql);
    assert_int_equal(sqlite3_close(conn), SQLITE_OK);
}

char *
test_copy(const char *text)
{
    char *copy = rp_strdup(text);

    assert_non_null(copy);
    return copy;
}

static void
put_row(struct rp_buf *out, sqlite3_stmt *stmt)
{
    for (int i = 0; i < sqlite3_column_count(stmt); i++) {
        const void *bytes = sqlite3_column_blob(stmt, i);

        if (i > 0)
            rp_buf_byte(out, '|');
        rp_buf_put(out, bytes, (size_t)sqlite3_column_bytes(stmt, i));
    }
    rp_buf_byte(out, '\n');
}

char *
test_ask(const char *path, const char *sql)
{
    sqlite3 *conn = open_raw(path);
    sqlite3_stmt *stmt = NULL;
    struct rp_buf out = { 0 };
    char *text;

    if (sqlite3_prepare_v2(conn, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(conn));
    while (sqlite3_step(stmt) == SQLITE_ROW)
        put_row(&out, stmt);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(conn), SQLITE_OK);
    text = test_copy(rp_buf_cstr(&out));
    rp_buf_release(&out);
    return text;
}

static void
put_cell(struct rp_buf *out, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        break;
    case RP_CELL_INT:
        rp_buf_printf(out, "%lld", (long long)cell->integer);
        break;
    case RP_CELL_REAL:
        rp_buf_printf(out, "%.17g", cell->real);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        rp_buf_slice(out, cell->bytes);
        break;
    }
}

char *
test_ask_db(struct rp_db *db, const char *sql)
{
    struct rp_buf out = { 0 };
    struct rp_stmt *stmt = NULL;
    struct rp_err err;
    bool row = true;
    char *text;

    assert_ok(rp_stmt_open(db, rp_slice_str(sql), &stmt, &err), &err);
    for (;;) {
        assert_ok(rp_stmt_step(stmt, &row, &err), &err);
        if (!row)
            break;
        for (int i = 0; i < rp_stmt_columns(stmt); i++) {
            const struct rp_cell cell = rp_stmt_cell(stmt, i);

            if (i > 0)
                rp_buf_byte(&out, '|');
            put_cell(&out, &cell);
        }
        rp_buf_byte(&out, '\n');
    }
    rp_stmt_close(stmt);
    text = test_copy(rp_buf_cstr(&out));
    rp_buf_release(&out);
    return text;
}

struct rp_db *
test_school_open(const char *path, enum rp_db_mode mode)
{
    const struct rp_db_config config = { .mode = mode };
    struct rp_db *db = NULL;
    struct rp_err err;

    assert_ok(rp_db_open(path, &config, &db, &err), &err);
    return db;
}

void
test_school_start(struct test_school *school, const char *sql)
{
    school->folder = test_folder();
    school->path = test_path(school->folder, "school.db");
    test_sql(school->path, sql);
    school->db = test_school_open(school->path, RP_DB_WRITE);
}

void
test_school_end(struct test_school *school)
{
    rp_db_close(school->db);
    free(school->path);
    test_folder_remove(school->folder);
}

struct test_holder *
test_hold(const char *path, const char *sql)
{
    struct test_holder *holder = malloc(sizeof *holder);

    assert_non_null(holder);
    holder->conn = open_raw(path);
    run(holder->conn, sql);
    return holder;
}

void
test_release(struct test_holder *holder)
{
    assert_int_equal(sqlite3_close(holder->conn), SQLITE_OK);
    free(holder);
}

static void
write_and_die(const char *path, const char *sql)
{
    sqlite3 *conn = NULL;

    if (sqlite3_open(path, &conn) == SQLITE_OK &&
        sqlite3_exec(conn, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(conn, sql, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_db_cacheflush(conn) == SQLITE_OK)
        (void)raise(SIGKILL);
    _exit(1);
}

void
test_die_writing(const char *path, const char *sql)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        write_and_die(path, sql);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

/* The answer comes through a pipe and the child is killed: a checker of
 * memory that looks at its end would see what the parent still needs. */
static void
work_and_die(bool (*work)(void *ctx), void *ctx, int fd)
{
    unsigned char answer = 0;

    if (geteuid() != 0 || (setgid(NOBODY) == 0 && setuid(NOBODY) == 0))
        answer = work(ctx);
    if (write(fd, &answer, 1) == 1)
        (void)raise(SIGKILL);
    _exit(1);
}

bool
test_as_nobody(bool (*work)(void *ctx), void *ctx)
{
    unsigned char answer = 0;
    int pipe_fds[2];
    pid_t child;

    assert_int_equal(pipe(pipe_fds), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        work_and_die(work, ctx, pipe_fds[1]);
    assert_int_equal(close(pipe_fds[1]), 0);
    assert_int_equal(read(pipe_fds[0], &answer, 1), 1);
    assert_int_equal(close(pipe_fds[0]), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return answer == 1;
}
