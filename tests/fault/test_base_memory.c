/* test_base_memory.c - memory runs out at each call in turn, and src/base
 * says so: no crash, no leak of a file, no wrong answer.
 */
#include "support/test.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/sha256.h"
#include "base/show.h"
#include "base/sort.h"
#include "support/sweep.h"

/* Enough records for 70 runs of five, which takes a merge of runs. */
static enum rp_status
fill(struct rp_sorter *sorter, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (unsigned i = 0; status == RP_OK && i < 350; i++) {
        const unsigned char record[2] = {
            (unsigned char)(i * 737 >> 8),
            (unsigned char)(i * 737),
        };

        status = rp_sorter_add(sorter, record, err);
    }
    return status == RP_OK ? rp_sorter_finish(sorter, err) : status;
}

static enum rp_status
read_sorted(struct rp_sorter *sorter, bool *out_rising, struct rp_err *err)
{
    unsigned char last[2] = { 0, 0 };
    const unsigned char *record;

    *out_rising = true;
    for (;;) {
        enum rp_status status = rp_sorter_next(sorter, &record, err);

        if (status != RP_OK || record == NULL)
            return status;
        if (memcmp(last, record, sizeof last) > 0)
            *out_rising = false;
        memcpy(last, record, sizeof last);
    }
}

static enum test_ending
sort_within(size_t memory_bytes)
{
    const struct rp_sort_shape shape = { 2, 2, memory_bytes };
    struct rp_sorter *sorter = NULL;
    bool rising = true;
    struct rp_err err;
    enum rp_status status = rp_sorter_open(&shape, "/tmp", &sorter, &err);

    if (status == RP_OK)
        status = fill(sorter, &err);
    if (status == RP_OK)
        status = rp_sorter_rewind(sorter, &err);
    if (status == RP_OK)
        status = read_sorted(sorter, &rising, &err);
    rp_sorter_close(sorter);
    return rising ? test_end_of(status, &err) : TEST_WRONG;
}

static enum test_ending
sort_in_memory(void)
{
    return sort_within(10000);
}

static enum test_ending
sort_few_runs(void)
{
    return sort_within(500);
}

static enum test_ending
sort_many_runs(void)
{
    return sort_within(20);
}

static enum test_ending
show_cell(void)
{
    struct rp_buf out = { 0 };
    struct rp_err err;
    enum rp_status status;

    rp_show_cell(&out, RP_LIT("=A(\"x\",\"\x1b\")"));
    rp_buf_printf(&out, "%0100d", 1);
    status = rp_buf_status(&out, &err);
    rp_buf_release(&out);
    return test_end_of(status, &err);
}

static enum test_ending
hash_bytes(void)
{
    unsigned char digest[RP_SHA256_BYTES] = { 0 };
    struct rp_sha256 *sha = NULL;
    struct rp_err err;
    enum rp_status status = rp_sha256_open(&sha, &err);

    if (status == RP_OK)
        status = rp_sha256_put(sha, RP_LIT("abc"), &err);
    if (status == RP_OK)
        status = rp_sha256_finish(sha, digest, &err);
    rp_sha256_close(sha);
    if (status == RP_OK && digest[0] != 0xba)
        return TEST_WRONG;
    return test_end_of(status, &err);
}

static enum test_ending
hash_in_one_go(void)
{
    char hex[RP_SHA256_HEX] = "";
    struct rp_err err;
    enum rp_status status = rp_sha256_hex(RP_LIT("abc"), hex, &err);

    if (status == RP_OK && strncmp(hex, "ba7816bf", 8) != 0)
        return TEST_WRONG;
    return test_end_of(status, &err);
}

static enum test_ending
open_input(void)
{
    struct rp_input *input = NULL;
    int fd = -1;
    struct rp_err err;
    enum rp_status status =
        rp_input_open("/proc/self/exe", "/tmp", &input, &err);

    if (status == RP_OK)
        status = rp_input_descriptor(input, &fd, &err);
    if (fd >= 0)
        (void)close(fd);
    rp_input_close(input);
    return test_end_of(status, &err);
}

static const struct test_work works[] = {
    { "sort in memory", sort_in_memory, 1 },
    { "sort few runs", sort_few_runs, 1 },
    { "sort many runs", sort_many_runs, 7 },
    { "show a cell", show_cell, 1 },
    { "hash bytes", hash_bytes, 1 },
    { "hash in one go", hash_in_one_go, 1 },
    { "open an input", open_input, 1 },
};

static void
running_out_of_memory_is_told_wherever_it_happens(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        test_sweep(&works[i]);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
    };

    test_sweep_start(argc, argv, works, TEST_COUNT(works));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
