/* test_report_memory.c - memory runs out at each call in turn, jansson's own
 * included, and src/report says so: no crash, no half of a report, no verdict
 * that was cut short.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/evidence.h"
#include "report/html.h"
#include "report/text.h"
#include "support/sample.h"
#include "support/sweep.h"

/* What the test tells the runs of itself: a folder of their own, and what the
 * sample looks like when there is memory. */
#define FOLDER_VARIABLE "ROLLPROOF_TEST_FOLDER"
#define TEXT_VARIABLE "ROLLPROOF_TEST_TEXT"
#define PAGE_VARIABLE "ROLLPROOF_TEST_PAGE"
#define JSON_VARIABLE "ROLLPROOF_TEST_JSON"

static struct rp_verdict verdict; /* the sample, which needs no memory */

/* Done, and as it should be; or told. */
static enum test_ending
end_with(struct rp_buf *out, enum rp_status status, const char *variable,
         const struct rp_err *err)
{
    enum test_ending ending = test_end_of(status, err);
    struct rp_slice expected = rp_slice_str(getenv(variable));

    if (ending == TEST_DONE && !rp_slice_eq(rp_buf_view(out), expected))
        ending = TEST_WRONG;
    rp_buf_release(out);
    return ending;
}

static enum test_ending
tell(void)
{
    struct rp_buf out = { 0 };
    enum rp_status status;
    struct rp_err err;

    rp_text_report(&out, &verdict, "evidence");
    status = rp_buf_status(&out, &err);
    return end_with(&out, status, TEXT_VARIABLE, &err);
}

static enum test_ending
write_page(void)
{
    struct rp_buf out = { 0 };
    enum rp_status status;
    struct rp_err err;

    rp_html_report(&out, &verdict);
    status = rp_buf_status(&out, &err);
    return end_with(&out, status, PAGE_VARIABLE, &err);
}

static enum test_ending
write_json(void)
{
    struct rp_buf out = { 0 };
    struct rp_err err;
    enum rp_status status = rp_json_verdict(&out, &verdict, &err);

    return end_with(&out, status, JSON_VARIABLE, &err);
}

static enum test_ending
read_json(void)
{
    struct rp_slice text = rp_slice_str(getenv(JSON_VARIABLE));
    struct rp_verdict again = { .program = NULL };
    struct rp_buf out = { 0 };
    struct rp_err err;
    enum rp_status status = rp_json_read(text, "verdict.json", &again, &err);

    if (status == RP_OK)
        status = rp_json_verdict(&out, &again, &err);
    rp_verdict_release(&again);
    return end_with(&out, status, JSON_VARIABLE, &err);
}

static enum test_ending
write_run(void)
{
    const struct rp_run run = { .host = "\x1b" };
    struct rp_buf out = { 0 };
    struct rp_err err;
    enum rp_status status = rp_json_run(&out, &run, &err);

    rp_buf_release(&out);
    return test_end_of(status, &err);
}

static enum rp_status
stage(struct rp_bag *bag, struct rp_findings *findings, struct rp_err *err)
{
    const struct rp_finding finding = { .key = RP_LIT("=a,b") };
    const struct rp_sample sample = { .disposition = "inserted" };
    const struct rp_reject_file nothing = { .source = NULL };
    const struct rp_evidence evidence = {
        .verdict = &verdict,
        .findings = findings,
        .rejects = &nothing,
        .samples = &sample,
        .sample_count = 1,
    };
    enum rp_status status = rp_findings_add(findings, &finding, err);

    return status == RP_OK ? rp_evidence_stage(bag, &evidence, err) : status;
}

/* Discards what it staged, so that the next run finds nothing. */
static enum test_ending
stage_evidence(void)
{
    struct rp_findings *findings = NULL;
    struct rp_bag *bag = NULL;
    struct rp_buf dir = { 0 };
    struct rp_err err;
    enum rp_status status;

    rp_buf_printf(&dir, "%s/bag", getenv(FOLDER_VARIABLE));
    rp_buf_byte(&dir, '\0');
    status = rp_buf_status(&dir, &err);
    if (status == RP_OK)
        status = rp_findings_open(getenv(FOLDER_VARIABLE), 1, &findings, &err);
    if (status == RP_OK)
        status = rp_bag_open((const char *)dir.ptr, &bag, &err);
    if (status == RP_OK)
        status = stage(bag, findings, &err);
    rp_bag_discard(bag);
    rp_bag_close(bag);
    rp_findings_close(findings);
    rp_buf_release(&dir);
    return test_end_of(status, &err);
}

static const struct test_work works[] = {
    { "tell", tell, 1 },
    { "write page", write_page, 1 },
    { "write json", write_json, 1 },
    { "read json", read_json, 3 },
    { "write run", write_run, 3 },
    { "stage evidence", stage_evidence, 1 },
};

static void
set_variables(const char *folder)
{
    struct rp_buf text = { 0 };
    struct rp_buf page = { 0 };
    struct rp_buf json = { 0 };
    struct rp_err err;

    rp_text_report(&text, &verdict, "evidence");
    rp_html_report(&page, &verdict);
    assert_ok(rp_json_verdict(&json, &verdict, &err), &err);
    assert_int_equal(setenv(TEXT_VARIABLE, rp_buf_cstr(&text), 1), 0);
    assert_int_equal(setenv(PAGE_VARIABLE, rp_buf_cstr(&page), 1), 0);
    assert_int_equal(setenv(JSON_VARIABLE, rp_buf_cstr(&json), 1), 0);
    assert_int_equal(setenv(FOLDER_VARIABLE, folder, 1), 0);
    rp_buf_release(&text);
    rp_buf_release(&page);
    rp_buf_release(&json);
}

static void
running_out_of_memory_is_told_wherever_it_happens(void **state)
{
    char *folder;

    (void)state;
    folder = test_folder();
    set_variables(folder);
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        test_sweep(&works[i]);
    assert_int_equal(test_folder_count(folder), 0);
    test_folder_remove(folder);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
    };

    sample_verdict(&verdict);
    test_sweep_start(argc, argv, works, TEST_COUNT(works));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
