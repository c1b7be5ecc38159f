/* test_text.c - the report that a person reads, to the letter. */
#include "support/test.h"

#include <string.h>

#include "report/text.h"
#include "support/golden.h"
#include "support/sample.h"

/* The parts of a report, with an empty line between them. */
enum block {
    BLOCK_HEAD,
    BLOCK_SUMS,
    BLOCK_TABLES,
    BLOCK_FINDINGS,
    BLOCK_VERDICT,
};

static struct rp_slice
block_of(struct rp_slice report, enum block wanted)
{
    for (int block = BLOCK_HEAD; block < (int)wanted; block++) {
        const char *text = (const char *)report.ptr;
        const char *end = strstr(text, "\n\n");

        assert_non_null(end);
        report.len -= (size_t)(end + 2 - text);
        report.ptr = (const unsigned char *)end + 2;
    }
    for (size_t i = 0; i + 1 < report.len; i++)
        if (report.ptr[i] == '\n' && report.ptr[i + 1] == '\n')
            report.len = i + 1;
    return report;
}

static void
check_block(const struct rp_verdict *verdict, enum block block,
            const char *golden)
{
    struct rp_buf report = { 0 };

    rp_text_report(&report, verdict, NULL);
    assert_string_not_equal(rp_buf_cstr(&report), "");
    assert_same(block_of(rp_buf_view(&report), block), rp_slice_str(golden));
    rp_buf_release(&report);
}

/* golden is the name of a file. */
static void
check_golden(const struct rp_verdict *verdict, enum block block,
             const char *golden)
{
    struct rp_buf report = { 0 };

    rp_text_report(&report, verdict, NULL);
    assert_string_not_equal(rp_buf_cstr(&report), "");
    assert_golden(block_of(rp_buf_view(&report), block), golden);
    rp_buf_release(&report);
}

static void
check_whole(const struct rp_verdict *verdict, const char *evidence,
            const char *golden)
{
    struct rp_buf report = { 0 };

    rp_text_report(&report, verdict, evidence);
    assert_golden(rp_buf_view(&report), golden);
    rp_buf_release(&report);
}

static void
set_check(struct rp_verdict *verdict, const char *id, enum rp_result result)
{
    struct rp_check check = *rp_verdict_check(verdict, id);

    check.result = result;
    rp_verdict_set_check(verdict, &check);
}

static void
refuse(struct rp_verdict *verdict)
{
    verdict->outcome = RP_NOT_PROVED;
    verdict->committed = false;
    set_check(verdict, "committed-state-reread", RP_SKIPPED);
}

static void
drop_findings(struct rp_verdict *verdict)
{
    verdict->outcome = RP_PROVED;
    verdict->finding_count = 0;
    verdict->listed = 0;
}

static void
a_run_with_exceptions_is_told_like_this(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    sample_finding(&verdict, RP_EMPTY_KEY)->count = 0;
    sample_finding(&verdict, RP_DUPLICATE_CONFLICT)->count = 0;
    sample_finding(&verdict, RP_BLANK_RECORD)->count = 0;
    check_whole(&verdict, "school.db.evidence/20261122T153000Z-4f1c",
                "text/with-exceptions.txt");
    rp_verdict_release(&verdict);
}

static void
a_load_tells_the_table_and_its_rows(void **state)
{
    static const char *const key[] = { "code_module", "code_presentation" };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    drop_findings(&verdict);
    verdict.command = "load";
    verdict.declared = "courses";
    verdict.student.table = NULL;
    verdict.course.csv = sample_names(&verdict, key, 2);
    verdict.course.db = sample_names(&verdict, key, 2);
    verdict.left_out.count = 0;
    verdict.tables[0] = *sample_table(&verdict, "courses");
    verdict.tables[0].role = RP_ROLE_DECLARED;
    verdict.tables[0].rows_after = 11;
    verdict.table_count = 1;
    verdict.check_count = 1;
    verdict.checks[0].id = "rows-as-planned";
    check_whole(&verdict, NULL, "text/load.txt");
    rp_verdict_release(&verdict);
}

static void
the_evidence_may_not_know_where_it_is(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    check_block(&verdict, BLOCK_VERDICT,
                "  PROVED WITH EXCEPTIONS, committed: 8 findings in "
                "findings.csv\n");
    rp_verdict_release(&verdict);
}

static void
a_path_cannot_drive_the_terminal(void **state)
{
    struct rp_verdict verdict;
    struct rp_buf report = { 0 };

    (void)state;
    sample_verdict(&verdict);
    rp_text_report(&report, &verdict, "/\x1b[2J/");
    assert_holds(rp_buf_cstr(&report), "\n  evidence  /\\x1b[2J/\n");
    rp_buf_release(&report);
    rp_verdict_release(&verdict);
}

