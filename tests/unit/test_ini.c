/* test_ini.c - an INI file means what it says, or is refused with its line. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "base/ini.h"
#include "base/show.h"

static enum rp_status
note_section(void *ctx, struct rp_slice name, size_t line, struct rp_err *err)
{
    if (rp_slice_eq(name, RP_LIT("refused")))
        return rp_fail(err, RP_E_USAGE, "is refused");
    rp_buf_printf(ctx, "%zu [", line);
    rp_show(ctx, name);
    rp_buf_str(ctx, "]\n");
    return RP_OK;
}

static enum rp_status
note_entry(void *ctx, struct rp_slice key, struct rp_slice value, size_t line,
           struct rp_err *err)
{
    if (rp_slice_eq(value, RP_LIT("refused")))
        return rp_fail(err, RP_E_USAGE, "is refused");
    assert_int_equal(strlen((const char *)value.ptr), value.len);
    rp_buf_printf(ctx, "%zu ", line);
    rp_show(ctx, key);
    rp_buf_str(ctx, "=<");
    rp_show(ctx, value);
    rp_buf_str(ctx, ">\n");
    return RP_OK;
}

static enum rp_status
read_ini(struct rp_slice text, struct rp_buf *out, struct rp_err *err)
{
    const struct rp_ini_visitor visitor = { note_section, note_entry, out };

    return rp_ini_read(text, "m.ini", &visitor, err);
}

static const struct {
    struct rp_slice text;
    const char *told; /* line [section], line key=<value> */
} good[] = {
    { RP_LIT_INIT(""), "" },
    { RP_LIT_INIT("\n\n"), "" },
    { RP_LIT_INIT("; a\n# b\n  ; c\n"), "" },
    { RP_LIT_INIT("[a]"), "1 [a]\n" },
    { RP_LIT_INIT("[a]\n[b]\n"), "1 [a]\n2 [b]\n" },
    { RP_LIT_INIT("[accept x]\nk=v"), "1 [accept x]\n2 k=<v>\n" },
    { RP_LIT_INIT("[a]\nk = v\n"), "1 [a]\n2 k=<v>\n" },
    { RP_LIT_INIT("[a]\n\n;c\nk\t=\t v w \t\n"), "1 [a]\n4 k=<v w>\n" },
    { RP_LIT_INIT("k=v\n"), "1 k=<v>\n" },
    { RP_LIT_INIT("k =\n"), "1 k=<>\n" },
    { RP_LIT_INIT("k = \"\"\n"), "1 k=<>\n" },
    { RP_LIT_INIT("k=1\nk=2\n"), "1 k=<1>\n2 k=<2>\n" },
    { RP_LIT_INIT("K=1\n"), "1 K=<1>\n" },
    { RP_LIT_INIT("k = a=b:c\n"), "1 k=<a=b:c>\n" },
    { RP_LIT_INIT("k = #1\n"), "1 k=<#1>\n" },
    { RP_LIT_INIT("k = a;b\n"), "1 k=<a;b>\n" },
    { RP_LIT_INIT("k = a\\+b\\\n"), "1 k=<a\\\\+b\\\\>\n" },
    { RP_LIT_INIT("k = [x]\n"), "1 k=<[x]>\n" },
    { RP_LIT_INIT("k = say \"x\"\n"), "1 k=<say \"x\">\n" },
    { RP_LIT_INIT("k = \" a \\; b \"\n"), "1 k=< a ; b >\n" },
    { RP_LIT_INIT("k = \"\\\"\\\\\\;\\n\\r\\t\\x1B\\xff\"\n"),
      "1 k=<\"\\\\;\\x0a\\x0d\\x09\\x1b\\xff>\n" },
    { RP_LIT_INIT("k = \"one\"\n    \"two\"\n\t\"three\"\nj = 4\n"),
      "1 k=<onetwothree>\n4 j=<4>\n" },
    { RP_LIT_INIT("k = \"one\"\n; c\n\n  \"two\"\n[b]\n"),
      "1 k=<onetwo>\n5 [b]\n" },
    { RP_LIT_INIT("\xef\xbb\xbf[a]\r\nk = v\r\n\r\n"), "1 [a]\n2 k=<v>\n" },
    { RP_LIT_INIT("k = Zo\xc3\xab\n"), "1 k=<Zo\xc3\xab>\n" },
};

static void
what_may_stand_is_read_as_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        struct rp_buf told = { 0 };
        struct rp_err err;

        assert_ok(read_ini(good[i].text, &told, &err), &err);
        assert_string_equal(rp_buf_cstr(&told), good[i].told);
        rp_buf_release(&told);
    }
}

#define NO_TEXT                                                                \
    "has a control character or bytes that are no UTF-8; save the file as "    \
    "UTF-8, and write such a byte as \\xNN in a value in quotes"
#define NO_HEADING "a heading is [name] and nothing else in its line"
#define COMMENT                                                                \
    "a blank and a semicolon begin a comment, which must have a line of its "  \
    "own; a value that holds them stands in quotes, as \\;"
