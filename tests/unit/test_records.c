/* test_records.c - every byte of a source has a place, every record a number.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/source.h"

static char *folder;

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void
check(const struct test_example *examples, size_t count)
{
    struct rp_dialect dialect = test_dialect();

    test_sources(folder, &dialect, examples, count);
}

static const struct test_example classes[] = {
    { "data", RP_LIT_INIT("s,c\n1,2\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-8 data <1><2>\n"
      "2 3-3 8-12 data <3><4>\n"
      "= 0+4+8+0+0 LF UTF-8\n" },
    { "a header alone", RP_LIT_INIT("s,c\n"),
      "names <s><c>\n= 0+4+0+0+0 LF UTF-8\n" },
    { "a header alone, cut", RP_LIT_INIT("s,c"),
      "names <s><c>\n= 0+3+0+0+0 none UTF-8 cut\n" },
    { "no final newline", RP_LIT_INIT("s,c\n1,2"),
      "names <s><c>\n"
      "1 2-2 4-7 data <1><2>\n"
      "= 0+4+3+0+0 LF UTF-8 cut\n" },
    { "BOM, CRLF", RP_LIT_INIT("\xef\xbb\xbfs,c\r\n1,2\r\n"),
      "names <s><c>\n"
      "1 2-2 8-13 data <1><2>\n"
      "= 3+5+5+0+0 CRLF UTF-8 with BOM\n" },
    { "mixed line ends", RP_LIT_INIT("s,c\r\n1,2\n"),
      "names <s><c>\n"
      "1 2-2 5-9 data <1><2>\n"
      "= 0+5+4+0+0 mixed UTF-8\n" },
    { "CR", RP_LIT_INIT("s,c\r\r1,\"2\r3\"\r"),
      "names <s><c>\n"
      "1 2-2 4-5 blank\n"
      "2 3-4 5-13 data <1><2\\x0d3>\n"
      "= 0+4+8+1+0 CR UTF-8\n" },
    { "blank lines", RP_LIT_INIT("s,c\n\n1,2\r\n\r\n\n"),
      "names <s><c>\n"
      "1 2-2 4-5 blank\n"
      "2 3-3 5-10 data <1><2>\n"
      "3 4-4 10-12 blank\n"
      "4 5-5 12-13 blank\n"
      "= 0+4+5+4+0 mixed UTF-8\n" },
    { "blank lines before the header", RP_LIT_INIT("\n\r\ns,c\n1,2\n"),
      "names <s><c>\n"
      "1 1-1 0-1 blank\n"
      "2 2-2 1-3 blank\n"
      "3 4-4 7-11 data <1><2>\n"
      "= 0+4+4+3+0 mixed UTF-8\n" },
    { "what looks blank and is not", RP_LIT_INIT("s\n \n\"\"\n\t\r\n"),
      "names <s>\n"
      "1 2-2 2-4 data < >\n"
      "2 3-3 4-7 data <>\n"
      "3 4-4 7-10 data <\\x09>\n"
      "= 0+2+8+0+0 mixed UTF-8\n" },
    { "empty fields", RP_LIT_INIT("s,c\n,\n\"\",\"\"\n"),
      "names <s><c>\n"
      "1 2-2 4-6 data --\n"
      "2 3-3 6-12 data <><>\n"
      "= 0+4+8+0+0 LF UTF-8\n" },
    { "a header with an empty name", RP_LIT_INIT("s,,\"\"\n1,2,3\n"),
      "names <s><><>\n"
      "1 2-2 6-12 data <1><2><3>\n"
      "= 0+6+6+0+0 LF UTF-8\n" },
    { "a quoted header over two lines",
      RP_LIT_INIT("\"s\nt\",\"c \"\"d\"\"\"\n1,2\n"),
      "names <s\\x0at><c \"d\">\n"
      "1 3-3 16-20 data <1><2>\n"
      "= 0+16+4+0+0 LF UTF-8\n" },
};

static void
every_byte_belongs_to_one_class(void **state)
{
    (void)state;
    check(classes, TEST_COUNT(classes));
}

static const struct test_example rejects[] = {
    { "field count", RP_LIT_INIT("s,c\n1\n1,2,3\n1,2\n"),
      "names <s><c>\n"
      "1 2-2 4-6 field-count\n"
      "2 3-3 6-12 field-count\n"
      "3 4-4 12-16 data <1><2>\n"
      "= 0+4+4+0+8 LF UTF-8\n" },
    { "repeated header", RP_LIT_INIT("s,c\ns,c\n\"s\",c\r\ns,C\ns,c,\n"),
      "names <s><c>\n"
      "1 2-2 4-8 repeated-header\n"
      "2 3-3 8-15 repeated-header\n"
      "3 4-4 15-19 data <s><C>\n"
      "4 5-5 19-24 field-count\n"
      "= 0+4+4+0+16 mixed UTF-8\n" },
    { "bytes", RP_LIT_INIT("s,c\n1,\xff\n1,\xef\xbb\xbf\n1,2\n"),
      "names <s><c>\n"
      "1 2-2 4-8 invalid-encoding\n"
      "2 3-3 8-14 bom-inside\n"
      "3 4-4 14-18 data <1><2>\n"
      "= 0+4+4+0+10 LF UTF-8\n" },
    { "bytes before field count", RP_LIT_INIT("s,c\n\xff\n"),
      "names <s><c>\n"
      "1 2-2 4-6 invalid-encoding\n"
      "= 0+4+0+0+2 LF UTF-8\n" },
    { "joined files", RP_LIT_INIT("\xef\xbb\xbfs,c\n1,2\n\xef\xbb\xbfs,c\n"),
      "names <s><c>\n"
      "1 2-2 7-11 data <1><2>\n"
      "2 3-3 11-18 bom-inside\n"
      "= 3+4+4+0+7 LF UTF-8 with BOM\n" },
};

static void
a_record_is_rejected_by_the_first_code_that_fits(void **state)
{
    (void)state;
    check(rejects, TEST_COUNT(rejects));
}

static const struct test_example suspects[] = {
    { "a stray quote swallows",
      RP_LIT_INIT("s,c,g\n1,2,\"A\n2,3,B\n3,4,C\"\n4,5,\"a\nb\"\n"),
      "names <s><c><g>\n"
      "1 2-4 6-26 data suspicious <1><2><A\\x0a2,3,B\\x0a3,4,C>\n"
      "2 5-6 26-36 data <4><5><a\\x0ab>\n"
      "= 0+6+30+0+0 LF UTF-8\n" },
    { "one column is never suspicious", RP_LIT_INIT("s\n\"1\n2\"\n"),
      "names <s>\n"
      "1 2-3 2-8 data <1\\x0a2>\n"
      "= 0+2+6+0+0 LF UTF-8\n" },
    { "a rejected record is not suspicious",
      RP_LIT_INIT("s,c\n1,2,\"a\n2,3\"\n"),
      "names <s><c>\n"
      "1 2-3 4-16 field-count\n"
      "= 0+4+0+0+12 LF UTF-8\n" },
    { "also after a resync", RP_LIT_INIT("s,c\na\"\n1,\"a\n2,3\"\n"),
      "names <s><c>\n"
      "1 2-2 4-7 stray-quote\n"
      "2 3-4 7-17 data resync suspicious <1><a\\x0a2,3>\n"
      "= 0+4+10+0+3 LF UTF-8\n" },
};

static void
a_record_that_may_have_swallowed_others_is_told(void **state)
{
    (void)state;
    check(suspects, TEST_COUNT(suspects));
}

static const struct test_example not_csv[] = {
    { "a workbook", RP_LIT_INIT("PK\3\4abc\ndef"),
      "names \n= 0+0+0+0+11 LF not CSV: a ZIP archive or Excel workbook "
      "cut\n" },
    { "UTF-16", RP_LIT_INIT("\xff\xfes\0\n\0"),
      "names \n= 0+0+0+0+6 LF not CSV: UTF-16 text cut\n" },
    { "a NUL early, behind a BOM", RP_LIT_INIT("\xef\xbb\xbfs,c\n1,\0\n"),
      "names \n= 0+0+0+0+11 LF not CSV: a binary file (it holds NUL bytes)\n" },
};

static void
what_is_not_csv_is_rejected_as_a_whole(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input;
    struct rp_records *records;
    struct rp_err err;

    (void)state;
    check(not_csv, TEST_COUNT(not_csv));
    input = test_input(folder, RP_LIT("\xff\xfe"));
    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    assert_string_equal(rp_records_not_csv(records), "UTF-16 text");
    rp_records_close(records);
    rp_input_close(input);
}

static void
a_nul_behind_the_probe_rejects_its_record(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf file = { 0 };
    struct rp_input *input;
    struct rp_buf text = { 0 };

    (void)state;
    rp_buf_str(&file, "s,c\n");
    while (file.len < RP_PROBE_BYTES)
        rp_buf_str(&file, "1,2\n");
    rp_buf_put(&file, "3,\0\n", 4);
    input = test_input(folder, rp_buf_view(&file));
    test_put_source(&text, input, &dialect);
    assert_holds(rp_buf_cstr(&text), "\n1024 1025-1025 4096-4100 nul-byte\n"
                                     "= 0+4+4092+0+4 LF UTF-8\n");
    rp_input_close(input);
    rp_buf_release(&file);
    rp_buf_release(&text);
}

/* Reads to the end. */
static struct rp_records *
read_all(const struct rp_input *input, uint64_t *out_count)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_records *records;
    const struct rp_record *record;
    struct rp_source_facts facts;
    struct rp_err err;

    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    do {
        assert_ok(rp_records_next(records, &record, &err), &err);
    } while (record != NULL);
    assert_ok(rp_records_finish(records, &facts, &err), &err);
    *out_count = facts.records;
    return records;
}

