/* see changechecks.h */
#include "proof/changechecks.h"

#include <inttypes.h>
#include <string.h>

#include "proof/making.h"
#include "proof/objects.h"

#define LINKS "student_courses"

static void
put_table(struct rp_buf *out, const struct rp_snapshot *snapshot,
          const char *table)
{
    rp_making_digest(out, rp_snapshot_digest(snapshot, table));
}

static enum rp_status
check_parent(struct rp_making *making, const char *table, const char *id,
             struct rp_err *err)
{
    put_table(&making->expected, making->proof->before, table);
    put_table(&making->actual, making->proof->after, table);
    return rp_making_add(making, id, err);
}

static enum rp_status
check_schema(struct rp_making *making, bool dropped, struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    enum rp_status status;

    if (dropped)
        status = rp_objects_put_without(&making->expected,
                                        proof->before->schema, LINKS, err);
    else
        status = rp_objects_put(&making->expected, proof->before->schema,
                                proof->declared, proof->declared_count, err);
    if (status == RP_OK)
        status =
            rp_objects_put(&making->actual, proof->after->schema, NULL, 0, err);
    return status == RP_OK ? rp_making_add(making, "schema-as-declared", err)
                           : status;
}

/* A table that was made is empty; one that was there is as it was. */
static enum rp_status
check_made(struct rp_making *making, struct rp_err *err)
{
    const struct rp_digest *before =
        rp_snapshot_digest(making->proof->before, LINKS);
    const struct rp_digest *after =
        rp_snapshot_digest(making->proof->after, LINKS);

    if (before != NULL)
        rp_making_digest(&making->expected, before);
    else
        rp_buf_str(&making->expected, "0 rows");
    if (before != NULL || after == NULL)
        rp_making_digest(&making->actual, after);
    else
        rp_buf_printf(&making->actual, "%" PRIu64 " rows", after->fp.rows);
    return rp_making_add(making, "links-as-planned", err);
}

/* "N links, sha256 ..." of the table, and of the file that has them now. */
static enum rp_status
check_exported(struct rp_making *making, const struct rp_change_proof *change,
               struct rp_err *err)
{
    const struct rp_exported *exported = change->exported;
    const struct rp_digest *before =
        rp_snapshot_digest(making->proof->before, LINKS);
    const struct rp_digest *after =
        rp_snapshot_digest(making->proof->after, LINKS);

    rp_buf_printf(&making->expected,
                  "%" PRIu64 " links, sha256 %s; no table " LINKS,
                  before == NULL ? 0 : before->fp.rows, change->links_sha256);
    rp_buf_printf(&making->actual,
                  "%" PRIu64 " links, sha256 %s; %s table " LINKS,
                  exported->records, exported->links_sha256,
                  after == NULL ? "no" : "still a");
    if (exported->strange > 0)
        rp_buf_printf(&making->actual, "; %" PRIu64 " strange records",
                      exported->strange);
    if (exported->bytes_header != strlen(RP_EXPORT_HEADER))
        rp_buf_str(&making->actual, "; another header");
    return rp_making_add(making, "links-exported", err);
}

static enum rp_status
check_file(struct rp_making *making, const struct rp_change_proof *change,
           struct rp_err *err)
{
    enum rp_status status = rp_making_bytes(making, err);

    if (status == RP_OK)
        status = rp_making_records(making, err);
    if (status == RP_OK)
        status = rp_making_enrollments(making, err);
    if (status == RP_OK)
        status = check_exported(making, change, err);
    return status == RP_OK ? rp_making_references(making, err) : status;
}

static enum rp_status
check_tables(struct rp_making *making, bool dropped, struct rp_err *err)
{
    enum rp_status status =
        check_parent(making, "students", "students-preserved", err);

    if (status == RP_OK)
        status = check_parent(making, "courses", "courses-preserved", err);
    if (status == RP_OK)
        status = rp_making_bystanders(making, err);
    if (status == RP_OK)
        status = check_schema(making, dropped, err);
    if (status == RP_OK)
        status = rp_making_sound(making, err);
    return status == RP_OK ? rp_making_reread(making, err) : status;
}

/* Of the table that goes all rows do. */
static void
count_dropped(struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->table_count; i++)
        if (verdict->tables[i].role == RP_ROLE_DECLARED)
            verdict->tables[i].missing = verdict->tables[i].rows_before;
}

enum rp_status
rp_change_checks(struct rp_verdict *verdict,
                 const struct rp_change_proof *change, struct rp_err *err)
{
    const bool dropped = change->exported != NULL;
    struct rp_making making;
    enum rp_status status =
        rp_making_open(&making, verdict, &change->proof, err);

    if (dropped)
        count_dropped(verdict);
    if (status == RP_OK)
        status = dropped ? check_file(&making, change, err)
                         : check_made(&making, err);
    if (status == RP_OK)
        status = check_tables(&making, dropped, err);
    rp_making_close(&making);
    return status;
}
