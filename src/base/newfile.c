/* see newfile.h */
#include "base/newfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/show.h"

#define FILE_MODE 0600
/* Others may take and give the same name all the time. */
#define TRIES 16

struct rp_newfile {
    struct rp_buf path;
    struct rp_buf partial;
    bool replaces;
    int fd; /* of partial; -1: there is none of ours */
};

static enum rp_status
fail(const struct rp_newfile *file, const char *what, struct rp_err *err)
{
    const int why = errno;
    char shown[RP_SHOWN_BYTES];
    const char *advice = "";

    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        advice = " (make room there, or name a file elsewhere)";
    else if (why == EACCES || why == EPERM || why == EROFS)
        advice = " (allow writing there, or name a file elsewhere)";
    return rp_fail_errno(err, why, "%s: cannot be %s%s",
                         rp_show_in(shown, rp_buf_view(&file->path)), what,
                         advice);
}

static enum rp_status
fail_taken(const struct rp_newfile *file, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s: is there already, and is not replaced; name another "
                   "file, or move it away",
                   rp_show_in(shown, rp_buf_view(&file->path)));
}

static enum rp_status
fail_busy(const struct rp_newfile *file, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_BUSY,
                   "%s: is being written by another rollproof; wait until it "
                   "is done, or name another file",
                   rp_show_in(shown, rp_buf_view(&file->partial)));
}

/* False when somebody else has locked it; a file system without locks has
 * nobody who could. */
static bool
lock(int fd)
{
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    return fcntl(fd, F_SETLK, &whole) == 0 ||
           (errno != EACCES && errno != EAGAIN);
}

/* Does partial still name what fd is? */
static bool
is_named(const struct rp_newfile *file, const char *partial)
{
    struct stat ours;
    struct stat named;

    return fstat(file->fd, &ours) == 0 && lstat(partial, &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

static void
forget(struct rp_newfile *file)
{
    (void)close(file->fd);
    file->fd = -1;
}

/* What a killed run left.  Never opened for writing: it may be published
 * under its name already. */
static enum rp_status
remove_stale(struct rp_newfile *file, const char *partial, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    file->fd = open(partial, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file->fd < 0)
        return errno == ENOENT ? RP_OK : fail(file, "written", err);
    if (!lock(file->fd))
        status = fail_busy(file, err);
    else if (is_named(file, partial) && unlink(partial) != 0 && errno != ENOENT)
        status = fail(file, "written", err);
    forget(file);
    return status;
}

static enum rp_status
make_partial(struct rp_newfile *file, struct rp_err *err)
{
    const char *partial = rp_buf_cstr(&file->partial);
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

    for (int i = 0; i < TRIES; i++) {
        enum rp_status status;

        file->fd = open(partial, flags, FILE_MODE);
        if (file->fd >= 0 && lock(file->fd) && is_named(file, partial))
            return RP_OK;
        if (file->fd >= 0) {
            forget(file);
            continue;
        }
        if (errno != EEXIST)
            return fail(file, "written", err);
        status = remove_stale(file, partial, err);
        if (status != RP_OK)
            return status;
    }
    return fail_busy(file, err);
}

static enum rp_status
open_file(const char *path, bool replaces, struct rp_newfile **out_file,
          struct rp_err *err)
{
    struct rp_newfile *file = rp_zalloc(sizeof *file);
    enum rp_status status;
    struct stat there;

    if (file == NULL)
        return rp_fail_nomem(err, "write a file");
    file->fd = -1;
    file->replaces = replaces;
    rp_buf_str(&file->path, path);
    rp_buf_str(&file->partial, path);
    rp_buf_str(&file->partial, ".partial");
    status = rp_buf_status(&file->path, err);
    if (status == RP_OK)
        status = rp_buf_status(&file->partial, err);
    if (status == RP_OK && !replaces && lstat(path, &there) == 0)
        status = fail_taken(file, err);
    if (status == RP_OK)
        status = make_partial(file, err);
    if (status == RP_OK)
        *out_file = file;
    else
        rp_newfile_close(file);
    return status;
}

enum rp_status
rp_newfile_open(const char *path, struct rp_newfile **out_file,
                struct rp_err *err)
{
    return open_file(path, false, out_file, err);
}

enum rp_status
rp_newfile_replace(const char *path, struct rp_newfile **out_file,
                   struct rp_err *err)
{
    return open_file(path, true, out_file, err);
}

enum rp_status
rp_newfile_put(struct rp_newfile *file, struct rp_slice bytes,
               struct rp_err *err)
{
    assert(file->fd >= 0);
    if (bytes.len == 0 || rp_write_full(file->fd, bytes.ptr, bytes.len) == 0)
        return RP_OK;
    return fail(file, "written", err);
}

/* link and not rename: a new file must not replace one that somebody made
 * meanwhile. */
static enum rp_status
link_name(const struct rp_newfile *file, const char *partial, const char *path,
          struct rp_err *err)
{
    struct stat there;

    if (link(partial, path) == 0) {
        (void)unlink(partial);
        return RP_OK;
    }
    if (errno == EEXIST)
        return fail_taken(file, err);
    /* There are file systems without links. */
    if (errno != EPERM && errno != EOPNOTSUPP)
        return fail(file, "given its name", err);
    if (lstat(path, &there) == 0)
        return fail_taken(file, err);
    return rename(partial, path) == 0 ? RP_OK
                                      : fail(file, "given its name", err);
}

static enum rp_status
give_name(struct rp_newfile *file, struct rp_err *err)
{
    const char *partial = rp_buf_cstr(&file->partial);
    const char *path = rp_buf_cstr(&file->path);

    if (!file->replaces)
        return link_name(file, partial, path, err);
    return rename(partial, path) == 0 ? RP_OK
                                      : fail(file, "given its name", err);
}

static enum rp_status
sync_folder(struct rp_newfile *file, struct rp_err *err)
{
    struct rp_buf folder = { 0 };
    const char *path = rp_buf_cstr(&file->path);
    const char *slash = strrchr(path, '/');
    enum rp_status status;

    rp_buf_put(&folder, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
    rp_buf_str(&folder, ".");
    status = rp_buf_status(&folder, err);
    if (status == RP_OK) {
        const int fd =
            open(rp_buf_cstr(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        /* Some file systems cannot flush a folder, and say so. */
        if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
            status = fail(file, "written to the disk", err);
        if (fd >= 0)
            (void)close(fd);
    }
    rp_buf_release(&folder);
    return status;
}

enum rp_status
rp_newfile_publish(struct rp_newfile *file, struct rp_err *err)
{
    enum rp_status status;

    if (fsync(file->fd) != 0)
        return fail(file, "written to the disk", err);
    status = give_name(file, err);
    if (status != RP_OK)
        return status;
    forget(file);
    status = sync_folder(file, err);
    /* A new file of which nobody knows whether it stays is none. */
    if (status != RP_OK && !file->replaces)
        (void)unlink(rp_buf_cstr(&file->path));
    return status;
}

void
rp_newfile_close(struct rp_newfile *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0) {
        (void)unlink(rp_buf_cstr(&file->partial));
        forget(file);
    }
    rp_buf_release(&file->path);
    rp_buf_release(&file->partial);
    rp_free(file);
}
