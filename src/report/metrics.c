/* see notice.h */
#include <inttypes.h>
#include <string.h>

#include "report/notice.h"

#define LAST_SUCCESS "last_success_timestamp_seconds"
/* Enough for any clock, and no number that wraps. */
#define SECONDS_DIGITS_MAX 12

/* text was made fit to be shown; its backslashes are no escapes here. */
static void
put_value(struct rp_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            rp_buf_byte(out, '\\');
        rp_buf_byte(out, (unsigned char)*text);
    }
}

static void
put_head(struct rp_buf *out, const char *name, const char *help)
{
    rp_buf_printf(out, "# HELP rollproof_%s %s\n# TYPE rollproof_%s gauge\n",
                  name, help, name);
}

/* name{command="migrate",school="s.db" without what closes it. */
static void
open_sample(struct rp_buf *out, const struct rp_notice *notice,
            const char *name)
{
    rp_buf_printf(out, "rollproof_%s{command=\"%s\",school=\"", name,
                  notice->command);
    put_value(out, notice->school);
    rp_buf_byte(out, '"');
}

static void
put_sample(struct rp_buf *out, const struct rp_notice *notice, const char *name,
           uint64_t value)
{
    open_sample(out, notice, name);
    rp_buf_printf(out, "} %" PRIu64 "\n", value);
}

static void
put_seconds(struct rp_buf *out, const struct rp_notice *notice,
            const char *name, uint64_t ms)
{
    open_sample(out, notice, name);
    rp_buf_printf(out, "} %" PRIu64 ".%03" PRIu64 "\n", ms / 1000, ms % 1000);
}

/* One more label; its value is text to be shown. */
static void
put_labelled(struct rp_buf *out, const struct rp_notice *notice,
             const char *name, const char *const label[2], uint64_t value)
{
    open_sample(out, notice, name);
    rp_buf_printf(out, ",%s=\"", label[0]);
    put_value(out, label[1]);
    rp_buf_printf(out, "\"} %" PRIu64 "\n", value);
}

/* What there is of every run, however it ended. */
static void
put_run(struct rp_buf *out, const struct rp_notice *notice)
{
    put_head(out, "exit_code", "How the last run ended; 0 is done.");
    put_sample(out, notice, "exit_code", (uint64_t)notice->exit_code);
    put_head(out, "last_run_timestamp_seconds", "When the last run ended.");
    put_sample(out, notice, "last_run_timestamp_seconds", notice->finished_s);
    put_head(out, LAST_SUCCESS,
             "When a run last ended with 0; 0 when none is known.");
    put_sample(out, notice, LAST_SUCCESS,
               notice->exit_code == 0 ? notice->finished_s
                                      : notice->last_success_s);
    put_head(out, "duration_seconds", "How long the last run took.");
    put_seconds(out, notice, "duration_seconds", notice->duration_ms);
    put_head(out, "verdict_reached",
             "1 when the last run came to a verdict: what follows is there.");
    put_sample(out, notice, "verdict_reached", notice->verdict != NULL);
}

static bool
is_verify(const struct rp_verdict *verdict)
{
    return strcmp(verdict->command, "verify") == 0;
}

static void
put_outcome(struct rp_buf *out, const struct rp_notice *notice)
{
    const struct rp_verdict *verdict = notice->verdict;

    put_head(out, "verdict",
             "1 for the verdict of the last run, 0 for others.");
    for (int outcome = RP_PROVED; outcome <= RP_NOT_PROVED; outcome++) {
        const char *const label[2] = {
            "verdict", rp_outcome_name((enum rp_outcome)outcome)
        };

        put_labelled(out, notice, "verdict", label,
                     (int)verdict->outcome == outcome);
    }
    if (is_verify(verdict))
        return;
    put_head(out, "committed", "1 when the last run was committed.");
    put_sample(out, notice, "committed", verdict->committed);
    put_head(out, "dry_run", "1 when the last run was a dry run.");
    put_sample(out, notice, "dry_run", verdict->dry_run);
}

struct fate {
    const char *disposition;
    uint64_t count;
};

static void
put_fates(struct rp_buf *out, const struct rp_notice *notice, const char *name,
          const struct fate *fates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *const label[2] = { "disposition", fates[i].disposition };

        put_labelled(out, notice, name, label, fates[i].count);
    }
}

static void
put_counts(struct rp_buf *out, const struct rp_notice *notice)
{
    const struct rp_record_counts *records = &notice->verdict->records;
    const struct rp_enrollment_counts *claims = &notice->verdict->enrollments;
    const struct fate of_records[] = {
        { "used", records->used },
        { "blank", records->blank },
        { "filtered", records->filtered },
        { "rejected", records->rejected },
    };
    const struct fate of_claims[] = {
        { "inserted", claims->inserted },
        { "already_present", claims->already_present },
        { "duplicate_exact", claims->duplicate_exact },
        { "duplicate_conflict", claims->duplicate_conflict },
        { "rejected", claims->rejected },
    };

    put_head(out, "records", "Records of the sources by what became of them.");
    put_fates(out, notice, "records", of_records,
              sizeof of_records / sizeof of_records[0]);
    put_head(out, "enrollments",
             "Enrollments of the sources by what became of them.");
    put_fates(out, notice, "enrollments", of_claims,
              sizeof of_claims / sizeof of_claims[0]);
}

