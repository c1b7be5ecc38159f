/* test_html.c - the page of a verdict, to the letter. */
#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sha256.h"
#include "report/html.h"
#include "report/htmlstyle.h"
#include "report/json.h"
#include "support/golden.h"
#include "support/sample.h"

static void
check_page(const struct rp_verdict *verdict, const char *golden)
{
    struct rp_buf page = { 0 };

    rp_html_report(&page, verdict);
    assert_false(page.failed);
    assert_golden(rp_buf_view(&page), golden);
    rp_buf_release(&page);
}

/* Without the head, which is the same on every page but for its title. */
static void
check_body(const struct rp_verdict *verdict, const char *golden)
{
    struct rp_buf page = { 0 };
    const char *body;

    rp_html_report(&page, verdict);
    body = strstr(rp_buf_cstr(&page), "<body>");
    assert_non_null(body);
    assert_golden(rp_slice_str(body), golden);
    rp_buf_release(&page);
}

static void
set_check(struct rp_verdict *verdict, const char *id, enum rp_result result,
          const char *actual)
{
    struct rp_check check = *rp_verdict_check(verdict, id);

    check.result = result;
    check.actual = actual;
    rp_verdict_set_check(verdict, &check);
}

static void
a_run_with_exceptions_is_a_page_like_this(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    check_page(&verdict, "html/with-exceptions.html");
    rp_verdict_release(&verdict);
}

static void
a_plain_proof_has_nothing_to_explain(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.outcome = RP_PROVED;
    verdict.finding_count = 0;
    verdict.listed = 0;
    check_body(&verdict, "html/proved.html");
    rp_verdict_release(&verdict);
}

/* Several sources, findings of all kinds, checks that failed, a table that
 * changed. */
static void
a_refused_run_tells_what_stands_in_the_way(void **state)
{
    static const struct rp_table_report other = {
        .table = "terms",
        .role = RP_ROLE_BYSTANDER,
        .there_before = true,
        .rows_before = 1200,
        .digest_before = "00",
        .fingerprint_before = "00",
        .missing = 1200,
    };
    struct rp_source_report sources[2];
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.outcome = RP_NOT_PROVED;
    verdict.committed = false;
    sources[0] = verdict.sources[0];
    sources[1] = verdict.sources[0];
    sources[1].name = "late.csv";
    sources[1].records = (struct rp_record_counts){ .balanced = true };
    sources[1].enrollments = (struct rp_enrollment_counts){ .balanced = false };
    verdict.sources = sources;
    verdict.source_count = 2;
    verdict.map = "autumn.ini";
    verdict.map_sha256 = "4680e0df";
    verdict.enrollments.balanced = false;
    (void)sample_add_table(&verdict, &other);
    sample_table(&verdict, "students")->same = false;
    sample_finding(&verdict, RP_FIELD_COUNT)->accepted = false;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->accepted = false;
    sample_finding(&verdict, RP_UNKNOWN_STUDENT)->limit = NULL;
    set_check(&verdict, "students-preserved", RP_FAIL, NULL);
    set_check(&verdict, "database-sound", RP_SKIPPED, "");
    set_check(&verdict, "committed-state-reread", RP_SKIPPED,
              "nothing was committed");
    check_body(&verdict, "html/refused.html");
    rp_verdict_release(&verdict);
}

static void
a_load_speaks_of_rows(void **state)
{
    static const char *const key[] = { "code", "term" };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.command = "load";
    verdict.declared = "courses";
    verdict.dry_run = true;
    verdict.committed = false;
    verdict.student.table = NULL;
    verdict.course.csv = sample_names(&verdict, key, 2);
    verdict.course.db = sample_names(&verdict, key, 2);
    verdict.map = "courses.ini";
    verdict.map_sha256 = "4680e0df";
    verdict.findings[0].reason = "they are < 3";
    verdict.findings[0].approved_by = "M. Curie, registrar";
    check_body(&verdict, "html/load.html");
    rp_verdict_release(&verdict);
}

/* As many bytes. */
static const char *
long_name(struct rp_verdict *verdict, size_t size)
{
    char *name = rp_arena_alloc(&verdict->arena, size + 1);

    assert_non_null(name);
    memset(name, 'x', size);
    name[0] = '<';
    return name;
}

