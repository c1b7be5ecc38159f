/* test_second.c - the verifier's parser reads what the importer's reads. */
#include "support/test.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/show.h"
#include "proof/second.h"
#include "support/source.h"
#include "support/twins.h"

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

/* Both parsers agree, and the second one's codes are these. */
static void
check(const char *name, struct rp_slice bytes, const struct rp_dialect *dialect,
      const char *codes)
{
    struct rp_input *input = test_input(folder, bytes);
    struct rp_buf text = { 0 };

    if (!twins_agree(&text, input, dialect))
        fail_msg("%s:\n%s", name, rp_buf_cstr(&text));
    twins_codes(&text, input, dialect);
    if (strcmp(rp_buf_cstr(&text), codes) != 0)
        fail_msg("%s: %s, not %s", name, rp_buf_cstr(&text), codes);
    rp_buf_release(&text);
    rp_input_close(input);
}

struct tricky {
    const char *name;
    struct rp_slice bytes;
    const char *codes;
};

static const struct tricky headed[] = {
    { "only a header", RP_LIT_INIT("a,b\n"), "" },
    { "a header without an end", RP_LIT_INIT("a,b"), "" },
    { "plain", RP_LIT_INIT("a,b\n1,2\n"), "data" },
    { "no final newline", RP_LIT_INIT("a,b\n1,2"), "data" },
    { "CRLF", RP_LIT_INIT("a,b\r\n1,2\r\n"), "data" },
    { "CR", RP_LIT_INIT("a,b\r1,2\r3,4\r"), "data data" },
    { "CR, no final one", RP_LIT_INIT("a,b\r1,2\r3,4"), "data data" },
    { "CRLF and LF", RP_LIT_INIT("a,b\r\n1,2\n3,4\r\n"), "data data" },
    { "a BOM",
      RP_LIT_INIT("\xef\xbb\xbf"
                  "a,b\n1,2\n"),
      "data" },
    { "a BOM and a quoted header",
      RP_LIT_INIT("\xef\xbb\xbf\"a\",\"b\"\n1,2\n"), "data" },
    { "a BOM before a blank line", RP_LIT_INIT("\xef\xbb\xbf\na,b\n1,2\n"),
      "blank-record data" },
    { "a BOM inside",
      RP_LIT_INIT("a,b\n\xef\xbb\xbf"
                  "1,2\n"),
      "bom-inside" },
    { "a BOM in the middle of a field", RP_LIT_INIT("a,b\n1\xef\xbb\xbf,2\n"),
      "bom-inside" },
    { "half a BOM", RP_LIT_INIT("a,b\n1,\xef\xbb\n"), "invalid-encoding" },
    { "blank lines before the header", RP_LIT_INIT("\n\r\na,b\n1,2\n"),
      "blank-record blank-record data" },
    { "blank lines", RP_LIT_INIT("a,b\n\n1,2\n\r\n\n"),
      "blank-record data blank-record blank-record" },
    { "a blank is no blank line", RP_LIT_INIT("a,b\n \n"), "field-count" },
    { "empty fields", RP_LIT_INIT("a,b\n,\n"), "data" },
    { "an empty field in quotes", RP_LIT_INIT("a,b\n\"\",\n"), "data" },
    { "one field too many", RP_LIT_INIT("a,b\n1,2,\n"), "field-count" },
    { "one field too few", RP_LIT_INIT("a,b\n1\n"), "field-count" },
    { "only quotes", RP_LIT_INIT("a,b\n\"\"\n"), "field-count" },
    { "a delimiter in quotes", RP_LIT_INIT("a,b\n\"1,2\",3\n"), "data" },
    { "doubled quotes", RP_LIT_INIT("a,b\n\"\"\"\",\"x\"\"y\"\n"), "data" },
    { "line ends in quotes", RP_LIT_INIT("a,b\n\"1\n\r\n\r2\",3\n"), "data" },
    { "blank lines in quotes", RP_LIT_INIT("a,b\n\"\n\n\",3\n"), "data" },
    { "CR in quotes in a file of CR", RP_LIT_INIT("a,b\r\"1\r2\",3\r"),
      "data" },
    { "a quote in a field", RP_LIT_INIT("a,b\n1\"2,3\n4,5\n"),
      "stray-quote data" },
    { "a letter behind a quote", RP_LIT_INIT("a,b\n\"1\"2,3\n4,5\n"),
      "stray-quote data" },
    { "a blank behind a quote", RP_LIT_INIT("a,b\n\"1\" ,3\n"), "stray-quote" },
    { "a blank before a quote", RP_LIT_INIT("a,b\n \"1\",3\n"), "stray-quote" },
    { "a stray quote on the second line",
      RP_LIT_INIT("a,b\n\"1\n2\"x,3\n4,5\n"), "stray-quote data" },
    { "a stray quote, then an open one",
      RP_LIT_INIT("a,b\n1\"2,\"3\n4,5\"\n6,7\n"),
      "stray-quote stray-quote data" },
    { "three quotes", RP_LIT_INIT("a,b\n\"\"\"1\",2\n"), "data" },
    { "five quotes and an end", RP_LIT_INIT("a,b\n1,\"\"\"\"\"\n"),
      "unclosed-quote" },
    { "unclosed", RP_LIT_INIT("a,b\n1,2\n3,\"4\n5,6\n"),
      "data unclosed-quote" },
    { "unclosed, no final newline", RP_LIT_INIT("a,b\n3,\"4\n5"),
      "unclosed-quote" },
    { "an open quote is the last byte", RP_LIT_INIT("a,b\n3,\""),
      "unclosed-quote" },
    { "a closing quote is the last byte", RP_LIT_INIT("a,b\n3,\"4\""), "data" },
    { "unclosed before a lone CR", RP_LIT_INIT("a,b\n3,\"4\r5"),
      "unclosed-quote" },
    { "a lone CR before an open quote", RP_LIT_INIT("a,b\n3\r,\"4\n"),
      "unclosed-quote" },
    { "a lone CR", RP_LIT_INIT("a,b\n1\r,2\n"), "bare-cr" },
    { "a lone CR as a field", RP_LIT_INIT("a,b\n\r,2\n"), "bare-cr" },
    { "CR CR LF", RP_LIT_INIT("a,b\n1,2\r\r\n"), "bare-cr" },
    { "CR CR LF and nothing else", RP_LIT_INIT("a,b\n\r\r\n1,2\n"),
      "bare-cr data" },
    { "a lone CR is the last byte", RP_LIT_INIT("a,b\n1,2\r"), "bare-cr" },
    { "nothing but a CR", RP_LIT_INIT("a,b\n\r"), "bare-cr" },
    { "a CR behind a closing quote", RP_LIT_INIT("a,b\n1,\"2\"\r\r\n"),
      "stray-quote" },
    { "a quote behind a lone CR", RP_LIT_INIT("a,b\n1,\r\"2\"\n"),
      "stray-quote" },
    { "a lone CR and bytes that are no UTF-8", RP_LIT_INIT("a,b\n1\r,\xff\n"),
      "bare-cr" },
    { "no UTF-8", RP_LIT_INIT("a,b\n1,\xe9\n"), "invalid-encoding" },
    { "no UTF-8 and a field too few", RP_LIT_INIT("a,b\n\xe9\n"),
      "invalid-encoding" },
    { "an overlong slash", RP_LIT_INIT("a,b\n1,\xc0\xaf\n"),
      "invalid-encoding" },
    { "half a character at a delimiter", RP_LIT_INIT("a,b\n\xc3,\xa9\n"),
      "invalid-encoding" },
    { "no UTF-8 and a stray quote", RP_LIT_INIT("a,b\n1\",\xff\n"),
      "stray-quote" },
    { "no UTF-8 and a BOM", RP_LIT_INIT("a,b\n\xef\xbb\xbf,\xff\n"),
      "invalid-encoding" },
    { "the header again", RP_LIT_INIT("a,b\n1,2\na,b\n3,4\n"),
      "data repeated-header data" },
    { "the header again, in quotes", RP_LIT_INIT("a,b\n\"a\",\"b\"\n"),
      "repeated-header" },
    { "an empty name again", RP_LIT_INIT("a,\n\"a\",\"\"\n"),
      "repeated-header" },
    { "the header and more", RP_LIT_INIT("a,b\na,b,\n"), "field-count" },
    { "names that only join alike", RP_LIT_INIT("ab,c\na,bc\n"), "data" },
    { "one column", RP_LIT_INIT("a\n1\n\n\"\"\n"), "data blank-record data" },
    { "a header over two lines", RP_LIT_INIT("\"a\nb\",c\n1,2\n"), "data" },
};

