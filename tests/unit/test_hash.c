/* test_hash.c - hashes of rows and their sum. */
#include "support/test.h"

#include <string.h>

#include "base/hash.h"

static const struct {
    const char *text;
    const char *hex;
} golden[] = {
    { "", "99aa06d3014798d86001c324468d497f" },
    { "a", "a96faf705af16834e6c632b61e964e1f" },
    { "abc", "06b05ab6733a618578af5f94892f3950" },
};

static void
hashes_are_those_of_xxh3_128_in_canonical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden); i++) {
        unsigned char be[16];

        rp_hash128_put(be, rp_hash128(rp_slice_str(golden[i].text)));
        assert_hex(((struct rp_slice){ be, sizeof be }), golden[i].hex);
    }
}

static void
no_bytes_hash_like_the_empty_text(void **state)
{
    struct rp_slice none = { NULL, 0 };

    (void)state;
    assert_true(rp_hash128_eq(rp_hash128(none), rp_hash128(RP_LIT(""))));
    assert_false(rp_hash128_eq(rp_hash128(none), rp_hash128(RP_LIT("a"))));
}

static void
what_was_put_is_what_is_got(void **state)
{
    const struct rp_hash128 hash = { 0x0102030405060708, 0xf1f2f3f4f5f6f7f8 };
    unsigned char be[16];

    (void)state;
    rp_hash128_put(be, hash);
    assert_hex(((struct rp_slice){ be, sizeof be }),
               "0102030405060708 f1f2f3f4f5f6f7f8");
    assert_true(rp_hash128_eq(rp_hash128_get(be), hash));
}

static void
the_sum_carries_from_the_low_to_the_high_half(void **state)
{
    const struct rp_hash128 all_ones = { 0, UINT64_MAX };
    const struct rp_hash128 one = { 0, 1 };
    struct rp_fp fp = { { 0, 0 }, 0 };

    (void)state;
    rp_fp_add(&fp, all_ones);
    rp_fp_add(&fp, one);
    assert_int_equal(fp.sum.hi, 1);
    assert_int_equal(fp.sum.lo, 0);
    assert_int_equal(fp.rows, 2);
}

static void
two_equal_rows_do_not_cancel(void **state)
{
    const struct rp_hash128 row = { 5, 7 };
    const struct rp_fp none = { { 0, 0 }, 0 };
    struct rp_fp fp = none;

    (void)state;
    rp_fp_add(&fp, row);
    rp_fp_add(&fp, row);
    assert_int_equal(fp.sum.hi, 10);
    assert_int_equal(fp.sum.lo, 14);
    assert_false(rp_fp_eq(&fp, &none));
}

static void
the_order_of_rows_and_of_shares_does_not_matter(void **state)
{
    const struct rp_hash128 rows[] = {
        rp_hash128(RP_LIT("x")),
        rp_hash128(RP_LIT("y")),
        rp_hash128(RP_LIT("z")),
    };
    struct rp_fp whole = { { 0, 0 }, 0 };
    struct rp_fp left = { { 0, 0 }, 0 };
    struct rp_fp right = { { 0, 0 }, 0 };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        rp_fp_add(&whole, rows[i]);
    rp_fp_add(&left, rows[2]);
    rp_fp_add(&left, rows[0]);
    rp_fp_add(&right, rows[1]);
    assert_false(rp_fp_eq(&whole, &left));
    rp_fp_merge(&left, &right);
    assert_true(rp_fp_eq(&whole, &left));
}

static void
the_same_sum_of_fewer_rows_is_another_fingerprint(void **state)
{
    const struct rp_fp one = { { 0, 4 }, 1 };
    const struct rp_fp two = { { 0, 4 }, 2 };

    (void)state;
    assert_false(rp_fp_eq(&one, &two));
}

static void
a_fingerprint_in_hexadecimal_has_leading_zeros(void **state)
{
    const struct rp_fp fp = { { 1, 0xabc }, 9 };
    char hex[RP_FP_HEX];

    (void)state;
    rp_fp_hex(hex, &fp);
    assert_string_equal(hex, "00000000000000010000000000000abc");
}

static void
the_version_is_three_numbers(void **state)
{
    const char *version = rp_hash_version();
    size_t dots = 0;

    (void)state;
    assert_int_equal(strspn(version, "0123456789."), strlen(version));
    for (; *version != '\0'; version++)
        dots += *version == '.';
    assert_int_equal(dots, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_xxh3_128_in_canonical_form),
        cmocka_unit_test(no_bytes_hash_like_the_empty_text),
        cmocka_unit_test(what_was_put_is_what_is_got),
        cmocka_unit_test(the_sum_carries_from_the_low_to_the_high_half),
        cmocka_unit_test(two_equal_rows_do_not_cancel),
        cmocka_unit_test(the_order_of_rows_and_of_shares_does_not_matter),
        cmocka_unit_test(the_same_sum_of_fewer_rows_is_another_fingerprint),
        cmocka_unit_test(a_fingerprint_in_hexadecimal_has_leading_zeros),
        cmocka_unit_test(the_version_is_three_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
