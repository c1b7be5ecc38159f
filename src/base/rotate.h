/* rotate.h - the old ones of a file that is about to be replaced: PATH.1 is
 * the youngest of them, PATH.K the oldest.
 *
 * Promise: PATH is there all the time.  After a crash at whatever moment PATH
 * is whole, and no old one is lost but the one that had to go; a run that was
 * cut off before PATH was replaced is gone on with, not counted twice.
 */
#ifndef BASE_ROTATE_H
#define BASE_ROTATE_H

#include "base/err.h"

/* Makes PATH.1 of what PATH is now, and moves the old ones up: at most keep of
 * them stay.  Then PATH may be replaced by rename. */
enum rp_status rp_rotate(const char *path, unsigned keep, struct rp_err *err)
    RP_MUST_CHECK;

#endif
