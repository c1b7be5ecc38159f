/* see build.h: the first pass over a source. */
#include "plan/build.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"

/* What goes into rejects/N.csv must be the file's bytes even when the record
 * was too long to be held. */
static enum rp_status
copy_span(struct rp_plan_source *source, const struct rp_record *record,
          struct rp_err *err)
{
    unsigned char *piece = rp_zalloc(RP_READ_BYTES);
    uint64_t at = record->byte_start;
    enum rp_status status;
    int fd = -1;

    if (piece == NULL)
        return rp_fail_nomem(err, "copy a rejected record");
    status = rp_input_descriptor(source->input, &fd, err);
    while (status == RP_OK && at < record->byte_end) {
        uint64_t left = record->byte_end - at;
        size_t len = left < RP_READ_BYTES ? (size_t)left : RP_READ_BYTES;
        size_t got = 0;

        if (rp_pread_full(fd, piece, len, at, &got) != 0 || got < len)
            status = rp_fail(err, RP_E_CHANGED,
                             "%s: record %llu is not there any more; let "
                             "nobody write the file and run again",
                             rp_input_name(source->input),
                             (unsigned long long)record->number);
        else
            status = rp_spool_put(source->rejects,
                                  (struct rp_slice){ piece, len }, err);
        at += len;
    }
    if (fd >= 0)
        (void)close(fd);
    rp_free(piece);
    return status;
}

static enum rp_status
keep_reject(struct rp_plan_source *source, const struct rp_record *record,
            struct rp_err *err)
{
    if (record->raw.ptr == NULL)
        return copy_span(source, record, err);
    return rp_spool_put(source->rejects, record->raw, err);
}

enum rp_status
rp_build_tell(struct rp_findings *findings, const struct rp_about *about,
              const struct rp_record *record, struct rp_err *err)
{
    struct rp_finding finding = {
        .code = rp_slice_str(rp_code_name(about->code)),
        .source = about->source,
        .disposition = rp_slice_str(about->disposition),
        .key = about->key,
        .remedy = rp_slice_str(rp_code_remedy(about->code)),
    };

    if (record != NULL) {
        finding.record = record->number;
        finding.first_line = record->first_line;
        finding.last_line = record->last_line;
        finding.byte_start = record->byte_start;
        finding.byte_end = record->byte_end;
    }
    return rp_findings_add(findings, &finding, err);
}

static void
put_key(const struct rp_key_columns *columns, const struct rp_slice *fields,
        struct rp_buf *out)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (i > 0)
            rp_buf_byte(out, '+');
        rp_buf_slice(out, fields[columns->column[i]]);
    }
}

void
rp_plan_key_text(const struct rp_layout *layout, const struct rp_slice *fields,
                 struct rp_buf *out)
{
    put_key(&layout->student, fields, out);
    if (layout->course.count > 0) {
        rp_buf_str(out, " | ");
        put_key(&layout->course, fields, out);
    }
}

static bool
passes(const struct rp_filter *filter, const struct rp_slice *fields)
{
    for (size_t i = 0; i < filter->value_count; i++)
        if (rp_slice_eq(fields[filter->column], filter->values[i]))
            return true;
    return false;
}

enum rp_code
rp_build_record_code(const struct rp_layout *layout,
                     const struct rp_record *record)
{
    if (record->class == RP_RECORD_REJECTED)
        return record->code;
    if (record->class == RP_RECORD_BLANK)
        return RP_BLANK_RECORD;
    for (size_t i = 0; i < layout->filter_count; i++)
        if (!passes(&layout->filters[i], record->fields))
            return RP_FILTERED;
    return RP_CODE_NONE;
}

static void
note_filter_values(struct rp_build *build, const struct rp_layout *layout,
                   const struct rp_slice *fields)
{
    bool *seen = build->filter_seen;

    for (size_t i = 0; i < layout->filter_count; i++) {
        const struct rp_filter *filter = &layout->filters[i];

        for (size_t v = 0; v < filter->value_count; v++, seen++)
            if (!*seen &&
                rp_slice_eq(fields[filter->column], filter->values[v]))
                *seen = true;
    }
}