static void
a_source_with_a_header_is_read_alike(void **state)
{
    struct rp_dialect dialect = test_dialect();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(headed); i++)
        check(headed[i].name, headed[i].bytes, &dialect, headed[i].codes);
}

static const struct tricky nameless[] = {
    { "the first record is data", RP_LIT_INIT("1,2\n3,4\n"), "data data" },
    { "it gives the width", RP_LIT_INIT("1,2,3\n3,4\n"), "data field-count" },
    { "a broken one gives none", RP_LIT_INIT("1\"\n3,4\n5\n"),
      "stray-quote data field-count" },
    { "a blank one gives none", RP_LIT_INIT("\n3,4\n5\n"),
      "blank-record data field-count" },
    { "one that is no UTF-8 gives none", RP_LIT_INIT("\xff\n3,4\n"),
      "invalid-encoding data" },
    { "it may come again", RP_LIT_INIT("1,2\n1,2\n"), "data data" },
};

static void
a_source_without_a_header_is_read_alike(void **state)
{
    struct rp_dialect dialect = test_dialect();

    (void)state;
    dialect.has_header = false;
    for (size_t i = 0; i < TEST_COUNT(nameless); i++)
        check(nameless[i].name, nameless[i].bytes, &dialect, nameless[i].codes);
}

