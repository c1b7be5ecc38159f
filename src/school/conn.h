/* conn.h - what the files of this folder share about a connection.
 *
 * Only they include sqlite3.h; everybody else sees school/db.h.
 */
#ifndef SCHOOL_CONN_H
#define SCHOOL_CONN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/err.h"
#include "school/db.h"
#include "school/place.h"
#include "school/scratch.h"
#include "school/sql.h"

struct rp_db {
    sqlite3 *conn;
    sqlite3_stmt *rollback; /* prepared, for when memory is gone */
    struct rp_place place;
    struct rp_scratch *scratch;
    const volatile sig_atomic_t *stop;
    unsigned wait_seconds;
    bool hash_beside;
    int64_t wait_until_ms;
    int64_t data_version; /* at the last commit */
};

/* One cell that SQLite had no memory for makes the next step fail. */
struct rp_stmt {
    struct rp_db *db;
    sqlite3_stmt *raw;
    const char *what; /* for messages; NULL: its SQL */
    int columns;
    bool lost_cell;
};

/* "PATH: what: why; what to do", as code (SQLITE_...) says. */
enum rp_status rp_db_fail(struct rp_db *db, int code, const char *what,
                          struct rp_err *err);
/* The same, about a statement; its text is shown, and shortened. */
enum rp_status rp_db_fail_sql(struct rp_db *db, int code, struct rp_slice sql,
                              struct rp_err *err);
enum rp_status rp_stmt_fail(const struct rp_stmt *stmt, int code,
                            struct rp_err *err);
/* The same, for something that is not fit though SQLite had no complaint. */
enum rp_status rp_db_unfit(const struct rp_db *db, const char *what,
                           struct rp_err *err);

/* True after a signal asked to stop. */
bool rp_db_stopped(const struct rp_db *db);

/* A statement of the table in sql.h; rp_db_run steps it to its end. */
enum rp_status rp_stmt_fixed(struct rp_db *db, enum rp_sql id,
                             struct rp_stmt **out_stmt, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_db_run(struct rp_db *db, enum rp_sql id, struct rp_err *err)
    RP_MUST_CHECK;
/* The whole number that such a statement gives. */
enum rp_status rp_db_ask_int(struct rp_db *db, enum rp_sql id, int64_t *out,
                             struct rp_err *err) RP_MUST_CHECK;

#endif
