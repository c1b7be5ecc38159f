/* see rollproof.h: rp_migrate, the main job.
 *
 * The order is that of DESIGN section 7: everything that is the user's mistake
 * shows before the lock is taken; everything that is decided is decided before
 * anything is written; everything that is written is read back before COMMIT.
 */
#include "job/conclude.h"
#include "job/migration.h"
#include "job/remarks.h"
#include "job/shape.h"
#include "plan/linkreader.h"
#include "plan/links.h"
#include "school/change.h"
#include "school/fill.h"

/* All that can be wrong with what was asked for. */
static enum rp_status
understand(struct rp_migration *migration, struct rp_err *err)
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
    enum rp_status status = rp_map_may_write(policy, err);

    if (status == RP_OK)
        status = rp_policy_parse(&migration->policy, policy->accept.items,
                                 policy->accept.count, err);
    rp_map_approve(&migration->map, &migration->policy);
    if (status == RP_OK)
        status = rp_dialect_parse(&options->csv, &migration->dialect, err);
    if (status == RP_OK)
        status = rp_mapping_open(&texts, &migration->mapping, err);
    if (status == RP_OK)
        status = rp_sync_understand(migration, err);
    if (status == RP_OK)
        status = rp_evidence_place(policy->evidence,
                                   options->into != NULL ? options->into
                                                         : options->school,
                                   &migration->evidence, err);
    return status;
}

static void
tick_reading(void *ctx, uint64_t bytes, uint64_t records)
{
    rp_progress_tick(ctx, bytes, records);
}

static uint64_t
bytes_of_sources(const struct rp_sources *sources)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < sources->count; i++)
        bytes += rp_input_bytes(sources->inputs[i]);
    return bytes;
}

