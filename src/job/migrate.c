/* see rollproof.h: rp_migrate, the main job.
 *
 * The order is that of DESIGN section 7: everything that is the user's mistake
 * shows before the lock is taken; everything that is decided is decided before
 * anything is written; everything that is written is read back before COMMIT.
 */
#include <string.h>

#include "base/mem.h"
#include "job/conclude.h"
#include "job/remarks.h"
#include "job/session.h"
#include "job/sources.h"
#include "plan/links.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "proof/assemble.h"
#include "proof/checks.h"
#include "proof/claims.h"
#include "proof/keyring.h"
#include "proof/linkproof.h"
#include "proof/snapshot.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/fill.h"
#include "school/keys.h"
#include "school/schema.h"
#include "source/mapping.h"

#define LINKS "student_courses"

struct migration {
    const struct rp_session *session;
    const struct rp_migrate_options *options;
    struct rp_buf evidence;
    struct rp_policy policy;
    struct rp_dialect_asked dialect;
    struct rp_mapping *mapping;
    struct rp_db *db;
    struct rp_sources sources;
    struct rp_plan_request request;
    struct rp_layouter layouter;
    struct rp_plan *plan;
    uint64_t lock_began_ms;
    struct rp_snapshot before;
    struct rp_snapshot after;
    const struct rp_table *students;
    const struct rp_table *courses;
    struct rp_key_shape student;
    struct rp_key_shape course;
    bool table_exists;
    struct rp_buf create; /* the statement, empty when the table exists */
    struct rp_keyring *student_ring;
    struct rp_keyring *course_ring;
    struct rp_second_facts *second;
    struct rp_proof proof;
    struct rp_object declared;
    struct rp_verdict verdict;
};

/* All that can be wrong with what was asked for. */
static enum rp_status
understand(struct migration *migration, struct rp_err *err)
{
    const struct rp_migrate_options *options = migration->options;
    const struct rp_policy_options *policy = &options->policy;
    struct rp_mapping_texts texts = {
        .student = options->student,
        .course = options->course,
        .where = policy->where.items,
        .where_count = policy->where.count,
        .leave_out = policy->leave_out.items,
        .leave_out_count = policy->leave_out.count,
    };
    enum rp_status status;

    status = rp_policy_parse(&migration->policy, policy->accept.items,
                             policy->accept.count, err);
    if (status == RP_OK)
        status = rp_dialect_parse(&options->csv, &migration->dialect, err);
    if (status == RP_OK)
        status = rp_mapping_open(&texts, &migration->mapping, err);
    if (status == RP_OK)
        status = rp_evidence_place(policy->evidence, options->school,
                                   &migration->evidence, err);
    return status;
}

static enum rp_status
open_all(struct migration *migration, struct rp_err *err)
{
    const struct rp_session *session = migration->session;
    struct rp_plan_request *request = &migration->request;
    enum rp_status status;

    status = rp_session_open(session, migration->options->school, RP_DB_WRITE,
                             &migration->db, err);
    if (status == RP_OK)
        status = rp_sources_open(&migration->options->sources,
                                 rp_db_folder(migration->db),
                                 &migration->sources, err);
    if (status != RP_OK)
        return status;
    migration->layouter = rp_links_layouter(migration->mapping);
    request->dialect = &migration->dialect.dialect;
    request->inputs = migration->sources.inputs;
    request->input_count = migration->sources.count;
    request->layouter = &migration->layouter;
    request->folder = rp_db_folder(migration->db);
    request->memory_bytes = rp_session_memory(session);
    request->stop = session->stop;
    return rp_plan_open(request, &migration->plan, err);
}

static enum rp_status
shape_of(const struct rp_table *parent, const struct rp_spec *spec,
         const char *option, struct rp_key_shape *out_shape,
         struct rp_err *err)
{
    struct rp_key_request request = {
        .option = option,
        .csv = spec->csv,
        .db = spec->db_count > 0 ? spec->db : NULL,
        .csv_count = spec->csv_count,
        .db_count = spec->db_count,
    };

