/* see export.h */
#include "job/export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/show.h"
#include "job/evidence.h"
#include "proof/exported.h"
#include "proof/linkdigest.h"
#include "school/fill.h"

#define PARTIAL ".partial"
#define PIECE_BYTES ((size_t)64 << 10)
#define FILE_MODE 0600

struct writing {
    const struct rp_session *session;
    struct rp_export *export;
    struct rp_linkdigest digest;
    struct rp_buf piece;
    int fd;
};

static enum rp_status
fail_file(struct rp_buf *path, const char *what, struct rp_err *err)
{
    int why = errno;
    char shown[RP_SHOWN_BYTES];
    const char *advice = "";

    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        advice = " (make room there, or name another file by --export)";
    else if (why == EACCES || why == EPERM || why == EROFS || why == ENOENT)
        advice = " (name a file in a folder that may be written, by --export)";
    return rp_fail_errno(err, why, "%s: cannot be %s%s",
                         rp_show_in(shown, rp_buf_view(path)), what, advice);
}

static enum rp_status
fail_there(struct rp_buf *path, const char *remedy, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE, "%s %s",
                   rp_show_in(shown, rp_buf_view(path)), remedy);
}

static enum rp_status
flush(struct writing *writing, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&writing->piece, err);

    if (status == RP_OK)
        status = rp_session_stopped(writing->session, err);
    if (status == RP_OK &&
        rp_write_full(writing->fd, writing->piece.ptr, writing->piece.len) != 0)
        status = fail_file(&writing->export->partial, "written", err);
    rp_buf_reset(&writing->piece);
    return status;
}

static enum rp_status
put_links(struct writing *writing, struct rp_link_cursor *cursor,
          struct rp_err *err)
{
    struct rp_link link = { 0, 0 };
    bool more = true;
    enum rp_status status = rp_linkdigest_begin(&writing->digest, err);

    rp_buf_str(&writing->piece, RP_EXPORT_HEADER);
    while (status == RP_OK && more) {
        status = rp_link_cursor_next(cursor, &link, &more, err);
        if (status != RP_OK || !more)
            break;
        rp_buf_printf(&writing->piece, "%" PRId64 ",%" PRId64 "\n",
                      link.student_id, link.course_id);
        status = rp_linkdigest_add(&writing->digest, link.student_id,
                                   link.course_id, err);
        if (status == RP_OK && writing->piece.len >= PIECE_BYTES)
            status = flush(writing, err);
    }
    if (status == RP_OK)
        status = flush(writing, err);
    if (status == RP_OK)
        status = rp_linkdigest_end(&writing->digest,
                                   writing->export->links_sha256, err);
    return status;
}

static enum rp_status
put_all(struct writing *writing, struct rp_db *db, struct rp_err *err)
{
    struct rp_link_cursor *cursor = NULL;
    enum rp_status status = rp_link_cursor_open(db, &cursor, err);

    if (status == RP_OK)
        status = put_links(writing, cursor, err);
    rp_link_cursor_close(cursor);
    if (status == RP_OK && fsync(writing->fd) != 0)
        status =
            fail_file(&writing->export->partial, "written to the disk", err);
    return status;
}

static enum rp_status
set_names(struct rp_export *export, const char *path, struct rp_err *err)
{
    struct stat info;
    enum rp_status status = rp_evidence_outside("--export", path, err);

    if (status != RP_OK)
        return status;
    rp_buf_str(&export->path, path);
    rp_buf_printf(&export->partial, "%s" PARTIAL, path);
    status = rp_buf_status(&export->partial, err);
    if (status == RP_OK)
        status = rp_buf_status(&export->path, err);
    if (status == RP_OK && lstat(rp_buf_cstr(&export->path), &info) == 0)
        return fail_there(&export->path,
                          "is there already; move it away, or write --export "
                          "FILE",
                          err);
    return status;
}

enum rp_status
rp_export_write(struct rp_export *export, const struct rp_session *session,
                const char *path, struct rp_db *db, struct rp_err *err)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    struct writing writing = { .session = session, .export = export };
    enum rp_status status = set_names(export, path, err);

    if (status != RP_OK)
        return status;
    writing.fd = open(rp_buf_cstr(&export->partial), flags, FILE_MODE);
    if (writing.fd < 0 && errno == EEXIST)
        return fail_there(&export->partial,
                          "was left by a downgrade that did not end; remove "
                          "it, the links are in the database",
                          err);
    if (writing.fd < 0)
        return fail_file(&export->partial, "made", err);
    export->written = true;
    status = put_all(&writing, db, err);
    if (close(writing.fd) != 0 && status == RP_OK)
        status = fail_file(&export->partial, "written", err);
    rp_linkdigest_release(&writing.digest);
    rp_buf_release(&writing.piece);
    return status;
}

/* A link takes no name that is taken; a file system without links is asked
 * first, and may be asked in vain. */
static int
take_name(const char *partial, const char *path)
{
    struct stat info;

    if (link(partial, path) == 0) {
        (void)unlink(partial);
        return 0;
    }
    if (errno == EEXIST)
        return -1;
    if (lstat(path, &info) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(partial, path);
}

static enum rp_status
sync_folder(struct rp_export *export, struct rp_err *err)
{
    const char *path = rp_buf_cstr(&export->path);
    const char *slash = strrchr(path, '/');
    struct rp_buf folder = { 0 };
    enum rp_status status = RP_OK;
    int fd;

    if (slash == NULL)
        rp_buf_str(&folder, ".");
    else
        rp_buf_put(&folder, path, (size_t)(slash - path) + 1);
    fd = open(rp_buf_cstr(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot flush a folder, and say so. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        status = fail_file(&folder, "written to the disk", err);
    if (fd >= 0)
        (void)close(fd);
    rp_buf_release(&folder);
    return status;
}

enum rp_status
rp_export_publish(struct rp_export *export, struct rp_err *err)
{
    if (take_name(rp_buf_cstr(&export->partial), rp_buf_cstr(&export->path)) !=
        0)
        return fail_file(&export->path, "called so", err);
    export->published = true;
    export->written = false;
    return sync_folder(export, err);
}

void
rp_export_discard(struct rp_export *export)
{
    if (export->written)
        (void)unlink(rp_buf_cstr(&export->partial));
    if (export->published)
        (void)unlink(rp_buf_cstr(&export->path));
    export->written = false;
    export->published = false;
}

void
rp_export_release(struct rp_export *export)
{
    rp_buf_release(&export->path);
    rp_buf_release(&export->partial);
}