static enum rp_status
open_all(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_session *session = migration->session;
    struct rp_plan_request *request = &migration->request;
    enum rp_status status = RP_OK;

    migration->school = migration->options->school;
    if (migration->options->into != NULL) {
        status = rp_into_begin(session, migration->options->school,
                               migration->options->into, &migration->into, err);
        migration->school = rp_buf_cstr(&migration->into.partial);
    }
    if (status == RP_OK)
        status = rp_session_open(session, migration->school, RP_DB_WRITE,
                                 &migration->db, err);
    if (status == RP_OK)
        status = rp_sources_open(&migration->options->sources,
                                 rp_db_folder(migration->db), session->stop,
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
    migration->ticker =
        (struct rp_ticker){ tick_reading, &migration->progress };
    request->ticker = &migration->ticker;
    status = rp_plan_open(request, &migration->plan, err);
    status = rp_map_blame(&migration->map, status, err);
    return status == RP_OK ? rp_sync_open(migration, err) : status;
}

/* Which columns of the parents are the keys. */
static enum rp_status
find_keys(struct rp_migration *migration, struct rp_err *err)
{
    enum rp_status status =
        rp_shape_of(migration->students, rp_mapping_student(migration->mapping),
                    "--student", &migration->student, err);

    if (status == RP_OK)
        status = rp_shape_of(migration->courses,
                             rp_mapping_course(migration->mapping), "--course",
                             &migration->course, err);
    return rp_map_blame(&migration->map, status, err);
}

static enum rp_status
find_tables(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_schema *schema = migration->schema;
    const struct rp_table *links = rp_schema_table(schema, RP_LINKS);
    const struct rp_object *object = rp_schema_object(schema, RP_LINKS);
    enum rp_status status;

    status = rp_schema_parent(schema, "students", &migration->students, err);
    if (status == RP_OK)
        status = rp_schema_parent(schema, "courses", &migration->courses, err);
    if (status == RP_OK)
        status = find_keys(migration, err);
    if (status != RP_OK)
        return status;
    migration->table_exists = links != NULL;
    migration->makes_index = migration->options->course_index &&
                             rp_schema_object(schema, RP_COURSE_INDEX) == NULL;
    if (links != NULL)
        return rp_schema_links_fit(links, err);
    if (object != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: " RP_LINKS
                       " is a %s there; rename it and run again",
                       rp_db_path(migration->db), object->type);
    return rp_schema_links_sql(migration->students, migration->courses,
                               &migration->create, err);
}

/* With a second thread, and where the plan reads the sources only once. */
static enum rp_status
begin_witness(struct rp_migration *migration, struct rp_err *err)
{
    const bool beside = rp_session_threads(migration->session) > 1;
    enum rp_status status = RP_OK;

    if (beside && migration->sync.plan == NULL)
        status = rp_ahead_open(migration->plan, &migration->request.ahead, err);
    migration->witness.ahead = migration->request.ahead;
    return status == RP_OK ? rp_witness_begin(&migration->witness, beside, err)
                           : status;
}

/* Everything before the first write: the lock, the tables, the witness. */
static enum rp_status
look_before(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_witness *witness = &migration->witness;
    enum rp_status status = rp_db_begin_write(migration->db, false, err);

    migration->lock_began_ms = rp_now_ms();
    if (status == RP_OK)
        status = rp_schema_open(migration->db, &migration->schema, err);
    if (status == RP_OK)
        status = find_tables(migration, err);
    if (status != RP_OK)
        return status;
    witness->session = migration->session;
    witness->school = migration->school;
    witness->db = migration->db;
    witness->plan = migration->plan;
    witness->dialect = &migration->dialect.dialect;
    witness->student = migration->student;
    witness->course = migration->course;
    witness->full_check = migration->options->policy.full_check;
    witness->earlier = migration->sync.plan;
    witness->table_exists = migration->table_exists;
    return begin_witness(migration, err);
}

/* Decides about the records of plan, whose sources the request names. */
static enum rp_status
make_plan(struct rp_migration *migration, struct rp_plan *plan,
          struct rp_plan_request *request, struct rp_err *err)
{
    struct rp_links_request wanted = {
        .db = migration->db,
        .student = &migration->student,
        .course = &migration->course,
        .table_exists = migration->table_exists && plan == migration->plan,
        .memory_bytes = request->memory_bytes,
    };
    struct rp_claimer claimer;
    struct rp_links *links = NULL;
    enum rp_status status = rp_links_open(&wanted, &links, err);

    if (status == RP_OK) {
        claimer = rp_links_claimer(links);
        request->claimer = &claimer;
        status = rp_plan_make(plan, request, err);
        request->claimer = NULL;
    }
    rp_links_close(links);
    return status;
}

/* Of the delivery before, only the claims are wanted: whether they are links
 * nobody asks yet. */
static enum rp_status
plan_earlier(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    struct rp_plan_request request = migration->request;
    enum rp_status status;

    if (sync->plan == NULL)
        return RP_OK;
    request.inputs = sync->sources.inputs;
    request.input_count = sync->sources.count;
    status = make_plan(migration, sync->plan, &request, err);
    return status == RP_OK ? rp_sync_claims(migration, err) : status;
}

static enum rp_status
plan_links(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_plan_request *request = &migration->request;
    struct rp_remarks remarks = { NULL, 0 };
    enum rp_status status = plan_earlier(migration, err);

    rp_progress_stage(&migration->progress, "reading", "records",
                      bytes_of_sources(&migration->sources));
    if (status == RP_OK)
        status = rp_remarks_make(migration->db, migration->schema, RP_LINKS,
                                 &remarks, err);
    if (status == RP_OK) {
        request->remarks = remarks.items;
        request->remark_count = remarks.count;
        status = make_plan(migration, migration->plan, request, err);
        request->remarks = NULL;
        request->remark_count = 0;
    }
    rp_remarks_release(&remarks);
    return status == RP_OK ? rp_sync_find(migration, err) : status;
}

struct feeding {
    struct rp_link_reader reader;
    struct rp_progress *progress;
    uint64_t fed;
};

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    struct feeding *feeding = ctx;

    if (++feeding->fed % RP_TICK_RECORDS == 0)
        rp_progress_tick(feeding->progress, feeding->fed, feeding->fed);
    return rp_link_reader_next(&feeding->reader, out_link, out_more, err);
}

static enum rp_status
write_links(struct rp_migration *migration, struct rp_err *err)
{
    struct feeding feeding = { .progress = &migration->progress };
    struct rp_link_stream stream = { next_link, &feeding };
    enum rp_status status = rp_session_stopped(migration->session, err);

    rp_progress_stage(&migration->progress, "filling", "links",
                      migration->plan->ledger.all.planned);
    if (status == RP_OK && !migration->table_exists)
        status =
            rp_db_exec(migration->db, rp_buf_cstr(&migration->create), err);
    if (status == RP_OK && !migration->table_exists)
        status = rp_db_flush(migration->db, err);
    if (status == RP_OK)
        status = rp_sync_remove(migration, err);
    if (status == RP_OK)
        status =
            rp_link_reader_open(&feeding.reader, migration->plan->added, err);
    if (status == RP_OK)
        status = rp_fill(migration->db, &stream, err);
    if (status == RP_OK && migration->makes_index)
        status = rp_course_index(migration->db, err);
    rp_link_reader_close(&feeding.reader);
    return status;
}

