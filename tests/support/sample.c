/* sample.c - see sample.h. */
#include "support/sample.h"

#include <string.h>

#include "support/test.h"

#define TABLES_MAX 12

#define DIGEST_STUDENTS                                                        \
    "9f2c41e0d1b54a3376e8c0f4a2955d10b7f3c6d8e1029384756afbecd0192837"
#define DIGEST_COURSES                                                         \
    "02b7aa134c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"
#define DIGEST_LINKS                                                           \
    "c9443f75f3685ed78267028db748872bbfa9a5a4a94f6c5d2111865768e25406"
#define SHA256_SOURCE                                                          \
    "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"

static const char *header[] = { "student_id", "course_id", "enrolled_on",
                                "grade" };
static const char *left_out[] = { "enrolled_on", "grade" };
static const char *student[] = { "student_id" };
static const char *course[] = { "course_id" };
static const char *student_at[] = { "#1" };
static const char *course_at[] = { "#2" };

static const struct rp_position field_count_positions[] = {
    { 1, 4, 5, 5, 97, 105, "rejected", NULL },
    { 1, 9, 10, 12, 190, 218, "rejected", NULL },
};

static const struct rp_finding_report findings[] = {
    { .code = RP_FIELD_COUNT,
      .accepted = true,
      .count = 2,
      .limit = "2",
      .listed = 2 },
    { .code = RP_EMPTY_KEY,
      .accepted = true,
      .count = 1,
      .limit = "5%",
      .listed = 1 },
    { .code = RP_UNKNOWN_STUDENT,
      .accepted = true,
      .count = 3,
      .limit = "3",
      .listed = 3 },
    { .code = RP_DUPLICATE_CONFLICT,
      .accepted = true,
      .count = 1,
      .limit = "all",
      .listed = 1 },
    { .code = RP_BLANK_RECORD, .count = 1 },
    { .code = RP_KEY_TRIMMED, .count = 1 },
};

static const struct rp_table_report tables[] = {
    { .table = "students",
      .role = RP_ROLE_PRESERVED,
      .there_before = true,
      .there_after = true,
      .rows_before = 5,
      .rows_after = 5,
      .digest_before = DIGEST_STUDENTS,
      .digest_after = DIGEST_STUDENTS,
      .fingerprint_before = "81732b025b18afccaff201415030609e",
      .fingerprint_after = "81732b025b18afccaff201415030609e",
      .same = true },
    { .table = "courses",
      .role = RP_ROLE_PRESERVED,
      .there_before = true,
      .there_after = true,
      .rows_before = 3,
      .rows_after = 3,
      .digest_before = DIGEST_COURSES,
      .digest_after = DIGEST_COURSES,
      .fingerprint_before = "00112233445566778899aabbccddeeff",
      .fingerprint_after = "00112233445566778899aabbccddeeff",
      .same = true },
    { .table = "student_courses",
      .role = RP_ROLE_DECLARED,
      .there_after = true,
      .rows_after = 8,
      .digest_after = DIGEST_LINKS,
      .fingerprint_after = "f073149b5919d291fbe25661858ec2f3",
      .added = 8 },
};

static const struct rp_check checks[] = {
    { "source-bytes-balanced", RP_PASS, "396", "396" },
    { "source-read-twice-same", RP_PASS, "18 records", "18 records" },
    { "records-balanced", RP_PASS, "18", "18" },
    { "enrollments-balanced", RP_PASS, "14", "14" },
    { "students-preserved", RP_PASS, DIGEST_STUDENTS, DIGEST_STUDENTS },
    { "courses-preserved", RP_PASS, DIGEST_COURSES, DIGEST_COURSES },
    { "bystanders-preserved", RP_PASS, "0 changed", "0 changed" },
    { "schema-as-declared", RP_PASS, "student_courses", "student_courses" },
    { "links-as-planned", RP_PASS, "8 links", "8 links" },
    { "links-reference-rows", RP_PASS, "0 without a row", "0 without a row" },
    { "database-sound", RP_PASS, "ok", "ok" },
    { "committed-state-reread", RP_PASS, DIGEST_LINKS, DIGEST_LINKS },
};

