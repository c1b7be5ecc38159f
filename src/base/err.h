/* err.h - how a function says that it could not do its work.
 *
 * Three kinds of bad news are kept apart: a bug is an assert, a failure is an
 * enum rp_status with a struct rp_err, and something odd about the data is a
 * finding, which is data and never passes through here.
 *
 * Status and text are always set together, by rp_fail.  The text is one line
 * for a person: what, where, why and what to do.  Bytes that came from a file
 * or a database are put into it with rp_show (base/show.h) so that no control
 * character reaches a terminal.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/limits.h"

#if defined(__GNUC__)
#define RP_MUST_CHECK __attribute__((warn_unused_result))
#define RP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define RP_MUST_CHECK
#define RP_PRINTF(fmt, args)
#endif

enum rp_status {
    RP_OK = 0,
    RP_E_USAGE,        /* what was asked for makes no sense */
    RP_E_IO,           /* a file could not be read, written or published */
    RP_E_NOMEM,        /* out of memory */
    RP_E_DB,           /* SQLite refused or the database is not fit */
    RP_E_BUSY,         /* somebody else held the database until the end */
    RP_E_CHANGED,      /* a source changed while it was being read */
    RP_E_INTERRUPTED,  /* a signal asked to stop; everything rolled back */
    RP_E_AFTER_COMMIT, /* committed, but what came after it failed */
};

struct rp_err {
    enum rp_status status;
    char text[RP_ERR_TEXT_BYTES];
};

/* Sets err (when not NULL) and returns status. */
enum rp_status rp_fail(struct rp_err *err, enum rp_status status,
                       const char *fmt, ...) RP_PRINTF(3, 4);

/* The same with ": <strerror(errno_value)>" behind the text. */
enum rp_status rp_fail_errno(struct rp_err *err, int errno_value,
                             const char *fmt, ...) RP_PRINTF(3, 4);

/* RP_E_NOMEM with "no memory to <what>". */
enum rp_status rp_fail_nomem(struct rp_err *err, const char *what);

#endif
