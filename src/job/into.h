/* into.h - migrate --into NEW.db: the original is only read.
 *
 * A consistent copy is made as NEW.db.partial, migrated and proved there,
 * compared with the original, and only then given its name.  A crash leaves a
 * partial, never half a NEW.db; a refused run leaves neither.
 */
#ifndef JOB_INTO_H
#define JOB_INTO_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "job/session.h"

struct rp_into {
    const char *target;           /* NEW.db; NULL: no --into */
    struct rp_buf partial;        /* NEW.db.partial */
    char original[RP_SHA256_HEX]; /* digest of the original's content */
    bool made;
};

/* RP_E_USAGE when target is there. */
enum rp_status rp_into_begin(const struct rp_session *session,
                             const char *original, const char *target,
                             struct rp_into *out_into, struct rp_err *err)
    RP_MUST_CHECK;
/* copy: digest of the copy before it was migrated. */
enum rp_status rp_into_compare(const struct rp_into *into, const char *copy,
                               struct rp_err *err) RP_MUST_CHECK;
/* Gives the partial its name, durably. */
enum rp_status rp_into_publish(struct rp_into *into, struct rp_err *err)
    RP_MUST_CHECK;
/* Removes a partial that was not published. */
void rp_into_release(struct rp_into *into);

#endif
