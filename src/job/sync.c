/* see sync.h */
#include "job/sync.h"

#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/conclude.h"
#include "job/earlier.h"
#include "job/migration.h"
#include "plan/linkreader.h"
#include "proof/linkproof.h"
#include "school/change.h"
#include "school/fill.h"

/* Of the memory, for the claims of the earlier delivery and for the links that
 * go. */
#define EARLIER_SHARE 64

static bool
has_stdin(const struct rp_strings *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        if (strcmp(paths->items[i], "-") == 0)
            return true;
    return false;
}

enum rp_status
rp_sync_understand(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_migrate_options *options = migration->options;

    if (!options->sync) {
        const char *lonely = options->previous.count > 0    ? "--previous"
                             : options->max_removed != NULL ? "--max-removed"
                                                            : NULL;

        if (lonely == NULL)
            return RP_OK;
        return rp_fail(err, RP_E_USAGE,
                       "%s is about what --sync removes; add --sync, or leave "
                       "it out",
                       lonely);
    }
    if (options->previous.count == 0)
        return rp_fail(err, RP_E_USAGE,
                       "--sync removes what an earlier delivery claimed and "
                       "this one does not; name that delivery by --previous "
                       "OLD.csv");
    if (has_stdin(&options->previous) && has_stdin(&options->sources))
        return rp_fail(err, RP_E_USAGE,
                       "standard input (-) can be read only once");
    return rp_limit_of_removals("--max-removed", options->max_removed,
                                &migration->sync.limit, err);
}

enum rp_status
rp_sync_open(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    struct rp_plan_request request = migration->request;
    enum rp_status status;

    if (!migration->options->sync)
        return RP_OK;
    status = rp_sources_open(&migration->options->previous,
                             rp_db_folder(migration->db),
                             migration->session->stop, &sync->sources, err);
    if (status != RP_OK)
        return status;
    request.inputs = sync->sources.inputs;
    request.input_count = sync->sources.count;
    status = rp_plan_open(&request, &sync->plan, err);
    return rp_map_blame(&migration->map, status, err);
}

enum rp_status
rp_sync_claims(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_plan_request *request = &migration->request;

    return rp_earlier_claims(migration->sync.plan, request->folder,
                             request->memory_bytes / EARLIER_SHARE,
                             &migration->sync.claims, err);
}

enum rp_status
rp_sync_find(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    const struct rp_plan_request *request = &migration->request;
    const struct rp_removed_request wanted = {
        .db = migration->db,
        .table_exists = migration->table_exists,
        .next = migration->plan,
        .claims = sync->claims,
        .folder = request->folder,
        .memory_bytes = request->memory_bytes / EARLIER_SHARE,
        .stop = request->stop,
    };
    enum rp_status status;

    if (sync->plan == NULL)
        return RP_OK;
    status = rp_removed_find(&wanted, &sync->removed, err);
    migration->witness.removed = sync->removed.links;
    return status;
}

/* The scan itself; the table is there. */
static enum rp_status
scan_staying(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    const struct rp_linkproof_request wanted = {
        .links = rp_schema_table(migration->schema, RP_LINKS),
        .added = sync->removed.links,
        .without_added = true,
    };
    struct rp_linkproof *proof = NULL;
    struct rp_row_visitor visitor;
    enum rp_status status = rp_linkproof_open(&wanted, &proof, err);

    if (status == RP_OK) {
        visitor = rp_linkproof_visitor(proof);
        status = rp_rows_scan(migration->db, wanted.links, &visitor,
                              &sync->staying, err);
    }
    if (status == RP_OK) {
        const struct rp_linkproof_result result = rp_linkproof_result(proof);

        sync->found = result.added;
        sync->staying.fp = result.kept;
    }
    rp_linkproof_close(proof);
    return status;
}

