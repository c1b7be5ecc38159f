/* see selftest.h: the school that faults are planted in. */
/* nftw is of X/Open. */
#define _XOPEN_SOURCE 700 /* NOLINT(bugprone-reserved-identifier,cert-*) */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "base/show.h"
#include "job/selftest.h"
#include "job/session.h"

#define STUDENTS 60
#define COURSES 12
#define OPEN_FOLDERS 16
#define FILE_MODE 0600

static void
say_nothing(void *ctx, const char *bytes, size_t len)
{
    (void)ctx;
    (void)bytes;
    (void)len;
}

const char *
rp_scratch_path(struct rp_scratch *scratch, const char *name)
{
    struct rp_buf path = { 0 };
    const char *kept;

    rp_buf_slice(&path, rp_buf_view(&scratch->folder));
    rp_buf_byte(&path, '/');
    rp_buf_str(&path, name);
    kept =
        path.failed ? NULL : rp_arena_str(&scratch->paths, rp_buf_cstr(&path));
    rp_buf_release(&path);
    return kept;
}

static enum rp_status
fail_file(const char *path, const char *what, struct rp_err *err)
{
    const int why = errno;
    char shown[RP_SHOWN_BYTES];

    if (path == NULL)
        return rp_fail_nomem(err, "test itself");
    return rp_fail_errno(err, why, "%s: cannot be %s",
                         rp_show_in(shown, rp_slice_str(path)), what);
}

static enum rp_status
read_open(int fd, struct rp_buf *out, struct rp_err *err)
{
    struct stat info;
    unsigned char *room;
    size_t got = 0;

    if (fstat(fd, &info) != 0)
        return fail_file("", "read", err);
    room = rp_buf_room(out, (size_t)info.st_size + 1);
    if (room == NULL)
        return rp_buf_status(out, err);
    if (rp_pread_full(fd, room, (size_t)info.st_size, 0, &got) != 0)
        return fail_file("", "read", err);
    out->len += got;
    return RP_OK;
}

enum rp_status
rp_scratch_read(struct rp_scratch *scratch, const char *name,
                struct rp_buf *out, struct rp_err *err)
{
    const char *path = rp_scratch_path(scratch, name);
    enum rp_status status;
    int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail_file(path, "read", err);
    status = read_open(fd, out, err);
    (void)close(fd);
    return status;
}

enum rp_status
rp_scratch_write(struct rp_scratch *scratch, const char *name,
                 struct rp_slice bytes, struct rp_err *err)
{
    const char *path = rp_scratch_path(scratch, name);
    enum rp_status status = RP_OK;
    int fd = path == NULL ? -1
                          : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                 FILE_MODE);

    if (fd < 0)
        return fail_file(path, "written", err);
    if (rp_write_full(fd, bytes.ptr, bytes.len) != 0)
        status = fail_file(path, "written", err);
    if (close(fd) != 0 && status == RP_OK)
        status = fail_file(path, "written", err);
    return status;
}

enum rp_status
rp_scratch_copy(struct rp_scratch *scratch, const char *from, const char *to,
                struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    enum rp_status status = rp_scratch_read(scratch, from, &bytes, err);

    if (status == RP_OK)
        status = rp_scratch_write(scratch, to, rp_buf_view(&bytes), err);
    rp_buf_release(&bytes);
    return status;
}

enum rp_status
rp_scratch_sql(struct rp_scratch *scratch, const char *sql, struct rp_err *err)
{
    const char *path = rp_scratch_path(scratch, RP_SCRATCH_COPY);
    struct rp_db *db = NULL;
    enum rp_status status;

    if (path == NULL)
        return rp_fail_nomem(err, "test itself");
    status = rp_session_open(&scratch->session, path, RP_DB_WRITE, &db, err);
    if (status == RP_OK)
        status = rp_db_begin_write(db, false, err);
    if (status == RP_OK)
        status = rp_db_exec(db, sql, err);
    if (status == RP_OK)
        status = rp_db_commit(db, err);
    rp_db_close(db);
    return status;
}

/* What a step of the making said, when it did not do what it had to. */
static enum rp_status
expect_done(const char *step, enum rp_exit exit_code,
            const struct rp_message *message, struct rp_err *err)
{
    if (exit_code == RP_EXIT_DONE)
        return RP_OK;
    return rp_fail(
        err, exit_code == RP_EXIT_INTERRUPTED ? RP_E_INTERRUPTED : RP_E_IO,
        "the scratch school cannot be made (%s, exit %d)%s%.1500s", step,
        (int)exit_code, message->text[0] == '\0' ? "" : ": ", message->text);
}

