/* test_notice.c - what CI and monitoring are told, to the letter. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "report/notice.h"
#include "support/golden.h"
#include "support/sample.h"

static struct rp_notice
make_notice(const struct rp_verdict *verdict)
{
    return (struct rp_notice){
        .program = "0.1.0",
        .command = "migrate",
        .school = "/srv/school.db",
        .message = "",
        .verdict = verdict,
        .finished_s = 1795361401,
        .finished = "2026-11-22T15:30:01Z",
        .duration_ms = 1023,
        .lock_ms = 7,
        .last_success_s = 1795275000,
    };
}

static void
check_junit(const struct rp_notice *notice, const char *golden)
{
    struct rp_buf text = { 0 };

    rp_junit(&text, notice);
    assert_golden(rp_buf_view(&text), golden);
    assert_memory_equal(text.ptr, RP_JUNIT_BEGINS, strlen(RP_JUNIT_BEGINS));
    rp_buf_release(&text);
}

static void
check_metrics(const struct rp_notice *notice, const char *golden)
{
    struct rp_buf text = { 0 };

    rp_metrics(&text, notice);
    assert_golden(rp_buf_view(&text), golden);
    assert_memory_equal(text.ptr, RP_METRICS_BEGIN, strlen(RP_METRICS_BEGIN));
    rp_buf_release(&text);
}

static void
a_run_with_exceptions_is_told_like_this(void **state)
{
    struct rp_verdict verdict;
    struct rp_notice notice;

    (void)state;
    sample_verdict(&verdict);
    notice = make_notice(&verdict);
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->reason = "left in 2019";
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->approved_by = "Zoë";
    check_junit(&notice, "notice/with-exceptions.xml");
    check_metrics(&notice, "notice/with-exceptions.prom");
    rp_verdict_release(&verdict);
}

static void
a_refused_run_is_told_like_this(void **state)
{
    const struct rp_check failed = { "links-as-planned", RP_FAIL, "8 links",
                                     NULL };
    const struct rp_check skipped = { "committed-state-reread", RP_SKIPPED,
                                      "database", "nothing was committed" };
    struct rp_verdict verdict;
    struct rp_notice notice;

    (void)state;
    sample_verdict(&verdict);
    notice = make_notice(&verdict);
    notice.exit_code = 3;
    verdict.outcome = RP_NOT_PROVED;
    verdict.committed = false;
    rp_verdict_set_check(&verdict, &failed);
    rp_verdict_set_check(&verdict, &skipped);
    sample_finding(&verdict, RP_FIELD_COUNT)->accepted = false;
    sample_finding(&verdict, RP_FIELD_COUNT)->limit = "1";
    sample_finding(&verdict, RP_FIELD_COUNT)->listed = 9;
    sample_finding(&verdict, RP_EMPTY_KEY)->accepted = false;
    sample_finding(&verdict, RP_EMPTY_KEY)->limit = NULL;
    sample_finding(&verdict, RP_EMPTY_KEY)->detail = "a, b";
    check_junit(&notice, "notice/refused.xml");
    check_metrics(&notice, "notice/refused.prom");
    rp_verdict_release(&verdict);
}

static void
a_run_that_failed_is_told_before_all_others(void **state)
{
    struct rp_notice notice = make_notice(NULL);

    (void)state;
    notice.exit_code = 75;
    notice.message = "school.db: is locked by somebody else";
    check_junit(&notice, "notice/failed.xml");
    check_metrics(&notice, "notice/failed.prom");
}

/* The text between the first from and the next to of what is written. */
static void
put_between(struct rp_buf *out, const struct rp_buf *text, const char *from,
            const char *to)
{
    const char *begin = strstr((const char *)text->ptr, from);
    const char *end;

    assert_non_null(begin);
    begin += strlen(from);
    end = strstr(begin, to);
    assert_non_null(end);
    rp_buf_put(out, begin, (size_t)(end - begin));
}