    return rp_keys_shape(parent, &request, out_shape, err);
}

static enum rp_status
find_tables(struct migration *migration, struct rp_err *err)
{
    const struct rp_schema *schema = migration->before.schema;
    const struct rp_table *links = rp_schema_table(schema, LINKS);
    const struct rp_object *object = rp_schema_object(schema, LINKS);
    enum rp_status status;

    status = rp_schema_parent(schema, "students", &migration->students, err);
    if (status == RP_OK)
        status = rp_schema_parent(schema, "courses", &migration->courses, err);
    if (status == RP_OK)
        status = shape_of(migration->students,
                          rp_mapping_student(migration->mapping), "--student",
                          &migration->student, err);
    if (status == RP_OK)
        status = shape_of(migration->courses,
                          rp_mapping_course(migration->mapping), "--course",
                          &migration->course, err);
    if (status != RP_OK)
        return status;
    migration->table_exists = links != NULL;
    if (links != NULL)
        return rp_schema_links_fit(links, err);
    if (object != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: " LINKS " is a %s there; rename it and run again",
                       rp_db_path(migration->db), object->type);
    return rp_schema_links_sql(migration->students, migration->courses,
                               &migration->create, err);
}

static enum rp_status
look_before(struct migration *migration, struct rp_err *err)
{
    struct rp_snapshot_request request = {
        .full_check = migration->options->policy.full_check,
        .with_soundness = true,
    };
    enum rp_status status;

    status = rp_db_begin_write(migration->db, false, err);
    migration->lock_began_ms = rp_now_ms();
    if (status == RP_OK)
        status = rp_snapshot_take(migration->db, &request, &migration->before,
                                  err);
    return status == RP_OK ? find_tables(migration, err) : status;
}

static enum rp_status
plan_links(struct migration *migration, struct rp_err *err)
{
    struct rp_plan_request *request = &migration->request;
    struct rp_links_request wanted = {
        .db = migration->db,
        .student = &migration->student,
        .course = &migration->course,
        .table_exists = migration->table_exists,
    };
    struct rp_claimer claimer;
    struct rp_remarks remarks = { NULL, 0 };
    struct rp_links *links = NULL;
    enum rp_status status;

    status = rp_remarks_make(migration->db, migration->before.schema, LINKS,
                             &remarks, err);
    if (status == RP_OK)
        status = rp_links_open(&wanted, &links, err);
    if (status == RP_OK) {
        claimer = rp_links_claimer(links);
        request->claimer = &claimer;
        request->remarks = remarks.items;
        request->remark_count = remarks.count;
        status = rp_plan_make(migration->plan, request, err);
        request->claimer = NULL;
        request->remarks = NULL;
        request->remark_count = 0;
    }
    rp_links_close(links);
    rp_remarks_release(&remarks);
    return status;
}

struct feeding {
    struct rp_spool_reader *reader;
};

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    const struct feeding *feeding = ctx;
    unsigned char key[RP_CLAIM_KEY_BYTES];
    size_t got = 0;
    enum rp_status status =
        rp_spool_next(feeding->reader, key, sizeof key, &got, err);

    *out_more = status == RP_OK && got == sizeof key;
    if (*out_more)
        rp_link_unpack(key, &out_link->student_id, &out_link->course_id);
    return status;
}

static enum rp_status
write_links(struct migration *migration, struct rp_err *err)
{
    struct feeding feeding = { NULL };
    struct rp_link_stream stream = { next_link, &feeding };
    enum rp_status status = rp_session_stopped(migration->session, err);

    if (status == RP_OK && !migration->table_exists)
        status = rp_db_exec(migration->db, rp_buf_cstr(&migration->create),
                            err);
    if (status == RP_OK && !migration->table_exists)
        status = rp_db_flush(migration->db, err);
    if (status == RP_OK)
        status = rp_spool_read(migration->plan->added, &feeding.reader, err);
    if (status == RP_OK)
        status = rp_fill(migration->db, &stream, err);
    rp_spool_reader_close(feeding.reader);
    return status;
}