/* A file of random pieces; test_put_source checks what must hold for all. */
static void
any_bytes_are_accounted_for_and_found_again(void **state)
{
    static const char *const pieces[] = {
        "a", "1,2\n", "\"", ",",    "\n",   "\r\n",     "\r",
        " ", "s,c\n", ",,", "\"\"", "\xff", "\xc3\xab", "\"x\ny\"",
    };
    struct rp_dialect dialect = test_dialect();
    uint64_t seed = 1;

    (void)state;
    for (size_t i = 0; i < 300; i++) {
        struct rp_buf file = { 0 };
        struct rp_buf text = { 0 };
        struct rp_input *input;

        dialect.has_header = i % 3 != 0;
        rp_buf_str(&file, i % 2 == 0 ? "s,c\n" : "s,c\r\n");
        while (test_random(&seed) % 200 != 0)
            rp_buf_str(&file, pieces[test_random(&seed) % TEST_COUNT(pieces)]);
        input = test_input(folder, rp_buf_view(&file));
        test_put_source(&text, input, &dialect);
        assert_false(text.failed);
        rp_input_close(input);
        rp_buf_release(&file);
        rp_buf_release(&text);
    }
}

/* More records than places, so that places are thinned out. */
static void
a_record_of_a_long_file_is_found_again(void **state)
{
    const uint64_t count = 3 * RP_PLACES_MAX;
    const struct rp_record *record;
    struct rp_buf file = { 0 };
    struct rp_buf field = { 0 };
    struct rp_records *records;
    struct rp_input *input;
    uint64_t found;
    struct rp_err err;

    (void)state;
    rp_buf_str(&file, "s\n");
    for (uint64_t i = 1; i <= count; i++)
        rp_buf_printf(&file, "%u\n", (unsigned)i);
    input = test_input(folder, rp_buf_view(&file));
    records = read_all(input, &found);
    assert_int_equal(found, count);
    for (uint64_t i = 1, number = 1; i <= count; i += 97) {
        number = (number * 7919) % count + 1;
        assert_ok(rp_records_seek(records, number, &err), &err);
        assert_ok(rp_records_next(records, &record, &err), &err);
        assert_int_equal(record->number, number);
        rp_buf_reset(&field);
        rp_buf_printf(&field, "%u", (unsigned)number);
        assert_same(record->fields[0], rp_buf_view(&field));
    }
    rp_records_close(records);
    rp_input_close(input);
    rp_buf_release(&file);
    rp_buf_release(&field);
}

