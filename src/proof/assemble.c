/* see assemble.h */
#include "proof/assemble.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/show.h"

/* Text that may stand in a report: valid UTF-8 without controls. */
static enum rp_status
put_shown(struct rp_arena *arena, struct rp_slice bytes, const char **out_text,
          struct rp_err *err)
{
    struct rp_buf shown = { 0 };

    rp_show(&shown, bytes);
    *out_text = shown.failed ? NULL : rp_arena_str(arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    return *out_text == NULL ? rp_fail_nomem(err, "hold the verdict") : RP_OK;
}

static enum rp_status
put_text(struct rp_arena *arena, const char *text, const char **out_text,
         struct rp_err *err)
{
    *out_text = rp_arena_str(arena, text);
    return *out_text == NULL ? rp_fail_nomem(err, "hold the verdict") : RP_OK;
}

static enum rp_status
new_names(struct rp_arena *arena, size_t count, struct rp_names *out_names,
          struct rp_err *err)
{
    out_names->items = rp_arena_array(arena, count, sizeof *out_names->items);
    out_names->count = count;
    return out_names->items == NULL ? rp_fail_nomem(err, "hold the verdict")
                                    : RP_OK;
}

static enum rp_status
put_names(struct rp_arena *arena, const struct rp_slice *names, size_t count,
          struct rp_names *out_names, struct rp_err *err)
{
    enum rp_status status = new_names(arena, count, out_names, err);

    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = put_shown(arena, names[i], &out_names->items[i], err);
    return status;
}

/* "#1", "#2": the places of columns in their source. */
static enum rp_status
put_places(struct rp_arena *arena, const size_t *columns, size_t count,
           struct rp_names *out_names, struct rp_err *err)
{
    enum rp_status status = new_names(arena, count, out_names, err);
    char place[RP_COLUMN_LABEL_BYTES];

    for (size_t i = 0; i < count && status == RP_OK; i++) {
        (void)snprintf(place, sizeof place, "#%zu", columns[i] + 1);
        status = put_text(arena, place, &out_names->items[i], err);
    }
    return status;
}

static enum rp_status
put_csv_names(struct rp_arena *arena, const struct rp_plan *plan,
              bool is_student, struct rp_names *out_names, struct rp_err *err)
{
    const struct rp_layout *layout = NULL;
    const struct rp_key_columns *columns;
    enum rp_status status;

    for (size_t i = 0; i < plan->source_count && layout == NULL; i++)
        if (plan->sources[i].not_csv == NULL)
            layout = &plan->sources[i].layout;
    if (layout == NULL)
        return new_names(arena, 0, out_names, err);
    columns = is_student || layout->course.count == 0 ? &layout->student
                                                      : &layout->course;
    status = new_names(arena, columns->count, out_names, err);
    for (size_t i = 0; i < columns->count && status == RP_OK; i++)
        status = put_shown(arena, layout->names[columns->column[i]],
                           &out_names->items[i], err);
    return status;
}

static enum rp_status
put_side(struct rp_verdict *verdict, const struct rp_plan *plan,
         const struct rp_key_shape *shape, struct rp_side *side,
         struct rp_err *err)
{
    struct rp_arena *arena = &verdict->arena;
    enum rp_status status;

    if (shape == NULL)
        return RP_OK;
    status =
        put_shown(arena, rp_slice_str(shape->table->name), &side->table, err);
    if (status == RP_OK)
        status = put_csv_names(arena, plan, side == &verdict->student,
                               &side->csv, err);
    if (status == RP_OK)
        status = new_names(arena, shape->count, &side->db, err);
    for (size_t i = 0; i < shape->count && status == RP_OK; i++)
        status = put_shown(
            arena, rp_slice_str(shape->table->columns[shape->column[i]].name),
            &side->db.items[i], err);
    return status;
}

/* The columns of the table that a load fills, and those they come from. */
static enum rp_status
put_carried(struct rp_verdict *verdict, const struct rp_asked *asked,
            const struct rp_plan *plan, struct rp_err *err)
{
    const struct rp_row_shape *rows = asked->rows;
    struct rp_arena *arena = &verdict->arena;
    struct rp_side *side = &verdict->carried;
    enum rp_status status;

    if (rows == NULL)
        return RP_OK;
    side->table = verdict->declared;
    status = put_names(arena, rows->db, rows->count, &side->db, err);
    if (status == RP_OK)
        status = new_names(arena, rows->count, &side->csv, err);
    for (size_t i = 0; i < rows->count && status == RP_OK; i++)
        status = put_shown(arena, plan->sources[0].layout.names[rows->csv[i]],
                           &side->csv.items[i], err);
    return status;
}

static enum rp_status
put_map(struct rp_verdict *verdict, const struct rp_asked *asked,
        struct rp_err *err)
{
    enum rp_status status;

