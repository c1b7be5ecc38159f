/* baglist.h - the files of a bag with their SHA-256, and manifests of them.
 *
 * Names are relative to the bag and safe: ASCII, no way out of the bag.
 */
#ifndef REPORT_BAGLIST_H
#define REPORT_BAGLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "report/filehash.h"

#define RP_BAG_DECLARATION "bagit.txt"
#define RP_BAG_INFO "bag-info.txt"
#define RP_BAG_MANIFEST "manifest-sha256.txt"
#define RP_BAG_TAGMANIFEST "tagmanifest-sha256.txt"
#define RP_BAG_SIGNATURE "tagmanifest-sha256.txt.sig"
#define RP_BAG_PAYLOAD "data/"
/* All of bagit.txt. */
#define RP_BAG_VERSION                                                         \
    "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

struct rp_bagfile {
    char *name;   /* owned */
    size_t order; /* how many were added before it */
    struct rp_filehash hash;
};

/* All-zero is a valid empty list. */
struct rp_baglist {
    struct rp_bagfile *files;
    size_t count;
    size_t cap;
};

/* NULL, or why name has no place in a bag: "..", absolute, "~", a character
 * that is not allowed. */
const char *rp_bag_name_problem(struct rp_slice name);
/* One of the four files that a bag has beside its payload. */
bool rp_bag_is_tag(const char *name);
/* One line: name (shown), ": ", problem. */
void rp_bag_problem(struct rp_buf *problems, struct rp_slice name,
                    const char *problem);
/* Sorts the lines and leaves each once: the order of a folder on disk means
 * nothing. */
enum rp_status rp_bag_sort_problems(struct rp_buf *problems, struct rp_err *err)
    RP_MUST_CHECK;

/* Both are copied. */
enum rp_status rp_baglist_add(struct rp_baglist *list, struct rp_slice name,
                              const struct rp_filehash *hash,
                              struct rp_err *err) RP_MUST_CHECK;
/* By name, memcmp; of the same name, the one that was added first. */
void rp_baglist_sort(struct rp_baglist *list);
/* Sorts; of the same name, only the one that was added last stays. */
void rp_baglist_settle(struct rp_baglist *list);
/* In a sorted list; NULL when it is not there. */
const struct rp_bagfile *rp_baglist_find(const struct rp_baglist *list,
                                         const char *name);
/* Names of a sorted list that are alike but for upper and lower case: on many
 * a file system they are one file. */
enum rp_status rp_baglist_tell_alike(const struct rp_baglist *list,
                                     struct rp_buf *problems,
                                     struct rp_err *err) RP_MUST_CHECK;
void rp_baglist_release(struct rp_baglist *list);

/* "HASH  NAME\n" for each, as sha256sum -c reads it. */
void rp_baglist_manifest(const struct rp_baglist *list, struct rp_buf *out);
/* Reads a manifest called name into list, sorted.  Lines that do not parse,
 * names that are not safe or stand there twice are problems. */
enum rp_status rp_baglist_parse(struct rp_slice text, const char *name,
                                struct rp_baglist *list,
                                struct rp_buf *problems, struct rp_err *err)
    RP_MUST_CHECK;

#endif
