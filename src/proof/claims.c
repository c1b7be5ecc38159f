/* see claims.h */
#include "proof/claims.h"

#include <string.h>

#include "base/be.h"
#include "base/reading.h"
#include "base/sort.h"
#include "proof/keymerge.h"
#include "proof/second.h"

/* A course id and the key of a student. */
#define ID_BYTES 8
#define BY_COURSE_BYTES (ID_BYTES + 16)
#define BY_COURSE_SHARE 4

/* Where claims go. */
struct claims {
    struct rp_fp *fp;
    struct rp_sorter *hashes; /* NULL: nobody wants them */
};

/* One claim: the two keys, kept apart by their fixed length. */
static enum rp_status
add_claim(const struct claims *claims, struct rp_hash128 student,
          struct rp_hash128 course, struct rp_err *err)
{
    unsigned char both[32];
    struct rp_hash128 hash;

    rp_hash128_put(both, student);
    rp_hash128_put(both + 16, course);
    hash = rp_hash128((struct rp_slice){ both, sizeof both });
    rp_fp_add(claims->fp, hash);
    if (claims->hashes == NULL)
        return RP_OK;
    rp_hash128_put(both, hash);
    return rp_sorter_add(claims->hashes, both, err);
}

bool
rp_claims_pass(const struct rp_layout *layout, const struct rp_slice *fields)
{
    for (size_t i = 0; i < layout->filter_count; i++) {
        const struct rp_filter *filter = &layout->filters[i];
        size_t value = 0;

        while (value < filter->value_count &&
               !rp_slice_eq(filter->values[value], fields[filter->column]))
            value++;
        if (value == filter->value_count)
            return false;
    }
    return true;
}

struct parsing {
    struct rp_second *second;
    struct rp_reading reading;
    const struct rp_layout *layout;
    const struct rp_second_visitor *visitor;
};

static enum rp_status
add_reading(struct parsing *parsing, const struct rp_second_record *record,
            struct rp_err *err)
{
    struct rp_reading_record read = {
        .number = record->number,
        .byte_start = record->byte_start,
        .byte_end = record->byte_end,
        .code = record->code,
        .fields = record->fields,
        .field_count = record->field_count,
    };

    return rp_reading_add(&parsing->reading, &read, err);
}

/* Of another width only when the parsers disagree about the header. */
static bool
is_used(const struct parsing *parsing, const struct rp_second_record *record)
{
    return record->code == RP_CODE_NONE &&
           record->field_count == parsing->layout->width &&
           rp_claims_pass(parsing->layout, record->fields);
}

static enum rp_status
parse_batch(struct parsing *parsing, const struct rp_second_record *batch,
            size_t count, struct rp_err *err)
{
    const struct rp_second_visitor *visitor = parsing->visitor;
    const struct rp_slice *used[RP_BATCH_RECORDS];
    enum rp_status status = RP_OK;
    size_t used_count = 0;

    for (size_t i = 0; i < count && status == RP_OK; i++) {
        status = add_reading(parsing, &batch[i], err);
        if (is_used(parsing, &batch[i]))
            used[used_count++] = batch[i].fields;
    }
    return status == RP_OK && used_count > 0
               ? visitor->visit(visitor->ctx, used, used_count, err)
               : status;
}

static enum rp_status
parse_all(struct parsing *parsing, const volatile sig_atomic_t *stop,
          struct rp_err *err)
{
    const struct rp_second_record *batch = NULL;
    enum rp_status status;
    size_t count = 0;

    do {
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while reading a source for the "
                           "second time");
        status = rp_second_batch(parsing->second, &batch, &count, err);
        if (status == RP_OK)
            status = parse_batch(parsing, batch, count, err);
    } while (status == RP_OK && count > 0);
    return status;
}

enum rp_status
rp_claims_parse(const struct rp_claims_request *request, size_t source,
                const struct rp_second_visitor *visitor,
                struct rp_second_facts *out_facts, struct rp_err *err)
{
    const struct rp_plan_source *from = &request->plan->sources[source];
    struct parsing parsing = { .layout = &from->layout, .visitor = visitor };
    enum rp_status status;

    memset(out_facts, 0, sizeof *out_facts);
    status =
        rp_second_open(from->input, request->dialect, &parsing.second, err);
    if (status == RP_OK && from->not_csv == NULL)
        status = parse_all(&parsing, request->stop, err);
    if (status == RP_OK)
        status = rp_second_finish(parsing.second, &out_facts->bytes,
                                  out_facts->sha256, err);
    out_facts->reading = parsing.reading.fp;
    rp_reading_release(&parsing.reading);
    rp_second_close(parsing.second);
    return status;
}

