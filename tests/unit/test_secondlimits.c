/* test_secondlimits.c - at the limits of fields and records, and where a piece
 * that is read at once ends, both parsers read the same.
 */
#include "support/test.h"

#include <string.h>

#include "base/limits.h"
#include "support/source.h"
#include "support/twins.h"

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

/* Both parsers agree, and the second one's codes are these. */
static void
check(const char *name, struct rp_slice bytes, const struct rp_dialect *dialect,
      const char *codes)
{
    struct rp_input *input = test_input(folder, bytes);
    struct rp_buf text = { 0 };

    if (!twins_agree(&text, input, dialect))
        fail_msg("%s:\n%s", name, rp_buf_cstr(&text));
    twins_codes(&text, input, dialect);
    if (strcmp(rp_buf_cstr(&text), codes) != 0)
        fail_msg("%s: %s, not %s", name, rp_buf_cstr(&text), codes);
    rp_buf_release(&text);
    rp_input_close(input);
}

/* before, then the letter as often as given, then after. */
static const struct {
    const char *name;
    const char *before;
    size_t letters;
    const char *after;
    const char *codes;
} large[] = {
    { "the longest field", "a,b\n1,", RP_FIELD_MAX_BYTES, "\n3,4\n",
      "data data" },
    { "one byte more", "a,b\n1,", RP_FIELD_MAX_BYTES + 1, "\n3,4\n",
      "field-too-large data" },
    { "the longest field in quotes", "a,b\n1,\"", RP_FIELD_MAX_BYTES,
      "\"\n3,4\n", "data data" },
    { "one byte more in quotes", "a,b\n1,\"", RP_FIELD_MAX_BYTES, "z\"\n3,4\n",
      "field-too-large data" },
    { "too large, then a stray quote", "a,b\n1,", RP_FIELD_MAX_BYTES + 1,
      "\"\n3,4\n", "stray-quote data" },
    { "too large, closed, then a letter", "a,b\n1,\"", RP_FIELD_MAX_BYTES + 1,
      "\"x\n3,4\n", "stray-quote data" },
    { "too large and never closed", "a,b\n1,\"", RP_FIELD_MAX_BYTES + 1, "",
      "unclosed-quote" },
    { "too large at a line end in quotes", "a,b\n1,\"", RP_FIELD_MAX_BYTES + 1,
      "\n3,4\n", "field-too-large data" },
    { "the line end in quotes makes it too large", "a,b\n1,\"",
      RP_FIELD_MAX_BYTES, "\n\",5\n3,4\n", "field-too-large unclosed-quote" },
    { "too large and a lone CR", "a,b\n1,", RP_FIELD_MAX_BYTES + 1,
      ",\r2\n3,4\n", "bare-cr data" },
    { "too large, closed, and a quoted CR", "a,b\n1,\"", RP_FIELD_MAX_BYTES + 1,
      "\",\"\r\"\n3,4\n", "field-too-large data" },
    { "much too large", "a,b\n1,", 3 * RP_FIELD_MAX_BYTES, "\n3,4\n",
      "field-too-large data" },
    { "longer than a record may be", "a,b\n1,", 2 * RP_RECORD_MAX_BYTES,
      "\n3,4\n", "field-too-large data" },
    { "longer than a record, then stray", "a,b\n1,", 2 * RP_RECORD_MAX_BYTES,
      "\"\n3,4\n", "stray-quote data" },
    { "longer than a record, then a lone CR", "a,b\n1,",
      2 * RP_RECORD_MAX_BYTES, "\r2\n3,4\n", "bare-cr data" },
    { "longer than a record, never closed", "a,b\n1,\"",
      2 * RP_RECORD_MAX_BYTES, "", "unclosed-quote" },
    { "as many bytes as are read at once", "a,b\n1,", RP_READ_BYTES - 6, "",
      "data" },
    { "twice as many", "a,b\n1,", 2 * RP_READ_BYTES - 6, "", "data" },
    { "a line as long as what is read at once", "a,b\n1,", RP_READ_BYTES - 2,
      "", "data" },
    { "the last field begins there", "a,b\n", RP_READ_BYTES - 5, ",", "data" },
    { "a CR is the last byte read at once", "a,b\n1,", RP_READ_BYTES - 7,
      "\r\n3,4\n", "data data" },
    { "a quote is the last byte read at once", "a,b\n1,\"", RP_READ_BYTES - 8,
      "\"\"\"\n3,4\n", "data data" },
    { "a lone CR ends the file where reading does", "a,b\n1,",
      RP_READ_BYTES - 7, "\r", "bare-cr" },
};

static void
limits_and_borders_of_reading_are_met_alike(void **state)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf bytes = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(large); i++) {
        unsigned char *room;

        rp_buf_reset(&bytes);
        rp_buf_str(&bytes, large[i].before);
        room = rp_buf_room(&bytes, large[i].letters);
        assert_non_null(room);
        memset(room, 'w', large[i].letters);
        bytes.len += large[i].letters;
        rp_buf_str(&bytes, large[i].after);
        check(large[i].name, rp_buf_view(&bytes), &dialect, large[i].codes);
    }
    rp_buf_release(&bytes);
}

/* count fields in a record of a file with as many names or fewer. */
static void
check_columns(size_t names, size_t count, const char *codes)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf bytes = { 0 };

    for (size_t i = 0; i < names; i++)
        rp_buf_printf(&bytes, "%sc%zu", i == 0 ? "" : ",", i);
    rp_buf_byte(&bytes, '\n');
    for (size_t i = 1; i < count; i++)
        rp_buf_byte(&bytes, ',');
    rp_buf_str(&bytes, "1\n");
    check("columns", rp_buf_view(&bytes), &dialect, codes);
    rp_buf_release(&bytes);
}

static void
the_most_columns_are_counted_alike(void **state)
{
    (void)state;
    check_columns(RP_COLUMNS_MAX, RP_COLUMNS_MAX, "data");
    check_columns(RP_COLUMNS_MAX, RP_COLUMNS_MAX + 1, "field-too-large");
    check_columns(2, RP_COLUMNS_MAX, "field-count");
    check_columns(2, RP_COLUMNS_MAX + 1, "field-too-large");
}

static void
fill_up(struct rp_buf *bytes, size_t len)
{
    while (bytes->len < len)
        rp_buf_byte(bytes, 'w');
}

/* A record over two lines of record_bytes, line end included. */
static void
check_record(size_t record_bytes, const char *codes)
{
    struct rp_dialect dialect = test_dialect();
    struct rp_buf bytes = { 0 };
    size_t header_bytes;

    rp_buf_str(&bytes, "a,b,c,d,e\n");
    header_bytes = bytes.len;
    rp_buf_str(&bytes, "\"two\nlines\"");
    for (size_t field = 1; field < 5; field++) {
        rp_buf_byte(&bytes, ',');
        fill_up(&bytes, header_bytes + field * (record_bytes - 1) / 4);
    }
    rp_buf_str(&bytes, "\n1,2,3,4,5\n");
    check("a record over two lines", rp_buf_view(&bytes), &dialect, codes);
    rp_buf_release(&bytes);
}

static void
a_record_of_several_lines_may_grow_to_its_limit_and_no_further(void **state)
{
    (void)state;
    check_record(RP_RECORD_MAX_BYTES, "data data");
    check_record(RP_RECORD_MAX_BYTES + 1, "field-too-large data");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_and_borders_of_reading_are_met_alike),
        cmocka_unit_test(the_most_columns_are_counted_alike),
        cmocka_unit_test(
            a_record_of_several_lines_may_grow_to_its_limit_and_no_further),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
