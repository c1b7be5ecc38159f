/* see rollproof.h: rp_load, canonical rows proved by reading back. */
#include <string.h>
#include <unistd.h>

#include "base/shell.h"
#include "base/show.h"
#include "job/conclude.h"
#include "job/loading.h"
#include "job/remarks.h"

static enum rp_status
understand(struct rp_loading *load, struct rp_err *err)
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
    enum rp_status status;

    if (strcmp(options->table, "students") != 0 &&
        strcmp(options->table, "courses") != 0) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "load %s: only students and courses can be loaded; "
                       "enrollments are imported with rollproof migrate",
                       rp_show_in(shown, rp_slice_str(options->table)));
    }
    status = rp_map_may_write(policy, err);
    if (status == RP_OK)
        status = rp_policy_parse(&load->policy, policy->accept.items,
                                 policy->accept.count, err);
    rp_map_approve(&load->map, &load->policy);
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
look_before(struct rp_loading *load, struct rp_err *err)
{
    struct rp_snapshot_request request = {
        .full_check = load->options->policy.full_check,
        .with_soundness = true,
    };
    const struct rp_object *object;
    enum rp_status status;

    status = rp_session_open(load->session, load->options->school, RP_DB_CREATE,
                             &load->db, err);
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
        return rp_fail(
            err, RP_E_USAGE, "%s: %s is a %s there; rename it and run again",
            rp_db_path(load->db), load->options->table, object->type);
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
    struct rp_loading *load = ctx;
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

static enum rp_status
open_plan(struct rp_loading *load, struct rp_err *err)
{
    struct rp_strings paths = { &load->options->source, 1 };
    struct rp_plan_request *request = &load->request;
    struct rp_layouter layouter = { layout_source, load };
    enum rp_status status;

    status = rp_sources_open(&paths, rp_db_folder(load->db),
                             load->session->stop, &load->sources, err);
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
    status = rp_map_blame(&load->map, status, err);
    return status == RP_OK ? rp_loading_check_ids(load, err) : status;
}

static enum rp_status
plan_rows(struct rp_loading *load, struct rp_err *err)
{
    struct rp_plan_request *request = &load->request;
    struct rp_rows_request wanted = {
        .db = load->db,
        .shape = &load->columns.shape,
        .table_exists = load->table != NULL,
        .folder = request->folder,
        .memory_bytes = request->memory_bytes / RP_PRESENT_SHARE,
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

bool
rp_loading_has_shape(const struct rp_loading *load)
{
    return load->columns.shape.count > 0;
}

static enum rp_status
write_rows(struct rp_loading *load, struct rp_err *err)
{
    enum rp_status status = rp_session_stopped(load->session, err);

    if (status == RP_OK && load->table == NULL)
        status = rp_columns_create(&load->columns.shape, &load->create, err);
    if (status == RP_OK && load->table == NULL)
        status = rp_db_exec(load->db, rp_buf_cstr(&load->create), err);
    if (status == RP_OK && load->table == NULL)
        status = rp_db_flush(load->db, err);
    if (status == RP_OK)
        status =
            rp_rows_insert(load->plan, load->db, &load->columns.shape, err);
    return status;
}

static enum rp_status
conclude(struct rp_loading *load, enum rp_exit *out_exit, struct rp_err *err)
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
        .map = rp_buf_view(&load->map.bytes),
        .migration = rp_buf_view(&load->create),
        .lock_began_ms = load->lock_began_ms,
        .started = load->started,
    };
    enum rp_status status = rp_conclude(&conclusion, out_exit, err);

    load->committed = load->verdict.committed || status == RP_E_AFTER_COMMIT;
    return status;
}

static void
put_spec(struct rp_buf *out, const struct rp_row_shape *shape)
{
    struct rp_buf spec = { 0 };

    for (size_t i = 0; i < shape->key_count; i++) {
        if (i > 0)
            rp_buf_byte(&spec, '+');
        rp_show(&spec, shape->db[i]);
    }
    rp_put_shell_word(out, rp_buf_cstr(&spec));
    out->failed = out->failed || spec.failed;
    rp_buf_release(&spec);
}

/* What to write next, so that nobody has to guess. */
static void
print_next(const struct rp_loading *load)
{
    struct rp_buf line = { 0 };
    bool students = strcmp(load->options->table, "students") == 0;

    if (!load->committed || load->options->policy.format != RP_FORMAT_TEXT)
        return;
    rp_buf_str(&line, "\n  next      rollproof migrate ");
    rp_put_shell_path(&line, load->options->school);
    rp_buf_printf(&line, " SOURCE.csv --%s ", students ? "student" : "course");
    put_spec(&line, &load->columns.shape);
    rp_buf_byte(&line, '\n');
    if (!line.failed)
        rp_print(load->session, &line);
    rp_buf_release(&line);
}

/* The remedies of findings name files that nobody asked for. */
static void
tell_evidence(const struct rp_loading *load, enum rp_exit exit_code)
{
    if (exit_code == RP_EXIT_NOT_PROVED &&
        load->options->policy.evidence == NULL)
        rp_talk(load->session, "rollproof: findings.csv, rejects/ and "
                               "collapsed.csv are written with --evidence "
                               "DIR");
}

static enum rp_status
write_map(const struct rp_loading *load, struct rp_err *err)
{
    const struct rp_map_written written = {
        .session = load->session,
        .policy = &load->options->policy,
        .csv = &load->options->csv,
        .plan = load->plan,
        .verdict = &load->verdict,
        .load = load->options,
    };

    return rp_map_write(&written, err);
}

static enum rp_status
run(struct rp_loading *load, enum rp_exit *out_exit, struct rp_err *err)
{
    char compact[20];
    enum rp_status status = understand(load, err);

    rp_now_utc(compact, load->started);
    if (status == RP_OK)
        status = look_before(load, err);
    if (status == RP_OK && load->created)
        rp_talk(load->session,
                "rollproof: %s is not there yet: a proved load creates it",
                rp_db_path(load->db));
    if (status == RP_OK)
        status = open_plan(load, err);
    if (status == RP_OK)
        status = plan_rows(load, err);
    if (status == RP_OK && rp_loading_has_shape(load))
        status = write_rows(load, err);
    if (status == RP_OK)
        status = rp_loading_prove(load, err);
    if (status == RP_OK)
        status = conclude(load, out_exit, err);
    if (status == RP_OK) {
        tell_evidence(load, *out_exit);
        print_next(load);
    }
    return status == RP_OK ? write_map(load, err) : status;
}

static void
release(struct rp_loading *load)
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
    rp_map_release(&load->map);
}

enum rp_exit
rp_load(const struct rp_session *session, const struct rp_load_options *options,
        struct rp_message *message)
{
    struct rp_loading load = { .session = session, .asked = *options };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status;

    load.options = &load.asked;
    status = rp_map_load(&load.asked, &load.map, &err);
    if (status == RP_OK)
        status = run(&load, &exit_code, &err);
    release(&load);
    if (status != RP_OK)
        return rp_exit_of(status, &err, message);
    message->text[0] = '\0';
    return exit_code;
}
