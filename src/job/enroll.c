/* see rollproof.h: rp_enroll and rp_withdraw, all or none. */
#include <inttypes.h>

#include "base/mem.h"
#include "job/session.h"
#include "job/who.h"
#include "rollproof.h"
#include "school/fill.h"

struct change {
    const struct rp_session *session;
    const struct rp_link_options *options;
    bool add;
    struct rp_db *db;
    struct rp_tables tables;
    int64_t student;
    int64_t *courses;
    struct rp_stmt *find;
    struct rp_stmt *write;
    uint64_t changed;
    uint64_t already;
};

static const char *const sql_find =
    "SELECT 1 FROM student_courses WHERE student_id = ?1 AND course_id = ?2";
static const char *const sql_add =
    "INSERT INTO student_courses (student_id, course_id) VALUES (?1, ?2)";
static const char *const sql_remove =
    "DELETE FROM student_courses WHERE student_id = ?1 AND course_id = ?2";

static enum rp_status
bind_pair(struct rp_stmt *stmt, int64_t student, int64_t course,
          struct rp_err *err)
{
    enum rp_status status;

    rp_stmt_reset(stmt);
    status = rp_stmt_bind_int(stmt, 1, student, err);
    return status == RP_OK ? rp_stmt_bind_int(stmt, 2, course, err) : status;
}

static enum rp_status
is_linked(struct change *change, int64_t course, bool *out_linked,
          struct rp_err *err)
{
    enum rp_status status =
        bind_pair(change->find, change->student, course, err);

    return status == RP_OK ? rp_stmt_step(change->find, out_linked, err)
                           : status;
}

static enum rp_status
change_one(struct change *change, int64_t course, struct rp_err *err)
{
    bool linked = false;
    bool row = false;
    enum rp_status status = is_linked(change, course, &linked, err);

    if (status == RP_OK && linked == change->add) {
        change->already++;
        rp_talk(change->session,
                "rollproof: student %" PRId64 " and course %" PRId64
                " are %slinked already",
                change->student, course, change->add ? "" : "not ");
        return RP_OK;
    }
    if (status == RP_OK)
        status = bind_pair(change->write, change->student, course, err);
    if (status == RP_OK)
        status = rp_stmt_step(change->write, &row, err);
    if (status == RP_OK)
        status = is_linked(change, course, &linked, err);
    if (status == RP_OK && linked != change->add)
        return rp_fail(err, RP_E_DB,
                       "%s: student %" PRId64 ", course %" PRId64
                       ": the change was undone by something in the schema; "
                       "rolled back",
                       rp_db_path(change->db), change->student, course);
    change->changed += status == RP_OK ? 1 : 0;
    return status;
}

static enum rp_status
find_all(struct change *change, struct rp_err *err)
{
    const struct rp_strings *courses = &change->options->courses;
    enum rp_status status = rp_tables_open(change->db, &change->tables, err);

    if (status == RP_OK)
        status = rp_who_find(change->db, change->tables.students,
                             change->options->student, &change->student, err);
    change->courses = rp_zalloc_array(courses->count + 1, sizeof(int64_t));
    if (status == RP_OK && change->courses == NULL)
        status = rp_fail_nomem(err, "hold the courses");
    for (size_t i = 0; i < courses->count && status == RP_OK; i++)
        status = rp_who_find(change->db, change->tables.courses,
                             courses->items[i], &change->courses[i], err);
    return status;
}

/* Nothing but these links may have changed. */
static enum rp_status
check_count(struct change *change, uint64_t before, struct rp_err *err)
{
    uint64_t expected =
        change->add ? before + change->changed : before - change->changed;
    uint64_t after = 0;
    enum rp_status status = rp_links_count(change->db, &after, err);

    if (status == RP_OK && after != expected)
        return rp_fail(err, RP_E_DB,
                       "%s: %" PRIu64 " links instead of %" PRIu64
                       " after the change; rolled back",
                       rp_db_path(change->db), after, expected);
    return status;
}

static enum rp_status
change_all(struct change *change, struct rp_err *err)
{
    uint64_t before = 0;
    enum rp_status status = find_all(change, err);

    if (status == RP_OK)
        status = rp_links_count(change->db, &before, err);
    if (status == RP_OK)
        status = rp_stmt_open(change->db, rp_slice_str(sql_find),
                              &change->find, err);
    if (status == RP_OK)
        status =
            rp_stmt_open(change->db,
                         rp_slice_str(change->add ? sql_add : sql_remove),
                         &change->write, err);
    for (size_t i = 0; i < change->options->courses.count && status == RP_OK;
         i++)
        status = change_one(change, change->courses[i], err);
    if (status == RP_OK)
        status = check_count(change, before, err);
    rp_stmt_close(change->find);
    rp_stmt_close(change->write);
    return status;
}

static enum rp_exit
run(const struct rp_session *session, const struct rp_link_options *options,
    bool add, struct rp_message *message)
{
    struct change change = { .session = session,
                             .options = options,
                             .add = add };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = rp_session_open(session, options->school,
                                            RP_DB_WRITE, &change.db, &err);

    if (status == RP_OK)
        status = rp_db_begin_write(change.db, true, &err);
    if (status == RP_OK)
        status = change_all(&change, &err);
    if (status == RP_OK)
        status = rp_session_stopped(session, &err);
    if (status == RP_OK)
        status = rp_db_commit(change.db, &err);
    if (status == RP_OK)
        rp_talk(session, "rollproof: %" PRIu64 " %s, %" PRIu64 " already so",
                change.changed, add ? "enrolled" : "withdrawn",
                change.already);
    else if (change.db != NULL)
        (void)rp_db_rollback(change.db);
    rp_tables_release(&change.tables);
    rp_free(change.courses);
    rp_db_close(change.db);
    return rp_exit_of(status, &err, message);
}

enum rp_exit
rp_enroll(const struct rp_session *session,
          const struct rp_link_options *options, struct rp_message *message)
{
    return run(session, options, true, message);
}

enum rp_exit
rp_withdraw(const struct rp_session *session,
            const struct rp_link_options *options, struct rp_message *message)
{
    return run(session, options, false, message);
}
