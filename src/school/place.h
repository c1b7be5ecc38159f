/* place.h - where a database file is, before SQLite is asked to open it.
 *
 * SQLite's NOFOLLOW refuses a symbolic link anywhere in the path, also a
 * harmless one to a parent folder: the folder is made real first, and only
 * the last part is refused when it is a link (its journal would stand next to
 * the file that the link names, where the next reader does not look).
 * The file itself is never opened here: closing a descriptor of ours would
 * drop the locks that SQLite holds on it.
 */
#ifndef SCHOOL_PLACE_H
#define SCHOOL_PLACE_H

#include <stdbool.h>

#include "base/err.h"

struct rp_place {
    char *shown;      /* as given, by rp_show */
    char *folder;     /* absolute, without symbolic links */
    char *full;       /* folder and name */
    const char *name; /* the last part of shown */
    bool exists;
};

/* RP_E_IO: no such folder, no such file (unless may_be_absent), a folder, a
 * symbolic link, no permission to read. */
enum rp_status rp_place_init(struct rp_place *place, const char *path,
                             bool may_be_absent, struct rp_err *err)
    RP_MUST_CHECK;
void rp_place_release(struct rp_place *place);

/* Is there a file whose name is the database's with suffix behind it? */
bool rp_place_has(const struct rp_place *place, const char *suffix);

#endif
