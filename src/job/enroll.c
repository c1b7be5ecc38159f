/* see rollproof.h: rp_enroll and rp_withdraw, all or none. */
#include <inttypes.h>

#include "base/mem.h"
#include "job/session.h"
#include "job/who.h"
#include "rollproof.h"
#include "school/change.h"
#include "school/fill.h"

struct change {
    const struct rp_session *session;
    const struct rp_link_options *options;
    bool add;
    struct rp_db *db;
    struct rp_tables tables;
    int64_t student;
    int64_t *courses;
    uint64_t changed;
    uint64_t already;
};

static enum rp_status
write_link(struct change *change, const struct rp_link *link,
           struct rp_err *err)
{
    return change->add ? rp_link_add(change->db, link, err)
                       : rp_link_remove(change->db, link, err);
}

static enum rp_status
change_one(struct change *change, int64_t course, struct rp_err *err)
{
    struct rp_link link = { change->student, course };
    bool held = false;
    enum rp_status status = rp_link_held(change->db, &link, &held, err);

    if (status == RP_OK && held == change->add) {
        change->already++;
        rp_talk(change->session,
                "rollproof: student %" PRId64 " and course %" PRId64 " are %s",
                change->student, course,
                change->add ? "linked already" : "not linked");
        return RP_OK;
    }
    if (status == RP_OK)
        status = write_link(change, &link, err);
    if (status == RP_OK)
        status = rp_link_held(change->db, &link, &held, err);
    if (status == RP_OK && held != change->add)
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
    for (size_t i = 0; i < change->options->courses.count && status == RP_OK;
         i++)
        status = change_one(change, change->courses[i], err);
    if (status == RP_OK)
        status = check_count(change, before, err);
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
                change.changed, add ? "enrolled" : "withdrawn", change.already);
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
