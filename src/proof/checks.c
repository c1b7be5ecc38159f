/* see checks.h */
#include "proof/checks.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "proof/making.h"
#include "proof/objects.h"

static void
put_reading(struct rp_buf *out, const struct rp_fp *reading, uint64_t bytes,
            const char *sha256)
{
    char hex[RP_FP_HEX];

    rp_fp_hex(hex, reading);
    rp_buf_printf(
        out, "%s%" PRIu64 " records, reading %s, %" PRIu64 " bytes, sha256 %s",
        out->len > 0 ? "; " : "", reading->rows, hex, bytes, sha256);
}

static void
put_readings(struct rp_making *making, const struct rp_plan *plan,
             const struct rp_second_facts *all)
{
    for (size_t i = 0; i < plan->source_count; i++) {
        const struct rp_second_facts *second = &all[i];
        const struct rp_source_facts *facts = &plan->sources[i].facts;

        put_reading(&making->expected, &plan->sources[i].reading.fp,
                    facts->bytes, facts->sha256);
        put_reading(&making->actual, &second->reading, second->bytes,
                    second->sha256);
    }
}

static enum rp_status
check_readings(struct rp_making *making, struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;

    put_readings(making, proof->plan, proof->second);
    if (proof->removal != NULL)
        put_readings(making, proof->removal->earlier, proof->removal->second);
    return rp_making_add(making, "source-read-twice-same", err);
}

/* Rows of the declared table that this run did not add; of before, those that
 * it did not remove. */
static void
put_kept(struct rp_buf *out, const struct rp_fp *kept, const char *sha256)
{
    char hex[RP_FP_HEX];

    rp_fp_hex(hex, kept);
    rp_buf_printf(out, "%" PRIu64 " rows of before, xxh3 %s", kept->rows, hex);
    if (kept->rows > 0)
        rp_buf_printf(out, ", sha256 %s", sha256);
}

static void
put_both_kept(struct rp_making *making)
{
    const struct rp_proof *proof = making->proof;
    const struct rp_digest *before =
        proof->removal != NULL
            ? &proof->removal->staying
            : rp_snapshot_digest(proof->before, making->verdict->declared);
    struct rp_fp none = { { 0, 0 }, 0 };

    if (before == NULL)
        put_kept(&making->expected, &none, "");
    else
        put_kept(&making->expected, &before->fp, before->sha256);
    put_kept(&making->actual, &proof->kept, proof->kept_sha256);
}

/* A parent that is being loaded keeps the rows that it had. */
static enum rp_status
check_parent(struct rp_making *making, const char *table, const char *id,
             struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    const struct rp_digest *before = rp_snapshot_digest(proof->before, table);

    if (strcmp(making->verdict->declared, table) == 0) {
        put_both_kept(making);
    } else {
        rp_making_digest(&making->expected, before);
        rp_making_digest(&making->actual,
                         rp_snapshot_digest(proof->after, table));
    }
    return rp_making_add(making, id, err);
}

static enum rp_status
check_schema(struct rp_making *making, struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    enum rp_status status =
        rp_objects_put(&making->expected, proof->before->schema,
                       proof->declared, proof->declared_count, err);

    if (status == RP_OK)
        status =
            rp_objects_put(&making->actual, proof->after->schema, NULL, 0, err);
    return status == RP_OK ? rp_making_add(making, "schema-as-declared", err)
                           : status;
}

static void
put_claims(struct rp_buf *out, const struct rp_fp *claims, const char *what)
{
    char hex[RP_FP_HEX];

    rp_fp_hex(hex, claims);
    rp_buf_printf(out, "%" PRIu64 " %s, keys %s; ", claims->rows, what, hex);
}

/* What the sources claim, what was planned for it, and what the table holds:
 * the planned rows and those of before, nothing else. */
static enum rp_status
check_planned(struct rp_making *making, struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    const char *what = proof->rows ? "rows claimed" : "enrollments";

    put_claims(&making->expected, &proof->claimed, what);
    put_claims(&making->actual, &proof->planned, what);
    if (proof->rows) {
        const struct rp_fates *fates = &proof->plan->ledger.all;

        rp_buf_printf(&making->expected, "%" PRIu64 " as in the source; ",
                      fates->planned + fates->already_present +
                          fates->duplicate_exact);
        rp_buf_printf(&making->actual, "%" PRIu64 " as in the source; ",
                      proof->held);
    }
    rp_buf_printf(&making->expected, "%" PRIu64 " rows added; ",
                  proof->plan->ledger.all.planned);
    rp_buf_printf(&making->actual, "%" PRIu64 " rows added; ", proof->added);
    put_both_kept(making);
    return rp_making_add(
        making, proof->rows ? "rows-as-planned" : "links-as-planned", err);
}

static enum rp_status
add_table_checks(struct rp_making *making, struct rp_err *err)
{
    enum rp_status status =
        check_parent(making, "students", "students-preserved", err);

    if (status == RP_OK)
        status = check_parent(making, "courses", "courses-preserved", err);
    if (status == RP_OK)
        status = rp_making_bystanders(making, err);
    if (status == RP_OK)
        status = check_schema(making, err);
    if (status == RP_OK)
        status = check_planned(making, err);
    if (status == RP_OK && making->proof->removal != NULL)
        status = rp_removal_checks(making, err);
    if (status == RP_OK && !making->proof->rows)
        status = rp_making_references(making, err);
    if (status == RP_OK)
        status = rp_making_sound(making, err);
    if (status == RP_OK)
        status = rp_making_reread(making, err);
    return status;
}

/* Of the table that may change: what was added, and what is gone. */
static void
count_declared(struct rp_verdict *verdict, const struct rp_proof *proof)
{
    for (size_t i = 0; i < verdict->table_count; i++) {
        struct rp_table_report *table = &verdict->tables[i];

        if (table->role != RP_ROLE_DECLARED)
            continue;
        table->added = proof->added;
        if (table->rows_before > proof->kept.rows)
            table->missing = table->rows_before - proof->kept.rows;
    }
}

enum rp_status
rp_checks_make(struct rp_verdict *verdict, const struct rp_proof *proof,
               struct rp_err *err)
{
    struct rp_making making;
    enum rp_status status = rp_making_open(&making, verdict, proof, err);

    count_declared(verdict, proof);
    if (status == RP_OK)
        status = rp_making_bytes(&making, err);
    if (status == RP_OK)
        status = check_readings(&making, err);
    if (status == RP_OK)
        status = rp_making_records(&making, err);
    if (status == RP_OK)
        status = rp_making_enrollments(&making, err);
    if (status == RP_OK)
        status = add_table_checks(&making, err);
    rp_making_close(&making);
    return status;
}
