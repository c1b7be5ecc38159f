/* test_show.c - nothing dangerous reaches a terminal or a spreadsheet. */
#include "support/test.h"

#include <string.h>

#include "base/show.h"

struct example {
    const char *name;
    struct rp_slice given;
    struct rp_slice shown;
};

static void
check_examples(const struct example *examples, size_t count,
               void (*show)(struct rp_buf *, struct rp_slice))
{
    struct rp_buf out = { 0 };

    for (size_t i = 0; i < count; i++) {
        rp_buf_reset(&out);
        show(&out, examples[i].given);
        if (!rp_slice_eq(rp_buf_view(&out), examples[i].shown))
            print_error("example: %s\n", examples[i].name);
        assert_same(rp_buf_view(&out), examples[i].shown);
    }
    rp_buf_release(&out);
}

static const struct {
    const char *name;
    struct rp_slice text;
    size_t valid;
} utf8[] = {
    { "empty", { NULL, 0 }, 0 },
    { "ASCII with NUL", RP_LIT_INIT("a\0b"), 3 },
    { "U+0080, least of 2", RP_LIT_INIT("\xc2\x80"), 2 },
    { "U+07FF, most of 2", RP_LIT_INIT("\xdf\xbf"), 2 },
    { "U+0800, least of 3", RP_LIT_INIT("\xe0\xa0\x80"), 3 },
    { "U+D7FF, below surrogates", RP_LIT_INIT("\xed\x9f\xbf"), 3 },
    { "U+E000, above surrogates", RP_LIT_INIT("\xee\x80\x80"), 3 },
    { "U+FFFF, most of 3", RP_LIT_INIT("\xef\xbf\xbf"), 3 },
    { "U+10000, least of 4", RP_LIT_INIT("\xf0\x90\x80\x80"), 4 },
    { "U+10FFFF, the last", RP_LIT_INIT("\xf4\x8f\xbf\xbf"), 4 },
    { "past the last", RP_LIT_INIT("a\xf4\x90\x80\x80"), 1 },
    { "lead of more", RP_LIT_INIT("a\xf5\x80\x80\x80"), 1 },
    { "surrogate", RP_LIT_INIT("a\xed\xa0\x80"), 1 },
    { "overlong 2", RP_LIT_INIT("a\xc0\x80"), 1 },
    { "overlong 2, higher", RP_LIT_INIT("a\xc1\xbf"), 1 },
    { "overlong 3", RP_LIT_INIT("a\xe0\x9f\xbf"), 1 },
    { "overlong 4", RP_LIT_INIT("a\xf0\x8f\xbf\xbf"), 1 },
    { "lone continuation", RP_LIT_INIT("a\x80"), 1 },
    { "cut after 1 of 2", RP_LIT_INIT("a\xc3"), 1 },
    { "cut after 2 of 3", RP_LIT_INIT("a\xe2\x82"), 1 },
    { "cut after 3 of 4", RP_LIT_INIT("a\xf0\x9f\x98"), 1 },
    { "broken 2nd", RP_LIT_INIT("a\xc3(b"), 1 },
    { "broken 3rd", RP_LIT_INIT("a\xe2\x82(b"), 1 },
    { "broken 4th", RP_LIT_INIT("a\xf0\x9f\x98(b"), 1 },
    { "Latin-1", RP_LIT_INIT("Zo\xeb"), 2 },
};

static void
utf8_is_valid_as_rfc_3629_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(utf8); i++) {
        size_t valid = rp_utf8_valid_prefix(utf8[i].text);

        if (valid != utf8[i].valid)
            print_error("example: %s\n", utf8[i].name);
        assert_int_equal(valid, utf8[i].valid);
    }
}

