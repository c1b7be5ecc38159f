/* see verifying.h: what sources claim, against the links there are. */
#include <inttypes.h>
#include <string.h>

#include "base/show.h"
#include "job/verifying.h"
#include "plan/links.h"
#include "proof/assemble.h"
#include "proof/pairs.h"
#include "proof/presence.h"

/* What the parts may take of the memory. */
#define CLAIMS_SHARE 2
#define PLAN_SHARE 8

static bool
is_given(const struct rp_verify_options *options)
{
    return options->sources.count > 0;
}

enum rp_status
rp_claimed_check(const struct rp_verify_options *options, struct rp_err *err)
{
    const struct rp_csv_options *csv = &options->csv;
    const char *lonely = NULL;

    if (is_given(options))
        return RP_OK;
    if (options->map != NULL)
        lonely = "--map";
    else if (options->student != NULL)
        lonely = "--student";
    else if (options->course != NULL)
        lonely = "--course";
    else if (options->where.count > 0)
        lonely = "--where";
    else if (options->leave_out.count > 0)
        lonely = "--leave-out";
    else if (options->accept.count > 0)
        lonely = "--accept";
    else if (csv->delimiter != NULL)
        lonely = "--delimiter";
    else if (csv->quote != NULL)
        lonely = "--quote";
    else if (csv->no_header || csv->header != NULL)
        lonely = csv->no_header ? "--no-header" : "--header";
    if (lonely == NULL)
        return RP_OK;
    return rp_fail(err, RP_E_USAGE,
                   "%s says how a source is read; name it by --source "
                   "SOURCE.csv",
                   lonely);
}

enum rp_status
rp_claimed_understand(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_verify_options *options = verifying->options;
    struct rp_mapping_texts texts = {
        .student = options->student,
        .course = options->course,
        .where = options->where.items,
        .where_count = options->where.count,
        .leave_out = options->leave_out.items,
        .leave_out_count = options->leave_out.count,
    };
    enum rp_status status;

    if (!is_given(options))
        return RP_OK;
    status = rp_policy_parse(&verifying->policy, options->accept.items,
                             options->accept.count, err);
    if (status == RP_OK)
        status = rp_dialect_parse(&options->csv, &verifying->dialect, err);
    if (status == RP_OK)
        status = rp_mapping_open(&texts, &verifying->mapping, err);
    rp_map_approve(&verifying->map, &verifying->policy);
    return status;
}

enum rp_status
rp_claimed_open(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_plan_request request = { .stop = verifying->session->stop };
    enum rp_status status;

    if (!is_given(verifying->options))
        return RP_OK;
    status = rp_sources_open(
        &verifying->options->sources, rp_db_folder(verifying->db),
        verifying->session->stop, &verifying->sources, err);
    if (status != RP_OK)
        return status;
    verifying->layouter = rp_links_layouter(verifying->mapping);
    request.dialect = &verifying->dialect.dialect;
    request.inputs = verifying->sources.inputs;
    request.input_count = verifying->sources.count;
    request.layouter = &verifying->layouter;
    request.folder = rp_db_folder(verifying->db);
    request.memory_bytes = rp_session_memory(verifying->session) / PLAN_SHARE;
    status = rp_plan_open(&request, &verifying->plan, err);
    return rp_map_blame(&verifying->map, status, err);
}

enum rp_status
rp_claimed_shapes(struct rp_verifying *verifying,
                  const struct rp_table *students,
                  const struct rp_table *courses, struct rp_err *err)
{
    struct rp_db *db = verifying->db;
    enum rp_status status;

    if (!is_given(verifying->options))
        return RP_OK;
    status = rp_shape_of(students, rp_mapping_student(verifying->mapping),
                         "--student", &verifying->student, err);
    if (status == RP_OK)
        status = rp_shape_of(courses, rp_mapping_course(verifying->mapping),
                             "--course", &verifying->course, err);
    status = rp_map_blame(&verifying->map, status, err);
    if (status == RP_OK)
        status = rp_key_reader_open(db, &verifying->student,
                                    &verifying->student_reader, err);
    if (status == RP_OK)
        status = rp_key_reader_open(db, &verifying->course,
                                    &verifying->course_reader, err);
    return status;
}

static void
put_place(const struct rp_verifying *verifying, struct rp_buf *line,
          uint32_t source, uint64_t at, uint64_t record)
{
    rp_buf_str(line, rp_input_name(verifying->sources.inputs[source]));
    rp_buf_printf(line, ":%" PRIu64 ": record %" PRIu64, at, record);
}

static enum rp_status
put_line(struct rp_verifying *verifying, struct rp_listing *listing,
         struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&verifying->line, err);

    return status == RP_OK ? rp_listing_put(listing, &verifying->room,
                                            rp_buf_view(&verifying->line), err)
                           : status;
}

