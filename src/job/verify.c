/* see rollproof.h and verifying.h: rp_verify, what a school is like now. */
#include <stdio.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/verifying.h"
#include "report/verifytext.h"

#define LISTING_SHARE 64

enum rp_status
rp_verifying_check(struct rp_verifying *verifying, const char *id,
                   enum rp_result result, struct rp_buf texts[2],
                   struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&texts[0], err);

    if (status == RP_OK)
        status = rp_buf_status(&texts[1], err);
    if (status == RP_OK)
        status = rp_verification_add(
            &verifying->found,
            &(struct rp_check){ id, result, rp_buf_cstr(&texts[0]),
                                rp_buf_cstr(&texts[1]) },
            err);
    rp_buf_release(&texts[0]);
    rp_buf_release(&texts[1]);
    return status;
}

/* All that can be wrong with what was asked for. */
static enum rp_status
understand(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_verify_options *options = verifying->options;
    enum rp_status status =
        rp_allow_parse(&options->allow, &verifying->allow, err);

    if (status == RP_OK && options->allow.count > 0 &&
        options->against.count + options->sources.count == 0)
        status = rp_fail(err, RP_E_USAGE,
                         "--allow says what may have changed since a state of "
                         "before; name it by --against, or --source");
    if (status == RP_OK)
        status = rp_claimed_understand(verifying, err);
    return status;
}

static enum rp_status
put_head(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_verdict *verdict = &verifying->found.verdict;

    verdict->program = RP_VERSION;
    verdict->command = "verify";
    verdict->declared = RP_LINKS;
    verdict->school = rp_arena_str(&verdict->arena, rp_db_name(verifying->db));
    if (verdict->school == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    if (verifying->map.name == NULL)
        return RP_OK;
    verdict->map = rp_arena_str(&verdict->arena, verifying->map.name);
    verdict->map_sha256 = rp_arena_str(&verdict->arena, verifying->map.sha256);
    return verdict->map == NULL || verdict->map_sha256 == NULL
               ? rp_fail_nomem(err, "hold the verdict")
               : RP_OK;
}

static enum rp_status
print_piece(void *ctx, struct rp_slice piece, struct rp_err *err)
{
    const struct rp_verifying *verifying = ctx;
    const struct rp_session *session = verifying->session;

    (void)err;
    if (!session->quiet)
        session->out.write(session->out.ctx, (const char *)piece.ptr,
                           piece.len);
    return RP_OK;
}

static bool
any_failed(const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->check_count; i++)
        if (verdict->checks[i].result == RP_FAIL)
            return true;
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (rp_code_blocks(verdict->findings[i].code) &&
            !verdict->findings[i].accepted)
            return true;
    return false;
}

/* What was found is told even when the snapshot could not be replaced. */
static enum rp_status
conclude(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_verification *found = &verifying->found;
    struct rp_text_sink sink = { print_piece, verifying };
    bool verified =
        !any_failed(&found->verdict) && found->undecided == RP_UNDECIDED_NOT;
    enum rp_status rotated = rp_rotating_end(verifying, verified, err);
    enum rp_status status;

    if (rotated != RP_OK)
        verifying->found.rotated = false;
    status = rp_verify_text(found, &sink, rotated == RP_OK ? err : NULL);
    return rotated == RP_OK ? status : rotated;
}

static uint64_t
limit_of(const struct rp_verify_options *options)
{
    if (options->limit == RP_SHOW_NONE)
        return 0;
    return options->limit == 0 ? RP_LISTED_DEFAULT : options->limit;
}

