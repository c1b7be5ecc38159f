/* see htmlparts.h: what was proved, at the top of the page. */
#include "report/htmlparts.h"

#include <string.h>

#include "report/closing.h"
#include "report/htmltext.h"
#include "report/meanings.h"

/* How each outcome looks and what it means. */
struct face {
    const char *class;
    const char *heading;
    const char *icon; /* drawn in a field of 24 by 24 */
};

static const struct face faces[] = {
    [RP_PROVED] = { "proved", "Proved", "<path d=\"M6.5 12.5l4 4 7-8.5\"/>" },
    [RP_PROVED_WITH_EXCEPTIONS] = { "excepted", "Proved with exceptions",
                                    "<path d=\"M12 6.5v7M12 17v.5\"/>" },
    [RP_NOT_PROVED] = { "refused", "Not proved",
                        "<path d=\"M8 8l8 8M16 8l-8 8\"/>" },
};

static bool
is_load(const struct rp_verdict *verdict)
{
    return rp_verdict_kind(verdict) == RP_KIND_LOAD;
}

static const char *
meaning_of_proved(const struct rp_verdict *verdict)
{
    switch (rp_verdict_kind(verdict)) {
    case RP_KIND_UPGRADE:
        return "The table is there, and nothing else in the database changed.";
    case RP_KIND_DOWNGRADE:
        return "Every link that the table held stands in the exported file, "
               "which was read back, the table is gone, and nothing else in "
               "the database changed.";
    case RP_KIND_MIGRATE:
    case RP_KIND_LOAD:
        break;
    }
    return "Every byte and every record of the sources is accounted for, the "
           "database holds exactly what was planned, and nothing else in it "
           "changed.";
}

static const char *
meaning_of(const struct rp_verdict *verdict)
{
    if (verdict->outcome == RP_NOT_PROVED && verdict->committed)
        return "The run was committed, but what was read back afterwards is "
               "not what was proved. Look at the check that failed before "
               "anybody uses the database.";
    if (verdict->outcome == RP_NOT_PROVED)
        return "The run was refused and nothing of it was kept: the database "
               "is what it was before.";
    if (verdict->outcome == RP_PROVED_WITH_EXCEPTIONS)
        return "Every byte and every record of the sources is accounted for, "
               "the database holds exactly what was planned, and nothing else "
               "in it changed. What could not be taken over as it is was "
               "accepted in advance, up to a stated number.";
    return meaning_of_proved(verdict);
}

/* student_courses of school.db, into the file that has its links now */
static void
put_change(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_html_name(out, verdict->declared);
    rp_buf_str(out, " of ");
    rp_html_name(out, verdict->school);
    if (verdict->source_count == 0)
        return;
    rp_buf_str(out, " into ");
    rp_html_name(out, verdict->sources[0].name);
}

/* enrollments.csv and 2 more into student_courses of school.db */
static void
put_what(struct rp_buf *out, const struct rp_verdict *verdict)
{
    if (rp_verdict_kind(verdict) > RP_KIND_LOAD) {
        put_change(out, verdict);
        return;
    }
    if (verdict->source_count > 0)
        rp_html_name(out, verdict->sources[0].name);
    if (verdict->source_count > 1) {
        rp_buf_str(out, " and ");
        rp_html_number(out, verdict->source_count - 1);
        rp_buf_str(out, " more");
    }
    if (verdict->source_count > 0)
        rp_buf_str(out, " into ");
    rp_html_name(out, verdict->declared);
    rp_buf_str(out, " of ");
    rp_html_name(out, verdict->school);
}

static void
put_banner(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct face *face = &faces[verdict->outcome];

    rp_buf_printf(out,
                  "<div class=\"verdict %s\">\n"
                  "<svg class=\"icon\" aria-hidden=\"true\" viewBox=\"0 0 24 "
                  "24\"><circle cx=\"12\" cy=\"12\" r=\"11\"/>%s</svg>\n"
                  "<div>\n<h1>%s</h1>\n<p class=\"state\">",
                  face->class, face->icon, face->heading);
    rp_closing_state(out, verdict, rp_html_count);
    rp_buf_str(out, "</p>\n<p class=\"what\">");
    put_what(out, verdict);
    rp_buf_printf(out, "</p>\n<p>%s%s</p>\n</div>\n</div>\n",
                  meaning_of(verdict),
                  verdict->dry_run && !verdict->committed
                      ? " It was a dry run: everything was done and looked "
                        "at, and then undone."
                      : "");
}

static void
put_fact(struct rp_buf *out, const char *term, bool good)
{
    rp_buf_printf(out, "<div><dt>%s</dt><dd%s>", term,
                  good ? "" : " class=\"bad\"");
}

static void
end_fact(struct rp_buf *out)
{
    rp_buf_str(out, "</dd></div>\n");
}

static void
put_of(struct rp_buf *out, uint64_t part, uint64_t whole)
{
    rp_html_number(out, part);
    rp_buf_str(out, " of ");
    rp_html_number(out, whole);
}

