/* test_bounded.c - whatever the memory, a plan says the same and so does its
 * proof: with tables of keys, and with keys sorted and merged.
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/finding.h"
#include "support/full.h"
#include "support/planned.h"
#include "support/school.h"

#define AMPLE ((size_t)64 << 20)
/* Less than nearly all tables of keys take, and less than any. */
#define SMALL ((size_t)8 << 10)
#define TINY ((size_t)512)
#define TINY_EVERY 20
#define SOURCES 2
#define RECORDS 300
#define WORLDS 60

/* What a parent's key may be. */
static const struct kind {
    const char *columns; /* behind the id */
    const char *spec;    /* %c%c: the columns of the source */
    bool scattered;      /* ids all over 64 bits */
} kinds[] = {
    { "key TEXT UNIQUE, other INTEGER", "%c=key", false },
    { "key TEXT, other INTEGER", "%c=key", false },
    { "key INTEGER, other INTEGER", "%c=key", false },
    { "key NUMERIC UNIQUE, other INTEGER", "%c=key", true },
    { "key BLOB, other INTEGER", "%c=key", false },
    { "key TEXT COLLATE NOCASE, other TEXT", "%c+%c=key+other", false },
    { "key TEXT, other INTEGER", "%c+%c=key+other", true },
    { "key TEXT, other INTEGER", "%c=id", false },
    { "key TEXT, other INTEGER", "%c=id", true },
};

struct world {
    uint64_t seed;
    const struct kind *student;
    const struct kind *course;
    char specs[2][32];
    bool leaves_out;
    bool filters;
    bool has_links;
};

static uint64_t
pick(struct world *world, uint64_t below)
{
    return test_random(&world->seed) % below;
}

/* A key that another call may make as well: short, long, blank, a number. */
static void
put_value(struct world *world, struct rp_buf *out)
{
    static const char *const odd[] = { "7",  "007", " 7", "x ", "X",
                                       "\t", "-0",  "0",  "1.0" };

    switch (pick(world, 8)) {
    case 0:
        rp_buf_str(out, odd[pick(world, TEST_COUNT(odd))]);
        break;
    case 1:
        rp_buf_printf(out, "a key that is longer than thirty bytes, %u",
                      (unsigned)pick(world, 9));
        break;
    case 2:
        rp_buf_printf(out, "k%u", (unsigned)pick(world, 20));
        break;
    default:
        rp_buf_printf(out, "%d", (int)pick(world, 60) - 9);
        break;
    }
}

static void
put_parent(struct world *world, struct rp_buf *sql, const char *table,
           const struct kind *kind)
{
    rp_buf_printf(sql, "CREATE TABLE %s(id INTEGER PRIMARY KEY, %s);", table,
                  kind->columns);
    for (unsigned row = 0; row < 60; row++) {
        int64_t id = (int64_t)pick(world, 90) - 20;

        if (kind->scattered && row % 2 == 0)
            id = (int64_t)test_random(&world->seed);
        rp_buf_printf(sql, "INSERT OR IGNORE INTO %s VALUES (%" PRId64 ", ",
                      table, id);
        if (row % 20 == 19) {
            rp_buf_str(sql, "NULL");
        } else {
            rp_buf_byte(sql, '\'');
            put_value(world, sql);
            rp_buf_byte(sql, '\'');
        }
        rp_buf_printf(sql, ", '%d');", (int)pick(world, 3));
    }
}

/* As a careless clerk writes it. */
static void
put_field(struct world *world, struct rp_buf *out, bool number)
{
    uint64_t how = pick(world, 40);
    struct rp_buf value = { 0 };

    if (number)
        rp_buf_printf(&value, "%d", (int)pick(world, 90) - 20);
    else
        put_value(world, &value);
    if (how == 0)
        rp_buf_reset(&value);
    if (how < 4)
        rp_buf_byte(out, ' ');
    if (how == 5)
        rp_buf_byte(out, '0');
    if (how > 30)
        rp_buf_byte(out, '"');
    rp_buf_slice(out, rp_buf_view(&value));
    if (how > 30)
        rp_buf_byte(out, '"');
    if (how == 6)
        rp_buf_byte(out, '\t');
    rp_buf_release(&value);
}

