/* see rollproof.h: rp_downgrade, export first, then drop. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/shell.h"
#include "base/show.h"
#include "base/slice.h"
#include "job/session.h"
#include "job/who.h"
#include "rollproof.h"
#include "school/change.h"
#include "school/fill.h"
#include "school/rows.h"

#define PIECE_BYTES ((size_t)64 << 10)
#define FILE_MODE 0600

struct downgrade {
    const struct rp_session *session;
    const struct rp_downgrade_options *options;
    struct rp_db *db;
    struct rp_tables tables;
    struct rp_digest digest;
    struct rp_buf path;
    int fd;
};

static bool
is_left_out(const struct rp_downgrade_options *options, const char *column)
{
    size_t len = strlen(column);

    for (size_t i = 0; i < options->leave_out.count; i++) {
        const char *at = options->leave_out.items[i];

        while (*at != '\0') {
            size_t word = strcspn(at, ",");

            if (word == len && memcmp(at, column, len) == 0)
                return true;
            at += word + (at[word] == ',' ? 1 : 0);
        }
    }
    return false;
}

static enum rp_status
check_columns(const struct downgrade *downgrade, struct rp_err *err)
{
    const struct rp_table *links = downgrade->tables.links;

    for (size_t i = 0; i < links->column_count; i++) {
        const char *name = links->columns[i].name;

        if (rp_name_eq(name, "student_id") || rp_name_eq(name, "course_id") ||
            is_left_out(downgrade->options, name))
            continue;
        return rp_fail(err, RP_E_USAGE,
                       "student_courses has a further column %s, which the "
                       "exported links do not carry; write --leave-out %s to "
                       "drop it",
                       name, name);
    }
    return RP_OK;
}

static enum rp_status
fail_write(const struct downgrade *downgrade, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail_errno(err, errno, "%s: the links cannot be exported",
                         rp_show_in(shown, rp_buf_view(&downgrade->path)));
}

static enum rp_status
write_out(const struct downgrade *downgrade, struct rp_buf *out,
          struct rp_err *err)
{
    enum rp_status status = rp_buf_status(out, err);
    size_t at = 0;

    while (status == RP_OK && at < out->len) {
        ssize_t written = write(downgrade->fd, out->ptr + at, out->len - at);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            status = fail_write(downgrade, err);
        else
            at += (size_t)written;
    }
    rp_buf_reset(out);
    return status;
}

static enum rp_status
export_rows(const struct downgrade *downgrade, struct rp_link_cursor *cursor,
            struct rp_err *err)
{
    struct rp_buf out = { 0 };
    struct rp_link link = { 0, 0 };
    bool more = true;
    enum rp_status status = RP_OK;

    rp_buf_str(&out, "student_id,course_id\n");
    while (status == RP_OK && more) {
        status = rp_link_cursor_next(cursor, &link, &more, err);
        if (status == RP_OK && more)
            rp_buf_printf(&out, "%" PRId64 ",%" PRId64 "\n", link.student_id,
                          link.course_id);
        if (status == RP_OK && (out.len >= PIECE_BYTES || !more))
            status = write_out(downgrade, &out, err);
    }
    rp_buf_release(&out);
    if (status == RP_OK && fsync(downgrade->fd) != 0)
        status = fail_write(downgrade, err);
    return status;
}

/* Never over a file that is there: it may be the only copy of other links. */
static enum rp_status
open_export(struct downgrade *downgrade, struct rp_err *err)
{
    const char *asked = downgrade->options->export_path;
    enum rp_status status;

    if (asked != NULL) {
        rp_buf_str(&downgrade->path, asked);
    } else {
        rp_buf_str(&downgrade->path, downgrade->options->school);
        rp_buf_str(&downgrade->path, ".student_courses.csv");
    }
    status = rp_buf_status(&downgrade->path, err);
    if (status != RP_OK)
        return status;
    downgrade->fd = open(rp_buf_cstr(&downgrade->path),
                         O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (downgrade->fd >= 0)
        return RP_OK;
    if (errno == EEXIST) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "%s is there already; move it away, or write --export "
                       "FILE",
                       rp_show_in(shown, rp_buf_view(&downgrade->path)));
    }
    return fail_write(downgrade, err);
}

