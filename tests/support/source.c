/* source.c - see source.h. */
#include "support/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"
#include "support/test.h"

struct rp_input *
test_input(const char *folder, struct rp_slice bytes)
{
    char *path = test_path(folder, "source.csv");
    struct rp_input *input = NULL;
    struct rp_err err;

    test_write(path, bytes);
    assert_ok(rp_input_open(path, folder, &input, &err), &err);
    free(path);
    return input;
}

struct rp_dialect
test_dialect(void)
{
    struct rp_dialect dialect = { ',', '"', true, NULL, 0 };

    return dialect;
}

void
test_put_fields(struct rp_buf *out, const struct rp_slice *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].ptr == NULL) {
            rp_buf_byte(out, '-');
            continue;
        }
        rp_buf_byte(out, '<');
        rp_show(out, fields[i]);
        rp_buf_byte(out, '>');
    }
}

static const char *
what_of(const struct rp_record *record)
{
    if (record->class == RP_RECORD_DATA)
        return "data";
    if (record->class == RP_RECORD_BLANK)
        return "blank";
    return rp_code_name(record->code);
}

void
test_put_record(struct rp_buf *out, const struct rp_record *record)
{
    rp_buf_printf(
        out, "%" PRIu64 " %" PRIu64 "-%" PRIu64 " %" PRIu64 "-%" PRIu64 " %s",
        record->number, record->first_line, record->last_line,
        record->byte_start, record->byte_end, what_of(record));
    if (record->after_resync)
        rp_buf_str(out, " resync");
    if (record->suspicious_multiline)
        rp_buf_str(out, " suspicious");
    if (record->field_count > 0)
        rp_buf_byte(out, ' ');
    test_put_fields(out, record->fields, record->field_count);
    rp_buf_byte(out, '\n');
}

/* One pass over a source. */
struct pass {
    struct rp_records *records;
    unsigned char *file;
    uint64_t byte; /* where the next span has to begin */
    bool header_passed;
    size_t *lines; /* where each record's line begins in the text */
    size_t line_capacity;
};

static void
check_span(struct pass *pass, const struct rp_record *record)
{
    struct rp_slice header = rp_records_header(pass->records);

    if (record->byte_start != pass->byte) {
        assert_false(pass->header_passed);
        assert_int_equal(record->byte_start, pass->byte + header.len);
        assert_memory_equal(pass->file + pass->byte, header.ptr, header.len);
        pass->header_passed = true;
    }
    assert_true(record->byte_end > record->byte_start);
    pass->byte = record->byte_end;
    if (record->raw.ptr == NULL) {
        assert_true(record->byte_end - record->byte_start >
                    RP_RECORD_MAX_BYTES);
        return;
    }
    assert_int_equal(record->raw.len, record->byte_end - record->byte_start);
    assert_memory_equal(record->raw.ptr, pass->file + record->byte_start,
                        record->raw.len);
}

static void
keep_line(struct pass *pass, uint64_t number, size_t at)
{
    void *lines = pass->lines;

    assert_int_equal(rp_grow(&lines, &pass->line_capacity, (size_t)number + 1,
                             sizeof *pass->lines),
                     0);
    pass->lines = lines;
    pass->lines[number] = at;
}

