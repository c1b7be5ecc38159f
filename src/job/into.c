/* see into.h */
#include "job/into.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/show.h"
#include "proof/snapshot.h"
#include "school/copy.h"

static enum rp_status
check_target(const char *target, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    struct stat there;

    if (lstat(target, &there) != 0)
        return RP_OK;
    return rp_fail(err, RP_E_USAGE,
                   "%s: is there already; --into makes a new database and "
                   "never replaces one",
                   rp_show_in(shown, rp_slice_str(target)));
}

static enum rp_status
copy_original(struct rp_db *db, struct rp_into *into, struct rp_err *err)
{
    struct rp_snapshot_request request = { .with_soundness = false };
    struct rp_snapshot snapshot = { 0 };
    enum rp_status status = rp_db_begin_read(db, err);

    if (status == RP_OK)
        status = rp_snapshot_take(db, &request, &snapshot, err);
    if (status == RP_OK)
        status = rp_db_copy(db, rp_buf_cstr(&into->partial), err);
    if (status == RP_OK) {
        into->made = true;
        memcpy(into->original, snapshot.database, sizeof into->original);
    }
    rp_snapshot_release(&snapshot);
    return status;
}

enum rp_status
rp_into_begin(const struct rp_session *session, const char *original,
              const char *target, struct rp_into *out_into, struct rp_err *err)
{
    struct rp_db *db = NULL;
    enum rp_status status = check_target(target, err);

    out_into->target = target;
    rp_buf_str(&out_into->partial, target);
    rp_buf_str(&out_into->partial, ".partial");
    if (status == RP_OK)
        status = rp_buf_status(&out_into->partial, err);
    if (status == RP_OK)
        status = rp_session_open(session, original, RP_DB_READ, &db, err);
    if (status == RP_OK)
        status = copy_original(db, out_into, err);
    rp_db_close(db);
    return status;
}

enum rp_status
rp_into_compare(const struct rp_into *into, const char *copy,
                struct rp_err *err)
{
    if (strcmp(into->original, copy) == 0)
        return RP_OK;
    return rp_fail(err, RP_E_DB,
                   "the copy's content %.16s... is not the original's "
                   "%.16s...; nothing was written",
                   copy, into->original);
}

/* fsync of a file or a folder by its path. */
static int
sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed;

    if (fd < 0)
        return -1;
    failed = fsync(fd);
    (void)close(fd);
    return failed;
}

static int
sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct rp_buf folder = { 0 };
    int failed;

    if (slash == NULL)
        return sync_path(".");
    rp_buf_put(&folder, path, (size_t)(slash - path) + 1);
    failed = folder.failed ? -1 : sync_path(rp_buf_cstr(&folder));
    rp_buf_release(&folder);
    return failed;
}

enum rp_status
rp_into_publish(struct rp_into *into, struct rp_err *err)
{
    const char *partial = rp_buf_cstr(&into->partial);

    /* link and not rename: whoever made NEW.db meanwhile keeps it. */
    if (sync_path(partial) != 0 || link(partial, into->target) != 0 ||
        unlink(partial) != 0 || sync_folder_of(into->target) != 0) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail_errno(err, errno, "%s: cannot be given its name",
                             rp_show_in(shown, rp_buf_view(&into->partial)));
    }
    into->made = false;
    return RP_OK;
}

void
rp_into_release(struct rp_into *into)
{
    if (into->made)
        (void)unlink(rp_buf_cstr(&into->partial));
    rp_buf_release(&into->partial);
    memset(into, 0, sizeof *into);
}
