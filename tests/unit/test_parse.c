/* test_parse.c - where records begin and end, and what their syntax tells. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
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

static const struct test_example unclosed[] = {
    { "unclosed quote", RP_LIT_INIT("s,c\n1,2\n1,\"2\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-8 data <1><2>\n"
      "2 3-4 8-17 unclosed-quote\n"
      "= 0+4+4+0+9 LF UTF-8\n" },
    { "unclosed quote without a line end", RP_LIT_INIT("s,c\n1,\"2\n3,4"),
      "names <s><c>\n"
      "1 2-3 4-12 unclosed-quote\n"
      "= 0+4+0+0+8 LF UTF-8 cut\n" },
    { "unclosed before bytes", RP_LIT_INIT("s,c\n1,\"\xff\n"),
      "names <s><c>\n"
      "1 2-2 4-9 unclosed-quote\n"
      "= 0+4+0+0+5 LF UTF-8\n" },
};

static void
an_unclosed_quote_runs_to_the_end_of_the_file(void **state)
{
    (void)state;
    check(unclosed, TEST_COUNT(unclosed));
}

static const struct test_example resyncs[] = {
    { "a quote in a field", RP_LIT_INIT("s,c\n1,2\n1,a\"b\n3,4\n\n5\n"),
      "names <s><c>\n"
      "1 2-2 4-8 data <1><2>\n"
      "2 3-3 8-14 stray-quote\n"
      "3 4-4 14-18 data resync <3><4>\n"
      "4 5-5 18-19 blank resync\n"
      "5 6-6 19-21 field-count resync\n"
      "= 0+4+8+1+8 LF UTF-8\n" },
    { "text behind a quote, lines later",
      RP_LIT_INIT("s,c\n1,\"a\nb\"c\n\"3\",4\n"),
      "names <s><c>\n"
      "1 2-3 4-13 stray-quote\n"
      "2 4-4 13-19 data resync <3><4>\n"
      "= 0+4+6+0+9 LF UTF-8\n" },
    { "two in one line are one record", RP_LIT_INIT("s,c\na\"b,c\"d\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-12 stray-quote\n"
      "2 3-3 12-16 data resync <3><4>\n"
      "= 0+4+4+0+8 LF UTF-8\n" },
    { "a stray quote at the end", RP_LIT_INIT("s,c\n1,2\"\n"),
      "names <s><c>\n"
      "1 2-2 4-9 stray-quote\n"
      "= 0+4+0+0+5 LF UTF-8\n" },
    { "a stray quote before bytes", RP_LIT_INIT("s,c\n1\",\xff\n"),
      "names <s><c>\n"
      "1 2-2 4-9 stray-quote\n"
      "= 0+4+0+0+5 LF UTF-8\n" },
};

static void
after_a_stray_quote_reading_starts_anew_at_the_next_line(void **state)
{
    (void)state;
    check(resyncs, TEST_COUNT(resyncs));
}

static const struct test_example bare_crs[] = {
    { "outside quotes", RP_LIT_INIT("s,c\n1\r,2\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-9 bare-cr\n"
      "2 3-3 9-13 data <3><4>\n"
      "= 0+4+4+0+5 LF UTF-8\n" },
    { "inside quotes it is data", RP_LIT_INIT("s,c\n1,\"\r2\r\"\n"),
      "names <s><c>\n"
      "1 2-2 4-12 data <1><\\x0d2\\x0d>\n"
      "= 0+4+8+0+0 LF UTF-8\n" },
    { "behind a doubled quote", RP_LIT_INIT("s,c\n1,\"\"\"\r\"\n"),
      "names <s><c>\n"
      "1 2-2 4-12 data <1><\"\\x0d>\n"
      "= 0+4+8+0+0 LF UTF-8\n" },
    { "on the second line of a field",
      RP_LIT_INIT("s,c\n1,\"a\nb\rc\"\n\"3\n\",4\r5\n"),
      "names <s><c>\n"
      "1 2-3 4-14 data <1><a\\x0ab\\x0dc>\n"
      "2 4-5 14-23 bare-cr\n"
      "= 0+4+10+0+9 LF UTF-8\n" },
    { "behind a closing quote it is a stray quote",
      RP_LIT_INIT("s,c\n1,\"2\"\r\r\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-12 stray-quote\n"
      "2 3-3 12-16 data resync <3><4>\n"
      "= 0+4+4+0+8 mixed UTF-8\n" },
    { "before a quote it is a stray quote", RP_LIT_INIT("s,c\n1,\r\"2\"\n"),
      "names <s><c>\n"
      "1 2-2 4-11 stray-quote\n"
      "= 0+4+0+0+7 LF UTF-8\n" },
    { "doubled before LF", RP_LIT_INIT("s,c\n1,2\r\r\n3,4\n"),
      "names <s><c>\n"
      "1 2-2 4-10 bare-cr\n"
      "2 3-3 10-14 data <3><4>\n"
      "= 0+4+4+0+6 mixed UTF-8\n" },
    { "alone at the end", RP_LIT_INIT("s,c\n1,2\n\r"),
      "names <s><c>\n"
      "1 2-2 4-8 data <1><2>\n"
      "2 3-3 8-9 bare-cr\n"
      "= 0+4+4+0+1 LF UTF-8 cut\n" },
    { "unclosed wins", RP_LIT_INIT("s,c\n\r,\"2\n"),
      "names <s><c>\n"
      "1 2-2 4-9 unclosed-quote\n"
      "= 0+4+0+0+5 LF UTF-8\n" },
    { "wins over bytes", RP_LIT_INIT("s,c\n\r,\xff\n"),
      "names <s><c>\n"
      "1 2-2 4-8 bare-cr\n"
      "= 0+4+0+0+4 LF UTF-8\n" },
};

static void
a_lone_cr_outside_quotes_rejects_one_record(void **state)
{
    (void)state;
    check(bare_crs, TEST_COUNT(bare_crs));
}

static void
quote_and_delimiter_may_be_any_bytes(void **state)
{
    static const struct test_example examples[] = {
        { "x delimits, y quotes", RP_LIT_INIT("sxc\n1xyx\r\ny\n2\rx3\n"),
          "names <s><c>\n"
          "1 2-3 4-12 data <1><x\\x0d\\x0a>\n"
          "2 4-4 12-17 bare-cr\n"
          "= 0+4+8+0+5 mixed UTF-8\n" },
    };
    const struct rp_dialect dialect = { 'x', 'y', true, NULL, 0 };

    (void)state;
    test_sources(folder, &dialect, examples, TEST_COUNT(examples));
}

/* A text of many bytes, made of parts that are written or repeated. */
struct part {
    const char *text;
    size_t times;
};

