/* see rollproof.h: rp_status. */
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"
#include "job/conclude.h"
#include "job/evidence.h"
#include "job/session.h"
#include "proof/reread.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "report/bag.h"
#include "report/bagchain.h"
#include "report/json.h"
#include "report/text.h"
#include "rollproof.h"

#define PARTIAL ".partial"

struct status_run {
    const struct rp_session *session;
    const struct rp_status_options *options;
    struct rp_buf folder; /* of evidence */
    char **partials;      /* names in folder, sorted */
    size_t partial_count;
    size_t partial_capacity;
    struct rp_buf out;
};

static bool
is_partial(const char *name)
{
    size_t len = strlen(name);
    size_t tail = strlen(PARTIAL);

    return len > tail && strcmp(name + len - tail, PARTIAL) == 0;
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static enum rp_status
add_partial(struct status_run *run, const char *name, struct rp_err *err)
{
    void *items = run->partials;

    if (rp_grow(&items, &run->partial_capacity, run->partial_count + 1,
                sizeof *run->partials) != 0)
        return rp_fail_nomem(err, "list the evidence");
    run->partials = items;
    run->partials[run->partial_count] = rp_strdup(name);
    if (run->partials[run->partial_count] == NULL)
        return rp_fail_nomem(err, "list the evidence");
    run->partial_count++;
    return RP_OK;
}

static enum rp_status
find_partials(struct status_run *run, struct rp_err *err)
{
    DIR *dir = opendir(rp_buf_cstr(&run->folder));
    const struct dirent *entry;
    enum rp_status status = RP_OK;

    if (dir == NULL)
        return RP_OK;
    while (status == RP_OK && (entry = readdir(dir)) != NULL)
        if (is_partial(entry->d_name))
            status = add_partial(run, entry->d_name, err);
    (void)closedir(dir);
    if (run->partial_count > 1)
        qsort(run->partials, run->partial_count, sizeof *run->partials,
              compare_names);
    return status;
}

static void
put_tables(struct status_run *run, const struct rp_snapshot *snapshot)
{
    static const char *const names[] = { "students", "courses",
                                         "student_courses" };
    const struct rp_digest *links =
        rp_snapshot_digest(snapshot, "student_courses");

    if (links == NULL)
        rp_buf_str(&run->out, "  migrated    no\n");
    else
        rp_buf_printf(&run->out, "  migrated    yes, %" PRIu64 " links\n",
                      links->fp.rows);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct rp_digest *digest = rp_snapshot_digest(snapshot, names[i]);

        if (digest == NULL)
            rp_buf_printf(&run->out, "  %-16s            -\n", names[i]);
        else
            rp_buf_printf(&run->out, "  %-16s %12" PRIu64 "   %s\n", names[i],
                          digest->fp.rows, digest->sha256);
    }
    rp_buf_printf(&run->out, "  database %s\n", snapshot->database);
}

static enum rp_status
take_snapshot(const struct status_run *run, struct rp_db **out_db,
              struct rp_snapshot *out_snapshot, struct rp_err *err)
{
    struct rp_snapshot_request request = { .with_soundness = false };
    enum rp_status status = rp_session_open(run->session, run->options->school,
                                            RP_DB_READ, out_db, err);

    if (status == RP_OK)
        status = rp_db_begin_read(*out_db, err);
    if (status == RP_OK)
        status = rp_snapshot_take(*out_db, &request, out_snapshot, err);
    return status;
}

static enum rp_status
look_at_school(struct status_run *run, struct rp_err *err)
{
    struct rp_snapshot snapshot = { 0 };
    struct rp_db *db = NULL;
    char mode[16] = "";
    enum rp_status status = take_snapshot(run, &db, &snapshot, err);

    if (status == RP_OK)
        status = rp_db_journal_mode(db, mode, err);
    if (status == RP_OK) {
        rp_buf_printf(&run->out, "rollproof %s   status %s\n\n", RP_VERSION,
                      rp_db_name(db));
        rp_buf_printf(&run->out, "  journal     %s, not hot\n", mode);
        put_tables(run, &snapshot);
    }
    rp_snapshot_release(&snapshot);
    rp_db_close(db);
    return status;
}

