/* see rollproof.h: rp_verify, the invariants of a school as it is now. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/shares.h"
#include "base/slice.h"
#include "job/evidence.h"
#include "job/session.h"
#include "job/who.h"
#include "proof/keyrings.h"
#include "proof/snapshot.h"
#include "proof/verdict.h"
#include "rollproof.h"
#include "school/keys.h"

#define LINKS "student_courses"

struct verifying {
    const struct rp_session *session;
    const struct rp_verify_options *options;
    struct rp_db *db;
    struct rp_tables tables;
    struct rp_snapshot now;
    struct rp_keyrings keys;
    size_t student_column;
    size_t course_column;
    char schema_trouble[RP_ERR_TEXT_BYTES]; /* why links cannot be looked at */
    uint64_t orphans;
    uint64_t repeats;
    bool has_last;
    int64_t last_student;
    int64_t last_course;
    struct rp_buf out;
    uint64_t differences;
};

static enum rp_status
visit_link(void *ctx, const struct rp_row *row, bool *out_skip,
           struct rp_err *err)
{
    struct verifying *verifying = ctx;
    const struct rp_cell *student = &row->cells[verifying->student_column];
    const struct rp_cell *course = &row->cells[verifying->course_column];

    bool held = false;
    enum rp_status status = RP_OK;

    *out_skip = false;
    if (student->type == RP_CELL_INT && course->type == RP_CELL_INT)
        status = rp_keyrings_hold(&verifying->keys, student->integer,
                                  course->integer, &held, err);
    verifying->orphans += held ? 0 : 1;
    if (verifying->has_last && verifying->last_student == student->integer &&
        verifying->last_course == course->integer)
        verifying->repeats++;
    verifying->has_last = true;
    verifying->last_student = student->integer;
    verifying->last_course = course->integer;
    return status;
}

/* By their ids. */
static struct rp_key_shape
shape_of(const struct rp_table *parent)
{
    struct rp_key_shape shape = { .table = parent, .count = 1 };

    shape.column[0] = (size_t)parent->rowid_column;
    shape.integer[0] = true;
    return shape;
}

static enum rp_status
open_keys(struct verifying *verifying, struct rp_err *err)
{
    struct rp_key_shape student = shape_of(verifying->tables.students);
    struct rp_key_shape course = shape_of(verifying->tables.courses);
    struct rp_keyrings_request wanted = {
        .db = verifying->db,
        .student = &student,
        .course = &course,
        .memory_bytes = RP_PROOF_BYTES(rp_session_memory(verifying->session)),
    };

    return rp_keyrings_open(&wanted, &verifying->keys, err);
}

static enum rp_status
look(struct verifying *verifying, struct rp_err *err)
{
    struct rp_row_visitor visitor = { .visit = visit_link, .ctx = verifying };
    struct rp_snapshot_request request = {
        .full_check = verifying->options->full_check,
        .with_soundness = true,
    };
    const struct rp_table *links;
    enum rp_status status =
        rp_tables_open(verifying->db, &verifying->tables, err);

    /* A school without a table that fits is a finding here, not a failure. */
    if (status == RP_E_USAGE) {
        (void)snprintf(verifying->schema_trouble,
                       sizeof verifying->schema_trouble, "%s", err->text);
        return rp_snapshot_take(verifying->db, &request, &verifying->now, err);
    }
    if (status == RP_OK)
        status = open_keys(verifying, err);
    if (status != RP_OK)
        return status;
    links = verifying->tables.links;
    verifying->student_column =
        (size_t)rp_table_column(links, RP_LIT("student_id"));
    verifying->course_column =
        (size_t)rp_table_column(links, RP_LIT("course_id"));
    request.watched = (struct rp_watched){ links->name, &visitor };
    return rp_snapshot_take(verifying->db, &request, &verifying->now, err);
}

static void
put_result(struct verifying *verifying, const char *what, uint64_t count,
           const char *trouble)
{
    if (count == 0) {
        rp_buf_printf(&verifying->out, "  %-12s ok\n", what);
        return;
    }
    verifying->differences += count;
    rp_buf_printf(&verifying->out, "  %-12s %" PRIu64 " %s\n", what, count,
                  trouble);
}

static void
put_table(struct verifying *verifying, const char *table)
{
    const struct rp_digest *digest = rp_snapshot_digest(&verifying->now, table);

    rp_buf_printf(&verifying->out, "  %-16s %12" PRIu64 "   %s\n", table,
                  digest == NULL ? 0 : digest->fp.rows,
                  digest == NULL ? "-" : digest->sha256);
}

