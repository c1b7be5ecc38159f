/* see rollproof.h: rp_courses and rp_students, complete rows as CSV. */
#include <inttypes.h>
#include <string.h>

#include "base/show.h"
#include "job/session.h"
#include "job/who.h"
#include "rollproof.h"

/* The rows are written in pieces of about this size. */
#define PIECE_BYTES ((size_t)64 << 10)

/* Whose rows are listed, and through which column of student_courses. */
struct listing {
    const struct rp_table *of;     /* the parent that was named */
    const char *of_column;         /* "student_id" */
    const struct rp_table *listed; /* the parent whose rows are shown */
    const char *listed_column;
};

static enum rp_status
put_columns(const struct rp_table *table, struct rp_buf *sql,
            struct rp_buf *header, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < table->column_count && status == RP_OK; i++) {
        struct rp_slice name = rp_slice_str(table->columns[i].name);

        if (i > 0) {
            rp_buf_str(sql, ", ");
            rp_buf_byte(header, ',');
        }
        rp_buf_str(sql, "p.");
        status = rp_db_quote(sql, name, err);
        rp_csv_cell(header, name);
    }
    rp_buf_byte(header, '\n');
    return status;
}

static enum rp_status
open_rows(struct rp_db *db, const struct listing *listing,
          struct rp_buf *header, struct rp_stmt **out_stmt, struct rp_err *err)
{
    const struct rp_table *listed = listing->listed;
    const char *key = listed->columns[listed->rowid_column].name;
    struct rp_buf sql = { 0 };
    enum rp_status status;

    rp_buf_str(&sql, "SELECT ");
    status = put_columns(listed, &sql, header, err);
    if (status == RP_OK)
        status = rp_db_sql(&sql, err,
                           " FROM student_courses AS l JOIN \"%w\" AS p "
                           "ON p.\"%w\" = l.\"%w\" WHERE l.\"%w\" = ?1 "
                           "ORDER BY p.\"%w\"",
                           listed->name, key, listing->listed_column,
                           listing->of_column, key);
    if (status == RP_OK)
        status = rp_stmt_open(db, rp_buf_view(&sql), out_stmt, err);
    rp_buf_release(&sql);
    return status;
}

static void
put_cell(struct rp_buf *out, const struct rp_cell *cell)
{
    switch (cell->type) {
    case RP_CELL_NULL:
        break;
    case RP_CELL_INT:
        rp_buf_printf(out, "%" PRId64, cell->integer);
        break;
    case RP_CELL_REAL:
        rp_buf_printf(out, "%.17g", cell->real);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        /* NULL is an empty field, so an empty text is written as "". */
        if (cell->bytes.len == 0)
            rp_buf_str(out, "\"\"");
        else
            rp_csv_cell(out, cell->bytes);
        break;
    }
}

static enum rp_status
print_rows(const struct rp_session *session, struct rp_stmt *stmt,
           struct rp_buf *out, struct rp_err *err)
{
    int columns = rp_stmt_columns(stmt);
    bool row = true;
    enum rp_status status = RP_OK;

    while (status == RP_OK) {
        status = rp_stmt_step(stmt, &row, err);
        if (status != RP_OK || !row)
            break;
        for (int i = 0; i < columns; i++) {
            struct rp_cell cell = rp_stmt_cell(stmt, i);

            if (i > 0)
                rp_buf_byte(out, ',');
            put_cell(out, &cell);
        }
        rp_buf_byte(out, '\n');
        status = rp_buf_status(out, err);
        if (out->len >= PIECE_BYTES) {
            rp_print(session, out);
            rp_buf_reset(out);
        }
    }
    if (status == RP_OK)
        rp_print(session, out);
    return status;
}

static enum rp_status
list(const struct rp_session *session, struct rp_db *db,
     const struct listing *listing, const char *who, struct rp_err *err)
{
    struct rp_buf out = { 0 };
    struct rp_stmt *stmt = NULL;
    int64_t id = 0;
    enum rp_status status = rp_who_find(db, listing->of, who, &id, err);

    if (status == RP_OK)
        status = open_rows(db, listing, &out, &stmt, err);
    if (status == RP_OK)
        status = rp_stmt_bind_int(stmt, 1, id, err);
    if (status == RP_OK)
        status = print_rows(session, stmt, &out, err);
    rp_stmt_close(stmt);
    rp_buf_release(&out);
    return status;
}

static enum rp_exit
run(const struct rp_session *session, const char *school, const char *who,
    bool of_student, struct rp_message *message)
{
    struct rp_err err = { RP_OK, "" };
    struct rp_tables tables = { NULL, NULL, NULL, NULL };
    struct rp_db *db = NULL;
    struct listing listing;
    enum rp_status status =
        rp_session_open(session, school, RP_DB_READ, &db, &err);

    if (status == RP_OK)
        status = rp_db_begin_read(db, &err);
    if (status == RP_OK)
        status = rp_tables_open(db, &tables, &err);
    if (status == RP_OK) {
        listing.of = of_student ? tables.students : tables.courses;
        listing.of_column = of_student ? "student_id" : "course_id";
        listing.listed = of_student ? tables.courses : tables.students;
        listing.listed_column = of_student ? "course_id" : "student_id";
        status = list(session, db, &listing, who, &err);
    }
    rp_tables_release(&tables);
    rp_db_close(db);
    return rp_exit_of(status, &err, message);
}

enum rp_exit
rp_courses(const struct rp_session *session, const char *school,
           const char *who, struct rp_message *message)
{
    return run(session, school, who, true, message);
}

enum rp_exit
rp_students(const struct rp_session *session, const char *school,
            const char *which, struct rp_message *message)
{
    return run(session, school, which, false, message);
}
