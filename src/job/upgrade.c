/* see rollproof.h: rp_upgrade. */

#include "base/buf.h"
#include "job/session.h"
#include "rollproof.h"
#include "school/schema.h"

static enum rp_status
create(const struct rp_session *session, struct rp_db *db,
       const struct rp_schema *schema, struct rp_err *err)
{
    const struct rp_table *links = rp_schema_table(schema, "student_courses");
    const struct rp_table *students = NULL;
    const struct rp_table *courses = NULL;
    struct rp_buf sql = { 0 };
    enum rp_status status =
        rp_schema_parent(schema, "students", &students, err);

    if (status == RP_OK)
        status = rp_schema_parent(schema, "courses", &courses, err);
    if (status == RP_OK && links != NULL) {
        status = rp_schema_links_fit(links, err);
        if (status == RP_OK)
            rp_talk(session, "rollproof: student_courses is there already");
        return status;
    }
    if (status == RP_OK)
        status = rp_schema_links_sql(students, courses, &sql, err);
    if (status == RP_OK)
        status = rp_db_exec(db, rp_buf_cstr(&sql), err);
    if (status == RP_OK)
        status = rp_db_commit(db, err);
    if (status == RP_OK)
        rp_talk(session, "rollproof: student_courses created");
    rp_buf_release(&sql);
    return status;
}

enum rp_exit
rp_upgrade(const struct rp_session *session, const char *school,
           struct rp_message *message)
{
    struct rp_err err = { RP_OK, "" };
    struct rp_schema *schema = NULL;
    struct rp_db *db = NULL;
    enum rp_status status =
        rp_session_open(session, school, RP_DB_WRITE, &db, &err);

    if (status == RP_OK)
        status = rp_db_begin_write(db, true, &err);
    if (status == RP_OK)
        status = rp_schema_open(db, &schema, &err);
    if (status == RP_OK)
        status = create(session, db, schema, &err);
    if (db != NULL)
        (void)rp_db_rollback(db);
    rp_schema_close(schema);
    rp_db_close(db);
    return rp_exit_of(status, &err, message);
}