    if (asked->map == NULL)
        return RP_OK;
    status = put_text(&verdict->arena, asked->map, &verdict->map, err);
    if (status == RP_OK)
        status = put_text(&verdict->arena, asked->map_sha256,
                          &verdict->map_sha256, err);
    return status;
}

static enum rp_status
put_where(struct rp_verdict *verdict, const struct rp_asked *asked,
          struct rp_err *err)
{
    struct rp_arena *arena = &verdict->arena;
    enum rp_status status =
        new_names(arena, asked->where_count, &verdict->where, err);

    for (size_t i = 0; i < asked->where_count && status == RP_OK; i++)
        status = put_shown(arena, rp_slice_str(asked->where[i]),
                           &verdict->where.items[i], err);
    return status;
}

static enum rp_status
put_asked(struct rp_verdict *verdict, const struct rp_asked *asked,
          struct rp_err *err)
{
    struct rp_arena *arena = &verdict->arena;
    enum rp_status status;

    verdict->dry_run = asked->dry_run;
    status = put_text(arena, asked->program, &verdict->program, err);
    if (status == RP_OK)
        status = put_text(arena, asked->command, &verdict->command, err);
    if (status == RP_OK)
        status = put_text(arena, asked->school, &verdict->school, err);
    if (status == RP_OK)
        status = put_text(arena, asked->declared, &verdict->declared, err);
    if (status == RP_OK)
        status = put_map(verdict, asked, err);
    if (status == RP_OK)
        status = put_names(arena, asked->left_out, asked->left_out_count,
                           &verdict->left_out, err);
    return status == RP_OK ? put_where(verdict, asked, err) : status;
}

static enum rp_status
put_encoding(struct rp_arena *arena, const struct rp_plan_source *from,
             struct rp_source_report *report, struct rp_err *err)
{
    struct rp_buf text = { 0 };

    if (from->not_csv != NULL)
        rp_buf_printf(&text, "not CSV: %s", from->not_csv);
    else
        rp_buf_str(&text, from->facts.encoding);
    report->encoding =
        text.failed ? NULL : rp_arena_str(arena, rp_buf_cstr(&text));
    rp_buf_release(&text);
    return report->encoding == NULL ? rp_fail_nomem(err, "hold the verdict")
                                    : RP_OK;
}

static enum rp_status
put_source_texts(struct rp_arena *arena, const struct rp_asked *asked,
                 const struct rp_plan_source *from,
                 struct rp_source_report *report, struct rp_err *err)
{
    struct rp_slice delimiter = asked->delimiter_name;
    enum rp_status status;

    if (delimiter.len == 0)
        delimiter = (struct rp_slice){ &asked->dialect->delimiter, 1 };
    status = put_text(arena, rp_input_name(from->input), &report->name, err);
    if (status == RP_OK)
        status = put_text(arena, from->facts.sha256, &report->sha256, err);
    if (status == RP_OK)
        status = put_encoding(arena, from, report, err);
    if (status == RP_OK)
        status = put_text(arena, rp_newline_name(from->facts.newline),
                          &report->newline, err);
    if (status == RP_OK)
        status = put_shown(arena, delimiter, &report->delimiter, err);
    if (status == RP_OK)
        status = put_names(arena, from->layout.names, from->layout.width,
                           &report->header, err);
    return status;
}

/* What a reader has to know to divide the records as this run did. */
static enum rp_status
put_columns(struct rp_arena *arena, const struct rp_asked *asked,
            const struct rp_plan_source *from, struct rp_source_report *report,
            struct rp_err *err)
{
    const struct rp_key_columns *student = &from->layout.student;
    const struct rp_key_columns *course = &from->layout.course;
    const struct rp_row_shape *rows = asked->rows;
    enum rp_status status;

