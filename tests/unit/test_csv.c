/* test_csv.c - libcsv, fed line by line, in the one way that loses nothing. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "source/csv.h"
#include "support/source.h"

static struct rp_csv *
open_csv(unsigned char delimiter, unsigned char quote)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_csv *csv = NULL;
    struct rp_err err;

    dialect.delimiter = delimiter;
    dialect.quote = quote;
    assert_ok(rp_csv_open(&dialect, &csv, &err), &err);
    return csv;
}

static enum rp_csv_state
feed(struct rp_csv *csv, struct rp_slice line)
{
    enum rp_csv_state state = RP_CSV_UNCLOSED;
    struct rp_err err;

    assert_ok(rp_csv_feed(csv, line, &state, &err), &err);
    return state;
}

static void
put_state(struct rp_buf *out, const struct rp_csv *csv, enum rp_csv_state state)
{
    static const char *const words[] = {
        [RP_CSV_MORE] = "more",           [RP_CSV_RECORD] = "",
        [RP_CSV_STRAY] = "stray",         [RP_CSV_UNCLOSED] = "unclosed",
        [RP_CSV_TOO_LARGE] = "too large",
    };
    size_t count;

    rp_buf_str(out, words[state]);
    if (state == RP_CSV_RECORD) {
        const struct rp_slice *fields = rp_csv_fields(csv, &count);

        test_put_fields(out, fields, count);
    }
    rp_buf_byte(out, ';');
}

/* Feeds text line by line, and ends it when it does not end in LF; a piece ends
 * at ^ as well (which is not fed). */
static void
put_text(struct rp_buf *out, struct rp_csv *csv, struct rp_slice text)
{
    enum rp_csv_state state = RP_CSV_RECORD;

    while (text.len > 0) {
        struct rp_slice line = { text.ptr, 0 };
        unsigned char last = 0;

        while (text.len > 0 && last != '\n' && *text.ptr != '^') {
            last = *text.ptr++;
            text.len--;
            line.len++;
        }
        if (text.len > 0 && *text.ptr == '^') {
            text.ptr++;
            text.len--;
        }
        state = feed(csv, line);
        put_state(out, csv, state);
    }
    if (state == RP_CSV_MORE)
        put_state(out, csv, rp_csv_finish(csv));
}

static void
check(struct rp_csv *csv, struct rp_slice text, const char *expected)
{
    struct rp_buf out = { 0 };

    put_text(&out, csv, text);
    assert_same(rp_buf_view(&out), rp_slice_str(expected));
    rp_buf_release(&out);
}

static const struct {
    const char *name;
    struct rp_slice text;
    const char *expected;
} examples[] = {
    { "plain", RP_LIT_INIT("1,2\n"), "<1><2>;" },
    { "CRLF", RP_LIT_INIT("1,2\r\n"), "<1><2>;" },
    { "blanks stay", RP_LIT_INIT(" 1 ,\t2\t\n"), "< 1 ><\\x092\\x09>;" },
    { "blanks alone", RP_LIT_INIT("  \n"), "<  >;" },
    { "empty is not quoted empty", RP_LIT_INIT(",\"\"\n"), "-<>;" },
    { "quoted empty alone", RP_LIT_INIT("\"\"\n"), "<>;" },
    { "delimiters alone", RP_LIT_INIT(",,\n"), "---;" },
    { "doubled quote", RP_LIT_INIT("\"a\"\"b\",\"\"\"\"\n"), "<a\"b><\">;" },
    { "quoted delimiter", RP_LIT_INIT("\"a,b\",c\n"), "<a,b><c>;" },
    { "quoted lines", RP_LIT_INIT("1,\"a\r\n\nb\"\n2,c\n"),
      "more;more;<1><a\\x0d\\x0a\\x0ab>;<2><c>;" },
    { "quote in a field", RP_LIT_INIT("a\"b,c\n1,2\n"), "stray;<1><2>;" },
    { "text behind a quote", RP_LIT_INIT("\"a\"b,c\n1,2\n"), "stray;<1><2>;" },
    { "blank behind a quote", RP_LIT_INIT("\"a\" ,c\n1,2\n"), "stray;<1><2>;" },
    { "blank before a quote", RP_LIT_INIT("1, \"a\"\n1,2\n"), "stray;<1><2>;" },
    { "stray on a later line", RP_LIT_INIT("1,\"a\nb\"c\n1,2\n"),
      "more;stray;<1><2>;" },
    { "no line end", RP_LIT_INIT("1,2"), "more;<1><2>;" },
    { "no line end, empty field", RP_LIT_INIT("1,"), "more;<1>-;" },
    { "no line end, quoted", RP_LIT_INIT("1,\"2\""), "more;<1><2>;" },
    { "unclosed", RP_LIT_INIT("1,\"2\n3,4\n"), "more;more;unclosed;" },
    { "unclosed at once", RP_LIT_INIT("\""), "more;unclosed;" },
    { "NUL and high bytes", RP_LIT_INIT("a\0b,\xff\n"), "<a\\x00b><\\xff>;" },
    { "pieces", RP_LIT_INIT("1,\"^a\"^\"b^\"\r\n"),
      "more;more;more;<1><a\"b>;" },
};

