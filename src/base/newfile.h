/* newfile.h - a file that appears whole or not at all.
 *
 * What is put goes to PATH.partial, mode 0600; when all of it is on the disk
 * the file gets its name.  Whoever looks at PATH sees nothing or all of it,
 * also after a crash.  A PATH.partial that a killed run left behind is
 * replaced, one that somebody writes at this moment is not: it is locked.
 */
#ifndef BASE_NEWFILE_H
#define BASE_NEWFILE_H

#include "base/err.h"
#include "base/slice.h"

struct rp_newfile;

/* RP_E_USAGE when there is a file called path already; path is copied. */
enum rp_status rp_newfile_open(const char *path, struct rp_newfile **out_file,
                               struct rp_err *err) RP_MUST_CHECK;
/* The same, for a file that takes the place of the one that is there. */
enum rp_status rp_newfile_replace(const char *path,
                                  struct rp_newfile **out_file,
                                  struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_newfile_put(struct rp_newfile *file, struct rp_slice bytes,
                              struct rp_err *err) RP_MUST_CHECK;
/* Everything on the disk, then the name.  A new file never takes the place of
 * one that was made meanwhile. */
enum rp_status rp_newfile_publish(struct rp_newfile *file, struct rp_err *err)
    RP_MUST_CHECK;
/* Removes what was not published. */
void rp_newfile_close(struct rp_newfile *file);

#endif