static const struct example shown[] = {
    { "empty", { NULL, 0 }, RP_LIT_INIT("") },
    { "plain", RP_LIT_INIT("a ~!"), RP_LIT_INIT("a ~!") },
    { "backslash", RP_LIT_INIT("a\\x41"), RP_LIT_INIT("a\\\\x41") },
    { "UTF-8 stays", RP_LIT_INIT("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80"),
      RP_LIT_INIT("Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x98\x80") },
    { "C0", RP_LIT_INIT("\0\t\n\r\x1b[31m\x1f"),
      RP_LIT_INIT("\\x00\\x09\\x0a\\x0d\\x1b[31m\\x1f") },
    { "DEL", RP_LIT_INIT("\x7f"), RP_LIT_INIT("\\x7f") },
    { "C1, lowest", RP_LIT_INIT("\xc2\x80"), RP_LIT_INIT("\\xc2\\x80") },
    { "CSI as C1", RP_LIT_INIT("\xc2\x9b"), RP_LIT_INIT("\\xc2\\x9b") },
    { "C1, highest", RP_LIT_INIT("\xc2\x9f"), RP_LIT_INIT("\\xc2\\x9f") },
    { "after C1", RP_LIT_INIT("\xc2\xa0"), RP_LIT_INIT("\xc2\xa0") },
    { "Latin-1", RP_LIT_INIT("Zo\xeb!"), RP_LIT_INIT("Zo\\xeb!") },
    { "raw C1", RP_LIT_INIT("\x9b"), RP_LIT_INIT("\\x9b") },
    { "cut", RP_LIT_INIT("\xe2\x82"), RP_LIT_INIT("\\xe2\\x82") },
    { "overlong ESC", RP_LIT_INIT("\xc0\x9b"), RP_LIT_INIT("\\xc0\\x9b") },
};

static void
controls_and_invalid_bytes_are_escaped(void **state)
{
    (void)state;
    check_examples(shown, TEST_COUNT(shown), rp_show);
}

/* The code points that turn text around, and their neighbours that do not. */
/* NOLINTBEGIN(misc-misleading-bidirectional) */
static const struct example bidi[] = {
    { "U+061B", RP_LIT_INIT("\xd8\x9b"), RP_LIT_INIT("\xd8\x9b") },
    { "U+061C", RP_LIT_INIT("\xd8\x9c"), RP_LIT_INIT("\\xd8\\x9c") },
    { "U+061D", RP_LIT_INIT("\xd8\x9d"), RP_LIT_INIT("\xd8\x9d") },
    { "U+200D", RP_LIT_INIT("\xe2\x80\x8d"), RP_LIT_INIT("\xe2\x80\x8d") },
    { "U+200E", RP_LIT_INIT("\xe2\x80\x8e"), RP_LIT_INIT("\\xe2\\x80\\x8e") },
    { "U+200F", RP_LIT_INIT("\xe2\x80\x8f"), RP_LIT_INIT("\\xe2\\x80\\x8f") },
    { "U+2010", RP_LIT_INIT("\xe2\x80\x90"), RP_LIT_INIT("\xe2\x80\x90") },
    { "U+2029", RP_LIT_INIT("\xe2\x80\xa9"), RP_LIT_INIT("\xe2\x80\xa9") },
    { "U+202A", RP_LIT_INIT("\xe2\x80\xaa"), RP_LIT_INIT("\\xe2\\x80\\xaa") },
    { "U+202E", RP_LIT_INIT("\xe2\x80\xae"), RP_LIT_INIT("\\xe2\\x80\\xae") },
    { "U+202F", RP_LIT_INIT("\xe2\x80\xaf"), RP_LIT_INIT("\xe2\x80\xaf") },
    { "U+2065", RP_LIT_INIT("\xe2\x81\xa5"), RP_LIT_INIT("\xe2\x81\xa5") },
    { "U+2066", RP_LIT_INIT("\xe2\x81\xa6"), RP_LIT_INIT("\\xe2\\x81\\xa6") },
    { "U+2069", RP_LIT_INIT("\xe2\x81\xa9"), RP_LIT_INIT("\\xe2\\x81\\xa9") },
    { "U+206A", RP_LIT_INIT("\xe2\x81\xaa"), RP_LIT_INIT("\xe2\x81\xaa") },
};
/* NOLINTEND(misc-misleading-bidirectional) */

static void
bidirectional_controls_are_escaped(void **state)
{
    (void)state;
    check_examples(bidi, TEST_COUNT(bidi), rp_show);
}

/* What was shown is always valid and has no control, whatever was given. */
static void
random_bytes_are_shown_as_printable_utf8(void **state)
{
    struct rp_buf out = { 0 };
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint64_t bytes = test_random(&seed);
        struct rp_slice given = { (unsigned char *)&bytes, sizeof bytes };

        rp_buf_reset(&out);
        rp_show(&out, given);
        assert_int_equal(rp_utf8_valid_prefix(rp_buf_view(&out)), out.len);
        for (size_t i = 0; i < out.len; i++)
            assert_in_range(out.ptr[i], 0x20, 0xff);
    }
    rp_buf_release(&out);
}

