/* see bag.h */
#include "report/bag.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/show.h"
#include "report/baglist.h"
#include "report/filehash.h"

#define PARTIAL ".partial"

static enum rp_status
fail_read(const char *folder, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];

    if (why == ENOMEM)
        return rp_fail_nomem(err, "read a folder");
    return rp_fail_errno(err, why, "%s: cannot be read",
                         rp_show_in(shown, rp_slice_str(folder)));
}

static bool
is_partial(const char *name)
{
    const size_t suffix = sizeof PARTIAL - 1;
    size_t len = strlen(name);

    return len >= suffix && strcmp(name + len - suffix, PARTIAL) == 0;
}

/* The manifest of the bag name in folder; -1 when it is no bag. */
static int
open_manifest(int folder, const char *name)
{
    const int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int file_flags =
        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int bag = openat(folder, name, folder_flags);
    int manifest;

    if (bag < 0)
        return -1;
    manifest = openat(bag, RP_BAG_MANIFEST, file_flags);
    (void)close(bag);
    return manifest;
}

/* Keeps name when it is a bag and newer than what is in latest. */
static void
consider(int folder, const char *name, struct rp_buf *latest)
{
    struct rp_slice candidate = rp_slice_str(name);
    int manifest;

    if (is_partial(name) || rp_bag_name_problem(candidate) != NULL ||
        rp_slice_cmp(candidate, rp_buf_view(latest)) <= 0)
        return;
    manifest = open_manifest(folder, name);
    if (manifest < 0)
        return;
    (void)close(manifest);
    latest->len = 0;
    rp_buf_slice(latest, candidate);
}

static enum rp_status
find_latest(DIR *entries, const char *folder, struct rp_buf *latest,
            struct rp_err *err)
{
    const struct dirent *entry;

    errno = 0;
    while ((entry = readdir(entries)) != NULL) {
        consider(dirfd(entries), entry->d_name, latest);
        errno = 0;
    }
    if (errno != 0)
        return fail_read(folder, err);
    return rp_buf_status(latest, err);
}

static enum rp_status
hash_manifest(int folder, struct rp_buf *latest, struct rp_filehash *out_hash,
              struct rp_err *err)
{
    const char *name = rp_buf_cstr(latest);
    enum rp_status status = rp_buf_status(latest, err);
    int manifest;

    if (status != RP_OK)
        return status;
    manifest = open_manifest(folder, name);
    if (manifest < 0)
        return fail_read(name, err);
    status = rp_filehash(manifest, name, out_hash, err);
    (void)close(manifest);
    return status;
}

enum rp_status
rp_bag_latest(const char *folder, struct rp_buf *out_name,
              char out_sha256[RP_SHA256_HEX], struct rp_err *err)
{
    struct rp_filehash hash = { 0 };
    DIR *entries = opendir(folder);
    enum rp_status status;

    rp_buf_reset(out_name);
    out_sha256[0] = '\0';
    if (entries == NULL)
        return errno == ENOENT ? RP_OK : fail_read(folder, err);
    status = find_latest(entries, folder, out_name, err);
    if (status == RP_OK && out_name->len > 0)
        status = hash_manifest(dirfd(entries), out_name, &hash, err);
    if (status == RP_OK)
        memcpy(out_sha256, hash.hex, sizeof hash.hex);
    (void)closedir(entries);
    return status;
}