static enum rp_status
load(struct rp_scratch *scratch, const char *table, const char *source,
     const char *key, struct rp_err *err)
{
    struct rp_message message = { "" };
    struct rp_load_options options = {
        .school = rp_scratch_path(scratch, RP_SCRATCH_COPY),
        .table = table,
        .source = rp_scratch_path(scratch, source),
        .key = key,
    };

    if (options.school == NULL || options.source == NULL)
        return rp_fail_nomem(err, "test itself");
    return expect_done("load", rp_load(&scratch->session, &options, &message),
                       &message, err);
}

enum rp_status
rp_scratch_migrate(struct rp_scratch *scratch,
                   const struct rp_scratch_import *import,
                   enum rp_exit *out_exit, struct rp_err *err)
{
    static const char *const left_out[] = { "grade" };
    struct rp_message message = { "" };
    const char *path = rp_scratch_path(scratch, import->source);
    struct rp_migrate_options options = {
        .school = rp_scratch_path(scratch, import->name),
        .sources = { &path, 1 },
        .student = "number",
        .course = "code",
        .policy = { .leave_out = { left_out, 1 },
                    .evidence = rp_scratch_path(scratch, import->evidence) },
    };

    if (path == NULL || options.school == NULL ||
        options.policy.evidence == NULL)
        return rp_fail_nomem(err, "test itself");
    *out_exit = rp_migrate(&scratch->session, &options, &message);
    /* A refusal is an answer; what prevented one is not. */
    if (*out_exit != RP_EXIT_NOT_PROVED)
        return expect_done("migrate", *out_exit, &message, err);
    return RP_OK;
}

/* Names with commas, quotes and letters of two bytes, some fields empty. */
static void
put_students(struct rp_buf *out)
{
    rp_buf_str(out, "number,name,advisor\n");
    for (int i = 0; i < STUDENTS; i++)
        rp_buf_printf(out, "S%04d,\"Student %04d, J\xc3\xbcrgen\",%s\n", i, i,
                      i % 3 == 0 ? "\"\"" : "\"Ms. \"\"Ada\"\"\"");
}

static void
put_courses(struct rp_buf *out)
{
    rp_buf_str(out, "code,title\n");
    for (int i = 0; i < COURSES; i++)
        rp_buf_printf(out, "C%02d,Course %02d\n", i, i);
}

/* Two courses for each student from the first one on, in either term. */
static void
put_enrollments(struct rp_buf *out, int first, int step)
{
    rp_buf_str(out, "number,code,grade\n");
    for (int i = first; i < STUDENTS; i += 2)
        for (int k = 0; k < 2; k++)
            rp_buf_printf(out, "S%04d,C%02d,%c\n", i,
                          (i * step + k * 5) % COURSES, 'A' + i % 4);
}

static enum rp_status
write_buf(struct rp_scratch *scratch, const char *name, struct rp_buf *bytes,
          struct rp_err *err)
{
    enum rp_status status = rp_buf_status(bytes, err);

    if (status == RP_OK)
        status = rp_scratch_write(scratch, name, rp_buf_view(bytes), err);
    rp_buf_reset(bytes);
    return status;
}

static enum rp_status
write_sources(struct rp_scratch *scratch, struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    enum rp_status status;

    put_students(&bytes);
    status = write_buf(scratch, "students.csv", &bytes, err);
    put_courses(&bytes);
    if (status == RP_OK)
        status = write_buf(scratch, "courses.csv", &bytes, err);
    put_enrollments(&bytes, 0, 1);
    if (status == RP_OK)
        status = write_buf(scratch, RP_SCRATCH_SOURCE, &bytes, err);
    put_enrollments(&bytes, 1, 7);
    if (status == RP_OK)
        status = write_buf(scratch, RP_SCRATCH_SECOND, &bytes, err);
    rp_buf_release(&bytes);
    return status;
}

/* Tables beside, so that rows can move between two, an index and a view. */
static const char beside_sql[] =
    "CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT, seats INTEGER);"
    "CREATE TABLE halls (id INTEGER PRIMARY KEY, name TEXT, seats INTEGER);"
    "INSERT INTO rooms VALUES (1, 'R1', 20), (2, 'R2', 25), (3, '', 30);"
    "INSERT INTO halls VALUES (7, 'H7', 200);"
    "CREATE INDEX rooms_by_name ON rooms (name);"
    "CREATE VIEW places AS SELECT name FROM rooms";

