/* see bagfile.h */
#include "report/bagfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/show.h"

#define BLOCK_BYTES ((size_t)64 << 10)
#define WRITTEN_BYTES 40
/* Files of which the disk has nothing before they end. */
#define SMALL_BYTES ((uint64_t)1 << 20)

enum rp_status
rp_bagfile_fail(const struct rp_bag *bag, const char *name, const char *what,
                struct rp_err *err)
{
    int why = errno;
    char partial[RP_SHOWN_BYTES];
    char shown[RP_SHOWN_BYTES];
    const char *advice = "";
    const char *other = "";

    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        advice = " (make room there, or name another ";
    else if (why == EACCES || why == EPERM || why == EROFS)
        advice = " (allow writing there, or name another ";
    if (*advice != '\0')
        other = bag->shared ? "OUT)" : "folder by --evidence)";
    return rp_fail_errno(err, why, "%s%s%s: cannot be %s%s%s",
                         rp_show_in(partial, rp_slice_str(bag->partial)),
                         name[0] == '\0' ? "" : "/",
                         rp_show_in(shown, rp_slice_str(name)), what, advice,
                         other);
}

static enum rp_status
add_folder(struct rp_bag *bag, struct rp_slice name, struct rp_err *err)
{
    const struct rp_filehash none = { 0 };

    for (size_t i = 0; i < bag->folders.count; i++)
        if (rp_slice_eq(rp_slice_str(bag->folders.files[i].name), name))
            return RP_OK;
    return rp_baglist_add(&bag->folders, name, &none, err);
}

static enum rp_status
make_folder(struct rp_bag *bag, struct rp_slice name, struct rp_err *err)
{
    struct rp_buf path = { 0 };
    enum rp_status status;

    rp_buf_slice(&path, name);
    rp_buf_byte(&path, '\0');
    status = rp_buf_status(&path, err);
    if (status == RP_OK &&
        mkdirat(bag->root_fd, (const char *)path.ptr, S_IRWXU) != 0 &&
        errno != EEXIST)
        status = rp_bagfile_fail(bag, (const char *)path.ptr, "made", err);
    rp_buf_release(&path);
    return status;
}

enum rp_status
rp_bagfile_folders(struct rp_bag *bag, const char *name, bool make,
                   struct rp_err *err)
{
    for (const char *at = strchr(name, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        struct rp_slice folder = { (const unsigned char *)name,
                                   (size_t)(at - name) };
        enum rp_status status = add_folder(bag, folder, err);

        if (status == RP_OK && make)
            status = make_folder(bag, folder, err);
        if (status != RP_OK)
            return status;
    }
    return RP_OK;
}

/* What the index-th of the files that wait is called. */
static void
name_written(char name[WRITTEN_BYTES], size_t index)
{
    (void)snprintf(name, WRITTEN_BYTES, "writing-%zu.tmp", index);
}

static void
remove_written(const struct rp_bag *bag, size_t index)
{
    char written[WRITTEN_BYTES];

    name_written(written, index);
    (void)unlinkat(bag->root_fd, written, 0);
}

void
rp_bagfile_clean(const struct rp_bag *bag)
{
    for (size_t i = 0; i <= RP_BAG_WAITING_MAX; i++)
        remove_written(bag, i);
}

static void
drop_writing(struct rp_bag *bag)
{
    if (bag->fd >= 0) {
        (void)close(bag->fd);
        remove_written(bag, bag->waiting_count);
    }
    bag->fd = -1;
    rp_sha256_close(bag->sha);
    bag->sha = NULL;
}

static void
drop_last_waiting(struct rp_bag *bag)
{
    struct rp_bagwaiting *last = &bag->waiting[--bag->waiting_count];

    if (last->fd >= 0)
        (void)close(last->fd);
    remove_written(bag, bag->waiting_count);
    rp_free(last->name);
}

void
rp_bagfile_drop(struct rp_bag *bag)
{
    drop_writing(bag);
    while (bag->waiting_count > 0)
        drop_last_waiting(bag);
}

static enum rp_status
begin(struct rp_bag *bag, struct rp_baglist *list, const char *name,
      struct rp_err *err)
{
    const char *folder = list == &bag->files ? RP_BAG_PAYLOAD : "";
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    char written[WRITTEN_BYTES];
    enum rp_status status;

