/* test_checks.c - each check passes on a sound run, and a fault of its kind
 * makes it fail, and no other.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "proof/checks.h"
#include "support/sample.h"
#include "support/school.h"

#define PARENTS                                                                \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, n TEXT);"                   \
    "INSERT INTO students VALUES (1, 'a'), (2, 'b');"                          \
    "CREATE TABLE courses(id INTEGER PRIMARY KEY, n TEXT);"                    \
    "INSERT INTO courses VALUES (10, 'x');"                                    \
    "CREATE TABLE other(id INTEGER PRIMARY KEY);"
#define LINKS                                                                  \
    "CREATE TABLE student_courses(student_id INTEGER, course_id INTEGER, "     \
    "PRIMARY KEY (student_id, course_id)) WITHOUT ROWID"

/* A run that added one link, with all that its proof read. */
struct made {
    struct test_school before_school;
    struct test_school after_school;
    struct rp_snapshot before;
    struct rp_snapshot after;
    struct rp_verdict verdict;
    struct rp_plan plan;
    struct rp_plan_source source;
    struct rp_second_facts second;
    struct rp_object declared;
    struct rp_proof proof;
};

static void
take_snapshot(struct rp_db *db, struct rp_snapshot *out_snapshot)
{
    const struct rp_snapshot_request request = { .with_soundness = true };
    struct rp_err err;

    assert_ok(rp_snapshot_take(db, &request, out_snapshot, &err), &err);
}

static struct rp_fp
fp_of(const char *text)
{
    struct rp_fp fp = { { 0, 0 }, 0 };

    rp_fp_add(&fp, rp_hash128(rp_slice_str(text)));
    return fp;
}

static void
make_plan(struct made *made)
{
    made->source.facts = (struct rp_source_facts){ .bytes = 396 };
    memcpy(made->source.facts.sha256, made->verdict.sources[0].sha256,
           RP_SHA256_HEX);
    made->source.reading.fp = fp_of("the records");
    made->plan.sources = &made->source;
    made->plan.source_count = 1;
    made->plan.ledger.all.planned = 1;
    made->second.bytes = 396;
    memcpy(made->second.sha256, made->source.facts.sha256, RP_SHA256_HEX);
    made->second.reading = made->source.reading.fp;
}

static void
start(struct made *made)
{
    memset(made, 0, sizeof *made);
    test_school_start(&made->before_school, PARENTS);
    test_school_start(&made->after_school,
                      PARENTS LINKS ";"
                                    "INSERT INTO student_courses VALUES "
                                    "(1, 10)");
    take_snapshot(made->before_school.db, &made->before);
    take_snapshot(made->after_school.db, &made->after);
    sample_verdict(&made->verdict);
    make_plan(made);
    made->declared = (struct rp_object){ "table", "student_courses",
                                         "student_courses", RP_LIT(LINKS) };
    made->proof = (struct rp_proof){
        .plan = &made->plan,
        .before = &made->before,
        .after = &made->after,
        .second = &made->second,
        .declared = &made->declared,
        .declared_count = 1,
        .claimed = fp_of("a|x"),
        .planned = fp_of("a|x"),
        .added = 1,
    };
}

static void
end(struct made *made)
{
    rp_snapshot_release(&made->before);
    rp_snapshot_release(&made->after);
    rp_verdict_release(&made->verdict);
    test_school_end(&made->before_school);
    test_school_end(&made->after_school);
}

/* The ids of the checks that did not pass; those skipped with a ?. */
static void
make_checks(struct made *made, struct rp_buf *out)
{
    struct rp_err err;

    assert_ok(rp_checks_make(&made->verdict, &made->proof, &err), &err);
    for (size_t i = 0; i < made->verdict.check_count; i++) {
        const struct rp_check *check = &made->verdict.checks[i];
        bool same = strcmp(check->expected, check->actual) == 0;

        if (check->result != RP_SKIPPED)
            assert_int_equal(same, check->result == RP_PASS);
        if (check->result != RP_PASS)
            rp_buf_printf(out, "%s%s%s", out->len > 0 ? " " : "", check->id,
                          check->result == RP_SKIPPED ? "?" : "");
    }
}

/* A new state of the school, by sql. */
static void
change_after(struct made *made, const char *sql)
{
    rp_snapshot_release(&made->after);
    memset(&made->after, 0, sizeof made->after);
    free(test_ask_db(made->after_school.db, sql));
    take_snapshot(made->after_school.db, &made->after);
}

