/* bagtree.h - everything that is in a folder, hashed, without trusting it.
 *
 * No symbolic link is followed, not even one that is put there meanwhile:
 * every folder and file is opened relative to its folder, O_NOFOLLOW.
 */
#ifndef REPORT_BAGTREE_H
#define REPORT_BAGTREE_H

#include "base/buf.h"
#include "base/err.h"
#include "report/baglist.h"

/* All regular files below root (a descriptor of the folder, not closed),
 * sorted.  What is no file, or has no safe name, is a line in problems, in no
 * order.  name is for messages. */
enum rp_status rp_bagtree_walk(int root, const char *name,
                               struct rp_baglist *list, struct rp_buf *problems,
                               struct rp_err *err) RP_MUST_CHECK;

#endif
