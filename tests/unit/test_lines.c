/* test_lines.c - physical lines, their places and the hash of all bytes. */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/show.h"
#include "source/lines.h"
#include "support/source.h"

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

/* A file and a reader of it. */
struct reader {
    struct rp_input *input;
    struct rp_lines *lines;
};

static struct reader
open_reader(struct rp_slice bytes)
{
    struct reader reader = { test_input(folder, bytes), NULL };
    struct rp_err err;

    assert_ok(rp_lines_open(reader.input, &reader.lines, &err), &err);
    return reader;
}

static void
close_reader(struct reader *reader)
{
    rp_lines_close(reader->lines);
    rp_input_close(reader->input);
}

static const struct rp_line *
next(struct reader *reader)
{
    const struct rp_line *line;
    struct rp_err err;

    assert_ok(rp_lines_next(reader->lines, &line, &err), &err);
    return line;
}

static void
read_all(struct reader *reader)
{
    const struct rp_line *line;

    do {
        line = next(reader);
    } while (line != NULL);
}

static void
put_line(struct rp_buf *out, const struct rp_line *line)
{
    rp_buf_printf(out, "%" PRIu64 "@%" PRIu64 " ", line->number,
                  line->byte_start);
    rp_show(out, line->bytes);
    rp_buf_str(out, line->continued ? " continued" : "");
    rp_buf_str(out, line->complete ? "" : " incomplete");
    rp_buf_str(out, line->lone_cr ? " CR" : "");
    rp_buf_byte(out, '\n');
}

/* The census, after checking what is true for every file. */
static struct rp_lines_census
finish(struct reader *reader, struct rp_slice bytes)
{
    struct rp_lines_census census;
    char sha256[RP_SHA256_HEX];
    struct rp_err err;

    assert_ok(rp_lines_finish(reader->lines, &census, &err), &err);
    assert_ok(rp_sha256_hex(bytes, sha256, &err), &err);
    assert_string_equal(census.sha256, sha256);
    assert_int_equal(census.bytes, bytes.len);
    return census;
}

static const struct test_example examples[] = {
    { "empty", { NULL, 0 }, "none" },
    { "no line end", RP_LIT_INIT("ab"), "1@0 ab\nnone cut" },
    { "LF", RP_LIT_INIT("a\n\nb\n"), "1@0 a\\x0a\n2@2 \\x0a\n3@3 b\\x0a\nLF" },
    { "CRLF", RP_LIT_INIT("a\r\n\r\n"),
      "1@0 a\\x0d\\x0a\n2@3 \\x0d\\x0a\nCRLF" },
    { "CR", RP_LIT_INIT("a\r\rb\r"), "1@0 a\\x0d\n2@2 \\x0d\n3@3 b\\x0d\nCR" },
    { "CR, cut", RP_LIT_INIT("a\rb"), "1@0 a\\x0d\n2@2 b\nCR cut" },
    { "mixed", RP_LIT_INIT("a\nb\r\n"), "1@0 a\\x0a\n2@2 b\\x0d\\x0a\nmixed" },
    { "a lone CR before an LF", RP_LIT_INIT("a\rb\nc\n"),
      "1@0 a\\x0db\\x0a CR\n2@4 c\\x0a\nLF" },
    { "a lone CR after an LF", RP_LIT_INIT("a\nb\rc"),
      "1@0 a\\x0a\n2@2 b\\x0dc CR\nLF cut" },
    { "a CR at the end", RP_LIT_INIT("a\nb\r"),
      "1@0 a\\x0a\n2@2 b\\x0d CR\nLF cut" },
    { "two CR and LF", RP_LIT_INIT("a\r\r\nb\n"),
      "1@0 a\\x0d\\x0d\\x0a CR\n2@4 b\\x0a\nmixed" },
    { "LF and CR", RP_LIT_INIT("a\n\rb\n"),
      "1@0 a\\x0a\n2@2 \\x0db\\x0a CR\nLF" },
    { "NUL and high bytes", RP_LIT_INIT("\0\xff\n"),
      "1@0 \\x00\\xff\\x0a\nLF" },
};

static void
a_line_ends_as_the_file_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        struct reader reader = open_reader(examples[i].bytes);
        const struct rp_line *line = next(&reader);
        struct rp_lines_census census;
        struct rp_buf text = { 0 };

        for (; line != NULL; line = next(&reader))
            put_line(&text, line);
        census = finish(&reader, examples[i].bytes);
        rp_buf_str(&text, rp_newline_name(census.newline));
        rp_buf_str(&text, census.final_newline ? "" : " cut");
        if (strcmp(rp_buf_cstr(&text), examples[i].expected) != 0)
            print_error("example: %s\n", examples[i].name);
        assert_string_equal(rp_buf_cstr(&text), examples[i].expected);
        rp_buf_release(&text);
        close_reader(&reader);
    }
}