/* The snapshot of after the fill, watched by the proof of the links. */
static enum rp_status
look_after(struct migration *migration, struct rp_err *err)
{
    struct rp_schema *schema = NULL;
    struct rp_linkproof *proof = NULL;
    struct rp_linkproof_request wanted = {
        .added = migration->plan->added,
        .student = migration->student_ring,
        .course = migration->course_ring,
    };
    struct rp_snapshot_request request = {
        .full_check = migration->options->policy.full_check,
        .with_soundness = true,
    };
    struct rp_row_visitor visitor;
    enum rp_status status = rp_schema_open(migration->db, &schema, err);

    if (status == RP_OK) {
        wanted.links = rp_schema_table(schema, LINKS);
        status = rp_linkproof_open(&wanted, &proof, err);
    }
    if (status == RP_OK) {
        visitor = rp_linkproof_visitor(proof);
        request.watched = (struct rp_watched){ wanted.links->name, &visitor };
        status = rp_snapshot_take(migration->db, &request, &migration->after,
                                  err);
    }
    if (status == RP_OK) {
        struct rp_linkproof_result result = rp_linkproof_result(proof);

        migration->proof.added = result.added;
        migration->proof.kept = result.kept;
        migration->proof.orphans = result.orphans;
    }
    rp_linkproof_close(proof);
    rp_schema_close(schema);
    return status;
}

static enum rp_status
read_again(struct migration *migration, struct rp_err *err)
{
    struct rp_claims_request request = {
        .plan = migration->plan,
        .dialect = &migration->dialect.dialect,
        .stop = migration->session->stop,
    };
    enum rp_status status;

    migration->second = rp_zalloc_array(migration->plan->source_count,
                                        sizeof *migration->second);
    if (migration->second == NULL)
        return rp_fail_nomem(err, "prove the sources");
    status = rp_keyring_open(migration->db, &migration->student,
                             &migration->student_ring, err);
    if (status == RP_OK)
        status = rp_keyring_open(migration->db, &migration->course,
                                 &migration->course_ring, err);
    request.student = migration->student_ring;
    request.course = migration->course_ring;
    if (status == RP_OK)
        status = look_after(migration, err);
    if (status == RP_OK)
        status = rp_claims_of_sources(&request, migration->second,
                                      &migration->proof.claimed, err);
    if (status == RP_OK)
        status = rp_claims_of_plan(&request, &migration->proof.planned, err);
    return status;
}

static uint64_t
rows_of(const struct rp_snapshot *snapshot)
{
    const struct rp_digest *digest = rp_snapshot_digest(snapshot, LINKS);

    return digest == NULL ? 0 : digest->fp.rows;
}

static enum rp_status
judge(struct migration *migration, struct rp_err *err)
{
    const struct rp_policy_options *policy = &migration->options->policy;
    struct rp_verdict *verdict = &migration->verdict;
    struct rp_asked asked = {
        .program = RP_VERSION,
        .command = "migrate",
        .school = rp_db_name(migration->db),
        .declared = LINKS,
        .dry_run = policy->dry_run,
        .delimiter_name = migration->dialect.delimiter_name,
        .dialect = &migration->dialect.dialect,
        .policy = &migration->policy,
        .student = &migration->student,
        .course = &migration->course,
        .where = policy->where.items,
        .where_count = policy->where.count,
    };
    uint64_t inserted = rows_of(&migration->after) - rows_of(&migration->before);
    enum rp_status status;

    asked.left_out =
        rp_mapping_left_out(migration->mapping, &asked.left_out_count);
    status = rp_assemble_plan(verdict, &asked, migration->plan, inserted, err);
    if (status == RP_OK)
        status = rp_assemble_tables(verdict, &migration->before,
                                    &migration->after, err);
    return status == RP_OK ? rp_checks_make(verdict, &migration->proof, err)
                           : status;
}

