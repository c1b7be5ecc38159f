/* see planted.h: the planner finds the wrong row for a key. */
#include "fault/planted/planted.h"
#include "plan/resolve.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_resolver_find(struct rp_resolver *resolver,
                                       const struct rp_key_asked *asked,
                                       struct rp_key_lookup *out_lookup,
                                       struct rp_err *err);
enum rp_status __wrap_rp_resolver_find(struct rp_resolver *resolver,
                                       const struct rp_key_asked *asked,
                                       struct rp_key_lookup *out_lookup,
                                       struct rp_err *err);

/* Calls alternate: student, course, student, course. */
static void
spoil(struct rp_key_lookup *lookup)
{
    static unsigned calls;

    if (planted_at("wrong-student", 3, &calls))
        lookup->id = 6;
    if (planted_at("wrong-course", 4, &calls))
        lookup->id = 5;
    if (planted_at("student-not-there", 3, &calls))
        lookup->id = 4711;
    if (planted_at("known-as-unknown", 3, &calls))
        lookup->result = RP_KEY_UNKNOWN;
    if (planted("unknown-as-known") && lookup->result == RP_KEY_UNKNOWN)
        *lookup = (struct rp_key_lookup){ RP_KEY_FOUND, 6, false, false };
    /* Two students keep their number of links, but of other courses. */
    if (planted("students-swapped") && lookup->result == RP_KEY_FOUND &&
        calls++ % 2 == 0 && (lookup->id == 1 || lookup->id == 2))
        lookup->id = 3 - lookup->id;
}

enum rp_status
__wrap_rp_resolver_find(struct rp_resolver *resolver,
                        const struct rp_key_asked *asked,
                        struct rp_key_lookup *out_lookup, struct rp_err *err)
{
    enum rp_status status =
        __real_rp_resolver_find(resolver, asked, out_lookup, err);

    if (status == RP_OK)
        spoil(out_lookup);
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
