/* see htmlparts.h: what was found, where, and what to do. */
#include "report/htmlparts.h"

#include <inttypes.h>
#include <string.h>

#include "report/closing.h"
#include "report/htmltable.h"
#include "report/htmltext.h"

/* What of a position is told, in this order; only what any of them has. */
enum member {
    SOURCE,
    COLUMN,
    RECORD,
    LINES,
    BYTES,
    FATE,
    MEMBERS,
};

static const struct rp_html_column columns[MEMBERS] = {
    [SOURCE] = { "Source", "" },  [COLUMN] = { "Column or object", "" },
    [RECORD] = { "Record", "n" }, [LINES] = { "Lines", "n" },
    [BYTES] = { "Bytes", "n" },   [FATE] = { "What became of it", "" },
};

static bool
has(const struct rp_position *position, enum member member)
{
    switch (member) {
    case SOURCE:
        return position->source > 0;
    case COLUMN:
        return position->column != NULL;
    case RECORD:
        return position->record > 0;
    case LINES:
        return position->last_line > 0;
    case BYTES:
        return position->byte_end > 0;
    case FATE:
        return position->disposition != NULL;
    case MEMBERS:
    default:
        return false;
    }
}

static bool
any_has(const struct rp_finding_report *finding, enum member member)
{
    for (size_t i = 0; i < finding->position_count; i++)
        if (has(&finding->positions[i], member))
            return true;
    return false;
}

static void
put_span(struct rp_buf *out, uint64_t first, uint64_t last)
{
    rp_html_number(out, first);
    if (last == first)
        return;
    rp_buf_str(out, "&ndash;");
    rp_html_number(out, last);
}

static void
put_member(struct rp_buf *out, const struct rp_verdict *verdict,
           const struct rp_position *position, enum member member)
{
    if (!has(position, member))
        rp_buf_str(out, "&ndash;");
    else if (member == SOURCE)
        rp_html_name(out, verdict->sources[position->source - 1].name);
    else if (member == COLUMN)
        rp_html_name(out, position->column);
    else if (member == RECORD)
        rp_html_number(out, position->record);
    else if (member == LINES)
        put_span(out, position->first_line, position->last_line);
    else if (member == BYTES)
        put_span(out, position->byte_start, position->byte_end);
    else
        rp_html_text(out, position->disposition);
}

static void
put_positions(struct rp_buf *out, const struct rp_verdict *verdict,
              const struct rp_finding_report *finding)
{
    struct rp_html_column shown[MEMBERS];
    enum member members[MEMBERS];
    struct rp_html_table table = { .columns = shown };
    struct rp_buf caption = { 0 };

    for (int member = 0; member < MEMBERS; member++) {
        if (!any_has(finding, (enum member)member))
            continue;
        members[table.column_count] = (enum member)member;
        shown[table.column_count++] = columns[member];
    }
    if (table.column_count == 0)
        return;
    rp_buf_str(&caption, "Where");
    if (finding->position_count < finding->listed) {
        rp_buf_str(&caption, ": shown ");
        rp_html_number(&caption, finding->position_count);
        rp_buf_str(&caption, " of ");
        rp_html_number(&caption, finding->listed);
        rp_buf_str(&caption,
                   verdict->listed > 0 ? "; findings.csv has all of them" : "");
    }
    rp_html_table_open(out, &table, rp_buf_cstr(&caption));
    for (size_t i = 0; i < finding->position_count; i++) {
        for (size_t c = 0; c < table.column_count; c++) {
            rp_html_cell(out, &table);
            put_member(out, verdict, &finding->positions[i], members[c]);
        }
        rp_html_row_end(out, &table);
    }
    rp_html_table_close(out);
    if (caption.failed)
        out->failed = true;
    rp_buf_release(&caption);
}

static void
put_limit(struct rp_buf *out, const struct rp_finding_report *finding)
{
    if (finding->limit == NULL)
        return;
    rp_buf_str(out,
               finding->accepted ? " (accepted, limit " : " (over its limit ");
    rp_html_text(out, finding->limit);
    rp_buf_byte(out, ')');
}

void
rp_html_approver(struct rp_buf *out, const struct rp_finding_report *finding)
{
    if (finding->approved_by == NULL)
        rp_buf_str(out, "not stated");
    else
        rp_html_text(out, finding->approved_by);
}

/* Who answers for it, and why. */
static void
put_approval(struct rp_buf *out, const struct rp_finding_report *finding)
{
    if (!finding->accepted)
        return;
    if (finding->reason != NULL) {
        rp_buf_str(out, "<p><strong>Reason:</strong> ");
        rp_html_text(out, finding->reason);
        rp_buf_str(out, "</p>\n");
    }
    rp_buf_str(out, "<p><strong>Approver:</strong> ");
    rp_html_approver(out, finding);
    rp_buf_str(out, "</p>\n");
}

