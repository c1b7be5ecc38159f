/* baginfo.h - bag-info.txt: how bags name each other.
 *
 * A run names the one before it by two hashes.  That of the manifest binds
 * what it proved; that of the tag manifest binds bag-info.txt as well, and so
 * the run before that one: without it a run could be taken out of the chain by
 * whoever writes one bag-info.txt anew.
 *
 * A run also names the manifest that a shared copy of it has (report/shared),
 * which is known before there is one, and a shared copy names the bag that it
 * was made of.
 */
#ifndef REPORT_BAGINFO_H
#define REPORT_BAGINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "report/bag.h"

struct rp_baginfo {
    bool has_oxum;
    uint64_t oxum_bytes;
    uint64_t oxum_files;
    struct rp_bagname previous;
    struct rp_bagname original;          /* named by a shared copy only */
    char shared_manifest[RP_SHA256_HEX]; /* "" when it is not told */
};

/* What stands in text; false when something in it is no label with a value, or
 * stands there twice, or is not what its label says. */
bool rp_baginfo_read(struct rp_slice text, struct rp_baginfo *out_info);
/* All of bag-info.txt of a bag with that many bytes and files of payload. */
void rp_baginfo_write(struct rp_buf *out, const struct rp_bag_info *info,
                      uint64_t bytes, uint64_t files);

#endif