enum rp_status
rp_sync_stay(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    const struct rp_digest *before =
        rp_snapshot_digest(&migration->witness.before, RP_LINKS);

    if (sync->plan == NULL || before == NULL)
        return RP_OK;
    if (sync->removed.removed == 0) {
        sync->staying = *before;
        return RP_OK;
    }
    return scan_staying(migration, err);
}

static enum rp_status
next_removed(void *ctx, struct rp_link *out_link, bool *out_more,
             struct rp_err *err)
{
    return rp_link_reader_next(ctx, out_link, out_more, err);
}

enum rp_status
rp_sync_remove(struct rp_migration *migration, struct rp_err *err)
{
    const struct rp_removed *removed = &migration->sync.removed;
    struct rp_link_reader reader = { .spool = NULL };
    const struct rp_link_stream links = { next_removed, &reader };
    enum rp_status status;

    if (removed->removed == 0)
        return RP_OK;
    status = rp_link_reader_open(&reader, removed->links, err);
    if (status == RP_OK)
        status = rp_links_remove(migration->db, &links, err);
    rp_link_reader_close(&reader);
    return status;
}

/* Evidence lies beside the school, and where this run puts its own. */
static enum rp_status
find_runs(struct rp_migration *migration, struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    struct rp_buf usual = { 0 };
    struct rp_buf own = { 0 };
    struct rp_earlier_folder folders[2] = { { NULL, NULL }, { NULL, NULL } };
    struct rp_earlier_request request = {
        .session = migration->session,
        .folders = folders,
        .folder_count = 1,
        .plan = sync->plan,
        .verdict = &migration->verdict,
    };
    enum rp_status status;

    sync->runs = rp_zalloc_array(sync->plan->source_count, sizeof *sync->runs);
    if (sync->runs == NULL)
        return rp_fail_nomem(err, "look for the earlier run");
    rp_evidence_folder(migration->options->school, &usual);
    rp_evidence_parent(&own, rp_buf_cstr(&migration->evidence));
    status = rp_buf_status(&usual, err);
    if (status == RP_OK)
        status = rp_buf_status(&own, err);
    if (status == RP_OK) {
        char school[RP_SHOWN_BYTES];

        folders[0].path = rp_buf_cstr(&usual);
        folders[1].path = rp_buf_cstr(&own);
        folders[1].school = rp_path_name(migration->options->school, school);
        request.folder_count =
            strcmp(folders[0].path, folders[1].path) == 0 ? 1 : 2;
        status = rp_earlier_runs(&request, sync->runs, err);
    }
    rp_buf_release(&usual);
    rp_buf_release(&own);
    return status;
}

enum rp_status
rp_sync_judge(struct rp_migration *migration, const struct rp_asked *asked,
              struct rp_err *err)
{
    struct rp_sync *sync = &migration->sync;
    const struct rp_witness *witness = &migration->witness;
    enum rp_status status;

    if (sync->plan == NULL)
        return RP_OK;
    status = find_runs(migration, err);
    if (status != RP_OK)
        return status;
    sync->removal = (struct rp_removal){
        .earlier = sync->plan,
        .removed = &sync->removed,
        .second = witness->second_earlier,
        .expected = witness->to_remove,
        .planned = witness->planned_remove,
        .staying = sync->staying,
        .found = sync->found,
        .limit = sync->limit,
        .runs = sync->runs,
    };
    migration->proof.removal = &sync->removal;
    return rp_removal_assemble(&migration->verdict, asked, &sync->removal, err);
}

uint64_t
rp_sync_staying(const struct rp_migration *migration)
{
    const struct rp_digest *before =
        rp_snapshot_digest(&migration->witness.before, RP_LINKS);
    const uint64_t rows = before == NULL ? 0 : before->fp.rows;

    return rows - migration->sync.removed.removed;
}

void
rp_sync_release(struct rp_sync *sync)
{
    rp_removed_release(&sync->removed);
    rp_spool_close(sync->claims);
    rp_plan_close(sync->plan);
    rp_sources_close(&sync->sources);
    rp_free(sync->runs);
    *sync = (struct rp_sync){ .plan = NULL };
}
