/* test_input.c - files and standard input, read at any place. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
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

static struct rp_input *
open_input(const char *path)
{
    struct rp_input *input = NULL;
    struct rp_err err;

    assert_ok(rp_input_open(path, folder, &input, &err), &err);
    return input;
}

static int
open_reader(const struct rp_input *input)
{
    struct rp_err err;
    int fd = -1;

    assert_ok(rp_input_descriptor(input, &fd, &err), &err);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    return fd;
}

/* len bytes at offset are text (shorter at the end of the file). */
static void
check_read(int fd, size_t len, uint64_t offset, const char *text)
{
    char bytes[64];
    size_t got = 99;

    assert_int_equal(rp_pread_full(fd, bytes, len, offset, &got), 0);
    assert_int_equal(got, strlen(text));
    assert_memory_equal(bytes, text, got);
}

static void
a_file_is_read_at_any_place_by_several_readers(void **state)
{
    char *path = test_path(folder, "a.csv");
    struct rp_input *input;
    int left;
    int right;

    (void)state;
    test_write(path, RP_LIT("id,name\n1,Ada\n"));
    input = open_input(path);
    assert_int_equal(rp_input_bytes(input), 14);
    left = open_reader(input);
    right = open_reader(input);
    assert_int_not_equal(left, right);
    check_read(left, 7, 0, "id,name");
    check_read(right, 5, 8, "1,Ada");
    check_read(left, 64, 8, "1,Ada\n");
    check_read(left, 64, 14, "");
    check_read(left, 64, 1000, "");
    check_read(left, 0, 0, "");
    assert_int_equal(close(left), 0);
    check_read(right, 2, 0, "id");
    assert_int_equal(close(right), 0);
    rp_input_close(input);
    free(path);
}

static void
the_name_is_the_last_part_and_fit_to_be_printed(void **state)
{
    char *path = test_path(folder, "od\x1b[31md\xff.csv");
    struct rp_input *input;

    (void)state;
    test_write(path, RP_LIT("x"));
    input = open_input(path);
    assert_string_equal(rp_input_name(input), "od\\x1b[31md\\xff.csv");
    assert_string_equal(rp_input_path(input), path);
    rp_input_close(input);
    rp_input_close(NULL);
    free(path);
}

/* Runs what follows with standard input taken from path. */
static int
redirect_stdin(const char *path)
{
    int kept = dup(STDIN_FILENO);
    int fd = open(path, O_RDONLY);

    assert_true(kept >= 0 && fd >= 0);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(fd), 0);
    return kept;
}

static void
restore_stdin(int kept)
{
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(kept), 0);
}

/* More than a pipe or a block holds. */
static void
write_large(const char *path, size_t len)
{
    struct rp_buf bytes = { 0 };

    rp_buf_str(&bytes, "front");
    while (bytes.len < len - 4)
        rp_buf_byte(&bytes, ' ');
    rp_buf_str(&bytes, "back");
    test_write(path, rp_buf_view(&bytes));
    rp_buf_release(&bytes);
}

static void
standard_input_is_read_like_a_file(void **state)
{
    char *path = test_path(folder, "large");
    struct rp_input *input;
    size_t files;
    int kept;
    int left;
    int right;

    (void)state;
    write_large(path, 200001);
    files = test_folder_count(folder);
    kept = redirect_stdin(path);
    input = open_input("-");
    restore_stdin(kept);
    assert_string_equal(rp_input_name(input), "stdin");
    assert_string_equal(rp_input_path(input), "-");
    assert_int_equal(rp_input_bytes(input), 200001);
    assert_int_equal(test_folder_count(folder), files);
    left = open_reader(input);
    right = open_reader(input);
    check_read(left, 9, 199997, "back");
    check_read(right, 5, 0, "front");
    check_read(left, 5, 0, "front");
    assert_int_equal(close(left), 0);
    assert_int_equal(close(right), 0);
    rp_input_close(input);
    free(path);
}

static void
a_closed_standard_input_is_an_error(void **state)
{
    struct rp_input *input = NULL;
    struct rp_err err;
    int kept = dup(STDIN_FILENO);

    (void)state;
    assert_int_equal(close(STDIN_FILENO), 0);
    assert_int_equal(rp_input_open("-", folder, &input, &err), RP_E_IO);
    restore_stdin(kept);
    assert_null(input);
    assert_holds(err.text, "standard input");
}

static void
a_full_disk_names_the_folder_of_the_copy(void **state)
{
    char *path = test_path(folder, "large");
    struct rp_input *input = NULL;
    struct rp_err err;
    enum rp_status status;
    int kept;

    (void)state;
    write_large(path, 200001);
    kept = redirect_stdin(path);
    test_full_begin(100000);
    status = rp_input_open("-", folder, &input, &err);
    test_full_end();
    restore_stdin(kept);
    assert_int_equal(status, RP_E_IO);
    assert_null(input);
    assert_holds(err.text, folder);
    assert_holds(err.text, "make room");
    free(path);
}

static void
a_missing_file_is_named(void **state)
{
    struct rp_input *input = NULL;
    struct rp_err err;

    (void)state;
    assert_int_equal(rp_input_open("/nowhere/a\n.csv", folder, &input, &err),
                     RP_E_IO);
    assert_null(input);
    assert_string_equal(err.text, "/nowhere/a\\x0a.csv: cannot be opened: "
                                  "No such file or directory");
}

static void
check_kind(const char *path, const char *why)
{
    struct rp_input *input = NULL;
    struct rp_err err;

    assert_int_equal(rp_input_open(path, folder, &input, &err), RP_E_IO);
    assert_null(input);
    assert_holds(err.text, path);
    assert_holds(err.text, why);
}

static void
what_is_no_file_is_refused_without_waiting(void **state)
{
    char *fifo = test_path(folder, "fifo");

    (void)state;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    check_kind(folder, "is a folder");
    check_kind("/dev/null", "is a device");
    check_kind(fifo, "is a pipe");
    free(fifo);
}

static void
a_file_that_went_away_is_noticed_by_the_next_reader(void **state)
{
    char *path = test_path(folder, "gone.csv");
    struct rp_input *input;
    struct rp_err err;
    int fd = -1;

    (void)state;
    test_write(path, RP_LIT("x"));
    input = open_input(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rp_input_descriptor(input, &fd, &err), RP_E_IO);
    assert_int_equal(fd, -1);
    assert_holds(err.text, path);
    rp_input_close(input);
    free(path);
}

static void
a_descriptor_that_cannot_be_read_or_written_tells_errno(void **state)
{
    char byte = 'x';
    size_t got = 99;

    (void)state;
    errno = 0;
    assert_int_equal(rp_pread_full(-1, &byte, 1, 0, &got), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(got, 99);
    errno = 0;
    assert_int_equal(rp_write_full(-1, &byte, 1), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(rp_write_full(-1, &byte, 0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_at_any_place_by_several_readers),
        cmocka_unit_test(the_name_is_the_last_part_and_fit_to_be_printed),
        cmocka_unit_test(standard_input_is_read_like_a_file),
        cmocka_unit_test(a_closed_standard_input_is_an_error),
        cmocka_unit_test(a_full_disk_names_the_folder_of_the_copy),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(what_is_no_file_is_refused_without_waiting),
        cmocka_unit_test(a_file_that_went_away_is_noticed_by_the_next_reader),
        cmocka_unit_test(
            a_descriptor_that_cannot_be_read_or_written_tells_errno),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
