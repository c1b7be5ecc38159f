/* see text.h */
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "report/closing.h"
#include "report/grid.h"
#include "report/page.h"
#include "report/sums.h"

static void
put_head(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_printf(out, "rollproof %s   %s", verdict->program, verdict->school);
    if (verdict->source_count > 0)
        rp_buf_printf(out, " %s %s",
                      rp_verdict_kind(verdict) == RP_KIND_DOWNGRADE ? "->"
                                                                    : "<-",
                      verdict->sources[0].name);
    if (verdict->source_count > 1)
        rp_buf_printf(out, " and %zu more", verdict->source_count - 1);
    rp_buf_str(out, "\n\n");
    if (verdict->shared) {
        rp_page_label(out, "shared");
        rp_buf_str(out, "a copy without values of the sources and without "
                        "names of persons\n");
    }
}

/* student_id = students.student_id; no column of a source is known when none
 * of them was CSV. */
static void
put_side(struct rp_buf *out, const struct rp_side *side)
{
    rp_page_names(out, &side->csv, "+");
    rp_buf_printf(out, "%s%s.", side->csv.count == 0 ? "" : " = ", side->table);
    rp_page_names(out, &side->db, "+");
}

/* Both sides of a link, on one line when they fit. */
static void
put_sides(struct rp_buf *out, const struct rp_verdict *verdict)
{
    static const char between[] = "        course   ";
    struct rp_buf student = { 0 };
    struct rp_buf course = { 0 };
    size_t width;

    put_side(&student, &verdict->student);
    put_side(&course, &verdict->course);
    width = RP_PAGE_VALUE + rp_page_width(rp_buf_view(&student)) +
            strlen(between) + rp_page_width(rp_buf_view(&course));

    rp_page_label(out, "student");
    rp_buf_slice(out, rp_buf_view(&student));
    if (width <= RP_PAGE_COLUMNS) {
        rp_buf_str(out, between);
    } else {
        rp_buf_byte(out, '\n');
        rp_page_label(out, "course");
    }
    rp_buf_slice(out, rp_buf_view(&course));
    rp_buf_byte(out, '\n');
    rp_page_done(out, &student);
    rp_page_done(out, &course);
}

/* What goes where; a load has only the side that it loads. */
static void
put_mapping(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_side *side = &verdict->student;

    if (side->table == NULL)
        side = &verdict->course;
    if (verdict->student.table != NULL && verdict->course.table != NULL) {
        put_sides(out, verdict);
    } else if (side->table != NULL) {
        rp_page_label(out, "loads");
        rp_buf_printf(out, "%s, key ", side->table);
        rp_page_names(out, &side->db, "+");
        rp_buf_byte(out, '\n');
    }
    for (size_t i = 0; i < verdict->where.count; i++) {
        rp_page_label(out, "where");
        rp_buf_printf(out, "%s\n", verdict->where.items[i]);
    }
    if (verdict->map != NULL) {
        rp_page_label(out, "map");
        rp_buf_printf(out, "%s   sha256 %s\n", verdict->map,
                      verdict->map_sha256);
    }
}

/* Columns that were left out stand behind the only source when they fit. */
static bool
put_source(struct rp_buf *out, const struct rp_source_report *source,
           const char *called, struct rp_slice left_out)
{
    static const char label[] = "   left out: ";
    struct rp_buf line = { 0 };
    size_t width;
    bool fits;

    rp_page_label(&line, called);
    rp_buf_printf(&line, "%s   %" PRIu64 " bytes   %s, %s, %s", source->name,
                  source->bytes, source->encoding, source->delimiter,
                  source->newline);
    width = rp_page_width(rp_buf_view(&line)) + strlen(label) +
            rp_page_width(left_out);
    fits = left_out.len > 0 && width <= RP_PAGE_COLUMNS;
    if (fits) {
        rp_buf_str(&line, label);
        rp_buf_slice(&line, left_out);
    }
    rp_buf_slice(out, rp_buf_view(&line));
    rp_buf_byte(out, '\n');
    rp_page_done(out, &line);
    return fits;
}

static void
put_sources(struct rp_buf *out, const struct rp_verdict *verdict, size_t column)
{
    const struct rp_slice nothing = { NULL, 0 };
    const char *called =
        rp_verdict_kind(verdict) == RP_KIND_DOWNGRADE ? "export" : "source";
    struct rp_buf left_out = { 0 };
    bool told = false;

    rp_page_names(&left_out, &verdict->left_out, ", ");
    for (size_t i = 0; i < verdict->source_count; i++) {
        bool only = verdict->source_count == 1;

        told = put_source(out, &verdict->sources[i], called,
                          only ? rp_buf_view(&left_out) : nothing);
        rp_sums_source(out, &verdict->sources[i], column);
    }
    if (left_out.len > 0 && !told)
        rp_page_list(out, "left out", rp_buf_view(&left_out));
    rp_page_done(out, &left_out);
}

void
rp_text_report(struct rp_buf *out, const struct rp_verdict *verdict,
               const char *evidence)
{
    size_t column = rp_sums_column(out, verdict);

    put_head(out, verdict);
    if (verdict->source_count > 0) {
        put_mapping(out, verdict);
        put_sources(out, verdict, column);
        rp_sums_totals(out, verdict, column);
        rp_sums_sync(out, verdict, column);
        rp_buf_byte(out, '\n');
    }
    rp_grid_tables(out, verdict);
    rp_buf_byte(out, '\n');
    rp_closing_findings(out, verdict);
    rp_closing_checks(out, verdict);
    rp_buf_byte(out, '\n');
    rp_closing_verdict(out, verdict, evidence);
}
