/* see notice.h */
#include <inttypes.h>
#include <string.h>

#include "report/closing.h"
#include "report/notice.h"
#include "report/page.h"

/* U+FFFE and U+FFFF are no characters to XML; a control is none either, and
 * what was made fit to be shown has none. */
static bool
is_no_character(const char *text)
{
    return (unsigned char)text[0] == 0xef && (unsigned char)text[1] == 0xbf &&
           (unsigned char)text[2] >= 0xbe;
}

static const char *
entity_of(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    default:
        return NULL;
    }
}

/* Fit for an attribute as well as between tags. */
static void
put_text(struct rp_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        const char *entity = entity_of(*text);

        if (entity != NULL) {
            rp_buf_str(out, entity);
        } else if (is_no_character(text)) {
            rp_buf_printf(out, "\\xef\\xbf\\x%02x", (unsigned char)text[2]);
            text += 2;
        } else if (byte < 0x20) {
            rp_buf_printf(out, "\\x%02x", byte);
        } else {
            rp_buf_byte(out, byte);
        }
    }
}

static void
put_attribute(struct rp_buf *out, const char *name, const char *value)
{
    rp_buf_printf(out, " %s=\"", name);
    put_text(out, value);
    rp_buf_byte(out, '"');
}

/* What the tests come to; it stands in front of them. */
struct writing {
    const struct rp_notice *notice;
    struct rp_buf cases;
    uint64_t tests, failures, errors, skipped;
};

static void
open_case(struct writing *writing, const char *group, const char *name)
{
    writing->tests++;
    rp_buf_printf(&writing->cases, "    <testcase classname=\"rollproof.%s%s\"",
                  writing->notice->command, group);
    put_attribute(&writing->cases, "name", name);
}

static void
pass(struct writing *writing)
{
    rp_buf_str(&writing->cases, "/>\n");
}

/* The element that says that a test did not pass; what stands in it is put by
 * the caller, who closes it. */
static void
open_outcome(struct writing *writing, const char *element, const char *type,
             const char *message)
{
    rp_buf_printf(&writing->cases, ">\n      <%s", element);
    put_attribute(&writing->cases, "message", message);
    if (type != NULL)
        put_attribute(&writing->cases, "type", type);
    rp_buf_byte(&writing->cases, '>');
}

static void
close_outcome(struct writing *writing, const char *element)
{
    rp_buf_printf(&writing->cases, "</%s>\n    </testcase>\n", element);
}

static void
put_outcome(struct writing *writing, const char *element, const char *type,
            const char *message)
{
    open_outcome(writing, element, type, message);
    close_outcome(writing, element);
}

/* Nothing where no verdict was reached. */
static void
put_verdict_in_short(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t amiss = 0;

    if (verdict == NULL)
        return;
    if (strcmp(verdict->command, "verify") != 0) {
        rp_closing_outcome(out, verdict);
        return;
    }
    for (size_t i = 0; i < verdict->check_count; i++)
        amiss += verdict->checks[i].result == RP_FAIL;
    for (size_t i = 0; i < verdict->finding_count; i++)
        amiss += rp_code_blocks(verdict->findings[i].code) &&
                 !verdict->findings[i].accepted;
    rp_page_count(out, amiss, "difference");
    rp_buf_str(out, " found");
}

/* The run as a whole: whoever reads nothing else must not take it for good. */
static void
put_run(struct writing *writing)
{
    const struct rp_notice *notice = writing->notice;
    struct rp_buf outcome = { 0 };
    struct rp_buf type = { 0 };

    rp_buf_printf(&type, "exit %d", notice->exit_code);
    put_verdict_in_short(&outcome, notice->verdict);
    if (notice->message[0] != '\0')
        rp_buf_printf(&outcome, "%s%s", outcome.len > 0 ? ": " : "",
                      notice->message);
    open_case(writing, "", "run");
    if (notice->exit_code == 0) {
        pass(writing);
    } else if (notice->verdict != NULL) {
        writing->failures++;
        put_outcome(writing, "failure", rp_buf_cstr(&type),
                    rp_buf_cstr(&outcome));
    } else {
        writing->errors++;
        put_outcome(writing, "error", rp_buf_cstr(&type),
                    rp_buf_cstr(&outcome));
    }
    rp_page_done(&writing->cases, &outcome);
    rp_page_done(&writing->cases, &type);
}

static void
put_check(struct writing *writing, const struct rp_check *check)
{
    const char *expected = check->expected == NULL ? "" : check->expected;
    const char *actual = check->actual == NULL ? "" : check->actual;
    struct rp_buf message = { 0 };

    open_case(writing, ".checks", check->id);
    switch (check->result) {
    case RP_PASS:
        pass(writing);
        break;
    case RP_FAIL:
        writing->failures++;
        rp_buf_printf(&message, "expected %s, actual %s", expected, actual);
        put_outcome(writing, "failure", check->id, rp_buf_cstr(&message));
        break;
    case RP_SKIPPED:
        writing->skipped++;
        put_outcome(writing, "skipped", NULL, actual);
        break;
    }
    rp_page_done(&writing->cases, &message);
}