static enum rp_status
migrate_both(struct rp_scratch *scratch, struct rp_err *err)
{
    static const struct rp_scratch_import runs[] = {
        { RP_SCRATCH_SCHOOL, RP_SCRATCH_SOURCE, RP_SCRATCH_FIRST_RUN },
        { RP_SCRATCH_SCHOOL, RP_SCRATCH_SECOND, RP_SCRATCH_LAST_RUN },
    };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct rp_message message = { "" };
        enum rp_exit exit_code = RP_EXIT_DONE;

        if (status == RP_OK)
            status = rp_scratch_migrate(scratch, &runs[i], &exit_code, err);
        if (status == RP_OK)
            status = expect_done("migrate", exit_code, &message, err);
    }
    return status;
}

static enum rp_status
make_school(struct rp_scratch *scratch, struct rp_err *err)
{
    enum rp_status status =
        load(scratch, "students", "students.csv", "number", err);

    if (status == RP_OK)
        status = load(scratch, "courses", "courses.csv", "code", err);
    if (status == RP_OK)
        status = rp_scratch_sql(scratch, beside_sql, err);
    if (status == RP_OK)
        status =
            rp_scratch_copy(scratch, RP_SCRATCH_COPY, RP_SCRATCH_EMPTY, err);
    if (status == RP_OK)
        status =
            rp_scratch_copy(scratch, RP_SCRATCH_COPY, RP_SCRATCH_SCHOOL, err);
    return status == RP_OK ? migrate_both(scratch, err) : status;
}

static enum rp_status
take_snapshot(struct rp_scratch *scratch, struct rp_err *err)
{
    struct rp_message message = { "" };
    const char *school = rp_scratch_path(scratch, RP_SCRATCH_SCHOOL);
    const char *out = rp_scratch_path(scratch, RP_SCRATCH_SNAPSHOT);

    if (school == NULL || out == NULL)
        return rp_fail_nomem(err, "test itself");
    return expect_done("snapshot",
                       rp_snapshot(&scratch->session, school, out, &message),
                       &message, err);
}

static enum rp_status
make_folder(struct rp_scratch *scratch, struct rp_err *err)
{
    const char *base = getenv("TMPDIR");
    const char *evidence;
    enum rp_status status;

    rp_buf_str(&scratch->folder,
               base == NULL || base[0] == '\0' ? "/tmp" : base);
    rp_buf_str(&scratch->folder, "/rollproof-self-test-XXXXXX");
    rp_buf_byte(&scratch->folder, '\0');
    status = rp_buf_status(&scratch->folder, err);
    if (status != RP_OK)
        return status;
    scratch->folder.len--;
    if (mkdtemp((char *)scratch->folder.ptr) == NULL) {
        status =
            fail_file((const char *)scratch->folder.ptr,
                      "made; set TMPDIR to a folder that can be written", err);
        rp_buf_release(&scratch->folder);
        return status;
    }
    evidence = rp_scratch_path(scratch, RP_SCRATCH_EVIDENCE);
    if (evidence == NULL || mkdir(evidence, 0700) != 0)
        return fail_file(evidence, "made", err);
    return RP_OK;
}

enum rp_status
rp_scratch_make(struct rp_scratch *scratch, const struct rp_session *session,
                struct rp_err *err)
{
    enum rp_status status;

    scratch->session = *session;
    scratch->session.out = (struct rp_sink){ say_nothing, NULL };
    scratch->session.talk = scratch->session.out;
    scratch->session.progress = false;
    scratch->session.quiet = true;
    status = make_folder(scratch, err);
    if (status == RP_OK)
        status = write_sources(scratch, err);
    if (status == RP_OK)
        status = make_school(scratch, err);
    return status == RP_OK ? take_snapshot(scratch, err) : status;
}

static int
remove_one(const char *path, const struct stat *info, int type,
           struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    (void)remove(path);
    return 0;
}

void
rp_scratch_remove(struct rp_scratch *scratch)
{
    if (scratch->folder.len > 0)
        (void)nftw(rp_buf_cstr(&scratch->folder), remove_one, OPEN_FOLDERS,
                   FTW_DEPTH | FTW_PHYS);
    rp_buf_release(&scratch->folder);
    rp_buf_release(&scratch->caught);
    rp_arena_release(&scratch->paths);
}
