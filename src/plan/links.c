/* see links.h */
#include "plan/links.h"

#include <assert.h>
#include <string.h>

#include "base/canon.h"
#include "base/mem.h"
#include "base/shares.h"
#include "plan/resolve.h"
#include "school/fill.h"
#include "source/mapping.h"

#define HEADER_HASH_BYTES ((size_t)16)

struct rp_links {
    struct rp_resolver *student;
    struct rp_resolver *course;
    struct rp_link_cursor *cursor; /* NULL: no links are there */
    struct rp_link present;        /* the next one of these */
    bool more_present;
    /* The layout whose header was hashed last. */
    const struct rp_layout *layout;
    struct rp_hash128 header;
    unsigned char header_bytes[HEADER_HASH_BYTES];
    size_t *others; /* its columns besides the keys */
    size_t other_count;
    struct rp_buf scratch;
};

/* Tables of keys take what is theirs, the first parent nearly all of it; what
 * is matched by sorting lives before the claims do. */
static enum rp_status
open_resolvers(const struct rp_links_request *request, struct rp_links *links,
               struct rp_err *err)
{
    const size_t keys = RP_PLAN_BYTES(request->memory_bytes) / 2;
    struct rp_resolver_request wanted = {
        .db = request->db,
        .shape = request->student,
        .memory_bytes = RP_FIRST_PARENT_BYTES(keys),
        .join_bytes = keys,
    };
    enum rp_status status = rp_resolver_open(&wanted, &links->student, err);

    if (status != RP_OK)
        return status;
    wanted.shape = request->course;
    wanted.memory_bytes = keys;
    if (!rp_resolver_joins(links->student))
        wanted.memory_bytes -= rp_resolver_bytes(links->student);
    return rp_resolver_open(&wanted, &links->course, err);
}

/* The links there are, and the first of them. */
static enum rp_status
open_present(const struct rp_links_request *request, struct rp_links *links,
             struct rp_err *err)
{
    enum rp_status status =
        rp_link_cursor_open(request->db, &links->cursor, err);

    if (status == RP_OK)
        status = rp_link_cursor_next(links->cursor, &links->present,
                                     &links->more_present, err);
    return status;
}

enum rp_status
rp_links_open(const struct rp_links_request *request,
              struct rp_links **out_links, struct rp_err *err)
{
    struct rp_links *links = rp_zalloc(sizeof *links);
    enum rp_status status;

    if (links == NULL)
        return rp_fail_nomem(err, "hold the keys");
    status = open_resolvers(request, links, err);
    if (status == RP_OK && request->table_exists)
        status = open_present(request, links, err);
    if (status == RP_OK)
        *out_links = links;
    else
        rp_links_close(links);
    return status;
}

static bool
is_key(const struct rp_layout *layout, size_t column)
{
    return layout->roles[column] == RP_COLUMN_KEY;
}

/* Fields are only comparable under the same header, so its other names are
 * part of what is hashed. */
static enum rp_status
hash_header(struct rp_links *links, const struct rp_layout *layout,
            struct rp_err *err)
{
    struct rp_buf *bytes = &links->scratch;
    enum rp_status status;

    rp_free(links->others);
    links->layout = NULL;
    links->others = rp_zalloc_array(layout->width, sizeof *links->others);
    if (links->others == NULL)
        return rp_fail_nomem(err, "hold the columns");
    rp_buf_reset(bytes);
    links->other_count = 0;
    for (size_t i = 0; i < layout->width; i++) {
        if (is_key(layout, i))
            continue;
        links->others[links->other_count++] = i;
        rp_canon_lp(bytes, layout->names[i]);
    }
    status = rp_buf_status(bytes, err);
    if (status != RP_OK)
        return status;
    links->header = rp_hash128(rp_buf_view(bytes));
    rp_hash128_put(links->header_bytes, links->header);
    links->layout = layout;
    return RP_OK;
}

/* All fields but the keys; without any, the header's hash is as good.  Without
 * memory, scratch tells. */
static struct rp_hash128
hash_rest(struct rp_links *links, const struct rp_slice *fields)
{
    struct rp_buf *bytes = &links->scratch;
    size_t most = HEADER_HASH_BYTES;
    unsigned char *to;

    if (links->other_count == 0)
        return links->header;
    for (size_t i = 0; i < links->other_count; i++)
        most += RP_CANON_LP_BYTES + fields[links->others[i]].len;
    bytes->len = 0;
    to = rp_buf_room(bytes, most);
    if (to == NULL)
        return links->header;
    memcpy(to, links->header_bytes, HEADER_HASH_BYTES);
    to += HEADER_HASH_BYTES;
    for (size_t i = 0; i < links->other_count; i++)
        to = rp_canon_lp_at(to, fields[links->others[i]]);
    bytes->len = most;
    return rp_hash128(rp_buf_view(bytes));
}

static enum rp_code
code_of(enum rp_key_result result, enum rp_code ambiguous, enum rp_code unknown)
{
    switch (result) {
    case RP_KEY_EMPTY:
        return RP_EMPTY_KEY;
    case RP_KEY_NOT_INTEGER:
        return RP_NOT_AN_INTEGER;
    case RP_KEY_AMBIGUOUS:
        return ambiguous;
    case RP_KEY_UNKNOWN:
        return unknown;
    case RP_KEY_FOUND:
        break;
    }
    return RP_CODE_NONE;
}

