/* sweep.c - see sweep.h. */
#include "support/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

/* More calls than any work makes. */
#define CALLS_MAX 100000

enum test_ending
test_end_of(enum rp_status status, const struct rp_err *err)
{
    if (status == RP_OK)
        return TEST_DONE;
    if (status == RP_E_NOMEM && err->status == status &&
        strstr(err->text, "memory") != NULL)
        return TEST_NO_MEMORY;
    (void)fprintf(stderr, "status %d: %s\n", (int)status, err->text);
    return TEST_WRONG;
}

void
test_sweep_start(int argc, char **argv, const struct test_work *works,
                 size_t count)
{
    enum test_ending ending = TEST_WRONG;

    if (argc != 3 || strcmp(argv[1], "--work") != 0)
        return;
    for (size_t i = 0; i < count; i++)
        if (strcmp(works[i].name, argv[2]) == 0)
            ending = works[i].work();
    exit((int)ending);
}

static void
become(const char *shim, const char *name, unsigned n)
{
    const char *root = getenv("ROLLPROOF_ROOT");
    char options[4096];
    char at[32];

    (void)snprintf(options, sizeof options,
                   "suppressions=%s/tests/support/leaks:print_suppressions=0",
                   root == NULL ? "." : root);
    (void)snprintf(at, sizeof at, "%u", n);
    /* Of the address sanitizer, if that is there; see fault.sh. */
    if (setenv("ASAN_OPTIONS",
               "verify_asan_link_order=0:fast_unwind_on_malloc=0:exitcode=99",
               1) == 0 &&
        setenv("LSAN_OPTIONS", options, 1) == 0 &&
        setenv("LD_PRELOAD", shim, 1) == 0 &&
        setenv("FAILMALLOC_AT", at, 1) == 0)
        (void)execl("/proc/self/exe", "sweep", "--work", name, (char *)NULL);
    _exit(127);
}

/* What becomes of the work when call number n gets no memory. */
static int
run(const char *shim, const char *name, unsigned n)
{
    int how = -1;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        become(shim, name, n);
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

void
test_sweep(const struct test_work *work)
{
    const char *build = getenv("ROLLPROOF_BUILD");
    char *shim =
        test_path(build == NULL ? "build" : build, "tests/failmalloc.so");
    unsigned done_in_a_row = 0;
    unsigned told = 0;

    assert_int_equal(access(shim, R_OK), 0);
    for (unsigned n = 1; done_in_a_row < 20; n += work->step) {
        const int ending = run(shim, work->name, n);

        if (ending != TEST_DONE && ending != TEST_NO_MEMORY)
            fail_msg("%s, without memory at call %u: exit %d", work->name, n,
                     ending);
        told += ending == TEST_NO_MEMORY;
        done_in_a_row = ending == TEST_DONE ? done_in_a_row + 1 : 0;
        assert_true(n < CALLS_MAX);
    }
    assert_true(told > 0);
    free(shim);
}