static void
put_record(struct world *world, struct rp_buf *out)
{
    static const char *const broken[] = {
        "\n",
        "a\"b,c,d,e,f\n",
        "1,2\n",
        "\xff,1,2,3,4\n",
        "1,2\r,3,4,5\n",
        "s,t,c,d,term\n",
        "\"1\n2\",3,4,5,6\n",
        "1,2,3,4,\xef\xbb\xbf\n",
    };
    const bool by_id[2] = { strstr(world->specs[0], "=id") != NULL,
                            strstr(world->specs[1], "=id") != NULL };

    if (pick(world, 50) == 0) {
        rp_buf_str(out, broken[pick(world, TEST_COUNT(broken))]);
        return;
    }
    put_field(world, out, by_id[0]);
    rp_buf_printf(out, ",%s%d,", pick(world, 9) == 0 ? " " : "",
                  (int)pick(world, 3));
    put_field(world, out, by_id[1]);
    rp_buf_printf(out, ",%d,t%d\n", (int)pick(world, 3), (int)pick(world, 3));
}

static char *
make_source(struct world *world, const char *folder, unsigned number)
{
    struct rp_buf bytes = { 0 };
    char name[16];
    char *path;

    (void)snprintf(name, sizeof name, "%u.csv", number);
    path = test_path(folder, name);
    rp_buf_str(&bytes, "s,t,c,d,term\n");
    for (unsigned i = 0; i < RECORDS; i++)
        put_record(world, &bytes);
    assert_false(bytes.failed);
    test_write(path, rp_buf_view(&bytes));
    rp_buf_release(&bytes);
    return path;
}

static void
make_school(struct world *world, struct test_school *school)
{
    struct rp_buf sql = { 0 };

    rp_buf_str(&sql, "BEGIN;");
    put_parent(world, &sql, "students", world->student);
    put_parent(world, &sql, "courses", world->course);
    world->has_links = pick(world, 2) == 0;
    if (world->has_links)
        rp_buf_str(&sql,
                   "CREATE TABLE student_courses(student_id INTEGER NOT NULL,"
                   "course_id INTEGER NOT NULL, PRIMARY KEY (student_id, "
                   "course_id)) WITHOUT ROWID; INSERT INTO student_courses "
                   "SELECT s.id, c.id FROM students AS s, courses AS c WHERE "
                   "(s.id + c.id) % 7 = 0;");
    rp_buf_str(&sql, "COMMIT;");
    test_school_start(school, rp_buf_cstr(&sql));
    rp_buf_release(&sql);
}

static void
choose(struct world *world, uint64_t number)
{
    world->seed = number * 7919;
    world->student = &kinds[number % TEST_COUNT(kinds)];
    world->course = &kinds[pick(world, TEST_COUNT(kinds))];
    /* Not a number of arguments that a compiler could check. */
    (void)snprintf(world->specs[0], sizeof world->specs[0], "s%s%s",
                   strchr(world->student->spec, '+') != NULL &&
                           strncmp(world->student->spec, "%c+", 3) == 0
                       ? "+t"
                       : "",
                   strchr(world->student->spec, '='));
    (void)snprintf(world->specs[1], sizeof world->specs[1], "c%s%s",
                   strncmp(world->course->spec, "%c+", 3) == 0 ? "+d" : "",
                   strchr(world->course->spec, '='));
    world->leaves_out = pick(world, 2) == 0;
    world->filters = pick(world, 4) == 0;
}

/* Codes that some world had. */
static void
note_codes(const struct rp_buf *text, bool seen[RP_CODE_COUNT])
{
    for (size_t i = 0; i < RP_CODE_COUNT; i++) {
        struct rp_buf line = { 0 };

        rp_buf_printf(&line, "\n%s ", rp_code_name((enum rp_code)i));
        seen[i] = seen[i] ||
                  strstr((const char *)text->ptr, rp_buf_cstr(&line)) != NULL;
        rp_buf_release(&line);
    }
}

/* What all worlds have together. */
struct summary {
    bool seen[RP_CODE_COUNT];
    unsigned plans_spilled;
    unsigned proofs_spilled;
    unsigned read_ahead;
};