static void
skipped_bytes_are_hashed_and_in_no_line(void **state)
{
    struct rp_slice bytes = RP_LIT("\xef\xbb\xbf"
                                   "a\n");
    struct reader reader = open_reader(bytes);
    const struct rp_line *line;

    (void)state;
    assert_same(rp_lines_probe(reader.lines), bytes);
    rp_lines_skip(reader.lines, 3);
    line = next(&reader);
    assert_bytes(line->bytes, "a\n");
    assert_int_equal(line->byte_start, 3);
    assert_int_equal(line->number, 1);
    assert_null(next(&reader));
    (void)finish(&reader, bytes);
    close_reader(&reader);
}

static void
put_many(struct rp_buf *out, unsigned char byte, size_t count)
{
    unsigned char *room = rp_buf_room(out, count);

    assert_non_null(room);
    memset(room, byte, count);
    out->len += count;
}

/* Lines of 1, 2, 3 ... bytes, some of them CRLF: every place in a line comes
 * to stand at the border of two reads. */
static void
lines_are_whole_wherever_a_read_ends(void **state)
{
    struct rp_buf file = { 0 };
    struct reader reader;
    uint64_t byte = 0;

    (void)state;
    for (size_t len = 1; file.len < 5 * RP_READ_BYTES; len++) {
        put_many(&file, (unsigned char)('a' + len % 26), len - 1);
        rp_buf_str(&file, len % 3 == 0 ? "\r\n" : "\n");
    }
    reader = open_reader(rp_buf_view(&file));
    for (size_t len = 1; byte < file.len; len++) {
        const struct rp_line *line = next(&reader);
        size_t end = len % 3 == 0 ? 2 : 1;

        assert_int_equal(line->number, len);
        assert_int_equal(line->byte_start, byte);
        assert_int_equal(line->bytes.len, len - 1 + end);
        assert_memory_equal(line->bytes.ptr, file.ptr + byte, line->bytes.len);
        assert_true(line->complete && !line->continued && !line->lone_cr);
        byte += line->bytes.len;
    }
    assert_null(next(&reader));
    assert_int_equal(finish(&reader, rp_buf_view(&file)).newline,
                     RP_NEWLINE_MIXED);
    close_reader(&reader);
    rp_buf_release(&file);
}

/* The LF that decides is several reads behind the CR that asks. */
static void
a_far_lf_tells_a_lone_cr_from_a_line_end(void **state)
{
    struct rp_buf file = { 0 };
    struct reader reader;
    const struct rp_line *line;

    (void)state;
    rp_buf_str(&file, "a\rb");
    put_many(&file, 'c', 4 * RP_READ_BYTES);
    reader = open_reader(rp_buf_view(&file));
    assert_bytes(next(&reader)->bytes, "a\r");
    assert_int_equal(next(&reader)->bytes.len, file.len - 2);
    close_reader(&reader);

    rp_buf_byte(&file, '\n');
    reader = open_reader(rp_buf_view(&file));
    line = next(&reader);
    assert_same(line->bytes, rp_buf_view(&file));
    assert_true(line->lone_cr);
    assert_null(next(&reader));
    (void)finish(&reader, rp_buf_view(&file));
    close_reader(&reader);
    rp_buf_release(&file);
}

static void
a_line_of_the_limit_is_whole(void **state)
{
    struct rp_buf file = { 0 };
    struct reader reader;

    (void)state;
    put_many(&file, 'a', RP_RECORD_MAX_BYTES - 2);
    rp_buf_str(&file, "\r\n");
    put_many(&file, 'b', RP_RECORD_MAX_BYTES);
    reader = open_reader(rp_buf_view(&file));
    for (size_t i = 0; i < 2; i++) {
        const struct rp_line *line = next(&reader);

        assert_int_equal(line->bytes.len, RP_RECORD_MAX_BYTES);
        assert_true(line->complete && !line->continued && !line->lone_cr);
    }
    assert_null(next(&reader));
    assert_false(finish(&reader, rp_buf_view(&file)).final_newline);
    close_reader(&reader);
    rp_buf_release(&file);
}

/* Reads one line in pieces, and gives their number. */
static size_t
check_pieces(struct reader *reader, const struct rp_buf *file, uint64_t byte,
             uint64_t end)
{
    const struct rp_line *line = NULL;
    size_t count = 0;

    while (byte < end) {
        line = next(reader);
        assert_int_equal(line->number, 1);
        assert_int_equal(line->byte_start, byte);
        assert_int_equal(line->continued, count > 0);
        assert_in_range(line->bytes.len, 1, RP_RECORD_MAX_BYTES);
        assert_memory_equal(line->bytes.ptr, file->ptr + byte, line->bytes.len);
        assert_false(line->lone_cr);
        byte += line->bytes.len;
        assert_int_equal(line->complete, byte == end);
        count++;
    }
    assert_int_equal(byte, end);
    return count;
}

