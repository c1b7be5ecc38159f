/* see file.h */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/show.h"

#define PRIVATE_MODE 0600
#define PUBLIC_MODE 0666
/* Other runs write the same file at the same time; more than these are none.
 */
#define NAMES_TRIED 100

static enum rp_status
fail_file(const char *path, const char *what, struct rp_err *err)
{
    const int why = errno;
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(err, why, "%s: %s",
                         rp_show_in(shown, rp_slice_str(path)), what);
}

static enum rp_status
read_open(int fd, const char *path, size_t most, struct rp_buf *out,
          struct rp_err *err)
{
    struct stat info;
    unsigned char *room;
    size_t got = 0;

    if (fstat(fd, &info) != 0)
        return fail_file(path, "cannot be examined", err);
    if (!S_ISREG(info.st_mode)) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_IO, "%s: is no regular file; name one",
                       rp_show_in(shown, rp_slice_str(path)));
    }
    room = rp_buf_room(out, most);
    if (room == NULL)
        return rp_buf_status(out, err);
    if (rp_pread_full(fd, room, most, 0, &got) != 0)
        return fail_file(path, "cannot be read", err);
    out->len += got;
    return RP_OK;
}

enum rp_status
rp_file_read_front(const char *path, size_t most, struct rp_buf *out,
                   struct rp_err *err)
{
    /* Not blocking: a pipe would hold us before it can be refused. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum rp_status status;

    if (fd < 0)
        return fail_file(path, "cannot be opened", err);
    status = read_open(fd, path, most, out, err);
    (void)close(fd);
    return status;
}

enum rp_status
rp_file_read(const char *path, size_t most, struct rp_buf *out,
             struct rp_err *err)
{
    const size_t before = out->len;
    enum rp_status status = rp_file_read_front(path, most + 1, out, err);

    if (status == RP_OK && out->len - before > most) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_IO,
                       "%s: is larger than %zu bytes; is it the right file?",
                       rp_show_in(shown, rp_slice_str(path)), most);
    }
    return status;
}

/* The folder of path with its slash, "" for the working folder. */
static struct rp_slice
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct rp_slice folder = rp_slice_str(path);

    folder.len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    return folder;
}

/* A hidden name beside path, which no program that looks for files of a kind
 * takes for one. */
static int
open_beside(const char *path, mode_t mode, struct rp_buf *out_name)
{
    struct rp_slice folder = folder_of(path);
    int fd = -1;

    for (int i = 0; fd < 0 && i < NAMES_TRIED; i++) {
        rp_buf_reset(out_name);
        rp_buf_slice(out_name, folder);
        rp_buf_printf(out_name, ".%s.%ld.%d.tmp", path + folder.len,
                      (long)getpid(), i);
        if (out_name->failed)
            return -1;
        fd = open(rp_buf_cstr(out_name),
                  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd < 0 && errno != EEXIST)
            return -1;
    }
    return fd;
}

static bool
write_all(int fd, struct rp_slice bytes)
{
    bool done = rp_write_full(fd, bytes.ptr, bytes.len) == 0 && fsync(fd) == 0;
    const int why = errno;

    if (close(fd) != 0)
        return false;
    errno = why;
    return done;
}

static enum rp_status
sync_folder(const char *path, struct rp_err *err)
{
    struct rp_buf folder = { 0 };
    enum rp_status status;

    rp_buf_slice(&folder, folder_of(path));
    rp_buf_byte(&folder, '.');
    status = rp_buf_status(&folder, err);
    if (status == RP_OK) {
        int fd = open(rp_buf_cstr(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (fd < 0 || fsync(fd) != 0)
            status = fail_file(path, "its folder cannot be synced", err);
        if (fd >= 0)
            (void)close(fd);
    }
    rp_buf_release(&folder);
    return status;
}

/* link and not rename where nothing may be replaced: whoever made the file
 * meanwhile keeps it. */
static bool
take_name(const char *beside, const char *path, bool replace)
{
    if (replace)
        return rename(beside, path) == 0;
    return link(beside, path) == 0 && unlink(beside) == 0;
}

static enum rp_status
write_file(const char *path, struct rp_slice bytes, bool replace,
           struct rp_err *err)
{
    struct rp_buf beside = { 0 };
    int fd = open_beside(path, replace ? PUBLIC_MODE : PRIVATE_MODE, &beside);
    enum rp_status status = rp_buf_status(&beside, err);

    if (status == RP_OK && fd < 0) {
        status = fail_file(path, "cannot be written", err);
    } else if (status == RP_OK &&
               (!write_all(fd, bytes) ||
                !take_name(rp_buf_cstr(&beside), path, replace))) {
        status = fail_file(path, "cannot be written", err);
        (void)unlink(rp_buf_cstr(&beside));
    }
    rp_buf_release(&beside);
    return status == RP_OK ? sync_folder(path, err) : status;
}

enum rp_status
rp_file_make(const char *path, struct rp_slice bytes, struct rp_err *err)
{
    return write_file(path, bytes, false, err);
}

enum rp_status
rp_file_replace(const char *path, struct rp_slice bytes, struct rp_err *err)
{
    return write_file(path, bytes, true, err);
}

static enum rp_status
fail_folder(const char *path, const char *why, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE, "%s: %s",
                   rp_show_in(shown, rp_slice_str(path)), why);
}

enum rp_status
rp_file_replaceable(const char *path, struct rp_err *err)
{
    struct rp_buf folder = { 0 };
    struct stat there;
    enum rp_status status;

    rp_buf_slice(&folder, folder_of(path));
    rp_buf_byte(&folder, '.');
    status = rp_buf_status(&folder, err);
    if (status == RP_OK && access(rp_buf_cstr(&folder), W_OK | X_OK) != 0)
        status =
            errno == ENOENT || errno == ENOTDIR
                ? fail_folder(path, "its folder is not there; make it", err)
                : fail_folder(path,
                              "its folder may not be written; name "
                              "another, or change who may",
                              err);
    else if (status == RP_OK && lstat(path, &there) == 0 &&
             !S_ISREG(there.st_mode))
        status = fail_folder(path,
                             "is there and is no regular file; give another "
                             "name",
                             err);
    rp_buf_release(&folder);
    return status;
}

enum rp_status
rp_file_absent(const char *path, struct rp_err *err)
{
    struct stat there;

    if (lstat(path, &there) == 0) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "%s: is there already and is not written over; move it "
                       "away, or give another name",
                       rp_show_in(shown, rp_slice_str(path)));
    }
    return RP_OK;
}
