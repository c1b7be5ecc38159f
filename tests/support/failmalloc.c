/* failmalloc.c - a preloaded shim that lets memory run out once.
 *
 *     LD_PRELOAD=build/tests/failmalloc.so FAILMALLOC_AT=17 PROGRAM
 *
 * makes the 17th call of malloc, calloc or realloc in the process fail with
 * ENOMEM.  FAILMALLOC_REPORT=PATH writes the number of calls to PATH when the
 * process exits, so that a sweep knows when it is through.  Calls of the
 * loader, before the shim was started, do not count.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is replaced here, under glibc's own names: no dlsym, which allocates. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *ptr, size_t bytes);
/* And those of a program that was built with the address sanitizer. */
__attribute__((weak)) void *__interceptor_malloc(size_t bytes);
__attribute__((weak)) void *__interceptor_calloc(size_t count, size_t bytes);
__attribute__((weak)) void *__interceptor_realloc(void *ptr, size_t bytes);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static atomic_bool started;
static atomic_ulong calls;
static unsigned long fail_at; /* 0: never; set before started */

static void
report(void)
{
    const char *path = getenv("FAILMALLOC_REPORT");
    char text[32];
    int len;
    int fd;

    atomic_store(&started, false);
    if (path == NULL)
        return;
    len = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (write(fd, text, (size_t)len) != len)
        (void)unlink(path);
    (void)close(fd);
}

__attribute__((constructor)) static void
start(void)
{
    const char *at = getenv("FAILMALLOC_AT");

    if (at != NULL)
        fail_at = strtoul(at, NULL, 10);
    if (atexit(report) == 0)
        atomic_store(&started, true);
}

static bool
runs_out(void)
{
    if (!atomic_load(&started))
        return false;
    if (atomic_fetch_add(&calls, 1) + 1 != fail_at)
        return false;
    errno = ENOMEM;
    return true;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
void *
malloc(size_t bytes)
{
    if (runs_out())
        return NULL;
    return __interceptor_malloc != NULL ? __interceptor_malloc(bytes)
                                        : __libc_malloc(bytes);
}

void *
calloc(size_t count, size_t bytes)
{
    if (runs_out())
        return NULL;
    return __interceptor_calloc != NULL ? __interceptor_calloc(count, bytes)
                                        : __libc_calloc(count, bytes);
}

void *
realloc(void *ptr, size_t bytes)
{
    if (runs_out())
        return NULL;
    return __interceptor_realloc != NULL ? __interceptor_realloc(ptr, bytes)
                                         : __libc_realloc(ptr, bytes);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
