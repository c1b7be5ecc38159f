/* parse.c - see parse.h. */
#include "source/parse.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "source/csv.h"
#include "source/lane.h"
#include "source/probe.h"
#include "source/shape.h"

struct rp_parse {
    struct rp_lines *lines;
    struct rp_csv *csv;
    struct rp_lane *lane;    /* NULL: everything goes to libcsv */
    struct rp_record *ready; /* the lane divided these already */
    size_t ready_count;
    const char *not_csv;
    size_t bom_bytes;
    unsigned char quote;
    unsigned char letter; /* neither quote nor delimiter */
    struct rp_buf raw;    /* of a record that is not one line of the file */
    struct rp_buf patched;
    struct rp_record record;
    bool in_quotes; /* an odd number of quotes since the record's first byte */
    bool bare_cr;   /* the record has one */
    bool too_long;  /* the record is longer than raw may be */
    bool after_resync;
};

static unsigned char
pick_letter(const struct rp_dialect *dialect)
{
    unsigned char letter = 'x';

    while (letter == dialect->quote || letter == dialect->delimiter)
        letter++;
    return letter;
}

static void
skip_bom(struct rp_parse *parse)
{
    static const unsigned char bom[] = { 0xEF, 0xBB, 0xBF };
    struct rp_slice first = rp_lines_probe(parse->lines);

    parse->not_csv = rp_probe(first);
    if (parse->not_csv != NULL || first.len < sizeof bom ||
        memcmp(first.ptr, bom, sizeof bom) != 0)
        return;
    parse->bom_bytes = sizeof bom;
    rp_lines_skip(parse->lines, sizeof bom);
}

enum rp_status
rp_parse_open(const struct rp_input *input, const struct rp_dialect *dialect,
              struct rp_parse **out_parse, struct rp_err *err)
{
    struct rp_parse *parse = rp_zalloc(sizeof *parse);
    enum rp_status status;

    if (parse == NULL)
        return rp_fail_nomem(err, "parse a source");
    parse->quote = dialect->quote;
    parse->letter = pick_letter(dialect);
    status = rp_csv_open(dialect, &parse->csv, err);
    if (status == RP_OK)
        status = rp_lines_open(input, &parse->lines, err);
    if (status != RP_OK) {
        rp_parse_close(parse);
        return status;
    }
    skip_bom(parse);
    *out_parse = parse;
    return RP_OK;
}

const char *
rp_parse_not_csv(const struct rp_parse *parse)
{
    return parse->not_csv;
}

size_t
rp_parse_bom_bytes(const struct rp_parse *parse)
{
    return parse->bom_bytes;
}

static void
begin_record(struct rp_parse *parse, const struct rp_line *line)
{
    struct rp_record *record = &parse->record;

    record->first_line = line->number;
    record->last_line = line->number;
    record->byte_start = line->byte_start;
    record->byte_end = line->byte_start + line->bytes.len;
    record->class = RP_RECORD_BLANK;
    record->code = RP_CODE_NONE;
    record->after_resync = parse->after_resync;
    record->suspicious_multiline = false;
    record->fields = NULL;
    record->field_count = 0;
    record->raw = line->bytes;
    parse->in_quotes = false;
    parse->bare_cr = false;
    parse->too_long = false;
}

static bool
has_end(const struct rp_line *line)
{
    unsigned char last = line->bytes.ptr[line->bytes.len - 1];

    return last == '\n' || (last == '\r' && !line->lone_cr);
}

static bool
is_blank(const struct rp_line *line)
{
    const unsigned char *ptr = line->bytes.ptr;

    if (line->bytes.len == 1)
        return has_end(line);
    return line->bytes.len == 2 && ptr[0] == '\r' && ptr[1] == '\n';
}

/* A copy of bytes with every CR outside quotes that is not part of a line end
 * made a letter; bytes itself when it has none of these. */
