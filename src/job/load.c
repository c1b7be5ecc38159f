/* see rollproof.h: rp_load, canonical rows proved by reading back. */
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "base/sort.h"
#include "job/columns.h"
#include "job/conclude.h"
#include "job/remarks.h"
#include "job/session.h"
#include "job/sources.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "plan/resolve.h"
#include "plan/rows.h"
#include "proof/assemble.h"
#include "proof/checks.h"
#include "proof/claims.h"
#include "proof/rowproof.h"
#include "proof/snapshot.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/schema.h"
#include "source/mapping.h"

/* Share of the memory for what the table holds already. */
#define PRESENT_SHARE 4

struct load {
    const struct rp_session *session;
    const struct rp_load_options *options;
    struct rp_buf evidence;
    struct rp_policy policy;
    struct rp_dialect_asked dialect;
    struct rp_mapping *mapping;
    struct rp_db *db;
    bool created;
    bool committed;
    struct rp_sources sources;
    struct rp_plan_request request;
    struct rp_plan *plan;
    uint64_t lock_began_ms;
    struct rp_snapshot before;
    struct rp_snapshot after;
    const struct rp_table *table; /* NULL: it is made */
    struct rp_columns columns;
    struct rp_buf create;
    struct rp_second_facts second;
    struct rp_proof proof;
    struct rp_object declared;
    struct rp_verdict verdict;
};

static enum rp_status
understand(struct load *load, struct rp_err *err)
{
    const struct rp_load_options *options = load->options;
    const struct rp_policy_options *policy = &options->policy;
    /* Only the filters are taken from the mapping. */
    struct rp_mapping_texts texts = {
        .student = "#1",
        .course = "#1",
        .where = policy->where.items,
        .where_count = policy->where.count,
    };
    char shown[RP_SHOWN_BYTES];
    enum rp_status status;

    if (strcmp(options->table, "students") != 0 &&
        strcmp(options->table, "courses") != 0)
        return rp_fail(err, RP_E_USAGE,
                       "load %s: only students and courses can be loaded; "
                       "enrollments are imported with rollproof migrate",
                       rp_show_in(shown, rp_slice_str(options->table)));
    status = rp_policy_parse(&load->policy, policy->accept.items,
                             policy->accept.count, err);
    if (status == RP_OK)
        status = rp_dialect_parse(&options->csv, &load->dialect, err);
    if (status == RP_OK)
        status = rp_mapping_open(&texts, &load->mapping, err);
    if (status == RP_OK && policy->evidence != NULL)
        status = rp_evidence_place(policy->evidence, options->school,
                                   &load->evidence, err);
    return status;
}

static enum rp_status
look_before(struct load *load, struct rp_err *err)
{
    struct rp_snapshot_request request = {
        .full_check = load->options->policy.full_check,
        .with_soundness = true,
    };
    const struct rp_object *object;
    enum rp_status status;

    status = rp_session_open(load->session, load->options->school,
                             RP_DB_CREATE, &load->db, err);
    if (status != RP_OK)
        return status;
    load->created = rp_db_created(load->db);
    status = rp_db_begin_write(load->db, false, err);
    load->lock_began_ms = rp_now_ms();
    if (status == RP_OK)
        status = rp_snapshot_take(load->db, &request, &load->before, err);
    if (status != RP_OK)
        return status;
    load->table = rp_schema_table(load->before.schema, load->options->table);
    object = rp_schema_object(load->before.schema, load->options->table);
    if (load->table == NULL && object != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: %s is a %s there; rename it and run again",
                       rp_db_path(load->db), load->options->table,
                       object->type);
    return RP_OK;
}

static void
set_roles(const struct rp_row_shape *shape, struct rp_layout *layout)
{
    layout->course.count = 0;
    layout->student.count = shape->key_count;
    for (size_t i = 0; i < layout->width; i++)
        if (layout->roles[i] != RP_COLUMN_WHERE)
            layout->roles[i] = RP_COLUMN_LEFT_OUT;
    for (size_t i = 0; i < shape->count; i++)
        layout->roles[shape->csv[i]] = RP_COLUMN_CARRIED;
    for (size_t i = 0; i < shape->key_count; i++) {
        layout->student.column[i] = shape->csv[i];
        layout->roles[shape->csv[i]] = RP_COLUMN_KEY;
    }
}