static const struct tricky named[] = {
    { "the names give the width", RP_LIT_INIT("1,2,3\n3,4\n"),
      "field-count data" },
    { "the names are no header that repeats", RP_LIT_INIT("a,b\n1,2\n"),
      "data data" },
};

static void
a_source_with_names_given_is_read_alike(void **state)
{
    static const struct rp_slice names[] = { RP_LIT_INIT("a"),
                                             RP_LIT_INIT("b") };
    struct rp_dialect dialect = { ',', '"', false, names, 2 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(named); i++)
        check(named[i].name, named[i].bytes, &dialect, named[i].codes);
}

static const struct {
    const char *name;
    unsigned char delimiter;
    unsigned char quote;
    struct rp_slice bytes;
    const char *codes;
} dialects[] = {
    { "tabs", '\t', '"', RP_LIT_INIT("a\tb\n\"1\t,\"\t2\n"), "data" },
    { "blanks", ' ', '"', RP_LIT_INIT("a b\n1 2\n1  2\n"), "data field-count" },
    { "another quote", ';', '\'', RP_LIT_INIT("a;b\n'1;\"';\"2\n"), "data" },
    { "a letter that patches might use", 'x', 'y',
      RP_LIT_INIT("axb\n1\rx2\n\ry1yx2\n"), "bare-cr stray-quote" },
    { "letters the other way round", 'y', 'x',
      RP_LIT_INIT("ayb\n1\ry2\nx1xy2\n"), "bare-cr data" },
};

static void
any_delimiter_and_quote_are_read_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(dialects); i++) {
        struct rp_dialect dialect = { dialects[i].delimiter, dialects[i].quote,
                                      true, NULL, 0 };

        check(dialects[i].name, dialects[i].bytes, &dialect, dialects[i].codes);
    }
}

