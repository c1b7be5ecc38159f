/* test_json.c - verdict.json to the letter, and nothing else is read back. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "support/golden.h"
#include "support/sample.h"

#define GOLDEN "json/verdict.json"

static void
write_verdict(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct rp_err err;

    assert_ok(rp_json_verdict(out, verdict, &err), &err);
}

/* The sample as verdict.json. */
static void
write_sample(struct rp_buf *out)
{
    struct rp_verdict verdict;

    sample_verdict(&verdict);
    write_verdict(out, &verdict);
    rp_verdict_release(&verdict);
}

/* Reading text fails, and the message holds part. */
static void
check_refused(struct rp_slice text, const char *part)
{
    struct rp_verdict verdict = { .program = "untouched" };
    struct rp_err err;

    assert_int_equal(rp_json_read(text, "verdict.json", &verdict, &err),
                     RP_E_IO);
    assert_string_equal(verdict.program, "untouched");
    assert_holds(err.text, "verdict.json:");
    assert_holds(err.text, part);
}

/* The sample with the first from changed into to. */
static void
put_changed(struct rp_buf *out, const char *from, const char *to)
{
    struct rp_buf text = { 0 };
    const char *at;

    write_sample(&text);
    at = strstr(rp_buf_cstr(&text), from);
    assert_non_null(at);
    rp_buf_put(out, text.ptr, (size_t)(at - (const char *)text.ptr));
    rp_buf_str(out, to);
    rp_buf_str(out, at + strlen(from));
    rp_buf_release(&text);
}

static void
check_changed(const char *from, const char *to, const char *part)
{
    struct rp_buf text = { 0 };

    put_changed(&text, from, to);
    check_refused(rp_buf_view(&text), part);
    rp_buf_release(&text);
}

static void
a_verdict_is_written_like_this(void **state)
{
    struct rp_buf text = { 0 };

    (void)state;
    write_sample(&text);
    assert_golden(rp_buf_view(&text), GOLDEN);
    rp_buf_release(&text);
}

static void
it_is_put_behind_what_is_there(void **state)
{
    struct rp_buf text = { 0 };

    (void)state;
    rp_buf_str(&text, "x");
    write_sample(&text);
    assert_memory_equal(text.ptr, "x{\n", 3);
    rp_buf_release(&text);
}

/* Everything that may be absent is absent, everything else is odd. */
static void
make_odd(struct rp_verdict *verdict)
{
    static const char *const names[] = { "a\\\\b", "\\x1b[2J", "Zoë \"Z\"" };

    verdict->command = "load";
    verdict->outcome = RP_NOT_PROVED;
    verdict->committed = false;
    verdict->dry_run = true;
    verdict->course.table = NULL;
    verdict->carried.table = verdict->declared;
    verdict->carried.csv = sample_names(verdict, names, 1);
    verdict->carried.db = verdict->carried.csv;
    verdict->sources[0].quote = "\"";
    verdict->sources[0].carried = verdict->carried.csv;
    verdict->where = sample_names(verdict, names, TEST_COUNT(names));
    verdict->sources[0].bytes = INT64_MAX;
    verdict->sources[0].bytes_balanced = false;
    verdict->records.balanced = false;
    verdict->enrollments.balanced = false;
    verdict->findings[0].detail = names[2];
    verdict->findings[0].reason = names[0];
    verdict->findings[1].approved_by = names[2];
    verdict->map = names[1];
    verdict->map_sha256 = "5feceb66";
    verdict->findings[0].positions[0] =
        (struct rp_position){ .column = names[2] };
    verdict->findings[0].positions[1].byte_start = 0;
    verdict->tables[0].there_after = false;
    verdict->tables[1].role = RP_ROLE_BYSTANDER;
    verdict->checks[0].expected = NULL;
    verdict->checks[1].actual = NULL;
    verdict->checks[1].result = RP_FAIL;
    verdict->checks[2].result = RP_SKIPPED;
}

static void
check_read_back(const struct rp_verdict *verdict)
{
    struct rp_verdict again;
    struct rp_buf first = { 0 };
    struct rp_buf second = { 0 };
    struct rp_err err;

    write_verdict(&first, verdict);
    assert_ok(rp_json_read(rp_buf_view(&first), "verdict.json", &again, &err),
              &err);
    write_verdict(&second, &again);
    assert_same(rp_buf_view(&second), rp_buf_view(&first));
    rp_verdict_release(&again);
    rp_buf_release(&first);
    rp_buf_release(&second);
}

static void
what_was_written_is_read_back(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    check_read_back(&verdict);
    make_odd(&verdict);
    check_read_back(&verdict);
    verdict.source_count = 0;
    verdict.finding_count = 0;
    verdict.table_count = 0;
    verdict.check_count = 0;
    check_read_back(&verdict);
    rp_verdict_release(&verdict);
}

