/* see filehash.h */
#include "report/filehash.h"

#include <errno.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"

#define BLOCK_BYTES ((size_t)64 << 10)

static enum rp_status
fail_read(const char *name, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(err, why, "%s: cannot be read",
                         rp_show_in(shown, rp_slice_str(name)));
}

static enum rp_status
put_all(int fd, const char *name, struct rp_sha256 *sha, uint64_t *out_bytes,
        struct rp_err *err)
{
    unsigned char *block = rp_zalloc(BLOCK_BYTES);
    enum rp_status status = RP_OK;
    uint64_t bytes = 0;
    size_t got = BLOCK_BYTES;

    if (block == NULL)
        return rp_fail_nomem(err, "read a file");
    while (status == RP_OK && got == BLOCK_BYTES) {
        if (rp_pread_full(fd, block, BLOCK_BYTES, bytes, &got) != 0) {
            status = fail_read(name, err);
            break;
        }
        bytes += got;
        status = rp_sha256_put(sha, (struct rp_slice){ block, got }, err);
    }
    rp_free(block);
    *out_bytes = bytes;
    return status;
}

enum rp_status
rp_filehash(int fd, const char *name, struct rp_filehash *out_hash,
            struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    struct rp_filehash hash;
    struct rp_sha256 *sha;
    enum rp_status status = rp_sha256_open(&sha, err);

    if (status != RP_OK)
        return status;
    status = put_all(fd, name, sha, &hash.bytes, err);
    if (status == RP_OK)
        status = rp_sha256_finish(sha, digest, err);
    if (status == RP_OK) {
        rp_hex(hash.hex, digest, sizeof digest);
        *out_hash = hash;
    }
    rp_sha256_close(sha);
    return status;
}