static enum rp_status
layout_source(void *ctx, const char *source_name,
              const struct rp_records *records, struct rp_layout *out_layout,
              struct rp_err *err)
{
    struct load *load = ctx;
    struct rp_source_columns source = { .name = source_name };
    struct rp_columns_request request = {
        .options = load->options,
        .source = &source,
        .table = load->table,
    };
    enum rp_status status;

    source.names = rp_records_names(records, &source.width);
    source.has_header = rp_records_header(records).len > 0;
    status = rp_columns_choose(&request, &load->columns, err);
    if (status == RP_OK)
        status = rp_mapping_resolve(load->mapping, &source, out_layout, err);
    if (status == RP_OK)
        set_roles(&load->columns.shape, out_layout);
    return status;
}

/* A column called id is only fit to be the primary key when every value is a
 * distinct decimal int64, written as SQLite would write it. */
struct id_check {
    struct load *load;
    const struct rp_layout *layout;
    size_t column;
    struct rp_sorter *ids;
};

static enum rp_status
fail_id(const struct id_check *check, struct rp_slice field, const char *why,
        struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s: the column id would be the primary key, but %s is %s; "
                   "write --rename id=NEW",
                   rp_input_name(check->load->sources.inputs[0]),
                   rp_show_in(shown, field), why);
}

static enum rp_status
check_id(void *ctx, const struct rp_slice *fields, struct rp_err *err)
{
    const struct id_check *check = ctx;
    struct rp_slice field = fields[check->column];
    unsigned char packed[RP_CLAIM_KEY_BYTES];
    bool zeros = false;
    int64_t id = 0;

    if (!rp_parse_int64(field, &id, &zeros) || zeros)
        return fail_id(check, field, "no decimal integer", err);
    rp_link_pack(packed, id, 0);
    return rp_sorter_add(check->ids, packed, err);
}

