/* test_spool.c - bytes that start in memory and go to disk. */
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spool.h"
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

/* Byte number n of everything that is spooled here. */
static unsigned char
pattern(uint64_t n)
{
    return (unsigned char)(n * 2654435761U >> 7);
}

static struct rp_spool *
open_spool(size_t memory_bytes)
{
    struct rp_spool *spool = NULL;
    struct rp_err err;

    assert_ok(rp_spool_open(folder, memory_bytes, &spool, &err), &err);
    return spool;
}

static void
put_pattern(struct rp_spool *spool, size_t len)
{
    unsigned char *bytes = malloc(len + 1);
    uint64_t start = rp_spool_bytes(spool);
    struct rp_slice piece = { bytes, len };
    struct rp_err err;

    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = pattern(start + i);
    assert_ok(rp_spool_put(spool, piece, &err), &err);
    free(bytes);
}

static void
check_pattern(const unsigned char *bytes, size_t len, uint64_t start)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != pattern(start + i))
            fail_msg("byte %zu is another one", (size_t)start + i);
}

/* Reads to the end, step bytes at a time. */
static void
check_all(const struct rp_spool *spool, size_t step)
{
    unsigned char *bytes = malloc(step);
    struct rp_spool_reader *reader = NULL;
    uint64_t place = 0;
    size_t got = step;
    struct rp_err err;

    assert_non_null(bytes);
    assert_ok(rp_spool_read(spool, &reader, &err), &err);
    while (got == step) {
        assert_ok(rp_spool_next(reader, bytes, step, &got, &err), &err);
        check_pattern(bytes, got, place);
        place += got;
    }
    assert_int_equal(place, rp_spool_bytes(spool));
    assert_ok(rp_spool_next(reader, bytes, step, &got, &err), &err);
    assert_int_equal(got, 0);
    rp_spool_reader_close(reader);
    free(bytes);
}

/* How much stays in memory, how much is put at once, how often, and how much
 * is read at once: on both sides of every border, the block of 64 KiB too. */
static const struct {
    size_t memory;
    size_t put;
    size_t times;
    size_t read;
} sizes[] = {
    { 100, 0, 3, 1 },          { 100, 1, 99, 7 },
    { 100, 1, 100, 7 },        { 100, 1, 101, 7 },
    { 100, 60, 2, 100 },       { 0, 1, 1, 1 },
    { 0, 1000, 300, 999 },     { 0, 65536, 3, 65536 },
    { 0, 65535, 3, 65537 },    { 0, 65537, 3, 65535 },
    { 1000, 70000, 4, 1 },     { 1000, 333, 1000, 100000 },
    { 50, 200000, 2, 131072 }, { 1 << 20, 4096, 100, 1000 },
};

static void
what_was_put_is_read_on_both_sides_of_each_border(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        struct rp_spool *spool = open_spool(sizes[i].memory);

        for (size_t n = 0; n < sizes[i].times; n++)
            put_pattern(spool, sizes[i].put);
        assert_int_equal(rp_spool_bytes(spool), sizes[i].put * sizes[i].times);
        check_all(spool, sizes[i].read);
        check_all(spool, 3 * sizes[i].read + 1);
        rp_spool_close(spool);
    }
}

static void
small_and_large_pieces_may_be_mixed(void **state)
{
    struct rp_spool *spool = open_spool(500);

    (void)state;
    for (size_t i = 0; i < 20; i++) {
        put_pattern(spool, i);
        put_pattern(spool, 30000 * (i % 4));
        put_pattern(spool, 1);
    }
    check_all(spool, 12345);
    rp_spool_close(spool);
}

static void
readers_do_not_disturb_each_other(void **state)
{
    struct rp_spool *spool = open_spool(1000);
    struct rp_spool_reader *readers[3] = { NULL };
    uint64_t places[3] = { 0 };
    unsigned char bytes[3000];
    struct rp_err err;

    (void)state;
    put_pattern(spool, 300000);
    for (size_t i = 0; i < 3; i++)
        assert_ok(rp_spool_read(spool, &readers[i], &err), &err);
    for (size_t round = 0; round < 90; round++) {
        size_t who = round % 3;
        size_t got = 0;
        size_t step = 1000 * (who + 1);

        assert_ok(rp_spool_next(readers[who], bytes, step, &got, &err), &err);
        assert_int_equal(got, step);
        check_pattern(bytes, got, places[who]);
        places[who] += got;
    }
    for (size_t i = 0; i < 3; i++)
        rp_spool_reader_close(readers[i]);
    rp_spool_close(spool);
}

