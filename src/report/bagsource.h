/* bagsource.h - a bag that is there, checked, and its payload read out of it.
 *
 * What is read is compared with the manifest that was checked: a file that is
 * altered in between is RP_E_IO, never a copy of something else.
 */
#ifndef REPORT_BAGSOURCE_H
#define REPORT_BAGSOURCE_H

#include "base/buf.h"
#include "base/err.h"
#include "report/baginfo.h"
#include "report/baglist.h"

struct rp_bagsource {
    const char *dir;         /* for messages */
    int root;                /* a descriptor of the folder */
    struct rp_baglist files; /* the payload, as the manifest lists it */
    struct rp_baginfo info;  /* what bag-info.txt tells */
    struct rp_bagname self;  /* named when there was no problem */
    uint64_t found;          /* files that are there */
};

/* rp_bag_check, and leaves the bag open.  With problems nothing else counts.
 * self has no name. */
enum rp_status rp_bagsource_open(const char *dir,
                                 struct rp_bagsource *out_source,
                                 struct rp_buf *out_problems,
                                 struct rp_err *err) RP_MUST_CHECK;
void rp_bagsource_close(struct rp_bagsource *source);
/* The payload of a bag that is being written, as far as it is; not to be
 * closed, and good until more is written. */
struct rp_bagsource rp_bagsource_of(struct rp_bag *bag);
/* data/name; NULL when it is not there. */
const struct rp_bagfile *rp_bagsource_find(const struct rp_bagsource *source,
                                           const char *name);

struct rp_byte_sink {
    enum rp_status (*put)(void *ctx, struct rp_slice bytes, struct rp_err *err);
    void *ctx;
};

/* A payload file, block by block; name is one of files. */
enum rp_status rp_bagsource_copy(const struct rp_bagsource *source,
                                 const struct rp_bagfile *file,
                                 const struct rp_byte_sink *sink,
                                 struct rp_err *err) RP_MUST_CHECK;
/* All of one that is small, behind what is in out. */
enum rp_status rp_bagsource_read(const struct rp_bagsource *source,
                                 const struct rp_bagfile *file,
                                 struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;

#endif
