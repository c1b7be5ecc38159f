/* see rollproof.h: rp_downgrade, export first, then drop. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/shares.h"
#include "base/show.h"
#include "base/slice.h"
#include "job/export.h"
#include "job/further.h"
#include "job/schemachange.h"
#include "job/session.h"
#include "job/wayback.h"
#include "proof/keyrings.h"
#include "rollproof.h"
#include "school/change.h"
#include "school/keys.h"

#define LINKS "student_courses"
#define SUFFIX ".student_courses.csv"

struct downgrade {
    const struct rp_downgrade_options *options;
    struct rp_schema_change change;
    struct rp_schema *schema; /* as it was when the keys were read */
    const struct rp_table *links;
    size_t student_column;
    size_t course_column;
    struct rp_keyrings keys;
    uint64_t orphans;
    struct rp_export export;
    struct rp_exported exported;
    struct rp_buf path; /* of the export */
    struct rp_buf way_back;
};

/* A link that migrate would not take back: an id is no id, or nobody's. */
static enum rp_status
visit_link(void *ctx, const struct rp_row *row, bool *out_skip,
           struct rp_err *err)
{
    struct downgrade *downgrade = ctx;
    const struct rp_cell *student = &row->cells[downgrade->student_column];
    const struct rp_cell *course = &row->cells[downgrade->course_column];
    bool held = false;
    enum rp_status status = RP_OK;

    *out_skip = false;
    if (student->type == RP_CELL_INT && course->type == RP_CELL_INT)
        status = rp_keyrings_hold(&downgrade->keys, student->integer,
                                  course->integer, &held, err);
    downgrade->orphans += held ? 0 : 1;
    return status;
}

static struct rp_key_shape
shape_of(const struct rp_table *parent)
{
    struct rp_key_shape shape = { .table = parent, .count = 1 };

    shape.column[0] = (size_t)parent->rowid_column;
    shape.integer[0] = true;
    return shape;
}

static enum rp_status
open_keys(struct downgrade *downgrade, struct rp_err *err)
{
    const struct rp_schema *schema = downgrade->schema;
    const struct rp_session *session = downgrade->change.session;
    const struct rp_table *students = NULL;
    const struct rp_table *courses = NULL;
    struct rp_key_shape student;
    struct rp_key_shape course;
    struct rp_keyrings_request wanted = {
        .db = downgrade->change.db,
        .student = &student,
        .course = &course,
        .memory_bytes = RP_PROOF_BYTES(rp_session_memory(session)),
    };
    enum rp_status status =
        rp_schema_parent(schema, "students", &students, err);

    if (status == RP_OK)
        status = rp_schema_parent(schema, "courses", &courses, err);
    if (status != RP_OK)
        return status;
    student = shape_of(students);
    course = shape_of(courses);
    return rp_keyrings_open(&wanted, &downgrade->keys, err);
}

static enum rp_status
find_links(struct downgrade *downgrade, struct rp_err *err)
{
    const struct rp_table *links = rp_schema_table(downgrade->schema, LINKS);
    enum rp_status status;

    if (links == NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s: there is no table " LINKS
                       "; `rollproof migrate` fills it, `rollproof upgrade` "
                       "only creates it",
                       rp_db_path(downgrade->change.db));
    status = rp_schema_links_fit(links, err);
    if (status != RP_OK)
        return status;
    downgrade->student_column =
        (size_t)rp_table_column(links, RP_LIT("student_id"));
    downgrade->course_column =
        (size_t)rp_table_column(links, RP_LIT("course_id"));
    return RP_OK;
}

/* The state before, with every link looked at. */
static enum rp_status
look_before(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_schema_change *change = &downgrade->change;
    struct rp_row_visitor visitor = { .visit = visit_link,
                                      .ctx = downgrade,
                                      .without_hash = false };
    struct rp_snapshot_request request = {
        .full_check = change->policy->full_check,
        .with_soundness = true,
        .watched = { LINKS, &visitor },
    };
    enum rp_status status = rp_schema_open(change->db, &downgrade->schema, err);

    if (status == RP_OK)
        status = find_links(downgrade, err);
    if (status == RP_OK)
        status = open_keys(downgrade, err);
    if (status == RP_OK)
        status = rp_snapshot_take(change->db, &request, &change->before, err);
    if (status == RP_OK)
        status = rp_schema_change_parents(change, err);
    if (status == RP_OK)
        downgrade->links = rp_schema_table(change->before.schema, LINKS);
    change->proof.proof.orphans = downgrade->orphans;
    return status;
}

