/* see change.h */
#include "school/change.h"

#include "school/conn.h"

static enum rp_status
run_on(struct rp_db *db, enum rp_sql id, const struct rp_link *link,
       bool *out_row, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    enum rp_status status = rp_stmt_fixed(db, id, &stmt, err);

    if (status != RP_OK)
        return status;
    status = rp_stmt_bind_int(stmt, 1, link->student_id, err);
    if (status == RP_OK)
        status = rp_stmt_bind_int(stmt, 2, link->course_id, err);
    if (status == RP_OK)
        status = rp_stmt_step(stmt, out_row, err);
    rp_stmt_close(stmt);
    return status;
}

enum rp_status
rp_link_held(struct rp_db *db, const struct rp_link *link, bool *out_held,
             struct rp_err *err)
{
    return run_on(db, RP_SQL_FIND_LINK, link, out_held, err);
}

enum rp_status
rp_link_add(struct rp_db *db, const struct rp_link *link, struct rp_err *err)
{
    bool row = false;

    return run_on(db, RP_SQL_ADD_LINK, link, &row, err);
}

enum rp_status
rp_link_remove(struct rp_db *db, const struct rp_link *link, struct rp_err *err)
{
    bool row = false;

    return run_on(db, RP_SQL_REMOVE_LINK, link, &row, err);
}

static enum rp_status
remove_next(struct rp_stmt *stmt, const struct rp_link *link,
            struct rp_err *err)
{
    bool row = false;
    enum rp_status status = rp_stmt_bind_int(stmt, 1, link->student_id, err);

    if (status == RP_OK)
        status = rp_stmt_bind_int(stmt, 2, link->course_id, err);
    if (status == RP_OK)
        status = rp_stmt_step(stmt, &row, err);
    if (status == RP_OK && sqlite3_changes(stmt->db->conn) != 1)
        status = rp_fail(err, RP_E_DB,
                         "%s: a link that is to be removed was %s; nothing "
                         "was changed: look for a trigger on student_courses "
                         "and run again",
                         stmt->db->place.shown,
                         sqlite3_changes(stmt->db->conn) == 0
                             ? "not removed"
                             : "there more than once");
    rp_stmt_reset(stmt);
    return status;
}

enum rp_status
rp_links_remove(struct rp_db *db, const struct rp_link_stream *links,
                struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    struct rp_link link = { 0, 0 };
    bool more = true;
    enum rp_status status = rp_stmt_fixed(db, RP_SQL_REMOVE_LINK, &stmt, err);

    while (status == RP_OK) {
        status = links->next(links->ctx, &link, &more, err);
        if (status != RP_OK || !more)
            break;
        status = remove_next(stmt, &link, err);
    }
    rp_stmt_close(stmt);
    return status;
}

enum rp_status
rp_links_drop(struct rp_db *db, struct rp_err *err)
{
    return rp_db_run(db, RP_SQL_DROP_LINKS, err);
}

enum rp_status
rp_course_index(struct rp_db *db, struct rp_err *err)
{
    enum rp_status status = rp_db_run(db, RP_SQL_SORTER_CACHE, err);

    return status == RP_OK ? rp_db_run(db, RP_SQL_COURSE_INDEX, err) : status;
}

enum rp_status
rp_db_ask_int(struct rp_db *db, enum rp_sql id, int64_t *out,
              struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    bool row = false;
    enum rp_status status = rp_stmt_fixed(db, id, &stmt, err);

    if (status != RP_OK)
        return status;
    status = rp_stmt_step(stmt, &row, err);
    if (status == RP_OK && row)
        *out = rp_stmt_cell(stmt, 0).integer;
    rp_stmt_close(stmt);
    return status;
}
