/* see rotate.h */
#include "base/rotate.h"

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
#include "base/newfile.h"
#include "base/show.h"

#define BLOCK_BYTES ((size_t)64 << 10)

static enum rp_status
fail(const char *path, const char *what, struct rp_err *err)
{
    const int why = errno;
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(err, why, "%s: cannot be %s",
                         rp_show_in(shown, rp_slice_str(path)), what);
}

/* PATH.number */
static enum rp_status
name_old(struct rp_buf *out, const char *path, unsigned number,
         struct rp_err *err)
{
    rp_buf_reset(out);
    rp_buf_printf(out, "%s.%u", path, number);
    return rp_buf_status(out, err);
}

static bool
is_there(const char *path)
{
    struct stat there;

    return lstat(path, &there) == 0;
}

/* Was a run cut off when PATH.1 was made and PATH not replaced yet? */
static bool
is_done(const char *path, const char *first)
{
    struct stat ours;
    struct stat old;

    return lstat(path, &ours) == 0 && lstat(first, &old) == 0 &&
           ours.st_ino == old.st_ino && ours.st_dev == old.st_dev;
}

/* The first number that is free: what is behind a gap needs not move.  The
 * last one when none is: it is given up. */
static enum rp_status
find_gap(const char *path, unsigned keep, unsigned *out_gap, struct rp_err *err)
{
    struct rp_buf old = { 0 };
    enum rp_status status = RP_OK;
    unsigned number = 1;

    for (; number < keep; number++) {
        status = name_old(&old, path, number, err);
        if (status != RP_OK || !is_there(rp_buf_cstr(&old)))
            break;
    }
    rp_buf_release(&old);
    *out_gap = number;
    return status;
}

/* The oldest first, so that each finds its place free. */
static enum rp_status
move_up(const char *path, unsigned gap, struct rp_err *err)
{
    struct rp_buf from = { 0 };
    struct rp_buf to = { 0 };
    enum rp_status status = RP_OK;

    for (unsigned number = gap; number > 1 && status == RP_OK; number--) {
        status = name_old(&from, path, number - 1, err);
        if (status == RP_OK)
            status = name_old(&to, path, number, err);
        if (status == RP_OK &&
            rename(rp_buf_cstr(&from), rp_buf_cstr(&to)) != 0)
            status = fail(rp_buf_cstr(&from), "moved", err);
    }
    rp_buf_release(&from);
    rp_buf_release(&to);
    return status;
}

static enum rp_status
copy_all(int fd, struct rp_newfile *out, const char *path, struct rp_err *err)
{
    unsigned char *block = rp_zalloc(BLOCK_BYTES);
    enum rp_status status = RP_OK;
    size_t got = BLOCK_BYTES;
    uint64_t at = 0;

    if (block == NULL)
        return rp_fail_nomem(err, "copy a file");
    while (status == RP_OK && got == BLOCK_BYTES) {
        if (rp_pread_full(fd, block, BLOCK_BYTES, at, &got) != 0)
            status = fail(path, "read", err);
        else
            status = rp_newfile_put(out, (struct rp_slice){ block, got }, err);
        at += got;
    }
    rp_free(block);
    return status;
}

/* For file systems without links. */
static enum rp_status
copy_file(const char *path, const char *first, struct rp_err *err)
{
    struct rp_newfile *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum rp_status status;

    if (fd < 0)
        return fail(path, "read", err);
    status = rp_newfile_replace(first, &out, err);
    if (status == RP_OK)
        status = copy_all(fd, out, path, err);
    if (status == RP_OK)
        status = rp_newfile_publish(out, err);
    rp_newfile_close(out);
    (void)close(fd);
    return status;
}

/* Only a link or a copy: PATH stays where it is. */
static enum rp_status
make_first(const char *path, const char *first, struct rp_err *err)
{
    if (unlink(first) != 0 && errno != ENOENT)
        return fail(first, "replaced", err);
    if (link(path, first) == 0)
        return RP_OK;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
        return fail(first, "made", err);
    return copy_file(path, first, err);
}

enum rp_status
rp_rotate(const char *path, unsigned keep, struct rp_err *err)
{
    struct rp_buf first = { 0 };
    unsigned gap = 0;
    enum rp_status status;

    if (keep == 0)
        return RP_OK;
    status = name_old(&first, path, 1, err);
    if (status == RP_OK && !is_done(path, rp_buf_cstr(&first))) {
        status = find_gap(path, keep, &gap, err);
        if (status == RP_OK)
            status = move_up(path, gap, err);
        if (status == RP_OK)
            status = make_first(path, rp_buf_cstr(&first), err);
    }
    rp_buf_release(&first);
    return status;
}
