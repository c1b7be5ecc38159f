/* see checks.h */
#include "proof/checks.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "proof/objects.h"

#define CHECKS_MAX 12
#define REREAD "committed-state-reread"

struct making {
    struct rp_verdict *verdict;
    const struct rp_proof *proof;
    struct rp_buf expected;
    struct rp_buf actual;
};

/* Takes the two texts; they pass when they are equal. */
static enum rp_status
add_check(struct making *making, const char *id, struct rp_err *err)
{
    struct rp_verdict *verdict = making->verdict;
    struct rp_check *check = &verdict->checks[verdict->check_count];
    enum rp_status status = rp_buf_status(&making->expected, err);

    if (status == RP_OK)
        status = rp_buf_status(&making->actual, err);
    if (status != RP_OK)
        return status;
    check->id = id;
    check->expected =
        rp_arena_str(&verdict->arena, rp_buf_cstr(&making->expected));
    check->actual = rp_arena_str(&verdict->arena, rp_buf_cstr(&making->actual));
    if (check->expected == NULL || check->actual == NULL)
        return rp_fail_nomem(err, "hold the checks");
    check->result =
        strcmp(check->expected, check->actual) == 0 ? RP_PASS : RP_FAIL;
    verdict->check_count++;
    rp_buf_reset(&making->expected);
    rp_buf_reset(&making->actual);
    return RP_OK;
}

static enum rp_status
check_bytes(struct making *making, struct rp_err *err)
{
    const struct rp_verdict *verdict = making->verdict;

    for (size_t i = 0; i < verdict->source_count; i++) {
        const struct rp_source_report *source = &verdict->sources[i];
        const char *comma = i == 0 ? "" : ", ";

        rp_buf_printf(&making->expected, "%s%" PRIu64, comma, source->bytes);
        rp_buf_printf(&making->actual, "%s%" PRIu64, comma,
                      source->bytes_bom + source->bytes_header +
                          source->bytes_records + source->bytes_blank +
                          source->bytes_rejected);
    }
    rp_buf_str(&making->expected, " bytes");
    rp_buf_str(&making->actual, " bytes");
    return add_check(making, "source-bytes-balanced", err);
}

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

static enum rp_status
check_readings(struct making *making, struct rp_err *err)
{
    const struct rp_plan *plan = making->proof->plan;

    for (size_t i = 0; i < plan->source_count; i++) {
        const struct rp_second_facts *second = &making->proof->second[i];
        const struct rp_source_facts *facts = &plan->sources[i].facts;

        put_reading(&making->expected, &plan->sources[i].reading.fp,
                    facts->bytes, facts->sha256);
        put_reading(&making->actual, &second->reading, second->bytes,
                    second->sha256);
    }
    return add_check(making, "source-read-twice-same", err);
}

/* Of several sources each one by itself as well: what one has too many must
 * not make up for what another lacks. */
static void
put_each(struct making *making, uint64_t expected, uint64_t actual, size_t i)
{
    size_t count = making->verdict->source_count;
    const char *before = i == 0 ? " (" : ", ";
    const char *behind = i + 1 == count ? ")" : "";

    if (count < 2)
        return;
    rp_buf_printf(&making->expected, "%s%" PRIu64 "%s", before, expected,
                  behind);
    rp_buf_printf(&making->actual, "%s%" PRIu64 "%s", before, actual, behind);
}

static uint64_t
sum_records(const struct rp_record_counts *counts)
{
    return counts->used + counts->blank + counts->filtered + counts->rejected;
}

static enum rp_status
check_records(struct making *making, struct rp_err *err)
{
    const struct rp_verdict *verdict = making->verdict;

    rp_buf_printf(&making->expected, "%" PRIu64 " records",
                  verdict->records.total);
    rp_buf_printf(&making->actual, "%" PRIu64 " records",
                  sum_records(&verdict->records));
    for (size_t i = 0; i < verdict->source_count; i++) {
        const struct rp_record_counts *counts = &verdict->sources[i].records;

        put_each(making, counts->total, sum_records(counts), i);
    }
    return add_check(making, "records-balanced", err);
}

static uint64_t
sum_enrollments(const struct rp_enrollment_counts *counts)
{
    return counts->inserted + counts->already_present +
           counts->duplicate_exact + counts->duplicate_conflict +
           counts->rejected;
}

static enum rp_status
check_enrollments(struct making *making, struct rp_err *err)
{
    const struct rp_verdict *verdict = making->verdict;
    const char *what = making->proof->rows ? "rows" : "enrollments";

    rp_buf_printf(&making->expected, "%" PRIu64 " %s",
                  verdict->enrollments.total, what);
    rp_buf_printf(&making->actual, "%" PRIu64 " %s",
                  sum_enrollments(&verdict->enrollments), what);
    for (size_t i = 0; i < verdict->source_count; i++) {
        const struct rp_enrollment_counts *counts =
            &verdict->sources[i].enrollments;

        put_each(making, counts->total, sum_enrollments(counts), i);
    }
    return add_check(making, "enrollments-balanced", err);
}

static void
put_digest(struct rp_buf *out, const struct rp_digest *digest)
{
    if (digest == NULL)
        rp_buf_str(out, "no such table");
    else
        rp_buf_printf(out, "%" PRIu64 " rows, sha256 %s", digest->fp.rows,
                      digest->sha256);
}