/* What the tests may change: made anew for each sample, and without heap, so
 * that tests of a lack of memory have one. */
static struct {
    struct rp_source_report source;
    struct rp_finding_report findings[TEST_COUNT(findings)];
    struct rp_position positions[TEST_COUNT(field_count_positions)];
    struct rp_table_report tables[TABLES_MAX];
    struct rp_check checks[TEST_COUNT(checks)];
} own;

struct rp_names
sample_names(struct rp_verdict *verdict, const char *const *names, size_t count)
{
    struct rp_names copy = { NULL, count };

    copy.items = rp_arena_array(&verdict->arena, count, sizeof *copy.items);
    assert_non_null(copy.items);
    for (size_t i = 0; i < count; i++)
        copy.items[i] = names[i];
    return copy;
}

static void
make_own(void)
{
    own.source = (struct rp_source_report){
        .name = "enrollments.csv",
        .bytes = 396,
        .sha256 = SHA256_SOURCE,
        .encoding = "UTF-8",
        .delimiter = "comma",
        .quote = "'",
        .newline = "LF",
        .header = { header, TEST_COUNT(header) },
        .student = { student_at, 1 },
        .course = { course_at, 1 },
        .bytes_header = 39,
        .bytes_records = 305,
        .bytes_blank = 1,
        .bytes_rejected = 51,
        .bytes_balanced = true,
        .records = { 18, 14, 1, 0, 3, true },
        .enrollments = { 14, 8, 0, 1, 1, 4, true },
    };
    memcpy(own.findings, findings, sizeof findings);
    memcpy(own.positions, field_count_positions, sizeof own.positions);
    own.findings[0].positions = own.positions;
    own.findings[0].position_count = TEST_COUNT(field_count_positions);
    memcpy(own.tables, tables, sizeof tables);
    memcpy(own.checks, checks, sizeof checks);
}

void
sample_verdict(struct rp_verdict *out_verdict)
{
    make_own();
    *out_verdict = (struct rp_verdict){
        .program = "0.1.0",
        .command = "migrate",
        .school = "school.db",
        .declared = "student_courses",
        .outcome = RP_PROVED_WITH_EXCEPTIONS,
        .committed = true,
        .student = { "students", { student, 1 }, { student, 1 } },
        .course = { "courses", { course, 1 }, { course, 1 } },
        .left_out = { left_out, TEST_COUNT(left_out) },
        .sources = &own.source,
        .source_count = 1,
        .records = { 18, 14, 1, 0, 3, true },
        .enrollments = { 14, 8, 0, 1, 1, 4, true },
        .findings = own.findings,
        .finding_count = TEST_COUNT(findings),
        .listed = 8,
        .tables = own.tables,
        .table_count = TEST_COUNT(tables),
        .checks = own.checks,
        .check_count = TEST_COUNT(checks),
    };
}

struct rp_finding_report *
sample_finding(struct rp_verdict *verdict, enum rp_code code)
{
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].code == code)
            return &verdict->findings[i];
    fail_msg("the sample has no %s", rp_code_name(code));
    return NULL;
}

struct rp_table_report *
sample_table(struct rp_verdict *verdict, const char *name)
{
    for (size_t i = 0; i < verdict->table_count; i++)
        if (strcmp(verdict->tables[i].table, name) == 0)
            return &verdict->tables[i];
    fail_msg("the sample has no %s", name);
    return NULL;
}

struct rp_table_report *
sample_add_table(struct rp_verdict *verdict,
                 const struct rp_table_report *table)
{
    assert_true(verdict->table_count < TABLES_MAX);
    verdict->tables[verdict->table_count] = *table;
    return &verdict->tables[verdict->table_count++];
}