static void
several_sources_have_two_lines_each(void **state)
{
    static const char *const names[] = { "jan.csv", "feb.csv", "mar.csv" };
    static const char *const filters[] = { "term=2026,2027", "kind=E" };
    struct rp_source_report sources[3];
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    for (size_t i = 0; i < TEST_COUNT(sources); i++) {
        sources[i] = verdict.sources[0];
        sources[i].name = names[i];
    }
    sources[1].bytes_balanced = false;
    verdict.sources = sources;
    verdict.source_count = TEST_COUNT(sources);
    verdict.where = sample_names(&verdict, filters, TEST_COUNT(filters));
    check_block(&verdict, BLOCK_HEAD,
                "rollproof 0.1.0   school.db <- jan.csv and 2 more\n");
    check_golden(&verdict, BLOCK_SUMS, "text/several-sources.txt");
    rp_verdict_release(&verdict);
}

static void
long_keys_and_many_columns_get_lines_of_their_own(void **state)
{
    static const char *const key[] = { "code_module", "code_presentation" };
    static const char *const many[] = {
        "date_registration", "date_unregistration",
        "highest_education", "imd_band",
        "age_band",          "studied_credits",
        "disability",        "final_result",
    };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.course.csv = sample_names(&verdict, key, 2);
    verdict.course.db = sample_names(&verdict, key, 2);
    verdict.left_out = sample_names(&verdict, many, TEST_COUNT(many));
    check_golden(&verdict, BLOCK_SUMS, "text/long-keys.txt");
    rp_verdict_release(&verdict);
}

static void
sums_that_do_not_balance_shout_behind_the_longest(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.sources[0].bytes = 123456789012345678;
    verdict.sources[0].bytes_records = 123456789012345678;
    verdict.sources[0].bytes_balanced = false;
    verdict.records.balanced = false;
    verdict.enrollments.balanced = false;
    verdict.left_out.count = 0;
    check_golden(&verdict, BLOCK_SUMS, "text/not-balanced.txt");
    rp_verdict_release(&verdict);
}

static void
only_bystanders_that_changed_are_shown(void **state)
{
    struct rp_table_report bystander = {
        .table = "Prüfungsamt_Räume_und_Zeiten",
        .role = RP_ROLE_BYSTANDER,
        .there_before = true,
        .there_after = true,
        .rows_before = 1234567890123456789,
        .rows_after = 7,
        .missing = 1,
        .added = 22,
        .changed = 333,
    };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    sample_table(&verdict, "courses")->same = false;
    sample_table(&verdict, "student_courses")->there_before = true;
    sample_table(&verdict, "student_courses")->rows_before = 2;
    set_check(&verdict, "links-as-planned", RP_FAIL);
    (void)sample_add_table(&verdict, &bystander);
    bystander.table = "gone";
    bystander.there_after = false;
    bystander.rows_before = 1;
    (void)sample_add_table(&verdict, &bystander);
    bystander.same = true;
    for (int i = 0; i < 4; i++)
        (void)sample_add_table(&verdict, &bystander);
    check_golden(&verdict, BLOCK_TABLES, "text/changed-tables.txt");
    rp_verdict_release(&verdict);
}

static void
unchanged_bystanders_are_one_line(void **state)
{
    const struct rp_table_report bystander = {
        .table = "rooms",
        .role = RP_ROLE_BYSTANDER,
        .same = true,
    };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    set_check(&verdict, "links-as-planned", RP_SKIPPED);
    for (int i = 0; i < 4; i++)
        (void)sample_add_table(&verdict, &bystander);
    check_golden(&verdict, BLOCK_TABLES, "text/other-tables.txt");
    rp_verdict_release(&verdict);
}

static void
what_is_refused_comes_with_the_option_that_accepts_it(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    refuse(&verdict);
    sample_finding(&verdict, RP_FIELD_COUNT)->accepted = false;
    sample_finding(&verdict, RP_FIELD_COUNT)->limit = NULL;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->accepted = false;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->limit = "2";
    sample_finding(&verdict, RP_DUPLICATE_CONFLICT)->accepted = false;
    sample_finding(&verdict, RP_DUPLICATE_CONFLICT)->code =
        RP_COLUMN_NOT_CARRIED;
    sample_finding(&verdict, RP_COLUMN_NOT_CARRIED)->limit = "0%";
    sample_finding(&verdict, RP_COLUMN_NOT_CARRIED)->detail = "grade";
    check_golden(&verdict, BLOCK_FINDINGS, "text/refused.txt");
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, rolled back: 8 findings in findings.csv\n");
    rp_verdict_release(&verdict);
}

/* Whoever reads of an acceptance reads who answers for it. */
static void
an_acceptance_names_its_reason_and_its_approver(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.map = "autumn.ini";
    verdict.map_sha256 = verdict.sources[0].sha256;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->reason =
        "These three left before the register of 2019 was begun; their "
        "enrollments are on paper, in the cellar, shelf 4";
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->approved_by =
        "Zoë Wiśniewska, registrar, 2026-11-22";
    sample_finding(&verdict, RP_FIELD_COUNT)->approved_by =
        "AnUnbrokenNameOfOverEightyLettersDoesNotFitButIsNotBrokenEither"
        "BecauseItHasNoBlanks";
    sample_finding(&verdict, RP_EMPTY_KEY)->reason = "told by telephone";
    check_golden(&verdict, BLOCK_SUMS, "text/map.txt");
    check_golden(&verdict, BLOCK_FINDINGS, "text/approved.txt");
    rp_verdict_release(&verdict);
}