#define NOTHING "is no [section], no key = value and no comment"
#define INDENTED                                                               \
    "an indented line is one more piece of the value above and stands in "     \
    "quotes; a key stands at the front of its line"
#define NO_PIECE                                                               \
    "there is no value in quotes above that this line could be a piece of"
#define UNCLOSED                                                               \
    "the quotes are not closed; a value that begins with \" ends with it, "    \
    "and \\\" is one inside"
#define BEHIND "something stands behind the closing quote; \\\" is one inside"
#define ESCAPE                                                                 \
    "the backslash means nothing: in quotes there are \\\" \\\\ \\; \\n \\r "  \
    "\\t and \\xNN, but not \\x00"

static const struct {
    struct rp_slice text;
    const char *refusal;
} bad[] = {
    { RP_LIT_INIT("[a]\nk = v ; c\n"), "m.ini:2: " COMMENT },
    { RP_LIT_INIT("[a]\nk = ;v\n"), "m.ini:2: " COMMENT },
    { RP_LIT_INIT("[a]\nk = \"v ; c\"\n"), "m.ini:2: " COMMENT },
    { RP_LIT_INIT("[a]\nk\t;c = v\n"), "m.ini:2: " COMMENT },
    { RP_LIT_INIT("[a] ; c\n"), "m.ini:1: " COMMENT },
    { RP_LIT_INIT("[a] b\n"), "m.ini:1: " NO_HEADING },
    { RP_LIT_INIT("[a]]\n"), "m.ini:1: " NO_HEADING },
    { RP_LIT_INIT("[a\nk = v\n"), "m.ini:1: " NO_HEADING },
    { RP_LIT_INIT("[a]\nk=1\n[b]\n[a]\n"),
      "m.ini:4: the heading stands in line 1 already; put all of it there" },
    { RP_LIT_INIT("[a]\nk = v\nword\nj = w\n"), "m.ini:3: " NOTHING },
    { RP_LIT_INIT("[a]\nword"), "m.ini:2: " NOTHING },
    { RP_LIT_INIT("[a]\n  k = v\n"), "m.ini:2: " INDENTED },
    { RP_LIT_INIT("[a]\nk = v\n  j = w\n"), "m.ini:3: " INDENTED },
    { RP_LIT_INIT("[a]\nk = \"v\"\n  w\n"), "m.ini:3: " INDENTED },
    { RP_LIT_INIT("[a]\nk = \"v\"\n  [b]\n"), "m.ini:3: " INDENTED },
    { RP_LIT_INIT("[a]\nk = v\n  \"w\"\n"), "m.ini:3: " NO_PIECE },
    { RP_LIT_INIT("[a]\n  \"w\"\n"), "m.ini:2: " NO_PIECE },
    { RP_LIT_INIT("k = \"v\"\n[a]\n  \"w\"\n"), "m.ini:3: " NO_PIECE },
    { RP_LIT_INIT("k = \"\n"), "m.ini:1: " UNCLOSED },
    { RP_LIT_INIT("k = \"v\\\"\n"), "m.ini:1: " UNCLOSED },
    { RP_LIT_INIT("k = \"v\"w\n"), "m.ini:1: " BEHIND },
    { RP_LIT_INIT("k = \"v\" \"w\"\n"), "m.ini:1: " BEHIND },
    { RP_LIT_INIT("k = \"\\a\"\n"), "m.ini:1: " ESCAPE },
    { RP_LIT_INIT("k = \"\\\n"), "m.ini:1: " ESCAPE },
    { RP_LIT_INIT("k = \"\\x4\"\n"), "m.ini:1: " ESCAPE },
    { RP_LIT_INIT("k = \"\\xg0\"\n"), "m.ini:1: " ESCAPE },
    { RP_LIT_INIT("k = \"\\x00\"\n"), "m.ini:1: " ESCAPE },
    { RP_LIT_INIT("k = \"v\"\n  \"\\q\"\n"), "m.ini:2: " ESCAPE },
    { RP_LIT_INIT("k = v\0w\n"), "m.ini:1: " NO_TEXT },
    { RP_LIT_INIT("k = v\rj = w\r"), "m.ini:1: " NO_TEXT },
    { RP_LIT_INIT("; M\xfcller\n"), "m.ini:1: " NO_TEXT },
    { RP_LIT_INIT("\n; \xe2\x80\xae\n"), "m.ini:2: " NO_TEXT },
    { RP_LIT_INIT("k\0 = v\n"), "m.ini:1: " NO_TEXT },
    { RP_LIT_INIT("[a]\n[refused]\nk = v\n"), "m.ini:2: is refused" },
    { RP_LIT_INIT("[a]\nk = refused\n\n[b]\n"), "m.ini:2: is refused" },
    { RP_LIT_INIT("[a]\nk = \"ref\"\n  \"used\"\n"), "m.ini:2: is refused" },
};

