/* csv.c - see csv.h. */
#include "source/csv.h"

#include <assert.h>
#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"

#define OPTIONS (CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL)
/* libcsv grows a field's buffer by this much; 128 bytes if not told. */
#define BLOCK_BYTES ((size_t)64 << 10)
/* One block more than a field may have: libcsv wants room before it looks at
 * the byte that ends the field, and a field must be seen to be too long. */
#define FIELD_CAP_BYTES (RP_FIELD_MAX_BYTES + BLOCK_BYTES)

struct rp_csv {
    struct csv_parser parser;
    unsigned char delimiter;
    unsigned char quote;
    struct rp_buf bytes; /* of all fields of the record, one after another */
    struct rp_slice fields[RP_COLUMNS_MAX];
    size_t count;
    size_t fed_bytes; /* of this record so far; 0 before its first byte */
    bool ended;       /* libcsv saw the record's end */
    bool too_large;
};

/* Blanks are data, too: libcsv would trim what it takes for a space. */
static int
is_never_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void *
realloc_capped(void *ptr, size_t bytes)
{
    return bytes > FIELD_CAP_BYTES ? NULL : rp_realloc(ptr, bytes);
}

static void
init_parser(struct rp_csv *csv)
{
    /* It fails only without a parser. */
    (void)csv_init(&csv->parser, OPTIONS);
    csv_set_delim(&csv->parser, csv->delimiter);
    csv_set_quote(&csv->parser, csv->quote);
    csv_set_space_func(&csv->parser, is_never_space);
    csv_set_realloc_func(&csv->parser, realloc_capped);
    csv_set_free_func(&csv->parser, rp_free);
    csv_set_blk_size(&csv->parser, BLOCK_BYTES);
}

/* What libcsv must do with a text that it is fed, or with the end (NULL), for
 * this door to be right.  The fields of a complete record end in |, and - is
 * an empty one without quotes. */
struct pin {
    const char *fed;
    enum rp_csv_state state;
    const char *fields;
    size_t open_field_bytes;
};

static const struct pin pins[] = {
    { " a ,\"b\"\"c\",,\"\"\r\n", RP_CSV_RECORD, " a |b\"c|-||", 0 },
    { "\"a,\n", RP_CSV_MORE, "", 3 },
    { "\r\n", RP_CSV_MORE, "", 5 },
    { "b\",c\n", RP_CSV_RECORD, "a,\n\r\nb|c|", 0 },
    { "a\"b\n", RP_CSV_STRAY, "", 0 },
    { "\"a\" ,b\n", RP_CSV_STRAY, "", 0 },
    { "\"\"\r", RP_CSV_RECORD, "|", 0 },
    { "a,", RP_CSV_MORE, "", 0 },
    { NULL, RP_CSV_RECORD, "a|-|", 0 },
    { "a,\"b", RP_CSV_MORE, "", 1 },
    { NULL, RP_CSV_UNCLOSED, "", 0 },
};

static enum rp_status
fail_pin(const struct pin *pin, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO,
                   "libcsv does not behave as version 3.0.3 does: it reads "
                   "'%s' in another way; install that version",
                   rp_show_in(shown, rp_slice_str(pin->fed)));
}

static enum rp_status
check_pin(struct rp_csv *csv, const struct pin *pin, struct rp_err *err)
{
    struct rp_buf seen = { 0 };
    enum rp_csv_state state = RP_CSV_UNCLOSED;
    enum rp_status status = RP_OK;

    if (pin->fed == NULL)
        state = rp_csv_finish(csv);
    else
        status = rp_csv_feed(csv, rp_slice_str(pin->fed), &state, err);
    for (size_t i = 0; state == RP_CSV_RECORD && i < csv->count; i++) {
        if (csv->fields[i].ptr == NULL)
            rp_buf_byte(&seen, '-');
        rp_buf_slice(&seen, csv->fields[i]);
        rp_buf_byte(&seen, '|');
    }
    if (status == RP_OK)
        status = rp_buf_status(&seen, err);
    if (status == RP_OK && (state != pin->state ||
                            csv->parser.entry_pos != pin->open_field_bytes ||
                            strcmp(rp_buf_cstr(&seen), pin->fields) != 0))
        status = fail_pin(pin, err);
    rp_buf_release(&seen);
    return status;
}

static enum rp_status
check_pins(struct rp_csv *csv, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; status == RP_OK && i < sizeof pins / sizeof pins[0]; i++)
        status = check_pin(csv, &pins[i], err);
    return status;
}

enum rp_status
rp_csv_open(const struct rp_dialect *dialect, struct rp_csv **out_csv,
            struct rp_err *err)
{
    struct rp_csv *csv = rp_zalloc(sizeof *csv);
    enum rp_status status;

    if (csv == NULL)
        return rp_fail_nomem(err, "parse CSV");
    csv->delimiter = ',';
    csv->quote = '"';
    init_parser(csv);
    status = check_pins(csv, err);
    if (status != RP_OK) {
        rp_csv_close(csv);
        return status;
    }
    csv->delimiter = dialect->delimiter;
    csv->quote = dialect->quote;
    rp_csv_reset(csv);
    *out_csv = csv;
    return RP_OK;
}

