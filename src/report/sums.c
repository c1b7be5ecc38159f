/* see sums.h */
#include "report/sums.h"

#include <inttypes.h>
#include <string.h>

#include "report/page.h"

/* Here "balanced" ends where the lines end. */
#define LEAST_COLUMN 92
#define TERMS_MAX 5

/* total = name value + name value ... */
struct sum {
    const char *label;
    uint64_t total;
    struct {
        const char *name; /* NULL: no further term */
        uint64_t value;
    } terms[TERMS_MAX];
    bool balanced;
};

static struct sum
sum_of_source(const struct rp_source_report *source)
{
    const struct sum sum = {
        .label = "bytes",
        .total = source->bytes,
        .terms = { { "bom", source->bytes_bom },
                   { "header", source->bytes_header },
                   { "records", source->bytes_records },
                   { "blank", source->bytes_blank },
                   { "rejected", source->bytes_rejected } },
        .balanced = source->bytes_balanced,
    };

    return sum;
}

static struct sum
sum_of_records(const struct rp_record_counts *records)
{
    const struct sum sum = {
        .label = "records",
        .total = records->total,
        .terms = { { "used", records->used },
                   { "blank", records->blank },
                   { "filtered", records->filtered },
                   { "rejected", records->rejected } },
        .balanced = records->balanced,
    };

    return sum;
}

static struct sum
sum_of_enrollments(const struct rp_verdict *verdict)
{
    const struct rp_enrollment_counts *counts = &verdict->enrollments;
    bool load = rp_verdict_kind(verdict) == RP_KIND_LOAD;
    const struct sum sum = {
        .label = load ? "rows" : "enrolled",
        .total = counts->total,
        .terms = { { "inserted", counts->inserted },
                   { "already", counts->already_present },
                   { "same", counts->duplicate_exact },
                   { "conflicting", counts->duplicate_conflict },
                   { "rejected", counts->rejected } },
        .balanced = counts->balanced,
    };

    return sum;
}

static struct sum
sum_of_sync(const struct rp_sync_report *sync)
{
    const struct sum sum = {
        .label = "claims",
        .total = sync->claims,
        .terms = { { "kept", sync->kept },
                   { "removed", sync->removed },
                   { "gone before", sync->gone } },
        .balanced = sync->claims == sync->kept + sync->removed + sync->gone,
    };

    return sum;
}

static void
put_equation(struct rp_buf *out, const struct sum *sum)
{
    rp_buf_printf(out, "%" PRIu64 " =", sum->total);
    for (size_t i = 0; i < TERMS_MAX && sum->terms[i].name != NULL; i++)
        rp_buf_printf(out, "%s %s %" PRIu64, i == 0 ? "" : " +",
                      sum->terms[i].name, sum->terms[i].value);
}

static void
put_sum(struct rp_buf *out, const struct sum *sum, size_t column)
{
    struct rp_buf equation = { 0 };

    put_equation(&equation, sum);
    rp_page_label(out, sum->label);
    rp_page_left(out, rp_buf_view(&equation), column - RP_PAGE_VALUE);
    rp_buf_str(out, sum->balanced ? "balanced\n" : "NOT BALANCED\n");
    rp_page_done(out, &equation);
}

/* At least column. */
static size_t
column_behind(struct rp_buf *out, const struct sum *sum, size_t column)
{
    struct rp_buf equation = { 0 };
    size_t behind;

    put_equation(&equation, sum);
    behind = RP_PAGE_VALUE + equation.len + 3;
    rp_page_done(out, &equation);
    return behind > column ? behind : column;
}

size_t
rp_sums_column(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct sum records = sum_of_records(&verdict->records);
    const struct sum enrollments = sum_of_enrollments(verdict);
    size_t column = column_behind(out, &records, LEAST_COLUMN);

    column = column_behind(out, &enrollments, column);
    if (verdict->sync != NULL) {
        const struct sum sync = sum_of_sync(verdict->sync);

        column = column_behind(out, &sync, column);
    }
    for (size_t i = 0; i < verdict->source_count; i++) {
        const struct sum bytes = sum_of_source(&verdict->sources[i]);

        column = column_behind(out, &bytes, column);
    }
    return column;
}

void
rp_sums_source(struct rp_buf *out, const struct rp_source_report *source,
               size_t column)
{
    const struct sum sum = sum_of_source(source);

    put_sum(out, &sum, column);
}

void
rp_sums_totals(struct rp_buf *out, const struct rp_verdict *verdict,
               size_t column)
{
    const struct sum records = sum_of_records(&verdict->records);
    const struct sum enrollments = sum_of_enrollments(verdict);

    put_sum(out, &records, column);
    if (rp_verdict_kind(verdict) != RP_KIND_DOWNGRADE)
        put_sum(out, &enrollments, column);
}

static void
put_earlier(struct rp_buf *out, const struct rp_earlier_report *earlier)
{
    rp_page_label(out, "previous");
    rp_buf_printf(out, "%s   %" PRIu64 " bytes   ", earlier->source.name,
                  earlier->source.bytes);
    rp_page_count(out, earlier->source.records.total, "record");
    rp_buf_str(out, !earlier->imported ? ", no evidence of its import"
                    : earlier->same_mapping
                        ? ", imported before by the same mapping"
                        : ", imported before by another mapping or filter");
    rp_buf_byte(out, '\n');
}

/* Why the links that would go may not, and what to do. */
static void
put_refusal(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_sync_report *sync = verdict->sync;
    const struct rp_check *allowed =
        rp_verdict_check(verdict, "removals-allowed");
    struct rp_buf words = { 0 };

    if (sync->forbidden != NULL)
        rp_buf_printf(&words, "none may be removed: %s", sync->forbidden);
    else if (allowed != NULL && allowed->result == RP_FAIL)
        rp_buf_printf(&words,
                      "removed.csv names them; to remove exactly these: "
                      "--max-removed %" PRIu64,
                      sync->removed);
    if (words.len > 0)
        rp_page_words(out, rp_buf_view(&words), RP_PAGE_VALUE);
    rp_page_done(out, &words);
}

void
rp_sums_sync(struct rp_buf *out, const struct rp_verdict *verdict,
             size_t column)
{
    const struct rp_sync_report *sync = verdict->sync;
    struct sum sum;

    if (sync == NULL)
        return;
    for (size_t i = 0; i < sync->earlier_count; i++)
        put_earlier(out, &sync->earlier[i]);
    sum = sum_of_sync(sync);
    put_sum(out, &sum, column);
    rp_page_label(out, "removed");
    rp_buf_printf(out,
                  "%" PRIu64 " of %" PRIu64 " links (--max-removed %s); made "
                  "elsewhere and left alone: %" PRIu64 "\n",
                  sync->removed, sync->links_before, sync->max_removed,
                  sync->elsewhere);
    put_refusal(out, verdict);
}