static void
put_new(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t inserted = verdict->enrollments.inserted;

    if (rp_verdict_kind(verdict) == RP_KIND_DOWNGRADE) {
        put_fact(out, "Exported links", true);
        rp_html_number(out, verdict->enrollments.already_present);
        end_fact(out);
        return;
    }
    put_fact(out, is_load(verdict) ? "New rows" : "New links", true);
    rp_html_number(out, inserted);
    if (!verdict->committed && inserted > 0)
        rp_buf_str(out, " <small>undone</small>");
    end_fact(out);
}

static void
put_gone(struct rp_buf *out, const struct rp_verdict *verdict)
{
    if (verdict->sync == NULL)
        return;
    put_fact(out, "Removed links", true);
    rp_html_number(out, verdict->sync->removed);
    if (!verdict->committed && verdict->sync->removed > 0)
        rp_buf_str(out, " <small>undone</small>");
    end_fact(out);
}

static void
put_kept(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t tables = 0;
    uint64_t same = 0;

    for (size_t i = 0; i < verdict->table_count; i++) {
        if (verdict->tables[i].role == RP_ROLE_DECLARED)
            continue;
        tables++;
        same += verdict->tables[i].same ? 1 : 0;
    }
    put_fact(out, "Other tables unchanged", same == tables);
    put_of(out, same, tables);
    end_fact(out);
}

static void
put_passed(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t skipped = rp_closing_count(verdict, RP_SKIPPED);

    put_fact(out, "Checks passed", rp_closing_count(verdict, RP_FAIL) == 0);
    put_of(out, rp_closing_count(verdict, RP_PASS), verdict->check_count);
    if (skipped > 0) {
        rp_buf_str(out, " <small>");
        rp_html_number(out, skipped);
        rp_buf_str(out, " skipped</small>");
    }
    end_fact(out);
}

static void
put_facts(struct rp_buf *out, const struct rp_verdict *verdict)
{
    bool balanced = verdict->records.balanced && verdict->enrollments.balanced;

    rp_buf_str(out, "<dl class=\"facts\">\n");
    if (rp_verdict_kind(verdict) == RP_KIND_UPGRADE) {
        put_kept(out, verdict);
        put_passed(out, verdict);
        rp_buf_str(out, "</dl>\n");
        return;
    }
    put_fact(out,
             balanced ? "Records, all accounted for" : "Records, NOT BALANCED",
             balanced);
    rp_html_number(out, verdict->records.total);
    end_fact(out);
    put_new(out, verdict);
    put_gone(out, verdict);
    put_kept(out, verdict);
    put_passed(out, verdict);
    rp_buf_str(out, "</dl>\n");
}

/* Which checks are a reason: a re-read that nothing asked for is none. */
static bool
is_amiss(const struct rp_verdict *verdict, const struct rp_check *check)
{
    if (check->result == RP_SKIPPED)
        return verdict->committed ||
               strcmp(check->id, "committed-state-reread") != 0;
    return check->result == RP_FAIL;
}

static void
put_checks_amiss(struct rp_buf *out, const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];

        if (!is_amiss(verdict, check))
            continue;
        rp_buf_str(out, "<li><a href=\"#checks\"><code>");
        rp_html_name(out, check->id);
        rp_buf_printf(out, "</code></a> %s: %s</li>\n",
                      check->result == RP_FAIL ? "failed" : "was skipped",
                      rp_check_meaning(check->id));
    }
}

static void
put_told(struct rp_buf *out, const struct rp_verdict *verdict,
         enum rp_told told)
{
    const struct rp_finding_report *finding = NULL;

    while ((finding = rp_closing_next(verdict, told, finding)) != NULL) {
        const char *name = rp_code_name(finding->code);

        rp_buf_printf(out,
                      "<li><a href=\"#code-%s\"><code>%s</code></a> "
                      "<span class=\"count\">",
                      name, name);
        rp_html_number(out, finding->count);
        rp_buf_printf(out, "</span>: %s", rp_code_meaning(finding->code));
        if (told == RP_TOLD_ACCEPTED) {
            rp_buf_str(out, " Approver: ");
            rp_html_approver(out, finding);
        }
        rp_buf_str(out, "</li>\n");
    }
}

static void
put_reasons(struct rp_buf *out, const struct rp_verdict *verdict)
{
    bool refused = verdict->outcome == RP_NOT_PROVED;

    if (verdict->outcome == RP_PROVED)
        return;
    rp_buf_printf(out, "<h2>%s</h2>\n<ul class=\"reasons\">\n",
                  refused ? "What stands in the way" : "What was accepted");
    if (refused)
        put_checks_amiss(out, verdict);
    put_told(out, verdict, refused ? RP_TOLD_REFUSED : RP_TOLD_ACCEPTED);
    rp_buf_str(out, "</ul>\n");
}

void
rp_html_verdict(struct rp_buf *out, const struct rp_verdict *verdict)
{
    put_banner(out, verdict);
    put_facts(out, verdict);
    put_reasons(out, verdict);
}
