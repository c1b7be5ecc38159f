/* see linkproof.h */
#include "proof/linkproof.h"

#include "base/keysearch.h"
#include "base/mem.h"
#include "plan/linkreader.h"
#include "plan/plan.h"

struct rp_linkproof {
    const struct rp_linkproof_request *request;
    size_t student_column;
    size_t course_column;
    /* Rows come in the order of the plan: merge. */
    bool sorted;
    struct rp_link_reader reader;
    bool more;
    struct rp_link next;
    /* Otherwise (another primary key): search in the plan. */
    struct rp_key_search *search;
    struct rp_linkproof_result result;
};

static bool
in_plan_order(const struct rp_table *links, size_t student, size_t course)
{
    return links->primary.count >= 2 && links->primary.columns[0] == student &&
           links->primary.columns[1] == course;
}

static enum rp_status
read_next(struct rp_linkproof *proof, struct rp_err *err)
{
    return rp_link_reader_next(&proof->reader, &proof->next, &proof->more, err);
}

static enum rp_status
open_plan(struct rp_linkproof *proof, struct rp_err *err)
{
    const struct rp_search_shape by_link = { RP_CLAIM_KEY_BYTES,
                                             RP_CLAIM_KEY_BYTES };
    const struct rp_spool *added = proof->request->added;
    enum rp_status status;

    if (!proof->sorted)
        return rp_key_search_open(added, by_link, &proof->search, err);
    status = rp_link_reader_open(&proof->reader, added, err);
    return status == RP_OK ? read_next(proof, err) : status;
}

enum rp_status
rp_linkproof_open(const struct rp_linkproof_request *request,
                  struct rp_linkproof **out_proof, struct rp_err *err)
{
    struct rp_linkproof *proof = rp_zalloc(sizeof *proof);
    int student = rp_table_column(request->links, RP_LIT("student_id"));
    int course = rp_table_column(request->links, RP_LIT("course_id"));
    enum rp_status status;

    if (proof == NULL)
        return rp_fail_nomem(err, "prove the links");
    proof->request = request;
    proof->student_column = (size_t)student;
    proof->course_column = (size_t)course;
    proof->sorted = in_plan_order(request->links, proof->student_column,
                                  proof->course_column);
    if (student < 0 || course < 0)
        status = rp_fail(err, RP_E_DB, "student_courses lost a column");
    else
        status = open_plan(proof, err);
    if (status == RP_OK)
        *out_proof = proof;
    else
        rp_linkproof_close(proof);
    return status;
}

static enum rp_status
was_planned(struct rp_linkproof *proof, int64_t student, int64_t course,
            bool *out_planned, struct rp_err *err)
{
    unsigned char key[RP_CLAIM_KEY_BYTES];
    const unsigned char *found = NULL;
    enum rp_status status;

    if (proof->sorted) {
        *out_planned = proof->more && proof->next.student_id == student &&
                       proof->next.course_id == course;
        return *out_planned ? read_next(proof, err) : RP_OK;
    }
    rp_link_pack(key, student, course);
    status = rp_key_search_find(proof->search, key, &found, err);
    *out_planned = found != NULL;
    return status;
}

/* What is known of one row. */
struct seen {
    bool held; /* both ids are in the parents */
    bool planned;
};

static enum rp_status
look_at(struct rp_linkproof *proof, int64_t student, int64_t course,
        struct seen *seen, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (proof->request->keys != NULL)
        status = rp_keyrings_hold(proof->request->keys, student, course,
                                  &seen->held, err);
    return status == RP_OK
               ? was_planned(proof, student, course, &seen->planned, err)
               : status;
}

static void
count(struct rp_linkproof *proof, const struct seen *seen,
      struct rp_slice canon)
{
    if (!seen->held && proof->request->keys != NULL)
        proof->result.orphans++;
    if (seen->planned)
        proof->result.added++;
    else
        rp_fp_add(&proof->result.kept, rp_hash128(canon));
}

static enum rp_status
visit(void *ctx, const struct rp_row *row, bool *out_skip, struct rp_err *err)
{
    struct rp_linkproof *proof = ctx;
    const struct rp_cell *student = &row->cells[proof->student_column];
    const struct rp_cell *course = &row->cells[proof->course_column];
    struct seen seen = { false, false };
    enum rp_status status = RP_OK;

    if (student->type == RP_CELL_INT && course->type == RP_CELL_INT)
        status = look_at(proof, student->integer, course->integer, &seen, err);
    count(proof, &seen, row->canon);
    *out_skip = seen.planned && proof->request->without_added;
    return status;
}

static enum rp_status
visit_whole(void *ctx, const struct rp_whole_rows *rows, struct rp_err *err)
{
    struct rp_linkproof *proof = ctx;
    const int64_t *numbers = rows->numbers;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < rows->count && status == RP_OK; i++) {
        const struct rp_slice canon = { rows->canon + i * rows->row_bytes,
                                        rows->row_bytes };
        struct seen seen = { false, false };

        status = look_at(proof, numbers[proof->student_column],
                         numbers[proof->course_column], &seen, err);
        count(proof, &seen, canon);
        numbers += rows->columns;
    }
    return status;
}

struct rp_row_visitor
rp_linkproof_visitor(struct rp_linkproof *proof)
{
    /* Of most rows, which are planned, nobody asks the hash. */
    return (struct rp_row_visitor){
        .visit = visit,
        .visit_whole = proof->request->without_added ? NULL : visit_whole,
        .ctx = proof,
        .without_hash = true,
    };
}

struct rp_linkproof_result
rp_linkproof_result(const struct rp_linkproof *proof)
{
    return proof->result;
}

void
rp_linkproof_close(struct rp_linkproof *proof)
{
    if (proof == NULL)
        return;
    rp_link_reader_close(&proof->reader);
    rp_key_search_close(proof->search);
    rp_free(proof);
}
