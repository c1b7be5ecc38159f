/* test_pairing.c - the rows that differ between two states are named, whether
 * each is a database or a snapshot of one, and nothing is called the same that
 * nobody compared.
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "proof/pairing.h"
#include "support/school.h"

/* A state: a database, and a snapshot of it. */
struct state {
    struct test_school school;
    struct rp_snapshot snapshot;
    struct rp_snapfile *file;
};

static void
start_state(struct state *state, const char *sql)
{
    const struct rp_beat nobody = { NULL, NULL };
    struct rp_newfile *out = NULL;
    struct rp_err err;
    char *path;

    memset(state, 0, sizeof *state);
    test_school_start(&state->school, sql);
    path = test_path(state->school.folder, "out");
    {
        const struct rp_snapfile_request request = { .db = state->school.db,
                                                     .memory_bytes = 1 << 20 };

        assert_ok(rp_db_begin_read(state->school.db, &err), &err);
        assert_ok(rp_newfile_open(path, &out, &err), &err);
        assert_ok(rp_snapfile_write(&request, out, &state->snapshot, &err),
                  &err);
        assert_ok(rp_newfile_publish(out, &err), &err);
        rp_newfile_close(out);
        assert_ok(rp_snapfile_open(path, &nobody, &state->file, &err), &err);
    }
    free(path);
}

static void
end_state(struct state *state)
{
    rp_snapfile_close(state->file);
    rp_snapshot_release(&state->snapshot);
    test_school_end(&state->school);
}

struct writing {
    struct rp_buf *out;
    size_t key_count;
};

static enum rp_status
write_difference(void *ctx, enum rp_difference difference,
                 const struct rp_mark *old, const struct rp_mark *new,
                 struct rp_err *err)
{
    struct writing *writing = ctx;
    const struct rp_mark *mark = difference == RP_ROW_MISSING ? old : new;

    rp_buf_printf(writing->out, "%c", "-+!"[difference]);
    if (mark->key == NULL)
        rp_buf_str(writing->out, "loose");
    else
        rp_mark_name(writing->out, mark, writing->key_count);
    rp_buf_byte(writing->out, ' ');
    return rp_buf_status(writing->out, err);
}

static void
compare(const struct rp_state *old, const struct rp_state *new,
        struct rp_buf *out)
{
    const int old_table = rp_state_table(old, "t");
    const int new_table = rp_state_table(new, "t");
    struct rp_pairing pairing = {
        .old_state = old,
        .new_state = new,
        .old_table = (size_t)old_table,
        .new_table = (size_t)new_table,
        .old_absent = old_table < 0,
        .new_absent = new_table < 0,
    };
    struct rp_differences found = { 0 };
    struct rp_err err;

    rp_buf_reset(out);
    assert_ok(rp_pairing_init(&pairing, &err), &err);
    {
        struct writing writing = { out,
                                   rp_pairing_old(&pairing)->primary.count };
        const struct rp_pairing_request request = {
            .memory_bytes = 1 << 20,
            .visitor = { write_difference, &writing },
        };

        assert_ok(rp_pairing_compare(&pairing, &request, &found, &err), &err);
    }
    rp_buf_printf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64, found.missing,
                  found.added, found.changed);
    if (found.undecided > 0)
        rp_buf_printf(out, " ?%" PRIu64, found.undecided);
    rp_pairing_release(&pairing);
}

#define IDS                                                                    \
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"                            \
    "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3);"
#define LOOSE                                                                  \
    "CREATE TABLE t(a, b);"                                                    \
    "INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, 'y');"

