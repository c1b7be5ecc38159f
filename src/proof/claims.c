/* see claims.h */
#include "proof/claims.h"

#include <string.h>

#include "base/reading.h"
#include "proof/second.h"

/* One claim: the two keys, kept apart by their fixed length. */
static void
add_claim(struct rp_fp *claims, struct rp_hash128 student,
          struct rp_hash128 course)
{
    unsigned char both[32];

    rp_hash128_put(both, student);
    rp_hash128_put(both + 16, course);
    rp_fp_add(claims, rp_hash128((struct rp_slice){ both, sizeof both }));
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
parse_record(struct parsing *parsing, const struct rp_second_record *record,
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
    enum rp_status status = rp_reading_add(&parsing->reading, &read, err);

    if (status != RP_OK || record->code != RP_CODE_NONE)
        return status;
    /* Only when the parsers disagree about the header. */
    if (record->field_count != parsing->layout->width)
        return RP_OK;
    if (!rp_claims_pass(parsing->layout, record->fields))
        return RP_OK;
    return parsing->visitor->visit(parsing->visitor->ctx, record->fields, err);
}

static enum rp_status
parse_all(struct parsing *parsing, const volatile sig_atomic_t *stop,
          struct rp_err *err)
{
    const struct rp_second_record *record = NULL;
    enum rp_status status;

    do {
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while reading a source for the "
                           "second time");
        status = rp_second_next(parsing->second, &record, err);
        if (status == RP_OK && record != NULL)
            status = parse_record(parsing, record, err);
    } while (status == RP_OK && record != NULL);
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
    struct rp_fp *claims;
};

static enum rp_status
visit_record(void *ctx, const struct rp_slice *fields, struct rp_err *err)
{
    const struct claiming *claiming = ctx;
    struct rp_field_key student = { .known = false };
    struct rp_field_key course = { .known = false };
    enum rp_status status;

    status = rp_keyring_field_key(claiming->request->student, fields,
                                  &claiming->layout->student, &student, err);
    if (status == RP_OK)
        status = rp_keyring_field_key(claiming->request->course, fields,
                                      &claiming->layout->course, &course, err);
    if (status == RP_OK && student.known && course.known)
        add_claim(claiming->claims, student.key, course.key);
    return status;
}

enum rp_status
rp_claims_of_sources(const struct rp_claims_request *request,
                     struct rp_second_facts *facts, struct rp_fp *out_claims,
                     struct rp_err *err)
{
    enum rp_status status = RP_OK;

    memset(out_claims, 0, sizeof *out_claims);
    for (size_t i = 0; i < request->plan->source_count && status == RP_OK;
         i++) {
        struct claiming claiming = {
            .request = request,
            .layout = &request->plan->sources[i].layout,
            .claims = out_claims,
        };
        struct rp_second_visitor visitor = { visit_record, &claiming };

        status = rp_claims_parse(request, i, &visitor, &facts[i], err);
    }
    return status;
}

enum rp_status
rp_claims_of_plan(const struct rp_claims_request *request,
                  struct rp_fp *out_claims, struct rp_err *err)
{
    struct rp_sorter *claims = request->plan->claims;
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_rewind(claims, err);

    memset(out_claims, 0, sizeof *out_claims);
    while (status == RP_OK) {
        struct rp_hash128 student = { 0, 0 };
        struct rp_hash128 course = { 0, 0 };
        struct rp_claim claim;
        int64_t student_id = 0;
        int64_t course_id = 0;

        status = rp_sorter_next(claims, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        claim = rp_claim_unpack_as(request->plan->claim_shape, packed);
        rp_link_unpack(claim.key, &student_id, &course_id);
        (void)rp_keyring_key(request->student, student_id, &student);
        (void)rp_keyring_key(request->course, course_id, &course);
        add_claim(out_claims, student, course);
    }
    return status;
}
