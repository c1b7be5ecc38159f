/* see telling.h */
#include "job/telling.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/show.h"
#include "job/evidence.h"
#include "job/session.h"
#include "report/notice.h"

/* What one of the files is. */
struct kind {
    const char *option;
    const char *begins;
    void (*write)(struct rp_buf *out, const struct rp_notice *notice);
};
static const struct kind junit = { "--junit", RP_JUNIT_BEGINS, rp_junit };
static const struct kind metrics = { "--metrics", RP_METRICS_BEGIN,
                                     rp_metrics };

static const struct rp_telling_options no_files = { NULL, NULL };

static enum rp_status
fail_path(const struct kind *kind, const char *path, const char *why,
          struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE, "%s %s: %s", kind->option,
                   rp_show_in(shown, rp_slice_str(path)), why);
}

/* A slip of the pen must not cost a database. */
static enum rp_status
check_ours(const struct kind *kind, const char *path, struct rp_err *err)
{
    struct rp_buf content = { 0 };
    size_t len = strlen(kind->begins);
    enum rp_status status = rp_file_read_front(path, len, &content, err);

    if (status == RP_OK && content.len > 0 &&
        (content.len < len || memcmp(content.ptr, kind->begins, len) != 0))
        status = fail_path(kind, path,
                           "is there, and was not written by this option; "
                           "move it away, or give another name",
                           err);
    rp_buf_release(&content);
    return status;
}

static enum rp_status
check_file(const struct kind *kind, const char *path, struct rp_err *err)
{
    struct stat there;
    enum rp_status status;

    if (path == NULL)
        return RP_OK;
    status = rp_evidence_outside(kind->option, path, err);
    if (status == RP_OK)
        status = rp_file_replaceable(path, err);
    if (status == RP_OK && lstat(path, &there) == 0)
        status = check_ours(kind, path, err);
    return status;
}

enum rp_status
rp_telling_begin(const struct rp_telling_options *options, const char *command,
                 const char *school, struct rp_telling *telling,
                 struct rp_err *err)
{
    enum rp_status status;

    *telling = (struct rp_telling){
        .options = options,
        .command = command,
        .school = school,
        .began_ms = rp_now_ms(),
    };
    if (options->junit != NULL && options->metrics != NULL &&
        strcmp(options->junit, options->metrics) == 0) {
        telling->options = &no_files;
        return fail_path(&metrics, options->metrics,
                         "is the file of --junit, too; give another name", err);
    }
    status = check_file(&junit, options->junit, err);
    return status == RP_OK ? check_file(&metrics, options->metrics, err)
                           : status;
}

static uint64_t
last_success(const char *path, const struct rp_notice *notice)
{
    struct rp_buf before = { 0 };
    uint64_t seconds = 0;

    /* That it is not there, or is none, is no failure: then none is known. */
    if (path != NULL &&
        rp_file_read(path, RP_METRICS_MAX_BYTES, &before, NULL) == RP_OK)
        seconds = rp_metrics_last_success(rp_buf_view(&before), notice);
    rp_buf_release(&before);
    return seconds;
}

/* Looked at anew: it may have become somebody else's since. */
static enum rp_status
write_file(const struct kind *kind, const char *path,
           const struct rp_notice *notice, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = check_file(kind, path, err);

    if (path == NULL || status != RP_OK)
        return status;
    kind->write(&text, notice);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_file_replace(path, rp_buf_view(&text), err);
    rp_buf_release(&text);
    return status;
}

static enum rp_exit
exit_after_failure(const struct rp_ending *end)
{
    if (end->exit_code != RP_EXIT_DONE)
        return end->exit_code;
    return end->verdict != NULL && end->verdict->committed ? RP_EXIT_UNFINISHED
                                                           : RP_EXIT_UNABLE;
}

/* Behind what message says already. */
static void
add_failure(const struct rp_ending *end, const struct rp_err *err,
            struct rp_message *message)
{
    const size_t used = strlen(message->text);
    const bool kept = used == 0 &&
                      exit_after_failure(end) == RP_EXIT_UNFINISHED &&
                      end->exit_code == RP_EXIT_DONE;

    /* What was refused at the beginning is refused at the end. */
    if (strstr(message->text, err->text) != NULL)
        return;
    (void)snprintf(message->text + used, sizeof message->text - used,
                   "%s%s%s%s", used == 0 ? "" : "; also, ",
                   kept ? "the run is proved and committed, and nothing of it "
                          "is missing, but "
                        : "",
                   err->text, kept ? "; do not run it again for that" : "");
}

enum rp_exit
rp_telling_end(const struct rp_telling *telling, const struct rp_ending *end,
               struct rp_message *message)
{
    char compact[20];
    char finished[24];
    char shown[RP_SHOWN_BYTES];
    struct rp_buf school = { 0 };
    char why[RP_MESSAGE_BYTES];
    struct rp_notice notice = {
        .program = RP_VERSION,
        .command = telling->command,
        .exit_code = (int)end->exit_code,
        .message = why,
        .verdict = end->verdict,
        .finished_s = (uint64_t)time(NULL),
        .finished = finished,
        .duration_ms = rp_now_ms() - telling->began_ms,
        .lock_ms = end->lock_ms,
    };
    struct rp_err err = { RP_OK, "" };
    enum rp_exit exit_code = end->exit_code;

    (void)snprintf(why, sizeof why, "%s", message->text);
    rp_show(&school, rp_slice_str(telling->school));
    /* Cut when memory has run out: that is to be told before all. */
    notice.school = school.failed
                        ? rp_show_in(shown, rp_slice_str(telling->school))
                        : rp_buf_cstr(&school);
    rp_now_utc(compact, finished);
    notice.last_success_s = last_success(telling->options->metrics, &notice);
    if (write_file(&junit, telling->options->junit, &notice, &err) != RP_OK) {
        add_failure(end, &err, message);
        exit_code = exit_after_failure(end);
        notice.exit_code = (int)exit_code;
    }
    if (write_file(&metrics, telling->options->metrics, &notice, &err) !=
        RP_OK) {
        add_failure(end, &err, message);
        exit_code = exit_after_failure(end);
    }
    rp_buf_release(&school);
    return exit_code;
}
