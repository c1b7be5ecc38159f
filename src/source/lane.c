/* lane.c - see lane.h. */
#include "source/lane.h"

#include "base/limits.h"
#include "base/mem.h"
#include "source/shape.h"

/* What a byte may be to a record, as bits. */
#define ENDS_PLAIN 1U  /* a field without quotes does not go on past it */
#define ENDS_QUOTED 2U /* nor does a quoted one */
#define NOT_ASCII 4U

#define BYTE_VALUES 256
/* Slices for the fields of all records of a cut. */
#define FIELDS_MAX ((size_t)4096)

struct rp_lane {
    unsigned char kinds[BYTE_VALUES];
    unsigned char delimiter;
    unsigned char quote;
    size_t width;
    size_t most; /* records of a cut */
    struct rp_slice *fields;
    struct rp_record records[RP_BATCH_RECORDS];
};

static void
set_kinds(struct rp_lane *lane)
{
    static const unsigned char odd[] = { '\0', '\r', '\n' };

    for (size_t i = 0x80; i < BYTE_VALUES; i++)
        lane->kinds[i] = NOT_ASCII;
    for (size_t i = 0; i < sizeof odd; i++)
        lane->kinds[odd[i]] = ENDS_PLAIN | ENDS_QUOTED;
    lane->kinds[lane->delimiter] = ENDS_PLAIN;
    lane->kinds[lane->quote] = ENDS_PLAIN | ENDS_QUOTED;
}

enum rp_status
rp_lane_open(const struct rp_dialect *dialect, size_t width,
             struct rp_lane **out_lane, struct rp_err *err)
{
    struct rp_lane *lane = rp_zalloc(sizeof *lane);

    if (lane == NULL)
        return rp_fail_nomem(err, "parse a source");
    lane->delimiter = dialect->delimiter;
    lane->quote = dialect->quote;
    lane->width = width;
    lane->most = RP_BATCH_RECORDS;
    if (width > FIELDS_MAX / RP_BATCH_RECORDS)
        lane->most = width < FIELDS_MAX ? FIELDS_MAX / width : 1;
    lane->fields = rp_zalloc_array(lane->most * width, sizeof *lane->fields);
    if (lane->fields == NULL) {
        rp_lane_close(lane);
        return rp_fail_nomem(err, "parse a source");
    }
    set_kinds(lane);
    *out_lane = lane;
    return RP_OK;
}

/* A line being divided.  What ends the last field is an LF at the latest, so
 * no look at a byte goes past the lines. */
struct cutting {
    const unsigned char *at;
    unsigned seen; /* kinds of all bytes of fields */
};

/* Goes on to the first byte of one of these kinds. */
static inline void
pass(const struct rp_lane *lane, struct cutting *cutting, unsigned kinds)
{
    const unsigned char *at = cutting->at;
    unsigned seen = cutting->seen;
    unsigned kind = lane->kinds[*at];

    while ((kind & kinds) == 0) {
        seen |= kind;
        kind = lane->kinds[*++at];
    }
    cutting->at = at;
    cutting->seen = seen;
}

/* Divides off the field that begins at cutting->at; false when it is odd. */
static inline bool
cut_field(const struct rp_lane *lane, struct cutting *cutting,
          struct rp_slice *field)
{
    bool quoted = *cutting->at == lane->quote;

    if (quoted)
        cutting->at++;
    field->ptr = cutting->at;
    pass(lane, cutting, quoted ? ENDS_QUOTED : ENDS_PLAIN);
    field->len = (size_t)(cutting->at - field->ptr);
    if (field->len > RP_FIELD_MAX_BYTES)
        return false;
    if (!quoted && field->len == 0)
        field->ptr = NULL;
    if (!quoted)
        return true;
    return *cutting->at++ == lane->quote;
}

/* Divides one line into width fields; false when it is odd.  cutting->at is
 * behind the last field then. */
static inline bool
cut_fields(const struct rp_lane *lane, struct cutting *cutting,
           struct rp_slice *fields)
{
    for (size_t i = 0; i < lane->width; i++) {
        if (i > 0 && *cutting->at++ != lane->delimiter)
            return false;
        if (!cut_field(lane, cutting, &fields[i]))
            return false;
    }
    return true;
}

/* The bytes of the line end at at; 0 when there is none. */
static inline size_t
end_bytes(const unsigned char *at)
{
    if (at[0] == '\n')
        return 1;
    return at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

/* Is the record sound, apart from its fields? */
static bool
is_sound(const struct cutting *cutting, struct rp_slice raw, size_t end)
{
    if (end == 0 || raw.len == end || raw.len > RP_RECORD_MAX_BYTES)
        return false;
    return (cutting->seen & NOT_ASCII) == 0 ||
           rp_shape_code(raw) == RP_CODE_NONE;
}

static void
set_record(struct rp_record *record, const struct rp_lines_ahead *ahead,
           uint64_t index, struct rp_slice raw)
{
    record->first_line = ahead->number + index;
    record->last_line = ahead->number + index;
    record->byte_start =
        ahead->byte_start + (uint64_t)(raw.ptr - ahead->bytes.ptr);
    record->byte_end = record->byte_start + raw.len;
    record->class = RP_RECORD_DATA;
    record->code = RP_CODE_NONE;
    record->suspicious_multiline = false;
    record->raw = raw;
}

void
rp_lane_cut(struct rp_lane *lane, const struct rp_lines_ahead *ahead,
            struct rp_lane_cut *out_cut)
{
    const unsigned char *end = ahead->bytes.ptr + ahead->bytes.len;
    struct cutting cutting = { .at = ahead->bytes.ptr };
    struct rp_lines_passed passed = { 0 };

    while (passed.count < lane->most && cutting.at < end) {
        struct rp_record *record = &lane->records[passed.count];
        struct rp_slice *fields = lane->fields + passed.count * lane->width;
        struct rp_slice raw = { cutting.at, 0 };
        size_t line_end;

        cutting.seen = 0;
        if (!cut_fields(lane, &cutting, fields))
            break;
        line_end = end_bytes(cutting.at);
        cutting.at += line_end;
        raw.len = (size_t)(cutting.at - raw.ptr);
        if (!is_sound(&cutting, raw, line_end))
            break;
        set_record(record, ahead, passed.count++, raw);
        record->fields = fields;
        record->field_count = lane->width;
        passed.bytes += raw.len;
        passed.lf = passed.lf || line_end == 1;
        passed.crlf = passed.crlf || line_end == 2;
    }
    *out_cut = (struct rp_lane_cut){ lane->records, passed };
}

void
rp_lane_close(struct rp_lane *lane)
{
    if (lane == NULL)
        return;
    rp_free(lane->fields);
    rp_free(lane);
}
