/* bagfile.h - the inside of a bag that is being written: shared by bag*.c
 * and by nobody else.
 *
 * A file is written as writing-N.tmp and renamed when it is complete and
 * fsynced, so that a crash leaves the old one or the new one under its name.
 * Complete ones wait for each other: a disk takes about as long for all of
 * them as for a single one.
 */
#ifndef REPORT_BAGFILE_H
#define REPORT_BAGFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "report/bag.h"
#include "report/baglist.h"

#define RP_BAG_WAITING_MAX ((size_t)32)

/* A file that is complete. */
struct rp_bagwaiting {
    int fd;
    char *name; /* owned; from the bag on */
};

struct rp_bag {
    char *dir;     /* as it will be called, without a slash behind it */
    char *partial; /* as it is called meanwhile */
    char *above;   /* the folder that holds both */
    bool made_above;
    bool published;
    bool shared; /* a copy: messages speak of OUT, not of --evidence */
    bool hashed; /* nothing is written, and no descriptor is open */
    int above_fd;
    int root_fd;
    /* The file that is being written: sha NULL when there is none. */
    int fd;
    struct rp_buf name;      /* from the bag on */
    struct rp_baglist *list; /* files or tags, where it belongs */
    uint64_t bytes;
    struct rp_sha256 *sha;
    /* writing-I.tmp is the I-th of them; the next one is that in fd. */
    struct rp_bagwaiting waiting[RP_BAG_WAITING_MAX];
    size_t waiting_count;
    /* What has been written; payload and tag files. */
    struct rp_baglist files;
    struct rp_baglist tags;
    struct rp_baglist folders;
};

/* "PARTIAL/name: cannot be what (advice): why", of errno. */
enum rp_status rp_bagfile_fail(const struct rp_bag *bag, const char *name,
                               const char *what, struct rp_err *err);
/* Every folder in the name of a file is known to the bag. */
enum rp_status rp_bagfile_folders(struct rp_bag *bag, const char *name,
                                  bool make, struct rp_err *err) RP_MUST_CHECK;
/* A tag file, whole. */
enum rp_status rp_bagfile_tag(struct rp_bag *bag, const char *name,
                              struct rp_slice bytes, struct rp_err *err)
    RP_MUST_CHECK;
/* Forgets a file that is half written, and all that wait. */
void rp_bagfile_drop(struct rp_bag *bag);
/* Removes what an interrupted run left of such files. */
void rp_bagfile_clean(const struct rp_bag *bag);
/* fsync of an open folder. */
enum rp_status rp_bagfile_sync(const struct rp_bag *bag, int folder,
                               const char *name, struct rp_err *err)
    RP_MUST_CHECK;
/* PARTIAL gets the name of the bag, and the bag is published. */
enum rp_status rp_bagfile_take_name(struct rp_bag *bag, struct rp_err *err)
    RP_MUST_CHECK;

#endif
