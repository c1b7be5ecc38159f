/* see second.h */
#include "proof/second.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/be.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"
#include "proof/bytes.h"
#include "proof/glance.h"

enum mode {
    MODE_START,  /* nothing of the field yet */
    MODE_PLAIN,  /* in a field without quotes */
    MODE_QUOTED, /* between quotes */
    MODE_CLOSED, /* behind a quote that may have closed the field */
};

struct rp_second {
    struct rp_dialect dialect;
    struct rp_bytes *bytes;
    /* The record that is being read. */
    enum mode mode;
    bool stray, bare_cr, too_large;
    bool cut;             /* the file ends where no line does */
    bool quoted;          /* the field so far */
    uint64_t raw_bytes;   /* of the record so far */
    size_t field_bytes;   /* of the field so far, unquoted */
    struct rp_buf raw;    /* at most RP_RECORD_MAX_BYTES of it */
    struct rp_buf text;   /* all fields, unquoted */
    size_t *ends;         /* of the fields, in text */
    bool *without_quotes; /* the fields that had none */
    size_t field_count;   /* may pass RP_COLUMNS_MAX, then not kept */
    struct rp_slice *fields;
    /* The header, once it was read. */
    bool has_width;
    size_t width;
    struct rp_buf header; /* its fields, each with its length in front */
    uint64_t at;          /* byte behind the last record */
    uint64_t lines;       /* that were read */
    struct rp_second_record record;
    /* Simple lines, many at once, when the header was read. */
    struct rp_glance glance;
    struct rp_second_record batch[RP_BATCH_RECORDS];
};

static_assert(RP_BYTES_PAD >= RP_GLANCE_PAD_BYTES,
              "a glance reads whole words");

enum rp_status
rp_second_open(const struct rp_input *input, const struct rp_dialect *dialect,
               struct rp_second **out_second, struct rp_err *err)
{
    struct rp_second *second = rp_zalloc(sizeof *second);
    enum rp_status status;

    if (second == NULL)
        return rp_fail_nomem(err, "parse a source");
    second->dialect = *dialect;
    second->has_width = dialect->name_count > 0;
    second->width = dialect->name_count;
    second->ends = rp_zalloc_array(RP_COLUMNS_MAX, sizeof *second->ends);
    second->fields = rp_zalloc_array(RP_COLUMNS_MAX, sizeof *second->fields);
    second->without_quotes = rp_zalloc_array(RP_COLUMNS_MAX, sizeof(bool));
    if (second->ends == NULL || second->fields == NULL ||
        second->without_quotes == NULL)
        status = rp_fail_nomem(err, "parse a source");
    else
        status = rp_bytes_open(input, &second->bytes, err);
    if (status == RP_OK)
        *out_second = second;
    else
        rp_second_close(second);
    return status;
}

static void
begin_record(struct rp_second *second)
{
    second->mode = MODE_START;
    second->stray = false;
    second->bare_cr = false;
    second->too_large = false;
    second->cut = false;
    second->quoted = false;
    second->raw_bytes = 0;
    second->field_bytes = 0;
    second->field_count = 0;
    rp_buf_reset(&second->raw);
    rp_buf_reset(&second->text);
    /* Even an empty field points somewhere. */
    (void)rp_buf_room(&second->text, 1);
}

/* Beyond the limits nothing is kept, but the syntax is still followed: only
 * the line's end can tell which code the record is rejected by. */
static void
put_text(struct rp_second *second, const unsigned char *bytes, size_t len)
{
    second->field_bytes += len;
    if (second->field_bytes > RP_FIELD_MAX_BYTES)
        second->too_large = true;
    else if (!second->too_large && second->raw_bytes <= RP_RECORD_MAX_BYTES)
        rp_buf_put(&second->text, bytes, len);
}

