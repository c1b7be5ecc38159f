/* see libraries.h */
#include "report/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "report/filehash.h"

#define BLOCK_BYTES ((size_t)64 << 10)

/* The whole of a file that has no size of its own; -1 with errno. */
static int
read_all(int fd, struct rp_buf *out)
{
    ssize_t got = 1;

    while (got > 0) {
        unsigned char *room = rp_buf_room(out, BLOCK_BYTES);

        if (room == NULL)
            return -1;
        got = read(fd, room, BLOCK_BYTES);
        if (got > 0)
            out->len += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    return got == 0 ? 0 : -1;
}

/* What this process has mapped; empty when that cannot be read. */
static void
read_maps(struct rp_buf *out)
{
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (read_all(fd, out) != 0)
        out->len = 0;
    (void)close(fd);
}

/* .so at the end of its name, or .so. before its version. */
static bool
is_library(struct rp_slice path)
{
    for (size_t i = 1; i + 3 <= path.len; i++)
        if (memcmp(path.ptr + i, ".so", 3) == 0 &&
            (i + 3 == path.len || path.ptr[i + 3] == '.'))
            return true;
    return false;
}

/* A line of maps: addresses, rights and numbers, then the path, which is the
 * first to hold a slash. */
static int
add_library(struct rp_libraries *libraries, struct rp_slice line)
{
    const unsigned char *from =
        line.len == 0 ? NULL : memchr(line.ptr, '/', line.len);
    void *items = libraries->items;
    struct rp_slice path;

    if (from == NULL)
        return 0;
    path.ptr = from;
    path.len = (size_t)(line.ptr + line.len - from);
    if (!is_library(path))
        return 0;
    if (rp_grow(&items, &libraries->cap, libraries->count + 1,
                sizeof *libraries->items) != 0)
        return -1;
    libraries->items = items;
    libraries->items[libraries->count++] = (struct rp_library){ path, "" };
    return 0;
}

static int
add_libraries(struct rp_libraries *libraries, struct rp_slice maps)
{
    while (maps.len > 0) {
        const unsigned char *end = memchr(maps.ptr, '\n', maps.len);
        struct rp_slice line = maps;

        if (end != NULL)
            line.len = (size_t)(end - maps.ptr);
        if (add_library(libraries, line) != 0)
            return -1;
        maps.ptr += line.len + (end != NULL);
        maps.len -= line.len + (end != NULL);
    }
    return 0;
}

static int
by_path(const void *left, const void *right)
{
    const struct rp_library *left_library = left;
    const struct rp_library *right_library = right;

    return rp_slice_cmp(left_library->path, right_library->path);
}

/* Addresses differ from run to run, so the order of maps means nothing; and a
 * library is mapped in parts. */
static void
settle(struct rp_libraries *libraries)
{
    struct rp_library *items = libraries->items;
    size_t kept = 0;

    if (libraries->count > 0)
        qsort(items, libraries->count, sizeof *items, by_path);
    for (size_t i = 0; i < libraries->count; i++)
        if (i == 0 || !rp_slice_eq(items[i].path, items[kept - 1].path))
            items[kept++] = items[i];
    libraries->count = kept;
}

/* The file may have been replaced since it was mapped; then maps says
 * "(deleted)" behind its path and it cannot be opened. */
static enum rp_status
hash_library(struct rp_library *library, struct rp_buf *name,
             struct rp_err *err)
{
    struct rp_filehash hash;
    enum rp_status status;
    int fd;

    rp_buf_reset(name);
    rp_buf_slice(name, library->path);
    status = rp_buf_status(name, err);
    if (status != RP_OK)
        return status;
    fd = open(rp_buf_cstr(name), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return RP_OK;
    status = rp_filehash(fd, rp_buf_cstr(name), &hash, err);
    (void)close(fd);
    if (status == RP_OK)
        memcpy(library->sha256, hash.hex, sizeof hash.hex);
    return status == RP_E_NOMEM ? status : RP_OK;
}

enum rp_status
rp_libraries_look(struct rp_libraries *out_libraries, struct rp_err *err)
{
    struct rp_libraries libraries = { 0 };
    struct rp_buf name = { 0 };
    enum rp_status status = RP_OK;

    read_maps(&libraries.maps);
    if (libraries.maps.failed ||
        add_libraries(&libraries, rp_buf_view(&libraries.maps)) != 0)
        status = rp_fail_nomem(err, "look at the libraries");
    settle(&libraries);
    for (size_t i = 0; i < libraries.count && status == RP_OK; i++)
        status = hash_library(&libraries.items[i], &name, err);
    rp_buf_release(&name);
    libraries.looked = true;
    if (status == RP_OK)
        *out_libraries = libraries;
    else
        rp_libraries_release(&libraries);
    return status;
}

void
rp_libraries_release(struct rp_libraries *libraries)
{
    rp_buf_release(&libraries->maps);
    rp_free(libraries->items);
    memset(libraries, 0, sizeof *libraries);
}