static void
put_sync(struct rp_buf *out, const struct rp_notice *notice)
{
    const struct rp_sync_report *sync = notice->verdict->sync;

    if (sync != NULL) {
        const struct fate fates[] = {
            { "kept", sync->kept },
            { "removed", sync->removed },
            { "gone", sync->gone },
        };

        put_head(out, "previous_claims",
                 "Enrollments of the previous delivery by what became of "
                 "them.");
        put_fates(out, notice, "previous_claims", fates,
                  sizeof fates / sizeof fates[0]);
    }
}

static uint64_t
count_of(const struct rp_verdict *verdict, enum rp_code code)
{
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].code == code)
            return verdict->findings[i].count;
    return 0;
}

static uint64_t
count_refused(const struct rp_verdict *verdict)
{
    uint64_t refused = 0;

    for (size_t i = 0; i < verdict->finding_count; i++)
        if (rp_code_blocks(verdict->findings[i].code) &&
            !verdict->findings[i].accepted)
            refused += verdict->findings[i].count;
    return refused;
}

/* Every code, so that none vanishes when there is nothing of it. */
static void
put_findings(struct rp_buf *out, const struct rp_notice *notice)
{
    put_head(out, "findings", "Findings by code.");
    for (int code = RP_CODE_NONE + 1; code < RP_CODE_COUNT; code++) {
        open_sample(out, notice, "findings");
        rp_buf_printf(out, ",code=\"%s\",severity=\"%s\"} %" PRIu64 "\n",
                      rp_code_name((enum rp_code)code),
                      rp_code_blocks((enum rp_code)code) ? "blocking" : "note",
                      count_of(notice->verdict, (enum rp_code)code));
    }
    put_head(out, "findings_refused",
             "Blocking findings that nothing accepted.");
    put_sample(out, notice, "findings_refused", count_refused(notice->verdict));
}

/* Who names one state twice has two checks of one name. */
static bool
has_failed(const struct rp_verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->check_count; i++)
        if (strcmp(verdict->checks[i].id, id) == 0 &&
            verdict->checks[i].result == RP_FAIL)
            return true;
    return false;
}

static void
put_checks(struct rp_buf *out, const struct rp_notice *notice)
{
    const struct rp_verdict *verdict = notice->verdict;

    put_head(out, "checks", "Checks by result.");
    for (int result = RP_PASS; result <= RP_SKIPPED; result++) {
        const char *const label[2] = { "result",
                                       rp_result_name((enum rp_result)result) };
        uint64_t count = 0;

        for (size_t i = 0; i < verdict->check_count; i++)
            count += (int)verdict->checks[i].result == result;
        put_labelled(out, notice, "checks", label, count);
    }
    put_head(out, "check_failed", "1 for a check that failed.");
    for (size_t i = 0; i < verdict->check_count; i++) {
        const char *const label[2] = { "check", verdict->checks[i].id };

        if (rp_verdict_check(verdict, label[1]) == &verdict->checks[i])
            put_labelled(out, notice, "check_failed", label,
                         has_failed(verdict, label[1]));
    }
}

/* Not of every table: a series that nobody asked for costs, too. */
static void
put_tables(struct rp_buf *out, const struct rp_notice *notice)
{
    const struct rp_verdict *verdict = notice->verdict;

    put_head(out, "table_rows", "Rows of a table when the last run ended.");
    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];
        const char *const label[2] = { "table", table->table };
        const bool after = verdict->committed || is_verify(verdict);
        const bool there = after ? table->there_after : table->there_before;

        if (table->role != RP_ROLE_BYSTANDER && there)
            put_labelled(out, notice, "table_rows", label,
                         after ? table->rows_after : table->rows_before);
    }
}

void
rp_metrics(struct rp_buf *out, const struct rp_notice *notice)
{
    put_run(out, notice);
    if (notice->verdict == NULL)
        return;
    put_outcome(out, notice);
    put_head(out, "lock_seconds",
             "How long the last run held a lock on the school.");
    put_seconds(out, notice, "lock_seconds", notice->lock_ms);
    put_counts(out, notice);
    put_sync(out, notice);
    put_findings(out, notice);
    put_checks(out, notice);
    put_tables(out, notice);
}

/* Digits up to the end of the line; 0 for anything else. */
static uint64_t
read_seconds(struct rp_slice text)
{
    uint64_t seconds = 0;

    for (size_t i = 0; i < text.len && text.ptr[i] != '\n'; i++) {
        unsigned digit = (unsigned)text.ptr[i] - '0';

        if (digit > 9 || i >= SECONDS_DIGITS_MAX)
            return 0;
        seconds = seconds * 10 + digit;
    }
    return seconds;
}

uint64_t
rp_metrics_last_success(struct rp_slice metrics, const struct rp_notice *notice)
{
    struct rp_buf sample = { 0 };
    uint64_t seconds = 0;

    open_sample(&sample, notice, LAST_SUCCESS);
    rp_buf_str(&sample, "} ");
    while (metrics.len > 0 && !sample.failed) {
        const unsigned char *end = memchr(metrics.ptr, '\n', metrics.len);
        struct rp_slice line = metrics;

        if (end != NULL)
            line.len = (size_t)(end - metrics.ptr) + 1;
        metrics.ptr += line.len;
        metrics.len -= line.len;
        if (line.len <= sample.len ||
            memcmp(line.ptr, sample.ptr, sample.len) != 0)
            continue;
        line.ptr += sample.len;
        line.len -= sample.len;
        seconds = read_seconds(line);
    }
    rp_buf_release(&sample);
    return seconds;
}
