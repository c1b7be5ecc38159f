/* see planted.h: a verifier that is blind, and one that always cries. */
#include "fault/planted/planted.h"
#include "job/verifying.h"
#include "rollproof.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_exit __real_rp_check_evidence(const struct rp_session *session,
                                      const struct rp_check_options *options,
                                      struct rp_message *message);
enum rp_exit __wrap_rp_check_evidence(const struct rp_session *session,
                                      const struct rp_check_options *options,
                                      struct rp_message *message);

enum rp_exit
__wrap_rp_check_evidence(const struct rp_session *session,
                         const struct rp_check_options *options,
                         struct rp_message *message)
{
    if (planted("evidence-is-believed"))
        return RP_EXIT_DONE;
    return __real_rp_check_evidence(session, options, message);
}

enum rp_exit __real_rp_verify_watched(const struct rp_session *session,
                                      const struct rp_verify_options *options,
                                      const struct rp_verify_watcher *watcher,
                                      struct rp_message *message);
enum rp_exit __wrap_rp_verify_watched(const struct rp_session *session,
                                      const struct rp_verify_options *options,
                                      const struct rp_verify_watcher *watcher,
                                      struct rp_message *message);

enum rp_exit
__wrap_rp_verify_watched(const struct rp_session *session,
                         const struct rp_verify_options *options,
                         const struct rp_verify_watcher *watcher,
                         struct rp_message *message)
{
    static struct rp_check wolf = { "wolf", RP_FAIL, "no wolf", "a wolf" };
    struct rp_verification found = { .undecided = false };

    if (!planted("verifier-cries-wolf"))
        return __real_rp_verify_watched(session, options, watcher, message);
    found.verdict.checks = &wolf;
    found.verdict.check_count = 1;
    watcher->see(watcher->ctx, &found);
    return RP_EXIT_DIFFERENT;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
