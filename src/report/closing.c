/* see closing.h */
#include "report/closing.h"

#include <inttypes.h>
#include <string.h>

#include "base/show.h"
#include "report/page.h"

#define NOT_STATED "not stated"

static enum rp_told
told_of(const struct rp_finding_report *finding)
{
    if (!rp_code_blocks(finding->code))
        return RP_TOLD_NOTE;
    return finding->accepted ? RP_TOLD_ACCEPTED : RP_TOLD_REFUSED;
}

/* unknown-student 3 of 3; a limit in percent is no number to be one of. */
static void
put_finding(struct rp_buf *out, const struct rp_finding_report *finding)
{
    enum rp_told told = told_of(finding);

    rp_buf_printf(out, "%s %" PRIu64, rp_code_name(finding->code),
                  finding->count);
    if (told == RP_TOLD_REFUSED && finding->limit != NULL)
        rp_buf_printf(out, " over its limit %s", finding->limit);
    else if (told == RP_TOLD_ACCEPTED && finding->limit != NULL)
        rp_buf_printf(out, " %s %s",
                      strchr(finding->limit, '%') == NULL ? "of" : "within",
                      finding->limit);
    if (finding->detail != NULL && finding->detail[0] != '\0')
        rp_buf_printf(out, " (%s)", finding->detail);
}

const struct rp_finding_report *
rp_closing_next(const struct rp_verdict *verdict, enum rp_told told,
                const struct rp_finding_report *last)
{
    const struct rp_finding_report *next = NULL;

    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct rp_finding_report *finding = &verdict->findings[i];
        bool behind = last == NULL || finding->count < last->count ||
                      (finding->count == last->count && finding > last);

        if (finding->count == 0 || told_of(finding) != told || !behind)
            continue;
        if (next == NULL || finding->count > next->count)
            next = finding;
    }
    return next;
}

static void
put_findings(struct rp_buf *out, const struct rp_verdict *verdict,
             enum rp_told told)
{
    const struct rp_finding_report *finding = NULL;
    size_t before = out->len;

    while ((finding = rp_closing_next(verdict, told, finding)) != NULL) {
        if (out->len > before)
            rp_buf_str(out, ", ");
        put_finding(out, finding);
    }
}

void
rp_closing_accept(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_finding_report *finding = NULL;
    const char *between = verdict->map == NULL ? "--accept " : "";

    while ((finding = rp_closing_next(verdict, RP_TOLD_REFUSED, finding)) !=
           NULL) {
        const char *code = rp_code_name(finding->code);

        if (verdict->map == NULL)
            rp_buf_printf(out, "%s%s=%" PRIu64, between, code, finding->count);
        else
            rp_buf_printf(out, "%s[accept %s] limit = %" PRIu64, between, code,
                          finding->count);
        between = verdict->map == NULL ? "," : ", ";
    }
}

static bool
is_stated(const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].reason != NULL ||
            verdict->findings[i].approved_by != NULL)
            return true;
    return false;
}

/* A line of its own below an acceptance. */
static void
put_word(struct rp_buf *out, const char *label, const char *text)
{
    struct rp_buf words = { 0 };

    rp_buf_printf(&words, "%s: %s", label, text);
    rp_page_words(out, rp_buf_view(&words), RP_PAGE_VALUE + 2);
    rp_page_done(out, &words);
}

/* Every acceptance with its reason and its approver. */
static void
put_approvals(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_finding_report *finding = NULL;
    const char *label = "accepted";

    while ((finding = rp_closing_next(verdict, RP_TOLD_ACCEPTED, finding)) !=
           NULL) {
        rp_page_label(out, label);
        put_finding(out, finding);
        rp_buf_byte(out, '\n');
        if (finding->reason != NULL)
            put_word(out, "reason", finding->reason);
        put_word(out, "approver",
                 finding->approved_by == NULL ? NOT_STATED
                                              : finding->approved_by);
        label = "";
    }
}

