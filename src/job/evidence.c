/* see evidence.h and rollproof.h: rp_report. */
#include "job/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/show.h"
#include "job/session.h"
#include "report/bag.h"
#include "report/bagchain.h"
#include "report/html.h"
#include "report/json.h"
#include "report/text.h"
#include "rollproof.h"

/* How deep in a bag a file of ours may be. */
#define BAG_FOLDERS 3
/* Thousands of sources and findings fit into this many times over. */
#define FILE_MAX_BYTES ((off_t)256 << 20)

static enum rp_status
read_all(int fd, const char *path, struct rp_buf *out, struct rp_err *err)
{
    struct stat info;
    unsigned char *room;
    size_t got = 0;

    if (fstat(fd, &info) != 0)
        return rp_fail_errno(err, errno, "%s: cannot be read", path);
    if (!S_ISREG(info.st_mode) || info.st_size > FILE_MAX_BYTES)
        return rp_fail(err, RP_E_IO, "%s: no file of evidence", path);
    room = rp_buf_room(out, (size_t)info.st_size + 1);
    if (room == NULL)
        return rp_buf_status(out, err);
    if (rp_pread_full(fd, room, (size_t)info.st_size, 0, &got) != 0)
        return rp_fail_errno(err, errno, "%s: cannot be read", path);
    out->len += got;
    return RP_OK;
}

enum rp_status
rp_evidence_file(const char *evidence, const char *name, struct rp_buf *out,
                 struct rp_err *err)
{
    struct rp_buf path = { 0 };
    char shown[RP_SHOWN_BYTES];
    enum rp_status status;
    int fd;

    rp_buf_printf(&path, "%s/data/%s", evidence, name);
    status = rp_buf_status(&path, err);
    if (status != RP_OK)
        return status;
    (void)rp_show_in(shown, rp_buf_view(&path));
    fd = open(rp_buf_cstr(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        status = rp_fail_errno(err, errno,
                               "%s: cannot be opened; is the folder evidence "
                               "of rollproof?",
                               shown);
    } else {
        status = read_all(fd, shown, out, err);
        (void)close(fd);
    }
    rp_buf_release(&path);
    return status;
}

enum rp_status
rp_evidence_refuse(const char *evidence, const struct rp_buf *problems,
                   struct rp_err *err)
{
    struct rp_slice all = rp_buf_view(problems);
    char shown[RP_SHOWN_BYTES];
    char more[32] = "";
    size_t lines = 0;
    size_t first = 0;

