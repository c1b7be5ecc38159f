/* test_evidence.c - every file of the evidence, and what may stand in it. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/plan.h"
#include "report/evidence.h"
#include "support/full.h"
#include "support/golden.h"
#include "support/sample.h"
#include "support/shell.h"

/* A value of a cell: it may stand in three places only. */
#define CELL "Grace Hopper"

static char *folder;
static char *dir; /* folder/bag */

/* A run that is to be recorded. */
static struct rp_verdict verdict;
static struct rp_findings *findings;
static struct rp_spool *rejected;
static struct rp_spool *collapsed;
static struct rp_spool *already;
static struct rp_reject_file reject_file;
static struct rp_evidence evidence;

static const struct rp_sample samples[] = {
    { 1, 2, 2, 39, 60, "inserted", INT64_MIN, 20, 0, true },
    { 2, 3, 5, 60, 88, "unknown-student", 0, 0, 0, false },
};

static const struct rp_finding listed[] = {
    { .code = RP_LIT_INIT("trigger"),
      .source = RP_NO_SOURCE,
      .column = RP_LIT_INIT("after, \"insert\"") },
    { .code = RP_LIT_INIT("column-not-carried"),
      .column = RP_LIT_INIT("grade"),
      .remedy = RP_LIT_INIT("Declare it, or do not.") },
    { .code = RP_LIT_INIT("unknown-student"),
      .record = 1,
      .first_line = 1,
      .last_line = 3,
      .byte_start = 0,
      .byte_end = 21,
      .disposition = RP_LIT_INIT("rejected"),
      .key = RP_LIT_INIT("=" CELL "\x1b\xff | 7"),
      .remedy = RP_LIT_INIT("Correct the key.") },
};

static struct rp_spool *
make_spool(const char *text)
{
    struct rp_spool *spool = NULL;
    struct rp_err err;

    assert_ok(rp_spool_open(folder, 4, &spool, &err), &err);
    assert_ok(rp_spool_put(spool, rp_slice_str(text), &err), &err);
    return spool;
}

/* Two runs in the first source, one in the third. */
static struct rp_spool *
make_already(void)
{
    const struct rp_already runs[] = {
        { rp_ordinal(0, 1), 1 },
        { rp_ordinal(0, 3), 40 },
        { rp_ordinal(2, UINT64_C(5000000000)), 2 },
    };
    struct rp_spool *spool = NULL;
    struct rp_err err;

    assert_ok(rp_spool_open(folder, 4, &spool, &err), &err);
    assert_ok(rp_spool_put(
                  spool,
                  (struct rp_slice){ (const unsigned char *)runs, sizeof runs },
                  &err),
              &err);
    return spool;
}

static void
make_findings(void)
{
    struct rp_err err;

    assert_ok(rp_findings_open(folder, 100, &findings, &err), &err);
    for (size_t i = 0; i < TEST_COUNT(listed); i++)
        assert_ok(rp_findings_add(findings, &listed[i], &err), &err);
}

static int
make_run(void **state)
{
    (void)state;
    folder = test_folder();
    dir = test_path(folder, "bag");
    sample_verdict(&verdict);
    make_findings();
    rejected = make_spool("7,\"" CELL "\"\r\n8,x,y,z");
    collapsed = make_spool("1,10," CELL "\n");
    already = make_already();
    reject_file = (struct rp_reject_file){
        .source = "enrollments.csv",
        .records = rejected,
        .header = RP_LIT("student_id,course_id\r\n"),
    };
    evidence = (struct rp_evidence){
        .verdict = &verdict,
        .findings = findings,
        .rejects = &reject_file,
        .collapsed = collapsed,
        .already = already,
        .samples = samples,
        .sample_count = TEST_COUNT(samples),
        .schema_before = RP_LIT("CREATE TABLE students (id);\n"),
        .schema_after = RP_LIT("CREATE TABLE students (id);\nmore;\n"),
        .migration = RP_LIT("more;\n"),
    };
    return 0;
}

