/* see selftest.h: one fault of each class, and who is asked about it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/show.h"
#include "job/evidence.h"
#include "job/selftest.h"
#include "job/verifying.h"

/* An id names what it compares with by its path, and the folder has another
 * name in every run. */
static void
put_id(struct rp_scratch *scratch, const char *id)
{
    const char *folder = rp_buf_cstr(&scratch->folder);
    const char *path = strstr(id, folder);

    rp_buf_str(&scratch->caught, scratch->caught.len == 0 ? "" : "\n");
    if (path == NULL) {
        rp_buf_str(&scratch->caught, id);
        return;
    }
    rp_buf_put(&scratch->caught, id, (size_t)(path - id));
    rp_buf_str(&scratch->caught, path + strlen(folder) + 1);
}

/* The ids of the checks that failed, a line each. */
static void
take_failed(struct rp_scratch *scratch, const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->check_count; i++)
        if (verdict->checks[i].result == RP_FAIL)
            put_id(scratch, verdict->checks[i].id);
}

static void
see_verification(void *ctx, const struct rp_verification *found)
{
    take_failed(ctx, &found->verdict);
}

/* An exit that is no answer: the fault was noticed when who is a file that
 * refuses to be believed. */
static enum rp_status
take_exit(struct rp_scratch *scratch, enum rp_exit exit_code,
          const struct rp_message *message, const char *refused_by,
          struct rp_err *err)
{
    if (exit_code == RP_EXIT_INTERRUPTED)
        return rp_fail(err, RP_E_INTERRUPTED, "interrupted");
    if (exit_code == RP_EXIT_DONE)
        rp_buf_reset(&scratch->caught);
    else if (scratch->caught.len == 0 && refused_by != NULL)
        rp_buf_str(&scratch->caught, refused_by);
    else if (scratch->caught.len == 0)
        return rp_fail(err, RP_E_IO,
                       "the fault made it stop (exit %d)%s%.1500s",
                       (int)exit_code, message->text[0] == '\0' ? "" : ": ",
                       message->text);
    return rp_buf_status(&scratch->caught, err);
}

/* Is the copy still what the evidence and the snapshot say, and is every
 * enrollment of both sources still a link? */
static enum rp_status
ask_about(struct rp_scratch *scratch, const char *school, const char *source,
          const char *refused_by, struct rp_err *err)
{
    const char *against[] = { rp_scratch_path(scratch, RP_SCRATCH_LAST_RUN),
                              rp_scratch_path(scratch, RP_SCRATCH_SNAPSHOT) };
    const char *sources[] = { rp_scratch_path(scratch, source),
                              rp_scratch_path(scratch, RP_SCRATCH_SECOND) };
    struct rp_message message = { "" };
    struct rp_verify_options options = {
        .school = rp_scratch_path(scratch, school),
        .against = { against, 2 },
        .all_tables = true,
        .sources = { sources, 2 },
        .student = "number",
        .course = "code",
    };
    struct rp_verify_watcher watcher = { see_verification, scratch };
    enum rp_exit exit_code;

    if (options.school == NULL || against[0] == NULL || against[1] == NULL ||
        sources[0] == NULL || sources[1] == NULL)
        return rp_fail_nomem(err, "test itself");
    exit_code =
        rp_verify_watched(&scratch->session, &options, &watcher, &message);
    return take_exit(scratch, exit_code, &message, refused_by, err);
}

static enum rp_status
plant_sql(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    enum rp_status status =
        rp_scratch_copy(scratch, RP_SCRATCH_SCHOOL, RP_SCRATCH_COPY, err);

    if (status == RP_OK && what[0] != '\0')
        status = rp_scratch_sql(scratch, what, err);
    return status == RP_OK ? ask_about(scratch, RP_SCRATCH_COPY,
                                       RP_SCRATCH_SOURCE, NULL, err)
                           : status;
}

