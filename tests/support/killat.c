/* killat.c - a preloaded shim that lets something happen at the N-th call
 * that changes the disk.
 *
 *     LD_PRELOAD=build/tests/killat.so KILLAT=17 PROGRAM
 *
 * kills the process right before its 17th call of write, pwrite, ftruncate,
 * fsync, fdatasync, link, rename, unlink, rmdir or mkdir.  Only regular files
 * and folders count: what goes to a pipe or terminal changes no disk.  Instead
 * of that,
 *
 * KILLAT_HALF=1         half of the bytes are written first, when it is a write
 * KILLAT_SIGNAL=2       this signal is raised, and the call is made
 * KILLAT_ERRNO=28       the call fails with this number
 * KILLAT_STAY=1         as does every later call of the same kind
 * KILLAT_COMMAND=SHELL  this is run, without the shim, and the call is made
 *
 * KILLAT_TRACE=PATH writes down each call: number, name, path.
 * KILLAT_OPEN=NAME counts the calls of open for the path NAME, and no others.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES 4096

/* The real calls are made without libc's wrappers, which are replaced here. */
long syscall(long number, ...);
ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t offset);
int ftruncate64(int fd, off_t len);

static struct {
    unsigned long at; /* 0: never */
    int signal;
    int error;
    bool half;
    bool stay;
    const char *command;
    const char *trace;
    const char *open;
} wanted;
static atomic_ulong calls;
static const char *failing; /* the kind of call that fails from now on */

static int
number_of(const char *name)
{
    const char *text = getenv(name);

    return text == NULL ? 0 : (int)strtol(text, NULL, 10);
}

__attribute__((constructor)) static void
start(void)
{
    wanted.at = (unsigned long)number_of("KILLAT");
    wanted.signal = number_of("KILLAT_SIGNAL");
    wanted.error = number_of("KILLAT_ERRNO");
    wanted.half = number_of("KILLAT_HALF") != 0;
    wanted.stay = number_of("KILLAT_STAY") != 0;
    wanted.command = getenv("KILLAT_COMMAND");
    wanted.trace = getenv("KILLAT_TRACE");
    wanted.open = getenv("KILLAT_OPEN");
}

static void
write_trace(unsigned long number, const char *call, const char *path)
{
    char line[PATH_BYTES + 64];
    int fd = (int)syscall(SYS_openat, AT_FDCWD, wanted.trace,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
    int len = snprintf(line, sizeof line, "%lu %s %s\n", number, call, path);

    if (fd < 0)
        return;
    if (len > 0)
        (void)syscall(SYS_write, fd, line, (size_t)len);
    (void)close(fd);
}

static void
run_command(void)
{
    pid_t child = fork();

    if (child == 0) {
        (void)unsetenv("LD_PRELOAD");
        (void)execl("/bin/sh", "sh", "-c", wanted.command, (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        (void)waitpid(child, NULL, 0);
}

/* What was asked for; true when the call is to fail, with errno set. */
static bool
strike(const char *call)
{
    if (wanted.command != NULL) {
        run_command();
        return false;
    }
    if (wanted.error != 0) {
        failing = wanted.stay ? call : NULL;
        errno = wanted.error;
        return true;
    }
    (void)raise(wanted.signal != 0 ? wanted.signal : SIGKILL);
    return false;
}

/* True when this call is the one. */
static bool
counts(const char *call, const char *path)
{
    unsigned long number = atomic_fetch_add(&calls, 1) + 1;

    if (wanted.trace != NULL)
        write_trace(number, call, path);
    return wanted.at != 0 && number == wanted.at;
}

static bool
fails(const char *call, const char *path)
{
    int before = errno;

    if ((wanted.open != NULL) != (strcmp(call, "open") == 0))
        return false;
    if (failing != NULL && strcmp(failing, call) == 0) {
        errno = wanted.error;
        return true;
    }
    if (counts(call, path) && strike(call))
        return true;
    errno = before;
    return false;
}

/* The path of fd when it is a file or folder. */
static bool
is_on_disk(int fd, char found[PATH_BYTES])
{
    char descriptor[64];
    struct stat info;
    ssize_t len;

    if (fstat(fd, &info) != 0 ||
        (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)))
        return false;
    (void)snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", fd);
    len = readlink(descriptor, found, PATH_BYTES - 1);
    found[len < 0 ? 0 : len] = '\0';
    return true;
}

static bool
fails_on(const char *call, int fd)
{
    char path[PATH_BYTES];
    int before = errno;

    if (fd <= STDERR_FILENO || !is_on_disk(fd, path)) {
        errno = before;
        return false;
    }
    return fails(call, path);
}

/* A kill in the midst of a write. */
static bool
write_half(int fd, const void *bytes, size_t len, off_t offset)
{
    if (!wanted.half || atomic_load(&calls) + 1 != wanted.at ||
        fd <= STDERR_FILENO)
        return false;
    if (offset < 0)
        (void)syscall(SYS_write, fd, bytes, len / 2);
    else
        (void)syscall(SYS_pwrite64, fd, bytes, len / 2, offset);
    return true;
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
ssize_t
write(int fd, const void *bytes, size_t len)
{
    (void)write_half(fd, bytes, len, -1);
    if (fails_on("write", fd))
        return -1;
    return syscall(SYS_write, fd, bytes, len);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    (void)write_half(fd, bytes, len, offset);
    if (fails_on("pwrite", fd))
        return -1;
    return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off_t offset)
{
    return pwrite(fd, bytes, len, offset);
}

int
ftruncate(int fd, off_t len)
{
    if (fails_on("ftruncate", fd))
        return -1;
    return (int)syscall(SYS_ftruncate, fd, len);
}

int
ftruncate64(int fd, off_t len)
{
    return ftruncate(fd, len);
}

int
fsync(int fd)
{
    if (fails_on("fsync", fd))
        return -1;
    return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
    if (fails_on("fdatasync", fd))
        return -1;
    return (int)syscall(SYS_fdatasync, fd);
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    if (fails("rename", to))
        return -1;
    return (int)syscall(SYS_renameat, from_fd, from, to_fd, to);
}

int
rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int
link(const char *from, const char *to)
{
    if (fails("link", to))
        return -1;
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat(int fd, const char *path, int flags)
{
    if (fails("unlink", path))
        return -1;
    return (int)syscall(SYS_unlinkat, fd, path, flags);
}

int
unlink(const char *path)
{
    return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
    return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
mkdirat(int fd, const char *path, mode_t mode)
{
    if (fails("mkdir", path))
        return -1;
    return (int)syscall(SYS_mkdirat, fd, path, mode);
}

int
mkdir(const char *path, mode_t mode)
{
    return mkdirat(AT_FDCWD, path, mode);
}

/* The mode is always read: it is there whenever it counts. */
int
open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = va_arg(args, mode_t);
    va_end(args);
    if (wanted.open != NULL && strcmp(path, wanted.open) == 0 &&
        fails("open", path))
        return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