static void
only_a_shared_copy_says_that_it_is_one(void **state)
{
    struct rp_verdict verdict;
    struct rp_buf text = { 0 };

    (void)state;
    sample_verdict(&verdict);
    verdict.shared = true;
    write_verdict(&text, &verdict);
    assert_holds(rp_buf_cstr(&text), "  \"dry_run\": false,\n"
                                     "  \"shared\": true,\n");
    check_read_back(&verdict);
    rp_verdict_release(&verdict);
    rp_buf_release(&text);
    check_changed("\"dry_run\": false", "\"dry_run\": false, \"shared\": 1",
                  "shared is neither true nor false");
}

static void
reading_leaves_nothing_out(void **state)
{
    struct rp_verdict verdict;
    struct rp_buf text = { 0 };
    struct rp_err err;

    (void)state;
    write_sample(&text);
    assert_ok(rp_json_read(rp_buf_view(&text), "verdict.json", &verdict, &err),
              &err);
    rp_buf_release(&text);
    assert_string_equal(verdict.student.table, "students");
    assert_string_equal(verdict.left_out.items[1], "grade");
    assert_null(verdict.carried.table);
    assert_string_equal(verdict.sources[0].quote, "'");
    assert_string_equal(verdict.sources[0].course.items[0], "#2");
    assert_int_equal(verdict.sources[0].bytes_rejected, 51);
    assert_int_equal(verdict.findings[2].code, RP_UNKNOWN_STUDENT);
    assert_string_equal(verdict.findings[2].limit, "3");
    assert_false(verdict.tables[2].there_before);
    assert_true(verdict.tables[2].there_after);
    assert_int_equal(verdict.tables[2].added, 8);
    assert_int_equal(verdict.listed, 8);
    assert_int_equal(verdict.sources[0].records.rejected, 3);
    assert_int_equal(verdict.sources[0].enrollments.inserted, 8);
    assert_int_equal(verdict.findings[0].listed, 2);
    assert_int_equal(verdict.findings[0].position_count, 2);
    assert_int_equal(verdict.findings[0].positions[1].last_line, 12);
    rp_verdict_release(&verdict);
}

/* What a later version says may turn what it says beside it. */
static void
what_this_version_does_not_write_is_refused(void **state)
{
    static const struct {
        const char *from, *to, *part;
    } changes[] = {
        { "{\n", "{\n  \"later\": [1.5, {}, \"\\u001b\"],\n",
          "line 2, \"later\": [1.5, {}, \"\\\\u001b\"] is not what this" },
        { "\"same\": true", "\"same\": true,\n      \"later\": 1",
          ", \"later\": 1 is not what this version writes there; " },
        { "\"committed\": true", "\"committed\":  true", "line 8, " },
        { "]\n}\n", "]\n}", "line " },
        { "]\n}\n", "]\n}\n\n", "line " },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(changes); i++)
        check_changed(changes[i].from, changes[i].to, changes[i].part);
}

static void
the_version_that_wrote_it_is_named(void **state)
{
    (void)state;
    check_changed("verdict/1\"", "verdict/2\"",
                  "verdict.json: has the schema rollproof/verdict/2 and was "
                  "written by a newer rollproof, 0.1.0; this one reads "
                  "rollproof/verdict/1: use that one");
    check_changed("verdict/1\"", "verdict/10\"", "by a newer rollproof");
    check_changed("verdict/1\"", "verdict/0\"",
                  "schema is not rollproof/verdict/1");
    check_changed("verdict/1\"", "verdict/1b\"", "schema is not ");
    check_changed("verdict/1\"", "verdict/\"", "schema is not ");
    check_changed("rollproof/verdict/1\"", "other/2\"", "schema is not ");
    check_changed("      \"listed\": 2,\n", "",
                  "findings[0].listed is missing; only evidence that nobody "
                  "changed can be read, by the version that wrote it: "
                  "rollproof 0.1.0");
}

/* The name of the member that the text starts with, with its quotes. */
static struct rp_slice
member_at(const char *text)
{
    const char *end = strchr(text + 1, '"');
    struct rp_slice name = { (const unsigned char *)text, 0 };

    assert_non_null(end);
    if (end[1] == ':')
        name.len = (size_t)(end + 1 - text);
    return name;
}

static void
every_member_is_needed(void **state)
{
    struct rp_buf text = { 0 };
    size_t members = 0;

    (void)state;
    write_sample(&text);
    for (const char *at = strchr(rp_buf_cstr(&text), '"'); at != NULL;
         at = strchr(strchr(at + 1, '"') + 1, '"')) {
        struct rp_slice name = member_at(at);
        size_t place = (size_t)(at - (const char *)text.ptr) + 1;

        if (name.len == 0)
            continue;
        members++;
        text.ptr[place] ^= 1;
        check_refused(rp_buf_view(&text), " is missing; ");
        text.ptr[place] ^= 1;
    }
    assert_int_equal(members, 233);
    rp_buf_release(&text);
}

