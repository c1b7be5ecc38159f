/* see planted.h: the planner finds the wrong row for a key. */
#include "fault/planted/planted.h"
#include "plan/resolve.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_resolver_find(struct rp_resolver *resolver,
                                       const struct rp_key_asked *asked,
                                       size_t count,
                                       struct rp_key_lookup *out_lookups,
                                       struct rp_err *err);
enum rp_status __wrap_rp_resolver_find(struct rp_resolver *resolver,
                                       const struct rp_key_asked *asked,
                                       size_t count,
                                       struct rp_key_lookup *out_lookups,
                                       struct rp_err *err);

/* course: of the course, not of the student. */
static void
spoil(struct rp_key_lookup *lookup, bool course)
{
    static unsigned students;
    static unsigned courses;

    if (!course && planted_at("wrong-student", 2, &students))
        lookup->id = 6;
    if (course && planted_at("wrong-course", 2, &courses))
        lookup->id = 5;
    if (!course && planted_at("student-not-there", 2, &students))
        lookup->id = 4711;
    if (!course && planted_at("known-as-unknown", 2, &students))
        lookup->result = RP_KEY_UNKNOWN;
    if (planted("unknown-as-known") && lookup->result == RP_KEY_UNKNOWN)
        *lookup = (struct rp_key_lookup){ 6, RP_KEY_FOUND, false, false };
    /* Two students keep their number of links, but of other courses. */
    if (!course && planted("students-swapped") &&
        lookup->result == RP_KEY_FOUND && (lookup->id == 1 || lookup->id == 2))
        lookup->id = 3 - lookup->id;
}

enum rp_status
__wrap_rp_resolver_find(struct rp_resolver *resolver,
                        const struct rp_key_asked *asked, size_t count,
                        struct rp_key_lookup *out_lookups, struct rp_err *err)
{
    /* Calls alternate: students, courses, students, courses. */
    static unsigned calls;
    bool course = calls++ % 2 == 1;
    enum rp_status status =
        __real_rp_resolver_find(resolver, asked, count, out_lookups, err);

    for (size_t i = 0; i < count && status == RP_OK; i++)
        spoil(&out_lookups[i], course);
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