static int
end_run(void **state)
{
    (void)state;
    rp_findings_close(findings);
    rp_spool_close(rejected);
    rp_spool_close(collapsed);
    rp_spool_close(already);
    rp_verdict_release(&verdict);
    test_folder_remove(folder);
    free(dir);
    return 0;
}

static struct rp_bag *
stage(const char *path)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_ok(rp_bag_open(path, &bag, &err), &err);
    assert_ok(rp_evidence_stage(bag, &evidence, &err), &err);
    assert_ok(rp_bag_sync(bag, &err), &err);
    return bag;
}

static void
publish(struct rp_bag *bag, const char *date)
{
    const struct rp_bag_info info = { .date = date, .agent = "test" };
    const struct rp_run run = { .started = date, .host = date };
    struct rp_err err;

    assert_ok(rp_evidence_publish(bag, &verdict, &run, &info, &err), &err);
    rp_bag_close(bag);
}

static void
read_file(const char *name, struct rp_buf *out)
{
    char *path = test_path(dir, name);
    size_t len = 0;
    unsigned char *bytes = test_read(path, &len);

    rp_buf_put(out, bytes, len);
    assert_false(out->failed);
    free(bytes);
    free(path);
}

static void
check_golden(const char *name, const char *golden)
{
    struct rp_buf bytes = { 0 };

    read_file(name, &bytes);
    assert_golden(rp_buf_view(&bytes), golden);
    rp_buf_release(&bytes);
}

static void
check_file(const char *name, const char *expected)
{
    struct rp_buf bytes = { 0 };

    read_file(name, &bytes);
    assert_same(rp_buf_view(&bytes), rp_slice_str(expected));
    rp_buf_release(&bytes);
}

static void
holds(const char *name, const char *part)
{
    struct rp_buf bytes = { 0 };

    read_file(name, &bytes);
    assert_holds(rp_buf_cstr(&bytes), part);
    rp_buf_release(&bytes);
}

/* The file is, byte for byte, the one of src/report. */
static void
check_source(const char *name, const char *source)
{
    const char *root = getenv("ROLLPROOF_ROOT");
    char *report = test_path(root == NULL ? "." : root, "src/report");
    char *path = test_path(report, source);
    struct rp_buf bytes = { 0 };
    size_t len = 0;
    unsigned char *expected = test_read(path, &len);

    read_file(name, &bytes);
    assert_same(rp_buf_view(&bytes), ((struct rp_slice){ expected, len }));
    rp_buf_release(&bytes);
    free(expected);
    free(path);
    free(report);
}

static void
the_evidence_of_a_run_is_these_files(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    assert_int_equal(
        test_run(dir, "find data -type f | LC_ALL=C sort >../list"), 0);
    check_file("../list", "data/README.txt\n"
                          "data/already.csv\n"
                          "data/collapsed.csv\n"
                          "data/findings.csv\n"
                          "data/inputs.sha256\n"
                          "data/migration.sql\n"
                          "data/rejects/1.csv\n"
                          "data/report.html\n"
                          "data/report.txt\n"
                          "data/run.json\n"
                          "data/sample.csv\n"
                          "data/schema.after.sql\n"
                          "data/schema.before.sql\n"
                          "data/tables.csv\n"
                          "data/verdict.json\n"
                          "data/verify/README.txt\n"
                          "data/verify/verify.py\n");
    check_golden("data/README.txt", "evidence/README.txt");
    check_golden("data/report.txt", "evidence/report.txt");
    check_golden("data/report.html", "html/with-exceptions.html");
    check_golden("data/verdict.json", "json/verdict.json");
    check_golden("data/tables.csv", "evidence/tables.csv");
    check_file("data/schema.before.sql", "CREATE TABLE students (id);\n");
    check_file("data/schema.after.sql", "CREATE TABLE students (id);\nmore;\n");
    check_file("data/migration.sql", "more;\n");
    check_source("data/verify/verify.py", "verify.py");
    check_source("data/verify/README.txt", "verify.txt");
    holds("data/run.json", "\"rollproof\": \"0.1.0\"");
}

