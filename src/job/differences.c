/* see differences.h */
#include "job/differences.h"

#include <string.h>

#include "base/mem.h"
#include "proof/compare.h"
#include "school/schema.h"

/* A table whose rows of after the fill wait for those of before it. */
struct pending {
    struct rp_table_report *report;
    const struct rp_table *table; /* of before */
    struct rp_kept_rows *after;
};

struct naming {
    struct rp_findings *findings;
    const struct rp_table *table;
    struct rp_buf name;
    uint64_t named;
};

static const struct rp_slice codes[] = {
    [RP_ROW_MISSING] = { (const unsigned char *)"row-missing", 11 },
    [RP_ROW_ADDED] = { (const unsigned char *)"row-added", 9 },
    [RP_ROW_CHANGED] = { (const unsigned char *)"row-changed", 11 },
};

static enum rp_status
name_row(void *ctx, enum rp_difference difference, const struct rp_mark *old,
         const struct rp_mark *new, struct rp_err *err)
{
    struct naming *naming = ctx;
    struct rp_finding finding = {
        .code = codes[difference],
        .source = RP_NO_SOURCE,
        .disposition = RP_LIT("rolled back"),
        .column = rp_slice_str(naming->table->name),
        .remedy = RP_LIT("find what changes this table while links are "
                         "inserted: a trigger, most likely"),
    };
    enum rp_status status;

    if (naming->named == RP_NAMED_ROWS_MAX)
        return RP_OK;
    naming->named++;
    rp_buf_reset(&naming->name);
    rp_mark_name(&naming->name, new == NULL ? old : new,
                 naming->table->primary.count);
    status = rp_buf_status(&naming->name, err);
    finding.key = rp_buf_view(&naming->name);
    return status == RP_OK ? rp_findings_add(naming->findings, &finding, err)
                           : status;
}

static bool
differs(const struct rp_table_report *report)
{
    return report->role != RP_ROLE_DECLARED && report->there_before &&
           report->there_after && !report->same;
}

/* By digest, which binds the name: the report's own name is escaped. */
static const struct rp_table *
table_of(const struct rp_snapshot *snapshot,
         const struct rp_table_report *report)
{
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(snapshot->schema, &count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(snapshot->digests[i].sha256, report->digest_before) == 0)
            return &tables[i];
    return NULL;
}

static enum rp_status
spool_after(const struct rp_verdict *verdict,
            const struct rp_differences_request *request,
            struct pending *pending, size_t *count, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < verdict->table_count && status == RP_OK; i++) {
        struct rp_table_report *report = &verdict->tables[i];
        const struct rp_table *table;

        if (!differs(report))
            continue;
        table = table_of(request->before, report);
        if (table == NULL)
            continue;
        pending[*count].report = report;
        pending[*count].table = table;
        status = rp_kept_rows_open(request->db, table, request->memory_bytes,
                                   &pending[*count].after, err);
        *count += status == RP_OK ? 1 : 0;
    }
    return status;
}

static enum rp_status
compare_one(const struct rp_differences_request *request,
            const struct pending *pending, struct rp_err *err)
{
    struct naming naming = { .findings = request->findings,
                             .table = pending->table };
    struct rp_difference_visitor visitor = { name_row, &naming };
    struct rp_differences found = { 0 };
    enum rp_status status = rp_kept_rows_compare(pending->after, request->db,
                                                 &visitor, &found, err);

    rp_buf_release(&naming.name);
    pending->report->missing = found.missing;
    pending->report->added = found.added;
    pending->report->changed = found.changed;
    return status;
}

enum rp_status
rp_differences_name(struct rp_verdict *verdict,
                    const struct rp_differences_request *request,
                    struct rp_err *err)
{
    struct pending *pending =
        rp_zalloc_array(verdict->table_count + 1, sizeof *pending);
    size_t count = 0;
    enum rp_status status = RP_OK;

    if (pending == NULL)
        return rp_fail_nomem(err, "compare tables");
    status = spool_after(verdict, request, pending, &count, err);
    if (status == RP_OK && count > 0) {
        (void)rp_db_rollback(request->db);
        status = rp_db_begin_read(request->db, err);
        for (size_t i = 0; i < count && status == RP_OK; i++)
            status = compare_one(request, &pending[i], err);
        (void)rp_db_rollback(request->db);
        verdict->listed = rp_findings_count(request->findings);
    }
    for (size_t i = 0; i < count; i++)
        rp_kept_rows_close(pending[i].after);
    rp_free(pending);
    return status;
}