static void
a_value_of_another_type_is_refused_by_name(void **state)
{
    static const struct {
        const char *from, *to, *part;
    } changes[] = {
        { "\"0.1.0\"", "1", "rollproof is no text" },
        { "\"proved-with-exceptions\"", "\"perfect\"", "verdict is a word" },
        { "\"committed\": true", "\"committed\": 1", "committed is neither" },
        { "\"where\": []", "\"where\": {}", "mapping.where is no array" },
        { "\"student\": {", "\"student\": \"x\", \"z\": {",
          "mapping.csv is missing" },
        { "\"where\": []", "\"where\": [[]]", "mapping.where is no text" },
        { "\"bytes\": 396", "\"bytes\": -1", "sources[0].bytes is no count" },
        { "\"bytes\": 396", "\"bytes\": 1.0", "sources[0].bytes is no count" },
        { "\"bytes\": 396", "\"bytes\": null", "sources[0].bytes is no count" },
        { "\"bytes\": 396", "\"bytes\": 9223372036854775808",
          "too big integer" },
        { "\"byte_classes\": {", "\"byte_classes\": 0, \"z\": {",
          "sources[0].byte_classes is no object" },
        { "\"inserted\": 8", "\"inserted\": \"8\"",
          "enrollments.inserted is no" },
        { "\"field-count\"", "\"none\"", "findings[0].code is a word" },
        { "\"field-count\"", "\"later\"", "findings[0].code is a word" },
        { "\"blocking\"", "\"note\"", "findings[0].severity does not" },
        { "\"limit\": \"2\"", "\"limit\": 2", "findings[0].limit is no text" },
        { "\"source\": 1", "\"source\": 2", "findings[0].positions tell of" },
        { "\"listed\": 2", "\"listed\": 1", "findings[0].positions are more" },
        { "\"planned\": 8", "\"planned\": null", "sources[0].planned is no" },
        { "\"preserved\"", "\"\"", "tables[0].role is a word" },
        { "\"rows_before\": null", "\"rows_before\": 1",
          "tables[2].digest_before is no text" },
        { "\"digest_before\": null", "\"digest_before\": \"0\"",
          "tables[2].digest_before tells of a table" },
        { "\"pass\"", "\"passed\"", "checks[0].result is a word" },
        { "\"396\"", "\"\\u001b[2J\"", "holds a control character" },
        { "\"396\"", "\"\\u202e\"", "holds a control character" },
        { "\"396\"", "\"\xff\"", "is no JSON" },
        { "\"396\"", "\"a\\u0000b\"", "is no JSON" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(changes); i++)
        check_changed(changes[i].from, changes[i].to, changes[i].part);
}

static void
what_is_no_json_is_refused_with_its_line(void **state)
{
    (void)state;
    check_refused(RP_LIT(""), "verdict.json:1: is no JSON");
    check_refused((struct rp_slice){ NULL, 0 }, "is no JSON");
    check_refused(RP_LIT("{\n}}"), "verdict.json:2: is no JSON");
    check_refused(RP_LIT("[]"), "schema is missing");
    check_refused(RP_LIT("\"schema\""), "is no JSON");
    check_refused(RP_LIT("{\"a\": \x1b}"), "\\x1b");
    check_changed("\"listed\": 8", "\"listed\": 8, \"listed\": 9", "duplicate");
}

static void
half_a_verdict_is_refused(void **state)
{
    struct rp_buf text = { 0 };

    (void)state;
    write_sample(&text);
    for (size_t len = 0; len + 2 < text.len; len++)
        check_refused((struct rp_slice){ text.ptr, len }, "is no JSON");
    rp_buf_release(&text);
}

static void
depth_and_length_are_bounded(void **state)
{
    const size_t depth = 1000000;
    struct rp_buf text = { 0 };

    (void)state;
    for (size_t i = 0; i < depth; i++)
        rp_buf_byte(&text, '[');
    check_refused(rp_buf_view(&text), "is no JSON");
    check_refused((struct rp_slice){ text.ptr, RP_VERDICT_MAX_BYTES + 1 },
                  "is longer than");
    rp_buf_release(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_is_written_like_this),
        cmocka_unit_test(it_is_put_behind_what_is_there),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(only_a_shared_copy_says_that_it_is_one),
        cmocka_unit_test(reading_leaves_nothing_out),
        cmocka_unit_test(what_this_version_does_not_write_is_refused),
        cmocka_unit_test(the_version_that_wrote_it_is_named),
        cmocka_unit_test(every_member_is_needed),
        cmocka_unit_test(a_value_of_another_type_is_refused_by_name),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
        cmocka_unit_test(half_a_verdict_is_refused),
        cmocka_unit_test(depth_and_length_are_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
