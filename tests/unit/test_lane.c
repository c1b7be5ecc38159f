/* test_lane.c - which lines the lane takes, and as what.  That libcsv reads
 * them alike is looked at by the fuzz target twins. */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "source/lane.h"
#include "support/source.h"

#define FIRST_BYTE 100
#define FIRST_LINE 7

/* "<1><2> <3>- : LF": what is taken of these lines of width columns, and the
 * line ends that were seen. */
static void
put_cut(struct rp_buf *out, const struct rp_dialect *dialect, size_t width,
        struct rp_slice bytes)
{
    struct rp_lines_ahead ahead = { bytes, FIRST_BYTE, FIRST_LINE };
    struct rp_lane *lane = NULL;
    struct rp_lane_cut cut;
    struct rp_err err;
    size_t at = 0;

    assert_ok(rp_lane_open(dialect, width, &lane, &err), &err);
    rp_lane_cut(lane, &ahead, &cut);
    for (size_t i = 0; i < cut.passed.count; i++) {
        const struct rp_record *record = &cut.records[i];

        assert_int_equal(record->byte_start, FIRST_BYTE + at);
        assert_ptr_equal(record->raw.ptr, bytes.ptr + at);
        at += record->raw.len;
        assert_int_equal(record->byte_end, FIRST_BYTE + at);
        assert_int_equal(record->first_line, FIRST_LINE + i);
        assert_int_equal(record->last_line, FIRST_LINE + i);
        assert_int_equal(record->class, RP_RECORD_DATA);
        test_put_fields(out, record->fields, record->field_count);
        rp_buf_byte(out, ' ');
    }
    assert_int_equal(cut.passed.bytes, at);
    rp_buf_str(out, cut.passed.lf ? ": LF" : ":");
    rp_buf_str(out, cut.passed.crlf ? " CRLF" : "");
    rp_lane_close(lane);
}

static const struct test_example pairs[] = {
    { "nothing", { NULL, 0 }, ":" },
    { "plain", RP_LIT_INIT("1,2\n34,56\n"), "<1><2> <34><56> : LF" },
    { "quoted", RP_LIT_INIT("\"1\",2\n3,\"4\"\n"), "<1><2> <3><4> : LF" },
    { "empty fields", RP_LIT_INIT(",\n\"\",\n,\"\"\n"), "-- <>- -<> : LF" },
    { "line ends", RP_LIT_INIT("1,2\r\n\"3\",\"4\"\r\n5,6\n"),
      "<1><2> <3><4> <5><6> : LF CRLF" },
    { "blanks are data", RP_LIT_INIT(" 1,\" 2 \"\n"), "< 1>< 2 > : LF" },
    { "a delimiter in quotes", RP_LIT_INIT("\"1,2\",\",\"\n"),
      "<1,2><,> : LF" },
    { "UTF-8", RP_LIT_INIT("Zo\xc3\xab,\"\xc3\xa9\"\n"),
      "<Zo\xc3\xab><\xc3\xa9> : LF" },
    { "a blank line", RP_LIT_INIT("1,2\n\n3,4\n"), "<1><2> : LF" },
    { "too few", RP_LIT_INIT("1,2\n3\n4,5\n"), "<1><2> : LF" },
    { "too many", RP_LIT_INIT("1,2\n3,4,5\n"), "<1><2> : LF" },
    { "a quote in a field", RP_LIT_INIT("1,2\n3,4\"5\n"), "<1><2> : LF" },
    { "a quote behind a field", RP_LIT_INIT("1,2\n3,4\"\n"), "<1><2> : LF" },
    { "a quote behind a blank", RP_LIT_INIT("1,2\n3, \"4\"\n"), "<1><2> : LF" },
    { "bytes behind a quote", RP_LIT_INIT("1,2\n\"3\"x,4\n"), "<1><2> : LF" },
    { "a blank behind a quote", RP_LIT_INIT("1,2\n3,\"4\" \n"), "<1><2> : LF" },
    { "a doubled quote", RP_LIT_INIT("1,2\n\"3\"\"\",4\n"), "<1><2> : LF" },
    { "only doubled quotes", RP_LIT_INIT("1,2\n\"\"\"\",4\n"), "<1><2> : LF" },
    { "a line end in quotes", RP_LIT_INIT("1,2\n\"3\n\",4\n"), "<1><2> : LF" },
    { "an open quote", RP_LIT_INIT("1,2\n3,\"\n"), "<1><2> : LF" },
    { "a CR in a field", RP_LIT_INIT("1,2\n3\r,4\n"), "<1><2> : LF" },
    { "a CR in quotes", RP_LIT_INIT("1,2\n\"3\r\",4\n"), "<1><2> : LF" },
    { "two CR at the end", RP_LIT_INIT("1,2\n3,4\r\r\n"), "<1><2> : LF" },
    { "a CR behind a quote", RP_LIT_INIT("1,2\n3,\"4\"\rx\n"), "<1><2> : LF" },
    { "NUL", RP_LIT_INIT("1,2\n3,\0\n"), "<1><2> : LF" },
    { "NUL in quotes", RP_LIT_INIT("1,2\n3,\"\0\"\n"), "<1><2> : LF" },
    { "Latin-1", RP_LIT_INIT("1,2\n3,\xe9\n"), "<1><2> : LF" },
    { "a BOM", RP_LIT_INIT("1,2\n3,\"\xef\xbb\xbf\"\n"), "<1><2> : LF" },
};