/* Where needle begins in hay; hay.len when it is not there. */
static size_t
find(struct rp_slice hay, struct rp_slice needle)
{
    for (size_t i = 0; i + needle.len <= hay.len; i++)
        if (memcmp(hay.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    return hay.len;
}

/* Turns the lowest bit of the last byte of needle in a copy of a file. */
static enum rp_status
flip(struct rp_scratch *scratch, const char *from, const char *to,
     const char *needle, struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    enum rp_status status = rp_scratch_read(scratch, from, &bytes, err);

    if (status == RP_OK) {
        const size_t at = find(rp_buf_view(&bytes), rp_slice_str(needle));

        if (at == bytes.len)
            status = rp_fail(err, RP_E_IO, "%s: holds no \"%s\"", from, needle);
        else
            bytes.ptr[at + strlen(needle) - 1] ^= 1;
    }
    if (status == RP_OK)
        status = rp_scratch_write(scratch, to, rp_buf_view(&bytes), err);
    rp_buf_release(&bytes);
    return status;
}

static enum rp_status
plant_bit(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    enum rp_status status =
        flip(scratch, RP_SCRATCH_SCHOOL, RP_SCRATCH_COPY, what, err);

    return status == RP_OK ? ask_about(scratch, RP_SCRATCH_COPY,
                                       RP_SCRATCH_SOURCE, NULL, err)
                           : status;
}

static enum rp_status
plant_in_source(struct rp_scratch *scratch, const char *what,
                struct rp_err *err)
{
    enum rp_status status =
        flip(scratch, RP_SCRATCH_SOURCE, RP_SCRATCH_DAMAGED, what, err);

    return status == RP_OK ? ask_about(scratch, RP_SCRATCH_SCHOOL,
                                       RP_SCRATCH_DAMAGED, NULL, err)
                           : status;
}

/* Half of the file, as a broken transfer leaves it. */
static enum rp_status
plant_cut(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    enum rp_status status = rp_scratch_read(scratch, what, &bytes, err);

    bytes.len /= 2;
    if (status == RP_OK)
        status = rp_scratch_write(scratch, RP_SCRATCH_DAMAGED,
                                  rp_buf_view(&bytes), err);
    rp_buf_release(&bytes);
    return status == RP_OK ? ask_about(scratch, RP_SCRATCH_SCHOOL,
                                       RP_SCRATCH_DAMAGED, NULL, err)
                           : status;
}

static enum rp_status
ask_evidence(struct rp_scratch *scratch, struct rp_err *err)
{
    struct rp_message message = { "" };
    struct rp_check_options options = {
        .evidence = rp_scratch_path(scratch, RP_SCRATCH_LAST_RUN),
    };

    if (options.evidence == NULL)
        return rp_fail_nomem(err, "test itself");
    return take_exit(scratch,
                     rp_check_evidence(&scratch->session, &options, &message),
                     &message, "check-evidence", err);
}

static enum rp_status
move(struct rp_scratch *scratch, const char *from, const char *to,
     struct rp_err *err)
{
    const char *old = rp_scratch_path(scratch, from);
    const char *new = rp_scratch_path(scratch, to);

    if (old == NULL || new == NULL)
        return rp_fail_nomem(err, "test itself");
    if (rename(old, new) != 0)
        return rp_fail_errno(err, errno, "%s: cannot be moved", from);
    return RP_OK;
}

/* Edited, and afterwards as it was. */
static enum rp_status
plant_edit(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    static const char file[] = RP_SCRATCH_LAST_RUN "/data/verdict.json";
    enum rp_status status = rp_scratch_copy(scratch, file, "kept", err);

    if (status == RP_OK)
        status = flip(scratch, file, file, what, err);
    if (status == RP_OK)
        status = ask_evidence(scratch, err);
    return status == RP_OK ? move(scratch, "kept", file, err) : status;
}

static enum rp_status
plant_missing(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    enum rp_status status = move(scratch, what, "away", err);

    if (status == RP_OK)
        status = ask_evidence(scratch, err);
    return status == RP_OK ? move(scratch, "away", what, err) : status;
}

static enum rp_status
plant_more(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    enum rp_status status =
        rp_scratch_write(scratch, what, RP_LIT("added\n"), err);

    if (status == RP_OK)
        status = ask_evidence(scratch, err);
    return status == RP_OK ? move(scratch, what, "kept", err) : status;
}

static enum rp_status
plant_in_snapshot(struct rp_scratch *scratch, const char *what,
                  struct rp_err *err)
{
    enum rp_status status =
        rp_scratch_copy(scratch, RP_SCRATCH_SNAPSHOT, "kept", err);

    if (status == RP_OK)
        status =
            flip(scratch, RP_SCRATCH_SNAPSHOT, RP_SCRATCH_SNAPSHOT, what, err);
    if (status == RP_OK)
        status = ask_about(scratch, RP_SCRATCH_SCHOOL, RP_SCRATCH_SOURCE,
                           "the snapshot's own SHA-256", err);
    return status == RP_OK ? move(scratch, "kept", RP_SCRATCH_SNAPSHOT, err)
                           : status;
}

/* A trigger that spoils the import while it runs: the import refuses. */
static enum rp_status
plant_trigger(struct rp_scratch *scratch, const char *what, struct rp_err *err)
{
    char name[32];
    const struct rp_scratch_import import = { RP_SCRATCH_COPY,
                                              RP_SCRATCH_SOURCE, name };
    const char *evidence;
    struct rp_verdict verdict = { 0 };
    enum rp_exit exit_code = RP_EXIT_DONE;
    enum rp_status status =
        rp_scratch_copy(scratch, RP_SCRATCH_EMPTY, RP_SCRATCH_COPY, err);

    (void)snprintf(name, sizeof name, "refused-%u", ++scratch->imports);
    evidence = rp_scratch_path(scratch, name);
    if (evidence == NULL)
        return rp_fail_nomem(err, "test itself");
    if (status == RP_OK)
        status = rp_scratch_sql(scratch, what, err);
    if (status == RP_OK)
        status = rp_scratch_migrate(scratch, &import, &exit_code, err);
    if (status == RP_OK)
        status = rp_evidence_verdict(evidence, &verdict, err);
    if (status == RP_OK && exit_code != RP_EXIT_DONE)
        take_failed(scratch, &verdict);
    rp_verdict_release(&verdict);
    return status == RP_OK ? rp_buf_status(&scratch->caught, err) : status;
}

#define SPOIL(table, deed)                                                     \
    "CREATE TABLE student_courses (student_id INTEGER NOT NULL REFERENCES "    \
    "students (id), course_id INTEGER NOT NULL REFERENCES courses (id), "      \
    "PRIMARY KEY (student_id, course_id)) WITHOUT ROWID;"                      \
    "CREATE TRIGGER spoil AFTER INSERT ON student_courses WHEN "               \
    "NEW.student_id = 5 BEGIN " deed "; END"

/* The first is none, and must not be found. */
const struct rp_fault rp_faults[] = {
    { "nothing", plant_sql, "" },
    { "a row deleted", plant_sql, "DELETE FROM students WHERE id = 60" },
    { "a row inserted", plant_sql,
      "INSERT INTO courses (id, code, title) VALUES (99, 'C99', 'New')" },
    { "one bit of the file changed", plant_bit, "Student 0033" },
    { "a text stored as a blob", plant_sql,
      "UPDATE students SET name = CAST(name AS BLOB) WHERE id = 7" },
    { "NULL in place of an empty text", plant_sql,
      "UPDATE students SET advisor = NULL WHERE advisor = '' AND id = 10" },
    { "a row moved to another table", plant_sql,
      "INSERT INTO halls SELECT * FROM rooms WHERE id = 2;"
      "DELETE FROM rooms WHERE id = 2" },
    { "a link lost", plant_sql,
      "DELETE FROM student_courses WHERE student_id = 5 AND course_id = "
      "(SELECT min(course_id) FROM student_courses WHERE student_id = 5)" },
    { "a link given to another student", plant_sql,
      "UPDATE student_courses SET student_id = 6 WHERE student_id = 5 AND "
      "course_id = (SELECT max(course_id) FROM student_courses WHERE "
      "student_id = 5)" },
    { "a link to nobody", plant_sql,
      "INSERT INTO student_courses VALUES (5000, 1)" },
    { "a trigger added", plant_sql,
      "CREATE TRIGGER quiet AFTER INSERT ON students BEGIN DELETE FROM halls; "
      "END" },
    { "an index dropped", plant_sql, "DROP INDEX rooms_by_name" },
    { "the text of a view changed", plant_sql,
      "DROP VIEW places; CREATE VIEW places AS SELECT id FROM rooms" },
    { "a byte of a source flipped", plant_in_source, "S0014" },
    { "a delivery cut short", plant_cut, RP_SCRATCH_SOURCE },
    { "a file of the evidence edited", plant_edit, "\"inserted\": 6" },
    { "a file of the evidence removed", plant_missing,
      RP_SCRATCH_LAST_RUN "/data/tables.csv" },
    { "a file put into the evidence", plant_more,
      RP_SCRATCH_LAST_RUN "/data/more.txt" },
    { "the run before removed", plant_missing, RP_SCRATCH_FIRST_RUN },
    { "a snapshot edited", plant_in_snapshot, "student_courses" },
    { "an import that loses a link", plant_trigger,
      SPOIL("student_courses", "DELETE FROM student_courses WHERE student_id "
                               "= 3") },
    { "an import that changes a student", plant_trigger,
      SPOIL("students", "UPDATE students SET name = 'X' WHERE id = 9") },
    { "an import that fills another table", plant_trigger,
      SPOIL("halls", "INSERT INTO halls (name) VALUES ('X')") },
};
const size_t rp_fault_count = sizeof rp_faults / sizeof rp_faults[0];