static enum rp_status
check_distinct(const struct id_check *check, struct rp_err *err)
{
    unsigned char last[RP_CLAIM_KEY_BYTES];
    bool has_last = false;
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_finish(check->ids, err);

    while (status == RP_OK) {
        status = rp_sorter_next(check->ids, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        if (has_last && memcmp(last, packed, sizeof last) == 0)
            return fail_id(check, RP_LIT("a value"), "there twice", err);
        memcpy(last, packed, sizeof last);
        has_last = true;
    }
    return status;
}

static enum rp_status
check_ids(struct load *load, struct rp_err *err)
{
    const struct rp_row_shape *shape = &load->columns.shape;
    struct rp_sort_shape sort = { RP_CLAIM_KEY_BYTES, RP_CLAIM_KEY_BYTES,
                                  load->request.memory_bytes / PRESENT_SHARE };
    struct rp_claims_request request = {
        .plan = load->plan,
        .dialect = &load->dialect.dialect,
        .stop = load->session->stop,
    };
    struct id_check check = { .load = load };
    struct rp_second_visitor visitor = { check_id, &check };
    struct rp_second_facts facts;
    enum rp_status status;

    if (load->plan->sources[0].not_csv != NULL || shape->id < 0)
        return RP_OK;
    check.column = shape->csv[shape->id];
    status = rp_sorter_open(&sort, load->request.folder, &check.ids, err);
    if (status == RP_OK)
        status = rp_claims_parse(&request, 0, &visitor, &facts, err);
    if (status == RP_OK)
        status = check_distinct(&check, err);
    rp_sorter_close(check.ids);
    return status;
}

static enum rp_status
open_plan(struct load *load, struct rp_err *err)
{
    struct rp_strings paths = { &load->options->source, 1 };
    struct rp_plan_request *request = &load->request;
    struct rp_layouter layouter = { layout_source, load };
    enum rp_status status;

    status = rp_sources_open(&paths, rp_db_folder(load->db), &load->sources,
                             err);
    if (status != RP_OK)
        return status;
    request->dialect = &load->dialect.dialect;
    request->inputs = load->sources.inputs;
    request->input_count = load->sources.count;
    request->layouter = &layouter;
    request->folder = rp_db_folder(load->db);
    request->memory_bytes = rp_session_memory(load->session);
    request->stop = load->session->stop;
    status = rp_plan_open(request, &load->plan, err);
    request->layouter = NULL;
    return status == RP_OK ? check_ids(load, err) : status;
}

static enum rp_status
plan_rows(struct load *load, struct rp_err *err)
{
    struct rp_plan_request *request = &load->request;
    struct rp_rows_request wanted = {
        .db = load->db,
        .shape = &load->columns.shape,
        .table_exists = load->table != NULL,
        .folder = request->folder,
        .memory_bytes = request->memory_bytes / PRESENT_SHARE,
    };
    struct rp_remarks remarks = { NULL, 0 };
    struct rp_rows *rows = NULL;
    struct rp_claimer claimer;
    enum rp_status status;

    status = rp_remarks_make(load->db, load->before.schema,
                             load->options->table, &remarks, err);
    if (status == RP_OK)
        status = rp_rows_open(&wanted, &rows, err);
    if (status == RP_OK) {
        claimer = rp_rows_claimer(rows);
        request->claimer = &claimer;
        request->remarks = remarks.items;
        request->remark_count = remarks.count;
        status = rp_plan_make(load->plan, request, err);
        request->claimer = NULL;
        request->remarks = NULL;
        request->remark_count = 0;
    }
    rp_rows_close(rows);
    rp_remarks_release(&remarks);
    return status;
}

/* A file that is no CSV at all has no columns to make a table of. */
static bool
has_shape(const struct load *load)
{
    return load->columns.shape.count > 0;
}

static enum rp_status
write_rows(struct load *load, struct rp_err *err)
{
    enum rp_status status = rp_session_stopped(load->session, err);

    if (status == RP_OK && load->table == NULL)
        status = rp_columns_create(&load->columns.shape, &load->create, err);
    if (status == RP_OK && load->table == NULL)
        status = rp_db_exec(load->db, rp_buf_cstr(&load->create), err);
    if (status == RP_OK && load->table == NULL)
        status = rp_db_flush(load->db, err);
    if (status == RP_OK)
        status = rp_rows_insert(load->plan, load->db, &load->columns.shape,
                                err);
    return status;
}

static enum rp_status
look_after(struct load *load, struct rp_rowproof *proof,
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
    return status;
}

static enum rp_status
read_again(struct load *load, struct rp_err *err)
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
read_nothing(struct load *load, struct rp_err *err)
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
declare(struct load *load)
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
rows_of(const struct load *load, const struct rp_snapshot *snapshot)
{
    const struct rp_digest *digest =
        rp_snapshot_digest(snapshot, load->options->table);

    return digest == NULL ? 0 : digest->fp.rows;
}

static enum rp_status
put_key_side(struct load *load, const struct rp_schema *schema,
             struct rp_key_shape *out_shape, struct rp_asked *asked,
             struct rp_err *err)
{
    const struct rp_row_shape *shape = &load->columns.shape;
    const struct rp_table *table =
        rp_schema_table(schema, load->options->table);

    (void)err;
    if (table == NULL)
        return RP_OK;
    out_shape->table = table;
    out_shape->count = shape->key_count;
    for (size_t i = 0; i < shape->key_count; i++)
        out_shape->column[i] =
            (size_t)rp_table_column(table, shape->db[i]);
    if (strcmp(load->options->table, "students") == 0)
        asked->student = out_shape;
    else
        asked->course = out_shape;
    return RP_OK;
}

static enum rp_status
judge(struct load *load, struct rp_err *err)
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
        .where = policy->where.items,
        .where_count = policy->where.count,
        .left_out = load->columns.left_out,
        .left_out_count = load->columns.left_out_count,
    };
    uint64_t inserted = rows_of(load, &load->after) -
                        rows_of(load, &load->before);
    enum rp_status status =
        put_key_side(load, load->after.schema, &shape, &asked, err);

    if (status == RP_OK)
        status = rp_assemble_plan(&load->verdict, &asked, load->plan, inserted,
                                  err);
    if (status == RP_OK)
        status = rp_assemble_tables(&load->verdict, &load->before,
                                    &load->after, err);
    return status == RP_OK ? rp_checks_make(&load->verdict, &load->proof, err)
                           : status;
}

