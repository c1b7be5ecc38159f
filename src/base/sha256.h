/* sha256.h - SHA-256 by the CPU's own instructions (the libcrypto door). */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"

struct rp_sha256;

enum rp_status rp_sha256_open(struct rp_sha256 **out_sha, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_sha256_put(struct rp_sha256 *sha, struct rp_slice bytes,
                             struct rp_err *err) RP_MUST_CHECK;
/* The digest of all that was put; sha starts anew with the next put. */
enum rp_status rp_sha256_finish(struct rp_sha256 *sha,
                                unsigned char digest[RP_SHA256_BYTES],
                                struct rp_err *err) RP_MUST_CHECK;
void rp_sha256_close(struct rp_sha256 *sha);

/* The digest of one piece of memory, in hexadecimal. */
enum rp_status rp_sha256_hex(struct rp_slice bytes, char hex[RP_SHA256_HEX],
                             struct rp_err *err) RP_MUST_CHECK;

const char *rp_sha256_version(void);

#endif
