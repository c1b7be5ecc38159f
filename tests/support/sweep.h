/* sweep.h - lets memory run out at each call in turn.
 *
 * A test program of this kind runs itself again with the shim of failmalloc.c,
 * which makes the n-th call fail, for n = 1, 2, 3, ... until the work is done
 * whichever call fails.
 */
#ifndef SUPPORT_SWEEP_H
#define SUPPORT_SWEEP_H

#include <stddef.h>

#include "base/err.h"

/* How the work ended. */
enum test_ending {
    TEST_DONE = 0,
    TEST_NO_MEMORY = 10,
    TEST_WRONG = 11, /* another failure, or an answer that is not true */
};

struct test_work {
    const char *name;
    enum test_ending (*work)(void);
    unsigned step; /* 1: every call; more, where there are many alike */
};

/* RP_E_NOMEM with a text about memory is TEST_NO_MEMORY. */
enum test_ending test_end_of(enum rp_status status, const struct rp_err *err);

/* First thing in main: does the work and exits when this is such a run. */
void test_sweep_start(int argc, char **argv, const struct test_work *works,
                      size_t count);
/* Fails the test when memory ran out and it was not told. */
void test_sweep(const struct test_work *work);

#endif
