/* see loading.h: after the rows are written, everything is read back. */
#include <string.h>

#include "job/loading.h"
#include "proof/assemble.h"
#include "proof/rowproof.h"

/* SHA-256 of the rows that this load did not add, as for links. */
static enum rp_status
digest_kept(struct rp_loading *load, struct rp_rowproof *proof,
            const struct rp_table *table, struct rp_err *err)
{
    struct rp_row_visitor keeper = rp_rowproof_keeper(proof);
    struct rp_digest digest = *rp_snapshot_digest(&load->after, table->name);
    enum rp_status status = RP_OK;

    if (load->proof.added > 0 && load->proof.kept.rows > 0)
        status = rp_rows_scan(load->db, table, &keeper, &digest, err);
    memcpy(load->proof.kept_sha256, digest.sha256, sizeof digest.sha256);
    return status;
}

static enum rp_status
look_after(struct rp_loading *load, struct rp_rowproof *proof,
           const struct rp_table *table, struct rp_err *err)
{
    struct rp_claims_request request = {
        .plan = load->plan,
        .dialect = &load->dialect.dialect,
        .stop = load->session->stop,
    };
    struct rp_row_visitor visitor = rp_rowproof_visitor(proof);
    struct rp_snapshot_request wanted = {
        .full_check = load->options->policy.full_check,
        .with_soundness = true,
        .watched = { table->name, &visitor },
    };
    struct rp_rowproof_result result;
    enum rp_status status =
        rp_snapshot_take(load->db, &wanted, &load->after, err);

    if (status == RP_OK)
        status = rp_rowproof_sources(proof, &request, &load->second, err);
    result = rp_rowproof_result(proof);
    load->proof.added = result.added;
    load->proof.kept = result.kept;
    load->proof.claimed = result.claimed;
    load->proof.planned = result.planned;
    load->proof.held = result.held;
    return status == RP_OK ? digest_kept(load, proof, table, err) : status;
}

static enum rp_status
read_again(struct rp_loading *load, struct rp_err *err)
{
    struct rp_rowproof_request wanted = {
        .db = load->db,
        .shape = &load->columns.shape,
        .plan = load->plan,
    };
    struct rp_schema *schema = NULL;
    struct rp_rowproof *proof = NULL;
    enum rp_status status = rp_schema_open(load->db, &schema, err);

    if (status == RP_OK) {
        wanted.table = rp_schema_table(schema, load->options->table);
        status = rp_rowproof_open(&wanted, &proof, err);
    }
    if (status == RP_OK)
        status = look_after(load, proof, wanted.table, err);
    rp_rowproof_close(proof);
    rp_schema_close(schema);
    return status;
}

/* What is no CSV is refused without a proof of rows. */
static enum rp_status
read_nothing(struct rp_loading *load, struct rp_err *err)
{
    struct rp_claims_request request = {
        .plan = load->plan,
        .dialect = &load->dialect.dialect,
    };
    struct rp_snapshot_request wanted = { .with_soundness = true };
    enum rp_status status =
        rp_snapshot_take(load->db, &wanted, &load->after, err);

    return status == RP_OK
               ? rp_claims_parse(&request, 0, NULL, &load->second, err)
               : status;
}

static void
declare(struct rp_loading *load)
{
    struct rp_proof *proof = &load->proof;

    proof->plan = load->plan;
    proof->before = &load->before;
    proof->after = &load->after;
    proof->second = &load->second;
    proof->rows = true;
    load->declared = (struct rp_object){
        .type = "table",
        .name = load->options->table,
        .table = load->options->table,
        .sql = rp_buf_view(&load->create),
    };
    proof->declared = &load->declared;
    proof->declared_count = load->create.len > 0 ? 1 : 0;
}

static uint64_t
rows_of(const struct rp_loading *load, const struct rp_snapshot *snapshot)
{
    const struct rp_digest *digest =
        rp_snapshot_digest(snapshot, load->options->table);

    return digest == NULL ? 0 : digest->fp.rows;
}

static void
put_key_side(const struct rp_loading *load, struct rp_key_shape *out_shape,
             struct rp_asked *asked)
{
    const struct rp_row_shape *shape = &load->columns.shape;

    out_shape->table =
        rp_schema_table(load->after.schema, load->options->table);
    if (out_shape->table == NULL)
        return;
    out_shape->count = shape->key_count;
    for (size_t i = 0; i < shape->key_count; i++)
        out_shape->column[i] =
            (size_t)rp_table_column(out_shape->table, shape->db[i]);
    if (strcmp(load->options->table, "students") == 0)
        asked->student = out_shape;
    else
        asked->course = out_shape;
}

static enum rp_status
judge(struct rp_loading *load, struct rp_err *err)
{
    const struct rp_policy_options *policy = &load->options->policy;
    struct rp_key_shape shape = { .count = 0 };
    struct rp_asked asked = {
        .program = RP_VERSION,
        .command = "load",
        .school = rp_db_name(load->db),
        .declared = load->options->table,
        .dry_run = policy->dry_run,
        .delimiter_name = load->dialect.delimiter_name,
        .dialect = &load->dialect.dialect,
        .policy = &load->policy,
        .map = load->map.name,
        .map_sha256 = load->map.sha256,
        .where = policy->where.items,
        .where_count = policy->where.count,
        .left_out = load->columns.left_out,
        .left_out_count = load->columns.left_out_count,
    };
    uint64_t inserted =
        rows_of(load, &load->after) - rows_of(load, &load->before);
    enum rp_status status;

    if (rp_loading_has_shape(load))
        asked.rows = &load->columns.shape;
    put_key_side(load, &shape, &asked);
    status =
        rp_assemble_plan(&load->verdict, &asked, load->plan, inserted, err);
    if (status == RP_OK)
        status = rp_assemble_tables(&load->verdict, &load->before, &load->after,
                                    err);
    return status == RP_OK ? rp_checks_make(&load->verdict, &load->proof, err)
                           : status;
}

enum rp_status
rp_loading_prove(struct rp_loading *load, struct rp_err *err)
{
    enum rp_status status = rp_loading_has_shape(load)
                                ? read_again(load, err)
                                : read_nothing(load, err);

    if (status != RP_OK)
        return status;
    declare(load);
    return judge(load, err);
}
