/* db.c - see db.h: opening, and transactions. */
#include "school/db.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/shell.h"
#include "base/show.h"
#include "school/conn.h"
#include "school/order.h"

/* Steps of the virtual machine between two looks at *stop: far below a
 * millisecond, and no cost that could be measured. */
#define STEPS_PER_LOOK 4096

/* Between two tries to get a lock. */
#define BUSY_PAUSE_MS 25

bool
rp_db_stopped(const struct rp_db *db)
{
    return db->stop != NULL && *db->stop != 0;
}

static int
on_progress(void *ctx)
{
    return rp_db_stopped(ctx);
}

static int64_t
now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* sqlite3_busy_timeout sleeps through a signal; this one looks up. */
static int
on_busy(void *ctx, int tries)
{
    const struct timespec pause = { 0, BUSY_PAUSE_MS * 1000000L };
    struct rp_db *db = ctx;

    if (tries == 0)
        db->wait_until_ms = now_ms() + (int64_t)db->wait_seconds * 1000;
    if (rp_db_stopped(db) || now_ms() >= db->wait_until_ms)
        return 0;
    (void)nanosleep(&pause, NULL);
    return 1;
}

static int
open_flags(enum rp_db_mode mode)
{
    static const int by_mode[] = {
        [RP_DB_READ] = SQLITE_OPEN_READONLY,
        [RP_DB_CHECK] = SQLITE_OPEN_READWRITE,
        [RP_DB_WRITE] = SQLITE_OPEN_READWRITE,
        [RP_DB_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    };

    /* A connection is used by one thread at a time: no mutex of its own. */
    return by_mode[mode] | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE |
           SQLITE_OPEN_NOMUTEX;
}

static int
set_options(struct rp_db *db)
{
    static const struct {
        int option;
        int value;
    } options[] = {
        { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
        { SQLITE_DBCONFIG_DQS_DML, 0 },
        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
        { SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
    };

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int code = sqlite3_db_config(db->conn, options[i].option,
                                     options[i].value, (int *)NULL);

        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

enum rp_status
rp_db_run(struct rp_db *db, enum rp_sql id, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = true;
    enum rp_status status = rp_stmt_fixed(db, id, &stmt, err);

    if (status != RP_OK)
        return status;
    while (status == RP_OK && row)
        status = rp_stmt_step(stmt, &row, err);
    rp_stmt_close(stmt);
    return status;
}

static enum rp_status
harden(struct rp_db *db, struct rp_err *err)
{
    int code = set_options(db);
    enum rp_status status;

    if (code == SQLITE_OK)
        code = sqlite3_busy_handler(db->conn, on_busy, db);
    if (code != SQLITE_OK)
        return rp_db_fail(db, code, "open it", err);
    if (db->stop != NULL)
        sqlite3_progress_handler(db->conn, STEPS_PER_LOOK, on_progress, db);

    status = rp_order_register(db, err);
    if (status == RP_OK)
        status = rp_db_run(db, RP_SQL_CELL_SIZE_CHECK, err);
    if (status == RP_OK)
        status = rp_db_run(db, RP_SQL_NO_MMAP, err);
    return status;
}

/* A reader may not roll back what a writer that died left behind. */
static enum rp_status
fail_hot_journal(const struct rp_db *db, struct rp_err *err)
{
    struct rp_buf word = { 0 };
    enum rp_status status;

    rp_put_shell_word(&word, db->place.shown);
    status = rp_fail(err, RP_E_DB,
                     "%s: an interrupted run left %s-journal; an account that "
                     "may write brings the last committed state back with: "
                     "sqlite3 %s 'SELECT count(*) FROM sqlite_schema'",
                     db->place.shown, db->place.shown, rp_buf_cstr(&word));
    rp_buf_release(&word);
    return status;
}

static enum rp_status
fail_first_read(struct rp_db *db, int code, struct rp_err *err)
{
    const int primary = code & 0xff;

    if ((primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY) &&
        rp_place_has(&db->place, "-journal"))
        return fail_hot_journal(db, err);
    return rp_db_fail(db, code, "open it", err);
}

static enum rp_status
check_encoding(struct rp_db *db, const unsigned char *encoding,
               struct rp_err *err)
{
    const char *name = encoding == NULL ? "" : (const char *)encoding;

    if (strcmp(name, "UTF-8") == 0)
        return RP_OK;
    return rp_fail(err, RP_E_DB,
                   "%s: its texts are stored as %s, and the digests are those "
                   "of UTF-8 databases; make one with: sqlite3 OLD.db .dump | "
                   "sqlite3 NEW.db",
                   db->place.shown, name);
}

/* The first read finds out whether this is a database that we can read; which
 * is why it looks at the codes itself. */
static enum rp_status
read_first(struct rp_db *db, struct rp_err *err)
{
    sqlite3_stmt *raw = NULL;
    enum rp_status status;
    int code = sqlite3_prepare_v2(db->conn, rp_sql_text(RP_SQL_ENCODING)->sql,
                                  -1, &raw, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(raw);
    if (code == SQLITE_ROW)
        status = check_encoding(db, sqlite3_column_text(raw, 0), err);
    else
        status = fail_first_read(db, code, err);
    (void)sqlite3_finalize(raw);
    return status;
}

static enum rp_status
set_cache(struct rp_db *db, size_t bytes, struct rp_err *err)
{
    char sql[64];

    if (bytes == 0)
        return RP_OK;
    if (bytes > RP_CACHE_MAX_BYTES)
        bytes = RP_CACHE_MAX_BYTES;
    /* Negative: KiB, not pages. */
    (void)snprintf(sql, sizeof sql, "PRAGMA main.cache_size = -%zu",
                   bytes < 1024 ? (size_t)1 : bytes / 1024);
    return rp_db_exec(db, sql, err);
}

static enum rp_status
open_connection(struct rp_db *db, enum rp_db_mode mode, struct rp_err *err)
{
    enum rp_status status;
    int code = sqlite3_open_v2(db->place.full, &db->conn, open_flags(mode),
                               rp_scratch_name(db->scratch));

    if (code != SQLITE_OK)
        return rp_db_fail(db, code, "open it", err);
    status = harden(db, err);
    if (status == RP_OK && mode == RP_DB_CHECK)
        status = rp_db_run(db, RP_SQL_QUERY_ONLY, err);
    return status == RP_OK ? read_first(db, err) : status;
}

/* What a writer that died left behind is found, and not rolled back, by a
 * connection that may only read. */
static enum rp_status
open_to_check(struct rp_db *db, struct rp_err *err)
{
    enum rp_status status = open_connection(db, RP_DB_READ, err);

    if (status != RP_OK)
        return status;
    (void)sqlite3_close(db->conn);
    db->conn = NULL;
    return open_connection(db, RP_DB_CHECK, err);
}

enum rp_status
rp_db_open(const char *path, const struct rp_db_config *config,
           struct rp_db **out_db, struct rp_err *err)
{
    struct rp_db *db = rp_zalloc(sizeof *db);
    enum rp_status status;

    if (db == NULL)
        return rp_fail_nomem(err, "open a database");
    db->stop = config->stop;
    db->wait_seconds = config->wait_seconds;
    db->hash_beside = config->hash_beside;
    status = rp_place_init(&db->place, path, config->mode == RP_DB_CREATE, err);
    if (status == RP_OK)
        status = rp_scratch_open(db->place.folder, &db->scratch, err);
    if (status != RP_OK)
        goto fail;
    if (config->mode == RP_DB_CHECK)
        status = open_to_check(db, err);
    else
        status = open_connection(db, config->mode, err);
    if (status == RP_OK)
        status = set_cache(db, config->cache_bytes, err);
    if (status != RP_OK)
        goto fail;
    *out_db = db;
    return RP_OK;

fail:
    rp_db_close(db);
    return status;
}

void
rp_db_close(struct rp_db *db)
{
    int code;

    if (db == NULL)
        return;
    (void)sqlite3_finalize(db->rollback);
    code = sqlite3_close(db->conn);
    assert(code == SQLITE_OK && "every statement was closed before");
    (void)code;
    rp_scratch_close(db->scratch);
    rp_place_release(&db->place);
    rp_free(db);
}

const char *
rp_db_path(const struct rp_db *db)
{
    return db->place.shown;
}

const char *
rp_db_name(const struct rp_db *db)
{
    return db->place.name;
}

const char *
rp_db_realpath(const struct rp_db *db)
{
    return db->place.full;
}

const char *
rp_db_folder(const struct rp_db *db)
{
    return db->place.folder;
}

bool
rp_db_created(const struct rp_db *db)
{
    return !db->place.exists;
}

enum rp_status
rp_db_journal_mode(struct rp_db *db, char mode[16], struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = false;
    enum rp_status status = rp_stmt_fixed(db, RP_SQL_JOURNAL_MODE, &stmt, err);

    if (status != RP_OK)
        return status;
    status = rp_stmt_step(stmt, &row, err);
    if (status == RP_OK) {
        struct rp_slice text = rp_stmt_cell(stmt, 0).bytes;

        (void)snprintf(mode, 16, "%.*s", (int)text.len,
                       text.len == 0 ? "" : (const char *)text.ptr);
    }
    rp_stmt_close(stmt);
    return status;
}

/* SQLite would find out at the first write, long after the planning. */
static enum rp_status
check_writable(const struct rp_db *db, struct rp_err *err)
{
    if (sqlite3_db_readonly(db->conn, "main") != 0)
        return rp_fail(err, RP_E_IO,
                       "%s: may only be read by this account; run as one that "
                       "may write it, or allow it with chmod",
                       db->place.shown);
    if (access(db->place.folder, W_OK) != 0) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_IO,
                       "%s: this account may not write into %s, where SQLite "
                       "puts the journal that brings the old state back",
                       db->place.shown,
                       rp_show_in(shown, rp_slice_str(db->place.folder)));
    }
    return RP_OK;
}

/* Rolling back must not need memory; pragmas make the statement expire, so it
 * is prepared anew each time. */
static enum rp_status
begin(struct rp_db *db, enum rp_sql id, struct rp_err *err)
{
    const struct rp_sql_text *rollback = rp_sql_text(RP_SQL_ROLLBACK);
    int code;

    (void)sqlite3_finalize(db->rollback);
    db->rollback = NULL;
    code = sqlite3_prepare_v2(db->conn, rollback->sql, -1, &db->rollback, NULL);
    if (code != SQLITE_OK)
        return rp_db_fail(db, code, rollback->what, err);
    return rp_db_run(db, id, err);
}

enum rp_status
rp_db_begin_write(struct rp_db *db, bool foreign_keys, struct rp_err *err)
{
    enum rp_status status;

    assert(!rp_db_in_transaction(db));
    status = check_writable(db, err);
    if (status == RP_OK)
        status = rp_db_run(db, RP_SQL_SYNCHRONOUS_EXTRA, err);
    if (status == RP_OK)
        status = rp_db_run(
            db, foreign_keys ? RP_SQL_FOREIGN_KEYS_ON : RP_SQL_FOREIGN_KEYS_OFF,
            err);
    if (status == RP_OK)
        status = begin(db, RP_SQL_BEGIN_WRITE, err);
    return status;
}

enum rp_status
rp_db_begin_read(struct rp_db *db, struct rp_err *err)
{
    enum rp_status status = begin(db, RP_SQL_BEGIN_READ, err);

    if (status != RP_OK)
        return status;
    status = rp_db_run(db, RP_SQL_FIRST_READ, err);
    if (status != RP_OK)
        (void)rp_db_rollback(db);
    return status;
}

/* A COMMIT that reports a failure and holds all the same.  With
 * synchronous=EXTRA the folder is flushed after the journal is gone; in WAL
 * mode the next to open the file finds the frames that the disk would not
 * confirm. */
static bool
may_hold(const struct rp_db *db, int code)
{
    const int primary = code & 0xff;

    if (code == SQLITE_IOERR_DIR_FSYNC)
        return true;
    if (code == SQLITE_IOERR_WRITE || !rp_place_has(&db->place, "-wal"))
        return false;
    return primary == SQLITE_IOERR || primary == SQLITE_NOMEM;
}

enum rp_status
rp_db_others_wrote(struct rp_db *db, bool *out_wrote, struct rp_err *err)
{
    int64_t version = db->data_version;
    /* It changes when another connection has committed, and only then. */
    enum rp_status status =
        rp_db_ask_int(db, RP_SQL_DATA_VERSION, &version, err);

    *out_wrote = version != db->data_version;
    return status;
}

enum rp_status
rp_db_commit(struct rp_db *db, struct rp_err *err)
{
    enum rp_status status =
        rp_db_ask_int(db, RP_SQL_DATA_VERSION, &db->data_version, err);
    struct rp_err why = { 0 };

    if (status != RP_OK)
        return status;
    status = rp_db_run(db, RP_SQL_COMMIT, err);

    if (status == RP_OK || status == RP_E_BUSY ||
        !may_hold(db, sqlite3_extended_errcode(db->conn)))
        return status;
    if (err != NULL)
        why = *err;
    return rp_fail(err, RP_E_AFTER_COMMIT,
                   "%.1500s; this came so late that COMMIT may have taken "
                   "effect",
                   why.text);
}

bool
rp_db_rollback(struct rp_db *db)
{
    if (rp_db_in_transaction(db)) {
        (void)sqlite3_step(db->rollback);
        (void)sqlite3_reset(db->rollback);
    }
    if (rp_db_in_transaction(db))
        (void)sqlite3_exec(db->conn, rp_sql_text(RP_SQL_ROLLBACK)->sql, NULL,
                           NULL, NULL);
    /* What counts is not what they said. */
    return !rp_db_in_transaction(db);
}

bool
rp_db_in_transaction(const struct rp_db *db)
{
    return sqlite3_get_autocommit(db->conn) == 0;
}

enum rp_status
rp_db_flush(struct rp_db *db, struct rp_err *err)
{
    int code = sqlite3_db_cacheflush(db->conn);

    if (code != SQLITE_OK)
        return rp_db_fail(db, code, "write what has changed so far", err);
    return RP_OK;
}
