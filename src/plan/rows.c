/* see rows.h */
#include "plan/rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/canon.h"
#include "base/mem.h"
#include "plan/number.h"

struct rp_rows {
    const struct rp_row_shape *shape;
    size_t memory_bytes;
    struct rp_sorter *present; /* packed claims, sorted */
    struct rp_buf scratch;
};

enum rp_status
rp_rows_key(struct rp_buf *scratch, const struct rp_slice *parts, size_t count,
            struct rp_hash128 *out_key, struct rp_err *err)
{
    enum rp_status status;

    rp_buf_reset(scratch);
    for (size_t i = 0; i < count; i++)
        rp_canon_lp(scratch, parts[i]);
    status = rp_buf_status(scratch, err);
    if (status == RP_OK)
        *out_key = rp_hash128(rp_buf_view(scratch));
    return status;
}

/* ptr NULL is NULL. */
static enum rp_status
hash_rest(struct rp_rows *rows, const struct rp_slice *parts,
          struct rp_hash128 *out_rest, struct rp_err *err)
{
    struct rp_buf *scratch = &rows->scratch;
    enum rp_status status;

    rp_buf_reset(scratch);
    for (size_t i = rows->shape->key_count; i < rows->shape->count; i++) {
        if (parts[i].ptr == NULL)
            rp_canon_null(scratch);
        else
            rp_canon_text(scratch, parts[i]);
    }
    status = rp_buf_status(scratch, err);
    if (status == RP_OK)
        *out_rest = rp_hash128(rp_buf_view(scratch));
    return status;
}

static enum rp_status
hash_both(struct rp_rows *rows, const struct rp_slice *parts,
          unsigned char key[RP_CLAIM_KEY_BYTES], struct rp_hash128 *out_rest,
          struct rp_err *err)
{
    struct rp_hash128 hash = { 0, 0 };
    enum rp_status status =
        rp_rows_key(&rows->scratch, parts, rows->shape->key_count, &hash, err);

    if (status != RP_OK)
        return status;
    rp_hash128_put(key, hash);
    return hash_rest(rows, parts, out_rest, err);
}

enum rp_status
rp_rows_select(const struct rp_row_shape *shape, bool keyed,
               struct rp_buf *out_sql, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    rp_buf_str(out_sql, "SELECT ");
    for (size_t i = 0; i < shape->count && status == RP_OK; i++) {
        rp_buf_str(out_sql, i == 0 ? "CAST(" : ", CAST(");
        status = rp_db_quote(out_sql, shape->db[i], err);
        rp_buf_str(out_sql, " AS TEXT)");
    }
    if (status == RP_OK)
        status = rp_db_sql(out_sql, err, " FROM \"%w\"", shape->table);
    for (size_t i = 0; keyed && i < shape->key_count && status == RP_OK; i++) {
        rp_buf_str(out_sql, i == 0 ? " WHERE " : " AND ");
        status = rp_db_quote(out_sql, shape->db[i], err);
        rp_buf_printf(out_sql, " = ?%zu", i + 1);
    }
    return status;
}

static enum rp_status
add_present(struct rp_rows *rows, struct rp_stmt *stmt, struct rp_slice *parts,
            struct rp_err *err)
{
    unsigned char packed[RP_CLAIM_BYTES];
    struct rp_claim claim;
    enum rp_status status;

    memset(&claim, 0, sizeof claim);
    for (size_t i = 0; i < rows->shape->count; i++) {
        struct rp_cell cell = rp_stmt_cell(stmt, (int)i);

        parts[i] = cell.bytes;
        if (cell.type == RP_CELL_NULL)
            parts[i] = (struct rp_slice){ NULL, 0 };
        else if (parts[i].ptr == NULL)
            parts[i] = RP_LIT("");
    }
    status = hash_both(rows, parts, claim.key, &claim.rest, err);
    if (status != RP_OK)
        return status;
    rp_claim_pack(packed, &claim);
    return rp_sorter_add(rows->present, packed, err);
}

