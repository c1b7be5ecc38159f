/* bagtree.h - everything that is in a folder, hashed, without trusting it.
 *
 * No symbolic link is followed, not even one that is put there meanwhile:
 * every folder and file is opened relative to its folder, O_NOFOLLOW.
 */
#ifndef REPORT_BAGTREE_H
#define REPORT_BAGTREE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "report/baglist.h"

struct rp_bagtree {
    int root;         /* a descriptor of the folder; not closed */
    const char *name; /* for messages */
    /* When not NULL only files that one of these lists are hashed, and none
     * that is longer than most_bytes: somebody may have put a file there that
     * nobody wants to wait for.  The others have an empty hash. */
    const struct rp_baglist *manifest;
    const struct rp_baglist *tagmanifest;
    uint64_t most_bytes;
};

/* All regular files below root, sorted.  What is no file, or has no safe name,
 * is a line in problems, in no order. */
enum rp_status rp_bagtree_walk(const struct rp_bagtree *tree,
                               struct rp_baglist *list, struct rp_buf *problems,
                               struct rp_err *err) RP_MUST_CHECK;

#endif
