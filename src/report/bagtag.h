/* bagtag.h - the tag files of a bag that is there, read without trusting it.
 */
#ifndef REPORT_BAGTAG_H
#define REPORT_BAGTAG_H

#include "base/buf.h"
#include "base/err.h"

enum rp_bagtag {
    RP_BAGTAG_READ,
    RP_BAGTAG_NONE, /* it is missing, or no file */
    RP_BAGTAG_LONG, /* longer than any of evidence; not read */
};

struct rp_bagdir {
    int root;         /* a descriptor of the bag */
    const char *name; /* for messages */
};

/* All of the file name at the top of the bag, behind what is in out. */
enum rp_status rp_bagtag_read(const struct rp_bagdir *dir, const char *name,
                              struct rp_buf *out, enum rp_bagtag *out_found,
                              struct rp_err *err) RP_MUST_CHECK;
/* "DIR/NAME: cannot be read: why", of errno; both may be any bytes. */
enum rp_status rp_bagtag_fail(const char *dir, const char *name,
                              struct rp_err *err);

#endif
