/* see rollproof.h: rp_upgrade. */
#include "base/buf.h"
#include "job/schemachange.h"
#include "job/session.h"
#include "rollproof.h"
#include "school/schema.h"

#define LINKS "student_courses"

struct upgrade {
    struct rp_schema_change change;
    struct rp_buf create; /* the statement; empty when the table is there */
    struct rp_object declared;
};

static enum rp_status
look_before(struct upgrade *upgrade, struct rp_err *err)
{
    struct rp_schema_change *change = &upgrade->change;
    struct rp_snapshot_request request = {
        .full_check = change->policy->full_check,
        .with_soundness = true,
    };
    const struct rp_object *other;
    const struct rp_table *links;
    enum rp_status status =
        rp_snapshot_take(change->db, &request, &change->before, err);

    if (status == RP_OK)
        status = rp_schema_change_parents(change, err);
    if (status != RP_OK)
        return status;
    links = rp_schema_table(change->before.schema, LINKS);
    other = rp_schema_object(change->before.schema, LINKS);
    if (links != NULL)
        return rp_schema_links_fit(links, err);
    if (other != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: " LINKS " is a %s there; rename it and run again",
                       rp_db_path(change->db), other->type);
    return rp_schema_links_sql(change->students, change->courses,
                               &upgrade->create, err);
}

static enum rp_status
create(struct upgrade *upgrade, struct rp_err *err)
{
    struct rp_schema_change *change = &upgrade->change;
    struct rp_proof *proof = &change->proof.proof;
    enum rp_status status = rp_session_stopped(change->session, err);

    if (status != RP_OK || upgrade->create.len == 0)
        return status;
    upgrade->declared = (struct rp_object){
        .type = "table",
        .name = LINKS,
        .table = LINKS,
        .sql = rp_buf_view(&upgrade->create),
    };
    proof->declared = &upgrade->declared;
    proof->declared_count = 1;
    return rp_db_exec(change->db, rp_buf_cstr(&upgrade->create), err);
}

static void
tell(const struct upgrade *upgrade)
{
    if (upgrade->create.len == 0)
        rp_talk(upgrade->change.session,
                "rollproof: " LINKS " is there already");
    else if (upgrade->change.verdict.committed)
        rp_talk(upgrade->change.session, "rollproof: " LINKS " created");
}

static enum rp_status
run(struct upgrade *upgrade, enum rp_exit *out_exit, struct rp_err *err)
{
    enum rp_status status = rp_schema_change_begin(&upgrade->change, err);

    if (status == RP_OK)
        status = look_before(upgrade, err);
    if (status == RP_OK)
        status = create(upgrade, err);
    if (status == RP_OK)
        status = rp_schema_change_prove(&upgrade->change, NULL, err);
    if (status == RP_OK)
        status = rp_schema_change_conclude(
            &upgrade->change, rp_buf_cstr(&upgrade->create), out_exit, err);
    if (status == RP_OK)
        tell(upgrade);
    return status;
}

enum rp_exit
rp_upgrade(const struct rp_session *session,
           const struct rp_upgrade_options *options, struct rp_message *message)
{
    struct upgrade upgrade = {
        .change = { .session = session,
                    .policy = &options->policy,
                    .school = options->school,
                    .command = "upgrade" },
    };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = run(&upgrade, &exit_code, &err);

    rp_schema_change_release(&upgrade.change);
    rp_buf_release(&upgrade.create);
    if (status != RP_OK)
        return rp_exit_of(status, &err, message);
    message->text[0] = '\0';
    return exit_code;
}