/* A note needs no advice of its own. */
static void
put_advice(struct rp_buf *out, const struct rp_finding_report *finding)
{
    bool blocks = rp_code_blocks(finding->code);

    rp_buf_printf(out, "<p>%s", rp_code_meaning(finding->code));
    if (finding->detail != NULL) {
        rp_buf_str(out, " Here: ");
        rp_html_text(out, finding->detail);
        rp_buf_byte(out, '.');
    }
    if (blocks) {
        rp_buf_str(out, "</p>\n");
        put_approval(out, finding);
        rp_buf_str(out, "<p><strong>What to do:</strong>");
    }
    rp_buf_byte(out, ' ');
    rp_html_escape(out, rp_slice_str(rp_code_remedy(finding->code)));
    rp_buf_str(out, "</p>\n");
}

static const char *
unit_of(const struct rp_verdict *verdict, enum rp_code code)
{
    static const char *const units[] = {
        [RP_UNIT_SOURCES] = "source",         [RP_UNIT_RECORDS] = "record",
        [RP_UNIT_ENROLLMENTS] = "enrollment", [RP_UNIT_COLUMNS] = "column",
        [RP_UNIT_OBJECTS] = "object",
    };
    enum rp_unit unit = rp_code_unit(code);

    if (unit == RP_UNIT_ENROLLMENTS && rp_verdict_kind(verdict) == RP_KIND_LOAD)
        return "row";
    return units[unit];
}

static void
put_finding(struct rp_buf *out, const struct rp_verdict *verdict,
            const struct rp_finding_report *finding)
{
    const char *name = rp_code_name(finding->code);

    rp_buf_printf(out,
                  "<section class=\"finding\" id=\"code-%s\">\n"
                  "<h4><code>%s</code> <span class=\"count\">",
                  name, name);
    rp_html_count(out, finding->count, unit_of(verdict, finding->code));
    put_limit(out, finding);
    rp_buf_str(out, "</span></h4>\n");
    put_advice(out, finding);
    put_positions(out, verdict, finding);
    rp_buf_str(out, "</section>\n");
}

struct group {
    enum rp_told told;
    const char *heading;
    const char *intro;
};

static const struct group groups[] = {
    { RP_TOLD_REFUSED, "Refused",
      "These stand in the way. Repair what is wrong and run again, or accept "
      "it up to a stated number: accepting repairs nothing, it lets the rest "
      "be committed." },
    { RP_TOLD_ACCEPTED, "Accepted",
      "These were accepted in advance, each up to a stated limit that was "
      "kept. What was rejected is not in the database." },
    { RP_TOLD_NOTE, "Notes", "Worth knowing; nothing has to be done." },
};

/* What is to be copied, where the policy was stated: options or a map. */
static void
put_accept(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_finding_report *finding = NULL;
    const char *between = "";

    rp_buf_str(out, "<p>To accept exactly these");
    if (verdict->map == NULL) {
        rp_buf_str(out, ":</p>\n<pre><code>");
        rp_closing_accept(out, verdict);
        rp_buf_str(out, "</code></pre>\n");
        return;
    }
    rp_buf_str(out, ", in ");
    rp_html_name(out, verdict->map);
    rp_buf_str(out, ":</p>\n<pre><code>");
    while ((finding = rp_closing_next(verdict, RP_TOLD_REFUSED, finding)) !=
           NULL) {
        rp_buf_printf(out, "%s[accept %s]\nlimit = %" PRIu64 "\n", between,
                      rp_code_name(finding->code), finding->count);
        between = "\n";
    }
    rp_buf_str(out, "</code></pre>\n");
}

static bool
put_group(struct rp_buf *out, const struct rp_verdict *verdict,
          const struct group *group)
{
    const struct rp_finding_report *finding =
        rp_closing_next(verdict, group->told, NULL);

    if (finding == NULL)
        return false;
    rp_buf_printf(out, "<h3>%s</h3>\n<p>%s</p>\n", group->heading,
                  group->intro);
    if (group->told == RP_TOLD_REFUSED)
        put_accept(out, verdict);
    for (; finding != NULL;
         finding = rp_closing_next(verdict, group->told, finding))
        put_finding(out, verdict, finding);
    return true;
}

void
rp_html_findings(struct rp_buf *out, const struct rp_verdict *verdict)
{
    bool any = false;

    rp_buf_str(out, "<section id=\"findings\" aria-labelledby=\"findings-h\">\n"
                    "<h2 id=\"findings-h\">Findings and what to do</h2>\n");
    if (verdict->listed > 0) {
        rp_buf_str(out, "<p>findings.csv lists ");
        rp_html_count(out, verdict->listed, "finding");
        rp_buf_str(out,
                   verdict->shared
                       ? ", without the keys, which only the original has."
                       : ", each with its key; keys are data of persons, so "
                         "this page has none.");
        rp_buf_str(out, " Records and lines are counted from 1, bytes from 0; "
                        "a span of bytes ends before its second "
                        "number.</p>\n");
    }
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        any = put_group(out, verdict, &groups[i]) || any;
    if (!any)
        rp_buf_str(out, "<p>There are none.</p>\n");
    rp_buf_str(out, "</section>\n");
}
