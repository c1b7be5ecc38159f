/* spool.c - see spool.h. */
#include "base/spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/show.h"

/* Small pieces are gathered until they are worth a system call. */
#define BLOCK_BYTES ((size_t)64 << 10)
/* Pieces of this size are read as they are: many readers of as many runs
 * would otherwise have a block each beside their own windows. */
#define DIRECT_BYTES ((size_t)4 << 10)

/* The bytes lie, from front to back, in memory, in the file, and in pending,
 * which waits to be written. */
struct rp_spool {
    char *folder;
    unsigned char *memory;
    size_t memory_len;
    size_t memory_cap;
    size_t memory_limit;
    unsigned char *pending;
    size_t pending_len;
    uint64_t file_bytes;
    int fd;
};

struct rp_spool_reader {
    const struct rp_spool *spool;
    uint64_t place;
    /* A window of the file, for readers of small pieces. */
    unsigned char *block;
    uint64_t block_start;
    size_t block_len;
};

static enum rp_status
fail_disk(const char *folder, const char *what, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];
    const char *advice = "";

    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        advice = " (make room there, then run this again)";
    else if (why == ENOENT || why == EACCES || why == EROFS)
        advice = " (it must be a folder that can be written)";
    return rp_fail_errno(err, why, "%s: cannot %s%s",
                         rp_show_in(shown, rp_slice_str(folder)), what, advice);
}

enum rp_status
rp_spool_open(const char *folder, size_t memory_bytes,
              struct rp_spool **out_spool, struct rp_err *err)
{
    struct rp_spool *spool = rp_zalloc(sizeof *spool);

    if (spool == NULL)
        return rp_fail_nomem(err, "hold temporary data");
    spool->fd = -1;
    spool->memory_limit = memory_bytes;
    spool->folder = rp_strdup(folder);
    if (spool->folder == NULL) {
        rp_spool_close(spool);
        return rp_fail_nomem(err, "hold temporary data");
    }
    *out_spool = spool;
    return RP_OK;
}

/* Doubles, but never past the limit: memory is bounded (P7). */
static enum rp_status
grow_memory(struct rp_spool *spool, size_t needed, struct rp_err *err)
{
    size_t cap = spool->memory_cap;
    unsigned char *moved;

    if (needed <= cap)
        return RP_OK;
    cap = cap > spool->memory_limit / 2 ? spool->memory_limit : 2 * cap;
    if (cap < needed)
        cap = needed;
    moved = rp_realloc(spool->memory, cap);
    if (moved == NULL)
        return rp_fail_nomem(err, "hold temporary data");
    spool->memory = moved;
    spool->memory_cap = cap;
    return RP_OK;
}

/* Takes the front of *bytes into memory, as far as there is room. */
static enum rp_status
put_memory(struct rp_spool *spool, struct rp_slice *bytes, struct rp_err *err)
{
    size_t room = spool->memory_limit - spool->memory_len;
    size_t take = bytes->len < room ? bytes->len : room;
    enum rp_status status;

    if (take == 0)
        return RP_OK;
    status = grow_memory(spool, spool->memory_len + take, err);
    if (status != RP_OK)
        return status;
    memcpy(spool->memory + spool->memory_len, bytes->ptr, take);
    spool->memory_len += take;
    bytes->ptr += take;
    bytes->len -= take;
    return RP_OK;
}

static enum rp_status
write_file(struct rp_spool *spool, const unsigned char *bytes, size_t len,
           struct rp_err *err)
{
    if (rp_write_full(spool->fd, bytes, len) != 0)
        return fail_disk(spool->folder, "write temporary data", err);
    spool->file_bytes += len;
    return RP_OK;
}

static enum rp_status
write_pending(struct rp_spool *spool, struct rp_err *err)
{
    enum rp_status status =
        write_file(spool, spool->pending, spool->pending_len, err);

    if (status == RP_OK)
        spool->pending_len = 0;
    return status;
}

/* Takes bytes that fit behind those that wait already. */
static enum rp_status
put_pending(struct rp_spool *spool, struct rp_slice bytes, struct rp_err *err)
{
    if (spool->pending == NULL)
        spool->pending = rp_zalloc(BLOCK_BYTES);
    if (spool->pending == NULL)
        return rp_fail_nomem(err, "write temporary data");
    memcpy(spool->pending + spool->pending_len, bytes.ptr, bytes.len);
    spool->pending_len += bytes.len;
    return RP_OK;
}

enum rp_status
rp_spool_put(struct rp_spool *spool, struct rp_slice bytes, struct rp_err *err)
{
    enum rp_status status = put_memory(spool, &bytes, err);

    if (status != RP_OK || bytes.len == 0)
        return status;
    if (spool->fd < 0)
        status = rp_tempfile(spool->folder, &spool->fd, err);
    if (status == RP_OK && bytes.len > BLOCK_BYTES - spool->pending_len)
        status = write_pending(spool, err);
    if (status != RP_OK)
        return status;
    if (bytes.len >= BLOCK_BYTES)
        return write_file(spool, bytes.ptr, bytes.len, err);
    return put_pending(spool, bytes, err);
}

enum rp_status
rp_spool_flush(struct rp_spool *spool, struct rp_err *err)
{
    enum rp_status status = write_pending(spool, err);

    if (status != RP_OK)
        return status;
    rp_free(spool->pending);
    spool->pending = NULL;
    return RP_OK;
}

