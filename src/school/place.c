/* place.c - see place.h. */
/* realpath is in POSIX, but glibc shows it only to the X/Open system. */
#define _XOPEN_SOURCE 700 /* NOLINT(bugprone-reserved-identifier,cert-*) */

#include "school/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"
#include "base/slice.h"

static enum rp_status
take_text(struct rp_buf *buf, char **out_text, struct rp_err *err)
{
    *out_text = rp_strdup(rp_buf_cstr(buf));
    if (buf->failed || *out_text == NULL)
        return rp_fail_nomem(err, "keep a path");
    return RP_OK;
}

static enum rp_status
set_shown(struct rp_place *place, const char *path, struct rp_err *err)
{
    struct rp_buf buf = { 0 };
    enum rp_status status;

    rp_show(&buf, rp_slice_str(path));
    status = take_text(&buf, &place->shown, err);
    rp_buf_release(&buf);
    /* What is shown has a slash where the path has one, and nowhere else. */
    if (status == RP_OK) {
        const char *slash = strrchr(place->shown, '/');

        place->name = slash == NULL ? place->shown : slash + 1;
    }
    return status;
}

/* realpath allocates by malloc, so its result is copied into our memory. */
static enum rp_status
set_folder(struct rp_place *place, const char *given, struct rp_err *err)
{
    char *real = realpath(given, NULL);

    if (real == NULL && errno == ENOMEM)
        return rp_fail_nomem(err, "find the folder of a path");
    if (real == NULL)
        return rp_fail_errno(err, errno, "%s: its folder cannot be reached",
                             place->shown);
    place->folder = rp_strdup(real);
    free(real);
    if (place->folder == NULL)
        return rp_fail_nomem(err, "keep a path");
    return RP_OK;
}

static enum rp_status
split(struct rp_place *place, const char *path, const char *name,
      struct rp_err *err)
{
    struct rp_buf buf = { 0 };
    enum rp_status status;

    rp_buf_put(&buf, path, (size_t)(name - path));
    if (name == path)
        rp_buf_byte(&buf, '.');
    status = buf.failed ? rp_fail_nomem(err, "keep a path")
                        : set_folder(place, rp_buf_cstr(&buf), err);
    if (status != RP_OK)
        goto done;
    rp_buf_reset(&buf);
    rp_buf_str(&buf, place->folder);
    if (strcmp(place->folder, "/") != 0)
        rp_buf_byte(&buf, '/');
    rp_buf_str(&buf, name);
    status = take_text(&buf, &place->full, err);

done:
    rp_buf_release(&buf);
    return status;
}

static enum rp_status
refuse_link(const struct rp_place *place, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    char target[1024];
    ssize_t len = readlink(place->full, target, sizeof target);
    struct rp_slice named = { (const unsigned char *)target, 0 };

    if (len > 0)
        named.len = (size_t)len;
    return rp_fail(err, RP_E_IO,
                   "%s: is a symbolic link to %s; give the path of the file "
                   "itself, so that its journal is found next to it",
                   place->shown, rp_show_in(shown, named));
}

static enum rp_status
look(struct rp_place *place, bool may_be_absent, struct rp_err *err)
{
    struct stat facts;

    if (strlen(place->full) > RP_DB_PATH_MAX_BYTES)
        return rp_fail(err, RP_E_IO,
                       "%s: its absolute path is longer than the %d bytes that "
                       "SQLite opens; move it to a shorter one",
                       place->shown, RP_DB_PATH_MAX_BYTES);
    if (lstat(place->full, &facts) != 0) {
        if (errno == ENOENT && may_be_absent)
            return RP_OK;
        return rp_fail_errno(err, errno, "%s: cannot be opened", place->shown);
    }
    place->exists = true;
    if (S_ISLNK(facts.st_mode))
        return refuse_link(place, err);
    if (S_ISDIR(facts.st_mode))
        return rp_fail(err, RP_E_IO, "%s: is a folder; give a database file",
                       place->shown);
    if (!S_ISREG(facts.st_mode))
        return rp_fail(err, RP_E_IO,
                       "%s: is not an ordinary file; give a database file",
                       place->shown);
    if (access(place->full, R_OK) != 0)
        return rp_fail_errno(err, errno, "%s: cannot be read", place->shown);
    return RP_OK;
}

enum rp_status
rp_place_init(struct rp_place *place, const char *path, bool may_be_absent,
              struct rp_err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    enum rp_status status = set_shown(place, path, err);

    if (status != RP_OK)
        return status;
    if (path[0] == '\0')
        return rp_fail(err, RP_E_IO, "the database's path is empty");
    if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return rp_fail(err, RP_E_IO, "%s: is a folder; give a database file",
                       place->shown);
    status = split(place, path, name, err);
    if (status == RP_OK)
        status = look(place, may_be_absent, err);
    return status;
}

void
rp_place_release(struct rp_place *place)
{
    rp_free(place->shown);
    rp_free(place->folder);
    rp_free(place->full);
    *place = (struct rp_place){ 0 };
}

bool
rp_place_has(const struct rp_place *place, const char *suffix)
{
    struct rp_buf buf = { 0 };
    struct stat facts;
    bool there;

    rp_buf_str(&buf, place->full);
    rp_buf_str(&buf, suffix);
    there = lstat(rp_buf_cstr(&buf), &facts) == 0;
    rp_buf_release(&buf);
    return there;
}
