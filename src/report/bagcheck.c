/* see bag.h */
#include "report/bag.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/show.h"
#include "report/baglist.h"
#include "report/bagtree.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct check {
    const char *dir;
    int root;
    struct rp_baglist found;
    struct rp_baglist manifest;
    struct rp_baglist tagmanifest;
    struct rp_buf *problems;
};

static enum rp_status
fail_dir(const char *dir, const char *problem, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO, "%s: %s", rp_show_in(shown, rp_slice_str(dir)),
                   problem);
}

static enum rp_status
fail_read(const char *dir, const char *name, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(err, why, "%s%s%s: cannot be read",
                         rp_show_in(shown, rp_slice_str(dir)),
                         name[0] == '\0' ? "" : "/", name);
}

static enum rp_status
open_root(const char *dir, int *out_root, struct rp_err *err)
{
    struct stat info;
    int root = open(dir, FOLDER_FLAGS);

    if (root < 0 && (errno == ELOOP || errno == ENOTDIR))
        return fail_dir(dir,
                        "is a file or a symbolic link; name the folder "
                        "of the evidence itself",
                        err);
    if (root < 0)
        return fail_read(dir, "", err);
    if (fstatat(root, RP_BAG_DECLARATION, &info, AT_SYMLINK_NOFOLLOW) != 0 &&
        fstatat(root, RP_BAG_MANIFEST, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        (void)close(root);
        return fail_dir(dir,
                        "is no evidence: it has neither " RP_BAG_DECLARATION
                        " nor " RP_BAG_MANIFEST,
                        err);
    }
    *out_root = root;
    return RP_OK;
}

static enum rp_status
read_file(const struct check *check, const struct rp_bagfile *file, int fd,
          struct rp_buf *out, struct rp_err *err)
{
    size_t bytes = (size_t)file->hash.bytes;
    unsigned char *room = rp_buf_room(out, bytes);
    size_t got = 0;

    if (room == NULL)
        return rp_buf_status(out, err);
    if (rp_pread_full(fd, room, bytes, 0, &got) != 0)
        return fail_read(check->dir, file->name, err);
    out->len += got;
    return RP_OK;
}

/* A tag file; nothing when it is missing or no file, which is told by the
 * list of what was found. */
static enum rp_status
read_tag(const struct check *check, const char *name, struct rp_buf *out,
         struct rp_err *err)
{
    const struct rp_bagfile *file = rp_baglist_find(&check->found, name);
    enum rp_status status;
    int fd;

    if (file == NULL)
        return RP_OK;
    if (file->hash.bytes > RP_BAG_MANIFEST_MAX_BYTES) {
        rp_bag_problem(check->problems, rp_slice_str(name),
                       "is too long to be that of evidence");
        return RP_OK;
    }
    fd = openat(check->root, name, FILE_FLAGS);
    if (fd < 0)
        return fail_read(check->dir, name, err);
    status = read_file(check, file, fd, out, err);
    (void)close(fd);
    return status;
}

static enum rp_status
read_manifest(const struct check *check, const char *name,
              struct rp_baglist *list, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = read_tag(check, name, &text, err);

    if (status == RP_OK)
        status = rp_baglist_parse(rp_buf_view(&text), name, list,
                                  check->problems, err);
    rp_buf_release(&text);
    return status;
}

static enum rp_status
check_declaration(const struct check *check, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = read_tag(check, RP_BAG_DECLARATION, &text, err);

    if (status == RP_OK &&
        !rp_slice_eq(rp_buf_view(&text), RP_LIT(RP_BAG_VERSION)))
        rp_bag_problem(check->problems, RP_LIT(RP_BAG_DECLARATION),
                       "does not declare a bag of BagIt 1.0 in UTF-8");
    rp_buf_release(&text);
    return status;
}

static void
tell(const struct check *check, const char *name, const char *problem)
{
    rp_bag_problem(check->problems, rp_slice_str(name), problem);
}

static bool
is_payload(const char *name)
{
    return strncmp(name, RP_BAG_PAYLOAD, sizeof RP_BAG_PAYLOAD - 1) == 0;
}

/* Everything that a manifest lists is there, and as it was. */
static void
check_listed(const struct check *check, const struct rp_baglist *list)
{
    bool payload = list == &check->manifest;

    for (size_t i = 0; i < list->count; i++) {
        const struct rp_bagfile *listed = &list->files[i];
        const struct rp_bagfile *found =
            rp_baglist_find(&check->found, listed->name);

        if (is_payload(listed->name) != payload)
            tell(check, listed->name, "is listed in the wrong manifest");
        else if (found == NULL)
            tell(check, listed->name, "is missing");
        else if (strcmp(found->hash.hex, listed->hash.hex) != 0)
            tell(check, listed->name,
                 payload ? "was altered: its SHA-256 is not the one "
                           "in " RP_BAG_MANIFEST
                         : "was altered: its SHA-256 is not the one "
                           "in " RP_BAG_TAGMANIFEST);
    }
}

/* Everything that is there is listed; a manifest cannot list itself, and a
 * signature comes after it. */
static void
check_found(const struct check *check)
{
    for (size_t i = 0; i < check->found.count; i++) {
        const char *name = check->found.files[i].name;

        if (is_payload(name)) {
            if (rp_baglist_find(&check->manifest, name) == NULL)
                tell(check, name,
                     "was added: " RP_BAG_MANIFEST " does not list it");
        } else if (strcmp(name, RP_BAG_TAGMANIFEST) != 0 &&
                   strcmp(name, RP_BAG_SIGNATURE) != 0) {
            if (rp_baglist_find(&check->tagmanifest, name) == NULL)
                tell(check, name,
                     "was added: " RP_BAG_TAGMANIFEST " does not list it");
        }
    }
}

static void
check_complete(const struct check *check)
{
    static const char *const needed[] = {
        RP_BAG_DECLARATION,
        RP_BAG_INFO,
        RP_BAG_MANIFEST,
        RP_BAG_TAGMANIFEST,
    };

    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (rp_baglist_find(&check->found, needed[i]) == NULL)
            tell(check, needed[i], "is missing");
}

static enum rp_status
check_all(struct check *check, struct rp_err *err)
{
    enum rp_status status = rp_bagtree_walk(
        check->root, check->dir, &check->found, check->problems, err);

    if (status == RP_OK)
        status = check_declaration(check, err);
    if (status == RP_OK)
        status = read_manifest(check, RP_BAG_MANIFEST, &check->manifest, err);
    if (status == RP_OK)
        status =
            read_manifest(check, RP_BAG_TAGMANIFEST, &check->tagmanifest, err);
    if (status != RP_OK)
        return status;
    check_complete(check);
    check_listed(check, &check->manifest);
    check_listed(check, &check->tagmanifest);
    check_found(check);
    return rp_bag_sort_problems(check->problems, err);
}

enum rp_status
rp_bag_check(const char *dir, struct rp_buf *out_problems, uint64_t *out_files,
             struct rp_err *err)
{
    struct rp_buf problems = { 0 };
    struct check check = { .dir = dir, .root = -1, .problems = &problems };
    enum rp_status status = open_root(dir, &check.root, err);

    if (status != RP_OK)
        return status;
    status = check_all(&check, err);
    if (status == RP_OK) {
        rp_buf_slice(out_problems, rp_buf_view(&problems));
        status = rp_buf_status(out_problems, err);
    }
    if (status == RP_OK)
        *out_files = check.found.count;
    rp_baglist_release(&check.found);
    rp_baglist_release(&check.manifest);
    rp_baglist_release(&check.tagmanifest);
    rp_buf_release(&problems);
    (void)close(check.root);
    return status;
}