/* The entry for this value, or the one for all values beyond the maximum. */
static struct rp_filtered_value *
filtered_value(struct rp_plan *plan, uint32_t source, size_t column,
               struct rp_slice value)
{
    struct rp_filtered_value *entry = plan->filtered;

    for (size_t i = 0; i < plan->filtered_count; i++, entry++) {
        if (entry->source != source || entry->column != column)
            continue;
        if (entry->value.ptr == NULL || rp_slice_eq(entry->value, value))
            return entry;
    }
    entry = &plan->filtered[plan->filtered_count];
    entry->source = source;
    entry->column = column;
    if (plan->filtered_count < RP_FILTERED_VALUES_MAX) {
        entry->value = rp_arena_slice(&plan->values, value);
        if (entry->value.ptr == NULL)
            return NULL;
    }
    plan->filtered_count++;
    return entry;
}

static enum rp_status
take_filtered(struct rp_build *build, uint32_t source,
              const struct rp_record *record, struct rp_err *err)
{
    const struct rp_layout *layout = &build->plan->sources[source].layout;
    struct rp_filtered_value *entry;
    size_t i = 0;

    while (passes(&layout->filters[i], record->fields))
        i++;
    entry = filtered_value(build->plan, source, layout->filters[i].column,
                           record->fields[layout->filters[i].column]);
    if (entry == NULL)
        return rp_fail_nomem(err, "count filtered values");
    entry->count++;
    build->plan->sources[source].fates.filtered++;
    build->plan->ledger.codes[RP_FILTERED]++;
    return RP_OK;
}

static void
count_not_carried(struct rp_plan_source *source, const struct rp_record *record)
{
    for (size_t i = 0; i < source->layout.width; i++)
        if (source->layout.roles[i] == RP_COLUMN_OTHER &&
            record->fields[i].len > 0)
            source->non_empty[i]++;
}

/* The key as findings.csv shows it, made only when there is something to
 * tell. */
static enum rp_status
set_key(struct rp_build *build, struct rp_about *about,
        const struct rp_record *record, struct rp_err *err)
{
    rp_buf_reset(&build->text);
    rp_plan_key_text(&build->plan->sources[about->source].layout,
                     record->fields, &build->text);
    about->key = rp_buf_view(&build->text);
    return rp_buf_status(&build->text, err);
}

static enum rp_status
refuse_claim(struct rp_build *build, const struct rp_record *record,
             uint64_t ordinal, enum rp_code code, struct rp_err *err)
{
    struct rp_about about = {
        code, rp_ordinal_source(ordinal), "rejected", { NULL, 0 }
    };
    struct rp_plan_source *from = &build->plan->sources[about.source];
    enum rp_status status = set_key(build, &about, record, err);

    from->fates.claims_rejected++;
    build->plan->ledger.codes[code]++;
    if (status == RP_OK)
        status = rp_build_tell(build->rejected, &about, record, err);
    if (status == RP_OK)
        status = keep_reject(from, record, err);
    return status;
}

/* What became of the claims of these records. */
static enum rp_status
take_made(struct rp_build *build, const struct rp_claim_asked *asked,
          const struct rp_claim_made *made, size_t count, struct rp_err *err)
{
    struct rp_plan *plan = build->plan;
    const size_t claim_bytes = rp_claim_bytes(plan->claim_shape);
    unsigned char packed[RP_BATCH_RECORDS * RP_CLAIM_BYTES];
    enum rp_status status = RP_OK;
    size_t packed_count = 0;

    for (size_t i = 0; i < count && status == RP_OK; i++) {
        plan->ledger.codes[RP_KEY_TRIMMED] += made[i].trimmed ? 1 : 0;
        plan->ledger.codes[RP_LEADING_ZEROS] += made[i].leading_zeros ? 1 : 0;
        if (made[i].code == RP_CODE_NONE)
            rp_claim_pack_as(plan->claim_shape,
                             packed + packed_count++ * claim_bytes,
                             asked[i].ordinal, &made[i]);
        else
            status = refuse_claim(build, build->group[i], asked[i].ordinal,
                                  made[i].code, err);
    }
    return status == RP_OK
               ? rp_sorter_add_all(plan->claims, packed, packed_count, err)
               : status;
}

