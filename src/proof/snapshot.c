/* see snapshot.h */
#include "proof/snapshot.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/slice.h"
#include "base/worker.h"

static const struct rp_row_visitor *
visitor_for(const struct rp_watched *watched, const char *table)
{
    if (watched->table == NULL || !rp_name_eq(watched->table, table))
        return NULL;
    return watched->visitor;
}

/* Rows of tables that nobody watches. */
struct counting {
    const struct rp_beat *beat;
    uint64_t untold;
};

static enum rp_status
count_row(void *ctx, const struct rp_row *row, bool *out_skip,
          struct rp_err *err)
{
    struct counting *counting = ctx;

    (void)row;
    *out_skip = false;
    if (++counting->untold < RP_BEAT_ROWS)
        return RP_OK;
    counting->untold = 0;
    return rp_beat(counting->beat, RP_BEAT_ROWS, err);
}

/* Which tables one thread reads, by which connection. */
struct part {
    struct rp_db *db;
    const struct rp_snapshot_request *request;
    struct rp_snapshot *snapshot;
    const char *table; /* that one, or not that one; NULL: all */
    bool others;
};

static bool
is_in(const struct part *part, const char *table)
{
    return part->table == NULL ||
           rp_name_eq(part->table, table) != part->others;
}

static enum rp_status
scan_part(void *ctx, struct rp_err *err)
{
    const struct part *part = ctx;
    const struct rp_snapshot_request *request = part->request;
    struct rp_snapshot *snapshot = part->snapshot;
    struct counting counting = { .beat = &request->beat };
    const struct rp_row_visitor counter = { .visit = count_row,
                                            .ctx = &counting,
                                            .without_hash = true };
    size_t count;
    const struct rp_table *tables = rp_schema_tables(snapshot->schema, &count);
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++) {
        const struct rp_row_visitor *visitor =
            visitor_for(&request->watched, tables[i].name);

        if (!is_in(part, tables[i].name))
            continue;
        if (visitor == NULL && request->beat.rows != NULL)
            visitor = &counter;
        status = rp_rows_scan(part->db, &tables[i], visitor,
                              &snapshot->digests[i], err);
    }
    return status;
}

/* Where no second thread is to be had, one reads all. */
static enum rp_status
scan_both(struct part *part, struct rp_err *err)
{
    const struct rp_snapshot_beside *beside = &part->request->beside;
    struct part others = {
        .db = beside->db,
        .request = part->request,
        .snapshot = part->snapshot,
        .table = beside->all_but,
        .others = true,
    };
    struct rp_task task = { scan_part, &others };
    struct rp_worker *worker = NULL;
    struct rp_err why = { RP_OK, "" };
    enum rp_status joined;
    enum rp_status status;

    assert(part->request->beat.rows == NULL &&
           part->request->watched.table == NULL);
    if (rp_worker_start(&task, &worker, NULL) != RP_OK)
        return scan_part(part, err);
    part->table = beside->all_but;
    status = scan_part(part, err);
    joined = rp_worker_join(worker, &why);
    if (status == RP_OK && joined != RP_OK)
        status = rp_fail(err, joined, "%s", why.text);
    return status;
}

static enum rp_status
scan_tables(struct rp_db *db, const struct rp_snapshot_request *request,
            struct rp_snapshot *snapshot, struct rp_err *err)
{
    struct part part = { .db = db, .request = request, .snapshot = snapshot };

    (void)rp_schema_tables(snapshot->schema, &snapshot->table_count);
    snapshot->digests =
        rp_zalloc_array(snapshot->table_count + 1, sizeof *snapshot->digests);
    if (snapshot->digests == NULL)
        return rp_fail_nomem(err, "hold the digests");
    return request->beside.db == NULL ? scan_part(&part, err)
                                      : scan_both(&part, err);
}

enum rp_status
rp_snapshot_take(struct rp_db *db, const struct rp_snapshot_request *request,
                 struct rp_snapshot *out_snapshot, struct rp_err *err)
{
    struct rp_snapshot snapshot = { 0 };
    enum rp_status status = rp_schema_open(db, &snapshot.schema, err);

    if (status == RP_OK && request->with_soundness)
        status =
            rp_db_soundness(db, request->full_check, &snapshot.soundness, err);
    if (status == RP_OK)
        status = scan_tables(db, request, &snapshot, err);
    if (status == RP_OK)
        status = rp_rows_database(snapshot.schema, snapshot.digests,
                                  snapshot.database, err);
    if (status == RP_OK)
        *out_snapshot = snapshot;
    else
        rp_snapshot_release(&snapshot);
    return status;
}

const char *
rp_snapshot_longest(const struct rp_snapshot *snapshot)
{
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(snapshot->schema, &count);
    size_t longest = 0;

    for (size_t i = 1; i < count; i++)
        if (snapshot->digests[i].fp.rows > snapshot->digests[longest].fp.rows)
            longest = i;
    return count == 0 ? NULL : tables[longest].name;
}

const struct rp_digest *
rp_snapshot_digest(const struct rp_snapshot *snapshot, const char *table)
{
    size_t count = 0;
    const struct rp_table *tables;

    if (snapshot->schema == NULL)
        return NULL;
    tables = rp_schema_tables(snapshot->schema, &count);
    for (size_t i = 0; i < count; i++)
        if (rp_name_eq(tables[i].name, table))
            return &snapshot->digests[i];
    return NULL;
}

void
rp_snapshot_release(struct rp_snapshot *snapshot)
{
    rp_schema_close(snapshot->schema);
    rp_free(snapshot->digests);
    rp_buf_release(&snapshot->soundness);
    memset(snapshot, 0, sizeof *snapshot);
}
