/* see json.h */
#include "report/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "report/filehash.h"
#include "report/jsondoor.h"
#include "report/jsonget.h"
#include "school/db.h"

#define BLOCK_BYTES ((size_t)64 << 10)

/* Both compilers know the word; only one says its own name in it. */
#if defined(__clang__)
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Names of hosts, paths and arguments may hold any byte. */
static json_t *
shown_of(struct rp_json_maker *maker, struct rp_slice text)
{
    struct rp_buf shown = { 0 };
    json_t *value = NULL;

    rp_show(&shown, text);
    if (shown.failed)
        maker->failed = true;
    else
        value = json_string(rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    return value;
}

static void
set_shown(struct rp_json_maker *maker, json_t *object, const char *name,
          const char *text)
{
    if (text == NULL)
        rp_json_set(maker, object, name, json_null());
    else
        rp_json_set(maker, object, name, shown_of(maker, rp_slice_str(text)));
}

static void
set_argv(struct rp_json_maker *maker, json_t *root, const struct rp_run *run)
{
    json_t *argv = rp_json_array(maker);

    for (size_t i = 0; i < run->argc; i++)
        rp_json_append(maker, argv,
                       shown_of(maker, rp_slice_str(run->argv[i])));
    rp_json_set(maker, root, "argv", argv);
}

static void
set_versions(struct rp_json_maker *maker, json_t *root,
             const struct rp_run *run)
{
    json_t *versions = rp_json_object(maker);

    set_shown(maker, versions, "rollproof", run->program);
    set_shown(maker, versions, "compiler", COMPILER);
    set_shown(maker, versions, "sqlite", rp_db_version());
    set_shown(maker, versions, "sqlite_source", rp_db_source_id());
    set_shown(maker, versions, "xxhash", rp_hash_version());
    set_shown(maker, versions, "openssl", rp_sha256_version());
    set_shown(maker, versions, "jansson", jansson_version_str());
    rp_json_set(maker, root, "versions", versions);
}

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

struct libraries {
    struct rp_slice *paths;
    size_t count;
    size_t cap;
};

/* A line of maps: addresses, rights and numbers, then the path, which is the
 * first to hold a slash. */
static int
add_library(struct libraries *libraries, struct rp_slice line)
{
    const unsigned char *from =
        line.len == 0 ? NULL : memchr(line.ptr, '/', line.len);
    void *paths = libraries->paths;
    struct rp_slice path;

    if (from == NULL)
        return 0;
    path.ptr = from;
    path.len = (size_t)(line.ptr + line.len - from);
    if (!is_library(path))
        return 0;
    if (rp_grow(&paths, &libraries->cap, libraries->count + 1,
                sizeof *libraries->paths) != 0)
        return -1;
    libraries->paths = paths;
    libraries->paths[libraries->count++] = path;
    return 0;
}

static int
add_libraries(struct libraries *libraries, struct rp_slice maps)
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
    const struct rp_slice *left_path = left;
    const struct rp_slice *right_path = right;

    return rp_slice_cmp(*left_path, *right_path);
}

/* The file may have been replaced since it was mapped; then maps says
 * "(deleted)" behind its path and it cannot be opened. */
static json_t *
hash_of(struct rp_json_maker *maker, const char *path)
{
    struct rp_filehash hash;
    enum rp_status status = RP_E_IO;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd >= 0) {
        status = rp_filehash(fd, path, &hash, NULL);
        (void)close(fd);
    }
    if (status == RP_E_NOMEM)
        maker->failed = true;
    return status == RP_OK ? json_string(hash.hex) : json_null();
}

static json_t *
library_of(struct rp_json_maker *maker, struct rp_slice path)
{
    json_t *library = rp_json_object(maker);
    struct rp_buf name = { 0 };

    rp_buf_slice(&name, path);
    if (name.failed)
        maker->failed = true;
    rp_json_set(maker, library, "path", shown_of(maker, path));
    rp_json_set(maker, library, "sha256", hash_of(maker, rp_buf_cstr(&name)));
    rp_buf_release(&name);
    return library;
}

/* Addresses differ from run to run, so the order of maps means nothing. */
static void
set_libraries(struct rp_json_maker *maker, json_t *root)
{
    struct rp_buf maps = { 0 };
    struct libraries libraries = { 0 };
    json_t *array = rp_json_array(maker);

    read_maps(&maps);
    if (maps.failed || add_libraries(&libraries, rp_buf_view(&maps)) != 0)
        maker->failed = true;
    if (libraries.count > 0)
        qsort(libraries.paths, libraries.count, sizeof *libraries.paths,
              by_path);
    for (size_t i = 0; i < libraries.count; i++)
        if (i == 0 || !rp_slice_eq(libraries.paths[i], libraries.paths[i - 1]))
            rp_json_append(maker, array, library_of(maker, libraries.paths[i]));
    rp_json_set(maker, root, "libraries", array);
    rp_free(libraries.paths);
    rp_buf_release(&maps);
}

enum rp_status
rp_json_run(struct rp_buf *out, const struct rp_run *run, struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *root;

    rp_json_begin();
    root = rp_json_object(&maker);
    set_shown(&maker, root, "started", run->started);
    set_shown(&maker, root, "finished", run->finished);
    set_shown(&maker, root, "host", run->host);
    set_shown(&maker, root, "user", run->user);
    set_shown(&maker, root, "folder", run->folder);
    set_shown(&maker, root, "database", run->database);
    set_shown(&maker, root, "evidence", run->evidence);
    set_argv(&maker, root, run);
    if (run->way_back != NULL)
        set_shown(&maker, root, "way_back", run->way_back);
    rp_json_set_count(&maker, root, "lock_ms", run->lock_ms);
    set_versions(&maker, root, run);
    set_libraries(&maker, root);
    return rp_json_finish(&maker, root, out, "run.json", err);
}

enum rp_status
rp_json_run_lock(struct rp_slice run, const char *name, uint64_t *out_lock_ms,
                 struct rp_err *err)
{
    struct rp_json_reader reader = { .name = name, .err = err };
    json_t *root = NULL;
    enum rp_status status = rp_json_load(run, name, &root, err);
    uint64_t lock_ms;

    if (status != RP_OK)
        return status;
    rp_json_at(&reader, "run");
    lock_ms = rp_json_get_count(&reader, root, "lock_ms");
    json_decref(root);
    if (reader.status == RP_OK)
        *out_lock_ms = lock_ms;
    return reader.status;
}