static void
put_records(struct rp_buf *out, struct pass *pass)
{
    const struct rp_record *batch = NULL;
    size_t count = 0;
    struct rp_err err;

    do {
        assert_ok(rp_records_batch(pass->records, &batch, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            check_span(pass, &batch[i]);
            keep_line(pass, batch[i].number, out->len);
            test_put_record(out, &batch[i]);
        }
    } while (count > 0);
    /* The end stays the end. */
    assert_ok(rp_records_batch(pass->records, &batch, &count, &err), &err);
    assert_int_equal(count, 0);
    assert_ok(rp_records_next(pass->records, &batch, &err), &err);
    assert_null(batch);
}

static void
put_facts(struct rp_buf *out, const struct rp_source_facts *facts)
{
    rp_buf_printf(out,
                  "= %" PRIu64 "+%" PRIu64 "+%" PRIu64 "+%" PRIu64 "+%" PRIu64
                  " %s %s%s\n",
                  facts->bytes_bom, facts->bytes_header, facts->bytes_records,
                  facts->bytes_blank, facts->bytes_rejected,
                  rp_newline_name(facts->newline), facts->encoding,
                  facts->final_newline ? "" : " cut");
}

static void
check_facts(const struct rp_source_facts *facts, struct rp_slice file)
{
    char sha256[RP_SHA256_HEX];
    struct rp_err err;

    assert_int_equal(facts->bytes, file.len);
    assert_int_equal(facts->bytes_bom + facts->bytes_header +
                         facts->bytes_records + facts->bytes_blank +
                         facts->bytes_rejected,
                     file.len);
    assert_ok(rp_sha256_hex(file, sha256, &err), &err);
    assert_string_equal(facts->sha256, sha256);
}

/* The record of this number again is the line that it was. */
static void
check_again(struct pass *pass, const struct rp_buf *out, uint64_t number)
{
    const struct rp_record *record;
    struct rp_buf again = { 0 };
    struct rp_slice line;
    struct rp_err err;

    assert_ok(rp_records_next(pass->records, &record, &err), &err);
    assert_non_null(record);
    assert_int_equal(record->number, number);
    test_put_record(&again, record);
    line.ptr = out->ptr + pass->lines[number];
    line.len = again.len;
    assert_same(rp_buf_view(&again), line);
    rp_buf_release(&again);
}

/* All of them backwards, which jumps; every other one forwards, one sweep; and
 * some after a rest. */
static void
check_seek(struct pass *pass, const struct rp_buf *out, uint64_t count)
{
    struct rp_err err;

    for (uint64_t number = count; number > 0; number--) {
        assert_ok(rp_records_seek(pass->records, number, &err), &err);
        check_again(pass, out, number);
    }
    for (uint64_t number = 1; number <= count; number += 3) {
        assert_ok(rp_records_seek(pass->records, number, &err), &err);
        check_again(pass, out, number);
        if (number < count)
            check_again(pass, out, number + 1);
        if (number % 7 == 0)
            rp_records_rest(pass->records);
    }
}

void
test_put_source(struct rp_buf *out, const struct rp_input *input,
                const struct rp_dialect *dialect)
{
    struct rp_source_facts facts;
    struct pass pass = { 0 };
    struct rp_slice file;
    const struct rp_slice *names;
    struct rp_err err;
    size_t width;

    if (rp_records_open(input, dialect, &pass.records, &err) != RP_OK) {
        rp_buf_printf(out, "error: %s\n", err.text);
        return;
    }
    pass.file = test_read(rp_input_path(input), &file.len);
    file.ptr = pass.file;
    pass.byte =
        file.len >= 3 && memcmp(file.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    names = rp_records_names(pass.records, &width);
    rp_buf_str(out, "names ");
    test_put_fields(out, names, width);
    rp_buf_byte(out, '\n');
    if (file.len % 2 != 0)
        rp_records_rest(pass.records);
    put_records(out, &pass);
    assert_ok(rp_records_finish(pass.records, &facts, &err), &err);
    check_facts(&facts, file);
    check_seek(&pass, out, facts.records);
    put_facts(out, &facts);
    rp_records_close(pass.records);
    rp_free(pass.lines);
    free(pass.file);
}

void
test_sources(const char *folder, const struct rp_dialect *dialect,
             const struct test_example *examples, size_t count)
{
    struct rp_buf text = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct rp_input *input = test_input(folder, examples[i].bytes);

        rp_buf_reset(&text);
        test_put_source(&text, input, dialect);
        if (strcmp(rp_buf_cstr(&text), examples[i].expected) != 0)
            print_error("example: %s\n", examples[i].name);
        assert_string_equal(rp_buf_cstr(&text), examples[i].expected);
        rp_input_close(input);
    }
    rp_buf_release(&text);
}
