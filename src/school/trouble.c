/* trouble.c - see conn.h: what SQLite's result codes mean to people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/show.h"
#include "base/slice.h"
#include "school/conn.h"

/* Room for one sentence about what to do. */
#define REMEDY_BYTES 1024

static void
say_busy(const struct rp_db *db, char remedy[REMEDY_BYTES])
{
    (void)snprintf(remedy, REMEDY_BYTES,
                   "another program has it open (a web application, a sqlite3 "
                   "shell, another rollproof) and did not let go within %u s; "
                   "close it, or wait longer with --wait SECONDS",
                   db->wait_seconds);
}

static void
say_full(const struct rp_db *db, char remedy[REMEDY_BYTES])
{
    char shown[RP_SHOWN_BYTES];
    struct statvfs facts;
    uint64_t free_bytes;

    (void)rp_show_in(shown, rp_slice_str(db->place.folder));
    if (statvfs(db->place.folder, &facts) != 0) {
        (void)snprintf(remedy, REMEDY_BYTES, "make room in %s", shown);
        return;
    }
    free_bytes = (uint64_t)facts.f_bavail * facts.f_frsize;
    (void)snprintf(remedy, REMEDY_BYTES,
                   "%" PRIu64 " MiB are free in %s; make room there (and where "
                   "temporary files go), or raise the limit of file sizes",
                   free_bytes >> 20, shown);
}

static void
say_io(const struct rp_db *db, char remedy[REMEDY_BYTES])
{
    char why[128];
    int number = sqlite3_system_errno(db->conn);

    if (number == 0 || strerror_r(number, why, sizeof why) != 0)
        (void)snprintf(why, sizeof why, "the system gave no reason");
    (void)snprintf(remedy, REMEDY_BYTES,
                   "%s; check the disk, its free room and the limit of file "
                   "sizes",
                   why);
}

static void
say_cantopen(const struct rp_db *db, char remedy[REMEDY_BYTES])
{
    char shown[RP_SHOWN_BYTES];

    (void)rp_show_in(shown, rp_slice_str(db->place.folder));
    if (rp_place_has(&db->place, "-wal"))
        (void)snprintf(remedy, REMEDY_BYTES,
                       "%s-wal holds a part of it: this account must be able "
                       "to read that file and %s-shm, or to write into %s",
                       db->place.shown, db->place.shown, shown);
    else
        (void)snprintf(remedy, REMEDY_BYTES,
                       "this account must be able to read the file and what "
                       "stands next to it, and in WAL mode to write into %s",
                       shown);
}

/* The words that follow SQLite's own; "" when there is nothing to add. */
static void
say_remedy(const struct rp_db *db, int code, char remedy[REMEDY_BYTES])
{
    static const struct {
        int code;
        const char *remedy;
    } fixed[] = {
        { SQLITE_NOTADB, "give a SQLite 3 database (an encrypted one is not)" },
        { SQLITE_CORRUPT,
          "bring back a backup, or try `sqlite3 ... .recover`" },
        { SQLITE_READONLY, "run as an account that may write the file" },
        { SQLITE_CONSTRAINT,
          "a rule of the schema forbids it: a CHECK, a NOT NULL, a key or a "
          "trigger that raises; look with SELECT sql FROM sqlite_schema" },
        { SQLITE_SCHEMA, "another program changed the schema; run again" },
    };

    remedy[0] = '\0';
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        say_busy(db, remedy);
        return;
    case SQLITE_FULL:
        say_full(db, remedy);
        return;
    case SQLITE_IOERR:
        say_io(db, remedy);
        return;
    case SQLITE_CANTOPEN:
        say_cantopen(db, remedy);
        return;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (fixed[i].code == (code & 0xff))
            (void)snprintf(remedy, REMEDY_BYTES, "%s", fixed[i].remedy);
}

static enum rp_status
status_of(const struct rp_db *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return rp_db_stopped(db) ? RP_E_INTERRUPTED : RP_E_BUSY;
    case SQLITE_INTERRUPT:
        return RP_E_INTERRUPTED;
    case SQLITE_NOMEM:
        return RP_E_NOMEM;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return RP_E_IO;
    default:
        return RP_E_DB;
    }
}

/* IOERR has a code of its own for a memory allocation that failed. */
static int
plain_code(int code)
{
    return code == SQLITE_IOERR_NOMEM ? SQLITE_NOMEM : code;
}

static const char *
message_of(const struct rp_db *db, int code, char shown[RP_SHOWN_BYTES])
{
    const char *message = sqlite3_errstr(code);

    /* The connection's text says more, but only about its own last error. */
    if (db->conn != NULL && sqlite3_extended_errcode(db->conn) == code)
        message = sqlite3_errmsg(db->conn);
    return rp_show_in(shown, rp_slice_str(message));
}

enum rp_status
rp_db_fail(struct rp_db *db, int code, const char *what, struct rp_err *err)
{
    const int plain = plain_code(code);
    const enum rp_status status = status_of(db, plain);
    char shown[RP_SHOWN_BYTES];
    char remedy[REMEDY_BYTES];

    if (status == RP_E_INTERRUPTED)
        return rp_fail(err, status, "%s: %s: stopped by a signal",
                       db->place.shown, what);
    say_remedy(db, plain, remedy);
    return rp_fail(err, status, "%s: %s: %s%s%s", db->place.shown, what,
                   message_of(db, code, shown), remedy[0] == '\0' ? "" : "; ",
                   remedy);
}

enum rp_status
rp_db_fail_sql(struct rp_db *db, int code, struct rp_slice sql,
               struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_db_fail(db, code, rp_show_in(shown, sql), err);
}

enum rp_status
rp_db_unfit(const struct rp_db *db, const char *what, struct rp_err *err)
{
    return rp_fail(err, RP_E_DB, "%s: %s", db->place.shown, what);
}

enum rp_status
rp_stmt_fail(const struct rp_stmt *stmt, int code, struct rp_err *err)
{
    if (stmt->what != NULL)
        return rp_db_fail(stmt->db, code, stmt->what, err);
    return rp_db_fail_sql(stmt->db, code, rp_slice_str(sqlite3_sql(stmt->raw)),
                          err);
}
