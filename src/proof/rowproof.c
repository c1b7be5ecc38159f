/* see rowproof.h */
#include "proof/rowproof.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/keysearch.h"
#include "base/mem.h"

#define DIGITS_BYTES 24

struct rp_rowproof {
    const struct rp_rowproof_request *request;
    size_t key_columns[RP_KEY_COLUMNS_MAX]; /* in the table */
    struct rp_key_search *planned;
    struct rp_stmt *find; /* the row of a key */
    struct rp_buf scratch;
    struct rp_rowproof_result result;
};

static enum rp_status
sum_claims(struct rp_rowproof *proof, struct rp_err *err)
{
    struct rp_sorter *claims = proof->request->plan->claims;
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_rewind(claims, err);

    while (status == RP_OK) {
        status = rp_sorter_next(claims, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        rp_fp_add(&proof->result.planned, rp_hash128_get(packed));
    }
    return status;
}

static enum rp_status
find_columns(struct rp_rowproof *proof, struct rp_err *err)
{
    const struct rp_row_shape *shape = proof->request->shape;

    for (size_t i = 0; i < shape->key_count; i++) {
        int column = rp_table_column(proof->request->table, shape->db[i]);

        if (column < 0)
            return rp_fail(err, RP_E_DB, "%s lost a column of its key",
                           shape->table);
        proof->key_columns[i] = (size_t)column;
    }
    return RP_OK;
}

enum rp_status
rp_rowproof_open(const struct rp_rowproof_request *request,
                 struct rp_rowproof **out_proof, struct rp_err *err)
{
    const struct rp_search_shape by_key = { RP_CLAIM_KEY_BYTES,
                                            RP_CLAIM_KEY_BYTES };
    struct rp_rowproof *proof = rp_zalloc(sizeof *proof);
    struct rp_buf sql = { 0 };
    enum rp_status status;

    if (proof == NULL)
        return rp_fail_nomem(err, "prove the rows");
    proof->request = request;
    status = find_columns(proof, err);
    if (status == RP_OK)
        status = rp_key_search_open(request->plan->added, by_key,
                                    &proof->planned, err);
    if (status == RP_OK)
        status = sum_claims(proof, err);
    if (status == RP_OK)
        status = rp_rows_select(request->shape, true, &sql, err);
    if (status == RP_OK)
        status =
            rp_stmt_open(request->db, rp_buf_view(&sql), &proof->find, err);
    rp_buf_release(&sql);
    if (status == RP_OK)
        *out_proof = proof;
    else
        rp_rowproof_close(proof);
    return status;
}

/* A key column as text; a key that is an INTEGER by its digits. */
static struct rp_slice
cell_text(const struct rp_cell *cell, char digits[DIGITS_BYTES])
{
    if (cell->type != RP_CELL_INT)
        return cell->bytes;
    (void)snprintf(digits, DIGITS_BYTES, "%" PRId64, cell->integer);
    return rp_slice_str(digits);
}

static enum rp_status
was_planned(struct rp_rowproof *proof, const struct rp_row *row,
            bool *out_planned, struct rp_err *err)
{
    size_t count = proof->request->shape->key_count;
    char digits[RP_KEY_COLUMNS_MAX][DIGITS_BYTES];
    struct rp_slice parts[RP_KEY_COLUMNS_MAX];
    unsigned char key[RP_CLAIM_KEY_BYTES];
    const unsigned char *found = NULL;
    struct rp_hash128 hash = { 0, 0 };
    enum rp_status status;

    for (size_t i = 0; i < count; i++)
        parts[i] = cell_text(&row->cells[proof->key_columns[i]], digits[i]);
    status = rp_rows_key(&proof->scratch, parts, count, &hash, err);
    if (status != RP_OK)
        return status;
    rp_hash128_put(key, hash);
    status = rp_key_search_find(proof->planned, key, &found, err);
    *out_planned = found != NULL;
    return status;
}

static enum rp_status
visit_row(void *ctx, const struct rp_row *row, bool *out_skip,
          struct rp_err *err)
{
    struct rp_rowproof *proof = ctx;
    bool planned = false;
    enum rp_status status = was_planned(proof, row, &planned, err);

    *out_skip = false;
    if (planned)
        proof->result.added++;
    else
        rp_fp_add(&proof->result.kept, row->hash);
    return status;
}

static enum rp_status
keep_row(void *ctx, const struct rp_row *row, bool *out_skip,
         struct rp_err *err)
{
    return was_planned(ctx, row, out_skip, err);
}

struct rp_row_visitor
rp_rowproof_visitor(struct rp_rowproof *proof)
{
    return (struct rp_row_visitor){ .visit = visit_row, .ctx = proof };
}

static bool
same_value(const struct rp_cell *cell, struct rp_slice field)
{
    if (cell->type == RP_CELL_NULL || field.ptr == NULL)
        return cell->type == RP_CELL_NULL && field.ptr == NULL;
    return rp_slice_eq(cell->bytes, field);
}

/* The row under the record's key: its key counts, and whether all of it is
 * what the record says. */
static enum rp_status
compare_row(struct rp_rowproof *proof, const struct rp_slice *fields,
            struct rp_err *err)
{
    const struct rp_row_shape *shape = proof->request->shape;
    struct rp_slice parts[RP_KEY_COLUMNS_MAX];
    struct rp_hash128 key = { 0, 0 };
    bool same = true;
    enum rp_status status;

    for (size_t i = 0; i < shape->count; i++) {
        struct rp_cell cell = rp_stmt_cell(proof->find, (int)i);

        same = same && same_value(&cell, fields[shape->csv[i]]);
        if (i < shape->key_count)
            parts[i] = cell.bytes;
    }
    status = rp_rows_key(&proof->scratch, parts, shape->key_count, &key, err);
    if (status == RP_OK)
        rp_fp_add(&proof->result.claimed, key);
    proof->result.held += same ? 1 : 0;
    return status;
}

static enum rp_status
visit_record(struct rp_rowproof *proof, const struct rp_slice *fields,
             struct rp_err *err)
{
    const struct rp_row_shape *shape = proof->request->shape;
    bool row = false;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < shape->key_count && status == RP_OK; i++) {
        if (fields[shape->csv[i]].len == 0)
            return RP_OK;
        status = rp_stmt_bind_text(proof->find, (int)i + 1,
                                   fields[shape->csv[i]], err);
    }
    if (status == RP_OK)
        status = rp_stmt_step(proof->find, &row, err);
    if (status == RP_OK && row)
        status = compare_row(proof, fields, err);
    rp_stmt_reset(proof->find);
    return status;
}

static enum rp_status
visit_records(void *ctx, const struct rp_slice *const *records, size_t count,
              struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = visit_record(ctx, records[i], err);
    return status;
}

struct rp_row_visitor
rp_rowproof_keeper(struct rp_rowproof *proof)
{
    return (struct rp_row_visitor){ .visit = keep_row, .ctx = proof };
}

enum rp_status
rp_rowproof_sources(struct rp_rowproof *proof,
                    const struct rp_claims_request *request,
                    struct rp_second_facts *facts, struct rp_err *err)
{
    struct rp_second_visitor visitor = { visit_records, proof };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < request->plan->source_count && status == RP_OK; i++)
        status = rp_claims_parse(request, i, &visitor, &facts[i], err);
    return status;
}

struct rp_rowproof_result
rp_rowproof_result(const struct rp_rowproof *proof)
{
    return proof->result;
}

void
rp_rowproof_close(struct rp_rowproof *proof)
{
    if (proof == NULL)
        return;
    rp_stmt_close(proof->find);
    rp_key_search_close(proof->planned);
    rp_buf_release(&proof->scratch);
    rp_free(proof);
}
