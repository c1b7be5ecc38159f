/* scratch.c - see scratch.h. */
#include "school/scratch.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/mem.h"

#define NAME_BYTES 40
/* "/rollproof-", 16 digits, and the two NULs that SQLite asks for. */
#define FILE_BYTES 32

struct rp_scratch {
    sqlite3_vfs vfs; /* SQLite finds its own part first */
    sqlite3_vfs *usual;
    char name[NAME_BYTES];
    const char *folder;
    /* Of the file that was opened last.  SQLite remembers where its path
     * stands, so this lives as long as any of them. */
    char *path;
    size_t path_bytes;
};

static void
make_path(struct rp_scratch *scratch)
{
    unsigned long long number = 0;

    sqlite3_randomness((int)sizeof number, &number);
    memset(scratch->path, 0, scratch->path_bytes);
    (void)snprintf(scratch->path, scratch->path_bytes, "%s/rollproof-%016llx",
                   scratch->folder, number);
}

/* A file without a name is a temporary one: SQLite asks that it is removed
 * when it is closed, and the usual file system unlinks it at once. */
static int
open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
          int *out_flags)
{
    struct rp_scratch *scratch = (struct rp_scratch *)vfs;
    sqlite3_vfs *usual = scratch->usual;
    int code;

    if (path != NULL)
        return usual->xOpen(usual, path, file, flags, out_flags);
    make_path(scratch);
    code = usual->xOpen(usual, scratch->path, file, flags, out_flags);
    if ((code & 0xff) != SQLITE_CANTOPEN)
        return code;
    return usual->xOpen(usual, NULL, file, flags, out_flags);
}

enum rp_status
rp_scratch_open(const char *folder, struct rp_scratch **out_scratch,
                struct rp_err *err)
{
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    struct rp_scratch *scratch = rp_zalloc(sizeof *scratch);

    if (scratch == NULL || usual == NULL) {
        rp_free(scratch);
        return rp_fail_nomem(err, "open a database");
    }
    scratch->usual = usual;
    scratch->folder = folder;
    scratch->path_bytes = strlen(folder) + FILE_BYTES;
    scratch->path = rp_zalloc(scratch->path_bytes);
    /* No two live ones are at the same place. */
    (void)snprintf(scratch->name, sizeof scratch->name, "rollproof-%p",
                   (void *)scratch);
    scratch->vfs = *usual;
    scratch->vfs.pNext = NULL;
    scratch->vfs.zName = scratch->name;
    scratch->vfs.xOpen = open_file;
    if (scratch->path == NULL ||
        sqlite3_vfs_register(&scratch->vfs, 0) != SQLITE_OK) {
        rp_free(scratch->path);
        rp_free(scratch);
        return rp_fail_nomem(err, "open a database");
    }
    *out_scratch = scratch;
    return RP_OK;
}

const char *
rp_scratch_name(const struct rp_scratch *scratch)
{
    return scratch->name;
}

void
rp_scratch_close(struct rp_scratch *scratch)
{
    if (scratch == NULL)
        return;
    (void)sqlite3_vfs_unregister(&scratch->vfs);
    rp_free(scratch->path);
    rp_free(scratch);
}