static void
put_nobody(struct rp_buf *out)
{
    rp_page_label(out, "");
    rp_buf_str(out, "approver: " NOT_STATED "\n");
}

/* Notes stand behind what was accepted when both fit on one line. */
static void
put_told(struct rp_buf *out, struct rp_slice accepted, struct rp_slice notes)
{
    static const char between[] = "        notes  ";
    size_t width = RP_PAGE_VALUE + rp_page_width(accepted) + strlen(between) +
                   rp_page_width(notes);

    if (accepted.len > 0 && notes.len > 0 && width <= RP_PAGE_COLUMNS) {
        rp_page_label(out, "accepted");
        rp_buf_slice(out, accepted);
        rp_buf_str(out, between);
        rp_buf_slice(out, notes);
        rp_buf_byte(out, '\n');
        put_nobody(out);
        return;
    }
    if (accepted.len > 0) {
        rp_page_list(out, "accepted", accepted);
        put_nobody(out);
    }
    if (notes.len > 0)
        rp_page_list(out, "notes", notes);
}

void
rp_closing_findings(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_buf refused = { 0 };
    struct rp_buf accepted = { 0 };
    struct rp_buf notes = { 0 };

    put_findings(&refused, verdict, RP_TOLD_REFUSED);
    put_findings(&notes, verdict, RP_TOLD_NOTE);
    if (refused.len > 0) {
        rp_page_list(out, "refused", rp_buf_view(&refused));
        rp_buf_str(out, "  to accept exactly these");
        if (verdict->map != NULL)
            rp_buf_printf(out, ", in %s", verdict->map);
        rp_buf_str(out, ": ");
        rp_closing_accept(out, verdict);
        rp_buf_byte(out, '\n');
    }
    if (is_stated(verdict))
        put_approvals(out, verdict);
    else
        put_findings(&accepted, verdict, RP_TOLD_ACCEPTED);
    put_told(out, rp_buf_view(&accepted), rp_buf_view(&notes));
    rp_page_done(out, &refused);
    rp_page_done(out, &accepted);
    rp_page_done(out, &notes);
}

uint64_t
rp_closing_count(const struct rp_verdict *verdict, enum rp_result result)
{
    uint64_t count = 0;

    for (size_t i = 0; i < verdict->check_count; i++)
        count += verdict->checks[i].result == result;
    return count;
}

static const char *
or_nothing(const char *text)
{
    return text == NULL || text[0] == '\0' ? "nothing" : text;
}

static void
put_failed(struct rp_buf *out, const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];

        if (check->result != RP_FAIL)
            continue;
        rp_page_label(out, "FAILED");
        rp_buf_printf(out, "%s: expected %s, actual %s\n", check->id,
                      or_nothing(check->expected), or_nothing(check->actual));
    }
}

/* Why a check was skipped: there is only one that may be. */
static void
put_skipped(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const char *between = "";

    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];
        bool reread = strcmp(check->id, "committed-state-reread") == 0;

        if (check->result != RP_SKIPPED)
            continue;
        rp_buf_printf(out, "%s%s", between, check->id);
        if (reread && !verdict->committed)
            rp_buf_str(out, ": nothing was committed");
        between = ", ";
    }
}

void
rp_closing_checks(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t failed = rp_closing_count(verdict, RP_FAIL);
    uint64_t skipped = rp_closing_count(verdict, RP_SKIPPED);

    put_failed(out, verdict);
    rp_buf_str(out, "  ");
    rp_page_count(out, rp_closing_count(verdict, RP_PASS), "check");
    rp_buf_str(out, " passed");
    if (failed > 0)
        rp_buf_printf(out, ", %" PRIu64 " failed", failed);
    if (skipped > 0) {
        rp_buf_printf(out, ", %" PRIu64 " skipped (", skipped);
        put_skipped(out, verdict);
        rp_buf_byte(out, ')');
    }
    rp_buf_byte(out, '\n');
}