static void
a_line_gives_its_fields_or_says_why_not(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        rp_buf_reset(&out);
        put_text(&out, csv, examples[i].text);
        if (strcmp(rp_buf_cstr(&out), examples[i].expected) != 0)
            print_error("example: %s\n", examples[i].name);
        assert_string_equal(rp_buf_cstr(&out), examples[i].expected);
    }
    rp_buf_release(&out);
    rp_csv_close(csv);
}

/* In lenient mode, and also when libcsv is fed on after its error, the second
 * line disappears into a record that nobody wrote. */
static void
a_stray_quote_swallows_nothing_behind_its_line(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');

    (void)state;
    check(csv, RP_LIT("1,A\"x\n2,B\n3,C\n"), "stray;<2><B>;<3><C>;");
    check(csv, RP_LIT("1,\"A\"x\n2,B\n3,C\n"), "stray;<2><B>;<3><C>;");
    rp_csv_close(csv);
}

static void
any_byte_may_delimit_or_quote(void **state)
{
    struct rp_csv *csv = open_csv(' ', '\'');

    (void)state;
    check(csv, RP_LIT("a 'b '' c' \"\n"), "<a><b ' c><\">;");
    rp_csv_close(csv);
    csv = open_csv('\t', 0xff);
    check(csv, RP_LIT("a\t\xff\t\xff\t \n"), "<a><\\x09>< >;");
    rp_csv_close(csv);
}

static void
fill(struct rp_buf *text, size_t len)
{
    unsigned char *room = rp_buf_room(text, len);

    assert_non_null(room);
    memset(room, 'a', len);
    text->len += len;
}

static enum rp_csv_state
feed_field(struct rp_csv *csv, const char *front, size_t len, const char *back)
{
    struct rp_buf line = { 0 };
    enum rp_csv_state state;

    rp_buf_str(&line, front);
    fill(&line, len);
    rp_buf_str(&line, back);
    state = feed(csv, rp_buf_view(&line));
    rp_buf_release(&line);
    return state;
}

static void
a_field_may_have_its_limit_and_no_byte_more(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    const size_t most = RP_FIELD_MAX_BYTES;
    size_t count;

    (void)state;
    assert_int_equal(feed_field(csv, "1,", most, "\n"), RP_CSV_RECORD);
    assert_int_equal(rp_csv_fields(csv, &count)[1].len, most);
    assert_int_equal(feed_field(csv, "1,\"", most, "\",2\n"), RP_CSV_RECORD);
    assert_int_equal(rp_csv_fields(csv, &count)[1].len, most);
    assert_int_equal(count, 3);
    assert_int_equal(feed_field(csv, "\"", most - 2, "\"\"\"\"\"\n"),
                     RP_CSV_RECORD);
    assert_int_equal(rp_csv_fields(csv, &count)[0].len, most);

    assert_int_equal(feed_field(csv, "1,", most + 1, "\n"), RP_CSV_TOO_LARGE);
    rp_csv_reset(csv);
    assert_int_equal(feed_field(csv, "\"", most, "\"\"\"\n"), RP_CSV_TOO_LARGE);
    rp_csv_reset(csv);
    check(csv, RP_LIT("1,2\n"), "<1><2>;");
    rp_csv_close(csv);
}

static void
a_field_without_a_line_end_has_the_same_limit(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    const size_t most = RP_FIELD_MAX_BYTES;
    size_t count;

    (void)state;
    assert_int_equal(feed_field(csv, "\"", most, "\""), RP_CSV_MORE);
    assert_int_equal(rp_csv_finish(csv), RP_CSV_RECORD);
    assert_int_equal(rp_csv_fields(csv, &count)[0].len, most);
    assert_int_equal(feed_field(csv, "", most + 1, ""), RP_CSV_MORE);
    assert_int_equal(rp_csv_finish(csv), RP_CSV_TOO_LARGE);
    rp_csv_close(csv);
}

static void
an_open_field_is_judged_at_each_line_end(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    const size_t most = RP_FIELD_MAX_BYTES;

    (void)state;
    assert_int_equal(feed_field(csv, "\"", most - 1, "\n"), RP_CSV_MORE);
    assert_int_equal(feed(csv, RP_LIT("\"\n")), RP_CSV_RECORD);
    assert_int_equal(feed_field(csv, "\"", most - 1, "\n"), RP_CSV_MORE);
    assert_int_equal(feed(csv, RP_LIT("\n")), RP_CSV_TOO_LARGE);
    rp_csv_reset(csv);
    assert_int_equal(feed_field(csv, "\"", most, "\n"), RP_CSV_TOO_LARGE);
    rp_csv_close(csv);
}

