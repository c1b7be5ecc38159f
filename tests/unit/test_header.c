/* test_header.c - the names of a source's columns, or why it has none. */
#include "support/test.h"

#include <stdlib.h>
#include <unistd.h>

#include "source/header.h"
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

#define REFUSED(line) "error: source.csv:" line ": the header cannot be used: "
#define CORRECT "; correct that line, or name the columns by --header\n"
#define EMPTY                                                                  \
    "error: source.csv: empty: it holds no record; export it again, or leave " \
    "it out\n"

static const struct test_example useless[] = {
    { "nothing", { NULL, 0 }, EMPTY },
    { "a BOM", RP_LIT_INIT("\xef\xbb\xbf"), EMPTY },
    { "blank lines", RP_LIT_INIT("\n\r\n\n"), EMPTY },
    { "a BOM and a blank line", RP_LIT_INIT("\xef\xbb\xbf\n"), EMPTY },
    { "a stray quote", RP_LIT_INIT("s,c\"\n1,2\n"),
      REFUSED("1") "a quote stands inside a field without quotes, or text "
                   "behind a closing quote; correct that line, or name the "
                   "quote by --quote\n" },
    { "an unclosed quote", RP_LIT_INIT("\n\n\"s,c\n1,2\n"),
      REFUSED("3") "a quoted field is never closed; correct that line, or "
                   "name the quote by --quote\n" },
    { "a lone CR", RP_LIT_INIT("s,\rc\n1,2\n"),
      REFUSED(
          "1") "a carriage return without a line feed stands in it" CORRECT },
    { "not UTF-8", RP_LIT_INIT("s,c\xf6urse\n1,2\n"),
      REFUSED("1") "it is not UTF-8; convert the file, for example by iconv -f "
                   "WINDOWS-1252 -t UTF-8\n" },
    { "a second BOM", RP_LIT_INIT("\xef\xbb\xbf\xef\xbb\xbfs,c\n1,2\n"),
      REFUSED("1") "it holds a byte order mark (EF BB BF)" CORRECT },
    { "no names", RP_LIT_INIT(",\"\"\n1,2\n"),
      REFUSED("1") "it names no column; name the columns by --header, and take "
                   "the line out\n" },
};

static void
a_header_of_no_use_is_refused_with_its_line_and_a_remedy(void **state)
{
    struct rp_dialect dialect = test_dialect();

    (void)state;
    test_sources(folder, &dialect, useless, TEST_COUNT(useless));
}

/* What can only be told about a file of some size. */
static void
check_long(struct rp_buf *file, const char *why)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input = test_input(folder, rp_buf_view(file));
    struct rp_records *records = NULL;
    struct rp_err err;

    assert_int_equal(rp_records_open(input, &dialect, &records, &err),
                     RP_E_USAGE);
    assert_holds(err.text, why);
    assert_null(records);
    rp_input_close(input);
    rp_buf_release(file);
}

static void
a_long_header_is_refused_by_what_is_in_it(void **state)
{
    struct rp_buf commas = { 0 };
    struct rp_buf nul = { 0 };

    (void)state;
    for (size_t i = 0; i < RP_COLUMNS_MAX; i++) {
        rp_buf_byte(&commas, ',');
        rp_buf_str(&nul, "abc");
    }
    check_long(&commas, "it is longer than any header may be");
    rp_buf_put(&nul, "\0\n", 2);
    check_long(&nul, "it holds a NUL byte");
}