static void
compare_worlds(uint64_t number, struct summary *summary)
{
    struct planned_spilled ample = { .plan = false };
    struct planned_spilled little = { .plan = false };
    struct planned_spilled shared = { .plan = false };
    const bool is_tiny = number % TINY_EVERY == 0;
    struct rp_buf expected = { 0 };
    struct rp_buf actual = { 0 };
    struct rp_buf beside = { 0 };
    struct world world = { 0 };
    struct test_school school;
    char *sources[SOURCES];
    struct rp_err err;

    choose(&world, number);
    make_school(&world, &school);
    for (unsigned i = 0; i < SOURCES; i++)
        sources[i] = make_source(&world, school.folder, i);
    {
        struct planned_asked asked = {
            .db = school.db,
            .sources = (const char *const *)sources,
            .source_count = SOURCES,
            .student = world.specs[0],
            .course = world.specs[1],
            .where = world.filters ? "term=t1,t2" : NULL,
            .leave_out = world.leaves_out ? "term" : NULL,
        };

        assert_ok(planned_put(&expected, &asked, AMPLE, &ample, &err), &err);
        assert_ok(
            planned_put(&actual, &asked, is_tiny ? TINY : SMALL, &little, &err),
            &err);
        asked.beside = true;
        assert_ok(planned_put(&beside, &asked, AMPLE, &shared, &err), &err);
    }
    assert_false(ample.plan || ample.proof_student || ample.proof_course);
    assert_true(!is_tiny || (little.proof_student && little.proof_course));
    summary->plans_spilled += little.plan ? 1 : 0;
    summary->proofs_spilled +=
        little.proof_student && little.proof_course ? 1 : 0;
    summary->read_ahead += shared.read_ahead ? 1 : 0;
    assert_holds(rp_buf_cstr(&expected), "read twice the same");
    assert_null(strstr(rp_buf_cstr(&expected), "NOT THE SAME"));
    if (!rp_slice_eq(rp_buf_view(&expected), rp_buf_view(&actual)))
        (void)fprintf(stderr, "world %" PRIu64 ": %s %s\n", number,
                      world.specs[0], world.specs[1]);
    assert_same(rp_buf_view(&actual), rp_buf_view(&expected));
    assert_same(rp_buf_view(&beside), rp_buf_view(&expected));
    /* There the second thread has other work. */
    assert_true(!shared.read_ahead || !(world.filters || world.has_links));
    note_codes(&expected, summary->seen);
    for (unsigned i = 0; i < SOURCES; i++)
        free(sources[i]);
    rp_buf_release(&expected);
    rp_buf_release(&actual);
    rp_buf_release(&beside);
    test_school_end(&school);
}

static void
a_plan_is_the_same_in_any_memory_and_with_a_reader(void **state)
{
    static const enum rp_code wanted[] = {
        RP_STRAY_QUOTE,        RP_BARE_CR,          RP_INVALID_ENCODING,
        RP_BOM_INSIDE,         RP_REPEATED_HEADER,  RP_FIELD_COUNT,
        RP_FILTERED,           RP_EMPTY_KEY,        RP_NOT_AN_INTEGER,
        RP_AMBIGUOUS_STUDENT,  RP_AMBIGUOUS_COURSE, RP_UNKNOWN_STUDENT,
        RP_UNKNOWN_COURSE,     RP_AFTER_RESYNC,     RP_DUPLICATE_CONFLICT,
        RP_COLUMN_NOT_CARRIED, RP_BLANK_RECORD,     RP_DUPLICATE_EXACT,
        RP_ALREADY_PRESENT,    RP_KEY_TRIMMED,      RP_LEADING_ZEROS,
    };
    struct summary summary = { .plans_spilled = 0 };

    (void)state;
    for (uint64_t number = 1; number <= WORLDS; number++)
        compare_worlds(number, &summary);
    assert_in_range(summary.plans_spilled, WORLDS / 2, WORLDS);
    assert_in_range(summary.proofs_spilled, WORLDS / 3, WORLDS);
    assert_in_range(summary.read_ahead, WORLDS / 5, WORLDS);
    for (size_t i = 0; i < TEST_COUNT(wanted); i++)
        if (!summary.seen[wanted[i]])
            fail_msg("no world has %s", rp_code_name(wanted[i]));
}

/* Two small sources, of which the readers keep nothing, and keys that do not
 * fit. */
struct few {
    struct test_school school;
    char *sources[SOURCES];
    struct planned_asked asked;
    const char *becomes; /* what happens to the source meanwhile */
};

