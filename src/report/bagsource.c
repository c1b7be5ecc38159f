/* see bagsource.h */
#include "report/bagsource.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "report/bagfile.h"
#include "report/bagtag.h"

#define BLOCK_BYTES ((size_t)64 << 10)

struct rp_bagsource
rp_bagsource_of(struct rp_bag *bag)
{
    struct rp_bagsource source = { .dir = bag->partial, .root = bag->root_fd };

    rp_baglist_settle(&bag->files);
    source.files = bag->files;
    return source;
}

const struct rp_bagfile *
rp_bagsource_find(const struct rp_bagsource *source, const char *name)
{
    const size_t payload = sizeof RP_BAG_PAYLOAD - 1;

    for (size_t i = 0; i < source->files.count; i++)
        if (strcmp(source->files.files[i].name + payload, name) == 0)
            return &source->files.files[i];
    return NULL;
}

struct copying {
    const struct rp_bagsource *source;
    const struct rp_bagfile *file;
    const struct rp_byte_sink *sink;
    struct rp_sha256 *sha;
    unsigned char *block;
    int fd;
};

/* The folder of that name in folder, which is closed unless it is root. */
static int
step_into(int root, int folder, const char *name, size_t len)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    char part[NAME_MAX + 1] = "";
    int fd;

    /* One that is longer cannot be there. */
    memcpy(part, name, len < sizeof part ? len : 0);
    fd = openat(folder, part, flags);
    if (folder != root)
        (void)close(folder);
    return fd;
}

/* Folder by folder, so that no symbolic link is followed, not even one that is
 * put there meanwhile. */
static int
open_file(const struct rp_bagsource *source, const char *name)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int folder = source->root;
    const char *slash;
    int fd;

    while (folder >= 0 && (slash = strchr(name, '/')) != NULL) {
        folder = step_into(source->root, folder, name, (size_t)(slash - name));
        name = slash + 1;
    }
    fd = folder < 0 ? -1 : openat(folder, name, flags);
    if (folder >= 0 && folder != source->root)
        (void)close(folder);
    return fd;
}

static enum rp_status
fail_altered(const struct copying *copying, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO,
                   "%s/%s: was altered while it was read; see rollproof "
                   "check-evidence",
                   rp_show_in(shown, rp_slice_str(copying->source->dir)),
                   copying->file->name);
}

static enum rp_status
copy_blocks(struct copying *copying, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    size_t got = BLOCK_BYTES;
    uint64_t place = 0;

    while (status == RP_OK && got == BLOCK_BYTES) {
        struct rp_slice bytes = { copying->block, 0 };

        if (rp_pread_full(copying->fd, copying->block, BLOCK_BYTES, place,
                          &got) != 0)
            return rp_bagtag_fail(copying->source->dir, copying->file->name,
                                  err);
        place += got;
        bytes.len = got;
        status = rp_sha256_put(copying->sha, bytes, err);
        if (status == RP_OK && got > 0)
            status = copying->sink->put(copying->sink->ctx, bytes, err);
    }
    return status;
}

/* Are these the bytes that the manifest lists? */
static enum rp_status
check_hash(const struct copying *copying, struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    char hex[RP_SHA256_HEX];
    enum rp_status status = rp_sha256_finish(copying->sha, digest, err);

    if (status != RP_OK)
        return status;
    rp_hex(hex, digest, sizeof digest);
    if (strcmp(hex, copying->file->hash.hex) != 0)
        return fail_altered(copying, err);
    return RP_OK;
}

static enum rp_status
copy_open(struct copying *copying, struct rp_err *err)
{
    enum rp_status status = rp_sha256_open(&copying->sha, err);

    if (status != RP_OK)
        return status;
    copying->block = rp_zalloc(BLOCK_BYTES);
    if (copying->block == NULL)
        status = rp_fail_nomem(err, "read a file of evidence");
    if (status == RP_OK)
        status = copy_blocks(copying, err);
    if (status == RP_OK)
        status = check_hash(copying, err);
    rp_free(copying->block);
    rp_sha256_close(copying->sha);
    return status;
}

enum rp_status
rp_bagsource_copy(const struct rp_bagsource *source,
                  const struct rp_bagfile *file,
                  const struct rp_byte_sink *sink, struct rp_err *err)
{
    struct copying copying = { .source = source, .file = file, .sink = sink };
    enum rp_status status;

    copying.fd = open_file(source, file->name);
    if (copying.fd < 0)
        return rp_bagtag_fail(source->dir, file->name, err);
    status = copy_open(&copying, err);
    (void)close(copying.fd);
    return status;
}

static enum rp_status
put_into_buf(void *ctx, struct rp_slice bytes, struct rp_err *err)
{
    struct rp_buf *out = ctx;

    rp_buf_slice(out, bytes);
    return rp_buf_status(out, err);
}

enum rp_status
rp_bagsource_read(const struct rp_bagsource *source,
                  const struct rp_bagfile *file, struct rp_buf *out,
                  struct rp_err *err)
{
    const struct rp_byte_sink sink = { put_into_buf, out };

    return rp_bagsource_copy(source, file, &sink, err);
}
