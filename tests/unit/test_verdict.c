/* test_verdict.c - what is proved, and what may be committed. */
#include "support/test.h"

#include "proof/verdict.h"

#define REREAD "committed-state-reread"

enum finding_kind {
    NO_FINDING,
    NOTE,
    ACCEPTED,
    REFUSED,
    REFUSED_NONE, /* a limit was stated, nothing was found */
};

/* Checks: an ordinary one and the re-read; one finding; what became of it. */
struct given {
    enum rp_result ordinary;
    enum rp_result reread;
    bool committed;
    enum finding_kind finding;
};

static void
make(struct rp_verdict *verdict, const struct given *given,
     struct rp_check checks[2], struct rp_finding_report *finding)
{
    checks[0] =
        (struct rp_check){ "records-balanced", given->ordinary, "1", "1" };
    checks[1] = (struct rp_check){ REREAD, given->reread, "1", "1" };
    *finding = (struct rp_finding_report){
        .code = given->finding == NOTE ? RP_KEY_TRIMMED : RP_UNKNOWN_COURSE,
        .count = given->finding == REFUSED_NONE ? 0 : 1,
        .accepted = given->finding == ACCEPTED,
    };
    *verdict = (struct rp_verdict){
        .committed = given->committed,
        .checks = checks,
        .check_count = 2,
        .findings = finding,
        .finding_count = given->finding == NO_FINDING ? 0 : 1,
        .outcome = RP_NOT_PROVED,
    };
}

static const struct {
    struct given given;
    enum rp_outcome outcome;
    bool may_commit;
} decisions[] = {
    { { RP_PASS, RP_PASS, true, NO_FINDING }, RP_PROVED, true },
    { { RP_PASS, RP_PASS, true, NOTE }, RP_PROVED, true },
    { { RP_PASS, RP_PASS, true, REFUSED_NONE }, RP_PROVED, true },
    { { RP_PASS, RP_PASS, true, ACCEPTED }, RP_PROVED_WITH_EXCEPTIONS, true },
    { { RP_PASS, RP_PASS, true, REFUSED }, RP_NOT_PROVED, false },
    /* before COMMIT, in a dry run */
    { { RP_PASS, RP_SKIPPED, false, NO_FINDING }, RP_PROVED, true },
    { { RP_PASS, RP_SKIPPED, false, ACCEPTED },
      RP_PROVED_WITH_EXCEPTIONS,
      true },
    { { RP_PASS, RP_SKIPPED, false, REFUSED }, RP_NOT_PROVED, false },
    /* committed, and the re-read failed or never came */
    { { RP_PASS, RP_FAIL, true, NO_FINDING }, RP_NOT_PROVED, true },
    { { RP_PASS, RP_SKIPPED, true, NO_FINDING }, RP_NOT_PROVED, true },
    /* no other check may fail or be skipped */
    { { RP_FAIL, RP_SKIPPED, false, NO_FINDING }, RP_NOT_PROVED, false },
    { { RP_SKIPPED, RP_SKIPPED, false, NO_FINDING }, RP_NOT_PROVED, false },
    { { RP_FAIL, RP_PASS, true, ACCEPTED }, RP_NOT_PROVED, false },
};

static void
checks_and_findings_decide_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(decisions); i++) {
        struct rp_check checks[2];
        struct rp_finding_report finding;
        struct rp_verdict verdict;

        make(&verdict, &decisions[i].given, checks, &finding);
        rp_verdict_decide(&verdict);
        if (verdict.outcome != decisions[i].outcome ||
            rp_verdict_allows_commit(&verdict) != decisions[i].may_commit)
            fail_msg("decision %zu", i);
    }
}

static void
without_a_check_nothing_is_proved(void **state)
{
    struct rp_verdict verdict = { .outcome = RP_PROVED };

    (void)state;
    assert_false(rp_verdict_allows_commit(&verdict));
    rp_verdict_decide(&verdict);
    assert_int_equal(verdict.outcome, RP_NOT_PROVED);
}

static void
one_refusal_outweighs_any_acceptance(void **state)
{
    struct rp_check check = { "records-balanced", RP_PASS, "1", "1" };
    struct rp_finding_report findings[] = {
        { .code = RP_FIELD_COUNT, .accepted = true, .count = 1 },
        { .code = RP_UNKNOWN_STUDENT, .count = 1 },
        { .code = RP_UNKNOWN_COURSE, .accepted = true, .count = 1 },
    };
    struct rp_verdict verdict = {
        .checks = &check,
        .check_count = 1,
        .findings = findings,
        .finding_count = TEST_COUNT(findings),
    };

    (void)state;
    rp_verdict_decide(&verdict);
    assert_int_equal(verdict.outcome, RP_NOT_PROVED);
    findings[1].accepted = true;
    rp_verdict_decide(&verdict);
    assert_int_equal(verdict.outcome, RP_PROVED_WITH_EXCEPTIONS);
}

static void
a_check_is_set_and_found_by_its_id(void **state)
{
    struct rp_check checks[] = {
        { "records-balanced", RP_SKIPPED, NULL, NULL },
        { REREAD, RP_SKIPPED, NULL, NULL },
    };
    const struct rp_check reread = { REREAD, RP_FAIL, "8", "7" };
    struct rp_verdict verdict = { .checks = checks, .check_count = 2 };

    (void)state;
    rp_verdict_set_check(&verdict, &reread);
    assert_ptr_equal(rp_verdict_check(&verdict, REREAD), &checks[1]);
    assert_int_equal(checks[1].result, RP_FAIL);
    assert_string_equal(checks[1].actual, "7");
    assert_int_equal(checks[0].result, RP_SKIPPED);
    assert_null(rp_verdict_check(&verdict, "links-as-planned"));
}

static void
words_are_those_of_the_schema(void **state)
{
    (void)state;
    assert_string_equal(rp_outcome_name(RP_PROVED), "proved");
    assert_string_equal(rp_outcome_name(RP_PROVED_WITH_EXCEPTIONS),
                        "proved-with-exceptions");
    assert_string_equal(rp_outcome_name(RP_NOT_PROVED), "not-proved");
    assert_string_equal(rp_role_name(RP_ROLE_PRESERVED), "preserved");
    assert_string_equal(rp_role_name(RP_ROLE_DECLARED), "declared");
    assert_string_equal(rp_role_name(RP_ROLE_BYSTANDER), "bystander");
    assert_string_equal(rp_result_name(RP_PASS), "pass");
    assert_string_equal(rp_result_name(RP_FAIL), "fail");
    assert_string_equal(rp_result_name(RP_SKIPPED), "skipped");
}

static void
a_released_verdict_is_an_empty_one(void **state)
{
    struct rp_verdict verdict = { .check_count = 3 };

    (void)state;
    verdict.school = rp_arena_str(&verdict.arena, "school.db");
    assert_non_null(verdict.school);
    rp_verdict_release(&verdict);
    assert_null(verdict.school);
    assert_null(verdict.arena.last);
    assert_int_equal(verdict.check_count, 0);
    rp_verdict_release(&verdict);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_and_findings_decide_together),
        cmocka_unit_test(without_a_check_nothing_is_proved),
        cmocka_unit_test(one_refusal_outweighs_any_acceptance),
        cmocka_unit_test(a_check_is_set_and_found_by_its_id),
        cmocka_unit_test(words_are_those_of_the_schema),
        cmocka_unit_test(a_released_verdict_is_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