static uint64_t
trouble_lines(const struct rp_buf *soundness)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < soundness->len; i++)
        lines += soundness->ptr[i] == '\0' ? 1 : 0;
    return lines;
}

static void
compare_table(struct verifying *verifying, const struct rp_verdict *verdict,
              const struct rp_table_report *report)
{
    const struct rp_digest *now =
        rp_snapshot_digest(&verifying->now, report->table);
    bool there =
        verdict->committed ? report->there_after : report->there_before;
    const char *then =
        verdict->committed ? report->digest_after : report->digest_before;
    uint64_t rows =
        verdict->committed ? report->rows_after : report->rows_before;

    if (!there && now == NULL)
        return;
    if (there && now != NULL && strcmp(then, now->sha256) == 0) {
        rp_buf_printf(&verifying->out, "  %-16s same as the evidence\n",
                      report->table);
        return;
    }
    verifying->differences++;
    rp_buf_printf(&verifying->out,
                  "  %-16s DIFFERS from the evidence: %" PRIu64
                  " rows then, %" PRIu64 " now\n",
                  report->table, there ? rows : 0,
                  now == NULL ? 0 : now->fp.rows);
}

static enum rp_status
compare_evidence(struct verifying *verifying, struct rp_err *err)
{
    struct rp_verdict verdict = { .program = NULL };
    enum rp_status status =
        rp_evidence_verdict(verifying->options->against, &verdict, err);

    for (size_t i = 0; i < verdict.table_count && status == RP_OK; i++)
        if (verdict.tables[i].role != RP_ROLE_BYSTANDER ||
            rp_name_eq(verdict.tables[i].table, LINKS))
            compare_table(verifying, &verdict, &verdict.tables[i]);
    rp_verdict_release(&verdict);
    return status;
}

static void
put_links_results(struct verifying *verifying)
{
    if (verifying->schema_trouble[0] != '\0') {
        verifying->differences++;
        rp_buf_printf(&verifying->out, "  %-12s %s\n", "schema",
                      verifying->schema_trouble);
        return;
    }
    put_result(verifying, "schema", 0, "");
    put_result(verifying, "references", verifying->orphans,
               "links without a student or a course");
    put_result(verifying, "duplicates", verifying->repeats,
               "links that are there twice");
}

static const char *
closing_word(const struct verifying *verifying)
{
    if (verifying->differences > 0)
        return "DIFFERENCES FOUND";
    return verifying->options->against != NULL ? "SAME" : "ALL INVARIANTS HOLD";
}

static enum rp_status
tell(struct verifying *verifying, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    rp_buf_printf(&verifying->out, "rollproof %s   verify %s\n\n", RP_VERSION,
                  rp_db_name(verifying->db));
    put_table(verifying, "students");
    put_table(verifying, "courses");
    put_table(verifying, LINKS);
    rp_buf_str(&verifying->out, "\n");
    put_links_results(verifying);
    put_result(verifying, "soundness", trouble_lines(&verifying->now.soundness),
               "lines of trouble; see PRAGMA integrity_check");
    if (verifying->options->against != NULL) {
        rp_buf_str(&verifying->out, "\n");
        status = compare_evidence(verifying, err);
    }
    rp_buf_printf(&verifying->out, "\n  %s\n", closing_word(verifying));
    return status == RP_OK ? rp_buf_status(&verifying->out, err) : status;
}

enum rp_exit
rp_verify(const struct rp_session *session,
          const struct rp_verify_options *options, struct rp_message *message)
{
    struct verifying verifying = { .session = session, .options = options };
    struct rp_err err = { RP_OK, "" };
    enum rp_exit exit_code;
    enum rp_status status = rp_session_open(session, options->school,
                                            RP_DB_READ, &verifying.db, &err);

    if (status == RP_OK)
        status = rp_db_begin_read(verifying.db, &err);
    if (status == RP_OK)
        status = look(&verifying, &err);
    if (status == RP_OK)
        status = tell(&verifying, &err);
    if (status == RP_OK)
        rp_print(session, &verifying.out);
    exit_code = rp_exit_of(status, &err, message);
    if (status == RP_OK && verifying.differences > 0)
        exit_code = RP_EXIT_DIFFERENT;
    rp_buf_release(&verifying.out);
    rp_keyrings_release(&verifying.keys);
    rp_snapshot_release(&verifying.now);
    rp_tables_release(&verifying.tables);
    rp_db_close(verifying.db);
    return exit_code;
}