static const char *
state_of(const struct rp_verdict *verdict)
{
    if (verdict->committed)
        return verdict->outcome == RP_NOT_PROVED ? "but committed"
                                                 : "committed";
    if (verdict->dry_run)
        return "dry run: nothing was committed";
    return verdict->outcome == RP_NOT_PROVED ? "rolled back"
                                             : "not committed yet";
}

/* A skipped re-read is no reason: it is skipped because nothing was committed.
 */
static uint64_t
count_amiss(const struct rp_verdict *verdict)
{
    const struct rp_check *reread =
        rp_verdict_check(verdict, "committed-state-reread");
    uint64_t amiss = rp_closing_count(verdict, RP_SKIPPED);

    if (reread != NULL && reread->result == RP_SKIPPED && !verdict->committed)
        amiss--;
    return amiss;
}

/* Behind the state: what keeps the run from being plainly proved. */
static void
put_reasons(struct rp_buf *out, const struct rp_verdict *verdict,
            rp_put_count *put_count)
{
    uint64_t failed = rp_closing_count(verdict, RP_FAIL);
    uint64_t skipped = count_amiss(verdict);
    const char *between = ": ";

    if (verdict->dry_run && !verdict->committed)
        between = ", ";
    if (failed > 0) {
        rp_buf_str(out, between);
        put_count(out, failed, "check");
        rp_buf_str(out, " failed");
        between = ", ";
    }
    if (skipped > 0) {
        rp_buf_str(out, between);
        put_count(out, skipped, "check");
        rp_buf_str(out, " skipped");
        between = ", ";
    }
    if (verdict->listed > 0) {
        rp_buf_str(out, between);
        put_count(out, verdict->listed, "finding");
        rp_buf_str(out, " in findings.csv");
    }
}

static bool
nothing_was_new(const struct rp_verdict *verdict)
{
    const struct rp_enrollment_counts *counts = &verdict->enrollments;

    return verdict->committed && counts->inserted == 0 &&
           counts->already_present > 0;
}

static bool
was_there(const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->table_count; i++)
        if (verdict->tables[i].role == RP_ROLE_DECLARED)
            return verdict->tables[i].there_before;
    return false;
}

void
rp_closing_state(struct rp_buf *out, const struct rp_verdict *verdict,
                 rp_put_count *put_count)
{
    const enum rp_kind kind = rp_verdict_kind(verdict);

    rp_buf_str(out, state_of(verdict));
    if (verdict->outcome != RP_PROVED)
        put_reasons(out, verdict, put_count);
    else if (kind == RP_KIND_UPGRADE && was_there(verdict))
        rp_buf_str(out, ": the table was there already");
    else if (kind <= RP_KIND_LOAD && nothing_was_new(verdict))
        rp_buf_printf(out, ": nothing to insert, every %s was there already",
                      kind == RP_KIND_LOAD ? "row" : "enrollment");
}

void
rp_closing_outcome(struct rp_buf *out, const struct rp_verdict *verdict)
{
    static const char *const words[] = {
        [RP_PROVED] = "PROVED",
        [RP_PROVED_WITH_EXCEPTIONS] = "PROVED WITH EXCEPTIONS",
        [RP_NOT_PROVED] = "NOT PROVED",
    };

    rp_buf_printf(out, "%s, ", words[verdict->outcome]);
    rp_closing_state(out, verdict, rp_page_count);
}

void
rp_closing_verdict(struct rp_buf *out, const struct rp_verdict *verdict,
                   const char *evidence)
{
    size_t len;

    rp_buf_str(out, "  ");
    rp_closing_outcome(out, verdict);
    rp_buf_byte(out, '\n');
    if (evidence == NULL)
        return;
    rp_page_label(out, "evidence");
    rp_show(out, rp_slice_str(evidence));
    len = strlen(evidence);
    if (len > 0 && evidence[len - 1] != '/')
        rp_buf_byte(out, '/');
    rp_buf_byte(out, '\n');
}