/* Is the table's own digest that of its links? */
static bool
is_plain(const struct rp_table *links)
{
    return links->column_count == 2 && strcmp(links->name, LINKS) == 0 &&
           strcmp(links->columns[0].name, "student_id") == 0 &&
           strcmp(links->columns[1].name, "course_id") == 0 &&
           links->primary.count == 2 && links->primary.columns[0] == 0 &&
           links->primary.columns[1] == 1;
}

static enum rp_status
read_back(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_input *input = NULL;
    enum rp_status status =
        rp_input_open(rp_buf_cstr(&downgrade->export.partial),
                      rp_db_folder(downgrade->change.db), &input, err);

    if (status == RP_OK)
        status = rp_exported_read(input, &downgrade->exported, err);
    rp_input_close(input);
    return status;
}

static enum rp_status
export_links(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_schema_change *change = &downgrade->change;
    const char *links_sha256 = downgrade->export.links_sha256;
    enum rp_status status;

    if (downgrade->options->export_path != NULL)
        rp_buf_str(&downgrade->path, downgrade->options->export_path);
    else
        rp_buf_printf(&downgrade->path, "%s" SUFFIX, change->school);
    status = rp_buf_status(&downgrade->path, err);
    if (status == RP_OK)
        status =
            rp_export_write(&downgrade->export, change->session,
                            rp_buf_cstr(&downgrade->path), change->db, err);
    if (status == RP_OK)
        status = read_back(downgrade, err);
    if (status != RP_OK)
        return status;
    if (is_plain(downgrade->links))
        links_sha256 = rp_snapshot_digest(&change->before, LINKS)->sha256;
    memcpy(change->proof.links_sha256, links_sha256, RP_SHA256_HEX);
    return RP_OK;
}

static enum rp_status
find_way_back(struct downgrade *downgrade, struct rp_err *err)
{
    const struct rp_way_back way = {
        .school = downgrade->change.school,
        .file = rp_buf_cstr(&downgrade->path),
        .schema = downgrade->change.before.schema,
        .students = downgrade->change.students,
        .courses = downgrade->change.courses,
        .links = downgrade->links,
        .has_links = downgrade->exported.records > 0,
    };
    enum rp_status status = rp_way_back(&way, &downgrade->way_back, err);

    if (status == RP_OK && !downgrade->change.policy->dry_run)
        downgrade->change.way_back = rp_buf_cstr(&downgrade->way_back);
    return status;
}

/* The last part of the path, which a verdict may tell. */
static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static enum rp_status
put_left_out(struct downgrade *downgrade, struct rp_err *err)
{
    const struct rp_table *links = downgrade->links;
    struct rp_verdict *verdict = &downgrade->change.verdict;
    struct rp_names *names = &verdict->left_out;
    struct rp_buf shown = { 0 };

    names->items = rp_arena_array(&verdict->arena, links->column_count,
                                  sizeof *names->items);
    for (size_t i = 0; names->items != NULL && i < links->column_count; i++) {
        const char *name;

        if (!rp_further_is(links, i))
            continue;
        rp_buf_reset(&shown);
        rp_show(&shown, rp_slice_str(links->columns[i].name));
        name = shown.failed
                   ? NULL
                   : rp_arena_str(&verdict->arena, rp_buf_cstr(&shown));
        if (name == NULL)
            names->items = NULL;
        else
            names->items[names->count++] = name;
    }
    rp_buf_release(&shown);
    return names->items == NULL ? rp_fail_nomem(err, "hold the verdict")
                                : RP_OK;
}

static enum rp_status
drop_and_prove(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_schema_change *change = &downgrade->change;
    const struct rp_exported_report report = {
        .exported = &downgrade->exported,
        .name = name_of(rp_buf_cstr(&downgrade->path)),
        .students = change->students,
        .courses = change->courses,
        .links = rp_snapshot_digest(&change->before, LINKS)->fp.rows,
    };
    enum rp_status status = rp_session_stopped(change->session, err);

    if (status == RP_OK)
        status = rp_links_drop(change->db, err);
    if (status == RP_OK)
        status = rp_schema_change_prove(change, &report, err);
    return status == RP_OK ? put_left_out(downgrade, err) : status;
}

