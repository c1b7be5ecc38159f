/* see verifytext.h */
#include "report/verifytext.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/closing.h"
#include "report/page.h"

/* Lines of a list are copied in pieces of this. */
#define PIECE_BYTES ((size_t)4096)
#define NAME_WIDTH 16
#define COUNT_WIDTH 12
#define CHANGE_WIDTH 10

struct page {
    const struct rp_verification *found;
    const struct rp_text_sink *sink;
    struct rp_buf text;
};

/* What was written so far leaves. */
static enum rp_status
flush(struct page *page, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&page->text, err);

    if (status == RP_OK && page->text.len > 0)
        status =
            page->sink->put(page->sink->ctx, rp_buf_view(&page->text), err);
    rp_buf_reset(&page->text);
    return status;
}

static void
put_number(struct rp_buf *out, bool there, uint64_t number, size_t width)
{
    char digits[24];

    (void)snprintf(digits, sizeof digits, "%" PRIu64, number);
    rp_page_right(out, there ? rp_slice_str(digits) : RP_LIT("-"), width);
}

static void
put_now(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_printf(out, "rollproof %s   verify %s\n\n", verdict->program,
                  verdict->school);
    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        rp_buf_str(out, "  ");
        rp_page_left(out, rp_slice_str(table->table), NAME_WIDTH);
        put_number(out, table->there_after, table->rows_after, COUNT_WIDTH + 1);
        rp_buf_printf(out, "   %s\n",
                      table->there_after ? table->digest_after : "-");
    }
    rp_buf_byte(out, '\n');
}

/* Each line behind the word that says what it lists. */
static enum rp_status
put_lines(struct page *page, const char *label, struct rp_slice piece,
          bool *at_start, struct rp_err *err)
{
    while (piece.len > 0) {
        const unsigned char *end = memchr(piece.ptr, '\n', piece.len);
        size_t len = end == NULL ? piece.len : (size_t)(end - piece.ptr) + 1;

        if (*at_start)
            rp_page_label(&page->text, label);
        rp_buf_put(&page->text, piece.ptr, len);
        *at_start = end != NULL;
        piece.ptr += len;
        piece.len -= len;
    }
    return flush(page, err);
}

static enum rp_status
put_listing(struct page *page, const char *label,
            const struct rp_listing *listing, struct rp_err *err)
{
    unsigned char piece[PIECE_BYTES];
    struct rp_spool_reader *reader = NULL;
    size_t got = sizeof piece;
    bool at_start = true;
    enum rp_status status = RP_OK;

    if (listing->lines != NULL)
        status = rp_spool_read(listing->lines, &reader, err);
    while (status == RP_OK && reader != NULL && got == sizeof piece) {
        status = rp_spool_next(reader, piece, sizeof piece, &got, err);
        if (status == RP_OK)
            status = put_lines(page, label, (struct rp_slice){ piece, got },
                               &at_start, err);
    }
    rp_spool_reader_close(reader);
    if (listing->shown < listing->total) {
        rp_page_label(&page->text, label);
        rp_buf_printf(&page->text,
                      "shown %" PRIu64 " of %" PRIu64
                      "; --limit all shows all of them\n",
                      listing->shown, listing->total);
    }
    return status;
}

static void
put_compared(struct rp_buf *out, const struct rp_compared *compared)
{
    rp_buf_str(out, "  ");
    rp_page_left(out, rp_slice_str(compared->table), NAME_WIDTH);
    put_number(out, compared->there_then, compared->rows_then, COUNT_WIDTH);
    put_number(out, compared->there_now, compared->rows_now, COUNT_WIDTH);
    for (int i = 0; i < RP_DIFFERENCES; i++)
        put_number(out, compared->known, compared->counts[i], CHANGE_WIDTH);
    rp_buf_printf(out, "   %s\n", compared->word);
}

static enum rp_status
put_comparison(struct page *page, const struct rp_comparison *comparison,
               struct rp_err *err)
{
    struct rp_buf *out = &page->text;
    enum rp_status status = RP_OK;

