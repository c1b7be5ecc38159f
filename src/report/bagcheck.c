/* see bag.h and bagsource.h: whatever was done to a bag, it is told. */
#include "report/bagsource.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "base/show.h"
#include "report/bagtag.h"
#include "report/bagtree.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

#define TOO_LONG "is too long to be that of evidence"

struct check {
    struct rp_bagsource *source;
    struct rp_baglist found;
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

static bool
has_tag(int root)
{
    struct stat info;

    return fstatat(root, RP_BAG_DECLARATION, &info, AT_SYMLINK_NOFOLLOW) == 0 ||
           fstatat(root, RP_BAG_MANIFEST, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
rp_bag_is_one(const char *dir)
{
    int root = open(dir, FOLDER_FLAGS);
    bool is_one = root >= 0 && has_tag(root);

    if (root >= 0)
        (void)close(root);
    return is_one;
}

static enum rp_status
open_root(const char *dir, int *out_root, struct rp_err *err)
{
    int root = open(dir, FOLDER_FLAGS);

    if (root < 0 && (errno == ELOOP || errno == ENOTDIR))
        return fail_dir(dir,
                        "is a file or a symbolic link; name the folder "
                        "of the evidence itself",
                        err);
    if (root < 0)
        return rp_bagtag_fail(dir, "", err);
    if (!has_tag(root)) {
        (void)close(root);
        return fail_dir(dir,
                        "is no evidence: it has neither " RP_BAG_DECLARATION
                        " nor " RP_BAG_MANIFEST,
                        err);
    }
    *out_root = root;
    return RP_OK;
}

static void
tell(const struct check *check, const char *name, const char *problem)
{
    rp_bag_problem(check->problems, rp_slice_str(name), problem);
}

/* A tag file; nothing when it is missing or no file, which is told by what was
 * found. */
static enum rp_status
read_tag(const struct check *check, const char *name, struct rp_buf *out,
         struct rp_err *err)
{
    const struct rp_bagdir dir = { check->source->root, check->source->dir };
    enum rp_bagtag found = RP_BAGTAG_NONE;
    enum rp_status status = rp_bagtag_read(&dir, name, out, &found, err);

    if (status == RP_OK && found == RP_BAGTAG_LONG)
        tell(check, name, TOO_LONG);
    return status;
}

static enum rp_status
read_manifest(const struct check *check, const char *name,
              struct rp_baglist *list, char out_sha256[RP_SHA256_HEX],
              struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = read_tag(check, name, &text, err);

    if (status == RP_OK)
        status = rp_sha256_hex(rp_buf_view(&text), out_sha256, err);
    if (status == RP_OK)
        status = rp_baglist_parse(rp_buf_view(&text), name, list,
                                  check->problems, err);
    if (status == RP_OK)
        status = rp_baglist_tell_alike(list, check->problems, err);
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
        tell(check, RP_BAG_DECLARATION,
             "does not declare a bag of BagIt 1.0 in UTF-8");
    rp_buf_release(&text);
    return status;
}

static enum rp_status
read_info(const struct check *check, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = read_tag(check, RP_BAG_INFO, &text, err);

    if (status == RP_OK && text.len > 0 &&
        !rp_baginfo_read(rp_buf_view(&text), &check->source->info))
        tell(check, RP_BAG_INFO, "is not what a run writes");
    rp_buf_release(&text);
    return status;
}

static bool
is_payload(const char *name)
{
    return strncmp(name, RP_BAG_PAYLOAD, sizeof RP_BAG_PAYLOAD - 1) == 0;
}

/* What the file that is listed has come to; NULL when it is as it was. */
static const char *
judge(const struct rp_bagfile *listed, const struct rp_bagfile *found,
      bool payload)
{
    if (is_payload(listed->name) != payload)
        return "is listed in the wrong manifest";
    if (!payload && (!rp_bag_is_tag(listed->name) ||
                     strcmp(listed->name, RP_BAG_TAGMANIFEST) == 0))
        return "is listed in " RP_BAG_TAGMANIFEST
               ", but has no place in evidence";
    if (found == NULL)
        return "is missing";
    if (found->hash.hex[0] == '\0')
        return payload ? "was altered: it is longer than all files were "
                         "together"
                       : TOO_LONG;
    if (strcmp(found->hash.hex, listed->hash.hex) == 0)
        return NULL;
    return payload ? "was altered: its SHA-256 is not the one "
                     "in " RP_BAG_MANIFEST
                   : "was altered: its SHA-256 is not the one "
                     "in " RP_BAG_TAGMANIFEST;
}

/* Everything that a manifest lists is there, and as it was. */
static void
check_listed(const struct check *check, const struct rp_baglist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct rp_bagfile *listed = &list->files[i];
        const struct rp_bagfile *found =
            rp_baglist_find(&check->found, listed->name);
        const char *problem =
            judge(listed, found, list == &check->source->files);

        if (problem != NULL)
            tell(check, listed->name, problem);
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
            if (rp_baglist_find(&check->source->files, name) == NULL)
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

/* Only asked when nothing else is wrong: a payload that differs is told file
 * by file. */
static void
check_oxum(const struct check *check)
{
    const struct rp_baginfo *info = &check->source->info;
    uint64_t bytes = 0;
    uint64_t files = 0;

    for (size_t i = 0; i < check->found.count; i++) {
        const struct rp_bagfile *file = &check->found.files[i];

        bytes += is_payload(file->name) ? file->hash.bytes : 0;
        files += is_payload(file->name) ? 1 : 0;
    }
    if (bytes != info->oxum_bytes || files != info->oxum_files)
        tell(check, RP_BAG_INFO, "has a Payload-Oxum that is of another one");
}

static enum rp_status
read_tags(struct check *check, struct rp_err *err)
{
    struct rp_bagsource *source = check->source;
    enum rp_status status = check_declaration(check, err);

    if (status == RP_OK)
        status = read_info(check, err);
    if (status == RP_OK)
        status = read_manifest(check, RP_BAG_MANIFEST, &source->files,
                               source->self.manifest, err);
    if (status == RP_OK)
        status = read_manifest(check, RP_BAG_TAGMANIFEST, &check->tagmanifest,
                               source->self.tagmanifest, err);
    return status;
}

static enum rp_status
walk_tree(struct check *check, struct rp_err *err)
{
    const struct rp_baginfo *info = &check->source->info;
    const struct rp_bagtree tree = {
        .root = check->source->root,
        .name = check->source->dir,
        .manifest = &check->source->files,
        .tagmanifest = &check->tagmanifest,
        .most_bytes = info->has_oxum ? info->oxum_bytes : UINT64_MAX,
    };
    enum rp_status status =
        rp_bagtree_walk(&tree, &check->found, check->problems, err);

    if (status == RP_OK)
        status = rp_baglist_tell_alike(&check->found, check->problems, err);
    return status;
}

static enum rp_status
check_all(struct check *check, struct rp_err *err)
{
    enum rp_status status = read_tags(check, err);

    if (status == RP_OK)
        status = walk_tree(check, err);
    if (status != RP_OK)
        return status;
    check_complete(check);
    check_listed(check, &check->source->files);
    check_listed(check, &check->tagmanifest);
    check_found(check);
    if (check->problems->len == 0)
        check_oxum(check);
    check->source->found = check->found.count;
    check->source->self.named = check->problems->len == 0;
    return rp_bag_sort_problems(check->problems, err);
}

enum rp_status
rp_bagsource_open(const char *dir, struct rp_bagsource *out_source,
                  struct rp_buf *out_problems, struct rp_err *err)
{
    struct rp_bagsource source = { .dir = dir, .root = -1 };
    struct rp_buf problems = { 0 };
    struct check check = { .source = &source, .problems = &problems };
    enum rp_status status = open_root(dir, &source.root, err);

    if (status != RP_OK)
        return status;
    status = check_all(&check, err);
    if (status == RP_OK) {
        rp_buf_slice(out_problems, rp_buf_view(&problems));
        status = rp_buf_status(out_problems, err);
    }
    rp_baglist_release(&check.found);
    rp_baglist_release(&check.tagmanifest);
    rp_buf_release(&problems);
    if (status == RP_OK)
        *out_source = source;
    else
        rp_bagsource_close(&source);
    return status;
}

void
rp_bagsource_close(struct rp_bagsource *source)
{
    rp_baglist_release(&source->files);
    if (source->root >= 0)
        (void)close(source->root);
    source->root = -1;
}

enum rp_status
rp_bag_check(const char *dir, struct rp_buf *out_problems, uint64_t *out_files,
             struct rp_err *err)
{
    struct rp_bagsource source = { .dir = NULL };
    enum rp_status status = rp_bagsource_open(dir, &source, out_problems, err);

    if (status != RP_OK)
        return status;
    *out_files = source.found;
    rp_bagsource_close(&source);
    return RP_OK;
}
