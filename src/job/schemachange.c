/* see schemachange.h */
#include "job/schemachange.h"

#include "job/conclude.h"
#include "proof/assemble.h"

#define LINKS "student_courses"

enum rp_status
rp_schema_change_begin(struct rp_schema_change *change, struct rp_err *err)
{
    char compact[20];
    enum rp_status status = rp_evidence_place(
        change->policy->evidence, change->school, &change->evidence, err);

    rp_now_utc(compact, change->started);
    if (status == RP_OK)
        status = rp_session_open(change->session, change->school, RP_DB_WRITE,
                                 &change->db, err);
    if (status == RP_OK)
        status =
            rp_plan_open_empty(rp_db_folder(change->db), &change->plan, err);
    if (status == RP_OK)
        status = rp_db_begin_write(change->db, true, err);
    change->lock_began_ms = rp_now_ms();
    return status;
}

enum rp_status
rp_schema_change_parents(struct rp_schema_change *change, struct rp_err *err)
{
    const struct rp_schema *schema = change->before.schema;
    enum rp_status status =
        rp_schema_parent(schema, "students", &change->students, err);

    return status == RP_OK
               ? rp_schema_parent(schema, "courses", &change->courses, err)
               : status;
}

static enum rp_status
make_verdict(struct rp_schema_change *change,
             const struct rp_exported_report *exported, struct rp_err *err)
{
    const struct rp_policy accepts_nothing = { 0 };
    struct rp_verdict *verdict = &change->verdict;
    struct rp_asked asked = {
        .program = RP_VERSION,
        .command = change->command,
        .school = rp_db_name(change->db),
        .declared = LINKS,
        .dry_run = change->policy->dry_run,
        .policy = &accepts_nothing,
    };
    enum rp_status status =
        rp_assemble_plan(verdict, &asked, change->plan, 0, err);

    if (status == RP_OK && exported != NULL)
        status = rp_exported_report(verdict, exported, err);
    if (status == RP_OK)
        status =
            rp_assemble_tables(verdict, &change->before, &change->after, err);
    return status;
}

enum rp_status
rp_schema_change_prove(struct rp_schema_change *change,
                       const struct rp_exported_report *exported,
                       struct rp_err *err)
{
    struct rp_snapshot_request request = {
        .full_check = change->policy->full_check,
        .with_soundness = true,
    };
    enum rp_status status =
        rp_snapshot_take(change->db, &request, &change->after, err);

    if (status == RP_OK)
        status = make_verdict(change, exported, err);
    if (status != RP_OK)
        return status;
    change->proof.proof.before = &change->before;
    change->proof.proof.after = &change->after;
    change->proof.exported = exported == NULL ? NULL : exported->exported;
    return rp_change_checks(&change->verdict, &change->proof, err);
}

enum rp_status
rp_schema_change_conclude(struct rp_schema_change *change,
                          const char *statement, enum rp_exit *out_exit,
                          struct rp_err *err)
{
    struct rp_session session = *change->session;
    struct rp_buf statements = { 0 };
    struct rp_conclusion conclusion = {
        .session = &session,
        .policy = change->policy,
        .db = change->db,
        .plan = change->plan,
        .verdict = &change->verdict,
        .before = &change->before,
        .after = &change->after,
        .school = change->school,
        .evidence = rp_buf_cstr(&change->evidence),
        .lock_began_ms = change->lock_began_ms,
        .started = change->started,
        .way_back = change->way_back,
    };
    enum rp_status status;

    if (change->reports_to_talk)
        session.out = session.talk;
    rp_buf_str(&statements, "BEGIN IMMEDIATE;\n");
    if (statement[0] != '\0')
        rp_buf_printf(&statements, "%s;\n", statement);
    rp_buf_str(&statements, "COMMIT;\n");
    conclusion.migration = rp_buf_view(&statements);
    status = rp_buf_status(&statements, err);
    if (status == RP_OK)
        status = rp_conclude(&conclusion, out_exit, err);
    rp_buf_release(&statements);
    return status;
}

void
rp_schema_change_release(struct rp_schema_change *change)
{
    if (change->db != NULL)
        (void)rp_db_rollback(change->db);
    rp_verdict_release(&change->verdict);
    rp_snapshot_release(&change->before);
    rp_snapshot_release(&change->after);
    rp_plan_close(change->plan);
    rp_buf_release(&change->evidence);
    rp_db_close(change->db);
}