static const struct {
    const char *before;
    const char *after;
    const char *found; /* databases on both sides */
    /* from a snapshot, to a snapshot, between two; NULL: the same */
    const char *from_file;
    const char *to_file;
    const char *files;
} cases[] = {
    { IDS, IDS, "0 0 0", NULL, NULL, NULL },
    { IDS, IDS "UPDATE t SET a = 'Y' WHERE id = 2", "!2 0 0 1", NULL, NULL,
      NULL },
    { IDS,
      IDS "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (-7, '', "
          "0), (9, '', 0)",
      "+-7 -1 +9 1 2 0", NULL, NULL, NULL },
    { IDS, "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)", "-1 -2 -3 3 0 0",
      NULL, NULL, NULL },
    /* a table that only one side has */
    { IDS, "CREATE TABLE u(a)", "-1 -2 -3 3 0 0", NULL, NULL, NULL },
    { "CREATE TABLE u(a)", IDS, "+1 +2 +3 0 3 0", NULL, NULL, NULL },
    { LOOSE, "CREATE TABLE u(a)", "-loose -loose -loose 3 0 0", NULL, NULL,
      NULL },
    { "CREATE TABLE u(a)", LOOSE, "+loose +loose +loose 0 3 0", NULL, NULL,
      NULL },
    { "CREATE TABLE t(a)", "CREATE TABLE u(a)", "0 0 0", NULL, NULL, NULL },
    /* types, and nothing that is not nothing */
    { IDS "INSERT INTO t VALUES (4, NULL, ''), (5, 0, 0.0), (6, 'q', x'71')",
      IDS "INSERT INTO t VALUES (4, '', NULL), (5, 0.0, 0), (6, x'71', 'q')",
      "!4 !5 !6 0 0 3", NULL, NULL, NULL },
    /* the key's own type */
    { "CREATE TABLE t(k PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (1), "
      "('a'), (2)",
      "CREATE TABLE t(k PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
      "(1.0), (x'61'), ('2')",
      "!1.0 -2 +2 -a +x'61' 2 2 1", NULL, NULL, NULL },
    { "CREATE TABLE t(a TEXT, b TEXT, PRIMARY KEY (b, a)); INSERT INTO t "
      "VALUES ('a' || char(0) || 'b', 'c'), (CAST(x'fe' AS TEXT), 'c')",
      "CREATE TABLE t(a TEXT, b TEXT, PRIMARY KEY (b, a)); INSERT INTO t "
      "VALUES ('a' || char(0) || 'c', 'c'), (CAST(x'ff' AS TEXT), 'c')",
      "-c a\\x00b +c a\\x00c -c \\xfe +c \\xff 2 2 0", NULL, NULL, NULL },
    /* without a key */
    { LOOSE, LOOSE, "0 0 0", NULL, NULL, NULL },
    { LOOSE, LOOSE "DELETE FROM t WHERE rowid = 1", "-loose 1 0 0", NULL, NULL,
      NULL },
    { LOOSE, LOOSE "UPDATE t SET b = 'Y' WHERE a = 2", "+loose -loose 1 1 0",
      NULL, NULL, NULL },
    { LOOSE, LOOSE "UPDATE t SET a = 1.0 WHERE rowid = 2",
      "-loose +loose 1 1 0", NULL, NULL, NULL },
    /* the place on disk, WITHOUT ROWID, a constraint: not the content */
    { IDS,
      "CREATE TABLE T(id INTEGER PRIMARY KEY, a, b) WITHOUT ROWID; INSERT "
      "INTO t VALUES (3, 'z', 3), (2, 'y', 2), (1, 'x', 1)",
      "0 0 0", NULL, NULL, NULL },
    /* columns that are added, dropped, moved or renamed */
    { IDS,
      IDS "ALTER TABLE t ADD COLUMN c DEFAULT 5; UPDATE t SET a = 'Y' "
          "WHERE id = 2",
      "!2 0 0 1", "!2 0 0 1", "0 0 0 ?3", "0 0 0 ?3" },
    { IDS, IDS "ALTER TABLE t DROP COLUMN b; DELETE FROM t WHERE id = 3",
      "-3 1 0 0", "-3 1 0 0 ?2", "-3 1 0 0", "-3 1 0 0 ?2" },
    { IDS, IDS "ALTER TABLE t RENAME COLUMN b TO c", "0 0 0", "0 0 0 ?3",
      "0 0 0 ?3", "0 0 0 ?3" },
    { IDS,
      "CREATE TABLE t(b, a, id INTEGER PRIMARY KEY); INSERT INTO t VALUES "
      "(1, 'x', 1), (2, 'Y', 2), (3, 'z', 3)",
      "!2 0 0 1", NULL, NULL, "0 0 0 ?3" },
    { IDS, IDS "ALTER TABLE t ADD COLUMN g AS (a || 'g')", "0 0 0", NULL, NULL,
      NULL },
    /* another key: by all columns, or not at all */
    { IDS,
      "CREATE TABLE t(id INTEGER, a TEXT PRIMARY KEY, b); INSERT INTO t "
      "VALUES (1, 'x', 1), (2, 'Y', 2), (3, 'z', 3)",
      "-loose +loose 1 1 0", NULL, NULL, NULL },
    { LOOSE,
      "CREATE TABLE t(a INTEGER, b TEXT, PRIMARY KEY (a, b)); INSERT INTO t "
      "VALUES (1, 'x'), (2, 'y')",
      "-loose 1 0 0", NULL, NULL, NULL },
    { LOOSE,
      "CREATE TABLE t(a INTEGER, b TEXT, c, PRIMARY KEY (a, b)); INSERT INTO "
      "t(a, b) VALUES (1, 'x'), (2, 'y')",
      "-loose 1 0 0", "-loose 1 0 0", "0 0 0 ?3", "0 0 0 ?3" },
    /* rows with a key come first, whatever else there is */
    { "CREATE TABLE t(k TEXT PRIMARY KEY); INSERT INTO t VALUES ('a'), (NULL)",
      "CREATE TABLE t(k TEXT PRIMARY KEY); INSERT INTO t VALUES (NULL)",
      "-a 1 0 0", NULL, NULL, NULL },
    { "CREATE TABLE t(k TEXT PRIMARY KEY); INSERT INTO t VALUES (NULL)",
      "CREATE TABLE t(k TEXT PRIMARY KEY); INSERT INTO t VALUES ('b'), (NULL)",
      "+b 0 1 0", NULL, NULL, NULL },
    /* a key that holds NULL, whose rows cannot be compared by it */
    { "CREATE TABLE t(a, b, c, PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, "
      "NULL, 1), (1, 1, 1)",
      "CREATE TABLE t(a, b, PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, "
      "NULL), (1, 1)",
      "0 0 0", "0 0 0 ?3", "0 0 0", "0 0 0 ?3" },
};

