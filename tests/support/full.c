/* full.c - see full.h. */
#include "support/full.h"

#include <signal.h>
#include <sys/resource.h>

#include "support/test.h"

static void
set_limit(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void
test_full_begin(uint64_t bytes)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    assert_int_equal(sigaction(SIGXFSZ, &ignore, NULL), 0);
    set_limit(bytes);
}

void
test_full_end(void)
{
    set_limit(RLIM_INFINITY);
}