/* Inputs of the fuzz target twins: the first byte is the dialect. */
static size_t
check_corpus(const char *path)
{
    struct dirent *entry;
    size_t count = 0;
    DIR *dir = opendir(path);

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        struct rp_dialect dialect;
        struct rp_buf text = { 0 };
        struct rp_slice rest = { NULL, 0 };
        struct rp_input *input;
        unsigned char *bytes;
        char *file;

        if (entry->d_name[0] == '.')
            continue;
        file = test_path(path, entry->d_name);
        bytes = test_read(file, &rest.len);
        assert_true(rest.len > 0);
        rest.ptr = bytes + 1;
        rest.len--;
        input = test_input(folder, rest);
        dialect = twins_dialect(bytes[0]);
        if (!twins_agree(&text, input, &dialect))
            fail_msg("%s:\n%s", entry->d_name, rp_buf_cstr(&text));
        count++;
        rp_input_close(input);
        rp_buf_release(&text);
        free(bytes);
        free(file);
    }
    (void)closedir(dir);
    return count;
}

static void
what_fuzzing_found_is_read_alike(void **state)
{
    const char *root = getenv("ROLLPROOF_ROOT");
    char *path =
        test_path(root == NULL ? "." : root, "tests/fuzz/corpus/twins");

    (void)state;
    assert_in_range(check_corpus(path), 10, 10000);
    free(path);
}

static void
check_alike(struct rp_slice bytes)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input = test_input(folder, bytes);
    struct rp_buf text = { 0 };

    if (!twins_agree(&text, input, &dialect)) {
        rp_show(&text, bytes);
        fail_msg("%s", rp_buf_cstr(&text));
    }
    rp_input_close(input);
    rp_buf_release(&text);
}

/* Whatever letters of an alphabet of trouble follow each other. */
static void
any_short_bytes_are_read_alike(void **state)
{
    static const char alphabet[] = "\"\"\",,,\n\n\r\r\n1a\xef\xbb\xbf\xff";
    struct rp_buf bytes = { 0 };
    uint64_t seed = 20261122;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t len = test_random(&seed) % 24;

        rp_buf_reset(&bytes);
        rp_buf_str(&bytes, "a,b\n");
        while (len-- > 0)
            rp_buf_byte(&bytes, (unsigned char)alphabet[test_random(&seed) %
                                                        (sizeof alphabet - 1)]);
        check_alike(rp_buf_view(&bytes));
    }
    rp_buf_release(&bytes);
}

static void
a_descriptor_of_its_own_sees_every_byte(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_input *input = test_input(folder, RP_LIT("a,b\n1,2\n3,4\n"));
    const struct rp_second_record *record = NULL;
    struct rp_second *second = NULL;
    char sha256[RP_SHA256_HEX];
    uint64_t bytes = 0;
    struct rp_err err;

    (void)state;
    assert_ok(rp_second_open(input, &dialect, &second, &err), &err);
    assert_ok(rp_second_next(second, &record, &err), &err);
    assert_int_equal(record->number, 1);
    assert_int_equal(record->byte_start, 4);
    assert_int_equal(record->byte_end, 8);
    assert_ok(rp_second_finish(second, &bytes, sha256, &err), &err);
    assert_int_equal(bytes, 12);
    assert_string_equal(
        sha256,
        "b9485148546419a0f6a85e8d708c923557c15d7f3c7d078ef1fa7f7c0f57d5a5");
    rp_second_close(second);
    rp_second_close(NULL);
    rp_input_close(input);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_with_a_header_is_read_alike),
        cmocka_unit_test(a_source_without_a_header_is_read_alike),
        cmocka_unit_test(a_source_with_names_given_is_read_alike),
        cmocka_unit_test(any_delimiter_and_quote_are_read_alike),
        cmocka_unit_test(what_fuzzing_found_is_read_alike),
        cmocka_unit_test(any_short_bytes_are_read_alike),
        cmocka_unit_test(a_descriptor_of_its_own_sees_every_byte),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