static void
lose_a_byte(struct made *made)
{
    made->verdict.sources[0].bytes_records--;
}
static void
count_a_record_twice(struct made *made)
{
    made->verdict.records.used++;
}
static void
lose_an_enrollment(struct made *made)
{
    made->verdict.enrollments.already_present--;
    made->verdict.enrollments.inserted += 2;
}
/* Two sources, the second like the first; together they are right. */
static void
feed_two_sources(struct made *made)
{
    static struct rp_source_report two[2];

    two[0] = made->verdict.sources[0];
    two[1] = made->verdict.sources[0];
    made->verdict.sources = two;
    made->verdict.source_count = 2;
}
static void
count_a_record_for_another_source(struct made *made)
{
    feed_two_sources(made);
    made->verdict.sources[0].records.used--;
    made->verdict.sources[1].records.used++;
}
static void
count_an_enrollment_for_another_source(struct made *made)
{
    feed_two_sources(made);
    made->verdict.sources[0].enrollments.rejected--;
    made->verdict.sources[1].enrollments.rejected++;
}
static void
read_another_record(struct made *made)
{
    made->second.reading = fp_of("other records");
}
static void
read_another_file(struct made *made)
{
    made->second.sha256[0] = 'f';
}
static void
read_fewer_bytes(struct made *made)
{
    made->second.bytes--;
}
static void
change_a_student(struct made *made)
{
    change_after(made, "UPDATE students SET n = 'A' WHERE id = 1");
}
static void
delete_a_student(struct made *made)
{
    change_after(made, "DELETE FROM students WHERE id = 2");
}
static void
add_a_course(struct made *made)
{
    change_after(made, "INSERT INTO courses VALUES (11, 'y')");
}
static void
change_a_bystander(struct made *made)
{
    struct rp_table_report other = { .table = "other",
                                     .role = RP_ROLE_BYSTANDER,
                                     .there_before = true,
                                     .there_after = true,
                                     .rows_after = 1 };

    (void)sample_add_table(&made->verdict, &other);
}
static void
add_an_index(struct made *made)
{
    change_after(made, "CREATE INDEX i ON student_courses(course_id)");
}
static void
declare_other_sql(struct made *made)
{
    made->declared.sql = RP_LIT("CREATE TABLE student_courses(a, b)");
}
static void
declare_nothing(struct made *made)
{
    made->proof.declared_count = 0;
}
static void
plan_another_pair(struct made *made)
{
    made->proof.planned = fp_of("b|x");
}
static void
claim_a_pair_twice(struct made *made)
{
    struct rp_fp again = fp_of("a|x");

    rp_fp_merge(&made->proof.claimed, &again);
}
static void
add_a_row_less(struct made *made)
{
    made->proof.added = 0;
}
static void
find_a_row_that_nobody_planned(struct made *made)
{
    made->proof.kept = fp_of("a row");
}
static void
leave_an_orphan(struct made *made)
{
    made->proof.orphans = 1;
}
static void
make_it_unsound(struct made *made)
{
    rp_buf_put(&made->after.soundness, "row 7 is missing", 17);
}
static void
have_old_trouble(struct made *made)
{
    rp_buf_put(&made->before.soundness, "page 3: bad", 12);
    rp_buf_put(&made->after.soundness, "page 3: bad", 12);
}
static void
do_nothing(struct made *made)
{
    (void)made;
}

#define REREAD "committed-state-reread?"

static const struct {
    const char *name;
    void (*plant)(struct made *made);
    const char *not_passed;
} faults[] = {
    { "no fault", do_nothing, REREAD },
    { "trouble of before", have_old_trouble, REREAD },
    { "a byte", lose_a_byte, "source-bytes-balanced " REREAD },
    { "a record", count_a_record_twice, "records-balanced " REREAD },
    { "an enrollment", lose_an_enrollment, "enrollments-balanced " REREAD },
    { "a record of another source", count_a_record_for_another_source,
      "records-balanced " REREAD },
    { "an enrollment of another source", count_an_enrollment_for_another_source,
      "enrollments-balanced " REREAD },
    { "another record", read_another_record, "source-read-twice-same " REREAD },
    { "another file", read_another_file, "source-read-twice-same " REREAD },
    { "fewer bytes", read_fewer_bytes, "source-read-twice-same " REREAD },
    { "a student changed", change_a_student, "students-preserved " REREAD },
    { "a student deleted", delete_a_student, "students-preserved " REREAD },
    { "a course added", add_a_course, "courses-preserved " REREAD },
    { "a bystander", change_a_bystander, "bystanders-preserved " REREAD },
    { "an index", add_an_index, "schema-as-declared " REREAD },
    { "other sql", declare_other_sql, "schema-as-declared " REREAD },
    { "undeclared", declare_nothing, "schema-as-declared " REREAD },
    { "another pair", plan_another_pair, "links-as-planned " REREAD },
    { "twice", claim_a_pair_twice, "links-as-planned " REREAD },
    { "a row less", add_a_row_less, "links-as-planned " REREAD },
    { "a row more", find_a_row_that_nobody_planned,
      "links-as-planned " REREAD },
    { "an orphan", leave_an_orphan, "links-reference-rows " REREAD },
    { "unsound", make_it_unsound, "database-sound " REREAD },
};

static void
a_fault_fails_its_check_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(faults); i++) {
        struct rp_buf out = { 0 };
        struct made made;

        start(&made);
        faults[i].plant(&made);
        make_checks(&made, &out);
        if (strcmp(rp_buf_cstr(&out), faults[i].not_passed) != 0)
            fail_msg("%s: %s", faults[i].name, rp_buf_cstr(&out));
        rp_buf_release(&out);
        end(&made);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_fails_its_check_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