/* Names as rp_show leaves them, in every place that a name can have. */
static void
hostile_names_are_only_text(void **state)
{
    static const char script[] = "<script>alert(1)</script>";
    static const char attribute[] = "\" onmouseover=\"alert('2')";
    static const char controls[] = "\\x1b[2J\\xe2\\x80\\xae\\x00";
    const char *names[] = { script, attribute, controls, "&amp;", NULL };
    struct rp_names all = { names, TEST_COUNT(names) };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    names[4] = long_name(&verdict, 10240);
    verdict.program = "</style><style>";
    verdict.command = "</title>";
    verdict.school = attribute;
    verdict.declared = script;
    verdict.student = (struct rp_side){ script, all, all };
    verdict.where = all;
    verdict.left_out = all;
    verdict.sources[0].name = names[4];
    verdict.sources[0].sha256 = script;
    verdict.sources[0].encoding = script;
    verdict.sources[0].delimiter = "<";
    verdict.sources[0].newline = script;
    verdict.sources[0].header = all;
    verdict.map = script;
    verdict.map_sha256 = script;
    verdict.findings[0].reason = script;
    verdict.findings[0].approved_by = attribute;
    verdict.findings[0].limit = script;
    verdict.findings[0].detail = script;
    verdict.findings[0].positions[0].disposition = script;
    verdict.findings[0].positions[0].column = attribute;
    verdict.tables[0].table = script;
    verdict.tables[0].digest_before = script;
    verdict.checks[0] = (struct rp_check){ script, RP_FAIL, script, names[4] };
    check_page(&verdict, "html/hostile.html");
    rp_verdict_release(&verdict);
}

static bool
mentions(const struct rp_verdict *verdict, const char *part)
{
    struct rp_buf page = { 0 };
    bool found;

    rp_html_report(&page, verdict);
    found = strstr(rp_buf_cstr(&page), part) != NULL;
    rp_buf_release(&page);
    return found;
}

/* What a shared copy lacks is not what its page sends people to. */
static void
a_shared_copy_names_only_what_it_has(void **state)
{
    static const char *const lacking[] = { "map.ini", "sample.csv",
                                           "each with its key" };
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.map = "autumn.ini";
    verdict.map_sha256 = "4680e0df";
    for (size_t i = 0; i < TEST_COUNT(lacking); i++) {
        verdict.shared = false;
        assert_true(mentions(&verdict, lacking[i]));
        verdict.shared = true;
        assert_false(mentions(&verdict, lacking[i]));
    }
    rp_verdict_release(&verdict);
}

/* A thousand numbers, the last of which is another. */
static void
the_difference_of_long_texts_is_shown(void **state)
{
    struct rp_buf expected = { 0 };
    struct rp_buf actual = { 0 };
    struct rp_buf page = { 0 };
    struct rp_verdict verdict;

    (void)state;
    for (int i = 1000; i < 2000; i++) {
        rp_buf_printf(&expected, "%d\xe2\x82\xac", i);
        rp_buf_printf(&actual, "%d\xe2\x82\xac", i == 1999 ? 7777 : i);
    }
    sample_verdict(&verdict);
    verdict.checks[0] =
        (struct rp_check){ "records-balanced", RP_FAIL, rp_buf_cstr(&expected),
                           rp_buf_cstr(&actual) };
    rp_html_report(&page, &verdict);
    assert_holds(rp_buf_cstr(&page),
                 "data-h=\"Expected\"><span class=\"cut\">&hellip;</span>"
                 "<bdi>\xe2\x82\xac"
                 "1985\xe2\x82\xac");
    assert_holds(rp_buf_cstr(&page),
                 "1998\xe2\x82\xac"
                 "1999\xe2\x82\xac"
                 "</bdi><span class=\"cut\"> (5,000 characters)</span>");
    assert_holds(rp_buf_cstr(&page), "1998\xe2\x82\xac"
                                     "7777\xe2\x82\xac"
                                     "</bdi>");
    rp_buf_release(&expected);
    rp_buf_release(&actual);
    rp_buf_release(&page);
    rp_verdict_release(&verdict);
}

static void
what_was_read_back_gives_the_same_page(void **state)
{
    struct rp_verdict verdict;
    struct rp_verdict again;
    struct rp_buf json = { 0 };
    struct rp_buf first = { 0 };
    struct rp_buf second = { 0 };
    struct rp_err err;

    (void)state;
    sample_verdict(&verdict);
    assert_ok(rp_json_verdict(&json, &verdict, &err), &err);
    assert_ok(rp_json_read(rp_buf_view(&json), "verdict.json", &again, &err),
              &err);
    rp_html_report(&first, &verdict);
    rp_html_report(&second, &again);
    assert_same(rp_buf_view(&second), rp_buf_view(&first));
    rp_verdict_release(&verdict);
    rp_verdict_release(&again);
    rp_buf_release(&json);
    rp_buf_release(&first);
    rp_buf_release(&second);
}

