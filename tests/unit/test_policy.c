/* test_policy.c - which findings an --accept lets pass, and which it does not.
 */
#include "support/test.h"

#include <inttypes.h>

#include "base/buf.h"
#include "plan/policy.h"

static const struct {
    const char *accept;
    /* All that is accepted: code, kind of limit, value. */
    const char *meaning;
} good[] = {
    { "unknown-student=3", "unknown-student number 3\n" },
    { "unknown-student=0", "unknown-student number 0\n" },
    { "unknown-student=003", "unknown-student number 3\n" },
    { "unknown-student=999999999999999",
      "unknown-student number 999999999999999\n" },
    { "field-count=all", "field-count all 0\n" },
    { "field-count=2%", "field-count percent 20000\n" },
    { "field-count=0.5%", "field-count percent 5000\n" },
    { "field-count=0.0001%", "field-count percent 1\n" },
    { "field-count=100%", "field-count percent 1000000\n" },
    { "empty-key=12.3450%", "empty-key percent 123450\n" },
    { "empty-key=1,stray-quote=all",
      "stray-quote all 0\nempty-key number 1\n" },
    { "column-not-carried=2", "column-not-carried number 2\n" },
    { "trigger=all", "trigger all 0\n" },
    { "not-csv=1", "not-csv number 1\n" },
};

static void
describe(struct rp_buf *out, const struct rp_policy *policy)
{
    static const char *const kinds[] = {
        [RP_LIMIT_NONE] = "none",
        [RP_LIMIT_NUMBER] = "number",
        [RP_LIMIT_PERCENT] = "percent",
        [RP_LIMIT_ALL] = "all",
    };

    for (int code = 0; code < RP_CODE_COUNT; code++) {
        const struct rp_limit *limit = &policy->limits[code];

        if (limit->kind != RP_LIMIT_NONE)
            rp_buf_printf(out, "%s %s %" PRIu64 "\n",
                          rp_code_name((enum rp_code)code), kinds[limit->kind],
                          limit->value);
    }
}

static void
every_way_of_writing_a_limit_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        struct rp_policy policy;
        struct rp_buf text = { 0 };
        struct rp_err err;

        assert_ok(rp_policy_parse(&policy, &good[i].accept, 1, &err), &err);
        describe(&text, &policy);
        assert_string_equal(rp_buf_cstr(&text), good[i].meaning);
        rp_buf_release(&text);
    }
}

#define LIMITS(code)                                                           \
    ": a limit is a number, a percentage or all: " code "=12, " code           \
    "=0.5%, " code "=all"

static const struct {
    const char *accept;
    const char *refusal;
} bad[] = {
    { "", "--accept: no finding is called ; write CODE=N, CODE=P% or CODE=all "
          "with a code of the report" },
    { "weather=1", "--accept: no finding is called weather; write CODE=N, "
                   "CODE=P% or CODE=all with a code of the report" },
    { "unknown-studnet=1",
      "--accept: no finding is called unknown-studnet; did you mean "
      "unknown-student?" },
    { "none=1", "--accept: no finding is called none; write CODE=N, CODE=P% or "
                "CODE=all with a code of the report" },
    { "duplicate-exact=1", "--accept duplicate-exact: it is a note and blocks "
                           "nothing; leave it out" },
    { "empty-key=1,empty-key=2", "--accept empty-key: given twice" },
    { "empty-key", "--accept empty-key" LIMITS("empty-key") },
    { "empty-key=", "--accept empty-key=" LIMITS("empty-key") },
    { "empty-key=-1", "--accept empty-key=-1" LIMITS("empty-key") },
    { "empty-key=+1", "--accept empty-key=+1" LIMITS("empty-key") },
    { "empty-key=1 ", "--accept empty-key=1 " LIMITS("empty-key") },
    { "empty-key=1.5", "--accept empty-key=1.5" LIMITS("empty-key") },
    { "empty-key=%", "--accept empty-key=%" LIMITS("empty-key") },
    { "empty-key=.5%", "--accept empty-key=.5%" LIMITS("empty-key") },
    { "empty-key=5.%", "--accept empty-key=5.%" LIMITS("empty-key") },
    { "empty-key=0.00001%", "--accept empty-key=0.00001%" LIMITS("empty-key") },
    { "empty-key=100.1%", "--accept empty-key=100.1%" LIMITS("empty-key") },
    { "empty-key=ALL", "--accept empty-key=ALL" LIMITS("empty-key") },
    { "empty-key=1000000000000000",
      "--accept empty-key=1000000000000000" LIMITS("empty-key") },
    { "empty-key=1;", "--accept empty-key=1;" LIMITS("empty-key") },
    { "empty-key=1\x1b", "--accept empty-key=1\\x1b" LIMITS("empty-key") },
    { "trigger=1%", "--accept trigger=1%: it counts neither records nor "
                    "enrollments, so give a number or all" },
    { "column-not-carried=1%",
      "--accept column-not-carried=1%: it counts neither records nor "
      "enrollments, so give a number or all" },
};