static const struct test_example nameless[] = {
    { "the first record has the width", RP_LIT_INIT("1,2\n3,4,5\n"),
      "names <#1><#2>\n"
      "1 1-1 0-4 data <1><2>\n"
      "2 2-2 4-10 field-count\n"
      "= 0+0+4+0+6 LF UTF-8\n" },
    { "equal records are no repeated header", RP_LIT_INIT("1,2\n1,2\n"),
      "names <#1><#2>\n"
      "1 1-1 0-4 data <1><2>\n"
      "2 2-2 4-8 data <1><2>\n"
      "= 0+0+8+0+0 LF UTF-8\n" },
    { "blank and rejected records are passed over",
      RP_LIT_INIT("\n1\"\n\xff\n1,2,3\n4\n"),
      "names <#1><#2><#3>\n"
      "1 1-1 0-1 blank\n"
      "2 2-2 1-4 stray-quote\n"
      "3 3-3 4-6 invalid-encoding resync\n"
      "4 4-4 6-12 data resync <1><2><3>\n"
      "5 5-5 12-14 field-count resync\n"
      "= 0+0+6+1+7 LF UTF-8\n" },
    { "nothing that can be parsed", RP_LIT_INIT("\xef\xbb\xbf\xff\n"),
      "names \n"
      "1 1-1 3-5 invalid-encoding\n"
      "= 3+0+0+0+2 LF UTF-8 with BOM\n" },
    { "more than nine columns", RP_LIT_INIT(",,,,,,,,,,\n"),
      "names <#1><#2><#3><#4><#5><#6><#7><#8><#9><#10><#11>\n"
      "1 1-1 0-11 data -----------\n"
      "= 0+0+11+0+0 LF UTF-8\n" },
    { "blank lines alone", RP_LIT_INIT("\n\n"), EMPTY },
};

static void
without_a_header_columns_are_called_by_their_place(void **state)
{
    struct rp_dialect dialect = test_dialect();

    (void)state;
    dialect.has_header = false;
    test_sources(folder, &dialect, nameless, TEST_COUNT(nameless));
}

static const struct test_example named[] = {
    { "the first record is data", RP_LIT_INIT("1,2\n3\n"),
      "names <sid><>\n"
      "1 1-1 0-4 data <1><2>\n"
      "2 2-2 4-6 field-count\n"
      "= 0+0+4+0+2 LF UTF-8\n" },
    { "the names are no header that could be repeated", RP_LIT_INIT("sid,\n"),
      "names <sid><>\n"
      "1 1-1 0-5 data <sid>-\n"
      "= 0+0+5+0+0 LF UTF-8\n" },
    { "a first record that is rejected", RP_LIT_INIT("1\"\n"),
      "names <sid><>\n"
      "1 1-1 0-3 stray-quote\n"
      "= 0+0+0+0+3 LF UTF-8\n" },
    { "nothing", { NULL, 0 }, EMPTY },
};

static void
names_from_the_command_line_are_the_columns(void **state)
{
    const struct rp_slice names[] = { RP_LIT("sid"), RP_LIT("") };
    const struct rp_dialect dialect = { ',', '"', false, names, 2 };

    (void)state;
    test_sources(folder, &dialect, named, TEST_COUNT(named));
}

static void
the_header_is_kept_byte_for_byte(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input =
        test_input(folder, RP_LIT("\xef\xbb\xbf\n\"s\"\"\",c\r\n1,2\n"));
    struct rp_records *records;
    const struct rp_slice *names;
    struct rp_err err;
    size_t width;

    (void)state;
    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    assert_null(rp_records_not_csv(records));
    assert_bytes(rp_records_header(records), "\"s\"\"\",c\r\n");
    names = rp_records_names(records, &width);
    assert_int_equal(width, 2);
    assert_bytes(names[0], "s\"");
    assert_bytes(names[1], "c");
    rp_records_close(records);
    rp_input_close(input);
}

static void
a_source_that_is_gone_is_named(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input = test_input(folder, RP_LIT("s,c\n"));
    struct rp_header header = { 0 };
    struct rp_err err;

    (void)state;
    assert_int_equal(unlink(rp_input_path(input)), 0);
    assert_int_equal(rp_header_find(input, &dialect, &header, &err), RP_E_IO);
    assert_holds(err.text, "source.csv");
    assert_int_equal(header.width, 0);
    rp_header_release(&header);
    rp_input_close(input);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_header_of_no_use_is_refused_with_its_line_and_a_remedy),
        cmocka_unit_test(a_long_header_is_refused_by_what_is_in_it),
        cmocka_unit_test(without_a_header_columns_are_called_by_their_place),
        cmocka_unit_test(names_from_the_command_line_are_the_columns),
        cmocka_unit_test(the_header_is_kept_byte_for_byte),
        cmocka_unit_test(a_source_that_is_gone_is_named),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