    for (size_t i = 0; i < all.len; i++)
        if (all.ptr[i] == '\n' && lines++ == 0)
            first = i;
    if (lines > 1)
        (void)snprintf(more, sizeof more, ", and %zu more", lines - 1);
    return rp_fail(err, RP_E_IO,
                   "%s: the evidence was altered or is incomplete: %.*s%s; see "
                   "rollproof check-evidence",
                   rp_show_in(shown, rp_slice_str(evidence)),
                   first > 400 ? 400 : (int)first, (const char *)all.ptr, more);
}

/* Is there a bag's mark in the folder, or none, which ends in a slash? */
static enum rp_status
find_mark(struct rp_slice folder, bool *out_found, struct rp_err *err)
{
    struct rp_buf mark = { 0 };
    struct stat there;
    enum rp_status status;

    rp_buf_slice(&mark, folder);
    rp_buf_str(&mark, "bagit.txt");
    status = rp_buf_status(&mark, err);
    if (status == RP_OK)
        *out_found = lstat(rp_buf_cstr(&mark), &there) == 0;
    rp_buf_release(&mark);
    return status;
}

enum rp_status
rp_evidence_outside(const char *option, const char *path, struct rp_err *err)
{
    size_t len = path == NULL ? 0 : strlen(path);
    struct rp_buf folder = { 0 };
    enum rp_status status = RP_OK;
    bool found = false;

    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    if (len > 0)
        rp_buf_put(&folder, path, len);
    for (int i = 0; path != NULL && status == RP_OK && i < BAG_FOLDERS; i++) {
        if (!found)
            status = find_mark(rp_buf_view(&folder), &found, err);
        rp_buf_str(&folder, "../");
    }
    if (status == RP_OK && found) {
        char shown[RP_SHOWN_BYTES];

        status = rp_fail(err, RP_E_USAGE,
                         "%s%s%s: is inside evidence, which nothing may be "
                         "added to; name a place outside",
                         option, option[0] == '\0' ? "" : " ",
                         rp_show_in(shown, rp_slice_str(path)));
    }
    rp_buf_release(&folder);
    return status;
}

enum rp_status
rp_evidence_one(const char *evidence, struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    const struct rp_bagrun *latest;
    enum rp_status status = RP_OK;

    if (rp_bag_is_one(evidence))
        return RP_OK;
    /* What cannot be read as a folder of bags is told as a bag is. */
    status = rp_bagruns_read(evidence, &runs, err);
    latest = status == RP_OK ? rp_bagruns_latest(&runs) : NULL;
    if (latest != NULL) {
        char shown[RP_SHOWN_BYTES];
        char name[RP_SHOWN_BYTES];

        status = rp_fail(err, RP_E_USAGE,
                         "%s: is no evidence, but holds that of runs; name one "
                         "of them, the latest is %s",
                         rp_show_in(shown, rp_slice_str(evidence)),
                         rp_show_in(name, rp_slice_str(latest->folder)));
    } else if (status != RP_E_NOMEM) {
        status = RP_OK;
    }
    rp_bagruns_release(&runs);
    return status;
}

static enum rp_status
check_whole(const char *evidence, struct rp_err *err)
{
    struct rp_buf problems = { 0 };
    uint64_t files = 0;
    enum rp_status status = rp_evidence_one(evidence, err);

    if (status == RP_OK)
        status = rp_bag_check(evidence, &problems, &files, err);
    if (status == RP_OK && problems.len > 0)
        status = rp_evidence_refuse(evidence, &problems, err);
    rp_buf_release(&problems);
    return status;
}

enum rp_status
rp_evidence_verdict(const char *evidence, struct rp_verdict *out_verdict,
                    struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = check_whole(evidence, err);

    if (status == RP_OK)
        status = rp_evidence_file(evidence, "verdict.json", &text, err);
    if (status == RP_OK) {
        char shown[RP_SHOWN_BYTES];

        status = rp_json_read(rp_buf_view(&text),
                              rp_show_in(shown, rp_slice_str(evidence)),
                              out_verdict, err);
    }
    rp_buf_release(&text);
    return status;
}

/* report.txt is the same for the same input, so this stands beside it. */
static enum rp_status
tell_lock(const struct rp_session *session, const char *evidence,
          struct rp_err *err)
{
    struct rp_buf text = { 0 };
    uint64_t lock_ms = 0;
    enum rp_status status = rp_evidence_file(evidence, "run.json", &text, err);

    if (status == RP_OK) {
        char shown[RP_SHOWN_BYTES];

        status = rp_json_run_lock(rp_buf_view(&text),
                                  rp_show_in(shown, rp_slice_str(evidence)),
                                  &lock_ms, err);
    }
    if (status == RP_OK)
        rp_talk_lock(session, lock_ms);
    rp_buf_release(&text);
    return status;
}

enum rp_exit
rp_report(const struct rp_session *session, const char *evidence,
          enum rp_format format, struct rp_message *message)
{
    struct rp_err err = { RP_OK, "" };
    struct rp_verdict verdict = { .program = NULL };
    struct rp_buf out = { 0 };
    enum rp_status status = rp_evidence_verdict(evidence, &verdict, &err);

    if (status == RP_OK && format == RP_FORMAT_JSON)
        status = rp_json_verdict(&out, &verdict, &err);
    else if (status == RP_OK && format == RP_FORMAT_HTML)
        rp_html_report(&out, &verdict);
    else if (status == RP_OK)
        rp_text_report(&out, &verdict, NULL);
    if (status == RP_OK)
        status = rp_buf_status(&out, &err);
    if (status == RP_OK)
        rp_print(session, &out);
    if (status == RP_OK && format == RP_FORMAT_TEXT)
        status = tell_lock(session, evidence, &err);
    rp_buf_release(&out);
    rp_verdict_release(&verdict);
    return rp_exit_of(status, &err, message);
}