    assert(bag->sha == NULL && !bag->published);
    assert(rp_bag_name_problem(rp_slice_str(name)) == NULL);
    rp_buf_reset(&bag->name);
    rp_buf_printf(&bag->name, "%s%s", folder, name);
    status = rp_buf_status(&bag->name, err);
    if (status == RP_OK && !bag->hashed)
        status = rp_bagfile_folders(bag, rp_buf_cstr(&bag->name), true, err);
    if (status == RP_OK && bag->waiting_count == RP_BAG_WAITING_MAX)
        status = rp_bag_settle(bag, err);
    if (status == RP_OK)
        status = rp_sha256_open(&bag->sha, err);
    if (status != RP_OK)
        return status;
    bag->list = list;
    bag->bytes = 0;
    if (bag->hashed)
        return RP_OK;
    name_written(written, bag->waiting_count);
    bag->fd = openat(bag->root_fd, written, flags, S_IRUSR | S_IWUSR);
    if (bag->fd >= 0)
        return RP_OK;
    status = rp_bagfile_fail(bag, rp_buf_cstr(&bag->name), "written", err);
    drop_writing(bag);
    return status;
}

enum rp_status
rp_bag_begin(struct rp_bag *bag, const char *name, struct rp_err *err)
{
    return begin(bag, &bag->files, name, err);
}

enum rp_status
rp_bag_put(struct rp_bag *bag, struct rp_slice bytes, struct rp_err *err)
{
    enum rp_status status;

    assert(bag->sha != NULL);
    if (bytes.len == 0)
        return RP_OK;
    status = rp_sha256_put(bag->sha, bytes, err);
    if (status == RP_OK && !bag->hashed &&
        rp_write_full(bag->fd, bytes.ptr, bytes.len) != 0)
        status = rp_bagfile_fail(bag, rp_buf_cstr(&bag->name), "written", err);
    if (status != RP_OK)
        drop_writing(bag);
    else
        bag->bytes += bytes.len;
    return status;
}

/* The advice makes the disk begin with it, which fsync would wait for; it also
 * forgets what is there already, and all is read once more. */
static enum rp_status
lay_aside(struct rp_bag *bag, struct rp_err *err)
{
    struct rp_bagwaiting *waiting = &bag->waiting[bag->waiting_count];

    waiting->name = rp_strdup(rp_buf_cstr(&bag->name));
    if (waiting->name == NULL)
        return rp_fail_nomem(err, "write evidence");
    waiting->fd = bag->fd;
    bag->fd = -1;
    bag->waiting_count++;
    if (bag->bytes <= SMALL_BYTES)
        (void)posix_fadvise(waiting->fd, 0, 0, POSIX_FADV_DONTNEED);
    return RP_OK;
}

/* The last one first: with it, mostly all are on the disk. */
static enum rp_status
sync_waiting(struct rp_bag *bag, struct rp_err *err)
{
    for (size_t i = bag->waiting_count; i > 0; i--) {
        struct rp_bagwaiting *waiting = &bag->waiting[i - 1];
        int fd = waiting->fd;

        if (fsync(fd) != 0)
            return rp_bagfile_fail(bag, waiting->name, "written to the disk",
                                   err);
        waiting->fd = -1;
        if (close(fd) != 0)
            return rp_bagfile_fail(bag, waiting->name, "written", err);
    }
    return RP_OK;
}

static enum rp_status
name_waiting(struct rp_bag *bag, struct rp_err *err)
{
    for (size_t i = 0; i < bag->waiting_count; i++) {
        const char *name = bag->waiting[i].name;
        char written[WRITTEN_BYTES];

        name_written(written, i);
        if (renameat(bag->root_fd, written, bag->root_fd, name) != 0)
            return rp_bagfile_fail(bag, name, "written", err);
    }
    return RP_OK;
}

enum rp_status
rp_bag_settle(struct rp_bag *bag, struct rp_err *err)
{
    enum rp_status status = sync_waiting(bag, err);

    assert(bag->sha == NULL);
    if (status == RP_OK)
        status = name_waiting(bag, err);
    for (; status == RP_OK && bag->waiting_count > 0; bag->waiting_count--)
        rp_free(bag->waiting[bag->waiting_count - 1].name);
    rp_bagfile_drop(bag);
    return status;
}

enum rp_status
rp_bag_end(struct rp_bag *bag, struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    struct rp_filehash hash = { .bytes = bag->bytes };
    enum rp_status status;

    assert(bag->sha != NULL);
    status = rp_sha256_finish(bag->sha, digest, err);
    if (status == RP_OK && !bag->hashed)
        status = lay_aside(bag, err);
    if (status == RP_OK) {
        rp_hex(hash.hex, digest, sizeof digest);
        status = rp_baglist_add(bag->list, rp_buf_view(&bag->name), &hash, err);
        /* Or it would be there and nobody know. */
        if (status != RP_OK && !bag->hashed)
            drop_last_waiting(bag);
    }
    drop_writing(bag);
    return status;
}

static enum rp_status
put_whole(struct rp_bag *bag, struct rp_slice bytes, struct rp_err *err)
{
    enum rp_status status = rp_bag_put(bag, bytes, err);

    return status == RP_OK ? rp_bag_end(bag, err) : status;
}

enum rp_status
rp_bag_file(struct rp_bag *bag, const char *name, struct rp_slice bytes,
            struct rp_err *err)
{
    enum rp_status status = rp_bag_begin(bag, name, err);

