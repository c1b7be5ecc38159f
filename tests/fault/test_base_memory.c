/* test_base_memory.c - memory runs out at each call in turn, and src/base
 * says so: no crash, no leak of a file, no wrong answer.
 *
 * The test runs itself again with the shim of tests/support/failmalloc.c; the
 * work below is what it does then.
 */
#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/sha256.h"
#include "base/show.h"
#include "base/sort.h"

/* How the work ended. */
enum ending {
    END_DONE = 0,
    END_NO_MEMORY = 10,
    END_WRONG = 11, /* another failure, or an answer that is not true */
};

/* More calls than the work makes. */
#define CALLS_MAX 5000

static const char *myself;

static enum ending
end_of(enum rp_status status, const struct rp_err *err)
{
    if (status == RP_OK)
        return END_DONE;
    if (status == RP_E_NOMEM && err->status == status &&
        strstr(err->text, "memory") != NULL)
        return END_NO_MEMORY;
    return END_WRONG;
}

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

static enum ending
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
    return rising ? end_of(status, &err) : END_WRONG;
}

static enum ending
sort_in_memory(void)
{
    return sort_within(10000);
}

static enum ending
sort_few_runs(void)
{
    return sort_within(500);
}

static enum ending
sort_many_runs(void)
{
    return sort_within(20);
}

static enum ending
show_cell(void)
{
    struct rp_buf out = { 0 };
    struct rp_err err;
    enum rp_status status;

    rp_show_cell(&out, RP_LIT("=A(\"x\",\"\x1b\")"));
    rp_buf_printf(&out, "%0100d", 1);
    status = rp_buf_status(&out, &err);
    rp_buf_release(&out);
    return end_of(status, &err);
}

static enum ending
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
        return END_WRONG;
    return end_of(status, &err);
}

static enum ending
hash_in_one_go(void)
{
    char hex[RP_SHA256_HEX] = "";
    struct rp_err err;
    enum rp_status status = rp_sha256_hex(RP_LIT("abc"), hex, &err);

    if (status == RP_OK && strncmp(hex, "ba7816bf", 8) != 0)
        return END_WRONG;
    return end_of(status, &err);
}

static enum ending
open_input(void)
{
    struct rp_input *input = NULL;
    int fd = -1;
    struct rp_err err;
    enum rp_status status = rp_input_open(myself, "/tmp", &input, &err);

    if (status == RP_OK)
        status = rp_input_descriptor(input, &fd, &err);
    if (fd >= 0)
        (void)close(fd);
    rp_input_close(input);
    return end_of(status, &err);
}

static const struct {
    const char *name;
    enum ending (*work)(void);
    unsigned step; /* every call is tried, or every step-th */
} works[] = {
    { "sort in memory", sort_in_memory, 1 },
    { "sort few runs", sort_few_runs, 1 },
    { "sort many runs", sort_many_runs, 7 },
    { "show a cell", show_cell, 1 },
    { "hash bytes", hash_bytes, 1 },
    { "hash in one go", hash_in_one_go, 1 },
    { "open an input", open_input, 1 },
};

static char *
shim_path(void)
{
    const char *build = getenv("ROLLPROOF_BUILD");

    if (build == NULL)
        build = "build";
    return test_path(build, "tests/failmalloc.so");
}

/* In the child: runs this program again, with the shim. */
static void
become_work(const char *shim, const char *name, unsigned n)
{
    char at[32];

    (void)snprintf(at, sizeof at, "%u", n);
    if (setenv("LD_PRELOAD", shim, 1) == 0 &&
        setenv("FAILMALLOC_AT", at, 1) == 0)
        (void)execl(myself, myself, "--work", name, (char *)NULL);
    _exit(127);
}

/* What becomes of the work when call number n gets no memory. */
static int
run_work(const char *shim, const char *name, unsigned n)
{
    int how = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        become_work(shim, name, n);
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

/* Tries until the work is done, whichever call fails, a few times running. */
static unsigned
sweep(const char *shim, const char *name, unsigned step)
{
    unsigned done_in_a_row = 0;
    unsigned told = 0;

    for (unsigned n = 1; done_in_a_row < 20; n += step) {
        int ending = run_work(shim, name, n);

        if (ending != END_DONE && ending != END_NO_MEMORY)
            fail_msg("%s, without memory at call %u: exit %d", name, n, ending);
        told += ending == END_NO_MEMORY;
        done_in_a_row = ending == END_DONE ? done_in_a_row + 1 : 0;
        assert_true(n < CALLS_MAX);
    }
    return told;
}

static void
running_out_of_memory_is_told_wherever_it_happens(void **state)
{
    char *shim;

    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* it brings a malloc of its own */
#endif
    shim = shim_path();
    assert_int_equal(access(shim, R_OK), 0);
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        assert_true(sweep(shim, works[i].name, works[i].step) > 0);
    free(shim);
}

static int
do_work(const char *name)
{
    for (size_t i = 0; i < TEST_COUNT(works); i++) {
        enum ending ending;

        if (strcmp(works[i].name, name) != 0)
            continue;
        ending = works[i].work();
        return (int)ending;
    }
    return END_WRONG;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
    };

    myself = argv[0];
    if (argc == 3 && strcmp(argv[1], "--work") == 0)
        return do_work(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
