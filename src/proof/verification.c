/* see verification.h */
#include "proof/verification.h"

#include <string.h>

#define CHECKS_AT_FIRST 16U

/* With --all-tables there may be thousands of checks. */
static enum rp_status
make_room(struct rp_verification *verification, struct rp_err *err)
{
    struct rp_verdict *verdict = &verification->verdict;
    size_t capacity = verification->check_capacity * 2;
    struct rp_check *checks;

    if (verdict->check_count < verification->check_capacity)
        return RP_OK;
    if (capacity < CHECKS_AT_FIRST)
        capacity = CHECKS_AT_FIRST;
    checks = rp_arena_array(&verdict->arena, capacity, sizeof *checks);
    if (checks == NULL)
        return rp_fail_nomem(err, "hold the checks");
    if (verdict->check_count > 0)
        memcpy(checks, verdict->checks, verdict->check_count * sizeof *checks);
    verdict->checks = checks;
    verification->check_capacity = capacity;
    return RP_OK;
}

enum rp_status
rp_verification_add(struct rp_verification *verification,
                    const struct rp_check *check, struct rp_err *err)
{
    struct rp_verdict *verdict = &verification->verdict;
    struct rp_arena *arena = &verdict->arena;
    enum rp_status status = make_room(verification, err);
    struct rp_check *added;

    if (status != RP_OK)
        return status;
    added = &verdict->checks[verdict->check_count];
    added->id = rp_arena_str(arena, check->id);
    added->result = check->result;
    added->expected = rp_arena_str(arena, check->expected);
    added->actual = rp_arena_str(arena, check->actual);
    if (added->id == NULL || added->expected == NULL || added->actual == NULL)
        return rp_fail_nomem(err, "hold the checks");
    verdict->check_count++;
    return RP_OK;
}

void
rp_verification_undecided(struct rp_verification *verification,
                          enum rp_undecided why)
{
    if (verification->undecided == RP_UNDECIDED_NOT)
        verification->undecided = why;
}

bool
rp_listing_wants(struct rp_listing *listing, const struct rp_listing_room *room)
{
    listing->total++;
    return listing->shown < room->limit;
}

enum rp_status
rp_listing_put(struct rp_listing *listing, const struct rp_listing_room *room,
               struct rp_slice line, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (listing->lines == NULL)
        status = rp_spool_open(room->folder, room->memory_bytes,
                               &listing->lines, err);
    if (status == RP_OK)
        status = rp_spool_put(listing->lines, line, err);
    if (status == RP_OK)
        status = rp_spool_put(listing->lines, RP_LIT("\n"), err);
    listing->shown += status == RP_OK ? 1 : 0;
    return status;
}

static void
release_listing(struct rp_listing *listing)
{
    rp_spool_close(listing->lines);
    memset(listing, 0, sizeof *listing);
}

void
rp_verification_release(struct rp_verification *verification)
{
    struct rp_source_answer *sources = verification->sources;

    release_listing(&verification->orphans);
    release_listing(&verification->trouble);
    if (sources != NULL) {
        release_listing(&sources->rejected);
        release_listing(&sources->missing);
        release_listing(&sources->added);
    }
    for (size_t i = 0; i < verification->comparison_count; i++) {
        for (int c = 0; c < RP_DIFFERENCES; c++)
            release_listing(&verification->comparisons[i].listings[c]);
        release_listing(&verification->comparisons[i].schema);
    }
    rp_verdict_release(&verification->verdict);
    memset(verification, 0, sizeof *verification);
}