/* data.csv:7: record 6; or only the file; or the value of a filter. */
static void
put_subject(struct rp_verifying *verifying, const struct rp_unusable *unusable)
{
    struct rp_buf *line = &verifying->line;

    if (unusable->column.ptr != NULL) {
        rp_show(line, unusable->column);
        rp_buf_byte(line, '=');
        rp_show(line, unusable->value);
    } else if (unusable->record == NULL) {
        rp_buf_str(line,
                   rp_input_name(verifying->sources.inputs[unusable->source]));
    } else {
        put_place(verifying, line, unusable->source,
                  unusable->record->first_line, unusable->record->number);
    }
}

static enum rp_status
list_unusable(void *ctx, const struct rp_unusable *unusable, struct rp_err *err)
{
    struct rp_verifying *verifying = ctx;
    struct rp_listing *listing = &verifying->answer.rejected;
    const struct rp_second_record *record = unusable->record;
    struct rp_buf *line = &verifying->line;
    struct rp_buf key = { 0 };

    if (!rp_listing_wants(listing, &verifying->room))
        return RP_OK;
    rp_buf_reset(line);
    put_subject(verifying, unusable);
    rp_buf_printf(line, ": %s", rp_code_name(unusable->code));
    if (record != NULL && record->field_count > 0) {
        rp_plan_key_text(&verifying->plan->sources[unusable->source].layout,
                         record->fields, &key);
        rp_buf_str(line, ": ");
        rp_show(line, rp_buf_view(&key));
        line->failed = line->failed || key.failed;
        rp_buf_release(&key);
    }
    return put_line(verifying, listing, err);
}

/* S003 | MA101+F24; nothing where the ids are the keys. */
static enum rp_status
put_keys(struct rp_verifying *verifying, int64_t student_id, int64_t course_id,
         struct rp_err *err)
{
    const struct rp_key_shape *student = &verifying->student;
    const struct rp_key_shape *course = &verifying->course;
    enum rp_status status;

    if (student->count == 1 && course->count == 1 &&
        (int)student->column[0] == student->table->rowid_column &&
        (int)course->column[0] == course->table->rowid_column)
        return RP_OK;
    rp_buf_str(&verifying->line, "   ");
    status = rp_key_reader_show(verifying->student_reader, student_id,
                                &verifying->line, err);
    rp_buf_str(&verifying->line, " | ");
    if (status == RP_OK)
        status = rp_key_reader_show(verifying->course_reader, course_id,
                                    &verifying->line, err);
    return status;
}

static enum rp_status
list_pair(void *ctx, bool missing, const struct rp_pair *pair,
          struct rp_err *err)
{
    struct rp_verifying *verifying = ctx;
    struct rp_source_answer *answer = verifying->found.sources;
    struct rp_listing *listing = missing ? &answer->missing : &answer->added;
    int64_t student_id = 0;
    int64_t course_id = 0;
    enum rp_status status;

    if (!rp_listing_wants(listing, &verifying->room))
        return RP_OK;
    rp_link_unpack(pair->key, &student_id, &course_id);
    rp_buf_reset(&verifying->line);
    rp_buf_printf(&verifying->line,
                  "student_id %" PRId64 ", course_id %" PRId64, student_id,
                  course_id);
    status = put_keys(verifying, student_id, course_id, err);
    if (missing) {
        rp_buf_str(&verifying->line, "   ");
        put_place(verifying, &verifying->line, pair->source, pair->line,
                  pair->record);
    }
    return status == RP_OK ? put_line(verifying, listing, err) : status;
}

static void
tick_reading(void *ctx, uint64_t bytes, uint64_t records)
{
    rp_progress_tick(ctx, bytes, records);
}

enum rp_status
rp_claimed_read(struct rp_verifying *verifying, struct rp_err *err)
{
    uint64_t bytes = 0;
    enum rp_status status;

    /* Without a table that fits there is nothing to compare with, and that
     * is told anyway. */
    if (!is_given(verifying->options) || verifying->links == NULL)
        return RP_OK;
    verifying->found.sources = &verifying->answer;
    verifying->unusable_visitor =
        (struct rp_unusable_visitor){ list_unusable, verifying };
    verifying->presence_visitor =
        (struct rp_presence_visitor){ list_pair, verifying };
    verifying->ticker =
        (struct rp_ticker){ tick_reading, &verifying->progress };
    verifying->claims = (struct rp_pairs_request){
        .plan = verifying->plan,
        .dialect = &verifying->dialect.dialect,
        .keys = &verifying->keys,
        .visitor = &verifying->unusable_visitor,
        .ticker = &verifying->ticker,
        .folder = rp_db_folder(verifying->db),
        .memory_bytes = rp_session_memory(verifying->session) / CLAIMS_SHARE,
        .stop = verifying->session->stop,
    };
    for (size_t i = 0; i < verifying->sources.count; i++)
        bytes += rp_input_bytes(verifying->sources.inputs[i]);
    rp_progress_stage(&verifying->progress, "reading", "records", bytes);
    status = rp_pairs_open(&verifying->claims, &verifying->pairs, err);
    if (status == RP_OK)
        status =
            rp_presence_open(verifying->pairs, &verifying->presence_visitor,
                             &verifying->presence, err);
    return status;
}