struct claiming {
    const struct rp_claims_request *request;
    const struct rp_layout *layout;
    struct claims claims;
    /* Where a ring is spilled: what is known is told later. */
    struct rp_keymerge *students;
    struct rp_keymerge *courses;
    uint64_t number;
};

static enum rp_status
claim_records(void *ctx, const struct rp_slice *const *records, size_t count,
              struct rp_err *err)
{
    const struct claiming *claiming = ctx;
    const struct rp_keyrings *keys = claiming->request->keys;
    struct rp_field_key students[RP_BATCH_RECORDS];
    struct rp_field_key courses[RP_BATCH_RECORDS];
    struct rp_fields_asked asked = { records, count,
                                     &claiming->layout->student };
    enum rp_status status =
        rp_keyring_field_keys(keys->student, &asked, students, err);

    asked.columns = &claiming->layout->course;
    if (status == RP_OK)
        status = rp_keyring_field_keys(keys->course, &asked, courses, err);
    for (size_t i = 0; i < count && status == RP_OK; i++)
        if (students[i].known && courses[i].known)
            status = add_claim(&claiming->claims, students[i].key,
                               courses[i].key, err);
    return status;
}

static enum rp_status
put_record(struct claiming *claiming, const struct rp_slice *fields,
           struct rp_err *err)
{
    struct rp_record_key key = {
        .number = ++claiming->number,
        .fields = fields,
        .columns = &claiming->layout->student,
    };
    enum rp_status status = rp_keymerge_put(claiming->students, &key, err);

    key.columns = &claiming->layout->course;
    return status == RP_OK ? rp_keymerge_put(claiming->courses, &key, err)
                           : status;
}

static enum rp_status
put_records(void *ctx, const struct rp_slice *const *records, size_t count,
            struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = put_record(ctx, records[i], err);
    return status;
}

static enum rp_status
parse_sources(struct claiming *claiming, struct rp_second_facts *facts,
              struct rp_err *err)
{
    const struct rp_claims_request *request = claiming->request;
    const struct rp_plan *plan = request->plan;
    struct rp_second_visitor visitor = {
        claiming->students == NULL ? claim_records : put_records, claiming
    };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < plan->source_count && status == RP_OK; i++) {
        claiming->layout = &plan->sources[i].layout;
        status = rp_claims_parse(request, i, &visitor, &facts[i], err);
    }
    return status;
}

/* A record of which both keys are known is a claim. */
static enum rp_status
add_match(const struct claims *claims, const struct rp_known_key *student,
          const struct rp_known_key *course, struct rp_err *err)
{
    if (student->number != course->number || student->number == 0 ||
        student->ambiguous || course->ambiguous)
        return RP_OK;
    return add_claim(claims, student->key, course->key, err);
}

static enum rp_status
add_known(struct claiming *claiming, struct rp_err *err)
{
    struct rp_known_key student = { .number = 0 };
    struct rp_known_key course = { .number = 0 };
    enum rp_status status = RP_OK;

    while (status == RP_OK && student.number < UINT64_MAX &&
           course.number < UINT64_MAX) {
        bool behind = student.number <= course.number;

        status = add_match(&claiming->claims, &student, &course, err);
        if (status == RP_OK && behind)
            status = rp_keymerge_next(claiming->students, &student, err);
        else if (status == RP_OK)
            status = rp_keymerge_next(claiming->courses, &course, err);
    }
    return status;
}

static enum rp_status
match_sources(struct claiming *claiming, struct rp_second_facts *facts,
              struct rp_err *err)
{
    const struct rp_claims_request *request = claiming->request;
    struct rp_keymerge_request wanted = {
        .ring = request->keys->student,
        .folder = request->folder,
        .memory_bytes = request->memory_bytes,
    };
    enum rp_status status = rp_keymerge_open(&wanted, &claiming->students, err);

    wanted.ring = request->keys->course;
    if (status == RP_OK)
        status = rp_keymerge_open(&wanted, &claiming->courses, err);
    if (status == RP_OK)
        status = parse_sources(claiming, facts, err);
    if (status == RP_OK)
        status = rp_keymerge_end(claiming->students, err);
    if (status == RP_OK)
        status = rp_keymerge_end(claiming->courses, err);
    if (status == RP_OK)
        status = rp_keymerge_settle(claiming->students, err);
    if (status == RP_OK)
        status = rp_keymerge_settle(claiming->courses, err);
    if (status == RP_OK)
        status = add_known(claiming, err);
    rp_keymerge_close(claiming->students);
    rp_keymerge_close(claiming->courses);
    return status;
}

enum rp_status
rp_claims_of_sources(const struct rp_claims_request *request,
                     struct rp_second_facts *facts, struct rp_fp *out_claims,
                     struct rp_err *err)
{
    struct claiming claiming = { .request = request,
                                 .claims = { out_claims, request->hashes } };