    /* A load has one key, and the layout has it on its first side. */
    if (rows != NULL && asked->student == NULL)
        course = student;
    status = put_shown(arena, (struct rp_slice){ &asked->dialect->quote, 1 },
                       &report->quote, err);
    if (status == RP_OK)
        status = put_places(arena, student->column,
                            asked->student == NULL ? 0 : student->count,
                            &report->student, err);
    if (status == RP_OK)
        status = put_places(arena, course->column,
                            asked->course == NULL ? 0 : course->count,
                            &report->course, err);
    if (status == RP_OK)
        status =
            put_places(arena, rows == NULL ? NULL : rows->csv,
                       rows == NULL ? 0 : rows->count, &report->carried, err);
    return status;
}

static enum rp_status
put_source(struct rp_verdict *verdict, const struct rp_asked *asked,
           const struct rp_plan_source *from, struct rp_source_report *report,
           struct rp_err *err)
{
    const struct rp_source_facts *facts = &from->facts;
    enum rp_status status;

    report->bytes = facts->bytes;
    report->bytes_bom = facts->bytes_bom;
    report->bytes_header = facts->bytes_header;
    report->bytes_records = facts->bytes_records;
    report->bytes_blank = facts->bytes_blank;
    report->bytes_rejected = facts->bytes_rejected;
    report->bytes_balanced =
        facts->bytes == facts->bytes_bom + facts->bytes_header +
                            facts->bytes_records + facts->bytes_blank +
                            facts->bytes_rejected;
    status = put_source_texts(&verdict->arena, asked, from, report, err);
    if (status == RP_OK)
        status = put_columns(&verdict->arena, asked, from, report, err);
    return status;
}

static enum rp_status
put_sources(struct rp_verdict *verdict, const struct rp_asked *asked,
            const struct rp_plan *plan, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    verdict->sources = rp_arena_array(&verdict->arena, plan->source_count,
                                      sizeof *verdict->sources);
    if (verdict->sources == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    verdict->source_count = plan->source_count;
    for (size_t i = 0; i < plan->source_count && status == RP_OK; i++)
        status = put_source(verdict, asked, &plan->sources[i],
                            &verdict->sources[i], err);
    return status;
}

static struct rp_record_counts
records_of(const struct rp_fates *fates)
{
    return (struct rp_record_counts){
        .total = fates->records_total,
        .used = fates->used,
        .blank = fates->blank,
        .filtered = fates->filtered,
        .rejected = fates->records_rejected,
        .balanced = rp_fates_records_balance(fates),
    };
}

static struct rp_enrollment_counts
enrollments_of(const struct rp_fates *fates, uint64_t inserted)
{
    return (struct rp_enrollment_counts){
        .total = fates->used,
        .inserted = inserted,
        .already_present = fates->already_present,
        .duplicate_exact = fates->duplicate_exact,
        .duplicate_conflict = fates->duplicate_conflict,
        .rejected = fates->claims_rejected,
        .balanced = rp_fates_claims_balance(fates, inserted),
    };
}

/* All are balanced when each one is. */
static void
put_counts(struct rp_verdict *verdict, const struct rp_plan *plan,
           uint64_t inserted)
{
    verdict->records = records_of(&plan->ledger.all);
    verdict->enrollments = enrollments_of(&plan->ledger.all, inserted);
    for (size_t i = 0; i < plan->source_count; i++) {
        const struct rp_fates *fates = &plan->sources[i].fates;
        struct rp_source_report *source = &verdict->sources[i];

        source->records = records_of(fates);
        source->enrollments = enrollments_of(fates, fates->planned);
        if (!source->records.balanced)
            verdict->records.balanced = false;
        if (!source->enrollments.balanced)
            verdict->enrollments.balanced = false;
    }
}

static void
add_name(struct rp_buf *out, struct rp_slice name)
{
    if (out->len > 0)
        rp_buf_str(out, ", ");
    rp_show(out, name);
}

/* Names of the columns that are not carried, each once. */
static void
describe_columns(struct rp_buf *out, const struct rp_plan *plan)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct rp_layout *layout = &plan->sources[s].layout;

        for (size_t i = 0; i < layout->width; i++) {
            char room[RP_COLUMN_LABEL_BYTES];
            struct rp_slice label = rp_layout_label(layout, i, room);

            if (rp_plan_first_told(plan, s, i))
                add_name(out, label);
        }
    }
}