static void
a_shown_name_in_a_message_is_cut_with_dots(void **state)
{
    char name[RP_SHOWN_BYTES + 8];
    char cut[RP_SHOWN_BYTES];

    (void)state;
    memset(name, 'a', sizeof name);
    name[RP_SHOWN_BYTES - 1] = '\0';
    assert_string_equal(rp_show_in(cut, rp_slice_str(name)), name);

    name[RP_SHOWN_BYTES - 1] = 'a';
    name[RP_SHOWN_BYTES] = '\0';
    assert_ptr_equal(rp_show_in(cut, rp_slice_str(name)), cut);
    assert_int_equal(strlen(cut), RP_SHOWN_BYTES - 1);
    assert_string_equal(cut + RP_SHOWN_BYTES - 5, "a...");
    assert_string_equal(rp_show_in(cut, RP_LIT("")), "");
}

static void
a_cut_never_splits_a_character(void **state)
{
    char name[RP_SHOWN_BYTES + 8];
    char cut[RP_SHOWN_BYTES];

    (void)state;
    for (size_t border = RP_SHOWN_BYTES - 24; border < RP_SHOWN_BYTES;
         border++) {
        memset(name, 'a', sizeof name);
        memcpy(name + border, "\xf0\x9f\x98\x80\x1b", 5);
        name[sizeof name - 1] = '\0';
        rp_show_in(cut, rp_slice_str(name));
        assert_int_equal(rp_utf8_valid_prefix(rp_slice_str(cut)), strlen(cut));
        assert_string_equal(cut + strlen(cut) - 3, "...");
        assert_null(strstr(cut, "\\..."));
        assert_null(strstr(cut, "\\x..."));
        assert_null(strstr(cut, "\\x1..."));
    }
}

static const struct example cells[] = {
    { "empty", RP_LIT_INIT(""), RP_LIT_INIT("") },
    { "plain", RP_LIT_INIT("a b"), RP_LIT_INIT("a b") },
    { "=", RP_LIT_INIT("=1+1"), RP_LIT_INIT("'=1+1") },
    { "+", RP_LIT_INIT("+1"), RP_LIT_INIT("'+1") },
    { "-", RP_LIT_INIT("-1"), RP_LIT_INIT("'-1") },
    { "@", RP_LIT_INIT("@x"), RP_LIT_INIT("'@x") },
    { "TAB", RP_LIT_INIT("\t=1"), RP_LIT_INIT("'\\x09=1") },
    { "CR", RP_LIT_INIT("\r=1"), RP_LIT_INIT("'\\x0d=1") },
    { "formula inside", RP_LIT_INIT("a=1"), RP_LIT_INIT("a=1") },
    { "comma", RP_LIT_INIT("a,b"), RP_LIT_INIT("\"a,b\"") },
    { "quote", RP_LIT_INIT("a\"b"), RP_LIT_INIT("\"a\"\"b\"") },
    { "newline", RP_LIT_INIT("a\nb"), RP_LIT_INIT("a\\x0ab") },
    { "formula with quotes", RP_LIT_INIT("=A(\"x\",1)"),
      RP_LIT_INIT("\"'=A(\"\"x\"\",1)\"") },
};

static void
cells_for_people_are_no_formulas(void **state)
{
    (void)state;
    check_examples(cells, TEST_COUNT(cells), rp_show_cell);
}

static const struct example csv[] = {
    { "empty", { NULL, 0 }, RP_LIT_INIT("") },
    { "formula stays", RP_LIT_INIT("=1+1"), RP_LIT_INIT("=1+1") },
    { "control stays", RP_LIT_INIT("\x1b\0"), RP_LIT_INIT("\x1b\0") },
    { "backslash stays", RP_LIT_INIT("\\"), RP_LIT_INIT("\\") },
    { "invalid stays", RP_LIT_INIT("\xff"), RP_LIT_INIT("\xff") },
    { "comma", RP_LIT_INIT(","), RP_LIT_INIT("\",\"") },
    { "LF", RP_LIT_INIT("a\nb"), RP_LIT_INIT("\"a\nb\"") },
    { "CR", RP_LIT_INIT("a\rb"), RP_LIT_INIT("\"a\rb\"") },
    { "quotes only", RP_LIT_INIT("\"\""), RP_LIT_INIT("\"\"\"\"\"\"") },
    { "quote at the end", RP_LIT_INIT("a\""), RP_LIT_INIT("\"a\"\"\"") },
};