/* Makes the claims of the records that wait. */
static enum rp_status
take_group(struct rp_build *build, uint32_t source, struct rp_err *err)
{
    const struct rp_claimer *claimer = build->request->claimer;
    const struct rp_layout *layout = &build->plan->sources[source].layout;
    struct rp_claim_asked asked[RP_BATCH_RECORDS];
    struct rp_claim_made made[RP_BATCH_RECORDS];
    const size_t count = build->group_count;
    enum rp_status status;

    build->group_count = 0;
    if (count == 0)
        return RP_OK;
    for (size_t i = 0; i < count; i++)
        asked[i] = (struct rp_claim_asked){
            .ordinal = rp_ordinal(source, build->group[i]->number),
            .layout = layout,
            .fields = build->group[i]->fields,
        };
    status = claimer->claim(claimer->ctx, asked, count, made, err);
    return status == RP_OK ? take_made(build, asked, made, count, err) : status;
}

static enum rp_status
take_rejected(struct rp_build *build, uint32_t source,
              const struct rp_record *record, struct rp_err *err)
{
    struct rp_about about = { record->code, source, "rejected", { NULL, 0 } };
    enum rp_status status = take_group(build, source, err);

    build->plan->sources[source].fates.records_rejected++;
    build->plan->ledger.codes[record->code]++;
    if (status == RP_OK)
        status = rp_build_tell(build->rejected, &about, record, err);
    if (status == RP_OK)
        status = keep_reject(&build->plan->sources[source], record, err);
    return status;
}

/* The two findings about a record that is used all the same; the first that
 * fits is the record's. */
static enum rp_code
used_code(const struct rp_record *record)
{
    if (record->suspicious_multiline)
        return RP_SUSPICIOUS_MULTILINE;
    return record->after_resync ? RP_AFTER_RESYNC : RP_CODE_NONE;
}

static enum rp_status
tell_used(struct rp_build *build, uint32_t source,
          const struct rp_record *record, struct rp_err *err)
{
    struct rp_about about = { used_code(record), source, "used", { NULL, 0 } };
    enum rp_status status = take_group(build, source, err);

    build->plan->ledger.codes[about.code]++;
    if (status == RP_OK)
        status = set_key(build, &about, record, err);
    if (status == RP_OK)
        status = rp_build_tell(build->rejected, &about, record, err);
    return status;
}

/* Its claim is made later, with those of others; but findings are told in the
 * order of records. */
static enum rp_status
take_used(struct rp_build *build, uint32_t source,
          const struct rp_record *record, struct rp_err *err)
{
    struct rp_plan_source *from = &build->plan->sources[source];
    enum rp_status status = RP_OK;

    from->fates.used++;
    count_not_carried(from, record);
    if (used_code(record) != RP_CODE_NONE)
        status = tell_used(build, source, record, err);
    build->group[build->group_count++] = record;
    return status;
}

static enum rp_status
take_record(struct rp_build *build, uint32_t source,
            const struct rp_record *record, struct rp_err *err)
{
    struct rp_plan_source *from = &build->plan->sources[source];
    enum rp_code code;

    if (record->class == RP_RECORD_DATA && from->layout.filter_count > 0)
        note_filter_values(build, &from->layout, record->fields);
    code = rp_build_record_code(&from->layout, record);
    if (code == RP_CODE_NONE)
        return take_used(build, source, record, err);
    if (code == RP_FILTERED)
        return take_filtered(build, source, record, err);
    if (code != RP_BLANK_RECORD)
        return take_rejected(build, source, record, err);
    from->fates.blank++;
    build->plan->ledger.codes[RP_BLANK_RECORD]++;
    return RP_OK;
}