static void
end_field(struct rp_second *second)
{
    if (second->field_count < RP_COLUMNS_MAX) {
        second->ends[second->field_count] = second->text.len;
        second->without_quotes[second->field_count] = !second->quoted;
    }
    second->field_count++;
    second->field_bytes = 0;
    second->quoted = false;
    second->mode = MODE_START;
}

/* How many bytes from the front change nothing: no delimiter, quote or CR
 * outside of quotes, no quote inside. */
static size_t
plain_run(const struct rp_second *second, struct rp_slice text)
{
    const unsigned char delimiter = second->dialect.delimiter;
    const unsigned char quote = second->dialect.quote;
    size_t len = 0;

    if (second->mode == MODE_QUOTED) {
        const unsigned char *found = memchr(text.ptr, quote, text.len);

        return found == NULL ? text.len : (size_t)(found - text.ptr);
    }
    while (len < text.len && text.ptr[len] != delimiter &&
           text.ptr[len] != quote && text.ptr[len] != '\r')
        len++;
    return len;
}

static void
step_quote(struct rp_second *second)
{
    switch (second->mode) {
    case MODE_START:
        second->mode = MODE_QUOTED;
        second->quoted = true;
        break;
    case MODE_PLAIN:
        second->stray = true;
        break;
    case MODE_QUOTED:
        second->mode = MODE_CLOSED;
        break;
    case MODE_CLOSED: /* a doubled quote is one quote */
        put_text(second, &second->dialect.quote, 1);
        second->mode = MODE_QUOTED;
        break;
    }
}

static void
step(struct rp_second *second, const unsigned char *byte)
{
    if (*byte == second->dialect.quote) {
        step_quote(second);
    } else if (second->mode == MODE_QUOTED) {
        put_text(second, byte, 1);
    } else if (*byte == second->dialect.delimiter) {
        end_field(second);
    } else if (second->mode == MODE_CLOSED) {
        second->stray = true;
    } else {
        if (*byte == '\r')
            second->bare_cr = true;
        second->mode = MODE_PLAIN;
        put_text(second, byte, 1);
    }
}

static void
take_text(struct rp_second *second, struct rp_slice text)
{
    while (text.len > 0 && !second->stray) {
        size_t run = 0;

        if (second->mode == MODE_PLAIN || second->mode == MODE_QUOTED)
            run = plain_run(second, text);
        if (run > 0) {
            put_text(second, text.ptr, run);
        } else {
            step(second, text.ptr);
            run = 1;
        }
        text.ptr += run;
        text.len -= run;
    }
}

static void
keep_raw(struct rp_second *second, struct rp_slice bytes)
{
    second->raw_bytes += bytes.len;
    if (second->raw_bytes <= RP_RECORD_MAX_BYTES)
        rp_buf_slice(&second->raw, bytes);
}

/* Is the record complete at this line end? */
static bool
end_line(struct rp_second *second, struct rp_slice end)
{
    if (second->stray)
        return true;
    second->cut = end.len == 0;
    if (second->mode == MODE_QUOTED)
        put_text(second, end.ptr, end.len);
    else
        end_field(second);
    if (second->raw_bytes > RP_RECORD_MAX_BYTES ||
        second->field_count > RP_COLUMNS_MAX)
        second->too_large = true;
    return second->too_large || second->mode == MODE_START;
}

static bool
holds_bom(struct rp_slice raw)
{
    const unsigned char *at = raw.ptr;
    size_t left = raw.len;

    while (left >= 3 && (at = memchr(at, 0xef, left - 2)) != NULL) {
        if (at[1] == 0xbb && at[2] == 0xbf)
            return true;
        at++;
        left = raw.len - (size_t)(at - raw.ptr);
    }
    return false;
}

/* The fields one after the other, so that two records can be compared. */
static void
put_fields(struct rp_buf *out, const struct rp_second *second)
{
    for (size_t i = 0; i < second->field_count; i++) {
        rp_buf_be64(out, second->fields[i].len);
        rp_buf_slice(out, second->fields[i]);
    }
}