static void
cells_for_programs_keep_every_byte(void **state)
{
    (void)state;
    check_examples(csv, TEST_COUNT(csv), rp_csv_cell);
}

static void
a_failure_while_showing_a_cell_is_not_lost(void **state)
{
    struct rp_buf out = { .failed = true };

    (void)state;
    rp_show_cell(&out, RP_LIT("=1"));
    assert_true(out.failed);
    assert_int_equal(out.len, 0);
    rp_buf_release(&out);
}

static const struct rp_slice commands[] = {
    RP_LIT_INIT("migrate"), RP_LIT_INIT("verify"),   RP_LIT_INIT("diff"),
    RP_LIT_INIT("status"),  RP_LIT_INIT("students"),
};

static const struct {
    struct rp_slice word;
    int nearest;
} meant[] = {
    { RP_LIT_INIT("migrate"), 0 },     { RP_LIT_INIT("MIGRATE"), 0 },
    { RP_LIT_INIT("mirgate"), 0 },     { RP_LIT_INIT("migrat"), 0 },
    { RP_LIT_INIT("migratee"), 0 },    { RP_LIT_INIT("mograte"), 0 },
    { RP_LIT_INIT("imgarte"), 0 },     { RP_LIT_INIT("verfiy"), 1 },
    { RP_LIT_INIT("dif"), 2 },         { RP_LIT_INIT("di"), -1 },
    { RP_LIT_INIT("student"), 4 },     { RP_LIT_INIT("stats"), 3 },
    { RP_LIT_INIT("frobnicate"), -1 }, { RP_LIT_INIT(""), -1 },
};

static void
a_misspelt_word_finds_what_was_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(meant); i++) {
        int nearest = rp_nearest(meant[i].word, commands, TEST_COUNT(commands));

        if (nearest != meant[i].nearest)
            print_error("word: %.*s\n", (int)meant[i].word.len,
                        (const char *)meant[i].word.ptr);
        assert_int_equal(nearest, meant[i].nearest);
    }
    assert_int_equal(rp_nearest(RP_LIT("a"), NULL, 0), -1);
}

static void
an_endless_word_is_near_nothing(void **state)
{
    static unsigned char flood[4096];
    const struct rp_slice endless = { flood, sizeof flood };
    const struct rp_slice candidates[] = { endless, RP_LIT("verify") };

    (void)state;
    memset(flood, 'a', sizeof flood);
    assert_int_equal(rp_nearest(endless, candidates, 2), -1);
    assert_int_equal(rp_nearest(RP_LIT("verifi"), candidates, 2), 1);
}

static void
hexadecimal_is_lower_case(void **state)
{
    char hex[9];

    (void)state;
    rp_hex(hex, (const unsigned char *)"\x00\x9f\xab\xff", 4);
    assert_string_equal(hex, "009fabff");
    rp_hex(hex, NULL, 0);
    assert_string_equal(hex, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_valid_as_rfc_3629_has_it),
        cmocka_unit_test(controls_and_invalid_bytes_are_escaped),
        cmocka_unit_test(bidirectional_controls_are_escaped),
        cmocka_unit_test(random_bytes_are_shown_as_printable_utf8),
        cmocka_unit_test(a_shown_name_in_a_message_is_cut_with_dots),
        cmocka_unit_test(a_cut_never_splits_a_character),
        cmocka_unit_test(cells_for_people_are_no_formulas),
        cmocka_unit_test(cells_for_programs_keep_every_byte),
        cmocka_unit_test(a_failure_while_showing_a_cell_is_not_lost),
        cmocka_unit_test(a_misspelt_word_finds_what_was_meant),
        cmocka_unit_test(an_endless_word_is_near_nothing),
        cmocka_unit_test(hexadecimal_is_lower_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
