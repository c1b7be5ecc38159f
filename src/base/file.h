/* file.h - small files that are read whole, and written whole or not at all.
 *
 * A file is written under another name in the same folder, fsynced, and then
 * given its name: whoever reads it meanwhile sees the old one or the new one,
 * and so does whoever comes after a crash.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* All of a regular file of at most most bytes, behind what out holds. */
enum rp_status rp_file_read(const char *path, size_t most, struct rp_buf *out,
                            struct rp_err *err) RP_MUST_CHECK;

/* Its first bytes, at most most. */
enum rp_status rp_file_read_front(const char *path, size_t most,
                                  struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;

/* Only when there is no such file yet; 0600, for its owner to look at. */
enum rp_status rp_file_make(const char *path, struct rp_slice bytes,
                            struct rp_err *err) RP_MUST_CHECK;
/* In place of what is there; what it may be is left to the umask, for it is
 * other programs that read it. */
enum rp_status rp_file_replace(const char *path, struct rp_slice bytes,
                               struct rp_err *err) RP_MUST_CHECK;
/* Could it be, as far as can be told before there is something to write?
 * RP_E_USAGE when the folder is not there or not ours, or something that is no
 * file has the name. */
enum rp_status rp_file_replaceable(const char *path, struct rp_err *err)
    RP_MUST_CHECK;
/* Could path be made, as far as can be told before there is something to
 * write?  RP_E_USAGE when it is there. */
enum rp_status rp_file_absent(const char *path, struct rp_err *err)
    RP_MUST_CHECK;

#endif