static void
put_outcome(struct status_run *run, const char *dir)
{
    struct rp_verdict verdict = { .program = NULL };
    struct rp_err why = { RP_OK, "" };

    if (rp_evidence_verdict(dir, &verdict, &why) == RP_OK)
        rp_buf_printf(&run->out, ", %s%s\n", rp_outcome_name(verdict.outcome),
                      verdict.committed ? ", committed" : "");
    else
        rp_buf_printf(&run->out, ", NOT READABLE: %s\n", why.text);
    rp_verdict_release(&verdict);
}

static enum rp_status
look_at_evidence(struct status_run *run, struct rp_err *err)
{
    const char *folder = rp_buf_cstr(&run->folder);
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf dir = { 0 };
    enum rp_status status = rp_bagruns_read(folder, &runs, err);
    const struct rp_bagrun *latest =
        status == RP_OK ? rp_bagruns_latest(&runs) : NULL;

    if (status == RP_OK && latest == NULL) {
        rp_buf_str(&run->out, "  evidence    none\n");
    } else if (status == RP_OK) {
        rp_buf_printf(&dir, "%s/%s", folder, latest->folder);
        rp_buf_str(&run->out, "  evidence    ");
        rp_show(&run->out, rp_buf_view(&dir));
        put_outcome(run, rp_buf_cstr(&dir));
    }
    rp_bagruns_release(&runs);
    rp_buf_release(&dir);
    for (size_t i = 0; i < run->partial_count && !run->options->finish; i++) {
        rp_buf_str(&run->out, "  unfinished  ");
        rp_show(&run->out, rp_slice_str(run->partials[i]));
        rp_buf_str(&run->out, "; complete it with --finish\n");
    }
    return status;
}

static bool
is_as_before(const struct rp_verdict *verdict, const struct rp_snapshot *now)
{
    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];
        const struct rp_digest *digest = rp_snapshot_digest(now, table->table);

        if (table->there_before != (digest != NULL))
            return false;
        if (digest != NULL && strcmp(table->digest_before, digest->sha256) != 0)
            return false;
    }
    return true;
}

/* The run may have ended before or after COMMIT: the database tells, unless
 * it has been changed since; then nothing is claimed. */
static enum rp_status
settle_by(const struct status_run *run, const struct rp_snapshot *now,
          struct rp_verdict *verdict, struct rp_err *err)
{
    enum rp_status status = rp_reread_check(verdict, now, false, err);

    if (status != RP_OK)
        return status;
    verdict->committed =
        rp_verdict_check(verdict, "committed-state-reread")->result == RP_PASS;
    if (verdict->committed || is_as_before(verdict, now)) {
        rp_verdict_decide(verdict);
        return RP_OK;
    }
    return rp_fail(err, RP_E_DB,
                   "%s: is neither as it was before that run nor as the run "
                   "left it, so it was changed since, or is another database; "
                   "whether the run was committed cannot be told, and its "
                   "evidence stays unfinished",
                   run->options->school);
}

static enum rp_status
settle_draft(const struct status_run *run, struct rp_verdict *verdict,
             struct rp_err *err)
{
    struct rp_snapshot now = { 0 };
    struct rp_db *db = NULL;
    enum rp_status status;

    if (verdict->dry_run || !rp_verdict_allows_commit(verdict)) {
        rp_verdict_decide(verdict);
        return RP_OK;
    }
    status = take_snapshot(run, &db, &now, err);
    if (status == RP_OK)
        status = settle_by(run, &now, verdict, err);
    rp_snapshot_release(&now);
    rp_db_close(db);
    return status;
}

