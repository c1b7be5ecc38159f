/* copy.c - see copy.h. */
#include "school/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/show.h"
#include "school/conn.h"

#define COPY_MODE 0600
/* Between two looks at whether somebody asked to stop. */
#define PAGES_AT_ONCE 4096

static enum rp_status
make_file(const char *path, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, COPY_MODE);

    (void)rp_show_in(shown, rp_slice_str(path));
    if (fd >= 0) {
        (void)close(fd);
        return RP_OK;
    }
    if (errno == EEXIST)
        return rp_fail(err, RP_E_USAGE,
                       "%s: is there already, perhaps of a run that was "
                       "interrupted; remove it and run again",
                       shown);
    return rp_fail_errno(err, errno, "%s: cannot be made", shown);
}

static enum rp_status
copy_pages(struct rp_db *from, sqlite3_backup *backup, struct rp_err *err)
{
    int code = SQLITE_OK;

    while (code == SQLITE_OK) {
        if (rp_db_stopped(from))
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while copying; nothing was written");
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
    }
    return code == SQLITE_DONE ? RP_OK : rp_db_fail(from, code, "copy it", err);
}

static enum rp_status
copy_into(struct rp_db *from, sqlite3 *to, struct rp_err *err)
{
    sqlite3_backup *backup =
        sqlite3_backup_init(to, "main", from->conn, "main");
    enum rp_status status;
    int code;

    if (backup == NULL)
        return rp_db_fail(from, sqlite3_extended_errcode(to), "copy it", err);
    status = copy_pages(from, backup, err);
    code = sqlite3_backup_finish(backup);
    if (status == RP_OK && code != SQLITE_OK)
        status = rp_db_fail(from, code, "copy it", err);
    if (status != RP_OK)
        return status;
    /* A copy of a WAL database would make itself a WAL again. */
    code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK ? RP_OK : rp_db_fail(from, code, "copy it", err);
}

enum rp_status
rp_db_copy(struct rp_db *db, const char *path, struct rp_err *err)
{
    sqlite3 *to = NULL;
    enum rp_status status = make_file(path, err);
    int code;

    if (status != RP_OK)
        return status;
    code = sqlite3_open_v2(path, &to,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK)
        status = rp_db_fail(db, code, "copy it", err);
    else
        status = copy_into(db, to, err);
    code = sqlite3_close(to);
    if (status == RP_OK && code != SQLITE_OK)
        status = rp_db_fail(db, code, "copy it", err);
    if (status != RP_OK)
        (void)unlink(path);
    return status;
}
