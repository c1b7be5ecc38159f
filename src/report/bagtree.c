/* see bagtree.h */
#include "report/bagtree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/show.h"

/* A folder that is open; its path within the bag, with a slash. */
struct level {
    DIR *folder;
    size_t path_len;
};

/* Folders within folders, from the bag itself down: no recursion on what
 * somebody else made. */
struct walk {
    const struct rp_bagtree *tree;
    struct rp_baglist *list;
    struct rp_buf *problems;
    struct rp_buf path; /* of what is visited, within the bag */
    struct level levels[RP_BAG_DEPTH_MAX];
    size_t depth;
};

static enum rp_status
fail_path(const struct walk *walk, struct rp_err *err)
{
    int why = errno;
    char bag[RP_SHOWN_BYTES];
    char path[RP_SHOWN_BYTES];

    if (why == ENOMEM)
        return rp_fail_nomem(err, "read a folder");
    return rp_fail_errno(err, why, "%s/%s: cannot be read",
                         rp_show_in(bag, rp_slice_str(walk->tree->name)),
                         rp_show_in(path, rp_buf_view(&walk->path)));
}

static void
tell(struct walk *walk, const char *problem)
{
    rp_bag_problem(walk->problems, rp_buf_view(&walk->path), problem);
}

/* Goes into name, a folder of the folder parent. */
static enum rp_status
enter(struct walk *walk, int parent, const char *name, struct rp_err *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct level *level = &walk->levels[walk->depth];
    int fd;

    if (walk->depth == RP_BAG_DEPTH_MAX) {
        tell(walk, "is too many folders deep");
        return RP_OK;
    }
    fd = openat(parent, name, flags);
    if (fd < 0)
        return fail_path(walk, err);
    level->folder = fdopendir(fd);
    if (level->folder == NULL) {
        enum rp_status status = fail_path(walk, err);

        (void)close(fd);
        return status;
    }
    if (walk->path.len > 0)
        rp_buf_byte(&walk->path, '/');
    level->path_len = walk->path.len;
    walk->depth++;
    return RP_OK;
}

static void
leave(struct walk *walk)
{
    walk->depth--;
    (void)closedir(walk->levels[walk->depth].folder);
}

static bool
is_wanted(const struct walk *walk, uint64_t bytes)
{
    const struct rp_bagtree *tree = walk->tree;
    const char *name = (const char *)walk->path.ptr;

    if (tree->manifest == NULL)
        return true;
    if (rp_baglist_find(tree->tagmanifest, name) != NULL)
        return bytes <= RP_BAG_MANIFEST_MAX_BYTES;
    return rp_baglist_find(tree->manifest, name) != NULL &&
           bytes <= tree->most_bytes;
}

static enum rp_status
hash_file(const struct walk *walk, int folder, const char *name,
          struct rp_filehash *hash, struct rp_err *err)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    enum rp_status status;
    int fd = openat(folder, name, flags);

    if (fd < 0)
        return fail_path(walk, err);
    status = rp_filehash(fd, (const char *)walk->path.ptr, hash, err);
    (void)close(fd);
    return status;
}

static enum rp_status
add_file(struct walk *walk, int folder, const char *name, uint64_t bytes,
         struct rp_err *err)
{
    struct rp_filehash hash = { .bytes = bytes };
    enum rp_status status = RP_OK;

    if (walk->list->count == RP_BAG_FILES_MAX)
        return rp_fail(err, RP_E_IO,
                       "%s: has more than %d files, so it is nothing that "
                       "rollproof wrote",
                       walk->tree->name, RP_BAG_FILES_MAX);
    (void)rp_buf_cstr(&walk->path);
    if (walk->path.failed)
        return rp_buf_status(&walk->path, err);
    if (is_wanted(walk, bytes))
        status = hash_file(walk, folder, name, &hash, err);
    if (status == RP_OK)
        status =
            rp_baglist_add(walk->list, rp_buf_view(&walk->path), &hash, err);
    return status;
}

/* One entry of the innermost folder. */
static enum rp_status
visit(struct walk *walk, const char *name, struct rp_err *err)
{
    int folder = dirfd(walk->levels[walk->depth - 1].folder);
    const char *problem;
    struct stat info;

    rp_buf_str(&walk->path, name);
    if (walk->path.failed)
        return rp_buf_status(&walk->path, err);
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return fail_path(walk, err);
    problem = rp_bag_name_problem(rp_buf_view(&walk->path));
    if (S_ISLNK(info.st_mode))
        tell(walk, "is a symbolic link");
    else if (problem != NULL)
        tell(walk, problem);
    else if (S_ISDIR(info.st_mode))
        return enter(walk, folder, name, err);
    else if (S_ISREG(info.st_mode))
        return add_file(walk, folder, name, (uint64_t)info.st_size, err);
    else
        tell(walk, "is neither a file nor a folder");
    return RP_OK;
}

/* The next entry of the innermost folder, or out of it. */
static enum rp_status
step(struct walk *walk, struct rp_err *err)
{
    const struct level *level = &walk->levels[walk->depth - 1];
    const struct dirent *entry;

    walk->path.len = level->path_len;
    errno = 0;
    entry = readdir(level->folder);
    if (entry == NULL && errno != 0)
        return fail_path(walk, err);
    if (entry == NULL) {
        leave(walk);
        return RP_OK;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        return RP_OK;
    return visit(walk, entry->d_name, err);
}

enum rp_status
rp_bagtree_walk(const struct rp_bagtree *tree, struct rp_baglist *list,
                struct rp_buf *problems, struct rp_err *err)
{
    struct walk walk = { .tree = tree, .list = list, .problems = problems };
    enum rp_status status = enter(&walk, tree->root, ".", err);

    while (status == RP_OK && walk.depth > 0)
        status = step(&walk, err);
    while (walk.depth > 0)
        leave(&walk);
    rp_buf_release(&walk.path);
    rp_baglist_sort(list);
    return status;
}