static void
what_inih_would_pass_over_is_refused_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct rp_buf told = { 0 };
        struct rp_err err;

        assert_int_equal(read_ini(bad[i].text, &told, &err), RP_E_USAGE);
        assert_string_equal(err.text, bad[i].refusal);
        rp_buf_release(&told);
    }
}

/* inih's own room for a line is 200 bytes; a comment needs none of it. */
static void
a_line_is_whole_or_refused(void **state)
{
    static const struct {
        const char *before;
        size_t length;
        bool fits;
    } lines[] = {
        { "k = ", 198, true },
        { "k = ", 199, false },
        { "k = ", 100000, false },
        { "; ", 100000, true },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct rp_buf text = { 0 };
        struct rp_buf told = { 0 };
        struct rp_err err;
        enum rp_status status;

        rp_buf_str(&text, lines[i].before);
        while (text.len < lines[i].length)
            rp_buf_byte(&text, 'x');
        rp_buf_str(&text, "\nj = 1\n");
        status = read_ini(rp_buf_view(&text), &told, &err);
        assert_int_equal(status, lines[i].fits ? RP_OK : RP_E_USAGE);
        if (lines[i].fits)
            assert_holds(rp_buf_cstr(&told), "2 j=<1>\n");
        else
            assert_string_equal(
                err.text, "m.ini:1: the line is too long; put the value in "
                          "quotes, and what is more on indented lines below, "
                          "each piece in quotes");
        rp_buf_release(&text);
        rp_buf_release(&told);
    }
}

static void
assert_comes_back(struct rp_slice value)
{
    struct rp_buf text = { 0 };
    struct rp_buf told = { 0 };
    struct rp_buf expected = { 0 };
    struct rp_err err;

    rp_ini_put(&text, "approved-by", value);
    assert_ok(read_ini(rp_buf_view(&text), &told, &err), &err);
    rp_buf_str(&expected, "1 approved-by=<");
    rp_show(&expected, value);
    rp_buf_str(&expected, ">\n");
    assert_string_equal(rp_buf_cstr(&told), rp_buf_cstr(&expected));
    rp_buf_release(&text);
    rp_buf_release(&told);
    rp_buf_release(&expected);
}

/* Bytes that mean something to somebody come more often than others. */
static void
whatever_is_written_comes_back_byte_for_byte(void **state)
{
    static const char special[] = "\"\\; \t\n\r=:#[],'+%\x7f\xc3\xa9\xe2\x82"
                                  "\xac\xff\x01xn0";
    uint64_t seed = 22;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        unsigned char bytes[400];
        size_t len = (size_t)(test_random(&seed) % sizeof bytes);

        if (i % 4 != 0)
            len %= 12;
        for (size_t at = 0; at < len; at++) {
            uint64_t number = test_random(&seed);

            bytes[at] = (unsigned char)(number % 255 + 1);
            if (number >> 32 & 1)
                bytes[at] = (unsigned char)
                    special[(number >> 40) % (sizeof special - 1)];
        }
        assert_comes_back((struct rp_slice){ bytes, len });
    }
}

static void
what_is_written_looks_as_people_would_write_it(void **state)
{
    static const struct {
        struct rp_slice value;
        const char *line;
    } lines[] = {
        { RP_LIT_INIT(""), "k =\n" },
        { RP_LIT_INIT("a+b=c+d"), "k = a+b=c+d\n" },
        { RP_LIT_INIT("a\\+b;c"), "k = a\\+b;c\n" },
        { RP_LIT_INIT(" a"), "k = \" a\"\n" },
        { RP_LIT_INIT("a ; b"), "k = \"a \\; b\"\n" },
        { RP_LIT_INIT("\""), "k = \"\\\"\"\n" },
        { RP_LIT_INIT(";"), "k = \"\\;\"\n" },
        { RP_LIT_INIT("\t"), "k = \"\\t\"\n" },
        { RP_LIT_INIT("Zo\xc3\xab\x80"), "k = \"Zo\xc3\xab\\x80\"\n" },
        { RP_LIT_INIT("111111111 222222222 333333333 444444444 555555555 "
                      "666666666 777777777 888888888 999999999 000000000 "
                      "111111111 222222222 333333333 444444444 555555555 "
                      "666666666"),
          "k = \"111111111 222222222 333333333 444444444 555555555 666666666 "
          "7777\"\n"
          "    \"77777 888888888 999999999 000000000 111111111 222222222 "
          "33333333\"\n"
          "    \"3 444444444 555555555 666666666\"\n" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct rp_buf text = { 0 };

        rp_ini_put(&text, "k", lines[i].value);
        assert_string_equal(rp_buf_cstr(&text), lines[i].line);
        rp_buf_release(&text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_stand_is_read_as_it_stands),
        cmocka_unit_test(what_inih_would_pass_over_is_refused_with_its_line),
        cmocka_unit_test(a_line_is_whole_or_refused),
        cmocka_unit_test(whatever_is_written_comes_back_byte_for_byte),
        cmocka_unit_test(what_is_written_looks_as_people_would_write_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
