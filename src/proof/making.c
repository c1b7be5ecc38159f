/* see making.h */
#include "proof/making.h"

#include <inttypes.h>
#include <string.h>

#define CHECKS_MAX 14
#define REREAD "committed-state-reread"

enum rp_status
rp_making_open(struct rp_making *making, struct rp_verdict *verdict,
               const struct rp_proof *proof, struct rp_err *err)
{
    *making = (struct rp_making){ .verdict = verdict, .proof = proof };
    verdict->check_count = 0;
    verdict->checks =
        rp_arena_array(&verdict->arena, CHECKS_MAX, sizeof *verdict->checks);
    if (verdict->checks == NULL)
        return rp_fail_nomem(err, "hold the checks");
    return RP_OK;
}

void
rp_making_close(struct rp_making *making)
{
    rp_buf_release(&making->expected);
    rp_buf_release(&making->actual);
}

enum rp_status
rp_making_add(struct rp_making *making, const char *id, struct rp_err *err)
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

void
rp_making_digest(struct rp_buf *out, const struct rp_digest *digest)
{
    if (digest == NULL)
        rp_buf_str(out, "no such table");
    else
        rp_buf_printf(out, "%" PRIu64 " rows, sha256 %s", digest->fp.rows,
                      digest->sha256);
}

enum rp_status
rp_making_bytes(struct rp_making *making, struct rp_err *err)
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
    return rp_making_add(making, "source-bytes-balanced", err);
}

/* Of several sources each one by itself as well: what one has too many must
 * not make up for what another lacks. */
static void
put_each(struct rp_making *making, uint64_t expected, uint64_t actual, size_t i)
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

enum rp_status
rp_making_records(struct rp_making *making, struct rp_err *err)
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
    return rp_making_add(making, "records-balanced", err);
}

static uint64_t
sum_enrollments(const struct rp_enrollment_counts *counts)
{
    return counts->inserted + counts->already_present +
           counts->duplicate_exact + counts->duplicate_conflict +
           counts->rejected;
}

enum rp_status
rp_making_enrollments(struct rp_making *making, struct rp_err *err)
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
    return rp_making_add(making, "enrollments-balanced", err);
}

enum rp_status
rp_making_bystanders(struct rp_making *making, struct rp_err *err)
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
    return rp_making_add(making, "bystanders-preserved", err);
}

enum rp_status
rp_making_references(struct rp_making *making, struct rp_err *err)
{
    rp_buf_str(&making->expected, "0 links without a student or a course");
    rp_buf_printf(&making->actual,
                  "%" PRIu64 " links without a student or a course",
                  making->proof->orphans);
    return rp_making_add(making, "links-reference-rows", err);
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

enum rp_status
rp_making_sound(struct rp_making *making, struct rp_err *err)
{
    rp_buf_str(&making->expected, "0 new lines of trouble");
    rp_buf_printf(&making->actual, "%" PRIu64 " new lines of trouble",
                  new_lines(&making->proof->before->soundness,
                            &making->proof->after->soundness));
    return rp_making_add(making, "database-sound", err);
}

enum rp_status
rp_making_reread(struct rp_making *making, struct rp_err *err)
{
    enum rp_status status;

    rp_buf_printf(&making->expected, "database %s",
                  making->proof->after->database);
    rp_buf_str(&making->actual, "nothing was committed");
    status = rp_making_add(making, REREAD, err);
    if (status == RP_OK)
        making->verdict->checks[making->verdict->check_count - 1].result =
            RP_SKIPPED;
    return status;
}