static void
with_a_map_the_remedy_is_a_section_of_it(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    refuse(&verdict);
    verdict.map = "autumn.ini";
    verdict.map_sha256 = verdict.sources[0].sha256;
    sample_finding(&verdict, RP_FIELD_COUNT)->accepted = false;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->accepted = false;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->limit = "2";
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->approved_by = "Zoë";
    check_golden(&verdict, BLOCK_FINDINGS, "text/refused-by-map.txt");
    rp_verdict_release(&verdict);
}

static void
a_check_that_fails_has_a_line_of_its_own(void **state)
{
    const struct rp_check failed = { "links-as-planned", RP_FAIL, "8 links",
                                     "7 links" };
    const struct rp_check mute = { "database-sound", RP_FAIL, NULL, "" };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    refuse(&verdict);
    verdict.finding_count = 0;
    verdict.listed = 0;
    rp_verdict_set_check(&verdict, &failed);
    rp_verdict_set_check(&verdict, &mute);
    check_golden(&verdict, BLOCK_FINDINGS, "text/failed-checks.txt");
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, rolled back: 2 checks failed\n");
    verdict.listed = 1;
    set_check(&verdict, "links-as-planned", RP_SKIPPED);
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, rolled back: 1 check failed, 1 check skipped, "
                "1 finding in findings.csv\n");
    rp_verdict_release(&verdict);
}

static void
a_dry_run_says_that_nothing_was_committed(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    drop_findings(&verdict);
    verdict.dry_run = true;
    verdict.committed = false;
    set_check(&verdict, "committed-state-reread", RP_SKIPPED);
    check_block(&verdict, BLOCK_FINDINGS,
                "  11 checks passed, 1 skipped (committed-state-reread: "
                "nothing was committed)\n");
    check_block(&verdict, BLOCK_VERDICT,
                "  PROVED, dry run: nothing was committed\n");
    verdict.outcome = RP_PROVED_WITH_EXCEPTIONS;
    verdict.listed = 8;
    check_block(&verdict, BLOCK_VERDICT,
                "  PROVED WITH EXCEPTIONS, dry run: nothing was committed, 8 "
                "findings in findings.csv\n");
    verdict.outcome = RP_NOT_PROVED;
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, dry run: nothing was committed, 8 findings in "
                "findings.csv\n");
    rp_verdict_release(&verdict);
}

static void
proved_has_words_for_each_way_it_ends(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    drop_findings(&verdict);
    check_block(&verdict, BLOCK_VERDICT, "  PROVED, committed\n");
    verdict.enrollments.inserted = 0;
    verdict.enrollments.already_present = 8;
    check_block(&verdict, BLOCK_VERDICT,
                "  PROVED, committed: nothing to insert, every enrollment was "
                "there already\n");
    verdict.command = "load";
    check_block(&verdict, BLOCK_VERDICT,
                "  PROVED, committed: nothing to insert, every row was there "
                "already\n");
    verdict.committed = false;
    check_block(&verdict, BLOCK_VERDICT, "  PROVED, not committed yet\n");
    rp_verdict_release(&verdict);
}

static void
committed_and_not_proved_is_said_as_it_is(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    drop_findings(&verdict);
    verdict.outcome = RP_NOT_PROVED;
    set_check(&verdict, "committed-state-reread", RP_FAIL);
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, but committed: 1 check failed\n");
    set_check(&verdict, "committed-state-reread", RP_SKIPPED);
    check_block(&verdict, BLOCK_VERDICT,
                "  NOT PROVED, but committed: 1 check skipped\n");
    check_block(&verdict, BLOCK_FINDINGS,
                "  11 checks passed, 1 skipped (committed-state-reread)\n");
    rp_verdict_release(&verdict);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_with_exceptions_is_told_like_this),
        cmocka_unit_test(a_load_tells_the_table_and_its_rows),
        cmocka_unit_test(the_evidence_may_not_know_where_it_is),
        cmocka_unit_test(a_path_cannot_drive_the_terminal),
        cmocka_unit_test(several_sources_have_two_lines_each),
        cmocka_unit_test(long_keys_and_many_columns_get_lines_of_their_own),
        cmocka_unit_test(sums_that_do_not_balance_shout_behind_the_longest),
        cmocka_unit_test(only_bystanders_that_changed_are_shown),
        cmocka_unit_test(unchanged_bystanders_are_one_line),
        cmocka_unit_test(what_is_refused_comes_with_the_option_that_accepts_it),
        cmocka_unit_test(an_acceptance_names_its_reason_and_its_approver),
        cmocka_unit_test(with_a_map_the_remedy_is_a_section_of_it),
        cmocka_unit_test(a_check_that_fails_has_a_line_of_its_own),
        cmocka_unit_test(a_dry_run_says_that_nothing_was_committed),
        cmocka_unit_test(proved_has_words_for_each_way_it_ends),
        cmocka_unit_test(committed_and_not_proved_is_said_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
