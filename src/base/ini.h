/* ini.h - the libinih door: [section], key = value, comments.
 *
 * inih cuts lines that are too long, takes what stands behind " ;" for a
 * comment, an indented line for more of the value above it, forgets what
 * stands behind ], says nothing of a section without keys, and ends a line at
 * a NUL byte.  A file that approves something must mean what it says, so each
 * of these is refused here, with its line, before inih sees it:
 *
 * - Comments are lines of their own that begin with ; or #.
 * - A value stands as it is, without the blanks around it, or in double
 *   quotes, in which \" \\ \; \n \r \t and \xNN are read.
 * - A value in quotes may go on below: every indented line is one more piece
 *   of it, in quotes as well.  Pieces are joined with nothing between them.
 * - A heading stands once.
 * - A UTF-8 byte order mark in front, and CR LF, are no matter.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* Called in the order of the file; what is borrowed lives until they return.
 * Of an RP_E_USAGE the text is put behind "NAME:LINE: ". */
struct rp_ini_visitor {
    enum rp_status (*section)(void *ctx, struct rp_slice name, size_t line,
                              struct rp_err *err);
    /* value may hold any byte but NUL, and has a NUL behind it. */
    enum rp_status (*entry)(void *ctx, struct rp_slice key,
                            struct rp_slice value, size_t line,
                            struct rp_err *err);
    void *ctx;
};

/* name is the file's, for messages.  RP_E_USAGE for what is no such text. */
enum rp_status rp_ini_read(struct rp_slice text, const char *name,
                           const struct rp_ini_visitor *visitor,
                           struct rp_err *err) RP_MUST_CHECK;

/* "key = value\n", in quotes and on several lines where that is needed:
 * rp_ini_read gives value back, byte for byte, for any but NUL. */
void rp_ini_put(struct rp_buf *out, const char *key, struct rp_slice value);

#endif