static void
tell_filtered(const struct rp_migration *migration)
{
    const struct rp_plan *plan = migration->plan;

    if (plan->ledger.all.filtered > 0)
        rp_talk(migration->session,
                "rollproof: %llu records left out by --where; findings.csv "
                "counts them per value",
                (unsigned long long)plan->ledger.all.filtered);
}

static enum rp_status
write_map(const struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_map_written written = {
        .session = migration->session,
        .policy = &migration->options->policy,
        .csv = &migration->options->csv,
        .plan = migration->plan,
        .verdict = &migration->verdict,
        .migrate = migration->options,
        .student = rp_mapping_student(migration->mapping),
        .course = rp_mapping_course(migration->mapping),
        .student_shape = &migration->student,
        .course_shape = &migration->course,
    };

    return rp_map_write(&written, err);
}

static enum rp_status
run(struct rp_migration *migration, enum rp_exit *out_exit, struct rp_err *err)
{
    char compact[20];
    enum rp_status status = understand(migration, err);

    rp_now_utc(compact, migration->started);
    migration->progress.session = migration->session;
    if (status == RP_OK)
        status = open_all(migration, err);
    rp_progress_stage(&migration->progress, "reading", "records",
                      bytes_of_sources(migration->sync.plan != NULL
                                           ? &migration->sync.sources
                                           : &migration->sources));
    if (status == RP_OK)
        status = look_before(migration, err);
    if (status == RP_OK)
        status = plan_links(migration, err);
    if (status == RP_OK)
        status = rp_witness_settle(&migration->witness, err);
    if (status == RP_OK)
        status = rp_sync_stay(migration, err);
    if (status == RP_OK)
        status = write_links(migration, err);
    if (status == RP_OK)
        status = rp_witness_end(&migration->witness, err);
    if (status == RP_OK && migration->into.target != NULL)
        status = rp_into_compare(&migration->into,
                                 migration->witness.before.database, err);
    rp_progress_stage(&migration->progress, "proving", "", 0);
    if (status == RP_OK)
        status = rp_migration_prove(migration, err);
    rp_progress_end(&migration->progress);
    if (status == RP_OK)
        status = rp_migration_conclude(migration, out_exit, err);
    if (status == RP_OK)
        tell_filtered(migration);
    return status == RP_OK ? write_map(migration, err) : status;
}

static void
release(struct rp_migration *migration)
{
    if (migration->db != NULL)
        (void)rp_db_rollback(migration->db);
    rp_witness_release(&migration->witness);
    rp_ahead_close(migration->request.ahead);
    rp_sync_release(&migration->sync);
    rp_verdict_release(&migration->verdict);
    rp_snapshot_release(&migration->after);
    rp_schema_close(migration->schema);
    rp_plan_close(migration->plan);
    rp_sources_close(&migration->sources);
    rp_mapping_close(migration->mapping);
    rp_dialect_release(&migration->dialect);
    rp_buf_release(&migration->create);
    rp_buf_release(&migration->evidence);
    rp_db_close(migration->db);
    rp_into_release(&migration->into);
    rp_map_release(&migration->map);
}

/* A run that failed came to no verdict, whatever it had found by then. */
static enum rp_exit
end_run(struct rp_migration *migration, enum rp_status status,
        enum rp_exit exit_code, struct rp_message *message)
{
    const struct rp_ending end = {
        .verdict = status == RP_OK ? &migration->verdict : NULL,
        .lock_ms = migration->lock_ms,
        .exit_code = exit_code,
    };

    return rp_telling_end(&migration->telling, &end, message);
}

enum rp_exit
rp_migrate(const struct rp_session *session,
           const struct rp_migrate_options *options, struct rp_message *message)
{
    struct rp_migration migration = { .session = session, .asked = *options };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status =
        rp_telling_begin(&options->telling, "migrate", options->school,
                         &migration.telling, &err);

    migration.options = &migration.asked;
    if (status == RP_OK)
        status = rp_map_migrate(&migration.asked, &migration.map, &err);
    if (status == RP_OK)
        status = run(&migration, &exit_code, &err);
    message->text[0] = '\0';
    if (status != RP_OK)
        exit_code = rp_exit_of(status, &err, message);
    exit_code = end_run(&migration, status, exit_code, message);
    release(&migration);
    return exit_code;
}