static enum rp_status
read_present(struct rp_rows *rows, struct rp_db *db, struct rp_err *err)
{
    struct rp_slice *parts =
        rp_zalloc_array(rows->shape->count + 1, sizeof *parts);
    struct rp_buf sql = { 0 };
    struct rp_stmt *stmt = NULL;
    bool row = true;
    enum rp_status status;

    if (parts == NULL)
        return rp_fail_nomem(err, "read the rows that are there");
    status = rp_rows_select(rows->shape, false, &sql, err);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), &stmt, err);
    while (status == RP_OK && row) {
        status = rp_stmt_step(stmt, &row, err);
        if (status == RP_OK && row)
            status = add_present(rows, stmt, parts, err);
    }
    rp_stmt_close(stmt);
    rp_buf_release(&sql);
    rp_free(parts);
    return status;
}

enum rp_status
rp_rows_open(const struct rp_rows_request *request, struct rp_rows **out_rows,
             struct rp_err *err)
{
    struct rp_rows *rows = rp_zalloc(sizeof *rows);
    struct rp_sort_shape shape = { RP_CLAIM_BYTES, RP_CLAIM_KEY_BYTES,
                                   request->memory_bytes };
    enum rp_status status;

    if (rows == NULL)
        return rp_fail_nomem(err, "plan the rows");
    rows->shape = request->shape;
    rows->memory_bytes = request->memory_bytes;
    status = rp_sorter_open(&shape, request->folder, &rows->present, err);
    if (status == RP_OK && request->table_exists)
        status = read_present(rows, request->db, err);
    if (status == RP_OK)
        status = rp_sorter_finish(rows->present, err);
    if (status == RP_OK)
        *out_rows = rows;
    else
        rp_rows_close(rows);
    return status;
}

static enum rp_status
claim_row(struct rp_rows *rows, const struct rp_slice *fields,
          struct rp_slice *parts, struct rp_claim_made *out_made,
          struct rp_err *err)
{
    const struct rp_row_shape *shape = rows->shape;

    *out_made = (struct rp_claim_made){ .code = RP_CODE_NONE };
    for (size_t i = 0; i < shape->count; i++) {
        parts[i] = fields[shape->csv[i]];
        if (i < shape->key_count && parts[i].len == 0)
            out_made->code = RP_EMPTY_KEY;
    }
    if (out_made->code != RP_CODE_NONE)
        return RP_OK;
    return hash_both(rows, parts, out_made->key, &out_made->rest, err);
}

static enum rp_status
claim_rows(void *ctx, const struct rp_claim_asked *asked, size_t count,
           struct rp_claim_made *out_made, struct rp_err *err)
{
    struct rp_rows *rows = ctx;
    struct rp_slice *parts = rp_zalloc_array(rows->shape->count, sizeof *parts);
    enum rp_status status = RP_OK;

    if (parts == NULL)
        return rp_fail_nomem(err, "plan a row");
    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = claim_row(rows, asked[i].fields, parts, &out_made[i], err);
    rp_free(parts);
    return status;
}

static enum rp_status
present_row(void *ctx, struct rp_claim *out_claim, bool *out_more,
            struct rp_err *err)
{
    struct rp_rows *rows = ctx;
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_next(rows->present, &packed, err);

    *out_more = status == RP_OK && packed != NULL;
    if (*out_more)
        *out_claim = rp_claim_unpack(packed);
    return status;
}

struct rp_claimer
rp_rows_claimer(struct rp_rows *rows)
{
    return (struct rp_claimer){
        .claim = claim_rows,
        .present = present_row,
        .rows = true,
        .held_bytes = rows->memory_bytes,
        .ctx = rows,
    };
}

void
rp_rows_close(struct rp_rows *rows)
{
    if (rows == NULL)
        return;
    rp_sorter_close(rows->present);
    rp_buf_release(&rows->scratch);
    rp_free(rows);
}

