/* input.c - see input.h. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"
#include "base/spool.h"

#define LOOK_UP_MS 100

struct rp_input {
    char *path;
    char *name;
    uint64_t bytes;
    int spooled; /* the copy of standard input, else -1 */
    const volatile sig_atomic_t *stop;
};

/* A name for messages; valid while shown is. */
static const char *
show_path(char shown[RP_SHOWN_BYTES], const char *path)
{
    return rp_show_in(shown, rp_slice_str(path));
}

static enum rp_status
fail_kind(const char *path, mode_t mode, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    const char *is = "a device";
    const char *advice = "name a regular file";

    if (S_ISDIR(mode)) {
        is = "a folder";
        advice = "name a file in it";
    } else if (S_ISFIFO(mode) || S_ISSOCK(mode)) {
        is = "a pipe";
        advice = "feed it to standard input and write - as the source";
    }
    return rp_fail(err, RP_E_IO, "%s: is %s, not a file; %s",
                   show_path(shown, path), is, advice);
}

/* Opens a regular file.  Not blocking: a pipe that nobody writes to would
 * hold us before we could see that it is a pipe. */
static enum rp_status
open_regular(const char *path, int *out_fd, uint64_t *out_bytes,
             struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    struct stat info;
    enum rp_status status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0)
        return rp_fail_errno(err, errno, "%s: cannot be opened",
                             show_path(shown, path));
    if (fstat(fd, &info) != 0) {
        status = rp_fail_errno(err, errno, "%s: cannot be examined",
                               show_path(shown, path));
        goto fail;
    }
    if (!S_ISREG(info.st_mode)) {
        status = fail_kind(path, info.st_mode, err);
        goto fail;
    }
    *out_bytes = (uint64_t)info.st_size;
    *out_fd = fd;
    return RP_OK;

fail:
    (void)close(fd);
    return status;
}

/* Looks up from time to time: a signal that comes right before read would
 * not be seen until more input comes, which may be never. */
static enum rp_status
await_stdin(const volatile sig_atomic_t *stop, struct rp_err *err)
{
    struct pollfd ready = { .fd = STDIN_FILENO, .events = POLLIN };
    int found;

    do {
        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while reading standard input; nothing "
                           "was written");
        found = poll(&ready, 1, LOOK_UP_MS);
    } while (found == 0 || (found < 0 && errno == EINTR));
    return RP_OK;
}

static enum rp_status
copy_stdin(const struct rp_input *input, const char *folder,
           uint64_t *out_bytes, struct rp_err *err)
{
    unsigned char block[16384];
    char shown[RP_SHOWN_BYTES];

    for (;;) {
        enum rp_status status = await_stdin(input->stop, err);
        ssize_t got;

        if (status != RP_OK)
            return status;
        got = read(STDIN_FILENO, block, sizeof block);
        if (got == 0)
            return RP_OK;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return rp_fail_errno(err, errno, "standard input: cannot be read");
        if (rp_write_full(input->spooled, block, (size_t)got) != 0)
            return rp_fail_errno(err, errno,
                                 "%s: cannot copy standard input there (make "
                                 "room, or name a file instead of -)",
                                 show_path(shown, folder));
        *out_bytes += (uint64_t)got;
    }
}

static enum rp_status
spool_stdin(struct rp_input *input, const char *folder, struct rp_err *err)
{
    enum rp_status status;

    /* Were it closed, the copy would get its number and be read itself. */
    if (fcntl(STDIN_FILENO, F_GETFD) == -1)
        return rp_fail_errno(err, errno, "standard input: cannot be read");
    status = rp_tempfile(folder, &input->spooled, err);
    if (status != RP_OK)
        return status;
    return copy_stdin(input, folder, &input->bytes, err);
}

static enum rp_status
look_at(struct rp_input *input, struct rp_err *err)
{
    int fd = -1;
    enum rp_status status = open_regular(input->path, &fd, &input->bytes, err);

    if (status == RP_OK)
        (void)close(fd);
    return status;
}

static bool
is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Copies the path, and makes the name out of its last part. */
static enum rp_status
set_names(struct rp_input *input, const char *path, struct rp_err *err)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash == NULL ? path : slash + 1;
    struct rp_buf name = { 0 };

    rp_show(&name, rp_slice_str(is_stdin(path) ? "stdin" : last));
    input->name = rp_strdup(rp_buf_cstr(&name));
    input->path = rp_strdup(path);
    if (name.failed || input->name == NULL || input->path == NULL) {
        rp_buf_release(&name);
        return rp_fail_nomem(err, "open a source");
    }
    rp_buf_release(&name);
    return RP_OK;
}

static enum rp_status
open_input(const char *path, const char *spool_folder,
           const volatile sig_atomic_t *stop, struct rp_input **out_input,
           struct rp_err *err)
{
    struct rp_input *input = rp_zalloc(sizeof *input);
    enum rp_status status;

    if (input == NULL)
        return rp_fail_nomem(err, "open a source");
    input->spooled = -1;
    input->stop = stop;
    status = set_names(input, path, err);
    if (status == RP_OK && is_stdin(path))
        status = spool_stdin(input, spool_folder, err);
    else if (status == RP_OK)
        status = look_at(input, err);
    if (status != RP_OK) {
        rp_input_close(input);
        return status;
    }
    *out_input = input;
    return RP_OK;
}

enum rp_status
rp_input_open(const char *path, const char *spool_folder,
              struct rp_input **out_input, struct rp_err *err)
{
    return open_input(path, spool_folder, NULL, out_input, err);
}

enum rp_status
rp_input_stdin(const char *spool_folder, const volatile sig_atomic_t *stop,
               struct rp_input **out_input, struct rp_err *err)
{
    return open_input("-", spool_folder, stop, out_input, err);
}

const char *
rp_input_name(const struct rp_input *input)
{
    return input->name;
}

const char *
rp_input_path(const struct rp_input *input)
{
    return input->path;
}

uint64_t
rp_input_bytes(const struct rp_input *input)
{
    return input->bytes;
}

void
rp_input_close(struct rp_input *input)
{
    if (input == NULL)
        return;
    if (input->spooled >= 0)
        (void)close(input->spooled);
    rp_free(input->name);
    rp_free(input->path);
    rp_free(input);
}

enum rp_status
rp_input_descriptor(const struct rp_input *input, int *out_fd,
                    struct rp_err *err)
{
    uint64_t bytes;
    int fd;

    if (input->spooled < 0)
        return open_regular(input->path, out_fd, &bytes, err);
    /* The copy has no name; readers use pread, so sharing its place is fine. */
    fd = fcntl(input->spooled, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return rp_fail_errno(err, errno, "standard input: cannot be reread");
    *out_fd = fd;
    return RP_OK;
}

int
rp_pread_full(int fd, void *out, size_t len, uint64_t offset, size_t *out_len)
{
    unsigned char *to = out;
    size_t done = 0;

    while (done < len) {
        ssize_t got = pread(fd, to + done, len - done, (off_t)(offset + done));

        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        done += (size_t)got;
    }
    *out_len = done;
    return 0;
}

int
rp_write_full(int fd, const void *bytes, size_t len)
{
    const unsigned char *from = bytes;
    size_t done = 0;

    while (done < len) {
        ssize_t wrote = write(fd, from + done, len - done);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return -1;
        done += (size_t)wrote;
    }
    return 0;
}