#define FIELD RP_FIELD_MAX_BYTES
#define RECORD RP_RECORD_MAX_BYTES

static const struct {
    const char *name;
    struct part parts[6];
    const char *expected;
} limits[] = {
    { "a field of the limit",
      { { "s,c\n1,", 1 }, { "a", FIELD }, { "\n3,4\n", 1 } },
      "1 2-2 data\n2 3-3 data\n" },
    { "a field beyond it",
      { { "s,c\n1,", 1 }, { "a", FIELD + 1 }, { "\n3,4\n", 1 } },
      "1 2-2 field-too-large\n2 3-3 data resync\n" },
    { "an open field passes it in a line that is not its last",
      { { "s,c\n1,\"a\n", 1 }, { "a", FIELD }, { "\nb\"\n3,4\n", 1 } },
      "1 2-3 field-too-large\n2 4-4 stray-quote resync\n3 5-5 data "
      "resync\n" },
    { "a stray quote behind it, on the same line",
      { { "s,c\n\"", 1 }, { "a", 2 * FIELD }, { "\"b,2\n3,4\n", 1 } },
      "1 2-2 stray-quote\n2 3-3 data resync\n" },
    { "a stray quote behind it, a line later",
      { { "s,c\n\"", 1 }, { "a", 2 * FIELD }, { "\nb\"c,2\n", 1 } },
      "1 2-2 field-too-large\n2 3-3 stray-quote resync\n" },
    { "unclosed, in the last line",
      { { "s,c\n\"", 1 }, { "a", 2 * FIELD } },
      "1 2-2 unclosed-quote\n" },
    { "unclosed, a line end behind it",
      { { "s,c\n\"", 1 }, { "a", 2 * FIELD }, { "\n", 1 } },
      "1 2-2 field-too-large\n" },
    { "a bare CR in it",
      { { "s,c\n\r", 1 }, { "a", 2 * FIELD }, { "\n3,4\n", 1 } },
      "1 2-2 bare-cr\n2 3-3 data resync\n" },
    { "before bytes",
      { { "s,c\n\xff", 1 }, { "a", 2 * FIELD }, { "\n3,4\n", 1 } },
      "1 2-2 field-too-large\n2 3-3 data resync\n" },
    { "columns", /* as many as may be, and one more */
      { { "s,c\n", 1 },
        { ",", RP_COLUMNS_MAX - 1 },
        { "\n", 1 },
        { ",", RP_COLUMNS_MAX },
        { "\n3,4\n", 1 } },
      "1 2-2 field-count\n2 3-3 field-too-large\n3 4-4 data resync\n" },
    { "a record of the limit", /* 4 MiB, since quotes are doubled */
      { { "s,c\n\"", 1 },
        { "\"\"", FIELD },
        { "\",\"x", 1 },
        { "\"\"", FIELD - 4 },
        { "\n\"\n3,4\n", 1 } },
      "1 2-3 data\n2 4-4 data\n" },
    { "a record beyond it",
      { { "s,c\n\"", 1 },
        { "\"\"", FIELD },
        { "\",\"xy", 1 },
        { "\"\"", FIELD - 4 },
        { "\n\"\n3,4\n", 1 } },
      "1 2-3 field-too-large\n2 4-4 data resync\n" },
    { "a line of more than a record may have",
      { { "s,c\n\"", 1 }, { "a", RECORD }, { "\",2\n3,4\n", 1 } },
      "1 2-2 field-too-large\n2 3-3 data resync\n" },
    { "a stray quote in the second piece of a line",
      { { "s,c\n\"", 1 }, { "a", RECORD }, { "\" ,2\n3,4\n", 1 } },
      "1 2-2 stray-quote\n2 3-3 data resync\n" },
    { "a stray quote in the first of three pieces",
      { { "s,c\na\"", 1 }, { "b", 2 * RECORD }, { "\n3,4\n", 1 } },
      "1 2-2 stray-quote\n2 3-3 data resync\n" },
    { "a CR in quotes, in the second piece",
      { { "s,c\n\"", 1 }, { "a", RECORD }, { "\rb\"\n3,4\n", 1 } },
      "1 2-2 field-too-large\n2 3-3 data resync\n" },
    { "a CR outside quotes, in the second piece",
      { { "s,c\n\"", 1 }, { "a", RECORD }, { "\",\rb\n3,4\n", 1 } },
      "1 2-2 bare-cr\n2 3-3 data resync\n" },
    { "unclosed, in pieces",
      { { "s,c\n\"", 1 }, { "a", 2 * RECORD } },
      "1 2-2 unclosed-quote\n" },
};