static void
check(const char *expected, const struct rp_buf *out, const char *way,
      size_t index)
{
    struct rp_slice text = rp_buf_view(out);

    if (!rp_slice_eq(text, rp_slice_str(expected)))
        fail_msg("case %zu %s: expected %s, got %.*s", index, way, expected,
                 (int)text.len, (const char *)text.ptr);
}

static void
rows_that_differ_are_named_whatever_the_sides_are(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const char *all = cases[i].found;
        struct rp_state old_db, old_file, new_db, new_file;
        struct rp_buf out = { 0 };
        struct state before;
        struct state after;

        start_state(&before, cases[i].before);
        start_state(&after, cases[i].after);
        old_db = rp_state_of_db(before.school.db, &before.snapshot);
        new_db = rp_state_of_db(after.school.db, &after.snapshot);
        old_file = rp_state_of_file(before.file);
        new_file = rp_state_of_file(after.file);
        compare(&old_db, &new_db, &out);
        check(all, &out, "database to database", i);
        compare(&old_file, &new_db, &out);
        check(cases[i].from_file != NULL ? cases[i].from_file : all, &out,
              "snapshot to database", i);
        compare(&old_db, &new_file, &out);
        check(cases[i].to_file != NULL ? cases[i].to_file : all, &out,
              "database to snapshot", i);
        compare(&old_file, &new_file, &out);
        check(cases[i].files != NULL ? cases[i].files : all, &out,
              "snapshot to snapshot", i);
        rp_buf_release(&out);
        end_state(&before);
        end_state(&after);
    }
}

/* c0 is the key; rows 1 and 2, which differ from zero in the last column. */
static void
put_wide(struct rp_buf *sql, int columns, int last_of_second)
{
    rp_buf_str(sql, "CREATE TABLE t(c0 INTEGER PRIMARY KEY");
    for (int i = 1; i < columns; i++)
        rp_buf_printf(sql, ", c%d DEFAULT %d", i, i);
    rp_buf_printf(sql, "); INSERT INTO t(c0, c%d) VALUES (1, 'one'), (2, %d)",
                  columns - 1, last_of_second);
}

static void
a_wide_table_is_compared_to_its_last_column(void **unused)
{
    static const int widths[] = { 2, 99, 100, 101, 128, 1999, 2000 };

    (void)unused;
    for (size_t i = 0; i < TEST_COUNT(widths); i++) {
        struct rp_buf before_sql = { 0 };
        struct rp_buf after_sql = { 0 };
        struct rp_buf out = { 0 };
        struct rp_state old, new;
        struct state before;
        struct state after;

        put_wide(&before_sql, widths[i], 7);
        put_wide(&after_sql, widths[i], 8);
        start_state(&before, rp_buf_cstr(&before_sql));
        start_state(&after, rp_buf_cstr(&after_sql));
        old = rp_state_of_file(before.file);
        new = rp_state_of_db(after.school.db, &after.snapshot);
        compare(&old, &new, &out);
        check("!2 0 0 1", &out, "wide", i);
        rp_buf_release(&out);
        rp_buf_release(&before_sql);
        rp_buf_release(&after_sql);
        end_state(&before);
        end_state(&after);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_differ_are_named_whatever_the_sides_are),
        cmocka_unit_test(a_wide_table_is_compared_to_its_last_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
