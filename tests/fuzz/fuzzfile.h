/* fuzzfile.h - a fuzzer's bytes as a file that has a path.
 *
 * One unlinked file in memory, written anew for every input, is much faster
 * than a file made and removed each time.
 */
#ifndef FUZZ_FUZZFILE_H
#define FUZZ_FUZZFILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The path of a file that holds these bytes and nothing else. */
static inline const char *
fuzz_file(const uint8_t *bytes, size_t len)
{
    static char path[64];
    static int fd = -1;

    if (fd < 0) {
        char name[] = "/dev/shm/rollproof-fuzz-XXXXXX";

        fd = mkstemp(name);
        if (fd < 0)
            abort();
        (void)unlink(name);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, bytes, len, 0) != (ssize_t)len)
        abort();
    return path;
}

#endif