/* Not before all is proved, and before anything is committed. */
static enum rp_status
conclude(struct downgrade *downgrade, enum rp_exit *out_exit,
         struct rp_err *err)
{
    struct rp_schema_change *change = &downgrade->change;
    enum rp_status status = RP_OK;

    if (rp_verdict_allows_commit(&change->verdict) && !change->policy->dry_run)
        status = rp_export_publish(&downgrade->export, err);
    if (status == RP_OK)
        status = rp_schema_change_conclude(change, "DROP TABLE " LINKS,
                                           out_exit, err);
    return status;
}

static void
tell_exported(const struct downgrade *downgrade)
{
    const struct rp_session *session = downgrade->change.session;
    const struct rp_names *names = &downgrade->change.verdict.left_out;
    char shown[RP_SHOWN_BYTES];

    rp_talk(session,
            "rollproof: %" PRIu64 " links exported to %s, sha256 %s; this line "
            "brings them back:",
            downgrade->exported.records,
            rp_show_in(shown, rp_buf_view(&downgrade->path)),
            downgrade->exported.links_sha256);
    for (size_t i = 0; i < names->count; i++)
        rp_talk(session, "rollproof: but not the values of %s",
                names->items[i]);
}

/* The line is the result, alone on standard output, so that a shell may be
 * given it; the report stands among the messages.  Where another form of
 * report is asked for, that is the result. */
static void
print_way_back(struct downgrade *downgrade)
{
    const struct rp_session *session = downgrade->change.session;
    const struct rp_buf *line = &downgrade->way_back;
    const struct rp_sink *sink =
        downgrade->change.reports_to_talk ? &session->out : &session->talk;

    if (session->quiet || !downgrade->change.verdict.committed)
        return;
    tell_exported(downgrade);
    sink->write(sink->ctx, (const char *)line->ptr, line->len);
    sink->write(sink->ctx, "\n", 1);
}

static enum rp_status
run(struct downgrade *downgrade, enum rp_exit *out_exit, struct rp_err *err)
{
    enum rp_status status = rp_schema_change_begin(&downgrade->change, err);

    if (status == RP_OK)
        status = look_before(downgrade, err);
    if (status == RP_OK)
        status = rp_further_check(downgrade->links,
                                  &downgrade->change.policy->leave_out, err);
    if (status == RP_OK)
        status = export_links(downgrade, err);
    if (status == RP_OK)
        status = find_way_back(downgrade, err);
    if (status == RP_OK)
        status = drop_and_prove(downgrade, err);
    if (status == RP_OK)
        status = conclude(downgrade, out_exit, err);
    if (status == RP_OK)
        print_way_back(downgrade);
    return status;
}

/* Once the table may be gone the file is the only copy, and must be named. */
static enum rp_status
settle(struct downgrade *downgrade, enum rp_status status, struct rp_err *err)
{
    struct rp_err why = *err;
    char shown[RP_SHOWN_BYTES];

    if (status != RP_E_AFTER_COMMIT && !downgrade->change.verdict.committed) {
        rp_export_discard(&downgrade->export);
        return status;
    }
    if (status == RP_OK)
        return RP_OK;
    return rp_fail(err, status,
                   "the links are in %s, and rollproof migrate brings them "
                   "back: %.1500s",
                   rp_show_in(shown, rp_buf_view(&downgrade->path)), why.text);
}

enum rp_exit
rp_downgrade(const struct rp_session *session,
             const struct rp_downgrade_options *options,
             struct rp_message *message)
{
    struct downgrade downgrade = {
        .options = options,
        .change = { .session = session,
                    .policy = &options->policy,
                    .school = options->school,
                    .command = "downgrade",
                    .reports_to_talk =
                        options->policy.format == RP_FORMAT_TEXT },
    };
    enum rp_exit exit_code = RP_EXIT_DONE;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = run(&downgrade, &exit_code, &err);

    status = settle(&downgrade, status, &err);
    rp_keyrings_release(&downgrade.keys);
    rp_schema_close(downgrade.schema);
    rp_schema_change_release(&downgrade.change);
    rp_export_release(&downgrade.export);
    rp_buf_release(&downgrade.path);
    rp_buf_release(&downgrade.way_back);
    if (status != RP_OK)
        return rp_exit_of(status, &err, message);
    message->text[0] = '\0';
    return exit_code;
}
