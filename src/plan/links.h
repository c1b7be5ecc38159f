/* links.h - what a record claims in a migrate: a link of two ids. */
#ifndef PLAN_LINKS_H
#define PLAN_LINKS_H

#include "base/err.h"
#include "plan/plan.h"
#include "school/db.h"
#include "school/keys.h"

struct rp_mapping;
struct rp_links;

struct rp_links_request {
    struct rp_db *db;
    const struct rp_key_shape *student;
    const struct rp_key_shape *course;
    bool table_exists;   /* student_courses is there and may hold links */
    size_t memory_bytes; /* of the plan, of which keys take a part */
};

/* Reads the keys of both parents, under the lock. */
enum rp_status rp_links_open(const struct rp_links_request *request,
                             struct rp_links **out_links, struct rp_err *err)
    RP_MUST_CHECK;
/* Borrows links. */
struct rp_claimer rp_links_claimer(struct rp_links *links);
void rp_links_close(struct rp_links *links);

/* The layout of a source as the mapping says; borrows mapping. */
struct rp_layouter rp_links_layouter(struct rp_mapping *mapping);

#endif
