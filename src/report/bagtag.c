/* see bagtag.h */
#include "report/bagtag.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/limits.h"
#include "base/show.h"

enum rp_status
rp_bagtag_fail(const char *dir, const char *name, struct rp_err *err)
{
    int why = errno;
    char folder[RP_SHOWN_BYTES];
    char file[RP_SHOWN_BYTES];

    return rp_fail_errno(err, why, "%s%s%s: cannot be read",
                         rp_show_in(folder, rp_slice_str(dir)),
                         name[0] == '\0' ? "" : "/",
                         rp_show_in(file, rp_slice_str(name)));
}

static enum rp_status
read_file(int fd, size_t bytes, struct rp_buf *out, bool *out_whole,
          struct rp_err *err)
{
    unsigned char *room = rp_buf_room(out, bytes + 1);
    size_t got = 0;

    *out_whole = true;
    if (room == NULL)
        return rp_buf_status(out, err);
    *out_whole = rp_pread_full(fd, room, bytes, 0, &got) == 0;
    out->len += got;
    return RP_OK;
}

static enum rp_status
read_open(int fd, struct rp_buf *out, enum rp_bagtag *out_found,
          bool *out_whole, struct rp_err *err)
{
    struct stat info;

    *out_whole = fstat(fd, &info) == 0;
    if (!*out_whole)
        return RP_OK;
    *out_found = RP_BAGTAG_NONE;
    if (!S_ISREG(info.st_mode))
        return RP_OK;
    *out_found = RP_BAGTAG_LONG;
    if ((uint64_t)info.st_size > RP_BAG_MANIFEST_MAX_BYTES)
        return RP_OK;
    *out_found = RP_BAGTAG_READ;
    return read_file(fd, (size_t)info.st_size, out, out_whole, err);
}

enum rp_status
rp_bagtag_read(const struct rp_bagdir *dir, const char *name,
               struct rp_buf *out, enum rp_bagtag *out_found,
               struct rp_err *err)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = openat(dir->root, name, flags);
    bool whole = false;
    enum rp_status status;

    *out_found = RP_BAGTAG_NONE;
    /* A symbolic link, a socket. */
    if (fd < 0 && (errno == ENOENT || errno == ELOOP || errno == ENXIO))
        return RP_OK;
    if (fd < 0)
        return rp_bagtag_fail(dir->name, name, err);
    status = read_open(fd, out, out_found, &whole, err);
    if (status == RP_OK && !whole)
        status = rp_bagtag_fail(dir->name, name, err);
    (void)close(fd);
    return status;
}
