/* see verdict.h */
#include "proof/verdict.h"

#include <assert.h>
#include <string.h>

#define REREAD "committed-state-reread"

static const char *const outcome_names[] = {
    [RP_PROVED] = "proved",
    [RP_PROVED_WITH_EXCEPTIONS] = "proved-with-exceptions",
    [RP_NOT_PROVED] = "not-proved",
};
static const char *const role_names[] = {
    [RP_ROLE_PRESERVED] = "preserved",
    [RP_ROLE_DECLARED] = "declared",
    [RP_ROLE_BYSTANDER] = "bystander",
};
static const char *const result_names[] = {
    [RP_PASS] = "pass",
    [RP_FAIL] = "fail",
    [RP_SKIPPED] = "skipped",
};

enum rp_kind
rp_verdict_kind(const struct rp_verdict *verdict)
{
    if (strcmp(verdict->command, "load") == 0)
        return RP_KIND_LOAD;
    if (strcmp(verdict->command, "upgrade") == 0)
        return RP_KIND_UPGRADE;
    if (strcmp(verdict->command, "downgrade") == 0)
        return RP_KIND_DOWNGRADE;
    return RP_KIND_MIGRATE;
}

const char *
rp_outcome_name(enum rp_outcome outcome)
{
    return outcome_names[outcome];
}

const char *
rp_role_name(enum rp_role role)
{
    return role_names[role];
}

const char *
rp_result_name(enum rp_result result)
{
    return result_names[result];
}

static bool
refused_by_findings(const struct rp_verdict *verdict, bool *out_exceptions)
{
    *out_exceptions = false;
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct rp_finding_report *finding = &verdict->findings[i];

        if (finding->count == 0 || !rp_code_blocks(finding->code))
            continue;
        if (!finding->accepted)
            return true;
        *out_exceptions = true;
    }
    return false;
}

/* The re-read comes after COMMIT, so it cannot be asked for before it. */
static bool
checks_hold(const struct rp_verdict *verdict, bool with_reread)
{
    if (verdict->check_count == 0)
        return false;
    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];

        if (check->result == RP_PASS)
            continue;
        if (strcmp(check->id, REREAD) != 0)
            return false;
        if (with_reread && (check->result == RP_FAIL || verdict->committed))
            return false;
    }
    return true;
}

void
rp_verdict_decide(struct rp_verdict *verdict)
{
    bool exceptions;

    if (!checks_hold(verdict, true) ||
        refused_by_findings(verdict, &exceptions))
        verdict->outcome = RP_NOT_PROVED;
    else if (exceptions)
        verdict->outcome = RP_PROVED_WITH_EXCEPTIONS;
    else
        verdict->outcome = RP_PROVED;
}

bool
rp_verdict_allows_commit(const struct rp_verdict *verdict)
{
    bool exceptions;

    return checks_hold(verdict, false) &&
           !refused_by_findings(verdict, &exceptions);
}

void
rp_verdict_set_check(struct rp_verdict *verdict, const struct rp_check *check)
{
    for (size_t i = 0; i < verdict->check_count; i++) {
        if (strcmp(verdict->checks[i].id, check->id) == 0) {
            verdict->checks[i] = *check;
            return;
        }
    }
    assert(false && "a check that the verdict does not have");
}

const struct rp_check *
rp_verdict_check(const struct rp_verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->check_count; i++) {
        if (strcmp(verdict->checks[i].id, id) == 0)
            return &verdict->checks[i];
    }
    return NULL;
}

void
rp_verdict_release(struct rp_verdict *verdict)
{
    rp_arena_release(&verdict->arena);
    memset(verdict, 0, sizeof *verdict);
}
