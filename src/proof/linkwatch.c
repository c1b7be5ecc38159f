/* see linkwatch.h */
#include "proof/linkwatch.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "plan/plan.h"

struct rp_linkwatch {
    const struct rp_linkwatch_request *request;
    size_t student_column;
    size_t course_column;
    struct rp_sorter *pairs; /* NULL: rows come in the order of the pairs */
    bool has_last;
    unsigned char last[RP_CLAIM_KEY_BYTES];
    struct rp_linkwatch_result result;
};

static bool
in_pair_order(const struct rp_linkwatch *watch)
{
    const struct rp_unique *primary = &watch->request->links->primary;

    return primary->count >= 2 &&
           primary->columns[0] == watch->student_column &&
           primary->columns[1] == watch->course_column;
}

enum rp_status
rp_linkwatch_open(const struct rp_linkwatch_request *request,
                  struct rp_linkwatch **out_watch, struct rp_err *err)
{
    struct rp_sort_shape shape = { RP_CLAIM_KEY_BYTES, RP_CLAIM_KEY_BYTES,
                                   request->memory_bytes };
    struct rp_linkwatch *watch = rp_zalloc(sizeof *watch);
    enum rp_status status = RP_OK;

    if (watch == NULL)
        return rp_fail_nomem(err, "look at the links");
    watch->request = request;
    watch->student_column =
        (size_t)rp_table_column(request->links, RP_LIT("student_id"));
    watch->course_column =
        (size_t)rp_table_column(request->links, RP_LIT("course_id"));
    if (!in_pair_order(watch))
        status = rp_sorter_open(&shape, request->folder, &watch->pairs, err);
    if (status == RP_OK)
        *out_watch = watch;
    else
        rp_linkwatch_close(watch);
    return status;
}

static enum rp_status
follow(struct rp_linkwatch *watch, const unsigned char *key, struct rp_err *err)
{
    const struct rp_link_follower *follower = watch->request->follower;

    if (watch->has_last && memcmp(watch->last, key, sizeof watch->last) == 0)
        watch->result.repeats++;
    watch->has_last = true;
    memcpy(watch->last, key, sizeof watch->last);
    return follower == NULL ? RP_OK : follower->follow(follower->ctx, key, err);
}

static enum rp_status
look_up(struct rp_linkwatch *watch, int64_t student_id, int64_t course_id,
        const unsigned char *key, struct rp_err *err)
{
    const struct rp_link_follower *orphans = watch->request->orphans;
    bool held = false;
    enum rp_status status = rp_keyrings_hold(watch->request->keys, student_id,
                                             course_id, &held, err);

    if (status != RP_OK || held)
        return status;
    watch->result.orphans++;
    return orphans == NULL ? RP_OK : orphans->follow(orphans->ctx, key, err);
}

static enum rp_status
visit(void *ctx, const struct rp_row *row, bool *out_skip, struct rp_err *err)
{
    struct rp_linkwatch *watch = ctx;
    const struct rp_cell *student = &row->cells[watch->student_column];
    const struct rp_cell *course = &row->cells[watch->course_column];
    unsigned char key[RP_CLAIM_KEY_BYTES];
    enum rp_status status;

    *out_skip = false;
    watch->result.links++;
    if (student->type != RP_CELL_INT || course->type != RP_CELL_INT) {
        watch->result.orphans++;
        watch->result.unpaired++;
        return RP_OK;
    }
    rp_link_pack(key, student->integer, course->integer);
    status = look_up(watch, student->integer, course->integer, key, err);
    if (status != RP_OK)
        return status;
    return watch->pairs == NULL ? follow(watch, key, err)
                                : rp_sorter_add(watch->pairs, key, err);
}

struct rp_row_visitor
rp_linkwatch_visitor(struct rp_linkwatch *watch)
{
    return (struct rp_row_visitor){ .visit = visit,
                                    .ctx = watch,
                                    .without_hash = true };
}

enum rp_status
rp_linkwatch_finish(struct rp_linkwatch *watch,
                    struct rp_linkwatch_result *out_result, struct rp_err *err)
{
    const unsigned char *key = NULL;
    enum rp_status status = RP_OK;

    if (watch->pairs != NULL)
        status = rp_sorter_finish(watch->pairs, err);
    while (status == RP_OK && watch->pairs != NULL) {
        status = rp_sorter_next(watch->pairs, &key, err);
        if (status != RP_OK || key == NULL)
            break;
        status = follow(watch, key, err);
    }
    *out_result = watch->result;
    return status;
}

void
rp_linkwatch_close(struct rp_linkwatch *watch)
{
    if (watch == NULL)
        return;
    rp_sorter_close(watch->pairs);
    rp_free(watch);
}
