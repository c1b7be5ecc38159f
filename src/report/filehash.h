/* filehash.h - the SHA-256 of a file that is open. */
#ifndef REPORT_FILEHASH_H
#define REPORT_FILEHASH_H

#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

struct rp_filehash {
    char hex[RP_SHA256_HEX];
    uint64_t bytes;
};

/* From the front of fd, wherever it stands.  name is shown in messages. */
enum rp_status rp_filehash(int fd, const char *name,
                           struct rp_filehash *out_hash, struct rp_err *err)
    RP_MUST_CHECK;

#endif
