/* test_shell.c - a word for a shell comes out of it as it went in, and shows
 * nothing that a terminal would obey.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/shell.h"
#include "base/show.h"
#include "support/shell.h"

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

/* A terminal is shown the word as it is, but for backslashes and line feeds. */
static void
check_harmless(const struct rp_buf *word)
{
    struct rp_buf shown = { 0 };
    size_t expected = word->len;

    for (size_t i = 0; i < word->len; i++)
        expected += word->ptr[i] == '\n' ? 3 : word->ptr[i] == '\\' ? 1 : 0;
    rp_show(&shown, rp_buf_view(word));
    assert_int_equal(shown.len, expected);
    rp_buf_release(&shown);
}

/* What sh makes of the word for text is text. */
static void
check_word(const char *text, const char *word)
{
    char *path = test_path(folder, "said");
    struct rp_buf made = { 0 };
    struct rp_buf command = { 0 };
    struct rp_slice said = { NULL, 0 };
    unsigned char *bytes;

    rp_put_shell_word(&made, text);
    if (word != NULL)
        assert_same(rp_buf_view(&made), rp_slice_str(word));
    rp_buf_str(&command, "printf %s ");
    rp_buf_slice(&command, rp_buf_view(&made));
    rp_buf_str(&command, " >said");
    assert_int_equal(test_run(folder, rp_buf_cstr(&command)), 0);
    bytes = test_read(path, &said.len);
    said.ptr = bytes;
    assert_same(said, rp_slice_str(text));
    check_harmless(&made);
    free(bytes);
    free(path);
    rp_buf_release(&made);
    rp_buf_release(&command);
}

static void
a_plain_word_stays_as_it_is(void **state)
{
    (void)state;
    check_word("school.db", "school.db");
    check_word("/a/b-c_d,e=f@g:h%i+j", "/a/b-c_d,e=f@g:h%i+j");
}

static void
what_a_shell_would_change_stands_in_quotes(void **state)
{
    (void)state;
    check_word("", "''");
    check_word("a b", "'a b'");
    check_word("it's", "'it'\\''s'");
    check_word("'", "''\\'''");
    check_word("$HOME `id` \\ \"x\" *?[a] ~ # & ; | < > ( ) { } !", NULL);
    check_word("a\\nb", "'a\\nb'");
    check_word("line\nline\n", "'line\nline\n'");
    check_word("Zo\xc3\xab \xe6\xbc\xa2 \xf0\x9f\x8e\x93",
               "'Zo\xc3\xab \xe6\xbc\xa2 \xf0\x9f\x8e\x93'");
}

static void
what_a_terminal_would_obey_is_spelt_out(void **state)
{
    /* NOLINTBEGIN(misc-misleading-bidirectional) */
    static const char *const texts[] = {
        "a\rb\177",
        "\xff\xc3",
        "\xc2\x9b\x33\x31m",                /* a control of C1 */
        "a\xe2\x80\xae\x62",                /* right to left */
        "\xe2\x80",                         /* cut short */
        "\xed\xa0\x80\xf8\x88\x80\x80\x80", /* surrogates, too long */
    };
    /* NOLINTEND(misc-misleading-bidirectional) */

    (void)state;
    check_word("a\033[2Jb", "'a'\"$(printf '\\033')\"'[2Jb'");
    check_word("\t", "''\"$(printf '\\011')\"''");
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        check_word(texts[i], NULL);
}

static void
any_bytes_come_out_as_they_went_in(void **state)
{
    uint64_t seed = 11;
    char text[40];

    (void)state;
    for (int i = 0; i < 60; i++) {
        size_t len = (size_t)(test_random(&seed) % (sizeof text - 1));

        for (size_t j = 0; j < len; j++)
            text[j] = (char)(1 + test_random(&seed) % 255);
        text[len] = '\0';
        check_word(text, NULL);
    }
}

static void
a_path_is_no_option_and_no_uri(void **state)
{
    static const char *const paths[][2] = {
        { "-o.db", "./-o.db" },
        { "--", "./--" },
        { "-", "./-" },
        { "a/-b", "a/-b" },
        { "file:x.db", "./file:x.db" },
        { "- x", "'./- x'" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(paths); i++) {
        struct rp_buf made = { 0 };

        rp_put_shell_path(&made, paths[i][0]);
        assert_same(rp_buf_view(&made), rp_slice_str(paths[i][1]));
        rp_buf_release(&made);
    }
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_plain_word_stays_as_it_is),
        IN_FOLDER(what_a_shell_would_change_stands_in_quotes),
        IN_FOLDER(what_a_terminal_would_obey_is_spelt_out),
        IN_FOLDER(any_bytes_come_out_as_they_went_in),
        cmocka_unit_test(a_path_is_no_option_and_no_uri),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