/* fields: width of them. */
static bool
repeats_header(const struct rp_second *second, const struct rp_slice *fields)
{
    size_t at = 0;

    if (!second->dialect.has_header)
        return false;
    for (size_t i = 0; i < second->width; i++) {
        struct rp_slice field = fields[i];
        const unsigned char *name = second->header.ptr + at + 8;
        uint64_t len = rp_get_be64(second->header.ptr + at);

        if (len != field.len ||
            (len > 0 && memcmp(name, field.ptr, field.len) != 0))
            return false;
        at += 8 + (size_t)len;
    }
    return true;
}

/* What the shape of the bytes says, in the order of decision. */
static enum rp_code
judge_bytes(const struct rp_second *second)
{
    struct rp_slice raw = rp_buf_view(&second->raw);

    if (second->stray)
        return RP_STRAY_QUOTE;
    if (second->mode == MODE_QUOTED && second->cut)
        return RP_UNCLOSED_QUOTE;
    if (second->bare_cr)
        return RP_BARE_CR;
    if (second->too_large)
        return RP_FIELD_TOO_LARGE;
    if (memchr(raw.ptr, '\0', raw.len) != NULL)
        return RP_NUL_BYTE;
    if (rp_utf8_valid_prefix(raw) < raw.len)
        return RP_INVALID_ENCODING;
    if (holds_bom(raw))
        return RP_BOM_INSIDE;
    return RP_CODE_NONE;
}

static void
set_fields(struct rp_second *second)
{
    size_t from = 0;

    for (size_t i = 0; i < second->field_count; i++) {
        second->fields[i].ptr = second->text.ptr + from;
        second->fields[i].len = second->ends[i] - from;
        if (second->fields[i].len == 0 && second->without_quotes[i])
            second->fields[i].ptr = NULL;
        from = second->ends[i];
    }
}

static enum rp_code
judge(struct rp_second *second)
{
    enum rp_code code = judge_bytes(second);

    if (code != RP_CODE_NONE)
        return code;
    set_fields(second);
    if (!second->has_width) {
        second->has_width = true;
        second->width = second->field_count;
    }
    if (second->field_count != second->width)
        return RP_FIELD_COUNT;
    return repeats_header(second, second->fields) ? RP_REPEATED_HEADER
                                                  : RP_CODE_NONE;
}

/* A BOM at the front of the file is no part of the first record. */
static struct rp_slice
without_bom(struct rp_second *second, struct rp_slice text)
{
    static const unsigned char bom[] = { 0xef, 0xbb, 0xbf };

    if (second->at > 0 || second->raw_bytes > 0 || text.len < sizeof bom ||
        memcmp(text.ptr, bom, sizeof bom) != 0)
        return text;
    second->at = sizeof bom;
    return (struct rp_slice){ text.ptr + sizeof bom, text.len - sizeof bom };
}

/* Reads one record's lines; raw_bytes is 0 at the end of the file. */
static enum rp_status
read_record(struct rp_second *second, bool *out_blank, struct rp_err *err)
{
    const struct rp_piece *piece = NULL;
    bool complete = false;
    enum rp_status status;

    begin_record(second);
    second->record.first_line = second->lines + 1;
    *out_blank = false;
    while (!complete) {
        struct rp_slice text;

        status = rp_bytes_next(second->bytes, &piece, err);
        if (status != RP_OK)
            return status;
        if (piece == NULL) {
            if (second->raw_bytes > 0)
                (void)end_line(second, (struct rp_slice){ NULL, 0 });
            break;
        }
        text = without_bom(second, piece->text);
        *out_blank = second->raw_bytes == 0 && piece->last && text.len == 0;
        keep_raw(second, text);
        take_text(second, text);
        keep_raw(second, piece->end);
        second->lines += piece->last ? 1 : 0;
        complete = *out_blank || (piece->last && end_line(second, piece->end));
    }
    status = rp_buf_status(&second->raw, err);
    return status == RP_OK ? rp_buf_status(&second->text, err) : status;
}

