/* see bagchain.h: the bags of a folder. */
#include "report/bagchain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "report/baglist.h"
#include "report/bagtag.h"

#define PARTIAL ".partial"

/* The two manifests and bag-info.txt of one bag. */
struct tags {
    struct rp_buf manifest;
    struct rp_buf tagmanifest;
    struct rp_buf info;
};

static bool
is_partial(const char *name)
{
    const size_t suffix = sizeof PARTIAL - 1;
    size_t len = strlen(name);

    return len >= suffix && strcmp(name + len - suffix, PARTIAL) == 0;
}

static enum rp_status
read_tag(int bag, const char *name, struct rp_buf *out, bool *out_whole,
         struct rp_err *err)
{
    const struct rp_bagdir dir = { bag, "" };
    enum rp_bagtag found = RP_BAGTAG_NONE;
    struct rp_err why = { RP_OK, "" };
    enum rp_status status = rp_bagtag_read(&dir, name, out, &found, &why);

    *out_whole = *out_whole && status == RP_OK && found == RP_BAGTAG_READ;
    if (status == RP_E_NOMEM)
        return rp_fail_nomem(err, "read the evidence of earlier runs");
    return RP_OK;
}

static enum rp_status
hash_tag(const struct rp_buf *tag, char out_hex[RP_SHA256_HEX],
         struct rp_err *err)
{
    return rp_sha256_hex(rp_buf_view(tag), out_hex, err);
}

/* Does the tag manifest list name with the hash of tag? */
static enum rp_status
check_listed(const struct rp_baglist *listed, const char *name,
             const struct rp_buf *tag, bool *out_right, struct rp_err *err)
{
    const struct rp_bagfile *file = rp_baglist_find(listed, name);
    char hex[RP_SHA256_HEX];
    enum rp_status status = hash_tag(tag, hex, err);

    *out_right = *out_right && status == RP_OK && file != NULL &&
                 strcmp(file->hash.hex, hex) == 0;
    return status;
}

static enum rp_status
check_bound(const struct tags *tags, bool *out_right, struct rp_err *err)
{
    struct rp_baglist listed = { 0 };
    struct rp_buf problems = { 0 };
    enum rp_status status =
        rp_baglist_parse(rp_buf_view(&tags->tagmanifest), RP_BAG_TAGMANIFEST,
                         &listed, &problems, err);

    *out_right = problems.len == 0;
    if (status == RP_OK)
        status = rp_buf_status(&problems, err);
    if (status == RP_OK)
        status = check_listed(&listed, RP_BAG_MANIFEST, &tags->manifest,
                              out_right, err);
    if (status == RP_OK)
        status =
            check_listed(&listed, RP_BAG_INFO, &tags->info, out_right, err);
    rp_buf_release(&problems);
    rp_baglist_release(&listed);
    return status;
}

/* What the tag files tell, as far as they hold together. */
static enum rp_status
understand(struct rp_bagrun *run, const struct tags *tags, bool whole,
           struct rp_err *err)
{
    bool bound = false;
    enum rp_status status = RP_OK;

    run->problem = "lacks a tag file, or one cannot be read";
    if (!whole)
        return RP_OK;
    status = hash_tag(&tags->manifest, run->self.manifest, err);
    if (status == RP_OK)
        status = hash_tag(&tags->tagmanifest, run->self.tagmanifest, err);
    if (status == RP_OK)
        status = check_bound(tags, &bound, err);
    if (!bound)
        run->problem = "was altered: its tag manifest does not fit its "
                       "manifest and its bag-info.txt";
    else if (!rp_baginfo_read(rp_buf_view(&tags->info), &run->info))
        run->problem = "has a bag-info.txt that no run wrote";
    else
        run->problem = NULL;
    return status;
}

/* bag is a folder; it is none of evidence when both manifests are missing. */
static enum rp_status
look_at(int bag, struct rp_bagrun *run, bool *out_is_bag, struct rp_err *err)
{
    struct tags tags = { { 0 }, { 0 }, { 0 } };
    bool whole = true;
    enum rp_status status;

    *out_is_bag = faccessat(bag, RP_BAG_MANIFEST, F_OK, 0) == 0 ||
                  faccessat(bag, RP_BAG_TAGMANIFEST, F_OK, 0) == 0;
    if (!*out_is_bag)
        return RP_OK;
    status = read_tag(bag, RP_BAG_MANIFEST, &tags.manifest, &whole, err);
    if (status == RP_OK)
        status =
            read_tag(bag, RP_BAG_TAGMANIFEST, &tags.tagmanifest, &whole, err);
    if (status == RP_OK)
        status = read_tag(bag, RP_BAG_INFO, &tags.info, &whole, err);
    if (status == RP_OK)
        status = understand(run, &tags, whole, err);
    rp_buf_release(&tags.manifest);
    rp_buf_release(&tags.tagmanifest);
    rp_buf_release(&tags.info);
    return status;
}