static enum rp_status
conclude(struct load *load, enum rp_exit *out_exit, struct rp_err *err)
{
    struct rp_conclusion conclusion = {
        .session = load->session,
        .policy = &load->options->policy,
        .db = load->db,
        .plan = load->plan,
        .verdict = &load->verdict,
        .before = &load->before,
        .after = &load->after,
        .school = load->options->school,
        .evidence =
            load->evidence.len > 0 ? rp_buf_cstr(&load->evidence) : NULL,
        .migration = rp_buf_view(&load->create),
        .lock_began_ms = load->lock_began_ms,
    };
    enum rp_status status = rp_conclude(&conclusion, out_exit, err);

    load->committed = load->verdict.committed;
    return status;
}

static void
put_spec(struct rp_buf *out, const struct rp_row_shape *shape)
{
    for (size_t i = 0; i < shape->key_count; i++) {
        if (i > 0)
            rp_buf_byte(out, '+');
        rp_show(out, shape->db[i]);
    }
}

/* What to write next, so that nobody has to guess. */
static void
print_next(const struct load *load)
{
    struct rp_buf line = { 0 };
    bool students = strcmp(load->options->table, "students") == 0;

    if (!load->committed || load->options->policy.format != RP_FORMAT_TEXT)
        return;
    rp_buf_printf(&line, "\n  next      rollproof migrate %s SOURCE.csv --%s '",
                  load->options->school, students ? "student" : "course");
    put_spec(&line, &load->columns.shape);
    rp_buf_str(&line, "'\n");
    if (!line.failed)
        rp_print(load->session, &line);
    rp_buf_release(&line);
}

static enum rp_status
run(struct load *load, enum rp_exit *out_exit, struct rp_err *err)
{
    enum rp_status status = understand(load, err);

    if (status == RP_OK)
        status = look_before(load, err);
    if (status == RP_OK && load->created)
        rp_talk(load->session, "rollproof: %s is created",
                rp_db_path(load->db));
    if (status == RP_OK)
        status = open_plan(load, err);
    if (status == RP_OK)
        status = plan_rows(load, err);
    if (status == RP_OK && has_shape(load))
        status = write_rows(load, err);
    if (status == RP_OK)
        status = has_shape(load) ? read_again(load, err)
                                 : read_nothing(load, err);
    if (status == RP_OK) {
        declare(load);
        status = judge(load, err);
    }
    if (status == RP_OK)
        status = conclude(load, out_exit, err);
    if (status == RP_OK)
        print_next(load);
    return status;
}

static void
release(struct load *load)
{
    if (load->db != NULL)
        (void)rp_db_rollback(load->db);
    /* A database that this run made and did not fill is no database. */
    if (load->created && !load->committed)
        (void)unlink(rp_db_realpath(load->db));
    rp_verdict_release(&load->verdict);
    rp_snapshot_release(&load->before);
    rp_snapshot_release(&load->after);
    rp_plan_close(load->plan);
    rp_sources_close(&load->sources);
    rp_columns_release(&load->columns);
    rp_mapping_close(load->mapping);
    rp_dialect_release(&load->dialect);
    rp_buf_release(&load->create);
    rp_buf_release(&load->evidence);
    rp_db_close(load->db);
}

enum rp_exit
rp_load(const struct rp_session *session,
        const struct rp_load_options *options, struct rp_message *message)
{
    struct load load = { .session = session, .options = options };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = run(&load, &exit_code, &err);

    release(&load);
    if (status != RP_OK)
        return rp_exit_of(status, &err, message);
    message->text[0] = '\0';
    return exit_code;
}