/* Rows of the declared table that this run did not add. */
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
put_both_kept(struct making *making)
{
    const struct rp_proof *proof = making->proof;
    const struct rp_digest *before =
        rp_snapshot_digest(proof->before, making->verdict->declared);
    struct rp_fp none = { { 0, 0 }, 0 };

    if (before == NULL)
        put_kept(&making->expected, &none, "");
    else
        put_kept(&making->expected, &before->fp, before->sha256);
    put_kept(&making->actual, &proof->kept, proof->kept_sha256);
}

/* A parent that is being loaded keeps the rows that it had. */
static enum rp_status
check_parent(struct making *making, const char *table, const char *id,
             struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    const struct rp_digest *before = rp_snapshot_digest(proof->before, table);

    if (strcmp(making->verdict->declared, table) == 0) {
        put_both_kept(making);
    } else {
        put_digest(&making->expected, before);
        put_digest(&making->actual, rp_snapshot_digest(proof->after, table));
    }
    return add_check(making, id, err);
}

static enum rp_status
check_bystanders(struct making *making, struct rp_err *err)
{
    const struct rp_verdict *verdict = making->verdict;
    size_t bystanders = 0;
    size_t same = 0;

    for (size_t i = 0; i < verdict->table_count; i++) {
        if (verdict->tables[i].role != RP_ROLE_BYSTANDER)
            continue;
        bystanders++;
        same += verdict->tables[i].same ? 1 : 0;
    }
    rp_buf_printf(&making->expected, "%zu tables unchanged", bystanders);
    rp_buf_printf(&making->actual, "%zu tables unchanged", same);
    for (size_t i = 0; i < verdict->table_count; i++)
        if (verdict->tables[i].role == RP_ROLE_BYSTANDER &&
            !verdict->tables[i].same)
            rp_buf_printf(&making->actual, ", changed: %s",
                          verdict->tables[i].table);
    return add_check(making, "bystanders-preserved", err);
}

static enum rp_status
check_schema(struct making *making, struct rp_err *err)
{
    const struct rp_proof *proof = making->proof;
    enum rp_status status =
        rp_objects_put(&making->expected, proof->before->schema,
                       proof->declared, proof->declared_count, err);

    if (status == RP_OK)
        status =
            rp_objects_put(&making->actual, proof->after->schema, NULL, 0, err);
    return status == RP_OK ? add_check(making, "schema-as-declared", err)
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
check_planned(struct making *making, struct rp_err *err)
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
    return add_check(making,
                     proof->rows ? "rows-as-planned" : "links-as-planned", err);
}

static enum rp_status
check_references(struct making *making, struct rp_err *err)
{
    rp_buf_str(&making->expected, "0 links without a student or a course");
    rp_buf_printf(&making->actual,
                  "%" PRIu64 " links without a student or a course",
                  making->proof->orphans);
    return add_check(making, "links-reference-rows", err);
}

/* Lines of trouble that were not there before; both lists are sorted. */
static uint64_t
new_lines(const struct rp_buf *before, const struct rp_buf *after)
{
    const char *old = (const char *)before->ptr;
    const char *old_end = old == NULL ? NULL : old + before->len;
    const char *new = (const char *)after->ptr;
    const char *new_end = new == NULL ? NULL : new + after->len;
    uint64_t count = 0;

    while (new != new_end) {
        int order = old == old_end ? 1 : strcmp(old, new);

        if (order > 0)
            count++;
        if (order <= 0)
            old += strlen(old) + 1;
        if (order >= 0)
            new += strlen(new) + 1;
    }
    return count;
}

static enum rp_status
check_sound(struct making *making, struct rp_err *err)
{
    rp_buf_str(&making->expected, "0 new lines of trouble");
    rp_buf_printf(&making->actual, "%" PRIu64 " new lines of trouble",
                  new_lines(&making->proof->before->soundness,
                            &making->proof->after->soundness));
    return add_check(making, "database-sound", err);
}

static enum rp_status
add_reread(struct making *making, struct rp_err *err)
{
    enum rp_status status;

    rp_buf_printf(&making->expected, "database %s",
                  making->proof->after->database);
    rp_buf_str(&making->actual, "nothing was committed");
    status = add_check(making, REREAD, err);
    if (status == RP_OK)
        making->verdict->checks[making->verdict->check_count - 1].result =
            RP_SKIPPED;
    return status;
}

static enum rp_status
add_table_checks(struct making *making, struct rp_err *err)
{
    enum rp_status status =
        check_parent(making, "students", "students-preserved", err);

    if (status == RP_OK)
        status = check_parent(making, "courses", "courses-preserved", err);
    if (status == RP_OK)
        status = check_bystanders(making, err);
    if (status == RP_OK)
        status = check_schema(making, err);
    if (status == RP_OK)
        status = check_planned(making, err);
    if (status == RP_OK && !making->proof->rows)
        status = check_references(making, err);
    if (status == RP_OK)
        status = check_sound(making, err);
    if (status == RP_OK)
        status = add_reread(making, err);
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
    struct making making = { .verdict = verdict, .proof = proof };
    enum rp_status status;

    count_declared(verdict, proof);
    verdict->check_count = 0;
    verdict->checks =
        rp_arena_array(&verdict->arena, CHECKS_MAX, sizeof *verdict->checks);
    if (verdict->checks == NULL)
        return rp_fail_nomem(err, "hold the checks");
    status = check_bytes(&making, err);
    if (status == RP_OK)
        status = check_readings(&making, err);
    if (status == RP_OK)
        status = check_records(&making, err);
    if (status == RP_OK)
        status = check_enrollments(&making, err);
    if (status == RP_OK)
        status = add_table_checks(&making, err);
    rp_buf_release(&making.expected);
    rp_buf_release(&making.actual);
    return status;
}