static enum rp_status
set_names(struct rp_bagrun *run, const char *folder, struct rp_err *err)
{
    struct rp_buf shown = { 0 };
    size_t len;

    run->folder = rp_strdup(folder);
    rp_show(&shown, rp_slice_str(folder));
    len = strlen(rp_buf_cstr(&shown));
    if (len >= sizeof run->self.name)
        len = sizeof run->self.name - 1;
    memcpy(run->self.name, rp_buf_cstr(&shown), len);
    run->self.name[len] = '\0';
    run->self.named = true;
    if (run->folder == NULL || shown.failed) {
        rp_buf_release(&shown);
        return rp_fail_nomem(err, "read the evidence of earlier runs");
    }
    rp_buf_release(&shown);
    return RP_OK;
}

static enum rp_status
add_run(struct rp_bagruns *runs, const struct rp_bagrun *run,
        struct rp_err *err)
{
    void *items = runs->items;

    if (rp_grow(&items, &runs->cap, runs->count + 1, sizeof *run) != 0)
        return rp_fail_nomem(err, "read the evidence of earlier runs");
    runs->items = items;
    runs->items[runs->count++] = *run;
    return RP_OK;
}

/* One entry of the folder; what is no published bag is passed by. */
static enum rp_status
consider(struct rp_bagruns *runs, int folder, const char *name,
         struct rp_err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct rp_bagrun run = { .folder = NULL };
    bool is_bag = false;
    struct stat info;
    enum rp_status status;
    int bag;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return RP_OK;
    bag = openat(folder, name, flags);
    if (bag < 0)
        return RP_OK;
    if (is_partial(name)) {
        runs->unfinished++;
        (void)close(bag);
        return RP_OK;
    }
    if (fstat(bag, &info) == 0) {
        run.device = info.st_dev;
        run.inode = info.st_ino;
    }
    status = look_at(bag, &run, &is_bag, err);
    (void)close(bag);
    if (status == RP_OK && is_bag)
        status = set_names(&run, name, err);
    if (status == RP_OK && is_bag)
        status = add_run(runs, &run, err);
    if (status != RP_OK)
        rp_free(run.folder);
    return status;
}

static int
by_name(const void *left, const void *right)
{
    const struct rp_bagrun *left_run = left;
    const struct rp_bagrun *right_run = right;

    return strcmp(left_run->self.name, right_run->self.name);
}

static enum rp_status
read_all(DIR *entries, const char *folder, struct rp_bagruns *runs,
         struct rp_err *err)
{
    const struct dirent *entry;
    enum rp_status status = RP_OK;

    errno = 0;
    while (status == RP_OK && (entry = readdir(entries)) != NULL) {
        status = consider(runs, dirfd(entries), entry->d_name, err);
        errno = 0;
    }
    if (status == RP_OK && errno == ENOMEM)
        status = rp_fail_nomem(err, "read a folder");
    else if (status == RP_OK && errno != 0)
        status = rp_bagtag_fail(folder, "", err);
    if (runs->count > 1)
        qsort(runs->items, runs->count, sizeof *runs->items, by_name);
    return status;
}

enum rp_status
rp_bagruns_read(const char *folder, struct rp_bagruns *out_runs,
                struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    DIR *entries = opendir(folder);
    enum rp_status status;

    if (entries == NULL && errno == ENOENT) {
        *out_runs = runs;
        return RP_OK;
    }
    if (entries == NULL && errno == ENOMEM)
        return rp_fail_nomem(err, "read a folder");
    if (entries == NULL)
        return rp_bagtag_fail(folder, "", err);
    status = read_all(entries, folder, &runs, err);
    (void)closedir(entries);
    if (status == RP_OK)
        *out_runs = runs;
    else
        rp_bagruns_release(&runs);
    return status;
}

const struct rp_bagrun *
rp_bagruns_at(const struct rp_bagruns *runs, int root)
{
    struct stat info;

    if (fstat(root, &info) != 0)
        return NULL;
    for (size_t i = 0; i < runs->count; i++)
        if (runs->items[i].device == info.st_dev &&
            runs->items[i].inode == info.st_ino)
            return &runs->items[i];
    return NULL;
}

void
rp_bagruns_release(struct rp_bagruns *runs)
{
    for (size_t i = 0; i < runs->count; i++)
        rp_free(runs->items[i].folder);
    rp_free(runs->items);
    *runs = (struct rp_bagruns){ .items = NULL };
}