/* A thousand sources and tables; only the last table changed. */
static void
multiply(struct rp_verdict *verdict)
{
    const size_t count = 1000;
    struct rp_source_report *sources =
        rp_arena_array(&verdict->arena, count, sizeof *sources);
    struct rp_table_report *tables =
        rp_arena_array(&verdict->arena, count, sizeof *tables);

    assert_non_null(sources);
    assert_non_null(tables);
    for (size_t i = 0; i < count; i++) {
        sources[i] = verdict->sources[0];
        tables[i] = verdict->tables[0];
        tables[i].role = RP_ROLE_BYSTANDER;
    }
    tables[count - 1].same = false;
    tables[count - 1].table = "the_last_of_all";
    verdict->sources = sources;
    verdict->source_count = count;
    verdict->tables = tables;
    verdict->table_count = count;
}

/* What goes on for ever is cut, and the totals are told. */
static void
a_page_of_very_many_things_stays_short(void **state)
{
    static const char *const told[] = {
        "Shown 20 of 1,000 sources; verdict.json",
        "Shown 200 of 1,000 sources; inputs.sha256",
        "Shown 100 of 1,000 tables; tables.csv",
        ">Where: shown 2 of 9,000; findings.csv has all of them<",
        "the_last_of_all",
    };
    struct rp_verdict verdict;
    struct rp_buf page = { 0 };

    (void)state;
    sample_verdict(&verdict);
    multiply(&verdict);
    sample_finding(&verdict, RP_FIELD_COUNT)->listed = 9000;
    rp_html_report(&page, &verdict);
    assert_true(page.len < 400000);
    for (size_t i = 0; i < TEST_COUNT(told); i++)
        assert_holds(rp_buf_cstr(&page), told[i]);
    rp_buf_release(&page);
    rp_verdict_release(&verdict);
}

/* RFC 4648; 32 bytes leave two over. */
static void
put_base64(struct rp_buf *out, const unsigned char bytes[RP_SHA256_BYTES])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < RP_SHA256_BYTES; i += 3) {
        uint32_t three = (uint32_t)bytes[i] << 16 |
                         (uint32_t)bytes[i + 1] << 8 |
                         (i + 2 < RP_SHA256_BYTES ? bytes[i + 2] : 0);

        for (unsigned shift = 24; shift > 0; shift -= 6)
            rp_buf_byte(out,
                        (unsigned char)digits[three >> (shift - 6) & 0x3f]);
    }
    out->ptr[out->len - 1] = '=';
}

static void
the_policy_names_the_hash_of_the_style_sheet(void **state)
{
    unsigned char digest[RP_SHA256_BYTES];
    struct rp_sha256 *sha = NULL;
    struct rp_buf style = { 0 };
    struct rp_buf hash = { 0 };
    struct rp_err err;

    (void)state;
    rp_html_style(&style);
    assert_ok(rp_sha256_open(&sha, &err), &err);
    assert_ok(rp_sha256_put(sha, rp_buf_view(&style), &err), &err);
    assert_ok(rp_sha256_finish(sha, digest, &err), &err);
    put_base64(&hash, digest);
    assert_string_equal(RP_HTML_STYLE_SHA256, rp_buf_cstr(&hash));
    /* Nothing in it may end the element, or ask for anything. */
    assert_null(strchr(rp_buf_cstr(&style), '<'));
    assert_null(strstr(rp_buf_cstr(&style), "url("));
    assert_null(strstr(rp_buf_cstr(&style), "@import"));
    rp_sha256_close(sha);
    rp_buf_release(&style);
    rp_buf_release(&hash);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_with_exceptions_is_a_page_like_this),
        cmocka_unit_test(a_plain_proof_has_nothing_to_explain),
        cmocka_unit_test(a_refused_run_tells_what_stands_in_the_way),
        cmocka_unit_test(a_load_speaks_of_rows),
        cmocka_unit_test(hostile_names_are_only_text),
        cmocka_unit_test(a_shared_copy_names_only_what_it_has),
        cmocka_unit_test(the_difference_of_long_texts_is_shown),
        cmocka_unit_test(what_was_read_back_gives_the_same_page),
        cmocka_unit_test(a_page_of_very_many_things_stays_short),
        cmocka_unit_test(the_policy_names_the_hash_of_the_style_sheet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