    rp_buf_printf(out, "  against the %s %s\n", comparison->kind,
                  comparison->name);
    rp_buf_str(out, "  ");
    rp_page_left(out, RP_LIT("table"), NAME_WIDTH);
    rp_page_right(out, RP_LIT("then"), COUNT_WIDTH);
    rp_page_right(out, RP_LIT("now"), COUNT_WIDTH);
    for (int i = 0; i < RP_DIFFERENCES; i++)
        rp_page_right(out,
                      rp_slice_str(rp_difference_name((enum rp_difference)i)),
                      CHANGE_WIDTH);
    rp_buf_byte(out, '\n');
    for (size_t i = 0; i < comparison->table_count; i++)
        put_compared(out, &comparison->tables[i]);
    for (int i = 0; i < RP_DIFFERENCES && status == RP_OK; i++)
        status = put_listing(page, rp_difference_name((enum rp_difference)i),
                             &comparison->listings[i], err);
    if (status == RP_OK)
        status = put_listing(page, "schema", &comparison->schema, err);
    rp_buf_byte(out, '\n');
    return status;
}

static void
put_sums(struct rp_buf *out, const struct rp_verification *found)
{
    const struct rp_record_counts *records = &found->verdict.records;
    const struct rp_enrollment_counts *enrolled = &found->verdict.enrollments;
    const struct rp_presence_result *counts = &found->sources->counts;

    rp_page_label(out, "records");
    rp_buf_printf(out,
                  "%" PRIu64 " = used %" PRIu64 " + blank %" PRIu64
                  " + filtered %" PRIu64 " + rejected %" PRIu64 "\n",
                  records->total, records->used, records->blank,
                  records->filtered, records->rejected);
    rp_page_label(out, "enrolled");
    rp_buf_printf(out,
                  "%" PRIu64 " = linked %" PRIu64 " + missing %" PRIu64
                  " + repeated %" PRIu64 " + rejected %" PRIu64 "\n",
                  enrolled->total, counts->linked, counts->missing,
                  counts->repeats, enrolled->rejected);
    rp_page_label(out, "links");
    rp_buf_printf(
        out, "%" PRIu64 " = claimed %" PRIu64 " + added %" PRIu64 "\n",
        counts->claimed + counts->added, counts->claimed, counts->added);
}

static enum rp_status
put_sources(struct page *page, struct rp_err *err)
{
    const struct rp_verification *found = page->found;
    const struct rp_source_answer *answer = found->sources;
    struct rp_buf *out = &page->text;
    enum rp_status status;

    for (size_t i = 0; i < found->verdict.source_count; i++) {
        const struct rp_source_report *source = &found->verdict.sources[i];

        rp_page_label(out, "source");
        rp_buf_printf(out, "%s   %" PRIu64 " bytes   sha256 %s\n", source->name,
                      source->bytes, source->sha256);
    }
    if (found->verdict.map != NULL) {
        rp_page_label(out, "map");
        rp_buf_printf(out, "%s   sha256 %s\n", found->verdict.map,
                      found->verdict.map_sha256);
    }
    put_sums(out, found);
    status = put_listing(page, "rejected", &answer->rejected, err);
    if (status == RP_OK)
        status = put_listing(page, "missing", &answer->missing, err);
    if (status == RP_OK)
        status = put_listing(page, "added", &answer->added, err);
    rp_closing_findings(out, &found->verdict);
    rp_buf_byte(out, '\n');
    return status;
}

static enum rp_status
put_amiss(struct page *page, struct rp_err *err)
{
    const struct rp_verification *found = page->found;
    enum rp_status status = put_listing(page, "orphan", &found->orphans, err);

    if (status == RP_OK)
        status = put_listing(page, "trouble", &found->trouble, err);
    if (found->orphans.total + found->trouble.total > 0)
        rp_buf_byte(&page->text, '\n');
    return status;
}

/* What passed shows what is there, and what was allowed when that is more. */
static void
put_checks(struct rp_buf *out, const struct rp_verdict *verdict)
{
    static const char *const words[] = {
        [RP_PASS] = "ok",
        [RP_FAIL] = "FAILED",
        [RP_SKIPPED] = "SKIPPED",
    };

    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];

        rp_page_label(out, words[check->result]);
        if (strcmp(check->expected, check->actual) == 0)
            rp_buf_printf(out, "%s: %s\n", check->id, check->actual);
        else if (check->result == RP_PASS)
            rp_buf_printf(out, "%s: %s (allowed: %s)\n", check->id,
                          check->actual, check->expected);
        else
            rp_buf_printf(out, "%s: expected %s, actual %s\n", check->id,
                          check->expected, check->actual);
    }
}