static void
start_few(struct few *few)
{
    memset(few, 0, sizeof *few);
    test_school_start(
        &few->school,
        "BEGIN;"
        "CREATE TABLE students(id INTEGER PRIMARY KEY, s TEXT UNIQUE);"
        "CREATE TABLE courses(id INTEGER PRIMARY KEY, c TEXT UNIQUE);"
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE"
        " i < 60) INSERT INTO students SELECT i, 's' || i FROM n;"
        "INSERT INTO courses SELECT id, 'c' || id FROM students; COMMIT");
    few->sources[0] = test_path(few->school.folder, "few.csv");
    few->sources[1] = test_path(few->school.folder, "more.csv");
    test_write(few->sources[1], RP_LIT("s,c\ns1,c9\n"));
    few->asked = (struct planned_asked){
        .db = few->school.db,
        .sources = (const char *const *)few->sources,
        .source_count = SOURCES,
        .student = "s",
        .course = "c",
        .ctx = few,
    };
}

static void
end_few(struct few *few)
{
    free(few->sources[0]);
    free(few->sources[1]);
    test_school_end(&few->school);
}

static void
change(void *ctx)
{
    const struct few *few = ctx;

    test_write(few->sources[0], rp_slice_str(few->becomes));
}

static const struct {
    const char *becomes;
    bool opened; /* before the first reading, not between the two */
} changes[] = {
    { "s,c\ns1,c1\ns2,c3\n", false },
    { "s,c\ns1,c1\ns2,c2\n\n", false },
    { "s,c\ns1,c1\n", false },
    { "s,t\ns1,c1\ns2,c2\n", false },
    { "s,c,d\ns1,c1,d1\n", false },
    { "s\ns1\n", true },
    { "s,c,d\ns1,c1,d1\n", true },
    { "PK\3\4", true },
    { "", true },
};

static void
a_source_that_changes_between_two_readings_is_told(void **state)
{
    struct planned_spilled spilled = { .plan = false };
    struct few few;

    (void)state;
    start_few(&few);
    for (size_t i = 0; i < TEST_COUNT(changes); i++) {
        struct rp_buf out = { 0 };
        struct rp_err err;

        few.becomes = changes[i].becomes;
        few.asked.opened = changes[i].opened ? change : NULL;
        few.asked.foreseen = changes[i].opened ? NULL : change;
        test_write(few.sources[0], RP_LIT("s,c\ns1,c1\ns2,c2\n"));
        assert_int_equal(planned_put(&out, &few.asked, SMALL, &spilled, &err),
                         changes[i].becomes[0] == '\0' ? RP_E_USAGE
                                                       : RP_E_CHANGED);
        assert_true(spilled.plan);
        assert_holds(err.text, "few.csv: ");
        rp_buf_release(&out);
    }
    end_few(&few);
}

static void
write_few(const struct few *few)
{
    struct rp_buf bytes = { 0 };

    rp_buf_str(&bytes, "s,c\n");
    for (int i = 0; i < 300; i++)
        rp_buf_printf(&bytes, "s%d,c%d\n", i * 7 % 61, i * 11 % 67);
    test_write(few->sources[0], rp_buf_view(&bytes));
    rp_buf_release(&bytes);
}

/* Whatever temporary file it is that gets no room. */
static void
a_full_disk_is_told_wherever_keys_are_sorted(void **state)
{
    struct planned_spilled spilled;
    struct rp_buf expected = { 0 };
    enum rp_status status = RP_E_IO;
    struct few few;
    struct rp_err err;

    (void)state;
    start_few(&few);
    write_few(&few);
    assert_ok(planned_put(&expected, &few.asked, AMPLE, &spilled, &err), &err);
    for (uint64_t bytes = 0; status != RP_OK; bytes += 97) {
        struct rp_buf out = { 0 };

        assert_in_range(bytes, 0, 1 << 20);
        test_full_begin(bytes);
        status = planned_put(&out, &few.asked, SMALL, &spilled, &err);
        test_full_end();
        if (status == RP_OK) {
            assert_same(rp_buf_view(&out), rp_buf_view(&expected));
        } else {
            assert_int_equal(status, RP_E_IO);
            assert_holds(err.text, few.school.folder);
            assert_holds(err.text, "temporary data (make room there");
        }
        rp_buf_release(&out);
    }
    rp_buf_release(&expected);
    end_few(&few);
}

/* A disk of memory, where there is one: temporary files are many here. */
static int
choose_disk(void **state)
{
    (void)state;
    return access("/dev/shm", W_OK) == 0 ? setenv("TMPDIR", "/dev/shm", 1) : 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_the_same_in_any_memory_and_with_a_reader),
        cmocka_unit_test(a_source_that_changes_between_two_readings_is_told),
        cmocka_unit_test(a_full_disk_is_told_wherever_keys_are_sorted),
    };

    return cmocka_run_group_tests(tests, choose_disk, NULL);
}
