/* test_baginfo.c - bags name each other in bag-info.txt, and what is read there
 * is what was written.
 */
#include "support/test.h"

#include <string.h>

#include "report/baginfo.h"

#define A_SHA256                                                               \
    "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
#define B_SHA256                                                               \
    "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f"
#define HEAD                                                                   \
    "Bag-Software-Agent: rollproof 0.1.0\n"                                    \
    "Bagging-Date: 2026-11-22\n"                                               \
    "Payload-Oxum: 4.2\n"
#define RUN                                                                    \
    HEAD "External-Description: Evidence of one run of rollproof: what it "    \
         "proved about an import of school records. Read data/README.txt "     \
         "first.\n"
#define PREVIOUS                                                               \
    "Previous-Bag: 20261121T020000Z-7a01\n"                                    \
    "Previous-Manifest-SHA256: " A_SHA256 "\n"                                 \
    "Previous-Tagmanifest-SHA256: " B_SHA256 "\n"

static const struct rp_bagname other = {
    .named = true,
    .name = "20261121T020000Z-7a01",
    .manifest = A_SHA256,
    .tagmanifest = B_SHA256,
};

static void
check_same_name(const struct rp_bagname *actual,
                const struct rp_bagname *expected)
{
    static const struct rp_bagname none = { .named = false };
    const struct rp_bagname *wanted = expected == NULL ? &none : expected;

    assert_int_equal(actual->named, wanted->named);
    assert_string_equal(actual->name, wanted->name);
    assert_string_equal(actual->manifest, wanted->manifest);
    assert_string_equal(actual->tagmanifest, wanted->tagmanifest);
}

/* Written as expected, and read as it was. */
static void
check_info(const struct rp_bag_info *names, const char *expected)
{
    struct rp_bag_info info = *names;
    struct rp_baginfo read;
    struct rp_buf text = { 0 };

    info.date = "2026-11-22";
    info.agent = "rollproof 0.1.0";
    rp_baginfo_write(&text, &info, 4, 2);
    assert_same(rp_buf_view(&text), rp_slice_str(expected));
    assert_true(rp_baginfo_read(rp_buf_view(&text), &read));
    assert_true(read.has_oxum);
    assert_int_equal(read.oxum_bytes, 4);
    assert_int_equal(read.oxum_files, 2);
    check_same_name(&read.previous, names->previous);
    check_same_name(&read.original, names->original);
    assert_string_equal(read.shared_manifest, names->shared_manifest == NULL
                                                  ? ""
                                                  : names->shared_manifest);
    rp_buf_release(&text);
}

static void
a_run_names_the_one_before_it(void **state)
{
    static const struct rp_bagname nobody = { .named = false };

    (void)state;
    check_info(&(struct rp_bag_info){ .date = NULL }, RUN);
    check_info(&(struct rp_bag_info){ .previous = &nobody }, RUN);
    check_info(&(struct rp_bag_info){ .previous = &other }, RUN PREVIOUS);
}

static void
a_run_and_its_shared_copy_name_each_other(void **state)
{
    (void)state;
    check_info(&(struct rp_bag_info){ .previous = &other,
                                      .shared_manifest = B_SHA256 },
               RUN PREVIOUS "Shared-Manifest-SHA256: " B_SHA256 "\n");
    check_info(&(struct rp_bag_info){ .original = &other }, HEAD
               "External-Description: A copy of evidence of one run of "
               "rollproof, without cells of its sources and without names of "
               "persons. Read data/README.txt first.\n"
               "Original-Bag: 20261121T020000Z-7a01\n"
               "Original-Manifest-SHA256: " A_SHA256 "\n"
               "Original-Tagmanifest-SHA256: " B_SHA256 "\n");
}

static void
what_no_run_writes_is_not_read(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "Payload-Oxum: 4.2",
        "Payload-Oxum: 4.2\r\n",
        "Payload-Oxum:4.2\n",
        "Payload-Oxum: 4\n",
        "Payload-Oxum: 4.\n",
        "Payload-Oxum: .2\n",
        "Payload-Oxum: -4.2\n",
        "Payload-Oxum: 18446744073709551616.2\n",
        HEAD HEAD,
        HEAD "a line\n",
        HEAD ": x\n",
        HEAD " folded: x\n",
        HEAD "Previous-Bag: x\n",
        HEAD "Previous-Bag: \nPrevious-Manifest-SHA256: " A_SHA256
             "\nPrevious-Tagmanifest-SHA256: " B_SHA256 "\n",
        HEAD "Previous-Bag: a/b\nPrevious-Manifest-SHA256: " A_SHA256
             "\nPrevious-Tagmanifest-SHA256: " B_SHA256 "\n",
        HEAD "Previous-Bag: x\nPrevious-Manifest-SHA256: " A_SHA256 "\n",
        HEAD "Previous-Manifest-SHA256: " A_SHA256 "\n",
        HEAD PREVIOUS PREVIOUS,
        HEAD "Shared-Manifest-SHA256: " A_SHA256 "0\n",
        HEAD "Shared-Manifest-SHA256: G" A_SHA256 "\n",
        HEAD "Shared-Manifest-SHA256: \n",
        HEAD "Shared-Manifest-SHA256: " A_SHA256
             "\nShared-Manifest-SHA256: " A_SHA256 "\n",
    };
    struct rp_baginfo info;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        if (rp_baginfo_read(rp_slice_str(texts[i]), &info))
            fail_msg("it was read: %s", texts[i]);
}

static void
what_others_may_write_is_passed_by(void **state)
{
    struct rp_baginfo info;

    (void)state;
    assert_true(rp_baginfo_read(
        RP_LIT(HEAD "Contact-Name: x\nPrevious-Other: y\nOriginal: z\n"),
        &info));
    assert_false(info.previous.named);
    assert_false(info.original.named);
}

static void
the_largest_numbers_and_the_longest_name_are_read(void **state)
{
    struct rp_baginfo info;
    struct rp_bagname longest = other;
    struct rp_buf text = { 0 };

    (void)state;
    assert_true(rp_baginfo_read(
        RP_LIT("Payload-Oxum: 18446744073709551615.18446744073709551615\n"),
        &info));
    assert_true(info.oxum_bytes == UINT64_MAX);
    assert_true(info.oxum_files == UINT64_MAX);
    memset(longest.name, 'x', sizeof longest.name - 1);
    rp_baginfo_write(
        &text,
        &(struct rp_bag_info){ .date = "", .agent = "", .previous = &longest },
        0, 0);
    assert_true(rp_baginfo_read(rp_buf_view(&text), &info));
    check_same_name(&info.previous, &longest);
    rp_buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_names_the_one_before_it),
        cmocka_unit_test(a_run_and_its_shared_copy_name_each_other),
        cmocka_unit_test(what_no_run_writes_is_not_read),
        cmocka_unit_test(what_others_may_write_is_passed_by),
        cmocka_unit_test(the_largest_numbers_and_the_longest_name_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
