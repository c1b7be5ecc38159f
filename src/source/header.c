/* header.c - see header.h. */
#include "source/header.h"

#include <assert.h>
#include <inttypes.h>

#include "base/mem.h"
#include "source/parse.h"

struct flaw {
    const char *reason;
    const char *remedy;
};

#define CORRECT_IT "correct that line, or name the columns by --header"

static const struct flaw no_name = {
    "it names no column",
    "name the columns by --header, and take the line out",
};

/* Why a header cannot be parsed. */
static const struct flaw flaws[RP_CODE_COUNT] = {
    [RP_STRAY_QUOTE] = { "a quote stands inside a field without quotes, or "
                         "text behind a closing quote",
                         "correct that line, or name the quote by --quote" },
    [RP_UNCLOSED_QUOTE] = { "a quoted field is never closed",
                            "correct that line, or name the quote by "
                            "--quote" },
    [RP_BARE_CR] = { "a carriage return without a line feed stands in it",
                     CORRECT_IT },
    [RP_FIELD_TOO_LARGE] = { "it is longer than any header may be",
                             "is this a CSV file? name the delimiter by "
                             "--delimiter" },
    [RP_NUL_BYTE] = { "it holds a NUL byte", CORRECT_IT },
    [RP_INVALID_ENCODING] = { "it is not UTF-8",
                              "convert the file, for example by iconv -f "
                              "WINDOWS-1252 -t UTF-8" },
    [RP_BOM_INSIDE] = { "it holds a byte order mark (EF BB BF)", CORRECT_IT },
};

static enum rp_status
fail_header(const struct rp_input *input, const struct rp_record *record,
            const struct flaw *flaw, struct rp_err *err)
{
    return rp_fail(
        err, RP_E_USAGE, "%s:%" PRIu64 ": the header cannot be used: %s; %s",
        rp_input_name(input), record->first_line, flaw->reason, flaw->remedy);
}

/* The first record that is not blank or, with parsed, that could be parsed;
 * NULL when there is none. */
static enum rp_status
first_record(struct rp_parse *parse, bool parsed,
             const struct rp_record **out_record, bool *out_empty,
             struct rp_err *err)
{
    struct rp_record *record;
    bool empty = true;

    do {
        enum rp_status status = rp_parse_next(parse, &record, err);

        if (status != RP_OK)
            return status;
        empty = empty && (record == NULL || record->class == RP_RECORD_BLANK);
    } while (record != NULL && (record->class == RP_RECORD_BLANK ||
                                (parsed && record->class != RP_RECORD_DATA)));
    *out_record = record;
    *out_empty = empty;
    return RP_OK;
}

static enum rp_status
copy_names(struct rp_header *header, const struct rp_slice *names, size_t count,
           struct rp_err *err)
{
    const unsigned char *ptr;

    /* Even an empty name points somewhere. */
    (void)rp_buf_room(&header->name_bytes, 1);
    header->names = rp_zalloc_array(count, sizeof *names);
    for (size_t i = 0; i < count; i++)
        rp_buf_slice(&header->name_bytes, names[i]);
    if (header->names == NULL || header->name_bytes.failed)
        return rp_fail_nomem(err, "hold a header");
    ptr = header->name_bytes.ptr;
    for (size_t i = 0; i < count; i++) {
        header->names[i] = (struct rp_slice){ ptr, names[i].len };
        ptr += names[i].len;
    }
    header->width = count;
    return RP_OK;
}

static enum rp_status
copy_header(struct rp_header *header, const struct rp_record *record,
            const struct rp_input *input, struct rp_err *err)
{
    enum rp_status status;

    if (record->class == RP_RECORD_REJECTED)
        return fail_header(input, record, &flaws[record->code], err);
    rp_buf_slice(&header->raw, record->raw);
    status = rp_buf_status(&header->raw, err);
    if (status == RP_OK)
        status = copy_names(header, record->fields, record->field_count, err);
    if (status == RP_OK && header->name_bytes.len == 0)
        status = fail_header(input, record, &no_name, err);
    return status;
}

/* "#1", "#2", ... */
static enum rp_status
make_names(struct rp_header *header, size_t count, struct rp_err *err)
{
    size_t start = 0;

    header->names = rp_zalloc_array(count, sizeof *header->names);
    for (size_t i = 0; i < count; i++)
        rp_buf_printf(&header->name_bytes, "#%zu", i + 1);
    if (header->names == NULL || header->name_bytes.failed)
        return rp_fail_nomem(err, "hold a header");
    for (size_t i = 0; i < count; i++) {
        const unsigned char *ptr = header->name_bytes.ptr + start;
        size_t len = 1;

        while (start + len < header->name_bytes.len && ptr[len] != '#')
            len++;
        header->names[i] = (struct rp_slice){ ptr, len };
        start += len;
    }
    header->width = count;
    return RP_OK;
}

static enum rp_status
find(struct rp_parse *parse, const struct rp_input *input,
     const struct rp_dialect *dialect, struct rp_header *header,
     struct rp_err *err)
{
    bool nameless = !dialect->has_header && dialect->names == NULL;
    const struct rp_record *record;
    enum rp_status status;
    bool empty;

    status = first_record(parse, nameless, &record, &empty, err);
    if (status != RP_OK)
        return status;
    if (empty)
        return rp_fail(err, RP_E_USAGE,
                       "%s: empty: it holds no record; export it again, or "
                       "leave it out",
                       rp_input_name(input));
    if (dialect->has_header)
        return copy_header(header, record, input, err);
    if (!nameless)
        return copy_names(header, dialect->names, dialect->name_count, err);
    return make_names(header, record == NULL ? 0 : record->field_count, err);
}

enum rp_status
rp_header_find(const struct rp_input *input, const struct rp_dialect *dialect,
               struct rp_header *out_header, struct rp_err *err)
{
    struct rp_header header = { 0 };
    struct rp_parse *parse;
    enum rp_status status = rp_parse_open(input, dialect, &parse, err);

    assert(!dialect->has_header || dialect->names == NULL);
    if (status != RP_OK)
        return status;
    status = find(parse, input, dialect, &header, err);
    rp_parse_close(parse);
    if (status != RP_OK) {
        rp_header_release(&header);
        return status;
    }
    *out_header = header;
    return RP_OK;
}

void
rp_header_release(struct rp_header *header)
{
    rp_free(header->names);
    rp_buf_release(&header->name_bytes);
    rp_buf_release(&header->raw);
    *header = (struct rp_header){ 0 };
}
