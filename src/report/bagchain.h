/* bagchain.h - the runs whose evidence lies side by side in one folder, and
 * how each names the one before it.
 *
 * Every run names the two manifests of the one before it, and a tag manifest
 * binds bag-info.txt, where that stands: whoever takes a run out of the middle,
 * puts one in, changes one or turns two around has to write every later one
 * anew.  The last one is named by nobody: its hash must be kept elsewhere, or
 * signed, by whoever fears that it goes.
 */
#ifndef REPORT_BAGCHAIN_H
#define REPORT_BAGCHAIN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "report/baginfo.h"

/* One bag of a folder, as its tag files tell; nothing of its payload was
 * read. */
struct rp_bagrun {
    char *folder; /* its own, as the file system has it; owned */
    dev_t device; /* which folder it is, by whatever path it is reached */
    ino_t inode;
    struct rp_bagname self; /* named as others name it */
    struct rp_baginfo info;
    const char *problem; /* why info does not count; NULL when it does */
};

struct rp_bagruns {
    struct rp_bagrun *items; /* by name, memcmp */
    size_t count;
    size_t cap;
    size_t unfinished; /* what is called .partial beside them */
};

/* All published bags in folder, shared copies as well; none when there is no
 * such folder. */
enum rp_status rp_bagruns_read(const char *folder, struct rp_bagruns *out_runs,
                               struct rp_err *err) RP_MUST_CHECK;
const struct rp_bagrun *rp_bagruns_find(const struct rp_bagruns *runs,
                                        const char *name);
/* The one that is open as root; NULL when it is not among them. */
const struct rp_bagrun *rp_bagruns_at(const struct rp_bagruns *runs, int root);
/* The last of the chain: a run that none names as the one before it; of several
 * such, the last by name (a default name begins with the time).  NULL when
 * there is none. */
const struct rp_bagrun *rp_bagruns_latest(const struct rp_bagruns *runs);
void rp_bagruns_release(struct rp_bagruns *runs);

/* Follows the chain from run back to its beginning.  What is missing or is not
 * what was named is a line in problems.  *out_count is how many runs come
 * before run, *out_first the first of them (run itself when it is the
 * first). */
void rp_bagchain_follow(const struct rp_bagruns *runs,
                        const struct rp_bagrun *run, struct rp_buf *problems,
                        size_t *out_count, const struct rp_bagrun **out_first);
/* Whether all runs are one chain: what is missing or is not what was named, two
 * that name the same one before them, and a second beginning, are lines in
 * problems. */
void rp_bagchain_judge(const struct rp_bagruns *runs, struct rp_buf *problems);

#endif