static enum rp_status
patch(struct rp_parse *parse, struct rp_slice *bytes, struct rp_err *err)
{
    bool in_quotes = parse->in_quotes;
    enum rp_status status;

    rp_buf_reset(&parse->patched);
    rp_buf_slice(&parse->patched, *bytes);
    status = rp_buf_status(&parse->patched, err);
    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < bytes->len; i++) {
        bool ends = i + 2 == bytes->len && bytes->ptr[i + 1] == '\n';

        if (bytes->ptr[i] == parse->quote)
            in_quotes = !in_quotes;
        if (bytes->ptr[i] != '\r' || in_quotes || ends)
            continue;
        parse->patched.ptr[i] = parse->letter;
        parse->bare_cr = true;
    }
    *bytes = rp_buf_view(&parse->patched);
    return RP_OK;
}

/* One more line, or piece of one, of the record.  After a stray quote the rest
 * of the line is only passed by. */
static enum rp_status
feed(struct rp_parse *parse, const struct rp_line *line,
     enum rp_csv_state *state, struct rp_err *err)
{
    struct rp_slice bytes = line->bytes;
    enum rp_status status = RP_OK;

    if (*state == RP_CSV_STRAY)
        return RP_OK;
    if (line->lone_cr)
        status = patch(parse, &bytes, err);
    if (status == RP_OK)
        status = rp_csv_feed(parse->csv, bytes, state, err);
    if (status != RP_OK)
        return status;
    /* In quotes or too large: if the file ends here, it can be told which. */
    if (*state == RP_CSV_TOO_LARGE && line->complete && !has_end(line))
        *state = rp_csv_finish(parse->csv);
    return RP_OK;
}

/* A line is gone when the next one is read: keep the bytes, and the parity of
 * the quotes in them. */
static enum rp_status
keep(struct rp_parse *parse, const struct rp_line *line, struct rp_err *err)
{
    struct rp_slice bytes = line->bytes;

    for (size_t i = 0; i < bytes.len; i++)
        parse->in_quotes ^= bytes.ptr[i] == parse->quote;
    if (bytes.len > RP_RECORD_MAX_BYTES - parse->raw.len)
        parse->too_long = true;
    if (parse->too_long)
        return RP_OK;
    rp_buf_slice(&parse->raw, bytes);
    return rp_buf_status(&parse->raw, err);
}

static bool
goes_on(const struct rp_line *line, enum rp_csv_state state)
{
    return !line->complete || state == RP_CSV_MORE;
}

/* line has begun the record and not ended it. */
static enum rp_status
feed_rest(struct rp_parse *parse, const struct rp_line *line,
          enum rp_csv_state *state, struct rp_err *err)
{
    struct rp_record *record = &parse->record;
    enum rp_status status;

    rp_buf_reset(&parse->raw);
    status = keep(parse, line, err);
    while (status == RP_OK && goes_on(line, *state)) {
        status = rp_lines_next(parse->lines, &line, err);
        if (status != RP_OK)
            return status;
        if (line == NULL) {
            *state = rp_csv_finish(parse->csv);
            break;
        }
        record->last_line = line->number;
        record->byte_end += line->bytes.len;
        status = feed(parse, line, state, err);
        if (status == RP_OK)
            status = keep(parse, line, err);
    }
    record->raw = rp_buf_view(&parse->raw);
    if (parse->too_long)
        record->raw = (struct rp_slice){ NULL, 0 };
    return status;
}

/* The first in the order of enum rp_code. */
static enum rp_code
code_of(const struct rp_parse *parse, enum rp_csv_state state)
{
    if (state == RP_CSV_STRAY)
        return RP_STRAY_QUOTE;
    if (state == RP_CSV_UNCLOSED)
        return RP_UNCLOSED_QUOTE;
    if (parse->bare_cr)
        return RP_BARE_CR;
    if (state == RP_CSV_TOO_LARGE)
        return RP_FIELD_TOO_LARGE;
    return rp_shape_code(parse->record.raw);
}

static void
settle(struct rp_parse *parse, enum rp_csv_state state)
{
    struct rp_record *record = &parse->record;

    assert(state != RP_CSV_MORE);
    if (state == RP_CSV_TOO_LARGE)
        rp_csv_reset(parse->csv);
    if (state == RP_CSV_TOO_LARGE || state == RP_CSV_STRAY)
        parse->after_resync = true;
    record->code = code_of(parse, state);
    record->class = RP_RECORD_REJECTED;
    if (record->code != RP_CODE_NONE)
        return;
    record->class = RP_RECORD_DATA;
    record->fields = rp_csv_fields(parse->csv, &record->field_count);
}