/* Far past the limit libcsv's buffer is at its cap, and the rest of the line
 * is followed without it. */
static void
a_stray_quote_is_found_behind_a_field_that_is_too_large(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    const size_t far = RP_FIELD_MAX_BYTES + ((size_t)1 << 19);

    (void)state;
    assert_int_equal(feed_field(csv, "\"", far, "\"\"b\",c\n"),
                     RP_CSV_TOO_LARGE);
    rp_csv_reset(csv);
    assert_int_equal(feed_field(csv, "\"", far, "\"b\n"), RP_CSV_STRAY);
    assert_int_equal(feed_field(csv, "1,", far, ",a\"\n"), RP_CSV_STRAY);
    assert_int_equal(feed_field(csv, "1,", far, ""), RP_CSV_TOO_LARGE);
    assert_int_equal(feed(csv, RP_LIT("b\"c")), RP_CSV_STRAY);
    assert_int_equal(feed_field(csv, "1,\"", far, "\n"), RP_CSV_TOO_LARGE);
    assert_int_equal(rp_csv_finish(csv), RP_CSV_UNCLOSED);
    check(csv, RP_LIT("1,2\n"), "<1><2>;");
    rp_csv_close(csv);
}

static enum rp_csv_state
feed_columns(struct rp_csv *csv, size_t count)
{
    struct rp_buf line = { 0 };
    enum rp_csv_state state;

    for (size_t i = 1; i < count; i++)
        rp_buf_str(&line, "a,");
    rp_buf_str(&line, "\n");
    state = feed(csv, rp_buf_view(&line));
    rp_buf_release(&line);
    return state;
}

static void
a_record_has_as_many_fields_as_a_table_has_columns(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');
    size_t count;

    (void)state;
    assert_int_equal(feed_columns(csv, RP_COLUMNS_MAX), RP_CSV_RECORD);
    (void)rp_csv_fields(csv, &count);
    assert_int_equal(count, RP_COLUMNS_MAX);
    assert_int_equal(feed_columns(csv, RP_COLUMNS_MAX + 1), RP_CSV_TOO_LARGE);
    rp_csv_close(csv);
}

/* Fields of half a MiB, in front of the end of one that was opened before. */
static enum rp_csv_state
feed_many(struct rp_csv *csv, size_t bytes)
{
    const size_t field = (size_t)1 << 19;
    struct rp_buf line = { 0 };
    enum rp_csv_state state;

    rp_buf_byte(&line, '"');
    while (line.len + field < bytes) {
        rp_buf_byte(&line, ',');
        fill(&line, field - 1);
    }
    rp_buf_byte(&line, ',');
    fill(&line, bytes - line.len - 1);
    rp_buf_byte(&line, '\n');
    assert_int_equal(line.len, bytes);
    state = feed(csv, rp_buf_view(&line));
    rp_buf_release(&line);
    return state;
}

static void
a_record_may_have_its_limit_and_no_byte_more(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');

    (void)state;
    assert_int_equal(feed(csv, RP_LIT("\"\n")), RP_CSV_MORE);
    assert_int_equal(feed_many(csv, RP_RECORD_MAX_BYTES - 2), RP_CSV_RECORD);
    assert_int_equal(feed(csv, RP_LIT("\"\n")), RP_CSV_MORE);
    assert_int_equal(feed_many(csv, RP_RECORD_MAX_BYTES - 1), RP_CSV_TOO_LARGE);
    rp_csv_close(csv);
}

static void
reset_forgets_an_open_record(void **state)
{
    struct rp_csv *csv = open_csv(',', '"');

    (void)state;
    assert_int_equal(feed(csv, RP_LIT("1,\"a\n")), RP_CSV_MORE);
    rp_csv_reset(csv);
    check(csv, RP_LIT("1,2\n"), "<1><2>;");
    rp_csv_close(csv);
    rp_csv_close(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_gives_its_fields_or_says_why_not),
        cmocka_unit_test(a_stray_quote_swallows_nothing_behind_its_line),
        cmocka_unit_test(any_byte_may_delimit_or_quote),
        cmocka_unit_test(a_field_may_have_its_limit_and_no_byte_more),
        cmocka_unit_test(a_field_without_a_line_end_has_the_same_limit),
        cmocka_unit_test(an_open_field_is_judged_at_each_line_end),
        cmocka_unit_test(
            a_stray_quote_is_found_behind_a_field_that_is_too_large),
        cmocka_unit_test(a_record_has_as_many_fields_as_a_table_has_columns),
        cmocka_unit_test(a_record_may_have_its_limit_and_no_byte_more),
        cmocka_unit_test(reset_forgets_an_open_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