static void
a_record_that_is_not_there_any_more_is_a_change(void **state)
{
    struct rp_input *input = test_input(folder, RP_LIT("s\n1\n2\n3\n"));
    uint64_t count;
    struct rp_records *records = read_all(input, &count);
    const struct rp_record *record;
    struct rp_err err;

    (void)state;
    assert_int_equal(truncate(rp_input_path(input), 6), 0);
    assert_ok(rp_records_seek(records, 2, &err), &err);
    assert_ok(rp_records_next(records, &record, &err), &err);
    assert_bytes(record->raw, "2\n");
    assert_int_equal(rp_records_seek(records, 3, &err), RP_E_CHANGED);
    assert_string_equal(err.text,
                        "source.csv: changed while it was being read, near "
                        "record 3; start again when nobody writes to it");
    assert_int_equal(rp_records_seek(records, 4, &err), RP_E_CHANGED);
    assert_ok(rp_records_seek(records, 1, &err), &err);
    assert_ok(rp_records_next(records, &record, &err), &err);
    assert_bytes(record->raw, "1\n");
    rp_records_close(records);
    rp_input_close(input);
}

static void
a_header_that_is_not_there_any_more_is_a_change(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf file = { 0 };
    const struct rp_record *record;
    struct rp_records *records;
    struct rp_input *input;
    struct rp_err err;

    (void)state;
    while (file.len < 3 * RP_READ_BYTES)
        rp_buf_byte(&file, '\n');
    rp_buf_str(&file, "s\n1\n");
    input = test_input(folder, rp_buf_view(&file));
    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    file.ptr[file.len - 4] = 't';
    test_write(rp_input_path(input), rp_buf_view(&file));
    while (rp_records_next(records, &record, &err) == RP_OK)
        assert_int_equal(record->class, RP_RECORD_BLANK);
    assert_int_equal(err.status, RP_E_CHANGED);
    rp_records_close(records);
    rp_input_close(input);
    rp_buf_release(&file);
}