static enum rp_status
publish_draft(struct status_run *run, struct rp_bag *bag,
              struct rp_verdict *verdict, struct rp_err *err)
{
    char compact[20];
    char started[24];
    struct rp_publication publication = {
        .session = run->session,
        .bag = bag,
        .verdict = verdict,
        .database = run->options->school,
        .started = started,
    };
    enum rp_status status = settle_draft(run, verdict, err);

    rp_now_utc(compact, started);
    if (status == RP_OK)
        status = rp_publish(&publication, err);
    if (status == RP_OK) {
        rp_buf_str(&run->out, "\n");
        rp_text_report(&run->out, verdict, rp_bag_dir(bag));
    }
    return status;
}

/* Why a folder is left as it is. */
static void
say_left(struct status_run *run, const char *path, const char *why)
{
    rp_buf_str(&run->out, "  unfinished  ");
    rp_show(&run->out, rp_slice_str(path));
    rp_buf_str(&run->out, why);
}

static enum rp_status
finish_bag(struct status_run *run, struct rp_bag *bag, const char *path,
           struct rp_err *err)
{
    struct rp_verdict verdict = { .program = NULL };
    struct rp_buf text = { 0 };
    enum rp_status status;

    if (!rp_bag_has(bag, "verdict.json")) {
        say_left(run, path,
                 " ended before anything was proved, and so before COMMIT; "
                 "remove it\n");
        return RP_OK;
    }
    status = rp_bag_read(bag, "verdict.json", &text, err);
    if (status == RP_OK) {
        char shown[RP_SHOWN_BYTES];

        status =
            rp_json_read(rp_buf_view(&text),
                         rp_show_in(shown, rp_slice_str(path)), &verdict, err);
    }
    if (status == RP_OK && verdict.shared)
        say_left(run, path,
                 " is a shared copy that was not completed; remove it and "
                 "share again\n");
    else if (status == RP_OK)
        status = publish_draft(run, bag, &verdict, err);
    rp_verdict_release(&verdict);
    rp_buf_release(&text);
    return status;
}

static enum rp_status
finish_one(struct status_run *run, const char *name, struct rp_err *err)
{
    struct rp_buf path = { 0 };
    struct rp_bag *bag = NULL;
    enum rp_status status;

    rp_buf_printf(&path, "%s/%s", rp_buf_cstr(&run->folder), name);
    status = rp_buf_status(&path, err);
    if (status == RP_OK)
        status = rp_bag_resume(rp_buf_cstr(&path), &bag, err);
    if (status == RP_OK)
        status = finish_bag(run, bag, rp_buf_cstr(&path), err);
    rp_bag_close(bag);
    rp_buf_release(&path);
    return status;
}

static enum rp_status
finish_all(struct status_run *run, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (run->partial_count == 0)
        rp_talk(run->session, "rollproof: no unfinished evidence in %s",
                rp_buf_cstr(&run->folder));
    for (size_t i = 0; i < run->partial_count && status == RP_OK; i++)
        status = finish_one(run, run->partials[i], err);
    return status;
}

enum rp_exit
rp_status(const struct rp_session *session,
          const struct rp_status_options *options, struct rp_message *message)
{
    struct status_run run = { .session = session, .options = options };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status;

    if (options->evidence != NULL)
        rp_buf_str(&run.folder, options->evidence);
    else
        rp_evidence_folder(options->school, &run.folder);
    status = rp_buf_status(&run.folder, &err);
    if (status == RP_OK)
        status = look_at_school(&run, &err);
    if (status == RP_OK)
        status = find_partials(&run, &err);
    if (status == RP_OK)
        status = look_at_evidence(&run, &err);
    if (status == RP_OK && options->finish)
        status = finish_all(&run, &err);
    if (status == RP_OK)
        status = rp_buf_status(&run.out, &err);
    rp_print(session, &run.out);
    for (size_t i = 0; i < run.partial_count; i++)
        rp_free(run.partials[i]);
    rp_free(run.partials);
    rp_buf_release(&run.folder);
    rp_buf_release(&run.out);
    return rp_exit_of(status, &err, message);
}
