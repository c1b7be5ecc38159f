/* see conclude.h */
#include "job/conclude.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/committed.h"
#include "job/differences.h"
#include "job/explain.h"
#include "proof/positions.h"
#include "proof/reread.h"
#include "report/bagchain.h"
#include "report/evidence.h"
#include "report/html.h"
#include "report/json.h"
#include "report/text.h"

/* Share of the memory for rows of tables that differ. */
#define DIFFERENCES_SHARE 8
#define NAME_BYTES 256
#define DATE_BYTES 11 /* 2026-11-22 */

enum rp_exit
rp_verdict_exit(const struct rp_verdict *verdict)
{
    if (verdict->outcome != RP_NOT_PROVED)
        return RP_EXIT_DONE;
    return verdict->committed ? RP_EXIT_UNFINISHED : RP_EXIT_NOT_PROVED;
}

/* Does the database hold what was proved?  A failure to read is a failed
 * check, not a failure. */
static enum rp_status
reread(const struct rp_conclusion *conclusion, struct rp_err *err)
{
    struct rp_snapshot snapshot = { 0 };
    struct rp_err why = { RP_OK, "" };
    bool others = false;
    const struct rp_committed committed = {
        .session = conclusion->session,
        .school = conclusion->school,
        .db = conclusion->db,
        .after = conclusion->after,
    };
    enum rp_status status =
        rp_committed_read(&committed, &snapshot, &others, &why);

    if (status == RP_OK)
        status = rp_reread_check(conclusion->verdict, &snapshot, others, err);
    else
        status = rp_reread_failed(conclusion->verdict,
                                  "could not be read again", err);
    if (why.text[0] != '\0')
        rp_talk(conclusion->session, "rollproof: reading again failed: %s",
                why.text);
    rp_snapshot_release(&snapshot);
    return status;
}

/* The run before this one: nobody else publishes there meanwhile. */
static enum rp_status
find_previous(struct rp_bag *bag, struct rp_bagname *out_previous,
              struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf parent = { 0 };
    const struct rp_bagrun *latest;
    enum rp_status status = rp_bag_take_turn(bag, RP_BAG_TURN_SECONDS, err);

    rp_evidence_parent(&parent, rp_bag_dir(bag));
    if (status == RP_OK)
        status = rp_buf_status(&parent, err);
    if (status == RP_OK)
        status = rp_bagruns_read(rp_buf_cstr(&parent), &runs, err);
    if (status == RP_OK) {
        latest = rp_bagruns_latest(&runs);
        if (latest != NULL)
            *out_previous = latest->self;
    }
    rp_bagruns_release(&runs);
    rp_buf_release(&parent);
    return status;
}

static enum rp_status
publish_after(const struct rp_publication *publication,
              const struct rp_run *run, const char *date, struct rp_err *err)
{
    struct rp_bagname previous = { .named = false };
    struct rp_bag_info info = { .date = date,
                                .agent = "rollproof " RP_VERSION,
                                .previous = &previous };
    enum rp_status status = find_previous(publication->bag, &previous, err);

    if (status == RP_OK)
        status = rp_evidence_publish(publication->bag, publication->verdict,
                                     run, &info, err);
    return status;
}

/* The number is a fact, the name what the session says.  Not asked of the
 * system: getpwuid may load libraries, and dies when memory runs out. */
static void
put_user(char user[NAME_BYTES])
{
    const char *name = getenv("LOGNAME");

    if (name != NULL && name[0] != '\0')
        (void)snprintf(user, NAME_BYTES, "%.200s (uid %ld)", name,
                       (long)getuid());
    else
        (void)snprintf(user, NAME_BYTES, "uid %ld", (long)getuid());
}

