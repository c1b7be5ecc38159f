/* test_err.c - status and text of an error are set together. */
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

static void
the_status_given_is_returned_and_kept(void **state)
{
    struct rp_err err = { RP_OK, "" };

    (void)state;
    assert_int_equal(rp_fail(&err, RP_E_BUSY, "%s: line %d", "a.csv", 7),
                     RP_E_BUSY);
    assert_int_equal(err.status, RP_E_BUSY);
    assert_string_equal(err.text, "a.csv: line 7");
}

static void
an_errno_is_put_into_words_behind_the_text(void **state)
{
    struct rp_err err = { RP_OK, "" };

    (void)state;
    assert_int_equal(rp_fail_errno(&err, ENOENT, "%s: cannot be opened", "x"),
                     RP_E_IO);
    assert_int_equal(err.status, RP_E_IO);
    assert_string_equal(err.text,
                        "x: cannot be opened: No such file or directory");
}

static void
lack_of_memory_says_what_it_was_for(void **state)
{
    struct rp_err err = { RP_OK, "" };

    (void)state;
    assert_int_equal(rp_fail_nomem(&err, "sort"), RP_E_NOMEM);
    assert_int_equal(err.status, RP_E_NOMEM);
    assert_string_equal(err.text, "no memory to sort");
}

static void
nobody_has_to_ask_for_the_text(void **state)
{
    (void)state;
    assert_int_equal(rp_fail(NULL, RP_E_DB, "x"), RP_E_DB);
    assert_int_equal(rp_fail_errno(NULL, EIO, "x"), RP_E_IO);
    assert_int_equal(rp_fail_nomem(NULL, "x"), RP_E_NOMEM);
}

static void
a_text_that_is_too_long_ends_in_dots(void **state)
{
    static char flood[2 * RP_ERR_TEXT_BYTES];
    struct rp_err err = { RP_OK, "" };

    (void)state;
    memset(flood, 'a', sizeof flood - 1);
    rp_fail(&err, RP_E_IO, "%s", flood);
    assert_int_equal(strlen(err.text), RP_ERR_TEXT_BYTES - 1);
    assert_string_equal(err.text + RP_ERR_TEXT_BYTES - 5, "a...");

    memset(&err, 0, sizeof err);
    rp_fail_errno(&err, ENOENT, "%s", flood + RP_ERR_TEXT_BYTES + 5);
    assert_int_equal(strlen(err.text), RP_ERR_TEXT_BYTES - 1);
    assert_string_equal(err.text + RP_ERR_TEXT_BYTES - 4, "...");
}

static void
a_text_that_just_fits_is_not_cut(void **state)
{
    static char exact[RP_ERR_TEXT_BYTES];
    struct rp_err err = { RP_OK, "" };

    (void)state;
    memset(exact, 'a', sizeof exact - 1);
    rp_fail(&err, RP_E_IO, "%s", exact);
    assert_string_equal(err.text, exact);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_given_is_returned_and_kept),
        cmocka_unit_test(an_errno_is_put_into_words_behind_the_text),
        cmocka_unit_test(lack_of_memory_says_what_it_was_for),
        cmocka_unit_test(nobody_has_to_ask_for_the_text),
        cmocka_unit_test(a_text_that_is_too_long_ends_in_dots),
        cmocka_unit_test(a_text_that_just_fits_is_not_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
