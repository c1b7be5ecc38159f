/* see bag.h */
#include "report/bag.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "report/bagfile.h"
#include "report/bagtree.h"

#define PARTIAL ".partial"
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* The part of path behind its last slash. */
static const char *
last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static char *
copy_part(const char *text, size_t len)
{
    char *copy = rp_zalloc(len + 1);

    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

/* The folder above a bag, "." when its path names none. */
static char *
copy_above(const char *dir)
{
    const char *name = last_part(dir);

    return name == dir ? rp_strdup(".") : copy_part(dir, (size_t)(name - dir));
}

static int
set_names(struct rp_bag *bag, struct rp_slice dir)
{
    bag->dir = copy_part((const char *)dir.ptr, dir.len);
    if (bag->dir == NULL)
        return -1;
    bag->above = copy_above(bag->dir);
    bag->partial = rp_zalloc(dir.len + sizeof PARTIAL);
    if (bag->above == NULL || bag->partial == NULL)
        return -1;
    memcpy(bag->partial, dir.ptr, dir.len);
    memcpy(bag->partial + dir.len, PARTIAL, sizeof PARTIAL);
    return 0;
}

/* A bag that will be called dir, with nothing opened; NULL without memory. */
static struct rp_bag *
new_bag(struct rp_slice dir)
{
    struct rp_bag *bag = rp_zalloc(sizeof *bag);

    if (bag == NULL)
        return NULL;
    bag->fd = -1;
    bag->root_fd = -1;
    bag->above_fd = -1;
    if (set_names(bag, dir) == 0)
        return bag;
    rp_bag_close(bag);
    return NULL;
}

static struct rp_slice
without_slashes(const char *path)
{
    struct rp_slice slice = rp_slice_str(path);

    while (slice.len > 0 && slice.ptr[slice.len - 1] == '/')
        slice.len--;
    return slice;
}

static enum rp_status
fail_name(const char *path, const char *problem, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO, "%s: %s",
                   rp_show_in(shown, rp_slice_str(path)), problem);
}

static enum rp_status
fail_above(const struct rp_bag *bag, const char *what, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(
        err, why, "%s: cannot be %s (name a folder %s)",
        rp_show_in(shown, rp_slice_str(bag->above)), what,
        bag->shared ? "that can be made and written as OUT"
                    : "for the evidence that can be made and written, by "
                      "--evidence");
}

static enum rp_status
open_above(struct rp_bag *bag, struct rp_err *err)
{
    bag->above_fd = open(bag->above, FOLDER_FLAGS);
    if (bag->above_fd < 0)
        return fail_above(bag, "opened", err);
    return RP_OK;
}

static enum rp_status
make_above(struct rp_bag *bag, struct rp_err *err)
{
    if (mkdir(bag->above, S_IRWXU) == 0)
        bag->made_above = true;
    else if (errno != EEXIST)
        return fail_above(bag, "made", err);
    return open_above(bag, err);
}

/* Nothing may have the name of the bag yet. */
static enum rp_status
check_free(const struct rp_bag *bag, struct rp_err *err)
{
    struct stat info;

    if (fstatat(bag->above_fd, last_part(bag->dir), &info,
                AT_SYMLINK_NOFOLLOW) == 0)
        return fail_name(bag->dir,
                         bag->shared ? "exists already; name another OUT"
                                     : "exists already; name another folder "
                                       "for the evidence, or move this one "
                                       "away",
                         err);
    return errno == ENOENT ? RP_OK : fail_above(bag, "read", err);
}

/* One process at a time: what a run is still writing looks the same as what a
 * dead one left.  The lock ends with the process, however that ends; a file
 * system that has no locks does without. */