static void
more_may_be_put_after_a_reader_has_gone(void **state)
{
    struct rp_spool *spool = open_spool(10);

    (void)state;
    put_pattern(spool, 5);
    check_all(spool, 3);
    put_pattern(spool, 100);
    check_all(spool, 3);
    put_pattern(spool, 100000);
    check_all(spool, 777);
    rp_spool_close(spool);
}

static void
flushing_changes_nothing_that_can_be_read(void **state)
{
    struct rp_spool *spool = open_spool(100);
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        put_pattern(spool, 70);
        assert_ok(rp_spool_flush(spool, &err), &err);
        assert_int_equal(rp_spool_bytes(spool), 70 * (i + 1));
        check_all(spool, 33);
    }
    rp_spool_close(spool);
}

static void
the_folder_never_shows_a_file(void **state)
{
    struct rp_spool *spool = open_spool(0);

    (void)state;
    put_pattern(spool, 1000000);
    assert_int_equal(test_folder_count(folder), 0);
    rp_spool_close(spool);
    assert_int_equal(test_folder_count(folder), 0);
}

static void
what_fits_into_memory_needs_no_folder(void **state)
{
    struct rp_spool *spool = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_spool_open("/nowhere/at/all", 10, &spool, &err), &err);
    put_pattern(spool, 10);
    check_all(spool, 4);
    assert_int_equal(rp_spool_put(spool, RP_LIT("x"), &err), RP_E_IO);
    assert_holds(err.text, "/nowhere/at/all");
    assert_holds(err.text, "must be a folder");
    rp_spool_close(spool);
    rp_spool_close(NULL);
    rp_spool_reader_close(NULL);
}

static void
a_full_disk_names_the_folder_and_what_to_do(void **state)
{
    struct rp_spool *spool = open_spool(0);
    enum rp_status status = RP_OK;
    struct rp_err err;
    static const unsigned char block[1000];
    const struct rp_slice piece = { block, sizeof block };

    (void)state;
    test_full_begin(100000);
    for (size_t i = 0; status == RP_OK && i < 1000; i++)
        status = rp_spool_put(spool, piece, &err);
    test_full_end();
    assert_int_equal(status, RP_E_IO);
    assert_holds(err.text, folder);
    assert_holds(err.text, "make room");
    rp_spool_close(spool);
    assert_int_equal(test_folder_count(folder), 0);
}

static void
a_temporary_file_is_private_and_without_a_name(void **state)
{
    struct rp_err err;
    struct stat info;
    int fd = -1;

    (void)state;
    assert_ok(rp_tempfile(folder, &fd, &err), &err);
    assert_int_equal(fstat(fd, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_nlink, 0);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
    assert_int_equal(test_folder_count(folder), 0);
    assert_int_equal(close(fd), 0);
}

static void
a_file_is_no_folder(void **state)
{
    char *path = test_path(folder, "file");
    struct rp_err err;
    int fd = -1;

    (void)state;
    test_write(path, RP_LIT("x"));
    assert_int_equal(rp_tempfile(path, &fd, &err), RP_E_IO);
    assert_int_equal(fd, -1);
    assert_holds(err.text, path);
    assert_int_equal(unlink(path), 0);
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_read_on_both_sides_of_each_border),
        cmocka_unit_test(small_and_large_pieces_may_be_mixed),
        cmocka_unit_test(readers_do_not_disturb_each_other),
        cmocka_unit_test(more_may_be_put_after_a_reader_has_gone),
        cmocka_unit_test(flushing_changes_nothing_that_can_be_read),
        cmocka_unit_test(the_folder_never_shows_a_file),
        cmocka_unit_test(what_fits_into_memory_needs_no_folder),
        cmocka_unit_test(a_full_disk_names_the_folder_and_what_to_do),
        cmocka_unit_test(a_temporary_file_is_private_and_without_a_name),
        cmocka_unit_test(a_file_is_no_folder),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