/* The order of enum rp_code is the order of decision. */
static enum rp_code
decide(const struct rp_key_lookup *student, const struct rp_key_lookup *course)
{
    enum rp_code one =
        code_of(student->result, RP_AMBIGUOUS_STUDENT, RP_UNKNOWN_STUDENT);
    enum rp_code other =
        code_of(course->result, RP_AMBIGUOUS_COURSE, RP_UNKNOWN_COURSE);

    if (one == RP_CODE_NONE || (other != RP_CODE_NONE && other < one))
        return other;
    return one;
}

static inline void
ask_for(const struct rp_claim_asked *asked,
        const struct rp_key_columns *columns, struct rp_key_asked *out_asked)
{
    out_asked->ordinal = asked->ordinal;
    out_asked->fields = asked->fields;
    out_asked->columns = columns;
}

static enum rp_status
foresee_link(void *ctx, const struct rp_claim_asked *asked, struct rp_err *err)
{
    struct rp_links *links = ctx;
    struct rp_key_asked student;
    struct rp_key_asked course;
    enum rp_status status = RP_OK;

    ask_for(asked, &asked->layout->student, &student);
    ask_for(asked, &asked->layout->course, &course);
    if (rp_resolver_joins(links->student))
        status = rp_resolver_foresee(links->student, &student, err);
    if (status == RP_OK && rp_resolver_joins(links->course))
        status = rp_resolver_foresee(links->course, &course, err);
    return status;
}

static enum rp_status
foreseen_links(void *ctx, struct rp_err *err)
{
    struct rp_links *links = ctx;
    enum rp_status status = RP_OK;

    if (rp_resolver_joins(links->student))
        status = rp_resolver_foreseen(links->student, err);
    if (status == RP_OK && rp_resolver_joins(links->course))
        status = rp_resolver_foreseen(links->course, err);
    return status;
}

/* What two lookups make of one record. */
static void
make_claim(struct rp_links *links, const struct rp_slice *fields,
           const struct rp_key_lookup *student,
           const struct rp_key_lookup *course, struct rp_claim_made *out_made)
{
    out_made->code = decide(student, course);
    out_made->trimmed = false;
    out_made->leading_zeros = false;
    if (out_made->code != RP_CODE_NONE)
        return;
    out_made->trimmed = student->trimmed || course->trimmed;
    out_made->leading_zeros = student->leading_zeros || course->leading_zeros;
    rp_link_pack(out_made->key, student->id, course->id);
    out_made->rest = hash_rest(links, fields);
}

static enum rp_status
claim_links(void *ctx, const struct rp_claim_asked *asked, size_t count,
            struct rp_claim_made *out_made, struct rp_err *err)
{
    struct rp_links *links = ctx;
    struct rp_key_asked by_student[RP_BATCH_RECORDS];
    struct rp_key_asked by_course[RP_BATCH_RECORDS];
    struct rp_key_lookup students[RP_BATCH_RECORDS];
    struct rp_key_lookup courses[RP_BATCH_RECORDS];
    enum rp_status status = RP_OK;

    assert(count > 0 && count <= RP_BATCH_RECORDS);
    if (links->layout != asked->layout)
        status = hash_header(links, asked->layout, err);
    for (size_t i = 0; i < count; i++) {
        ask_for(&asked[i], &asked->layout->student, &by_student[i]);
        ask_for(&asked[i], &asked->layout->course, &by_course[i]);
    }
    if (status == RP_OK)
        status =
            rp_resolver_find(links->student, by_student, count, students, err);
    if (status == RP_OK)
        status =
            rp_resolver_find(links->course, by_course, count, courses, err);
    for (size_t i = 0; i < count && status == RP_OK; i++)
        make_claim(links, asked[i].fields, &students[i], &courses[i],
                   &out_made[i]);
    return status == RP_OK ? rp_buf_status(&links->scratch, err) : status;
}

static enum rp_status
present_link(void *ctx, struct rp_claim *out_claim, bool *out_more,
             struct rp_err *err)
{
    struct rp_links *links = ctx;

    *out_more = links->more_present;
    if (!links->more_present)
        return RP_OK;
    rp_link_pack(out_claim->key, links->present.student_id,
                 links->present.course_id);
    return rp_link_cursor_next(links->cursor, &links->present,
                               &links->more_present, err);
}

struct rp_claimer
rp_links_claimer(struct rp_links *links)
{
    struct rp_claimer claimer = {
        .claim = claim_links,
        .present = links->more_present ? present_link : NULL,
        .rows = false,
        .narrow = rp_resolver_is_narrow(links->student) &&
                  rp_resolver_is_narrow(links->course),
        .held_bytes = rp_resolver_bytes(links->student) +
                      rp_resolver_bytes(links->course),
        .ctx = links,
    };

    if (rp_resolver_joins(links->student) || rp_resolver_joins(links->course)) {
        claimer.foresee = foresee_link;
        claimer.foreseen = foreseen_links;
    }
    return claimer;
}

void
rp_links_close(struct rp_links *links)
{
    if (links == NULL)
        return;
    rp_resolver_close(links->student);
    rp_resolver_close(links->course);
    rp_link_cursor_close(links->cursor);
    rp_free(links->others);
    rp_buf_release(&links->scratch);
    rp_free(links);
}

static enum rp_status
layout_source(void *ctx, const char *source_name,
              const struct rp_records *records, struct rp_layout *out_layout,
              struct rp_err *err)
{
    struct rp_source_columns columns = { .name = source_name };

    columns.names = rp_records_names(records, &columns.width);
    columns.has_header = rp_records_header(records).len > 0;
    return rp_mapping_resolve(ctx, &columns, out_layout, err);
}

struct rp_layouter
rp_links_layouter(struct rp_mapping *mapping)
{
    return (struct rp_layouter){ layout_source, mapping };
}