/* Where everything is read twice, each time is half of the way. */
void
rp_build_tick(const struct rp_build *build, const struct rp_record *batch,
              size_t count)
{
    const struct rp_ticker *ticker = build->request->ticker;
    const uint64_t times = build->request->claimer->foresee == NULL ? 1 : 2;
    const struct rp_record *last = &batch[count - 1];

    if (ticker != NULL &&
        last->number / RP_TICK_RECORDS != (batch->number - 1) / RP_TICK_RECORDS)
        ticker->tick(ticker->ctx,
                     (build->bytes_before + last->byte_end) / times,
                     (build->records_before + last->number) / times);
}

static enum rp_status
take_batch(struct rp_build *build, uint32_t source,
           const struct rp_batch *batch, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < batch->count && status == RP_OK; i++)
        status = take_record(build, source, &batch->records[i], err);
    if (status == RP_OK)
        status = take_group(build, source, err);
    if (status == RP_OK && batch->count > 0)
        rp_build_tick(build, batch->records, batch->count);
    return status;
}

/* Longer records take the second parser more time than the fill takes: then it
 * had better begin at once.  (A million records of 128 bytes were imported 4 %
 * faster with a reader, and of 207 bytes 4 % slower.) */
#define AHEAD_RECORD_BYTES ((uint64_t)128)
/* Of so many at least, for the first one says little; and a header may be
 * longer than its records. */
#define AHEAD_RECORDS 256
#define AHEAD_HEADER_BYTES ((uint64_t)4096)

static void
decide_reader(struct rp_build *build, const struct rp_batch *batch)
{
    const struct rp_record *last = &batch->records[batch->count - 1];

    build->may_hand_over = last->number >= AHEAD_RECORDS;
    if (last->byte_end <=
        AHEAD_HEADER_BYTES + last->number * AHEAD_RECORD_BYTES)
        return;
    rp_ahead_stop(build->ahead);
    build->ahead = NULL;
}

/* Whoever reads them. */
static enum rp_status
next_batch(struct rp_build *build, uint32_t source, struct rp_batch *out,
           struct rp_err *err)
{
    enum rp_status status;

    if (build->may_hand_over && build->ahead != NULL &&
        rp_ahead_hand_over(build->ahead, source))
        return rp_ahead_batch(build->ahead, out, err);
    status = rp_build_read(build->plan, source,
                           &build->plan->sources[source].reading, out, err);
    if (status == RP_OK && out->count > 0 && build->ahead != NULL)
        decide_reader(build, out);
    return status;
}

enum rp_status
rp_build_intake(struct rp_build *build, uint32_t source, struct rp_err *err)
{
    const volatile sig_atomic_t *stop = build->request->stop;
    struct rp_plan_source *from = &build->plan->sources[source];
    struct rp_batch batch = { NULL, 0 };
    enum rp_status status;

    do {
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while reading %s; nothing was written",
                           rp_input_name(from->input));
        status = next_batch(build, source, &batch, err);
        if (status == RP_OK)
            status = take_batch(build, source, &batch, err);
    } while (status == RP_OK && batch.count > 0);
    if (status != RP_OK)
        return status;
    /* What the parser counted, not what came here. */
    from->fates.records_total = from->facts.records;
    build->records_before += from->facts.records;
    build->bytes_before += from->facts.bytes;
    if (build->plan->source_count > 1)
        status = rp_spool_flush(from->rejects, err);
    return status == RP_OK ? rp_build_same(build, source, err) : status;
}

enum rp_status
rp_build_find(struct rp_build *build, uint64_t ordinal,
              const struct rp_record **out_record, struct rp_err *err)
{
    struct rp_plan_source *sources = build->plan->sources;
    const uint32_t source = rp_ordinal_source(ordinal);
    struct rp_records *records = sources[source].records;
    enum rp_status status;

    if (build->awake != source)
        rp_records_rest(sources[build->awake].records);
    build->awake = source;
    status = rp_records_seek(records, rp_ordinal_number(ordinal), err);
    return status == RP_OK ? rp_records_next(records, out_record, err) : status;
}
