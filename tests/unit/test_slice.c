/* test_slice.c - comparing borrowed bytes. */
#include "support/test.h"

#include "base/slice.h"

static const struct {
    struct rp_slice left;
    struct rp_slice right;
    int order;
} pairs[] = {
    { RP_LIT_INIT(""), RP_LIT_INIT(""), 0 },
    { { NULL, 0 }, RP_LIT_INIT(""), 0 },
    { { NULL, 0 }, RP_LIT_INIT("a"), -1 },
    { RP_LIT_INIT("a"), RP_LIT_INIT("a"), 0 },
    { RP_LIT_INIT("a"), RP_LIT_INIT("b"), -1 },
    { RP_LIT_INIT("a"), RP_LIT_INIT("ab"), -1 },
    { RP_LIT_INIT("b"), RP_LIT_INIT("ab"), 1 },
    { RP_LIT_INIT("a\0b"), RP_LIT_INIT("a\0c"), -1 },
    { RP_LIT_INIT("a"), RP_LIT_INIT("a\0"), -1 },
    { RP_LIT_INIT("\x7f"), RP_LIT_INIT("\x80"), -1 },
    { RP_LIT_INIT("A"), RP_LIT_INIT("a"), -1 },
};

static int
sign(int value)
{
    return (value > 0) - (value < 0);
}

static void
the_order_is_that_of_unsigned_bytes_then_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(pairs); i++) {
        assert_int_equal(sign(rp_slice_cmp(pairs[i].left, pairs[i].right)),
                         pairs[i].order);
        assert_int_equal(sign(rp_slice_cmp(pairs[i].right, pairs[i].left)),
                         -pairs[i].order);
        assert_int_equal(rp_slice_eq(pairs[i].left, pairs[i].right),
                         pairs[i].order == 0);
    }
}

static void
a_string_becomes_a_slice_without_its_nul(void **state)
{
    (void)state;
    assert_bytes(rp_slice_str("abc"), "abc");
    assert_int_equal(rp_slice_str("").len, 0);
    assert_int_equal(rp_slice_str(NULL).len, 0);
}

static void
only_ascii_letters_are_alike(void **state)
{
    (void)state;
    assert_true(rp_slice_eq_nocase(RP_LIT("Student_ID"), RP_LIT("sTUDENT_id")));
    assert_true(rp_slice_eq_nocase(RP_LIT(""), RP_LIT("")));
    assert_false(rp_slice_eq_nocase(RP_LIT("id"), RP_LIT("ids")));
    assert_false(rp_slice_eq_nocase(RP_LIT("@"), RP_LIT("`")));
    assert_false(rp_slice_eq_nocase(RP_LIT("["), RP_LIT("{")));
    assert_false(rp_slice_eq_nocase(RP_LIT("\xc3\x89"), RP_LIT("\xc3\xa9")));
}

static void
trimming_takes_ascii_blanks_at_both_ends_only(void **state)
{
    struct rp_slice none = { NULL, 0 };

    (void)state;
    assert_bytes(rp_slice_trim(RP_LIT(" \t\n\v\f\ra b\r\f\v\n\t ")), "a b");
    assert_bytes(rp_slice_trim(RP_LIT("a")), "a");
    assert_bytes(rp_slice_trim(RP_LIT(" \t ")), "");
    assert_int_equal(rp_slice_trim(none).len, 0);
    assert_bytes(rp_slice_trim(RP_LIT("\xc2\xa0 1\0")), "\xc2\xa0 1\0");
    assert_bytes(rp_slice_trim(RP_LIT("\x08 1\x0e")), "\x08 1\x0e");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_that_of_unsigned_bytes_then_length),
        cmocka_unit_test(a_string_becomes_a_slice_without_its_nul),
        cmocka_unit_test(only_ascii_letters_are_alike),
        cmocka_unit_test(trimming_takes_ascii_blanks_at_both_ends_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