static enum rp_status
take_header(struct rp_second *second, struct rp_err *err)
{
    if (judge_bytes(second) != RP_CODE_NONE)
        return rp_fail(err, RP_E_CHANGED,
                       "the header changed while the source was imported; "
                       "let nobody write the file and run again");
    set_fields(second);
    second->has_width = true;
    second->width = second->field_count;
    put_fields(&second->header, second);
    second->at += second->raw_bytes;
    return rp_buf_status(&second->header, err);
}

enum rp_status
rp_second_next(struct rp_second *second,
               const struct rp_second_record **out_record, struct rp_err *err)
{
    struct rp_second_record *record = &second->record;
    bool blank = false;
    enum rp_status status = read_record(second, &blank, err);

    if (status == RP_OK && second->raw_bytes > 0 && !blank &&
        second->dialect.has_header && !second->has_width) {
        status = take_header(second, err);
        if (status == RP_OK)
            status = read_record(second, &blank, err);
    }
    *out_record = NULL;
    if (status != RP_OK || second->raw_bytes == 0)
        return status;
    record->number++;
    record->last_line = second->lines;
    record->byte_start = second->at;
    second->at += second->raw_bytes;
    record->byte_end = second->at;
    record->code = blank ? RP_BLANK_RECORD : judge(second);
    record->fields = second->fields;
    record->field_count =
        record->code == RP_CODE_NONE ? second->field_count : 0;
    *out_record = record;
    return RP_OK;
}

/* The next line, if it is in memory and simple. */
static bool
glance(struct rp_second *second, size_t index)
{
    struct rp_second_record *record = &second->batch[index];
    const struct rp_slice *fields;
    struct rp_piece line;

    if (!rp_bytes_at_hand(second->bytes, &line) ||
        line.text.len + line.end.len > RP_RECORD_MAX_BYTES)
        return false;
    fields = rp_glance(&second->glance, line.text, index);
    if (fields == NULL || repeats_header(second, fields))
        return false;
    rp_bytes_pass(second->bytes, &line);
    record->number = ++second->record.number;
    record->first_line = ++second->lines;
    record->last_line = second->lines;
    record->byte_start = second->at;
    second->at += line.text.len + line.end.len;
    record->byte_end = second->at;
    record->code = RP_CODE_NONE;
    record->fields = fields;
    record->field_count = second->width;
    return true;
}

enum rp_status
rp_second_batch(struct rp_second *second,
                const struct rp_second_record **out_batch, size_t *out_count,
                struct rp_err *err)
{
    enum rp_status status = RP_OK;
    size_t count = 0;

    /* The first record comes with the header, or a BOM. */
    if (second->record.number > 0 && second->has_width &&
        second->glance.fields == NULL)
        status = rp_glance_open(&second->glance, &second->dialect,
                                second->width, err);
    while (status == RP_OK && count < second->glance.most &&
           glance(second, count))
        count++;
    *out_batch = second->batch;
    *out_count = count;
    if (status != RP_OK || count > 0)
        return status;
    status = rp_second_next(second, out_batch, err);
    *out_count = status == RP_OK && *out_batch != NULL ? 1 : 0;
    return status;
}

enum rp_status
rp_second_finish(struct rp_second *second, uint64_t *out_bytes,
                 char sha256[RP_SHA256_HEX], struct rp_err *err)
{
    return rp_bytes_finish(second->bytes, out_bytes, sha256, err);
}

void
rp_second_close(struct rp_second *second)
{
    if (second == NULL)
        return;
    rp_bytes_close(second->bytes);
    rp_buf_release(&second->raw);
    rp_buf_release(&second->text);
    rp_buf_release(&second->header);
    rp_free(second->ends);
    rp_free(second->without_quotes);
    rp_free(second->fields);
    rp_glance_release(&second->glance);
    rp_free(second);
}