enum rp_status
rp_publish(const struct rp_publication *publication, struct rp_err *err)
{
    const struct rp_session *session = publication->session;
    char host[NAME_BYTES] = "";
    char user[NAME_BYTES];
    char folder[NAME_BYTES * 16] = "";
    char compact[20];
    char finished[24];
    char date[DATE_BYTES] = "";
    struct rp_run run = {
        .started = publication->started,
        .finished = finished,
        .host = host,
        .user = user,
        .folder = folder,
        .database = publication->database,
        .evidence = rp_bag_dir(publication->bag),
        .argv = session->argv,
        .argc = session->argc,
        .lock_ms = publication->lock_ms,
        .way_back = publication->way_back,
        .libraries = publication->libraries,
    };

    rp_now_utc(compact, finished);
    (void)gethostname(host, sizeof host - 1);
    put_user(user);
    if (getcwd(folder, sizeof folder) == NULL)
        run.folder = "";
    memcpy(date, finished, sizeof date - 1);
    return publish_after(publication, &run, date, err);
}

static const char *
disposition_of(const struct rp_traced *traced)
{
    if (traced->code == RP_BLANK_RECORD)
        return "blank";
    return traced->code == RP_CODE_NONE ? "inserted"
                                        : rp_code_name(traced->code);
}

static void
make_samples(const struct rp_plan *plan, struct rp_sample *samples)
{
    for (size_t i = 0; i < plan->traced_count; i++) {
        const struct rp_traced *traced = &plan->traced[i];
        struct rp_sample *sample = &samples[i];

        sample->source = traced->source;
        sample->record = traced->record;
        sample->first_line = traced->first_line;
        sample->last_line = traced->last_line;
        sample->byte_start = traced->byte_start;
        sample->byte_end = traced->byte_end;
        sample->disposition = disposition_of(traced);
        sample->linked = traced->linked;
        if (traced->linked)
            rp_link_unpack(traced->key, &sample->student_id,
                           &sample->course_id);
    }
}

static void
put_schema(struct rp_buf *out, const struct rp_schema *schema)
{
    size_t count = 0;
    const struct rp_object *objects = rp_schema_objects(schema, &count);

    for (size_t i = 0; i < count; i++) {
        if (objects[i].sql.len == 0)
            continue;
        rp_buf_slice(out, objects[i].sql);
        rp_buf_str(out, ";\n");
    }
}

static enum rp_status
stage_with(const struct rp_conclusion *conclusion, struct rp_bag *bag,
           struct rp_evidence *evidence, struct rp_err *err)
{
    const struct rp_plan *plan = conclusion->plan;
    /* The file of a downgrade is a source of the verdict, not of the plan. */
    struct rp_reject_file *rejects =
        rp_zalloc_array(conclusion->verdict->source_count, sizeof *rejects);
    enum rp_status status;

    if (rejects == NULL)
        return rp_fail_nomem(err, "stage the evidence");
    for (size_t i = 0; i < plan->source_count; i++) {
        rejects[i].source = rp_input_name(plan->sources[i].input);
        rejects[i].records = plan->sources[i].rejects;
        rejects[i].header = rp_records_header(plan->sources[i].records);
    }
    evidence->rejects = rejects;
    status = rp_evidence_stage(bag, evidence, err);
    if (status == RP_OK)
        status = rp_bag_sync(bag, err);
    rp_free(rejects);
    return status;
}

static enum rp_status
stage(const struct rp_conclusion *conclusion, struct rp_bag *bag,
      struct rp_err *err)
{
    const struct rp_plan *plan = conclusion->plan;
    struct rp_sample samples[RP_SAMPLE_RECORDS] = { { 0 } };
    struct rp_buf before = { 0 };
    struct rp_buf after = { 0 };
    struct rp_evidence evidence = {
        .verdict = conclusion->verdict,
        .findings = plan->findings,
        .collapsed =
            rp_spool_bytes(plan->collapsed) > 0 ? plan->collapsed : NULL,
        .already = plan->already,
        .removed = conclusion->removed,
        .samples = samples,
        .sample_count = plan->traced_count,
        .map = conclusion->map,
        .migration = conclusion->migration,
    };
    enum rp_status status;

