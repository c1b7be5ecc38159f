/* see selftest.h and rollproof.h: rp_self_test. */
#include "job/selftest.h"

#include <string.h>

#include "job/session.h"

struct outcome {
    bool alarmed; /* where nothing was planted */
    size_t caught;
};

/* The first plants nothing: a verifier that always finds something proves
 * nothing. */
static bool
is_control(size_t index)
{
    return index == 0;
}

/* What caught it has a line for each check. */
static void
tell(const struct rp_session *session, const char *name, const char *caught,
     bool good)
{
    struct rp_buf lines = { 0 };
    const char *mark = good ? "" : "WRONG";

    while (caught != NULL) {
        const char *end = strchr(caught, '\n');
        const size_t len =
            end == NULL ? strlen(caught) : (size_t)(end - caught);

        rp_buf_printf(&lines, "  %-34s  %-6s%.*s\n", name, mark, (int)len,
                      caught);
        caught = end == NULL ? NULL : end + 1;
        name = "";
        mark = "";
    }
    rp_print(session, &lines);
    rp_buf_release(&lines);
}

/* Plants one; what it did, in the table. */
static enum rp_status
try_one(struct rp_scratch *scratch, const struct rp_session *session,
        size_t index, bool *out_good, struct rp_err *err)
{
    const struct rp_fault *fault = &rp_faults[index];
    const char *caught;
    enum rp_status status = rp_session_stopped(session, err);

    rp_buf_reset(&scratch->caught);
    if (status == RP_OK)
        status = fault->plant(scratch, fault->what, err);
    if (status != RP_OK)
        return status;
    caught = rp_buf_cstr(&scratch->caught);
    *out_good = (caught[0] == '\0') == is_control(index);
    tell(session, fault->name, caught[0] == '\0' ? "nothing was found" : caught,
         *out_good);
    return RP_OK;
}

static enum rp_status
run(struct rp_scratch *scratch, const struct rp_session *session,
    struct outcome *outcome, struct rp_err *err)
{
    struct rp_buf head = { 0 };
    struct rp_buf sum = { 0 };
    enum rp_status status = rp_scratch_make(scratch, session, err);

    rp_buf_str(&head,
               "rollproof " RP_VERSION "   self-test\n\n"
               "  planted in a scratch school               caught by\n");
    if (status == RP_OK)
        rp_print(session, &head);
    for (size_t i = 0; i < rp_fault_count && status == RP_OK; i++) {
        bool good = false;

        status = try_one(scratch, session, i, &good, err);
        if (is_control(i))
            outcome->alarmed = !good;
        else
            outcome->caught += good;
    }
    rp_buf_printf(&sum, "\n  %zu of %zu faults were caught, %s\n",
                  outcome->caught, rp_fault_count - 1,
                  outcome->alarmed ? "but something where nothing was planted"
                                   : "and nothing where nothing was planted");
    if (status == RP_OK)
        rp_print(session, &sum);
    rp_buf_release(&head);
    rp_buf_release(&sum);
    return status;
}

enum rp_exit
rp_self_test(const struct rp_session *session, struct rp_message *message)
{
    struct rp_scratch scratch = { .caught = { 0 } };
    struct rp_err err = { RP_OK, "" };
    struct outcome outcome = { false, 0 };
    enum rp_status status = run(&scratch, session, &outcome, &err);
    enum rp_exit exit_code = rp_exit_of(status, &err, message);

    rp_scratch_remove(&scratch);
    if (exit_code == RP_EXIT_DONE &&
        (outcome.alarmed || outcome.caught < rp_fault_count - 1))
        return RP_EXIT_DIFFERENT;
    return exit_code;
}