static enum rp_status
export_links(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_link_cursor *cursor = NULL;
    enum rp_status status = open_export(downgrade, err);

    if (status != RP_OK)
        return status;
    status = rp_rows_scan(downgrade->db, downgrade->tables.links, NULL,
                          &downgrade->digest, err);
    if (status == RP_OK)
        status = rp_link_cursor_open(downgrade->db, &cursor, err);
    if (status == RP_OK)
        status = export_rows(downgrade, cursor, err);
    rp_link_cursor_close(cursor);
    if (close(downgrade->fd) != 0 && status == RP_OK)
        status = fail_write(downgrade, err);
    if (status != RP_OK)
        (void)unlink(rp_buf_cstr(&downgrade->path));
    return status;
}

/* --student 'student_id=KEY': in a SPEC some characters of a name are taken
 * literally only behind a backslash. */
static void
put_option(struct rp_buf *out, const char *option, const char *column,
           const struct rp_table *parent)
{
    const char *name = parent->columns[parent->rowid_column].name;
    struct rp_buf spec = { 0 };

    rp_buf_printf(&spec, "%s=", column);
    for (; *name != '\0'; name++) {
        if (strchr("+=,#\\", *name) != NULL)
            rp_buf_byte(&spec, '\\');
        rp_buf_byte(&spec, (unsigned char)*name);
    }
    rp_buf_printf(out, " %s ", option);
    rp_put_shell_word(out, rp_buf_cstr(&spec));
    out->failed = out->failed || spec.failed;
    rp_buf_release(&spec);
}

static enum rp_status
print_way_back(struct downgrade *downgrade, struct rp_err *err)
{
    struct rp_buf out = { 0 };
    enum rp_status status;

    rp_buf_str(&out, "rollproof migrate ");
    rp_put_shell_path(&out, downgrade->options->school);
    rp_buf_byte(&out, ' ');
    rp_put_shell_path(&out, rp_buf_cstr(&downgrade->path));
    put_option(&out, "--student", "student_id", downgrade->tables.students);
    put_option(&out, "--course", "course_id", downgrade->tables.courses);
    rp_buf_byte(&out, '\n');
    status = rp_buf_status(&out, err);
    if (status == RP_OK) {
        rp_talk(downgrade->session,
                "rollproof: %" PRIu64 " links exported, sha256 %s; this line "
                "brings them back:",
                downgrade->digest.fp.rows, downgrade->digest.sha256);
        rp_print(downgrade->session, &out);
    }
    rp_buf_release(&out);
    return status;
}

/* The table is gone: whatever fails now, the file must be named. */
static enum rp_status
tell_way_back(struct downgrade *downgrade, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    struct rp_err why = { RP_OK, "" };

    if (print_way_back(downgrade, &why) == RP_OK)
        return RP_OK;
    return rp_fail(err, RP_E_AFTER_COMMIT,
                   "student_courses is dropped and its links are in %s, but: "
                   "%.1200s; rollproof migrate brings them back",
                   rp_show_in(shown, rp_buf_view(&downgrade->path)), why.text);
}

static enum rp_status
run(struct downgrade *downgrade, struct rp_err *err)
{
    enum rp_status status =
        rp_tables_open(downgrade->db, &downgrade->tables, err);

    if (status == RP_OK)
        status = check_columns(downgrade, err);
    if (status == RP_OK)
        status = export_links(downgrade, err);
    if (status != RP_OK)
        return status;
    status = rp_session_stopped(downgrade->session, err);
    if (status == RP_OK)
        status = rp_links_drop(downgrade->db, err);
    if (status == RP_OK)
        status = rp_db_commit(downgrade->db, err);
    if (status == RP_OK)
        return tell_way_back(downgrade, err);
    /* After trouble with the disk the file may be the only copy. */
    if (status != RP_E_IO && status != RP_E_AFTER_COMMIT)
        (void)unlink(rp_buf_cstr(&downgrade->path));
    return status;
}

enum rp_exit
rp_downgrade(const struct rp_session *session,
             const struct rp_downgrade_options *options,
             struct rp_message *message)
{
    struct downgrade downgrade = { .session = session,
                                   .options = options,
                                   .fd = -1 };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = rp_session_open(session, options->school,
                                            RP_DB_WRITE, &downgrade.db, &err);

    if (status == RP_OK)
        status = rp_db_begin_write(downgrade.db, true, &err);
    if (status == RP_OK)
        status = run(&downgrade, &err);
    if (downgrade.db != NULL)
        (void)rp_db_rollback(downgrade.db);
    rp_tables_release(&downgrade.tables);
    rp_buf_release(&downgrade.path);
    rp_db_close(downgrade.db);
    return rp_exit_of(status, &err, message);
}