static enum rp_status
read_record(struct rp_parse *parse, const struct rp_line *line,
            struct rp_err *err)
{
    enum rp_csv_state state = RP_CSV_MORE;
    enum rp_status status;

    begin_record(parse, line);
    if (is_blank(line))
        return RP_OK;
    status = feed(parse, line, &state, err);
    if (status == RP_OK && goes_on(line, state))
        status = feed_rest(parse, line, &state, err);
    if (status == RP_OK)
        settle(parse, state);
    return status;
}

enum rp_status
rp_parse_widen(struct rp_parse *parse, const struct rp_dialect *dialect,
               size_t width, struct rp_err *err)
{
    assert(parse->lane == NULL && width > 0);
    return rp_lane_open(dialect, width, &parse->lane, err);
}

/* What the lane takes of the lines that were read. */
static void
cut_ahead(struct rp_parse *parse)
{
    struct rp_lines_ahead ahead = rp_lines_ahead(parse->lines);
    struct rp_lane_cut cut;

    if (ahead.bytes.len == 0)
        return;
    rp_lane_cut(parse->lane, &ahead, &cut);
    rp_lines_pass(parse->lines, &cut.passed);
    parse->ready = cut.records;
    parse->ready_count = (size_t)cut.passed.count;
    for (size_t i = 0; i < parse->ready_count; i++)
        cut.records[i].after_resync = parse->after_resync;
}

enum rp_status
rp_parse_batch(struct rp_parse *parse, struct rp_record **out_batch,
               size_t *out_count, struct rp_err *err)
{
    const struct rp_line *line;
    enum rp_status status;

    if (parse->ready_count == 0 && parse->lane != NULL)
        cut_ahead(parse);
    *out_batch = parse->ready;
    *out_count = parse->ready_count;
    parse->ready_count = 0;
    if (*out_count > 0)
        return RP_OK;
    status = rp_lines_next(parse->lines, &line, err);
    if (status == RP_OK && line != NULL)
        status = read_record(parse, line, err);
    *out_batch = &parse->record;
    *out_count = status == RP_OK && line != NULL ? 1 : 0;
    return status;
}

enum rp_status
rp_parse_next(struct rp_parse *parse, struct rp_record **out_record,
              struct rp_err *err)
{
    struct rp_record *batch = NULL;
    size_t count = 0;
    enum rp_status status = rp_parse_batch(parse, &batch, &count, err);

    if (status != RP_OK)
        return status;
    *out_record = count > 0 ? batch : NULL;
    if (count > 1) {
        parse->ready = batch + 1;
        parse->ready_count = count - 1;
    }
    return RP_OK;
}

enum rp_status
rp_parse_drain(struct rp_parse *parse, struct rp_err *err)
{
    const struct rp_line *line;
    enum rp_status status;

    do {
        status = rp_lines_next(parse->lines, &line, err);
    } while (status == RP_OK && line != NULL);
    return status;
}

enum rp_status
rp_parse_finish(struct rp_parse *parse, struct rp_lines_census *out_census,
                struct rp_err *err)
{
    return rp_lines_finish(parse->lines, out_census, err);
}

void
rp_parse_know(struct rp_parse *parse, enum rp_newline newline)
{
    rp_lines_know(parse->lines, newline);
}

enum rp_status
rp_parse_seek(struct rp_parse *parse, const struct rp_place *place,
              struct rp_err *err)
{
    rp_csv_reset(parse->csv);
    parse->ready_count = 0;
    parse->after_resync = place->after_resync;
    return rp_lines_seek(parse->lines, place->byte, place->line, err);
}

void
rp_parse_close(struct rp_parse *parse)
{
    if (parse == NULL)
        return;
    rp_lines_close(parse->lines);
    rp_csv_close(parse->csv);
    rp_lane_close(parse->lane);
    rp_buf_release(&parse->raw);
    rp_buf_release(&parse->patched);
    rp_free(parse);
}
