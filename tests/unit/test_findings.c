/* test_findings.c - findings come back as they were added, in their order. */
#include "support/test.h"

#include <stdbool.h>
#include <string.h>

#include "plan/findings.h"
#include "support/full.h"

static char *folder;

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static struct rp_findings *
open_findings(size_t memory_bytes)
{
    struct rp_findings *findings = NULL;
    struct rp_err err;

    assert_ok(rp_findings_open(folder, memory_bytes, &findings, &err), &err);
    return findings;
}

static struct rp_findings_reader *
open_reader(const struct rp_findings *findings)
{
    struct rp_findings_reader *reader = NULL;
    struct rp_err err;

    assert_ok(rp_findings_read(findings, &reader, &err), &err);
    return reader;
}

static void
add(struct rp_findings *findings, const struct rp_finding *finding)
{
    struct rp_err err;

    assert_ok(rp_findings_add(findings, finding, &err), &err);
}

static bool
next(struct rp_findings_reader *reader, struct rp_finding *out_finding)
{
    struct rp_err err;
    bool more = false;

    assert_ok(rp_findings_next(reader, out_finding, &more, &err), &err);
    return more;
}

static void
assert_alike(const struct rp_finding *left, const struct rp_finding *right)
{
    assert_int_equal(left->source, right->source);
    assert_true(left->record == right->record);
    assert_true(left->first_line == right->first_line);
    assert_true(left->last_line == right->last_line);
    assert_true(left->byte_start == right->byte_start);
    assert_true(left->byte_end == right->byte_end);
    assert_same(left->code, right->code);
    assert_same(left->disposition, right->disposition);
    assert_same(left->column, right->column);
    assert_same(left->key, right->key);
    assert_same(left->remedy, right->remedy);
}

static const struct rp_finding samples[] = {
    { .source = RP_NO_SOURCE },
    { .code = RP_LIT_INIT("unknown-student"),
      .source = 1,
      .record = 2,
      .first_line = 3,
      .last_line = 4,
      .byte_start = 5,
      .byte_end = 6,
      .disposition = RP_LIT_INIT("rejected"),
      .column = RP_LIT_INIT("student_id"),
      .key = RP_LIT_INIT("a\0b\n\xff | c"),
      .remedy = RP_LIT_INIT("Correct it.") },
    { .code = RP_LIT_INIT("column-not-carried"),
      .source = 32766,
      .record = UINT64_MAX,
      .first_line = UINT64_MAX - 1,
      .last_line = UINT64_MAX - 2,
      .byte_start = UINT64_MAX - 3,
      .byte_end = UINT64_MAX - 4,
      .column = RP_LIT_INIT("grade") },
};

static void
check_samples(size_t memory_bytes)
{
    struct rp_findings *findings = open_findings(memory_bytes);
    struct rp_findings_reader *reader;
    struct rp_finding finding;

    for (size_t i = 0; i < TEST_COUNT(samples); i++)
        add(findings, &samples[i]);
    assert_int_equal(rp_findings_count(findings), TEST_COUNT(samples));
    reader = open_reader(findings);
    for (size_t i = 0; i < TEST_COUNT(samples); i++) {
        assert_true(next(reader, &finding));
        assert_alike(&finding, &samples[i]);
    }
    assert_false(next(reader, &finding));
    assert_false(next(reader, &finding));
    rp_findings_reader_close(reader);
    rp_findings_close(findings);
}

static void
a_finding_comes_back_as_it_was(void **state)
{
    (void)state;
    check_samples(1 << 20);
    check_samples(1);
    check_samples(0);
}

static void
nothing_added_is_nothing_read(void **state)
{
    struct rp_findings *findings = open_findings(100);
    struct rp_findings_reader *reader = open_reader(findings);
    struct rp_finding finding;

    (void)state;
    assert_int_equal(rp_findings_count(findings), 0);
    assert_false(next(reader, &finding));
    rp_findings_reader_close(reader);
    rp_findings_close(findings);
    rp_findings_reader_close(NULL);
    rp_findings_close(NULL);
}

/* Number n, with texts of very different lengths. */
static struct rp_finding
numbered(uint64_t n, unsigned char *text, size_t text_max)
{
    struct rp_finding finding = { .source = 0, .record = n };
    size_t len = n % 97 == 0 ? text_max : (size_t)(n % 13);

    memset(text, (int)('a' + n % 26), text_max);
    finding.key = (struct rp_slice){ text, len };
    finding.remedy = (struct rp_slice){ text, (size_t)(n % 5) };
    return finding;
}

static void
many_findings_keep_their_order_on_disk(void **state)
{
    static unsigned char text[70000];
    struct rp_findings *findings = open_findings(10000);
    struct rp_findings_reader *reader;
    struct rp_finding finding;

    (void)state;
    for (uint64_t n = 1; n <= 2000; n++) {
        finding = numbered(n, text, sizeof text);
        add(findings, &finding);
    }
    reader = open_reader(findings);
    for (uint64_t n = 1; n <= 2000; n++) {
        struct rp_finding expected = numbered(n, text, sizeof text);

        assert_true(next(reader, &finding));
        assert_alike(&finding, &expected);
    }
    assert_false(next(reader, &finding));
    rp_findings_reader_close(reader);
    rp_findings_close(findings);
}

static void
two_readers_do_not_disturb_each_other(void **state)
{
    struct rp_findings *findings = open_findings(1);
    struct rp_findings_reader *left;
    struct rp_findings_reader *right;
    struct rp_finding of_left;
    struct rp_finding of_right;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(samples); i++)
        add(findings, &samples[i]);
    left = open_reader(findings);
    right = open_reader(findings);
    assert_true(next(left, &of_left));
    assert_true(next(left, &of_left));
    assert_true(next(right, &of_right));
    assert_alike(&of_left, &samples[1]);
    assert_alike(&of_right, &samples[0]);
    rp_findings_reader_close(left);
    rp_findings_reader_close(right);
    rp_findings_close(findings);
}

static void
a_finding_that_is_not_kept_is_not_counted(void **state)
{
    static const unsigned char text[200000];
    const struct rp_finding large = { .key = { text, sizeof text } };
    struct rp_findings *findings = open_findings(0);
    struct rp_err err;

    (void)state;
    test_full_begin(1000);
    assert_int_equal(rp_findings_add(findings, &large, &err), RP_E_IO);
    test_full_end();
    assert_holds(err.text, folder);
    assert_int_equal(rp_findings_count(findings), 0);
    rp_findings_close(findings);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_comes_back_as_it_was),
        cmocka_unit_test(nothing_added_is_nothing_read),
        cmocka_unit_test(many_findings_keep_their_order_on_disk),
        cmocka_unit_test(two_readers_do_not_disturb_each_other),
        cmocka_unit_test(a_finding_that_is_not_kept_is_not_counted),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
