/* see planted.h: the commit does not do what it says. */
#include "fault/planted/planted.h"
#include "school/db.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_db_commit(struct rp_db *db, struct rp_err *err);
enum rp_status __wrap_rp_db_commit(struct rp_db *db, struct rp_err *err);

enum rp_status
__wrap_rp_db_commit(struct rp_db *db, struct rp_err *err)
{
    if (planted("commit-rolls-back")) {
        (void)rp_db_rollback(db);
        return RP_OK;
    }
    return __real_rp_db_commit(db, err);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