static enum rp_status
lock_root(const struct rp_bag *bag, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    if (flock(bag->root_fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return RP_OK;
    return rp_fail(err, RP_E_BUSY,
                   "%s: is being written by a run that goes on; wait until it "
                   "ends",
                   rp_show_in(shown, rp_slice_str(bag->partial)));
}

static enum rp_status
open_root(struct rp_bag *bag, struct rp_err *err)
{
    enum rp_status status;

    bag->root_fd = openat(bag->above_fd, last_part(bag->partial),
                          FOLDER_FLAGS | O_NOFOLLOW);
    if (bag->root_fd < 0)
        return rp_bagfile_fail(bag, "", "opened", err);
    status = lock_root(bag, err);
    if (status != RP_OK)
        return status;
    return rp_bagfile_folders(bag, RP_BAG_PAYLOAD, true, err);
}

static enum rp_status
make_root(struct rp_bag *bag, struct rp_err *err)
{
    if (mkdirat(bag->above_fd, last_part(bag->partial), S_IRWXU) == 0)
        return open_root(bag, err);
    if (errno == EEXIST)
        return fail_name(bag->partial,
                         bag->shared ? "was left by a share that did not end; "
                                       "remove it"
                                     : "was left by a run that did not end; "
                                       "rollproof status SCHOOL.db --finish "
                                       "completes it, or remove it",
                         err);
    return rp_bagfile_fail(bag, "", "made", err);
}

static enum rp_status
open_new(const char *dir, bool shared, struct rp_bag **out_bag,
         struct rp_err *err)
{
    struct rp_slice name = without_slashes(dir);
    struct rp_bag *bag;
    enum rp_status status;

    if (name.len == 0)
        return fail_name(dir, "names no folder that evidence could be", err);
    bag = new_bag(name);
    if (bag == NULL)
        return rp_fail_nomem(err, "write evidence");
    bag->shared = shared;
    status = make_above(bag, err);
    if (status == RP_OK)
        status = check_free(bag, err);
    if (status == RP_OK)
        status = make_root(bag, err);
    if (status != RP_OK) {
        rp_bag_discard(bag);
        rp_bag_close(bag);
        return status;
    }
    *out_bag = bag;
    return RP_OK;
}

enum rp_status
rp_bag_open(const char *dir, struct rp_bag **out_bag, struct rp_err *err)
{
    return open_new(dir, false, out_bag, err);
}

enum rp_status
rp_bag_open_shared(const char *dir, struct rp_bag **out_bag, struct rp_err *err)
{
    return open_new(dir, true, out_bag, err);
}

enum rp_status
rp_bag_open_hashed(struct rp_bag **out_bag, struct rp_err *err)
{
    struct rp_bag *bag = new_bag(RP_LIT("shared"));

    if (bag == NULL)
        return rp_fail_nomem(err, "hash a shared copy");
    bag->hashed = true;
    *out_bag = bag;
    return RP_OK;
}

/* Sorts the files that are there into those that count and those that are
 * made anew; anything else was not left by a run. */
static enum rp_status
take_over(struct rp_bag *bag, const struct rp_baglist *found,
          struct rp_err *err)
{
    static const size_t payload = sizeof RP_BAG_PAYLOAD - 1;
    enum rp_status status = RP_OK;

    for (size_t i = 0; status == RP_OK && i < found->count; i++) {
        const struct rp_bagfile *file = &found->files[i];
        struct rp_slice name = rp_slice_str(file->name);

        if (strncmp(file->name, RP_BAG_PAYLOAD, payload) == 0) {
            status = rp_bagfile_folders(bag, file->name, false, err);
            if (status == RP_OK)
                status = rp_baglist_add(&bag->files, name, &file->hash, err);
        } else if (!rp_bag_is_tag(file->name)) {
            status = fail_name(
                file->name, "does not belong to evidence; move it away", err);
        }
    }
    return status;
}

/* The first line of problems, which has one. */
static enum rp_status
fail_problem(const struct rp_bag *bag, struct rp_buf *problems,
             struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    const char *text = rp_buf_cstr(problems);

    return rp_fail(err, RP_E_IO, "%s: %.*s; it cannot be completed",
                   rp_show_in(shown, rp_slice_str(bag->partial)),
                   (int)strcspn(text, "\n"), text);
}

static enum rp_status
take_over_all(struct rp_bag *bag, struct rp_err *err)
{
    const struct rp_bagtree tree = { .root = bag->root_fd,
                                     .name = bag->partial };
    struct rp_baglist found = { 0 };
    struct rp_buf problems = { 0 };
    enum rp_status status;

    rp_bagfile_clean(bag);
    status = rp_bagtree_walk(&tree, &found, &problems, err);
    if (status == RP_OK)
        status = rp_buf_status(&problems, err);
    if (status == RP_OK && problems.len > 0)
        status = fail_problem(bag, &problems, err);
    if (status == RP_OK)
        status = take_over(bag, &found, err);
    rp_buf_release(&problems);
    rp_baglist_release(&found);
    return status;
}

enum rp_status
rp_bag_resume(const char *partial, struct rp_bag **out_bag, struct rp_err *err)
{
    const size_t suffix = sizeof PARTIAL - 1;
    struct rp_slice name = without_slashes(partial);
    struct rp_bag *bag;
    enum rp_status status;

    if (name.len <= suffix ||
        memcmp(name.ptr + name.len - suffix, PARTIAL, suffix) != 0)
        return fail_name(partial,
                         "is not called " PARTIAL " at its end, so it "
                         "is no evidence that a run left",
                         err);
    name.len -= suffix;
    bag = new_bag(name);
    if (bag == NULL)
        return rp_fail_nomem(err, "write evidence");
    status = open_above(bag, err);
    if (status == RP_OK)
        status = open_root(bag, err);
    if (status == RP_OK)
        status = take_over_all(bag, err);
    if (status != RP_OK) {
        rp_bag_close(bag);
        return status;
    }
    *out_bag = bag;
    return RP_OK;
}

/* A folder that took the name meanwhile is not replaced, unless it is empty
 * and comes between these two calls. */
enum rp_status
rp_bagfile_take_name(struct rp_bag *bag, struct rp_err *err)
{
    enum rp_status status = check_free(bag, err);

    if (status != RP_OK)
        return status;
    if (renameat(bag->above_fd, last_part(bag->partial), bag->above_fd,
                 last_part(bag->dir)) != 0)
        return rp_bagfile_fail(bag, "", "renamed", err);
    bag->published = true;
    return rp_bagfile_sync(bag, bag->above_fd, "", err);
}

const char *
rp_bag_dir(const struct rp_bag *bag)
{
    return bag->dir;
}

void
rp_bag_close(struct rp_bag *bag)
{
    if (bag == NULL)
        return;
    rp_bagfile_drop(bag);
    if (bag->root_fd >= 0)
        (void)close(bag->root_fd);
    if (bag->above_fd >= 0)
        (void)close(bag->above_fd);
    rp_baglist_release(&bag->files);
    rp_baglist_release(&bag->tags);
    rp_baglist_release(&bag->folders);
    rp_buf_release(&bag->name);
    rp_free(bag->dir);
    rp_free(bag->partial);
    rp_free(bag->above);
    rp_free(bag);
}

static void
remove_files(const struct rp_bag *bag, const struct rp_baglist *list)
{
    for (size_t i = 0; i < list->count; i++)
        (void)unlinkat(bag->root_fd, list->files[i].name, 0);
}

/* Folders were added outer before inner. */
static void
remove_folders(const struct rp_bag *bag)
{
    for (size_t i = bag->folders.count; i > 0; i--)
        (void)unlinkat(bag->root_fd, bag->folders.files[i - 1].name,
                       AT_REMOVEDIR);
}

void
rp_bag_discard(struct rp_bag *bag)
{
    if (bag == NULL || bag->published)
        return;
    rp_bagfile_drop(bag);
    if (bag->root_fd >= 0) {
        remove_files(bag, &bag->files);
        remove_files(bag, &bag->tags);
        remove_folders(bag);
        (void)unlinkat(bag->above_fd, last_part(bag->partial), AT_REMOVEDIR);
    }
    if (bag->made_above)
        (void)rmdir(bag->above);
}
