/* see migration.h: after the fill, everything is read back. */
#include <string.h>

#include "base/show.h"
#include "job/conclude.h"
#include "job/migration.h"
#include "proof/assemble.h"
#include "proof/linkproof.h"
#include "school/change.h"

/* SHA-256 of the links that this run did not add.  Mostly there are none, or
 * none was added; otherwise the table is read once more without those. */
static enum rp_status
digest_kept(struct rp_migration *migration,
            const struct rp_linkproof_request *wanted, struct rp_err *err)
{
    struct rp_linkproof_request without = *wanted;
    struct rp_digest digest =
        *rp_snapshot_digest(&migration->after, wanted->links->name);
    struct rp_linkproof *proof = NULL;
    struct rp_row_visitor visitor;
    enum rp_status status = RP_OK;

    if (migration->proof.added > 0 && migration->proof.kept.rows > 0) {
        without.without_added = true;
        status = rp_linkproof_open(&without, &proof, err);
        if (status == RP_OK) {
            visitor = rp_linkproof_visitor(proof);
            status = rp_rows_scan(migration->db, wanted->links, &visitor,
                                  &digest, err);
        }
        rp_linkproof_close(proof);
    }
    memcpy(migration->proof.kept_sha256, digest.sha256, sizeof digest.sha256);
    return status;
}

/* The snapshot of after the fill, watched by the proof of the links. */
static enum rp_status
look_after(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_schema *schema = NULL;
    struct rp_linkproof *proof = NULL;
    struct rp_linkproof_request wanted = {
        .added = migration->plan->added,
        .keys = &migration->witness.keys,
    };
    struct rp_snapshot_request request = {
        .full_check = migration->options->policy.full_check,
        .with_soundness = true,
    };
    struct rp_row_visitor visitor;
    enum rp_status status = rp_schema_open(migration->db, &schema, err);

    if (status == RP_OK) {
        wanted.links = rp_schema_table(schema, RP_LINKS);
        status = rp_linkproof_open(&wanted, &proof, err);
    }
    if (status == RP_OK) {
        visitor = rp_linkproof_visitor(proof);
        request.watched = (struct rp_watched){ wanted.links->name, &visitor };
        status =
            rp_snapshot_take(migration->db, &request, &migration->after, err);
    }
    if (status == RP_OK) {
        struct rp_linkproof_result result = rp_linkproof_result(proof);

        migration->proof.added = result.added;
        migration->proof.kept = result.kept;
        migration->proof.orphans = result.orphans;
        status = digest_kept(migration, &wanted, err);
    }
    rp_linkproof_close(proof);
    rp_schema_close(schema);
    return status;
}

static uint64_t
rows_of(const struct rp_snapshot *snapshot)
{
    const struct rp_digest *digest = rp_snapshot_digest(snapshot, RP_LINKS);

    return digest == NULL ? 0 : digest->fp.rows;
}

static enum rp_status
judge(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_policy_options *policy = &migration->options->policy;
    struct rp_verdict *verdict = &migration->verdict;
    char name[RP_SHOWN_BYTES];
    struct rp_asked asked = {
        .program = RP_VERSION,
        .command = "migrate",
        .school = migration->into.target != NULL
                      ? rp_path_name(migration->into.target, name)
                      : rp_db_name(migration->db),
        .declared = RP_LINKS,
        .dry_run = policy->dry_run,
        .delimiter_name = migration->dialect.delimiter_name,
        .dialect = &migration->dialect.dialect,
        .policy = &migration->policy,
        .map = migration->map.name,
        .map_sha256 = migration->map.sha256,
        .student = &migration->student,
        .course = &migration->course,
        .where = policy->where.items,
        .where_count = policy->where.count,
    };
    uint64_t inserted = rows_of(&migration->after) - rp_sync_staying(migration);
    enum rp_status status;

    asked.left_out =
        rp_mapping_left_out(migration->mapping, &asked.left_out_count);
    status = rp_assemble_plan(verdict, &asked, migration->plan, inserted, err);
    if (status == RP_OK)
        status = rp_assemble_tables(verdict, &migration->witness.before,
                                    &migration->after, err);
    if (status == RP_OK)
        status = rp_sync_judge(migration, &asked, err);
    return status == RP_OK ? rp_checks_make(verdict, &migration->proof, err)
                           : status;
}

static void
declare(struct rp_migration *migration)
{
    struct rp_proof *proof = &migration->proof;
    struct rp_object *declared = migration->declared;
    size_t count = 0;

    proof->plan = migration->plan;
    proof->before = &migration->witness.before;
    proof->after = &migration->after;
    proof->second = migration->witness.second;
    proof->claimed = migration->witness.claimed;
    proof->planned = migration->witness.planned;
    if (migration->makes_index)
        declared[count++] = (struct rp_object){
            .type = "index",
            .name = RP_COURSE_INDEX,
            .table = RP_LINKS,
            .sql = RP_LIT(RP_COURSE_INDEX_SQL),
        };
    if (!migration->table_exists)
        declared[count++] = (struct rp_object){
            .type = "table",
            .name = RP_LINKS,
            .table = RP_LINKS,
            .sql = rp_buf_view(&migration->create),
        };
    proof->declared = declared;
    proof->declared_count = count;
}

enum rp_status
rp_migration_prove(struct rp_migration *migration, struct rp_err *err)
{
    enum rp_status status = look_after(migration, err);

    if (status != RP_OK)
        return status;
    declare(migration);
    return judge(migration, err);
}

enum rp_status
rp_migration_conclude(struct rp_migration *migration, enum rp_exit *out_exit,
                      struct rp_err *err)
{
    struct rp_buf statements = { 0 };
    struct rp_conclusion conclusion = {
        .session = migration->session,
        .policy = &migration->options->policy,
        .db = migration->db,
        .plan = migration->plan,
        .removed =
            migration->sync.plan != NULL ? &migration->sync.removed : NULL,
        .verdict = &migration->verdict,
        .before = &migration->witness.before,
        .after = &migration->after,
        .school = migration->school,
        .into = migration->into.target != NULL ? &migration->into : NULL,
        .evidence = rp_buf_cstr(&migration->evidence),
        .map = rp_buf_view(&migration->map.bytes),
        .lock_began_ms = migration->lock_began_ms,
        .started = migration->started,
        .lock_ms = &migration->lock_ms,
        .libraries = &migration->witness.libraries,
    };
    enum rp_status status;

    rp_buf_str(&statements, "BEGIN IMMEDIATE;\n");
    if (!migration->table_exists) {
        rp_buf_slice(&statements, rp_buf_view(&migration->create));
        rp_buf_str(&statements, ";\n");
    }
    if (migration->sync.removed.removed > 0)
        rp_buf_str(&statements,
                   "DELETE FROM student_courses WHERE student_id = ?1 AND "
                   "course_id = ?2; -- for each line of removed.csv\n");
    rp_buf_str(&statements,
               "INSERT INTO student_courses (student_id, course_id)\n"
               "  SELECT student_id, course_id FROM rollproof_links;\n");
    if (migration->makes_index)
        rp_buf_str(&statements, RP_COURSE_INDEX_SQL ";\n");
    rp_buf_str(&statements, "COMMIT;\n");
    conclusion.migration = rp_buf_view(&statements);
    status = rp_buf_status(&statements, err);
    if (status == RP_OK)
        status = rp_conclude(&conclusion, out_exit, err);
    rp_buf_release(&statements);
    return status;
}