static uint64_t
count_checks(const struct rp_verdict *verdict, enum rp_result result)
{
    uint64_t count = 0;

    for (size_t i = 0; i < verdict->check_count; i++)
        count += verdict->checks[i].result == result ? 1 : 0;
    return count;
}

static uint64_t
count_refused(const struct rp_verdict *verdict)
{
    uint64_t count = 0;

    for (size_t i = 0; i < verdict->finding_count; i++)
        if (rp_code_blocks(verdict->findings[i].code) &&
            !verdict->findings[i].accepted)
            count++;
    return count;
}

/* Has anything changed, within what is allowed? */
static bool
any_change(const struct rp_verification *found)
{
    for (size_t i = 0; i < found->comparison_count; i++)
        for (size_t t = 0; t < found->comparisons[i].table_count; t++)
            if (strncmp(found->comparisons[i].tables[t].word, "same", 4) != 0)
                return true;
    return found->sources != NULL && (found->sources->counts.missing > 0 ||
                                      found->sources->counts.added > 0);
}

static void
put_failures(struct rp_buf *out, uint64_t failed, uint64_t refused)
{
    rp_buf_str(out, "DIFFERENCES FOUND: ");
    if (failed > 0) {
        rp_page_count(out, failed, "check");
        rp_buf_str(out, " failed");
    }
    if (refused > 0) {
        rp_buf_str(out, failed > 0 ? ", " : "");
        rp_page_count(out, refused, "finding");
        rp_buf_str(out, " refused");
    }
}

static void
put_outcome(struct rp_buf *out, const struct rp_verification *found)
{
    const struct rp_verdict *verdict = &found->verdict;
    uint64_t failed = count_checks(verdict, RP_FAIL);
    uint64_t refused = count_refused(verdict);

    rp_buf_str(out, "\n  ");
    if (failed + refused > 0)
        put_failures(out, failed, refused);
    else if (found->undecided != RP_UNDECIDED_NOT)
        rp_buf_str(out, "CANNOT BE TOLD");
    else if (any_change(found))
        rp_buf_str(out, "CHANGED AS ALLOWED");
    else if (found->comparison_count > 0 || found->sources != NULL)
        rp_buf_str(out, "SAME");
    else
        rp_buf_str(out, "ALL INVARIANTS HOLD");
    if (verdict->outcome == RP_PROVED_WITH_EXCEPTIONS)
        rp_buf_str(out, ", with exceptions");
    rp_buf_byte(out, '\n');
}

static void
put_rotated(struct rp_buf *out, const struct rp_verification *found)
{
    if (found->snapshot == NULL)
        return;
    rp_buf_byte(out, '\n');
    rp_page_label(out, "rotated");
    if (!found->rotated)
        rp_buf_printf(out, "nothing: %s is what it was\n", found->snapshot);
    else if (found->kept == 0)
        rp_buf_printf(out, "%s is this state now\n", found->snapshot);
    else
        rp_buf_printf(out, "%s is this state now, %s.1 what it was\n",
                      found->snapshot, found->snapshot);
}

enum rp_status
rp_verify_text(const struct rp_verification *verification,
               const struct rp_text_sink *sink, struct rp_err *err)
{
    struct page page = { .found = verification, .sink = sink };
    enum rp_status status = RP_OK;

    put_now(&page.text, &verification->verdict);
    for (size_t i = 0; i < verification->comparison_count && status == RP_OK;
         i++)
        status = put_comparison(&page, &verification->comparisons[i], err);
    if (status == RP_OK && verification->sources != NULL)
        status = put_sources(&page, err);
    if (status == RP_OK)
        status = put_amiss(&page, err);
    put_checks(&page.text, &verification->verdict);
    put_rotated(&page.text, verification);
    put_outcome(&page.text, verification);
    if (status == RP_OK)
        status = flush(&page, err);
    rp_buf_release(&page.text);
    return status;
}