static void
findings_are_safe_in_a_spreadsheet(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    check_file("data/findings.csv",
               "source,record,first_line,last_line,byte_start,byte_end,code,"
               "disposition,column,key,remedy\n"
               ",,,,,,trigger,,\"after, \"\"insert\"\"\",,\n"
               "enrollments.csv,,,,,,column-not-carried,,grade,,\"Declare it, "
               "or do not.\"\n"
               "enrollments.csv,1,1,3,0,21,unknown-student,rejected,,'=" CELL
               "\\x1b\\xff | 7,Correct the key.\n");
}

static void
the_sample_has_ids_only_where_there_is_a_link(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    check_file("data/sample.csv",
               "source,record,first_line,last_line,byte_start,byte_end,"
               "disposition,student_id,course_id\n"
               "enrollments.csv,1,2,2,39,60,inserted,-9223372036854775808,20\n"
               "enrollments.csv,2,3,5,60,88,unknown-student,,\n");
}

static void
rejected_and_collapsed_records_keep_their_bytes(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    check_file("data/rejects/1.csv", "student_id,course_id\r\n"
                                     "7,\"" CELL "\"\r\n8,x,y,z");
    check_file("data/collapsed.csv", "1,10," CELL "\n");
}

static void
records_whose_link_was_there_are_listed_as_runs(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    check_file("data/already.csv", "source,first_record,last_record\n"
                                   "1,1,1\n"
                                   "1,3,42\n"
                                   "3,5000000000,5000000001\n");
}

static void
a_header_without_an_end_gets_one_and_nothing_else_does(void **state)
{
    (void)state;
    reject_file.header = RP_LIT("a,b");
    publish(stage(dir), "2026-11-22");
    check_file("data/rejects/1.csv", "a,b\n7,\"" CELL "\"\r\n8,x,y,z");
    free(dir);
    dir = test_path(folder, "of-carriage-returns");
    reject_file.header = RP_LIT("a,b\r");
    publish(stage(dir), "2026-11-22");
    check_file("data/rejects/1.csv", "a,b\r7,\"" CELL "\"\r\n8,x,y,z");
    free(dir);
    dir = test_path(folder, "without-header");
    reject_file.header = RP_LIT("");
    publish(stage(dir), "2026-11-22");
    check_file("data/rejects/1.csv", "7,\"" CELL "\"\r\n8,x,y,z");
}

static void
nothing_rejected_is_no_file(void **state)
{
    struct rp_spool *empty = make_spool("");

    (void)state;
    evidence.collapsed = NULL;
    evidence.already = NULL;
    reject_file.records = empty;
    publish(stage(dir), "2026-11-22");
    assert_int_equal(test_run(dir, "test ! -e data/rejects -a ! -e "
                                   "data/collapsed.csv -a ! -e "
                                   "data/already.csv"),
                     0);
    rp_spool_close(empty);
}

/* Everything that depends on clock, host and place is in two files. */
static void
the_same_run_leaves_the_same_bytes(void **state)
{
    char *other = test_path(folder, "other");

    (void)state;
    publish(stage(dir), "2026-11-22");
    publish(stage(other), "2027-01-01");
    assert_int_equal(test_run(folder, "diff -r -x run.json -x bag-info.txt -x "
                                      "'*manifest-sha256.txt' bag other"),
                     0);
    assert_int_equal(test_run(folder, "cmp -s bag/data/run.json "
                                      "other/data/run.json"),
                     1);
    free(other);
}

static void
cell_values_stand_in_three_places_only(void **state)
{
    (void)state;
    publish(stage(dir), "2026-11-22");
    assert_int_equal(test_run(dir, "grep -rl '" CELL "' . | LC_ALL=C sort "
                                   ">../list"),
                     0);
    check_file("../list", "./data/collapsed.csv\n"
                          "./data/findings.csv\n"
                          "./data/rejects/1.csv\n");
}