static void
a_longer_line_comes_in_pieces(void **state)
{
    struct rp_buf file = { 0 };
    struct reader reader;
    const struct rp_line *line;

    (void)state;
    put_many(&file, 'a', 2 * RP_RECORD_MAX_BYTES);
    rp_buf_str(&file, "\nb\n");
    reader = open_reader(rp_buf_view(&file));
    assert_int_equal(check_pieces(&reader, &file, 0, file.len - 2), 3);
    line = next(&reader);
    assert_bytes(line->bytes, "b\n");
    assert_int_equal(line->number, 2);
    assert_false(line->continued);
    assert_null(next(&reader));
    (void)finish(&reader, rp_buf_view(&file));
    close_reader(&reader);
    rp_buf_release(&file);
}

static void
pieces_do_not_part_cr_from_lf(void **state)
{
    struct rp_buf file = { 0 };
    struct reader reader;

    (void)state;
    put_many(&file, 'a', RP_RECORD_MAX_BYTES - 1);
    rp_buf_str(&file, "\r\n");
    reader = open_reader(rp_buf_view(&file));
    assert_int_equal(check_pieces(&reader, &file, 0, file.len), 2);
    assert_null(next(&reader));
    close_reader(&reader);
    rp_buf_release(&file);
}

static void
a_sought_line_is_the_line_that_was(void **state)
{
    struct rp_slice bytes = RP_LIT("a\nbc\r\nd");
    struct reader reader = open_reader(bytes);
    const struct rp_line *line;
    struct rp_err err;

    (void)state;
    read_all(&reader);
    (void)finish(&reader, bytes);
    assert_ok(rp_lines_seek(reader.lines, 2, 2, &err), &err);
    line = next(&reader);
    assert_bytes(line->bytes, "bc\r\n");
    assert_int_equal(line->number, 2);
    assert_int_equal(line->byte_start, 2);
    assert_bytes(next(&reader)->bytes, "d");
    assert_null(next(&reader));
    assert_ok(rp_lines_seek(reader.lines, 0, 1, &err), &err);
    assert_bytes(next(&reader)->bytes, "a\n");
    close_reader(&reader);
}

static void
a_sought_place_that_is_gone_has_no_line(void **state)
{
    struct rp_slice bytes = RP_LIT("a\nbc\n");
    struct reader reader = open_reader(bytes);
    struct rp_err err;

    (void)state;
    read_all(&reader);
    (void)finish(&reader, bytes);
    assert_int_equal(truncate(rp_input_path(reader.input), 1), 0);
    assert_ok(rp_lines_seek(reader.lines, 2, 2, &err), &err);
    assert_null(next(&reader));
    close_reader(&reader);
}

/* A folder can be opened and not read. */
static void
a_file_that_cannot_be_opened_again_is_named(void **state)
{
    struct rp_input *input = test_input(folder, RP_LIT("a\n"));
    struct rp_lines *lines = NULL;
    struct rp_err err;

    (void)state;
    assert_int_equal(unlink(rp_input_path(input)), 0);
    assert_int_equal(rp_lines_open(input, &lines, &err), RP_E_IO);
    assert_holds(err.text, "source.csv");
    assert_int_equal(mkdir(rp_input_path(input), 0700), 0);
    assert_int_equal(rp_lines_open(input, &lines, &err), RP_E_IO);
    assert_holds(err.text, "source.csv");
    assert_int_equal(rmdir(rp_input_path(input)), 0);
    assert_null(lines);
    rp_lines_close(lines);
    rp_input_close(input);
}

/* A file that every read fails from: nothing is mapped at address 0. */
static void
a_file_that_cannot_be_read_is_named(void **state)
{
    static const char path[] = "/proc/self/mem";
    struct rp_lines *lines = NULL;
    struct rp_input *input;
    struct rp_err err;

    (void)state;
    if (rp_input_open(path, folder, &input, &err) != RP_OK)
        skip();
    assert_int_equal(rp_lines_open(input, &lines, &err), RP_E_IO);
    assert_holds(err.text, "mem: cannot be read: ");
    assert_null(lines);
    rp_input_close(input);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_ends_as_the_file_has_it),
        cmocka_unit_test(skipped_bytes_are_hashed_and_in_no_line),
        cmocka_unit_test(lines_are_whole_wherever_a_read_ends),
        cmocka_unit_test(a_far_lf_tells_a_lone_cr_from_a_line_end),
        cmocka_unit_test(a_line_of_the_limit_is_whole),
        cmocka_unit_test(a_longer_line_comes_in_pieces),
        cmocka_unit_test(pieces_do_not_part_cr_from_lf),
        cmocka_unit_test(a_sought_line_is_the_line_that_was),
        cmocka_unit_test(a_sought_place_that_is_gone_has_no_line),
        cmocka_unit_test(a_file_that_cannot_be_opened_again_is_named),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