static void
what_is_no_limit_is_refused_with_what_to_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct rp_policy policy;
        struct rp_err err;

        assert_int_equal(rp_policy_parse(&policy, &bad[i].accept, 1, &err),
                         RP_E_USAGE);
        assert_string_equal(err.text, bad[i].refusal);
    }
}

static void
several_options_are_one_policy(void **state)
{
    static const char *const accepts[] = { "bare-cr=1", "nul-byte=2,trigger=3",
                                           "after-resync=all" };
    static const char *const twice[] = { "bare-cr=1", "bare-cr=1" };
    struct rp_policy policy;
    struct rp_buf text = { 0 };
    struct rp_err err;

    (void)state;
    assert_ok(rp_policy_parse(&policy, accepts, 3, &err), &err);
    describe(&text, &policy);
    assert_string_equal(rp_buf_cstr(&text),
                        "bare-cr number 1\nnul-byte number 2\n"
                        "after-resync all 0\ntrigger number 3\n");
    assert_int_equal(rp_policy_parse(&policy, twice, 2, &err), RP_E_USAGE);
    assert_ok(rp_policy_parse(&policy, NULL, 0, &err), &err);
    rp_buf_reset(&text);
    describe(&text, &policy);
    assert_string_equal(rp_buf_cstr(&text), "");
    rp_buf_release(&text);
}

static const struct {
    const char *accept;
    uint64_t count;
    uint64_t total;
    bool accepts;
} limits[] = {
    { "empty-key=3", 3, 10, true },
    { "empty-key=3", 4, 10, false },
    { "empty-key=0", 0, 10, true },
    { "empty-key=0", 1, 10, false },
    { "empty-key=all", UINT64_MAX, 1, true },
    { "empty-key=50%", 5, 10, true },
    { "empty-key=50%", 6, 10, false },
    { "empty-key=50%", 5, 11, true },
    { "empty-key=50%", 6, 11, false },
    { "empty-key=100%", 7, 7, true },
    { "empty-key=0%", 0, 7, true },
    { "empty-key=0%", 1, 1000000000, false },
    { "empty-key=0.0001%", 1, 1000000, true },
    { "empty-key=0.0001%", 1, 999999, false },
    { "empty-key=0.1%", 1000, 1000000, true },
    { "empty-key=0.1%", 1001, 1000000, false },
    /* as many records as a number of a record can count */
    { "empty-key=33.3333%", 2932028075371, 8796093022207, true },
    { "empty-key=33.3333%", 2932028075372, 8796093022207, false },
    { "stray-quote=9", 1, 10, false },
};

static void
a_limit_is_inclusive_and_void_when_it_is_passed(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(limits); i++) {
        struct rp_policy policy;
        struct rp_err err;

        assert_ok(rp_policy_parse(&policy, &limits[i].accept, 1, &err), &err);
        if (rp_policy_accepts(&policy, RP_EMPTY_KEY, limits[i].count,
                              limits[i].total) != limits[i].accepts)
            fail_msg("%s: %" PRIu64 " of %" PRIu64, limits[i].accept,
                     limits[i].count, limits[i].total);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_of_writing_a_limit_is_understood),
        cmocka_unit_test(what_is_no_limit_is_refused_with_what_to_write),
        cmocka_unit_test(several_options_are_one_policy),
        cmocka_unit_test(a_limit_is_inclusive_and_void_when_it_is_passed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
