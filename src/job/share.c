/* see rollproof.h: rp_share. */
#include <string.h>

#include "base/show.h"
#include "job/evidence.h"
#include "job/session.h"
#include "report/bagchain.h"
#include "report/shared.h"
#include "rollproof.h"

#define DATE_BYTES 11 /* 2026-11-22 */

struct share {
    const struct rp_session *session;
    const char *evidence;
    const char *out;
    struct rp_bagsource source;
    struct rp_bag *copy;
    char manifest[RP_SHA256_HEX]; /* of the copy */
    struct rp_buf left_out;
    struct rp_buf said;
};

/* The name of the folder, also when it was given as "." or "a/". */
static enum rp_status
name_original(struct share *share, struct rp_bagname *out_original,
              struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf above = { 0 };
    const struct rp_bagrun *found = NULL;
    enum rp_status status;

    *out_original = share->source.self;
    rp_buf_printf(&above, "%s/..", share->evidence);
    status = rp_buf_status(&above, err);
    if (status == RP_OK)
        status = rp_bagruns_read(rp_buf_cstr(&above), &runs, err);
    if (status == RP_OK)
        found = rp_bagruns_at(&runs, share->source.root);
    if (found != NULL)
        memcpy(out_original->name, found->self.name, sizeof found->self.name);
    rp_bagruns_release(&runs);
    rp_buf_release(&above);
    return status;
}

static struct rp_slice
trim_slashes(const char *path)
{
    struct rp_slice name = rp_slice_str(path);

    while (name.len > 1 && name.ptr[name.len - 1] == '/')
        name.len--;
    return name;
}

/* Evidence that another version wrote may name another copy: that one was made
 * of the same files, with other words. */
static void
say_done(struct share *share)
{
    const char *named = share->source.info.shared_manifest;
    const char *line = (const char *)share->left_out.ptr;

    rp_buf_str(&share->said, "shared  ");
    rp_show(&share->said, rp_slice_str(rp_bag_dir(share->copy)));
    rp_buf_printf(&share->said, "/   manifest-sha256.txt %s\n",
                  share->manifest);
    rp_buf_str(&share->said, "of      ");
    rp_show(&share->said, trim_slashes(share->evidence));
    rp_buf_printf(&share->said, "/   manifest-sha256.txt %s\n",
                  share->source.self.manifest);
    rp_buf_str(&share->said, "without values of cells, names of persons");
    for (size_t at = 0; at < share->left_out.len;) {
        size_t len = strcspn(line + at, "\n");

        rp_buf_str(&share->said, ", ");
        rp_buf_put(&share->said, line + at, len);
        at += len + 1;
    }
    rp_buf_byte(&share->said, '\n');
    if (strcmp(named, share->manifest) != 0)
        rp_talk(share->session,
                "rollproof: the original names another copy, %s; it was "
                "written by another version, and who has that one makes it",
                named[0] == '\0' ? "or none" : named);
}

static enum rp_status
publish(struct share *share, struct rp_err *err)
{
    struct rp_bagname original = { .named = false };
    char compact[20];
    char now[24];
    char date[DATE_BYTES] = "";
    const struct rp_bag_info info = { .date = date,
                                      .agent = "rollproof " RP_VERSION,
                                      .original = &original };
    enum rp_status status = name_original(share, &original, err);

    rp_now_utc(compact, now);
    memcpy(date, now, sizeof date - 1);
    if (status == RP_OK)
        status = rp_bag_manifest_sha256(share->copy, share->manifest, err);
    if (status != RP_OK)
        return status;
    say_done(share);
    status = rp_buf_status(&share->said, err);
    if (status == RP_OK)
        status = rp_session_stopped(share->session, err);
    return status == RP_OK ? rp_bag_publish(share->copy, &info, err) : status;
}

static enum rp_status
open_source(struct share *share, struct rp_err *err)
{
    struct rp_buf problems = { 0 };
    enum rp_status status = rp_evidence_one(share->evidence, err);

    if (status == RP_OK)
        status =
            rp_bagsource_open(share->evidence, &share->source, &problems, err);
    if (status == RP_OK && problems.len > 0)
        status = rp_evidence_refuse(share->evidence, &problems, err);
    rp_buf_release(&problems);
    return status;
}

/* What went wrong with a file is told with the folder that it is in. */
static enum rp_status
put_payload(struct share *share, struct rp_err *err)
{
    struct rp_err why = { RP_OK, "" };
    enum rp_status status =
        rp_shared_put(&share->source, share->copy, &share->left_out, &why);
    char shown[RP_SHOWN_BYTES];

    if (status == RP_OK)
        return RP_OK;
    return rp_fail(err, status, "%s: cannot be shared: %s",
                   rp_show_in(shown, rp_slice_str(share->evidence)), why.text);
}

static enum rp_status
run(struct share *share, struct rp_err *err)
{
    enum rp_status status = rp_evidence_outside("", share->out, err);

    if (status == RP_OK)
        status = open_source(share, err);
    if (status == RP_OK)
        status = rp_bag_open_shared(share->out, &share->copy, err);
    if (status == RP_OK)
        status = put_payload(share, err);
    if (status == RP_OK)
        status = publish(share, err);
    return status;
}

enum rp_exit
rp_share(const struct rp_session *session, const char *evidence,
         const char *out, struct rp_message *message)
{
    struct share share = {
        .session = session,
        .evidence = evidence,
        .out = out,
        .source = { .root = -1 },
    };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = run(&share, &err);

    if (status == RP_OK)
        rp_print(session, &share.said);
    else
        rp_bag_discard(share.copy);
    rp_bag_close(share.copy);
    rp_bagsource_close(&share.source);
    rp_buf_release(&share.left_out);
    rp_buf_release(&share.said);
    return rp_exit_of(status, &err, message);
}
