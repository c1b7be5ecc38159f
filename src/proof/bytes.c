/* see bytes.h */
#include "proof/bytes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"

struct rp_bytes {
    const struct rp_input *input;
    int fd;
    uint64_t offset; /* of what is read next */
    unsigned char *buffer;
    size_t at;  /* first byte that was not handed out */
    size_t end; /* of what was read */
    bool at_end;
    unsigned char newline; /* '\n', or '\r' in a file without any LF */
    struct rp_sha256 *sha;
    struct rp_piece piece;
};

static enum rp_status
fail_read(const struct rp_bytes *bytes, struct rp_err *err)
{
    return rp_fail_errno(err, errno, "%s: cannot be read a second time",
                         rp_input_name(bytes->input));
}

static enum rp_status
find_newline(struct rp_bytes *bytes, struct rp_err *err)
{
    uint64_t at = 0;
    size_t got = 0;

    bytes->newline = '\r';
    do {
        if (rp_pread_full(bytes->fd, bytes->buffer, RP_READ_BYTES, at, &got) !=
            0)
            return fail_read(bytes, err);
        if (memchr(bytes->buffer, '\n', got) != NULL) {
            bytes->newline = '\n';
            break;
        }
        at += got;
    } while (got == RP_READ_BYTES);
    return RP_OK;
}

enum rp_status
rp_bytes_open(const struct rp_input *input, struct rp_bytes **out_bytes,
              struct rp_err *err)
{
    struct rp_bytes *bytes = rp_zalloc(sizeof *bytes);
    enum rp_status status = RP_OK;

    if (bytes == NULL)
        return rp_fail_nomem(err, "read a source");
    bytes->input = input;
    bytes->fd = -1;
    bytes->buffer = rp_zalloc(RP_READ_BYTES + RP_BYTES_PAD);
    if (bytes->buffer == NULL)
        status = rp_fail_nomem(err, "read a source");
    if (status == RP_OK)
        status = rp_sha256_open(&bytes->sha, err);
    if (status == RP_OK)
        status = rp_input_descriptor(input, &bytes->fd, err);
    if (status == RP_OK)
        status = find_newline(bytes, err);
    if (status == RP_OK)
        *out_bytes = bytes;
    else
        rp_bytes_close(bytes);
    return status;
}

/* Moves what is left to the front and reads behind it. */
static enum rp_status
refill(struct rp_bytes *bytes, struct rp_err *err)
{
    size_t left = bytes->end - bytes->at;
    size_t got = 0;

    memmove(bytes->buffer, bytes->buffer + bytes->at, left);
    bytes->at = 0;
    bytes->end = left;
    if (rp_pread_full(bytes->fd, bytes->buffer + left, RP_READ_BYTES - left,
                      bytes->offset, &got) != 0)
        return fail_read(bytes, err);
    bytes->offset += got;
    bytes->end += got;
    bytes->at_end = bytes->end < RP_READ_BYTES;
    return rp_sha256_put(bytes->sha,
                         (struct rp_slice){ bytes->buffer + left, got }, err);
}

/* The line that ends at newline. */
static struct rp_piece
line_to(const struct rp_bytes *bytes, const unsigned char *newline)
{
    struct rp_piece line = { .last = true };
    const unsigned char *from = bytes->buffer + bytes->at;

    line.text = (struct rp_slice){ from, (size_t)(newline - from) };
    line.end = (struct rp_slice){ newline, 1 };
    if (*newline == '\n' && line.text.len > 0 && newline[-1] == '\r') {
        line.text.len--;
        line.end.ptr--;
        line.end.len++;
    }
    return line;
}

static const unsigned char *
find_end(const struct rp_bytes *bytes)
{
    if (bytes->at == bytes->end)
        return NULL;
    return memchr(bytes->buffer + bytes->at, bytes->newline,
                  bytes->end - bytes->at);
}

bool
rp_bytes_at_hand(struct rp_bytes *bytes, struct rp_piece *out_line)
{
    const unsigned char *newline = find_end(bytes);

    if (newline != NULL)
        *out_line = line_to(bytes, newline);
    return newline != NULL;
}

void
rp_bytes_pass(struct rp_bytes *bytes, const struct rp_piece *line)
{
    bytes->at += line->text.len + line->end.len;
}

/* No line end in what is left: all of it, but for a byte while more may come.
 * It may be a CR before its LF, or the last one of the file. */
static void
cut_rest(struct rp_bytes *bytes)
{
    struct rp_piece *piece = &bytes->piece;
    size_t len = bytes->end - bytes->at;

    if (!bytes->at_end)
        len--;
    piece->text = (struct rp_slice){ bytes->buffer + bytes->at, len };
    piece->end = (struct rp_slice){ NULL, 0 };
    piece->last = bytes->at_end;
    bytes->at += len;
}

enum rp_status
rp_bytes_next(struct rp_bytes *bytes, const struct rp_piece **out_piece,
              struct rp_err *err)
{
    const unsigned char *newline = find_end(bytes);

    if (newline == NULL && !bytes->at_end) {
        enum rp_status status = refill(bytes, err);

        if (status != RP_OK)
            return status;
        newline = memchr(bytes->buffer, bytes->newline, bytes->end);
    }
    *out_piece = NULL;
    if (bytes->at == bytes->end)
        return RP_OK;
    if (newline != NULL) {
        bytes->piece = line_to(bytes, newline);
        rp_bytes_pass(bytes, &bytes->piece);
    } else {
        cut_rest(bytes);
    }
    *out_piece = &bytes->piece;
    return RP_OK;
}

enum rp_status
rp_bytes_finish(struct rp_bytes *bytes, uint64_t *out_count,
                char sha256[RP_SHA256_HEX], struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    enum rp_status status = RP_OK;

    while (status == RP_OK && !bytes->at_end) {
        bytes->at = bytes->end;
        status = refill(bytes, err);
    }
    if (status == RP_OK)
        status = rp_sha256_finish(bytes->sha, digest, err);
    if (status != RP_OK)
        return status;
    rp_hex(sha256, digest, sizeof digest);
    *out_count = bytes->offset;
    return RP_OK;
}

void
rp_bytes_close(struct rp_bytes *bytes)
{
    if (bytes == NULL)
        return;
    if (bytes->fd >= 0)
        (void)close(bytes->fd);
    rp_sha256_close(bytes->sha);
    rp_free(bytes->buffer);
    rp_free(bytes);
}