static enum rp_status
run(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_session *session = verifying->session;
    uint64_t began_ms;
    enum rp_status status = understand(verifying, err);

    verifying->progress.session = session;
    if (status == RP_OK)
        status = rp_rotating_begin(verifying, err);
    if (status == RP_OK)
        status = rp_against_open(verifying, err);
    if (status == RP_OK)
        status = rp_session_open(session, verifying->options->school,
                                 RP_DB_CHECK, &verifying->db, err);
    if (status != RP_OK)
        return status;
    verifying->room.limit = limit_of(verifying->options);
    verifying->room.folder = rp_db_folder(verifying->db);
    verifying->room.memory_bytes = rp_session_memory(session) / LISTING_SHARE;
    status = put_head(verifying, err);
    if (status == RP_OK)
        status = rp_claimed_open(verifying, err);
    began_ms = rp_now_ms();
    if (status == RP_OK)
        status = rp_db_begin_read(verifying->db, err);
    if (status == RP_OK)
        status = rp_verifying_look(verifying, err);
    rp_progress_end(&verifying->progress);
    if (status != RP_OK)
        return status;
    /* Nobody waits for the school any more. */
    (void)rp_db_rollback(verifying->db);
    verifying->lock_ms = rp_now_ms() - began_ms;
    rp_verdict_decide(&verifying->found.verdict);
    return conclude(verifying, err);
}

static enum rp_exit
exit_of(const struct rp_verifying *verifying, struct rp_message *message)
{
    static const char *const reasons[] = {
        [RP_UNDECIDED_NOT] = "",
        [RP_UNDECIDED_EVIDENCE] =
            "evidence holds no rows, only their number and digest: whether "
            "only what is allowed has changed cannot be told from it; take a "
            "snapshot by rollproof snapshot, and give --against that",
        [RP_UNDECIDED_ROWS] =
            "rows could not be compared: the columns or the key of their "
            "table are others now, and a snapshot knows a row by all of them; "
            "or hashes were forged; take a new snapshot by rollproof snapshot "
            "once you know why",
    };

    message->text[0] = '\0';
    if (any_failed(&verifying->found.verdict))
        return RP_EXIT_DIFFERENT;
    (void)snprintf(message->text, sizeof message->text, "%s",
                   reasons[verifying->found.undecided]);
    return verifying->found.undecided == RP_UNDECIDED_NOT ? RP_EXIT_DONE
                                                          : RP_EXIT_UNABLE;
}

static void
release(struct rp_verifying *verifying)
{
    rp_claimed_release(verifying);
    rp_against_release(verifying);
    rp_newfile_close(verifying->next);
    rp_keyrings_release(&verifying->keys);
    rp_buf_release(&verifying->soundness);
    rp_buf_release(&verifying->line);
    rp_free(verifying->digests);
    rp_schema_close(verifying->schema);
    rp_allow_release(&verifying->allow);
    rp_verification_release(&verifying->found);
    rp_map_release(&verifying->map);
    rp_db_close(verifying->db);
}

static enum rp_exit
end_run(struct rp_verifying *verifying, enum rp_status status,
        enum rp_exit exit_code, struct rp_message *message)
{
    const struct rp_ending ending = {
        .verdict = status == RP_OK ? &verifying->found.verdict : NULL,
        .lock_ms = verifying->lock_ms,
        .exit_code = exit_code,
    };

    return rp_telling_end(&verifying->telling, &ending, message);
}

enum rp_exit
rp_verify_watched(const struct rp_session *session,
                  const struct rp_verify_options *options,
                  const struct rp_verify_watcher *watcher,
                  struct rp_message *message)
{
    struct rp_verify_options asked = *options;
    struct rp_verifying verifying = { .session = session, .options = &asked };
    struct rp_err err = { RP_OK, "" };
    enum rp_exit exit_code;
    enum rp_status status = rp_telling_begin(
        &options->telling, "verify", options->school, &verifying.telling, &err);

    if (status == RP_OK)
        status = rp_claimed_check(&asked, &err);
    if (status == RP_OK)
        status = rp_map_verify(&asked, &verifying.map, &err);
    if (status == RP_OK)
        status = run(&verifying, &err);
    exit_code = status == RP_OK ? exit_of(&verifying, message)
                                : rp_exit_of(status, &err, message);
    exit_code = end_run(&verifying, status, exit_code, message);
    if (watcher != NULL)
        watcher->see(watcher->ctx, &verifying.found);
    release(&verifying);
    return exit_code;
}

enum rp_exit
rp_verify(const struct rp_session *session,
          const struct rp_verify_options *options, struct rp_message *message)
{
    return rp_verify_watched(session, options, NULL, message);
}