static enum rp_status
put_sources(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_verdict *verdict = &verifying->found.verdict;
    const struct rp_second_facts *facts = rp_pairs_facts(verifying->pairs);
    size_t count = verifying->sources.count;

    verdict->sources =
        rp_arena_array(&verdict->arena, count, sizeof *verdict->sources);
    if (verdict->sources == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    for (size_t i = 0; i < count; i++) {
        struct rp_source_report *source = &verdict->sources[i];

        source->bytes = facts[i].bytes;
        source->name = rp_arena_str(
            &verdict->arena, rp_input_name(verifying->sources.inputs[i]));
        source->sha256 = rp_arena_str(&verdict->arena, facts[i].sha256);
        if (source->name == NULL || source->sha256 == NULL)
            return rp_fail_nomem(err, "hold the verdict");
    }
    verdict->source_count = count;
    return RP_OK;
}

static void
put_counts(struct rp_verifying *verifying)
{
    const struct rp_fates *fates = &rp_pairs_ledger(verifying->pairs)->all;
    const struct rp_presence_result *counts = &verifying->answer.counts;
    struct rp_verdict *verdict = &verifying->found.verdict;

    verdict->records = (struct rp_record_counts){
        .total = fates->records_total,
        .used = fates->used,
        .blank = fates->blank,
        .filtered = fates->filtered,
        .rejected = fates->records_rejected,
        .balanced = rp_fates_records_balance(fates),
    };
    verdict->enrollments = (struct rp_enrollment_counts){
        .total = fates->used,
        .already_present = counts->linked,
        .duplicate_exact = counts->repeats,
        .rejected = fates->claims_rejected,
        .balanced = fates->used == counts->claims + fates->claims_rejected &&
                    counts->claims ==
                        counts->linked + counts->missing + counts->repeats,
    };
}

/* The rows of before are here the pairs that the sources claim. */
static enum rp_status
check_change(struct rp_verifying *verifying, const char *id,
             enum rp_difference change, uint64_t count, struct rp_err *err)
{
    const struct rp_presence_result *counts = &verifying->answer.counts;
    const struct rp_limit *limit =
        rp_allow_find(&verifying->allow, RP_LINKS, change);
    bool passes =
        count == 0 ||
        (limit != NULL &&
         rp_limit_holds(limit, count, counts->linked + counts->missing));
    struct rp_buf texts[2] = { { 0 }, { 0 } };

    rp_limit_put(&texts[0], limit);
    rp_buf_printf(&texts[0], " %s", rp_difference_name(change));
    rp_buf_printf(&texts[1], "%" PRIu64 " %s", count,
                  rp_difference_name(change));
    return rp_verifying_check(verifying, id, passes ? RP_PASS : RP_FAIL, texts,
                              err);
}

static enum rp_status
check_balance(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_verdict *verdict = &verifying->found.verdict;
    bool balanced = verdict->records.balanced && verdict->enrollments.balanced;
    struct rp_buf texts[2] = { { 0 }, { 0 } };

    rp_buf_str(&texts[0], "every record has one fate");
    rp_buf_str(&texts[1], balanced ? "every record has one fate"
                                   : "the sums do not balance");
    return rp_verifying_check(verifying, "records-balanced",
                              balanced ? RP_PASS : RP_FAIL, texts, err);
}

enum rp_status
rp_claimed_finish(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_presence_result *counts = &verifying->answer.counts;
    enum rp_status status;

    if (verifying->presence == NULL)
        return RP_OK;
    status = rp_presence_finish(verifying->presence,
                                verifying->watched.unpaired, counts, err);
    /* They have no ids to be named by. */
    verifying->answer.added.total += verifying->watched.unpaired;
    if (status == RP_OK)
        status = put_sources(verifying, err);
    if (status != RP_OK)
        return status;
    put_counts(verifying);
    status =
        rp_assemble_findings(&verifying->found.verdict, &verifying->policy,
                             rp_pairs_ledger(verifying->pairs)->codes, err);
    if (status == RP_OK)
        status = check_balance(verifying, err);
    if (status == RP_OK)
        status = check_change(verifying, "enrollments-linked", RP_ROW_MISSING,
                              counts->missing, err);
    if (status == RP_OK)
        status = check_change(verifying, "links-claimed", RP_ROW_ADDED,
                              counts->added, err);
    return status;
}

void
rp_claimed_release(struct rp_verifying *verifying)
{
    rp_presence_close(verifying->presence);
    rp_pairs_close(verifying->pairs);
    rp_key_reader_close(verifying->student_reader);
    rp_key_reader_close(verifying->course_reader);
    rp_plan_close(verifying->plan);
    rp_sources_close(&verifying->sources);
    rp_mapping_close(verifying->mapping);
    rp_dialect_release(&verifying->dialect);
}