/* While nobody read it, it became another file. */
static void
a_source_that_changes_at_rest_is_a_change(void **state)
{
    static const struct rp_slice others[] = {
        RP_LIT_INIT("\xef\xbb\xbfs\n1\n"),
        RP_LIT_INIT("PK\x03\x04s\n1\n"),
        RP_LIT_INIT("t\n1\n"),
    };
    struct rp_dialect dialect = test_dialect();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(others); i++) {
        struct rp_input *input = test_input(folder, RP_LIT("s\n1\n"));
        const struct rp_record *record = NULL;
        struct rp_records *records = NULL;
        struct rp_err err;

        assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
        rp_records_rest(records);
        test_write(rp_input_path(input), others[i]);
        assert_int_equal(rp_records_next(records, &record, &err), RP_E_CHANGED);
        assert_holds(err.text, "source.csv: changed while it was being read");
        rp_records_close(records);
        rp_input_close(input);
    }
}

/* A lone CR ends a line only in a file that has no LF, and what is read again
 * may have none. */
static void
line_ends_are_remembered_at_rest(void **state)
{
    struct rp_input *input = test_input(folder, RP_LIT("s\n1\n2\r3"));
    uint64_t count;
    struct rp_records *records = read_all(input, &count);
    const struct rp_record *record = NULL;
    struct rp_err err;

    (void)state;
    assert_int_equal(count, 2);
    rp_records_rest(records);
    assert_ok(rp_records_seek(records, 2, &err), &err);
    assert_ok(rp_records_next(records, &record, &err), &err);
    assert_int_equal(record->code, RP_BARE_CR);
    assert_bytes(record->raw, "2\r3");
    rp_records_close(records);
    rp_input_close(input);
}

static void
a_source_without_records_has_none_to_seek(void **state)
{
    struct rp_input *input = test_input(folder, RP_LIT("s\n"));
    uint64_t count;
    struct rp_records *records = read_all(input, &count);
    struct rp_err err;

    (void)state;
    assert_int_equal(count, 0);
    assert_int_equal(rp_records_seek(records, 1, &err), RP_E_CHANGED);
    rp_records_close(records);
    rp_records_close(NULL);
    rp_input_close(input);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_belongs_to_one_class),
        cmocka_unit_test(a_record_is_rejected_by_the_first_code_that_fits),
        cmocka_unit_test(a_record_that_may_have_swallowed_others_is_told),
        cmocka_unit_test(what_is_not_csv_is_rejected_as_a_whole),
        cmocka_unit_test(a_nul_behind_the_probe_rejects_its_record),
        cmocka_unit_test(any_bytes_are_accounted_for_and_found_again),
        cmocka_unit_test(a_record_of_a_long_file_is_found_again),
        cmocka_unit_test(a_record_that_is_not_there_any_more_is_a_change),
        cmocka_unit_test(a_header_that_is_not_there_any_more_is_a_change),
        cmocka_unit_test(a_source_that_changes_at_rest_is_a_change),
        cmocka_unit_test(line_ends_are_remembered_at_rest),
        cmocka_unit_test(a_source_without_records_has_none_to_seek),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
