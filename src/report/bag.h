/* bag.h - a folder of evidence: a BagIt bag (RFC 8493).
 *
 * A bag is written as DIR.partial, file by file, each hashed while it is
 * written and fsynced before it gets its name; rp_bag_publish writes bag-info
 * and the manifests, fsyncs, renames to DIR and fsyncs the folder above.  A
 * crash leaves DIR.partial, never half a DIR.  Files are 0600, folders 0700.
 */
#ifndef REPORT_BAG_H
#define REPORT_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"

struct rp_bag;

/* Makes DIR.partial/data; the folder above DIR is made (0700) when missing.
 * RP_E_IO when DIR or DIR.partial exists, saying what to do. */
enum rp_status rp_bag_open(const char *dir, struct rp_bag **out_bag,
                           struct rp_err *err) RP_MUST_CHECK;
/* The same for a shared copy, with words that fit it. */
enum rp_status rp_bag_open_shared(const char *dir, struct rp_bag **out_bag,
                                  struct rp_err *err) RP_MUST_CHECK;
/* A bag of which nothing is written: its files are hashed and forgotten.  Only
 * begin, put, end, file, manifest_sha256 and close may be called. */
enum rp_status rp_bag_open_hashed(struct rp_bag **out_bag, struct rp_err *err)
    RP_MUST_CHECK;
/* DIR.partial that an interrupted run left: its files are hashed again.
 * RP_E_IO when something is in it that no run put there, RP_E_BUSY while a run
 * is writing it. */
enum rp_status rp_bag_resume(const char *partial, struct rp_bag **out_bag,
                             struct rp_err *err) RP_MUST_CHECK;
/* DIR, as it will be called. */
const char *rp_bag_dir(const struct rp_bag *bag);

/* One payload file at a time; name is relative to data/, folders in it are
 * made.  After a failed put or end the file is forgotten.  What is put goes to
 * the file at once: put blocks, not fields.
 *
 * A file has its name, and replaces another of that name, once it is settled: a
 * crash leaves one or the other.  Files are settled many at a time, at the
 * latest by rp_bag_sync and rp_bag_publish. */
enum rp_status rp_bag_begin(struct rp_bag *bag, const char *name,
                            struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_bag_put(struct rp_bag *bag, struct rp_slice bytes,
                          struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_bag_end(struct rp_bag *bag, struct rp_err *err) RP_MUST_CHECK;
/* A whole small file. */
enum rp_status rp_bag_file(struct rp_bag *bag, const char *name,
                           struct rp_slice bytes, struct rp_err *err)
    RP_MUST_CHECK;
/* Every file that has ended is on the disk and has its name.  After a failure
 * those that waited are lost. */
enum rp_status rp_bag_settle(struct rp_bag *bag, struct rp_err *err)
    RP_MUST_CHECK;
/* Is there a payload file of that name, whole? */
bool rp_bag_has(const struct rp_bag *bag, const char *name);
/* All of a payload file of this bag, which is settled first. */
enum rp_status rp_bag_read(struct rp_bag *bag, const char *name,
                           struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;
/* The SHA-256 that manifest-sha256.txt has when no more is written. */
enum rp_status rp_bag_manifest_sha256(struct rp_bag *bag,
                                      char out_sha256[RP_SHA256_HEX],
                                      struct rp_err *err) RP_MUST_CHECK;
/* Settles, and fsyncs every folder, so that a kill after COMMIT finds all of
 * it. */
enum rp_status rp_bag_sync(struct rp_bag *bag, struct rp_err *err)
    RP_MUST_CHECK;

/* Another bag, by its name and the SHA-256 of its two manifests. */
struct rp_bagname {
    bool named;                   /* or nothing else counts */
    char name[RP_BAG_NAME_BYTES]; /* of its folder, as rp_show writes it */
    char manifest[RP_SHA256_HEX];
    char tagmanifest[RP_SHA256_HEX];
};

struct rp_bag_info {
    const char *date;  /* 2026-11-22, Bagging-Date */
    const char *agent; /* "rollproof 0.1.0", Bag-Software-Agent */
    /* NULL, or not named: there is none. */
    const struct rp_bagname *previous; /* the run before this one */
    const struct rp_bagname *original; /* what a shared copy was made of */
    const char *shared_manifest; /* SHA-256; of the shared copy's manifest */
};
/* Afterwards only close may be called. */
enum rp_status rp_bag_publish(struct rp_bag *bag,
                              const struct rp_bag_info *info,
                              struct rp_err *err) RP_MUST_CHECK;
/* Leaves an unpublished DIR.partial where it is. */
void rp_bag_close(struct rp_bag *bag);
/* Removes an unpublished DIR.partial with all files that this bag wrote;
 * afterwards only close may be called. */
void rp_bag_discard(struct rp_bag *bag);

/* Waits until no other run publishes a bag in the same folder, at most so many
 * seconds, then RP_E_BUSY: so that each run names the one that was published
 * right before it.  The turn ends with rp_bag_close. */
enum rp_status rp_bag_take_turn(struct rp_bag *bag, unsigned seconds,
                                struct rp_err *err) RP_MUST_CHECK;

/* Does dir look like a bag, as opposed to a folder that has some? */
bool rp_bag_is_one(const char *dir);
/* Is the bag complete and unaltered?  Every problem is one line in
 * out_problems that names the file; no line means that it is.  Missing, added
 * and altered files, "..", absolute paths, "~", symbolic links, duplicate
 * names, manifests that disagree; only tagmanifest-sha256.txt.sig may be
 * extra.  *out_files is how many files there are.  RP_E_IO when dir is no bag
 * at all, or a file of it cannot be read. */
enum rp_status rp_bag_check(const char *dir, struct rp_buf *out_problems,
                            uint64_t *out_files, struct rp_err *err)
    RP_MUST_CHECK;

#endif