    make_samples(plan, samples);
    put_schema(&before, conclusion->before->schema);
    put_schema(&after, conclusion->after->schema);
    evidence.schema_before = rp_buf_view(&before);
    evidence.schema_after = rp_buf_view(&after);
    status = rp_buf_status(&before, err);
    if (status == RP_OK)
        status = rp_buf_status(&after, err);
    if (status == RP_OK)
        status = stage_with(conclusion, bag, &evidence, err);
    rp_buf_release(&before);
    rp_buf_release(&after);
    return status;
}

static enum rp_status
print_verdict(const struct rp_conclusion *conclusion, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = RP_OK;

    /* Without evidence there is no list that could be looked at. */
    if (conclusion->evidence == NULL)
        conclusion->verdict->listed = 0;
    if (conclusion->policy->format == RP_FORMAT_JSON)
        status = rp_json_verdict(&text, conclusion->verdict, err);
    else if (conclusion->policy->format == RP_FORMAT_HTML)
        rp_html_report(&text, conclusion->verdict);
    else
        rp_text_report(&text, conclusion->verdict, conclusion->evidence);
    if (status == RP_OK)
        status = rp_buf_status(&text, err);
    if (status == RP_OK)
        rp_print(conclusion->session, &text);
    rp_buf_release(&text);
    if (status == RP_OK && conclusion->verdict->outcome == RP_NOT_PROVED)
        status =
            rp_explain(conclusion->session, conclusion->plan,
                       conclusion->verdict, conclusion->evidence != NULL, err);
    return status;
}

static bool
reread_passed(const struct rp_verdict *verdict)
{
    return rp_verdict_check(verdict, "committed-state-reread")->result ==
           RP_PASS;
}

/* From here on every failure is one of after COMMIT. */
static enum rp_status
after_commit(const struct rp_conclusion *conclusion, struct rp_err *err)
{
    enum rp_status status = reread(conclusion, err);

    rp_verdict_decide(conclusion->verdict);
    if (status == RP_OK && conclusion->into != NULL &&
        reread_passed(conclusion->verdict))
        status = rp_into_publish(conclusion->into, err);
    return status;
}

static enum rp_status
finish(const struct rp_conclusion *conclusion, struct rp_bag *bag,
       uint64_t lock_ms, struct rp_err *err)
{
    struct rp_publication publication = {
        .session = conclusion->session,
        .bag = bag,
        .verdict = conclusion->verdict,
        .database = conclusion->into != NULL ? conclusion->into->target
                                             : rp_db_realpath(conclusion->db),
        .lock_ms = lock_ms,
        .started = conclusion->started,
        .way_back =
            conclusion->verdict->committed ? conclusion->way_back : NULL,
        .libraries = conclusion->libraries,
    };
    enum rp_status status = RP_OK;

    if (conclusion->verdict->committed)
        status = after_commit(conclusion, err);
    else
        rp_verdict_decide(conclusion->verdict);
    if (status == RP_OK && bag != NULL)
        status = rp_publish(&publication, err);
    if (status == RP_OK)
        status = print_verdict(conclusion, err);
    return status;
}

static enum rp_status
end_transaction(const struct rp_conclusion *conclusion, bool commit,
                struct rp_err *err)
{
    enum rp_status status;

    if (!commit) {
        (void)rp_db_rollback(conclusion->db);
        return RP_OK;
    }
    status = rp_session_stopped(conclusion->session, err);
    if (status == RP_OK)
        status = rp_db_commit(conclusion->db, err);
    if (status == RP_OK)
        conclusion->verdict->committed = true;
    else
        (void)rp_db_rollback(conclusion->db);
    return status;
}

