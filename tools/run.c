/* run.c - what a command costs.
 *
 *     run FILE COMMAND [ARGUMENT]...
 *
 * runs the command and appends "WALL CPU PEAK" to FILE: seconds that passed,
 * seconds of processors (its own and those of its children that it waited
 * for), KiB of memory of the largest of them.  Exits as the command does.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int
fail(const char *what, int errno_value)
{
    (void)fprintf(stderr, "run: %s: %s\n", what, strerror(errno_value));
    return EXIT_FAILURE;
}

static double
now(void)
{
    struct timespec time = { 0, 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* One line, written when all of it is known. */
static int
note(const char *path, double wall)
{
    struct rusage used;
    FILE *file = fopen(path, "a");

    if (file == NULL || getrusage(RUSAGE_CHILDREN, &used) != 0)
        return fail(path, errno);
    (void)fprintf(file, "%.4f %.4f %ld\n", wall,
                  seconds(&used.ru_utime) + seconds(&used.ru_stime),
                  used.ru_maxrss);
    return fclose(file) == 0 ? EXIT_SUCCESS : fail(path, errno);
}

int
main(int argc, char **argv)
{
    double start = now();
    pid_t child = 0;
    int state = 0;
    int code;

    if (argc < 3) {
        (void)fputs("usage: run FILE COMMAND [ARGUMENT]...\n", stderr);
        return EXIT_FAILURE;
    }
    code = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
    if (code != 0)
        return fail(argv[2], code);
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            return fail(argv[2], errno);
    if (note(argv[1], now() - start) != EXIT_SUCCESS)
        return EXIT_FAILURE;
    return WIFEXITED(state) ? WEXITSTATUS(state) : EXIT_FAILURE;
}