    return status == RP_OK ? put_whole(bag, bytes, err) : status;
}

enum rp_status
rp_bagfile_tag(struct rp_bag *bag, const char *name, struct rp_slice bytes,
               struct rp_err *err)
{
    enum rp_status status = begin(bag, &bag->tags, name, err);

    return status == RP_OK ? put_whole(bag, bytes, err) : status;
}

/* All of fd behind what is in out. */
static int
read_all(int fd, struct rp_buf *out)
{
    size_t before = out->len;
    size_t got = BLOCK_BYTES;

    while (got == BLOCK_BYTES) {
        unsigned char *room = rp_buf_room(out, BLOCK_BYTES);

        if (room == NULL)
            return 0;
        if (rp_pread_full(fd, room, BLOCK_BYTES, out->len - before, &got) != 0)
            return -1;
        out->len += got;
    }
    return 0;
}

bool
rp_bag_has(const struct rp_bag *bag, const char *name)
{
    const size_t len = sizeof RP_BAG_PAYLOAD - 1;

    for (size_t i = 0; i < bag->files.count; i++)
        if (strcmp(bag->files.files[i].name + len, name) == 0)
            return true;
    return false;
}

enum rp_status
rp_bag_read(struct rp_bag *bag, const char *name, struct rp_buf *out,
            struct rp_err *err)
{
    struct rp_buf path = { 0 };
    enum rp_status status = rp_bag_settle(bag, err);
    int fd;

    rp_buf_printf(&path, RP_BAG_PAYLOAD "%s", name);
    if (status == RP_OK)
        status = rp_buf_status(&path, err);
    if (status != RP_OK)
        goto done;
    fd = openat(bag->root_fd, rp_buf_cstr(&path),
                O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || read_all(fd, out) != 0)
        status = rp_bagfile_fail(bag, rp_buf_cstr(&path), "read", err);
    else
        status = rp_buf_status(out, err);
    if (fd >= 0)
        (void)close(fd);
done:
    rp_buf_release(&path);
    return status;
}

enum rp_status
rp_bagfile_sync(const struct rp_bag *bag, int folder, const char *name,
                struct rp_err *err)
{
    /* Some file systems cannot flush a folder, and say so. */
    if (fsync(folder) == 0 || errno == EINVAL)
        return RP_OK;
    return rp_bagfile_fail(bag, name, "written to the disk", err);
}

static enum rp_status
sync_inner(const struct rp_bag *bag, const char *name, struct rp_err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(bag->root_fd, name, flags);
    enum rp_status status;

    if (fd < 0)
        return rp_bagfile_fail(bag, name, "opened", err);
    status = rp_bagfile_sync(bag, fd, name, err);
    (void)close(fd);
    return status;
}

enum rp_status
rp_bag_sync(struct rp_bag *bag, struct rp_err *err)
{
    enum rp_status status = rp_bag_settle(bag, err);

    for (size_t i = 0; status == RP_OK && i < bag->folders.count; i++)
        status = sync_inner(bag, bag->folders.files[i].name, err);
    if (status == RP_OK)
        status = rp_bagfile_sync(bag, bag->root_fd, "", err);
    if (status == RP_OK)
        status = rp_bagfile_sync(bag, bag->above_fd, "", err);
    return status;
}
