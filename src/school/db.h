/* db.h - a connection to the school's database (the SQLite door).
 *
 * Only the files of this folder include sqlite3.h.  Opening hardens: the
 * folder's real path, a symlinked file refused, NOFOLLOW, extended result
 * codes, DEFENSIVE, TRUSTED_SCHEMA off, DQS off, no extensions,
 * cell_size_check; a UTF-16 database is refused; nothing is checkpointed on
 * close.
 *
 * After any error in a transaction ask rp_db_rollback, which looks at
 * sqlite3_get_autocommit: SQLite may or may not have rolled back by itself,
 * and a COMMIT after SQLITE_FULL would succeed with half of the data.
 */
#ifndef SCHOOL_DB_H
#define SCHOOL_DB_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct rp_db;
struct rp_stmt;

enum rp_db_mode {
    RP_DB_READ, /* must exist, never written */
    /* The same, but opened as if to be written, as far as that is allowed:
     * SQLite does not even parse CHECK constraints where it may only read, and
     * quick_check is silent about them. */
    RP_DB_CHECK,
    RP_DB_WRITE,  /* must exist */
    RP_DB_CREATE, /* made when absent */
};

struct rp_db_config {
    enum rp_db_mode mode;
    unsigned wait_seconds; /* for a lock, then RP_E_BUSY */
    /* Of the page cache; 0 = SQLite's 2 MB, with which a whole import was
     * fastest: 5 % slower with 16 MB, 6 % with 64 MB (1,000,000 enrollments,
     * 7 rounds in turn). */
    size_t cache_bytes;
    bool hash_beside; /* what is scanned is hashed by a second thread */
    /* Set by a signal handler: running statements stop with
     * RP_E_INTERRUPTED.  May be NULL. */
    const volatile sig_atomic_t *stop;
};

/* RP_E_DB: not a database, UTF-16, a hot journal in RP_DB_READ (the message
 * names the command that recovers it). RP_E_IO: missing, a folder, no
 * permission, a symbolic link. */
enum rp_status rp_db_open(const char *path, const struct rp_db_config *config,
                          struct rp_db **out_db, struct rp_err *err)
    RP_MUST_CHECK;
void rp_db_close(struct rp_db *db);

/* As given, shown (rp_show); only the last part of that; the absolute
 * path; the absolute path of its folder (temporary files go there). */
const char *rp_db_path(const struct rp_db *db);
const char *rp_db_name(const struct rp_db *db);
const char *rp_db_realpath(const struct rp_db *db);
const char *rp_db_folder(const struct rp_db *db);
/* True when RP_DB_CREATE made the file. */
bool rp_db_created(const struct rp_db *db);
/* "delete", "wal", ... as PRAGMA journal_mode says. */
enum rp_status rp_db_journal_mode(struct rp_db *db, char mode[16],
                                  struct rp_err *err) RP_MUST_CHECK;

/* synchronous=EXTRA and foreign_keys as said (only works outside of a
 * transaction), then BEGIN IMMEDIATE. */
enum rp_status rp_db_begin_write(struct rp_db *db, bool foreign_keys,
                                 struct rp_err *err) RP_MUST_CHECK;
/* BEGIN and a first read, so that all later reads see one state. */
enum rp_status rp_db_begin_read(struct rp_db *db, struct rp_err *err)
    RP_MUST_CHECK;
/* RP_E_AFTER_COMMIT when it failed so late that it may have taken effect. */
enum rp_status rp_db_commit(struct rp_db *db, struct rp_err *err) RP_MUST_CHECK;
/* Has another connection committed since this one did? */
enum rp_status rp_db_others_wrote(struct rp_db *db, bool *out_wrote,
                                  struct rp_err *err) RP_MUST_CHECK;
/* Rolls back when a transaction is open; false when even that failed (the
 * journal then does it when the file is opened next). */
bool rp_db_rollback(struct rp_db *db);
bool rp_db_in_transaction(const struct rp_db *db);
/* Writes what is dirty into the file, so that a foreign reader is found now
 * (RP_E_BUSY) and not after ten million rows. */
enum rp_status rp_db_flush(struct rp_db *db, struct rp_err *err) RP_MUST_CHECK;

/* Text of a statement that names a user's tables or columns: the one builder.
 * sqlite3_mprintf formats; names only ever as "%w" within double quotes. */
enum rp_status rp_db_sql(struct rp_buf *out, struct rp_err *err,
                         const char *fmt, ...) RP_MUST_CHECK;
/* One name quoted: "na""me". */
enum rp_status rp_db_quote(struct rp_buf *out, struct rp_slice name,
                           struct rp_err *err) RP_MUST_CHECK;

/* One value of a row; text and blob live until the next step. */
enum rp_cell_type {
    RP_CELL_NULL,
    RP_CELL_INT,
    RP_CELL_REAL,
    RP_CELL_TEXT,
    RP_CELL_BLOB,
};
struct rp_cell {
    enum rp_cell_type type;
    int64_t integer;
    double real;
    struct rp_slice bytes;
};

/* Exactly one statement.  sql in messages is shown shortened. */
enum rp_status rp_stmt_open(struct rp_db *db, struct rp_slice sql,
                            struct rp_stmt **out_stmt, struct rp_err *err)
    RP_MUST_CHECK;
/* index from 1.  text is not copied: it must live until reset. */
enum rp_status rp_stmt_bind_int(struct rp_stmt *stmt, int index, int64_t value,
                                struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_stmt_bind_text(struct rp_stmt *stmt, int index,
                                 struct rp_slice text, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_stmt_bind_null(struct rp_stmt *stmt, int index,
                                 struct rp_err *err) RP_MUST_CHECK;
/* *out_row is false when there are no more. */
enum rp_status rp_stmt_step(struct rp_stmt *stmt, bool *out_row,
                            struct rp_err *err) RP_MUST_CHECK;
int rp_stmt_columns(const struct rp_stmt *stmt);
/* index from 0 */
struct rp_cell rp_stmt_cell(struct rp_stmt *stmt, int index);
/* Ready to be bound and stepped again; bindings are kept. */
void rp_stmt_reset(struct rp_stmt *stmt);
void rp_stmt_close(struct rp_stmt *stmt);

/* Statements without rows to look at; several separated by ';' are fine. */
enum rp_status rp_db_exec(struct rp_db *db, const char *sql, struct rp_err *err)
    RP_MUST_CHECK;

const char *rp_db_version(void); /* 3.40.1 */
const char *rp_db_source_id(void);

#endif
