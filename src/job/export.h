/* export.h - links into a CSV file that is there whole or not at all.
 *
 * It is written as FILE.partial; only when it is complete and on the disk it
 * gets its name, which must be free: FILE may be the only copy of other links.
 */
#ifndef JOB_EXPORT_H
#define JOB_EXPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "job/session.h"
#include "school/db.h"

struct rp_export {
    struct rp_buf path;
    struct rp_buf partial;
    char links_sha256[RP_SHA256_HEX]; /* proof/linkdigest.h */
    bool written;                     /* there is a partial file */
    bool published;
};

/* Writes all links of db, in rising order, into PATH.partial; RP_E_USAGE when
 * PATH or PATH.partial is there. */
enum rp_status rp_export_write(struct rp_export *export,
                               const struct rp_session *session,
                               const char *path, struct rp_db *db,
                               struct rp_err *err) RP_MUST_CHECK;
/* Gives it its name, and the folder to the disk. */
enum rp_status rp_export_publish(struct rp_export *export, struct rp_err *err)
    RP_MUST_CHECK;
/* Removes what was written. */
void rp_export_discard(struct rp_export *export);
void rp_export_release(struct rp_export *export);

#endif