static void
declare(struct migration *migration)
{
    struct rp_proof *proof = &migration->proof;

    proof->plan = migration->plan;
    proof->before = &migration->before;
    proof->after = &migration->after;
    proof->second = migration->second;
    migration->declared = (struct rp_object){
        .type = "table",
        .name = LINKS,
        .table = LINKS,
        .sql = rp_buf_view(&migration->create),
    };
    proof->declared = &migration->declared;
    proof->declared_count = migration->table_exists ? 0 : 1;
}

static enum rp_status
prove(struct migration *migration, struct rp_err *err)
{
    enum rp_status status = read_again(migration, err);

    if (status != RP_OK)
        return status;
    declare(migration);
    return judge(migration, err);
}

static enum rp_status
conclude(struct migration *migration, enum rp_exit *out_exit,
         struct rp_err *err)
{
    struct rp_buf statements = { 0 };
    struct rp_conclusion conclusion = {
        .session = migration->session,
        .policy = &migration->options->policy,
        .db = migration->db,
        .plan = migration->plan,
        .verdict = &migration->verdict,
        .before = &migration->before,
        .after = &migration->after,
        .school = migration->options->school,
        .evidence = rp_buf_cstr(&migration->evidence),
        .lock_began_ms = migration->lock_began_ms,
    };
    enum rp_status status;

    rp_buf_str(&statements, "BEGIN IMMEDIATE;\n");
    if (!migration->table_exists) {
        rp_buf_slice(&statements, rp_buf_view(&migration->create));
        rp_buf_str(&statements, ";\n");
    }
    rp_buf_str(&statements,
               "INSERT INTO student_courses (student_id, course_id)\n"
               "  SELECT student_id, course_id FROM rollproof_links;\n"
               "COMMIT;\n");
    conclusion.migration = rp_buf_view(&statements);
    status = rp_buf_status(&statements, err);
    if (status == RP_OK)
        status = rp_conclude(&conclusion, out_exit, err);
    rp_buf_release(&statements);
    return status;
}

static void
tell_filtered(const struct migration *migration)
{
    const struct rp_plan *plan = migration->plan;

    if (plan->ledger.filtered > 0)
        rp_talk(migration->session,
                "rollproof: %llu records left out by --where; findings.csv "
                "counts them per value",
                (unsigned long long)plan->ledger.filtered);
}

static enum rp_status
run(struct migration *migration, enum rp_exit *out_exit, struct rp_err *err)
{
    enum rp_status status = understand(migration, err);

    if (status == RP_OK)
        status = open_all(migration, err);
    if (status == RP_OK)
        status = look_before(migration, err);
    if (status == RP_OK)
        status = plan_links(migration, err);
    if (status == RP_OK)
        status = write_links(migration, err);
    if (status == RP_OK)
        status = prove(migration, err);
    if (status == RP_OK)
        status = conclude(migration, out_exit, err);
    if (status == RP_OK)
        tell_filtered(migration);
    return status;
}

static void
release(struct migration *migration)
{
    if (migration->db != NULL)
        (void)rp_db_rollback(migration->db);
    rp_verdict_release(&migration->verdict);
    rp_keyring_close(migration->student_ring);
    rp_keyring_close(migration->course_ring);
    rp_free(migration->second);
    rp_snapshot_release(&migration->before);
    rp_snapshot_release(&migration->after);
    rp_plan_close(migration->plan);
    rp_sources_close(&migration->sources);
    rp_mapping_close(migration->mapping);
    rp_dialect_release(&migration->dialect);
    rp_buf_release(&migration->create);
    rp_buf_release(&migration->evidence);
    rp_db_close(migration->db);
}

enum rp_exit
rp_migrate(const struct rp_session *session,
           const struct rp_migrate_options *options,
           struct rp_message *message)
{
    struct migration migration = { .session = session, .options = options };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = run(&migration, &exit_code, &err);

    release(&migration);
    if (status != RP_OK)
        return rp_exit_of(status, &err, message);
    message->text[0] = '\0';
    return exit_code;
}
