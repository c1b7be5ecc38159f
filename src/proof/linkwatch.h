/* linkwatch.h - what the links must be at any time: each refers to a student
 * and to a course that are there, and none is there twice.
 *
 * It watches the canonical scan of student_courses and hands every pair on in
 * rising order (student, course).  Where the table's own key is another one,
 * pairs are sorted first, in bounded memory.
 */
#ifndef PROOF_LINKWATCH_H
#define PROOF_LINKWATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proof/keyrings.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_linkwatch;

/* Sees every pair of two integers, as rp_link_pack writes it, once per row. */
struct rp_link_follower {
    enum rp_status (*follow)(void *ctx, const unsigned char *key,
                             struct rp_err *err);
    void *ctx;
};

struct rp_linkwatch_request {
    const struct rp_table *links; /* fits (rp_schema_links_fit) */
    const struct rp_keyrings *keys;
    const struct rp_link_follower *follower; /* NULL: nobody */
    /* Sees the pairs of which an id does not exist; NULL: nobody. */
    const struct rp_link_follower *orphans;
    const char *folder;
    size_t memory_bytes;
};

struct rp_linkwatch_result {
    uint64_t links;
    uint64_t orphans;  /* of which an id does not exist */
    uint64_t repeats;  /* whose pair came before */
    uint64_t unpaired; /* that are no two integers; orphans, too */
};

/* request must live as long as the watch. */
enum rp_status rp_linkwatch_open(const struct rp_linkwatch_request *request,
                                 struct rp_linkwatch **out_watch,
                                 struct rp_err *err) RP_MUST_CHECK;
struct rp_row_visitor rp_linkwatch_visitor(struct rp_linkwatch *watch);
/* After the scan. */
enum rp_status rp_linkwatch_finish(struct rp_linkwatch *watch,
                                   struct rp_linkwatch_result *out_result,
                                   struct rp_err *err) RP_MUST_CHECK;
void rp_linkwatch_close(struct rp_linkwatch *watch);

#endif