static void
what_came_after_commit_is_in_what_is_published(void **state)
{
    struct rp_check reread = { "committed-state-reread", RP_SKIPPED, NULL,
                               NULL };
    struct rp_bag *bag;

    (void)state;
    verdict.committed = false;
    rp_verdict_set_check(&verdict, &reread);
    bag = stage(dir);
    verdict.committed = true;
    verdict.outcome = RP_NOT_PROVED;
    reread.result = RP_FAIL;
    rp_verdict_set_check(&verdict, &reread);
    publish(bag, "2026-11-22");
    holds("data/README.txt", "  NOT PROVED, but committed: 1 check failed, 8 "
                             "findings in findings.csv\n\n"
                             "The run was committed, but what was read back");
    holds("data/report.txt", "  NOT PROVED, but committed: 1 check failed");
    holds("data/verdict.json", "\"verdict\": \"not-proved\",\n"
                               "  \"committed\": true,\n");
}

static void
an_interrupted_run_can_be_completed_from_what_was_staged(void **state)
{
    char *partial = test_path(folder, "bag.partial");
    struct rp_buf text = { 0 };
    struct rp_bag *bag = NULL;
    struct rp_err err;

    (void)state;
    rp_bag_close(stage(dir));
    rp_verdict_release(&verdict);
    assert_ok(rp_bag_resume(partial, &bag, &err), &err);
    assert_ok(rp_bag_read(bag, "verdict.json", &text, &err), &err);
    assert_ok(rp_json_read(rp_buf_view(&text), "verdict.json", &verdict, &err),
              &err);
    publish(bag, "2026-11-22");
    check_golden("data/verdict.json", "json/verdict.json");
    assert_int_equal(test_run(dir, "sha256sum -c --strict --quiet "
                                   "tagmanifest-sha256.txt "
                                   "manifest-sha256.txt"),
                     0);
    rp_buf_release(&text);
    free(partial);
}

/* Names are shown with their backslashes doubled; sha256sum knows that. */
static void
sha256sum_finds_the_sources(void **state)
{
    static const struct rp_source_report made[] = {
        { .name = "a b.csv",
          .sha256 = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4"
                    "cf25c7" },
        { .name = "a\\\\b.csv",
          .sha256 = "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e"
                    "99813f" },
    };
    struct rp_reject_file none[TEST_COUNT(made)] = { { 0 } };
    struct rp_source_report sources[TEST_COUNT(made)];

    (void)state;
    memcpy(sources, made, sizeof sources);
    verdict.sources = sources;
    verdict.source_count = TEST_COUNT(sources);
    evidence.rejects = none;
    evidence.sample_count = 0;
    assert_int_equal(test_run(folder, "echo a >'a b.csv'; echo b >'a\\b.csv'"),
                     0);
    rp_bag_close(stage(dir));
    assert_int_equal(test_run(folder, "sha256sum -c --strict --quiet "
                                      "bag.partial/data/inputs.sha256"),
                     0);
}

static void
a_full_disk_is_told_and_nothing_is_published(void **state)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_bag_open(dir, &bag, &err), &err);
    test_full_begin(1000);
    assert_int_equal(rp_evidence_stage(bag, &evidence, &err), RP_E_IO);
    test_full_end();
    assert_holds(err.text, "bag.partial/data/README.txt: cannot be written");
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(folder), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_run, end_run)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(the_evidence_of_a_run_is_these_files),
        IN_FOLDER(findings_are_safe_in_a_spreadsheet),
        IN_FOLDER(the_sample_has_ids_only_where_there_is_a_link),
        IN_FOLDER(rejected_and_collapsed_records_keep_their_bytes),
        IN_FOLDER(records_whose_link_was_there_are_listed_as_runs),
        IN_FOLDER(a_header_without_an_end_gets_one_and_nothing_else_does),
        IN_FOLDER(nothing_rejected_is_no_file),
        IN_FOLDER(the_same_run_leaves_the_same_bytes),
        IN_FOLDER(cell_values_stand_in_three_places_only),
        IN_FOLDER(what_came_after_commit_is_in_what_is_published),
        IN_FOLDER(an_interrupted_run_can_be_completed_from_what_was_staged),
        IN_FOLDER(sha256sum_finds_the_sources),
        IN_FOLDER(a_full_disk_is_told_and_nothing_is_published),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