/* enrollments.csv:7: record 6: rejected */
static void
put_position(struct writing *writing, const struct rp_position *position)
{
    const struct rp_verdict *verdict = writing->notice->verdict;
    struct rp_buf *out = &writing->cases;

    rp_buf_byte(out, '\n');
    if (position->source > 0 && position->source <= verdict->source_count) {
        put_text(out, verdict->sources[position->source - 1].name);
        if (position->record > 0)
            rp_buf_printf(out, ":%" PRIu64 ": record %" PRIu64,
                          position->first_line, position->record);
        rp_buf_str(out, ": ");
    }
    if (position->column != NULL) {
        put_text(out, position->column);
        rp_buf_str(out, ": ");
    }
    put_text(out, position->disposition == NULL ? "" : position->disposition);
}

static void
put_refused(struct writing *writing, const struct rp_finding_report *finding)
{
    struct rp_buf message = { 0 };

    writing->failures++;
    rp_buf_printf(&message, "%" PRIu64 " found, ", finding->count);
    if (finding->limit == NULL)
        rp_buf_str(&message, "not accepted");
    else
        rp_buf_printf(&message, "over the limit %s", finding->limit);
    if (finding->detail != NULL)
        rp_buf_printf(&message, ": %s", finding->detail);
    open_outcome(writing, "failure", rp_code_name(finding->code),
                 rp_buf_cstr(&message));
    put_text(&writing->cases, rp_code_remedy(finding->code));
    for (size_t i = 0; i < finding->position_count; i++)
        put_position(writing, &finding->positions[i]);
    if (finding->listed > finding->position_count)
        rp_buf_printf(&writing->cases, "\nand %" PRIu64 " more",
                      finding->listed - finding->position_count);
    close_outcome(writing, "failure");
    rp_page_done(&writing->cases, &message);
}

static void
put_accepted(struct writing *writing, const struct rp_finding_report *finding)
{
    struct rp_buf *out = &writing->cases;

    rp_buf_printf(out, ">\n      <system-out>%" PRIu64 " accepted, limit ",
                  finding->count);
    put_text(out, finding->limit == NULL ? "none" : finding->limit);
    if (finding->reason != NULL) {
        rp_buf_str(out, "; reason: ");
        put_text(out, finding->reason);
    }
    rp_buf_str(out, "; approver: ");
    put_text(out, finding->approved_by == NULL ? "not stated"
                                               : finding->approved_by);
    rp_buf_str(out, "</system-out>\n    </testcase>\n");
}

static void
put_verdict(struct writing *writing)
{
    const struct rp_verdict *verdict = writing->notice->verdict;

    for (size_t i = 0; i < verdict->check_count; i++)
        put_check(writing, &verdict->checks[i]);
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct rp_finding_report *finding = &verdict->findings[i];

        if (!rp_code_blocks(finding->code))
            continue;
        open_case(writing, ".findings", rp_code_name(finding->code));
        if (finding->accepted)
            put_accepted(writing, finding);
        else
            put_refused(writing, finding);
    }
}

static void
put_totals(struct rp_buf *out, const struct writing *writing)
{
    const uint64_t ms = writing->notice->duration_ms;

    rp_buf_printf(out,
                  " tests=\"%" PRIu64 "\" failures=\"%" PRIu64
                  "\" errors=\"%" PRIu64 "\" skipped=\"%" PRIu64
                  "\" time=\"%" PRIu64 ".%03" PRIu64 "\"",
                  writing->tests, writing->failures, writing->errors,
                  writing->skipped, ms / 1000, ms % 1000);
}

void
rp_junit(struct rp_buf *out, const struct rp_notice *notice)
{
    struct writing writing = { .notice = notice };
    struct rp_buf name = { 0 };

    put_run(&writing);
    if (notice->verdict != NULL)
        put_verdict(&writing);
    rp_buf_printf(out, RP_JUNIT_BEGINS " %s\"", notice->program);
    put_totals(out, &writing);
    rp_buf_str(out, ">\n  <testsuite");
    rp_buf_printf(&name, "rollproof %s %s", notice->command, notice->school);
    put_attribute(out, "name", rp_buf_cstr(&name));
    put_totals(out, &writing);
    put_attribute(out, "timestamp", notice->finished);
    rp_buf_str(out, ">\n");
    rp_buf_slice(out, rp_buf_view(&writing.cases));
    rp_buf_str(out, "  </testsuite>\n</testsuites>\n");
    rp_page_done(out, &writing.cases);
    rp_page_done(out, &name);
}