/* libcsv hands over a field; ptr is NULL for an empty one without quotes.
 * Room for it was made before the line was fed. */
static void
on_field(void *ptr, size_t len, void *data)
{
    struct rp_csv *csv = data;
    struct rp_slice *field = &csv->fields[csv->count];

    if (csv->count == RP_COLUMNS_MAX || len > RP_FIELD_MAX_BYTES)
        csv->too_large = true;
    if (csv->too_large)
        return;
    csv->count++;
    field->ptr = ptr;
    field->len = len;
    if (len > 0)
        memcpy(csv->bytes.ptr + csv->bytes.len, ptr, len);
    csv->bytes.len += len;
}

static void
on_record(int end, void *data)
{
    struct rp_csv *csv = data;

    (void)end;
    csv->ended = true;
}

/* The fields' bytes may have moved while the record grew. */
static void
place_fields(struct rp_csv *csv)
{
    const unsigned char *ptr = csv->bytes.ptr;

    for (size_t i = 0; i < csv->count; i++) {
        if (csv->fields[i].ptr == NULL)
            continue;
        csv->fields[i].ptr = ptr;
        ptr += csv->fields[i].len;
    }
}

/* Fields are never longer than the bytes they come from. */
static enum rp_status
make_room(struct rp_csv *csv, size_t len, struct rp_err *err)
{
    if (len > RP_RECORD_MAX_BYTES - csv->fed_bytes)
        csv->too_large = true;
    if (csv->too_large)
        return RP_OK;
    csv->fed_bytes += len;
    if (csv->bytes.cap < csv->fed_bytes &&
        rp_buf_room(&csv->bytes, csv->fed_bytes - csv->bytes.len) == NULL)
        return rp_fail_nomem(err, "hold a record");
    return RP_OK;
}

/* The hook said no to libcsv: is the field too long, or is there no memory?
 * libcsv tries ever smaller steps, down to one byte. */
static bool
is_capped(const struct csv_parser *parser)
{
    return parser->entry_size >= FIELD_CAP_BYTES;
}

/* Feeds line.  A field that fills the cap is thrown away but for one byte (the
 * one that may have been its closing quote), so that its syntax can be
 * followed to the end of the line. */
static enum rp_status
parse(struct rp_csv *csv, struct rp_slice line, bool *out_stray,
      struct rp_err *err)
{
    struct csv_parser *parser = &csv->parser;

    *out_stray = false;
    while (line.len > 0) {
        size_t took =
            csv_parse(parser, line.ptr, line.len, on_field, on_record, csv);

        if (took == line.len && csv_error(parser) == CSV_SUCCESS)
            return RP_OK;
        if (csv_error(parser) == CSV_EPARSE) {
            *out_stray = true;
            return RP_OK;
        }
        if (!is_capped(parser))
            return rp_fail_nomem(err, "hold a field");
        csv->too_large = true;
        parser->status = CSV_SUCCESS;
        parser->entry_pos = 1;
        line.ptr += took;
        line.len -= took;
    }
    return RP_OK;
}

static void
begin_record(struct rp_csv *csv)
{
    rp_buf_reset(&csv->bytes);
    csv->count = 0;
    csv->fed_bytes = 0;
    csv->ended = false;
    csv->too_large = false;
}

static bool
has_line_end(struct rp_slice line)
{
    unsigned char last = line.ptr[line.len - 1];

    return last == '\n' || last == '\r';
}

static enum rp_csv_state
state_of(struct rp_csv *csv)
{
    if (csv->too_large)
        return RP_CSV_TOO_LARGE;
    if (!csv->ended)
        return RP_CSV_MORE;
    place_fields(csv);
    return RP_CSV_RECORD;
}

enum rp_status
rp_csv_feed(struct rp_csv *csv, struct rp_slice line,
            enum rp_csv_state *out_state, struct rp_err *err)
{
    enum rp_status status;
    bool stray = false;

    assert(line.len > 0);
    if (csv->ended && !csv->too_large)
        begin_record(csv);
    status = make_room(csv, line.len, err);
    if (status == RP_OK)
        status = parse(csv, line, &stray, err);
    if (status != RP_OK || stray) {
        rp_csv_reset(csv);
        if (stray)
            *out_state = RP_CSV_STRAY;
        return status;
    }
    /* A field that goes on past a line end is judged there as well. */
    if (!csv->ended && has_line_end(line) &&
        csv->parser.entry_pos > RP_FIELD_MAX_BYTES)
        csv->too_large = true;
    *out_state = state_of(csv);
    return RP_OK;
}

enum rp_csv_state
rp_csv_finish(struct rp_csv *csv)
{
    if (csv_fini(&csv->parser, on_field, on_record, csv) == 0)
        return state_of(csv);
    rp_csv_reset(csv);
    return RP_CSV_UNCLOSED;
}

const struct rp_slice *
rp_csv_fields(const struct rp_csv *csv, size_t *out_count)
{
    *out_count = csv->count;
    return csv->fields;
}

void
rp_csv_reset(struct rp_csv *csv)
{
    csv_free(&csv->parser);
    init_parser(csv);
    begin_record(csv);
}

void
rp_csv_close(struct rp_csv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    rp_buf_release(&csv->bytes);
    rp_free(csv);
}