static enum rp_status
open_insert(struct rp_db *db, const struct rp_row_shape *shape,
            struct rp_stmt **out_stmt, struct rp_err *err)
{
    struct rp_buf sql = { 0 };
    enum rp_status status =
        rp_db_sql(&sql, err, "INSERT INTO \"%w\" (", shape->table);

    for (size_t i = 0; i < shape->count && status == RP_OK; i++) {
        if (i > 0)
            rp_buf_str(&sql, ", ");
        status = rp_db_quote(&sql, shape->db[i], err);
    }
    rp_buf_str(&sql, ") VALUES (?1");
    for (size_t i = 1; i < shape->count; i++)
        rp_buf_printf(&sql, ", ?%zu", i + 1);
    rp_buf_str(&sql, ")");
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), out_stmt, err);
    rp_buf_release(&sql);
    return status;
}

static enum rp_status
bind_field(struct rp_stmt *stmt, const struct rp_row_shape *shape, size_t entry,
           struct rp_slice field, struct rp_err *err)
{
    int index = (int)entry + 1;
    bool zeros = false;
    int64_t id = 0;

    if (field.ptr == NULL)
        return rp_stmt_bind_null(stmt, index, err);
    if ((int)entry == shape->id && rp_parse_int64(field, &id, &zeros))
        return rp_stmt_bind_int(stmt, index, id, err);
    return rp_stmt_bind_text(stmt, index, field, err);
}

static enum rp_status
insert_record(struct rp_stmt *stmt, const struct rp_row_shape *shape,
              const struct rp_plan_source *source,
              const struct rp_record *record, struct rp_err *err)
{
    struct rp_err why = { RP_OK, "" };
    enum rp_status status = RP_OK;
    bool row = false;

    for (size_t i = 0; i < shape->count && status == RP_OK; i++)
        status =
            bind_field(stmt, shape, i, record->fields[shape->csv[i]], &why);
    if (status == RP_OK)
        status = rp_stmt_step(stmt, &row, &why);
    rp_stmt_reset(stmt);
    if (status != RP_OK)
        return rp_fail(err, status,
                       "%s:%" PRIu64 ": record %" PRIu64
                       " cannot be a row of %s: %s",
                       rp_input_name(source->input), record->first_line,
                       record->number, shape->table, why.text);
    return RP_OK;
}

static enum rp_status
insert_chosen(struct rp_plan *plan, struct rp_stmt *stmt,
              const struct rp_row_shape *shape, uint64_t ordinal,
              struct rp_err *err)
{
    struct rp_plan_source *source = &plan->sources[rp_ordinal_source(ordinal)];
    const struct rp_record *record = NULL;
    enum rp_status status =
        rp_records_seek(source->records, rp_ordinal_number(ordinal), err);

    if (status == RP_OK)
        status = rp_records_next(source->records, &record, err);
    if (status != RP_OK)
        return status;
    if (record == NULL || record->class != RP_RECORD_DATA)
        return rp_fail(err, RP_E_CHANGED,
                       "%s changed while it was being loaded; let nobody "
                       "write it and run again",
                       rp_input_name(source->input));
    return insert_record(stmt, shape, source, record, err);
}

enum rp_status
rp_rows_insert(struct rp_plan *plan, struct rp_db *db,
               const struct rp_row_shape *shape, struct rp_err *err)
{
    struct rp_stmt *stmt = NULL;
    enum rp_status status = open_insert(db, shape, &stmt, err);

    while (status == RP_OK) {
        unsigned char packed[RP_CLAIM_BYTES] = { 0 };
        const unsigned char *chosen = NULL;
        struct rp_claim claimed;

        status = rp_sorter_next(plan->chosen, &chosen, err);
        if (status != RP_OK || chosen == NULL)
            break;
        memcpy(packed + RP_CLAIM_KEY_BYTES, chosen,
               RP_CLAIM_BYTES - RP_CLAIM_KEY_BYTES);
        claimed = rp_claim_unpack(packed);
        status = insert_chosen(plan, stmt, shape, claimed.ordinal, err);
    }
    rp_stmt_close(stmt);
    return status;
}
