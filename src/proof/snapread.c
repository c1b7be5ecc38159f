/* see snapfile.h: the file is read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/be.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "proof/markget.h"
#include "proof/snapdir.h"
#include "proof/snapfile.h"

#define BLOCK_BYTES ((size_t)256 << 10)
/* Behind the directory: its length, and the SHA-256 of everything. */
#define END_BYTES (8 + RP_SHA256_BYTES)

static enum rp_status
fail_read(struct rp_snapfile *file, struct rp_err *err)
{
    return rp_fail_errno(err, errno, "%s: cannot be read",
                         rp_snapfile_path(file));
}

static bool
begins_with(int fd, const char *text)
{
    char head[RP_SNAPFILE_MAGIC_BYTES];
    const size_t len = strlen(text);
    size_t got = 0;

    return rp_pread_full(fd, head, len, 0, &got) == 0 && got == len &&
           memcmp(head, text, len) == 0;
}

static int
open_file(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

bool
rp_snapfile_is(const char *path)
{
    const int fd = open_file(path);
    const bool is = fd >= 0 && begins_with(fd, RP_SNAPFILE_ANY);

    if (fd >= 0)
        (void)close(fd);
    return is;
}

/* Is it a file that could be a snapshot of this version? */
static enum rp_status
check_kind(struct rp_snapfile *file, struct rp_err *err)
{
    struct stat facts;

    if (fstat(file->fd, &facts) != 0)
        return fail_read(file, err);
    if (!S_ISREG(facts.st_mode))
        return rp_fail(err, RP_E_IO, "%s: is not a file, so not a snapshot",
                       rp_snapfile_path(file));
    file->bytes = (uint64_t)facts.st_size;
    if (!begins_with(file->fd, RP_SNAPFILE_ANY))
        return rp_fail(err, RP_E_IO,
                       "%s: is not a snapshot; rollproof snapshot SCHOOL.db "
                       "OUT makes one",
                       rp_snapfile_path(file));
    if (!begins_with(file->fd, RP_SNAPFILE_MAGIC))
        return rp_fail(err, RP_E_IO,
                       "%s: is a snapshot of another version than "
                       "rollproof/snapshot/1, or its first line is damaged; "
                       "read it with the rollproof that made it, or take a "
                       "new one",
                       rp_snapfile_path(file));
    if (file->bytes < RP_SNAPFILE_MAGIC_BYTES + END_BYTES)
        return rp_snapfile_damaged(file, "it is too short", err);
    return RP_OK;
}

/* All but the last RP_SHA256_BYTES. */
static enum rp_status
hash_file(struct rp_snapfile *file, const struct rp_beat *beat,
          struct rp_sha256 *sha, struct rp_err *err)
{
    const uint64_t end = file->bytes - RP_SHA256_BYTES;
    unsigned char *block = rp_zalloc(BLOCK_BYTES);
    enum rp_status status = RP_OK;
    uint64_t at = 0;

    if (block == NULL)
        return rp_fail_nomem(err, "read a snapshot");
    while (status == RP_OK && at < end) {
        size_t len = end - at < BLOCK_BYTES ? (size_t)(end - at) : BLOCK_BYTES;
        size_t got = 0;

        if (rp_pread_full(file->fd, block, len, at, &got) != 0)
            status = fail_read(file, err);
        else if (got < len)
            status = rp_snapfile_damaged(file, "it ends too soon", err);
        else
            status = rp_sha256_put(sha, (struct rp_slice){ block, got }, err);
        at += got;
        if (status == RP_OK)
            status = rp_beat(beat, 0, err);
    }
    rp_free(block);
    return status;
}

static enum rp_status
check_sha256(struct rp_snapfile *file, const struct rp_beat *beat,
             struct rp_err *err)
{
    unsigned char written[RP_SHA256_BYTES];
    unsigned char digest[RP_SHA256_BYTES];
    struct rp_sha256 *sha = NULL;
    size_t got = 0;
    enum rp_status status = rp_sha256_open(&sha, err);

    if (status == RP_OK)
        status = hash_file(file, beat, sha, err);
    if (status == RP_OK)
        status = rp_sha256_finish(sha, digest, err);
    rp_sha256_close(sha);
    if (status != RP_OK)
        return status;
    if (rp_pread_full(file->fd, written, sizeof written,
                      file->bytes - sizeof written, &got) != 0)
        return fail_read(file, err);
    if (got < sizeof written || memcmp(written, digest, sizeof digest) != 0)
        return rp_snapfile_damaged(
            file, "its SHA-256 is not the one at its end", err);
    return RP_OK;
}

static enum rp_status
read_directory(struct rp_snapfile *file, struct rp_err *err)
{
    const uint64_t end = file->bytes - END_BYTES;
    struct rp_buf bytes = { 0 };
    unsigned char be[8] = { 0 };
    unsigned char *room;
    enum rp_status status = RP_OK;
    uint64_t len;
    size_t got = 0;

    if (rp_pread_full(file->fd, be, sizeof be, end, &got) != 0)
        return fail_read(file, err);
    len = rp_get_be64(be);
    if (len > end - RP_SNAPFILE_MAGIC_BYTES ||
        len > RP_SNAPSHOT_DIRECTORY_MAX_BYTES)
        return rp_snapfile_damaged(file,
                                   "its list of tables is not where it should "
                                   "be",
                                   err);
    room = rp_buf_room(&bytes, (size_t)len);
    if (room == NULL)
        status = rp_buf_status(&bytes, err);
    else if (rp_pread_full(file->fd, room, (size_t)len, end - len, &got) != 0)
        status = fail_read(file, err);
    else
        status = rp_snapfile_parse(file, (struct rp_slice){ room, got },
                                   end - len, err);
    rp_buf_release(&bytes);
    return status;
}

enum rp_status
rp_snapfile_open(const char *path, const struct rp_beat *beat,
                 struct rp_snapfile **out_file, struct rp_err *err)
{
    struct rp_snapfile *file = rp_zalloc(sizeof *file);
    enum rp_status status;

    if (file == NULL)
        return rp_fail_nomem(err, "read a snapshot");
    file->fd = -1;
    rp_show(&file->shown, rp_slice_str(path));
    /* From now on it is a C string. */
    (void)rp_buf_cstr(&file->shown);
    status = rp_buf_status(&file->shown, err);
    if (status == RP_OK) {
        file->fd = open_file(path);
        if (file->fd < 0)
            status = rp_fail_errno(err, errno, "%s: cannot be opened",
                                   rp_snapfile_path(file));
    }
    if (status == RP_OK)
        status = check_kind(file, err);
    if (status == RP_OK)
        status = check_sha256(file, beat, err);
    if (status == RP_OK)
        status = read_directory(file, err);
    if (status == RP_OK)
        *out_file = file;
    else
        rp_snapfile_close(file);
    return status;
}

void
rp_snapfile_close(struct rp_snapfile *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0)
        (void)close(file->fd);
    rp_arena_release(&file->arena);
    rp_buf_release(&file->shown);
    rp_free(file);
}