uint64_t
rp_spool_bytes(const struct rp_spool *spool)
{
    return spool->memory_len + spool->file_bytes + spool->pending_len;
}

void
rp_spool_close(struct rp_spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->fd >= 0)
        (void)close(spool->fd);
    rp_free(spool->pending);
    rp_free(spool->memory);
    rp_free(spool->folder);
    rp_free(spool);
}

enum rp_status
rp_spool_read(const struct rp_spool *spool, struct rp_spool_reader **out_reader,
              struct rp_err *err)
{
    struct rp_spool_reader *reader = rp_zalloc(sizeof *reader);

    if (reader == NULL)
        return rp_fail_nomem(err, "read temporary data");
    reader->spool = spool;
    *out_reader = reader;
    return RP_OK;
}

/* Reads what must be there: the file was written by us and has no name. */
static enum rp_status
read_file(const struct rp_spool *spool, void *out, size_t len, uint64_t offset,
          struct rp_err *err)
{
    size_t got = 0;

    errno = EIO;
    if (rp_pread_full(spool->fd, out, len, offset, &got) == 0 && got == len)
        return RP_OK;
    return fail_disk(spool->folder, "read temporary data back", err);
}

static enum rp_status
read_block(struct rp_spool_reader *reader, uint64_t offset, struct rp_err *err)
{
    uint64_t left = reader->spool->file_bytes - offset;
    size_t len = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES;

    if (reader->block == NULL)
        reader->block = rp_zalloc(BLOCK_BYTES);
    if (reader->block == NULL)
        return rp_fail_nomem(err, "read temporary data");
    reader->block_len = 0;
    if (read_file(reader->spool, reader->block, len, offset, err) != RP_OK)
        return RP_E_IO;
    reader->block_start = offset;
    reader->block_len = len;
    return RP_OK;
}

/* Some bytes of the file at offset, at least one. */
static enum rp_status
next_of_file(struct rp_spool_reader *reader, uint64_t offset, void *out,
             size_t *len, struct rp_err *err)
{
    uint64_t left = reader->spool->file_bytes - offset;
    enum rp_status status = RP_OK;
    size_t skip;

    if (*len > left)
        *len = (size_t)left;
    if (*len >= DIRECT_BYTES)
        return read_file(reader->spool, out, *len, offset, err);
    if (offset < reader->block_start ||
        offset - reader->block_start >= reader->block_len)
        status = read_block(reader, offset, err);
    if (status != RP_OK)
        return status;
    skip = (size_t)(offset - reader->block_start);
    if (*len > reader->block_len - skip)
        *len = reader->block_len - skip;
    memcpy(out, reader->block + skip, *len);
    return RP_OK;
}

/* The bytes of a part that is in memory, from skip on, at most *len. */
static void
next_of_memory(const unsigned char *part, size_t part_len, void *out,
               size_t *len)
{
    if (*len > part_len)
        *len = part_len;
    memcpy(out, part, *len);
}

/* Some bytes at the reader's place, which is not the end; at least one. */
static enum rp_status
next_piece(struct rp_spool_reader *reader, void *out, size_t *len,
           struct rp_err *err)
{
    const struct rp_spool *spool = reader->spool;
    uint64_t place = reader->place;

    if (place < spool->memory_len) {
        next_of_memory(spool->memory + place, spool->memory_len - (size_t)place,
                       out, len);
        return RP_OK;
    }
    place -= spool->memory_len;
    if (place < spool->file_bytes)
        return next_of_file(reader, place, out, len, err);
    place -= spool->file_bytes;
    next_of_memory(spool->pending + place, spool->pending_len - (size_t)place,
                   out, len);
    return RP_OK;
}

enum rp_status
rp_spool_next(struct rp_spool_reader *reader, void *out, size_t len,
              size_t *out_len, struct rp_err *err)
{
    uint64_t end = rp_spool_bytes(reader->spool);
    unsigned char *to = out;
    size_t done = 0;

    while (done < len && reader->place < end) {
        size_t piece = len - done;
        enum rp_status status = next_piece(reader, to + done, &piece, err);

        if (status != RP_OK)
            return status;
        assert(piece > 0);
        reader->place += piece;
        done += piece;
    }
    *out_len = done;
    return RP_OK;
}

void
rp_spool_seek(struct rp_spool_reader *reader, uint64_t offset)
{
    reader->place = offset;
}

void
rp_spool_reader_close(struct rp_spool_reader *reader)
{
    if (reader == NULL)
        return;
    rp_free(reader->block);
    rp_free(reader);
}

enum rp_status
rp_tempfile(const char *folder, int *out_fd, struct rp_err *err)
{
    struct rp_buf path = { 0 };
    enum rp_status status;
    int fd;

    rp_buf_printf(&path, "%s/rollproof-XXXXXX", folder);
    rp_buf_byte(&path, '\0');
    status = rp_buf_status(&path, err);
    if (status != RP_OK)
        goto done;
    fd = mkstemp((char *)path.ptr);
    if (fd < 0) {
        status = fail_disk(folder, "create a temporary file", err);
        goto done;
    }
    if (unlink((const char *)path.ptr) != 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
        status = fail_disk(folder, "hide a temporary file", err);
        (void)close(fd);
        goto done;
    }
    *out_fd = fd;
done:
    rp_buf_release(&path);
    return status;
}
