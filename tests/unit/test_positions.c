/* test_positions.c - a verdict names the first positions of each code, counts
 * all of them, and takes over no value of a cell.
 */
#include "support/test.h"

#include <string.h>

#include "proof/positions.h"
#include "support/sample.h"

static char *folder;
static struct rp_verdict verdict;
static struct rp_findings *findings;

static int
start(void **state)
{
    struct rp_err err;

    (void)state;
    folder = test_folder();
    sample_verdict(&verdict);
    for (size_t i = 0; i < verdict.finding_count; i++) {
        verdict.findings[i].listed = 0;
        verdict.findings[i].positions = NULL;
        verdict.findings[i].position_count = 0;
    }
    assert_ok(rp_findings_open(folder, 1000, &findings, &err), &err);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    rp_findings_close(findings);
    rp_verdict_release(&verdict);
    test_folder_remove(folder);
    return 0;
}

static void
add(const struct rp_finding *finding)
{
    struct rp_err err;

    assert_ok(rp_findings_add(findings, finding, &err), &err);
}

static void
assemble(void)
{
    struct rp_err err;

    assert_ok(rp_assemble_positions(&verdict, findings, &err), &err);
}

static void
a_position_is_the_finding_without_its_key(void **state)
{
    const struct rp_finding finding = {
        .code = RP_LIT("unknown-student"),
        .source = 0,
        .record = 4,
        .first_line = 5,
        .last_line = 7,
        .byte_start = 97,
        .byte_end = 105,
        .disposition = RP_LIT("rejected"),
        .column = RP_LIT("student\x1b[2J"),
        .key = RP_LIT("S009 | CS200"),
        .remedy = RP_LIT("Correct the key."),
    };
    const struct rp_finding_report *report;
    const struct rp_position *position;

    (void)state;
    add(&finding);
    assemble();
    report = sample_finding(&verdict, RP_UNKNOWN_STUDENT);
    assert_int_equal(report->listed, 1);
    assert_int_equal(report->position_count, 1);
    position = &report->positions[0];
    assert_int_equal(position->source, 1);
    assert_int_equal(position->record, 4);
    assert_int_equal(position->first_line, 5);
    assert_int_equal(position->last_line, 7);
    assert_int_equal(position->byte_start, 97);
    assert_int_equal(position->byte_end, 105);
    assert_string_equal(position->disposition, "rejected");
    assert_string_equal(position->column, "student\\x1b[2J");
}

static void
what_belongs_to_no_source_has_none(void **state)
{
    const struct rp_finding finding = { .code = RP_LIT("field-count"),
                                        .source = RP_NO_SOURCE };
    const struct rp_position *position;

    (void)state;
    add(&finding);
    assemble();
    position = &sample_finding(&verdict, RP_FIELD_COUNT)->positions[0];
    assert_int_equal(position->source, 0);
    assert_null(position->disposition);
    assert_null(position->column);
}

static void
only_the_first_are_named_and_all_are_counted(void **state)
{
    const struct rp_finding_report *report;

    (void)state;
    for (uint64_t i = 1; i <= 1000; i++) {
        const struct rp_finding finding = { .code = RP_LIT("field-count"),
                                            .record = i };

        add(&finding);
    }
    add(&(struct rp_finding){ .code = RP_LIT("empty-key"), .record = 1001 });
    assemble();
    report = sample_finding(&verdict, RP_FIELD_COUNT);
    assert_int_equal(report->listed, 1000);
    assert_int_equal(report->position_count, RP_POSITIONS_MAX);
    for (size_t i = 0; i < report->position_count; i++)
        assert_int_equal(report->positions[i].record, i + 1);
    report = sample_finding(&verdict, RP_EMPTY_KEY);
    assert_int_equal(report->listed, 1);
    assert_int_equal(report->positions[0].record, 1001);
    assert_int_equal(sample_finding(&verdict, RP_UNKNOWN_STUDENT)->listed, 0);
}

static void
rows_that_a_table_lost_are_no_code_of_the_verdict(void **state)
{
    (void)state;
    add(&(struct rp_finding){ .code = RP_LIT("row-missing") });
    assemble();
    for (size_t i = 0; i < verdict.finding_count; i++)
        assert_int_equal(verdict.findings[i].listed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_position_is_the_finding_without_its_key, start, end),
        cmocka_unit_test_setup_teardown(what_belongs_to_no_source_has_none,
                                        start, end),
        cmocka_unit_test_setup_teardown(
            only_the_first_are_named_and_all_are_counted, start, end),
        cmocka_unit_test_setup_teardown(
            rows_that_a_table_lost_are_no_code_of_the_verdict, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