static void
two_columns_are_taken_while_they_are_plain(void **state)
{
    const struct rp_dialect dialect = test_dialect();
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(pairs); i++) {
        rp_buf_reset(&out);
        put_cut(&out, &dialect, 2, pairs[i].bytes);
        if (strcmp(rp_buf_cstr(&out), pairs[i].expected) != 0)
            fail_msg("%s: %s", pairs[i].name, rp_buf_cstr(&out));
    }
    rp_buf_release(&out);
}

static const struct test_example singles[] = {
    { "plain", RP_LIT_INIT("1\n\"2\"\n\"\"\n"), "<1> <2> <> : LF" },
    { "a blank line", RP_LIT_INIT("1\n\n2\n"), "<1> : LF" },
    { "a blank line of CRLF", RP_LIT_INIT("1\r\n\r\n2\r\n"), "<1> : CRLF" },
};

static void
a_line_of_one_column_may_not_be_blank(void **state)
{
    const struct rp_dialect dialect = test_dialect();
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(singles); i++) {
        rp_buf_reset(&out);
        put_cut(&out, &dialect, 1, singles[i].bytes);
        if (strcmp(rp_buf_cstr(&out), singles[i].expected) != 0)
            fail_msg("%s: %s", singles[i].name, rp_buf_cstr(&out));
    }
    rp_buf_release(&out);
}

static void
another_dialect_has_other_bytes(void **state)
{
    const struct rp_dialect dialect = { .delimiter = ';', .quote = '\'' };
    struct rp_buf out = { 0 };

    (void)state;
    put_cut(&out, &dialect, 2, RP_LIT("'1;';2,\"\n\"3\";4'\n"));
    assert_string_equal(rp_buf_cstr(&out), "<1;><2,\"> : LF");
    rp_buf_release(&out);
}

/* How many of these lines are taken at once. */
static size_t
taken(size_t width, size_t lines)
{
    const struct rp_dialect dialect = test_dialect();
    struct rp_buf bytes = { 0 };
    struct rp_lines_ahead ahead = { .number = 1 };
    struct rp_lane *lane = NULL;
    struct rp_lane_cut cut;
    struct rp_err err;

    for (size_t i = 0; i < lines; i++) {
        for (size_t column = 1; column < width; column++)
            rp_buf_byte(&bytes, ',');
        rp_buf_str(&bytes, "x\n");
    }
    ahead.bytes = rp_buf_view(&bytes);
    assert_ok(rp_lane_open(&dialect, width, &lane, &err), &err);
    rp_lane_cut(lane, &ahead, &cut);
    rp_lane_close(lane);
    rp_buf_release(&bytes);
    return (size_t)cut.passed.count;
}

static void
no_more_are_taken_than_there_is_room_for(void **state)
{
    (void)state;
    assert_int_equal(taken(2, (size_t)3 * RP_BATCH_RECORDS), RP_BATCH_RECORDS);
    assert_int_equal(taken(2, RP_BATCH_RECORDS), RP_BATCH_RECORDS);
    assert_int_equal(taken(65, RP_BATCH_RECORDS), 63);
    assert_int_equal(taken(RP_COLUMNS_MAX, 5), 2);
}

static void
a_field_may_be_as_long_as_the_limit(void **state)
{
    const struct rp_dialect dialect = test_dialect();
    struct rp_lane *lane = NULL;
    struct rp_buf bytes = { 0 };
    struct rp_err err;

    (void)state;
    assert_ok(rp_lane_open(&dialect, 1, &lane, &err), &err);
    for (size_t over = 0; over < 2; over++) {
        struct rp_lines_ahead ahead = { .number = 1 };
        struct rp_lane_cut cut;
        unsigned char *room;

        rp_buf_reset(&bytes);
        room = rp_buf_room(&bytes, RP_FIELD_MAX_BYTES + 2);
        assert_non_null(room);
        memset(room, 'x', RP_FIELD_MAX_BYTES + 2);
        room[RP_FIELD_MAX_BYTES + over] = '\n';
        bytes.len = RP_FIELD_MAX_BYTES + over + 1;
        ahead.bytes = rp_buf_view(&bytes);
        rp_lane_cut(lane, &ahead, &cut);
        assert_int_equal(cut.passed.count, 1 - over);
    }
    rp_buf_release(&bytes);
    rp_lane_close(lane);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_columns_are_taken_while_they_are_plain),
        cmocka_unit_test(a_line_of_one_column_may_not_be_blank),
        cmocka_unit_test(another_dialect_has_other_bytes),
        cmocka_unit_test(no_more_are_taken_than_there_is_room_for),
        cmocka_unit_test(a_field_may_be_as_long_as_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