/* What was done, why that is not all, and what to write next. */
static enum rp_status
explain_after_commit(const struct rp_conclusion *conclusion, struct rp_err *err)
{
    const bool import = rp_verdict_kind(conclusion->verdict) <= RP_KIND_LOAD;
    const char *what = import ? "import" : "change";
    const char *done = conclusion->verdict->committed ? "is committed, but"
                                                      : "may be "
                                                        "committed";
    const char *school = rp_db_path(conclusion->db);
    const bool asked = conclusion->policy->evidence != NULL;
    struct rp_err why = *err;
    struct rp_buf parent = { 0 };
    char shown[RP_SHOWN_BYTES];

    if (conclusion->evidence == NULL)
        return rp_fail(err, RP_E_AFTER_COMMIT,
                       "the %s %s: %.1200s; `rollproof verify %.300s` looks at "
                       "what is there",
                       what, done, why.text, school);
    if (asked)
        rp_evidence_parent(&parent, conclusion->evidence);
    (void)rp_fail(err, RP_E_AFTER_COMMIT,
                  "the %s %s: %.1200s; run `rollproof status --finish "
                  "%.300s%s%s` to complete the evidence",
                  what, done, why.text, school, asked ? " --evidence " : "",
                  rp_show_in(shown, rp_buf_view(&parent)));
    rp_buf_release(&parent);
    return RP_E_AFTER_COMMIT;
}

static enum rp_status
name_differences(const struct rp_conclusion *conclusion, struct rp_err *err)
{
    struct rp_differences_request request = {
        .db = conclusion->db,
        .before = conclusion->before,
        .after = conclusion->after,
        .findings = conclusion->plan->findings,
        .memory_bytes =
            rp_session_memory(conclusion->session) / DIFFERENCES_SHARE,
    };

    return rp_differences_name(conclusion->verdict, &request, err);
}

static enum rp_status
stage_and_end(const struct rp_conclusion *conclusion, struct rp_bag **out_bag,
              uint64_t *out_lock_ms, struct rp_err *err)
{
    bool commit = rp_verdict_allows_commit(conclusion->verdict) &&
                  !conclusion->verdict->dry_run;
    enum rp_status status = RP_OK;

    /* Whoever waits for the lock need not wait for evidence of a refusal. */
    if (!commit)
        (void)rp_db_rollback(conclusion->db);
    *out_lock_ms = rp_now_ms() - conclusion->lock_began_ms;
    rp_verdict_decide(conclusion->verdict);
    if (conclusion->evidence != NULL)
        status = rp_bag_open(conclusion->evidence, out_bag, err);
    if (status == RP_OK && *out_bag != NULL)
        status = stage(conclusion, *out_bag, err);
    if (status == RP_OK)
        status = end_transaction(conclusion, commit, err);
    if (commit)
        *out_lock_ms = rp_now_ms() - conclusion->lock_began_ms;
    return status;
}

enum rp_status
rp_conclude(const struct rp_conclusion *conclusion, enum rp_exit *out_exit,
            struct rp_err *err)
{
    struct rp_bag *bag = NULL;
    uint64_t lock_ms = 0;
    enum rp_status status = name_differences(conclusion, err);

    if (status == RP_OK)
        status = rp_assemble_positions(conclusion->verdict,
                                       conclusion->plan->findings, err);
    if (status == RP_OK)
        status = stage_and_end(conclusion, &bag, &lock_ms, err);
    if (conclusion->lock_ms != NULL)
        *conclusion->lock_ms = lock_ms;
    if (status == RP_OK)
        status = finish(conclusion, bag, lock_ms, err);
    if (status == RP_E_AFTER_COMMIT ||
        (status != RP_OK && conclusion->verdict->committed))
        status = explain_after_commit(conclusion, err);
    if (bag != NULL && status != RP_OK && status != RP_E_AFTER_COMMIT)
        rp_bag_discard(bag);
    rp_bag_close(bag);
    if (status == RP_OK) {
        *out_exit = rp_verdict_exit(conclusion->verdict);
        rp_talk_lock(conclusion->session, lock_ms);
    }
    return status;
}