    memset(out_claims, 0, sizeof *out_claims);
    if (rp_keyring_is_spilled(request->keys->student) ||
        rp_keyring_is_spilled(request->keys->course))
        return match_sources(&claiming, facts, err);
    return parse_sources(&claiming, facts, err);
}

/* Links come by student; where the courses are spilled, they are sorted by
 * course before those keys are read. */
struct planned {
    const struct rp_keyrings *keys;
    struct rp_sorter *by_course; /* course id, its sign bit turned; student */
    struct claims claims;
};

static enum rp_status
claim_planned(const struct planned *planned, struct rp_hash128 student,
              int64_t course_id, struct rp_err *err)
{
    struct rp_field_key course = { .known = false };
    enum rp_status status =
        rp_keyring_key(planned->keys->course, course_id, &course, err);

    return status == RP_OK
               ? add_claim(&planned->claims, student, course.key, err)
               : status;
}

static enum rp_status
take_planned(const struct planned *planned, const struct rp_link *link,
             struct rp_err *err)
{
    unsigned char packed[BY_COURSE_BYTES];
    struct rp_field_key student = { .known = false };
    enum rp_status status =
        rp_keyring_key(planned->keys->student, link->student_id, &student, err);

    if (status != RP_OK || planned->by_course == NULL)
        return status == RP_OK
                   ? claim_planned(planned, student.key, link->course_id, err)
                   : status;
    rp_put_be64(packed, (uint64_t)link->course_id ^ RP_ID_SIGN);
    rp_hash128_put(packed + ID_BYTES, student.key);
    return rp_sorter_add(planned->by_course, packed, err);
}

static enum rp_status
take_by_course(const struct planned *planned, struct rp_err *err)
{
    enum rp_status status = rp_sorter_finish(planned->by_course, err);

    while (status == RP_OK) {
        const unsigned char *packed = NULL;
        int64_t course_id;

        status = rp_sorter_next(planned->by_course, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        course_id = (int64_t)(rp_get_be64(packed) ^ RP_ID_SIGN);
        status = claim_planned(planned, rp_hash128_get(packed + ID_BYTES),
                               course_id, err);
    }
    return status;
}

static enum rp_status
take_links(const struct planned *planned, const struct rp_link_stream *links,
           struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK) {
        struct rp_link link = { 0, 0 };
        bool more = false;

        status = links->next(links->ctx, &link, &more, err);
        if (status != RP_OK || !more)
            break;
        status = take_planned(planned, &link, err);
    }
    return status;
}

enum rp_status
rp_claims_of_links(const struct rp_claims_request *request,
                   const struct rp_link_stream *links, struct rp_fp *out_claims,
                   struct rp_err *err)
{
    struct rp_sort_shape sort = { BY_COURSE_BYTES, ID_BYTES,
                                  request->memory_bytes / BY_COURSE_SHARE };
    struct planned planned = { .keys = request->keys,
                               .claims = { out_claims, request->hashes } };
    enum rp_status status = RP_OK;

    memset(out_claims, 0, sizeof *out_claims);
    if (rp_keyring_is_spilled(request->keys->course))
        status =
            rp_sorter_open(&sort, request->folder, &planned.by_course, err);
    if (status == RP_OK)
        status = take_links(&planned, links, err);
    if (status == RP_OK && planned.by_course != NULL)
        status = take_by_course(&planned, err);
    rp_sorter_close(planned.by_course);
    return status;
}

/* Every claim of a plan, repeats as well. */
static enum rp_status
next_claim(void *ctx, struct rp_link *out_link, bool *out_more,
           struct rp_err *err)
{
    const struct rp_plan *plan = ((const struct rp_claims_request *)ctx)->plan;
    const unsigned char *packed = NULL;
    struct rp_claim_seen claim;
    enum rp_status status = rp_sorter_next(plan->claims, &packed, err);

    *out_more = status == RP_OK && packed != NULL;
    if (!*out_more)
        return status;
    rp_claim_see(plan->claim_shape, packed, &claim);
    out_link->student_id = (int64_t)(claim.first ^ RP_ID_SIGN);
    out_link->course_id = (int64_t)(claim.second ^ RP_ID_SIGN);
    return RP_OK;
}

enum rp_status
rp_claims_of_plan(const struct rp_claims_request *request,
                  struct rp_fp *out_claims, struct rp_err *err)
{
    struct rp_claims_request asked = *request;
    const struct rp_link_stream links = { next_claim, &asked };
    enum rp_status status = rp_sorter_rewind(request->plan->claims, err);

    return status == RP_OK
               ? rp_claims_of_links(request, &links, out_claims, err)
               : status;
}
