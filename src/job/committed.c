/* see committed.h */
#include "job/committed.h"

/* A second connection, where one is of use and to be had at once: whoever
 * waits to write waits for the first, and it must not wait for him. */
static struct rp_db *
open_second(const struct rp_committed *committed)
{
    struct rp_session second = *committed->session;
    struct rp_db *db = NULL;

    if (rp_session_threads(committed->session) < 2)
        return NULL;
    second.stop = NULL;
    second.threads = 1;
    second.wait_seconds = RP_WAIT_NONE;
    if (rp_session_open(&second, committed->school, RP_DB_READ, &db, NULL) ==
            RP_OK &&
        rp_db_begin_read(db, NULL) == RP_OK)
        return db;
    rp_db_close(db);
    return NULL;
}

enum rp_status
rp_committed_read(const struct rp_committed *committed,
                  struct rp_snapshot *out_snapshot, bool *out_others,
                  struct rp_err *err)
{
    struct rp_session uninterrupted = *committed->session;
    struct rp_snapshot_request request = { .with_soundness = false };
    struct rp_db *second = NULL;
    struct rp_db *db = NULL;
    enum rp_status status;

    uninterrupted.stop = NULL;
    status = rp_session_open(&uninterrupted, committed->school, RP_DB_READ, &db,
                             err);
    if (status == RP_OK)
        status = rp_db_begin_read(db, err);
    if (status == RP_OK) {
        second = open_second(committed);
        status = rp_db_others_wrote(committed->db, out_others, err);
    }
    if (status == RP_OK && second != NULL && !*out_others)
        request.beside = (struct rp_snapshot_beside){
            second, rp_snapshot_longest(committed->after)
        };
    if (status == RP_OK)
        status = rp_snapshot_take(db, &request, out_snapshot, err);
    rp_db_close(second);
    rp_db_close(db);
    return status;
}