static enum rp_status
put_acceptance(struct rp_arena *arena, const struct rp_limit *limit,
               struct rp_finding_report *report, struct rp_err *err)
{
    enum rp_status status = put_text(arena, limit->text, &report->limit, err);

    if (status == RP_OK && limit->reason != NULL)
        status =
            put_shown(arena, rp_slice_str(limit->reason), &report->reason, err);
    if (status == RP_OK && limit->approved_by != NULL)
        status = put_shown(arena, rp_slice_str(limit->approved_by),
                           &report->approved_by, err);
    return status;
}

static enum rp_status
put_finding(struct rp_verdict *verdict, const struct rp_policy *policy,
            enum rp_code code, uint64_t count, struct rp_err *err)
{
    const struct rp_limit *limit = &policy->limits[code];
    struct rp_finding_report *report =
        &verdict->findings[verdict->finding_count++];
    uint64_t total = rp_code_unit(code) == RP_UNIT_ENROLLMENTS
                         ? verdict->enrollments.total
                         : verdict->records.total;

    report->code = code;
    report->count = count;
    report->accepted = rp_policy_accepts(policy, code, count, total);
    return limit->kind == RP_LIMIT_NONE
               ? RP_OK
               : put_acceptance(&verdict->arena, limit, report, err);
}

enum rp_status
rp_assemble_findings(struct rp_verdict *verdict, const struct rp_policy *policy,
                     const uint64_t *codes, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    verdict->findings = rp_arena_array(&verdict->arena, RP_CODE_COUNT,
                                       sizeof *verdict->findings);
    if (verdict->findings == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    for (int code = RP_CODE_NONE + 1; code < RP_CODE_COUNT; code++)
        if (codes[code] > 0 && status == RP_OK)
            status = put_finding(verdict, policy, (enum rp_code)code,
                                 codes[code], err);
    return status;
}

/* Which columns are not carried. */
static enum rp_status
put_details(struct rp_verdict *verdict, const struct rp_plan *plan,
            struct rp_err *err)
{
    struct rp_buf detail = { 0 };
    enum rp_status status = RP_OK;

    describe_columns(&detail, plan);
    for (size_t i = 0; i < verdict->finding_count && status == RP_OK; i++)
        if (verdict->findings[i].code == RP_COLUMN_NOT_CARRIED &&
            detail.len > 0)
            status = put_text(&verdict->arena, rp_buf_cstr(&detail),
                              &verdict->findings[i].detail, err);
    rp_buf_release(&detail);
    return status;
}

enum rp_status
rp_assemble_plan(struct rp_verdict *verdict, const struct rp_asked *asked,
                 const struct rp_plan *plan, uint64_t inserted,
                 struct rp_err *err)
{
    enum rp_status status = put_asked(verdict, asked, err);

    if (status == RP_OK)
        status =
            put_side(verdict, plan, asked->student, &verdict->student, err);
    if (status == RP_OK)
        status = put_side(verdict, plan, asked->course, &verdict->course, err);
    if (status == RP_OK)
        status = put_carried(verdict, asked, plan, err);
    if (status == RP_OK)
        status = put_sources(verdict, asked, plan, err);
    if (status != RP_OK)
        return status;
    put_counts(verdict, plan, inserted);
    status =
        rp_assemble_findings(verdict, asked->policy, plan->ledger.codes, err);
    verdict->listed = rp_findings_count(plan->findings);
    return status == RP_OK ? put_details(verdict, plan, err) : status;
}

enum rp_status
rp_assemble_source(struct rp_verdict *verdict, const struct rp_asked *asked,
                   const struct rp_plan_source *from,
                   struct rp_source_report *report, struct rp_err *err)
{
    report->records = records_of(&from->fates);
    report->enrollments = enrollments_of(&from->fates, from->fates.planned);
    return put_source(verdict, asked, from, report, err);
}