static void
what_means_something_to_xml_is_escaped(void **state)
{
    static const char *const texts[][2] = {
        { "<&>\"'", "&lt;&amp;&gt;&quot;&apos;" },
        { "]]>", "]]&gt;" },
        { "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd",
          "\\xef\\xbf\\xbe\\xef\\xbf\\xbf\xef\xbf\xbd" },
        { "a\nb\tc\x1b", "a\\x0ab\\x09c\\x1b" },
        { "Zo\xc3\xab", "Zo\xc3\xab" },
    };
    struct rp_notice notice = make_notice(NULL);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct rp_buf text = { 0 };
        struct rp_buf part = { 0 };

        notice.exit_code = 2;
        notice.message = texts[i][0];
        rp_junit(&text, &notice);
        (void)rp_buf_cstr(&text);
        put_between(&part, &text, "message=\"", "\"");
        assert_string_equal(rp_buf_cstr(&part), texts[i][1]);
        rp_buf_release(&text);
        rp_buf_release(&part);
    }
}

static void
what_means_something_in_a_label_is_escaped(void **state)
{
    struct rp_notice notice = make_notice(NULL);
    struct rp_buf text = { 0 };
    struct rp_buf part = { 0 };

    (void)state;
    notice.school = "a\"} 1 \\x0a\\\\b";
    rp_metrics(&text, &notice);
    (void)rp_buf_cstr(&text);
    put_between(&part, &text, "school=\"", "} 0\n");
    assert_string_equal(rp_buf_cstr(&part), "a\\\"} 1 \\\\x0a\\\\\\\\b\"");
    rp_buf_release(&text);
    rp_buf_release(&part);
}

static void
a_success_is_the_last_success(void **state)
{
    struct rp_notice notice = make_notice(NULL);
    struct rp_buf text = { 0 };

    (void)state;
    rp_metrics(&text, &notice);
    assert_int_equal(rp_metrics_last_success(rp_buf_view(&text), &notice),
                     notice.finished_s);
    rp_buf_reset(&text);
    notice.exit_code = 3;
    rp_metrics(&text, &notice);
    assert_int_equal(rp_metrics_last_success(rp_buf_view(&text), &notice),
                     notice.last_success_s);
    notice.school = "other.db";
    assert_int_equal(rp_metrics_last_success(rp_buf_view(&text), &notice), 0);
    notice.school = "/srv/school.db";
    notice.command = "verify";
    assert_int_equal(rp_metrics_last_success(rp_buf_view(&text), &notice), 0);
    rp_buf_release(&text);
}

#define SAMPLE                                                                 \
    "rollproof_last_success_timestamp_seconds{command=\"migrate\",school="     \
    "\"/srv/school.db\"} "

static void
what_is_no_time_is_no_success(void **state)
{
    static const struct {
        const char *text;
        uint64_t seconds;
    } files[] = {
        { "", 0 },
        { SAMPLE, 0 },
        { SAMPLE "\n", 0 },
        { SAMPLE "12", 12 },
        { SAMPLE "12\n" SAMPLE "13\n", 13 },
        { "# x\n" SAMPLE "12\n# y\n", 12 },
        { SAMPLE "-1\n", 0 },
        { SAMPLE "1e9\n", 0 },
        { SAMPLE "1.5\n", 0 },
        { SAMPLE "12 13\n", 0 },
        { SAMPLE "999999999999\n", 999999999999 },
        { SAMPLE "9999999999999\n", 0 },
        { "x" SAMPLE "12\n", 0 },
    };
    const struct rp_notice notice = make_notice(NULL);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(files); i++)
        assert_int_equal(
            rp_metrics_last_success(rp_slice_str(files[i].text), &notice),
            files[i].seconds);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_with_exceptions_is_told_like_this),
        cmocka_unit_test(a_refused_run_is_told_like_this),
        cmocka_unit_test(a_run_that_failed_is_told_before_all_others),
        cmocka_unit_test(what_means_something_to_xml_is_escaped),
        cmocka_unit_test(what_means_something_in_a_label_is_escaped),
        cmocka_unit_test(a_success_is_the_last_success),
        cmocka_unit_test(what_is_no_time_is_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