const char *
rp_snapfile_path(const struct rp_snapfile *file)
{
    return (const char *)file->shown.ptr;
}

const struct rp_table *
rp_snapfile_tables(const struct rp_snapfile *file, size_t *out_count)
{
    *out_count = file->table_count;
    return file->tables;
}

const struct rp_digest *
rp_snapfile_digests(const struct rp_snapfile *file)
{
    return file->digests;
}

const struct rp_object *
rp_snapfile_objects(const struct rp_snapfile *file, size_t *out_count)
{
    *out_count = file->object_count;
    return file->objects;
}

const char *
rp_snapfile_database(const struct rp_snapfile *file)
{
    return file->database;
}

struct rp_snapfile_reader {
    const struct rp_snapfile *file;
    size_t table;
    uint64_t at;
    struct rp_markget *get;
    struct rp_marks marks;
};

static enum rp_status
read_marks(void *ctx, void *out, size_t len, size_t *out_len,
           struct rp_err *err)
{
    struct rp_snapfile_reader *reader = ctx;
    const struct rp_snapfile *file = reader->file;

    if (rp_pread_full(file->fd, out, len, reader->at, out_len) != 0)
        return rp_fail_errno(err, errno, "%s: cannot be read",
                             rp_snapfile_path(file));
    reader->at += *out_len;
    return RP_OK;
}

enum rp_status
rp_snapfile_read(const struct rp_snapfile *file, size_t table,
                 struct rp_snapfile_reader **out_reader, struct rp_err *err)
{
    struct rp_snapfile_reader *reader = rp_zalloc(sizeof *reader);
    enum rp_status status;

    if (reader == NULL)
        return rp_fail_nomem(err, "read a snapshot");
    reader->file = file;
    reader->table = table;
    reader->at = file->starts[table];
    {
        const struct rp_markget_request request = {
            .table = &file->tables[table],
            .source = { read_marks, reader,
                        file->starts[table + 1] - file->starts[table],
                        rp_snapfile_path(file) },
        };

        status = rp_markget_open(&request, &reader->get, err);
    }
    if (status == RP_OK) {
        reader->marks = rp_markget_marks(reader->get);
        *out_reader = reader;
    } else {
        rp_snapfile_reader_close(reader);
    }
    return status;
}

static enum rp_status
next_mark(void *ctx, const struct rp_mark **out_mark, struct rp_err *err)
{
    struct rp_snapfile_reader *reader = ctx;
    const struct rp_digest *digest = &reader->file->digests[reader->table];
    enum rp_status status =
        reader->marks.next(reader->marks.ctx, out_mark, err);
    struct rp_fp fp;

    if (status != RP_OK || *out_mark != NULL)
        return status;
    fp = rp_markget_fp(reader->get);
    if (rp_fp_eq(&fp, &digest->fp))
        return RP_OK;
    return rp_fail(err, RP_E_IO,
                   "%s: this snapshot contradicts itself: the rows of a table "
                   "do not add up to its fingerprint; take a new one",
                   rp_snapfile_path(reader->file));
}

struct rp_marks
rp_snapfile_marks(struct rp_snapfile_reader *reader)
{
    return (struct rp_marks){ next_mark, reader };
}

void
rp_snapfile_reader_close(struct rp_snapfile_reader *reader)
{
    if (reader == NULL)
        return;
    rp_markget_close(reader->get);
    rp_free(reader);
}
