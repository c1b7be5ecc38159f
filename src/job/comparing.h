/* comparing.h - the comparison of the school with one state of before, while
 * it is made: shared by against.c, which goes through the tables, compared.c,
 * which compares one, and schemasame.c, which compares what they are made of.
 */
#ifndef JOB_COMPARING_H
#define JOB_COMPARING_H

#include "job/verifying.h"
#include "proof/state.h"

/* A table as a state of before tells it. */
struct rp_then {
    bool there;
    uint64_t rows;
    const char *digest;
    int table; /* index into the state of a snapshot; -1 */
};

struct rp_comparing {
    struct rp_verifying *verifying;
    const struct rp_reference *reference;
    struct rp_comparison *comparison;
    struct rp_state now; /* digests of tables that are looked at only */
    /* Of the table that is compared. */
    const char *table; /* its bytes */
    struct rp_compared *compared;
    struct rp_then then;
    int now_table; /* index; -1: it is not there */
    enum rp_result result;
    const struct rp_pairing *pairing; /* while its rows are compared */
};

/* against.c: what the state of before says of a table of that name. */
struct rp_then rp_then_of(const struct rp_reference *reference,
                          const char *table);

/* compared.c: then and now, and the check; nothing when it is on neither
 * side. */
enum rp_status rp_compare_table(struct rp_comparing *comparing,
                                const char *table, struct rp_err *err)
    RP_MUST_CHECK;
/* schemasame.c: columns, keys, indexes, triggers, views, as far as the state
 * tells them; and the check. */
enum rp_status rp_compare_schema(struct rp_comparing *comparing,
                                 struct rp_err *err) RP_MUST_CHECK;

#endif