static void
put_parts(struct rp_buf *file, const struct part *parts, size_t count)
{
    rp_buf_reset(file);
    for (size_t i = 0; i < count && parts[i].text != NULL; i++) {
        size_t len = strlen(parts[i].text);

        for (size_t times = parts[i].times; times > 0; times--)
            rp_buf_put(file, parts[i].text, len);
    }
}

/* Lines and classes only: the fields are long. */
static void
put_classes(struct rp_buf *out, const struct rp_input *input)
{
    struct rp_dialect dialect = test_dialect();
    const struct rp_record *record;
    struct rp_records *records;
    struct rp_err err;

    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    for (;;) {
        assert_ok(rp_records_next(records, &record, &err), &err);
        if (record == NULL)
            break;
        rp_buf_printf(out, "%u %u-%u %s%s\n", (unsigned)record->number,
                      (unsigned)record->first_line, (unsigned)record->last_line,
                      record->class == RP_RECORD_DATA
                          ? "data"
                          : rp_code_name(record->code),
                      record->after_resync ? " resync" : "");
    }
    rp_records_close(records);
}

static void
a_limit_is_noticed_where_a_line_ends(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf file = { 0 };
    struct rp_buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(limits); i++) {
        struct rp_input *input;

        put_parts(&file, limits[i].parts, TEST_COUNT(limits[i].parts));
        input = test_input(folder, rp_buf_view(&file));
        rp_buf_reset(&text);
        test_put_source(&text, input, &dialect);
        rp_buf_reset(&text);
        put_classes(&text, input);
        if (strcmp(rp_buf_cstr(&text), limits[i].expected) != 0)
            print_error("example: %s\n", limits[i].name);
        assert_string_equal(rp_buf_cstr(&text), limits[i].expected);
        rp_input_close(input);
    }
    rp_buf_release(&file);
    rp_buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unclosed_quote_runs_to_the_end_of_the_file),
        cmocka_unit_test(
            after_a_stray_quote_reading_starts_anew_at_the_next_line),
        cmocka_unit_test(a_lone_cr_outside_quotes_rejects_one_record),
        cmocka_unit_test(quote_and_delimiter_may_be_any_bytes),
        cmocka_unit_test(a_limit_is_noticed_where_a_line_ends),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
