/* test_shape.c - what the bytes of one record tell. */
#include "support/test.h"

#include <string.h>

#include "base/dialect.h"
#include "source/shape.h"

static const struct {
    const char *name;
    struct rp_slice raw;
    enum rp_code code;
} codes[] = {
    { "plain", RP_LIT_INIT("1,Ada\n"), RP_CODE_NONE },
    { "controls are bytes", RP_LIT_INIT("\1\x1f\x7f\t,\x1b\n"), RP_CODE_NONE },
    { "UTF-8", RP_LIT_INIT("Zo\xc3\xab,\xe2\x82\xac,\xf0\x9f\x98\x80\n"),
      RP_CODE_NONE },
    { "NUL", RP_LIT_INIT("a\0b\n"), RP_NUL_BYTE },
    { "NUL first", RP_LIT_INIT("\0"), RP_NUL_BYTE },
    { "Latin-1", RP_LIT_INIT("Zo\xeb\n"), RP_INVALID_ENCODING },
    { "cut", RP_LIT_INIT("Zo\xc3"), RP_INVALID_ENCODING },
    { "BOM", RP_LIT_INIT("a\xef\xbb\xbf\n"), RP_BOM_INSIDE },
    { "BOM at the end", RP_LIT_INIT("a\xef\xbb\xbf"), RP_BOM_INSIDE },
    { "half a BOM", RP_LIT_INIT("a\xef\xbb\xbe\n"), RP_CODE_NONE },
    { "BOM behind half a BOM", RP_LIT_INIT("\xef\xbb\xbe\xef\xbb\xbf\n"),
      RP_BOM_INSIDE },
    { "NUL before encoding", RP_LIT_INIT("\xff\0\n"), RP_NUL_BYTE },
    { "encoding before BOM", RP_LIT_INIT("\xef\xbb\xbf\xff\n"),
      RP_INVALID_ENCODING },
};

static void
the_first_code_that_fits_is_given(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        enum rp_code code = rp_shape_code(codes[i].raw);

        if (code != codes[i].code)
            print_error("example: %s\n", codes[i].name);
        assert_int_equal(code, codes[i].code);
    }
}

/* len letters, of which the one at this place is byte. */
static enum rp_code
code_with(unsigned char byte, size_t at, size_t len)
{
    unsigned char raw[64];
    struct rp_slice text = { raw, len };

    assert_in_range(len, at + 1, sizeof raw);
    memset(raw, 'a', len);
    raw[at] = byte;
    return rp_shape_code(text);
}

/* Eight bytes are looked at together, the last ones alone. */
static void
an_odd_byte_is_seen_at_every_place(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 41; len++) {
        for (size_t at = 0; at < len; at++) {
            assert_int_equal(code_with('\0', at, len), RP_NUL_BYTE);
            assert_int_equal(code_with('\1', at, len), RP_CODE_NONE);
            assert_int_equal(code_with(0x7f, at, len), RP_CODE_NONE);
            assert_int_equal(code_with(0x80, at, len), RP_INVALID_ENCODING);
            assert_int_equal(code_with(0xff, at, len), RP_INVALID_ENCODING);
        }
    }
}

static const struct {
    const char *name;
    struct rp_slice raw;
    size_t width;
    bool swallows;
} lines[] = {
    { "one line", RP_LIT_INIT("1,2\n"), 2, false },
    { "a note of two lines", RP_LIT_INIT("2,102,d,\"multi\nline note\"\n"), 4,
      false },
    { "a record in a field", RP_LIT_INIT("1,2,d,\"A\n2,3,d,B\n3,4,d,C\"\n"), 4,
      true },
    { "the first line does not count", RP_LIT_INIT("1,\"a,b\n\"\n"), 2, false },
    { "a middle line", RP_LIT_INIT("1,\"a\n2,b\nc\"\n"), 2, true },
    { "a middle line, column one open", RP_LIT_INIT("\"a\n2,b\nc\",1\n"), 2,
      true },
    { "the last line", RP_LIT_INIT("1,\"a\n2,b\"\n"), 2, true },
    { "the last line, column one open", RP_LIT_INIT("\"a\nb\",1\n"), 2, false },
    { "the last line has a piece more", RP_LIT_INIT("1,\"a\n2,b,c\"\n"), 2,
      false },
    { "column two is open, then three",
      RP_LIT_INIT("1,\"a\nb\",\"c\n2,3,d\"\n"), 3, true },
    { "column one is open, then two", RP_LIT_INIT("\"a\nb\",\"c\nd\",1\n"), 3,
      false },
    { "column one is open, then two where the last line starts",
      RP_LIT_INIT("\"a\nb\",\"c\n1,x\",3\n"), 3, true },
    { "delimiters in column one are not the record's",
      RP_LIT_INIT("\"a,a\nb\",1\n"), 2, false },
    { "quoted delimiters are split at as well",
      RP_LIT_INIT("1,\"a\n\"\"2,b\"\"\"\n"), 2, true },
    { "CRLF", RP_LIT_INIT("1,\"a\r\n2,b\"\r\n"), 2, true },
    { "CR", RP_LIT_INIT("1,\"a\r2,b\"\r"), 2, true },
    { "CR is data where LF ends lines", RP_LIT_INIT("1,\"a\r2,b\nc\"\n"), 2,
      false },
    { "no line end", RP_LIT_INIT("1,\"a\n2,b\""), 2, true },
    { "empty lines", RP_LIT_INIT("1,\"a\n\n\n\"\n"), 2, false },
};

static void
a_line_of_the_headers_width_makes_a_record_suspicious(void **state)
{
    const struct rp_dialect dialect = { ',', '"', true, NULL, 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        bool swallows =
            rp_shape_swallows(lines[i].raw, lines[i].width, &dialect);

        if (swallows != lines[i].swallows)
            print_error("example: %s\n", lines[i].name);
        assert_int_equal(swallows, lines[i].swallows);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_code_that_fits_is_given),
        cmocka_unit_test(an_odd_byte_is_seen_at_every_place),
        cmocka_unit_test(a_line_of_the_headers_width_makes_a_record_suspicious),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
