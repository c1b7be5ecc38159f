/* test_presence.c - what the sources claim and the links there are, merged:
 * every pair that only one side has is told, once, and the sums are true.
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/links.h"
#include "proof/linkwatch.h"
#include "proof/pairs.h"
#include "proof/presence.h"
#include "school/keys.h"
#include "source/mapping.h"
#include "support/school.h"
#include "support/source.h"

#define PARENTS                                                                \
    "CREATE TABLE students (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"        \
    "CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT);"                \
    "INSERT INTO students VALUES (1,'a'),(2,'b'),(3,'c'),(-4,'d'),"            \
    "(5000000000,'e');"                                                        \
    "INSERT INTO courses VALUES (1,'x'),(2,'y'),(3,'z'),(4,'z');"
#define BY_PAIR                                                                \
    "CREATE TABLE student_courses (student_id INTEGER, course_id INTEGER,"     \
    " PRIMARY KEY (student_id, course_id));"
#define BY_OTHER_KEY                                                           \
    "CREATE TABLE student_courses (id INTEGER PRIMARY KEY,"                    \
    " student_id INTEGER, course_id INTEGER, UNIQUE (student_id, course_id));"

/* Everything that a comparison needs, and the text it gives. */
struct checking {
    struct test_school school;
    struct rp_schema *schema;
    struct rp_input *input;
    struct rp_mapping *mapping;
    struct rp_layouter layouter;
    struct rp_dialect dialect;
    struct rp_plan *plan;
    struct rp_keyrings keys;
    struct rp_pairs_request request;
    struct rp_pairs *pairs;
    struct rp_linkwatch_result watched;
    struct rp_presence_result result;
    struct rp_buf text;
};

static enum rp_status
tell_unusable(void *ctx, const struct rp_unusable *unusable, struct rp_err *err)
{
    struct rp_buf *text = ctx;

    (void)err;
    rp_buf_printf(text, "%s", rp_code_name(unusable->code));
    if (unusable->record != NULL)
        rp_buf_printf(text, " %" PRIu64 ":%" PRIu64, unusable->record->number,
                      unusable->record->first_line);
    if (unusable->column.ptr != NULL) {
        rp_buf_byte(text, ' ');
        rp_buf_slice(text, unusable->value);
    }
    rp_buf_str(text, "; ");
    return RP_OK;
}

static enum rp_status
tell_pair(void *ctx, bool missing, const struct rp_pair *pair,
          struct rp_err *err)
{
    struct rp_buf *text = ctx;
    int64_t student_id = 0;
    int64_t course_id = 0;

    (void)err;
    rp_link_unpack(pair->key, &student_id, &course_id);
    rp_buf_printf(text, "%s %" PRId64 " %" PRId64,
                  missing ? "missing" : "added", student_id, course_id);
    if (missing)
        rp_buf_printf(text, " %" PRIu64 ":%" PRIu64, pair->record, pair->line);
    rp_buf_str(text, "; ");
    return RP_OK;
}

static void
open_keys(struct checking *checking, size_t memory_bytes)
{
    const struct rp_slice code = RP_LIT("code");
    struct rp_key_request request = { "--key", &code, &code, 1, 1 };
    struct rp_key_shape student;
    struct rp_key_shape course;
    struct rp_keyrings_request wanted = {
        .db = checking->school.db,
        .student = &student,
        .course = &course,
        .memory_bytes = memory_bytes,
        .with_ids = true,
    };
    struct rp_err err;

    assert_ok(rp_keys_shape(rp_schema_table(checking->schema, "students"),
                            &request, &student, &err),
              &err);
    assert_ok(rp_keys_shape(rp_schema_table(checking->schema, "courses"),
                            &request, &course, &err),
              &err);
    assert_ok(rp_keyrings_open(&wanted, &checking->keys, &err), &err);
    assert_int_equal(rp_keyring_is_spilled(checking->keys.student),
                     memory_bytes < 1024);
}

static void
read_source(struct checking *checking, const char *const *where,
            struct rp_unusable_visitor *visitor)
{
    struct rp_mapping_texts texts = { .student = "s=code",
                                      .course = "c=code",
                                      .where = where,
                                      .where_count = where == NULL ? 0 : 1 };
    struct rp_plan_request request = { .input_count = 1 };
    struct rp_err err;

    checking->dialect = test_dialect();
    assert_ok(rp_mapping_open(&texts, &checking->mapping, &err), &err);
    checking->layouter = rp_links_layouter(checking->mapping);
    request.dialect = &checking->dialect;
    request.inputs = &checking->input;
    request.layouter = &checking->layouter;
    request.folder = checking->school.folder;
    request.memory_bytes = (size_t)1 << 20;
    assert_ok(rp_plan_open(&request, &checking->plan, &err), &err);
    checking->request = (struct rp_pairs_request){
        .plan = checking->plan,
        .dialect = &checking->dialect,
        .keys = &checking->keys,
        .visitor = visitor,
        .folder = checking->school.folder,
        .memory_bytes = (size_t)64 << 10,
    };
    assert_ok(rp_pairs_open(&checking->request, &checking->pairs, &err), &err);
}

static void
merge(struct checking *checking)
{
    struct rp_presence_visitor visitor = { tell_pair, &checking->text };
    struct rp_presence *presence = NULL;
    struct rp_linkwatch *watch = NULL;
    struct rp_link_follower follower;
    struct rp_linkwatch_request request = {
        .links = rp_schema_table(checking->schema, RP_LINKS),
        .keys = &checking->keys,
        .follower = &follower,
        .folder = checking->school.folder,
        .memory_bytes = (size_t)64 << 10,
    };
    struct rp_row_visitor rows;
    struct rp_digest digest;
    struct rp_err err;

    assert_ok(rp_presence_open(checking->pairs, &visitor, &presence, &err),
              &err);
    follower = rp_presence_follower(presence);
    assert_ok(rp_linkwatch_open(&request, &watch, &err), &err);
    rows = rp_linkwatch_visitor(watch);
    assert_ok(
        rp_rows_scan(checking->school.db, request.links, &rows, &digest, &err),
        &err);
    assert_ok(rp_linkwatch_finish(watch, &checking->watched, &err), &err);
    assert_ok(rp_presence_finish(presence, checking->watched.unpaired,
                                 &checking->result, &err),
              &err);
    rp_linkwatch_close(watch);
    rp_presence_close(presence);
}

static void
start_in(size_t memory_bytes, struct checking *checking, const char *sql,
         struct rp_slice source, const char *const *where)
{
    struct rp_unusable_visitor visitor = { tell_unusable, &checking->text };
    struct rp_err err;

    memset(checking, 0, sizeof *checking);
    test_school_start(&checking->school, sql);
    checking->input = test_input(checking->school.folder, source);
    assert_ok(rp_schema_open(checking->school.db, &checking->schema, &err),
              &err);
    open_keys(checking, memory_bytes);
    read_source(checking, where, &visitor);
    merge(checking);
}

static void
start(struct checking *checking, const char *sql, struct rp_slice source,
      const char *const *where)
{
    start_in((size_t)1 << 20, checking, sql, source, where);
}

static void
end(struct checking *checking)
{
    rp_pairs_close(checking->pairs);
    rp_plan_close(checking->plan);
    rp_mapping_close(checking->mapping);
    rp_input_close(checking->input);
    rp_keyrings_release(&checking->keys);
    rp_schema_close(checking->schema);
    test_school_end(&checking->school);
    rp_buf_release(&checking->text);
}

struct example {
    const char *name;
    const char *sql;
    struct rp_slice source;
    const char *expected;
};

static const struct example examples[] = {
    { "nothing on either side", PARENTS BY_PAIR, RP_LIT_INIT("s,c\n"),
      "nothing-used; " },
    { "the same on both",
      PARENTS BY_PAIR "INSERT INTO student_courses VALUES (1,1),(2,2);",
      RP_LIT_INIT("s,c\nb,y\na,x\n"), "" },
    { "before, between and behind the links",
      PARENTS BY_PAIR "INSERT INTO student_courses VALUES (1,2),(3,1);",
      RP_LIT_INIT("s,c\na,x\na,y\nb,x\nc,x\ne,y\nd,x\n"),
      "missing -4 1 6:7; missing 1 1 1:2; missing 2 1 3:4; "
      "missing 5000000000 2 5:6; " },
    { "links that nobody claims",
      PARENTS BY_PAIR
      "INSERT INTO student_courses VALUES (-4,1),(1,2),(2,1),(9,9);",
      RP_LIT_INIT("s,c\na,y\n"), "added -4 1; added 2 1; added 9 9; " },
    { "a pair that is missing several times is told once, by its first record",
      PARENTS BY_PAIR, RP_LIT_INIT("s,c\n\"a\",x\na,x\na ,x\n"),
      "missing 1 1 1:2; " },
    { "records over several lines", PARENTS BY_PAIR,
      RP_LIT_INIT("s,c,n\na,x,\"1\n2\n\"\nb,x,\n"),
      "missing 1 1 1:2; missing 2 1 2:5; " },
    { "what cannot be a link, by the code of a migration",
      PARENTS BY_PAIR "INSERT INTO student_courses VALUES (1,1);",
      RP_LIT_INIT("s,c\na,x\n,x\na,z\nq,x\na,q\nq,z\n,q\na\n\na\"b,x\n"),
      "empty-key 2:3; ambiguous-course 3:4; unknown-student 4:5; "
      "unknown-course 5:6; ambiguous-course 6:7; empty-key 7:8; "
      "field-count 8:9; stray-quote 10:11; " },
    { "a table whose rows come in another order",
      PARENTS BY_OTHER_KEY "INSERT INTO student_courses VALUES "
                           "(1,3,1),(2,1,2),(3,2,2),(4,-4,1);",
      RP_LIT_INIT("s,c\na,x\na,y\nb,y\n"),
      "added -4 1; missing 1 1 1:2; added 3 1; " },
};

static void
check_examples(size_t memory_bytes)
{
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        struct checking checking;

        start_in(memory_bytes, &checking, examples[i].sql, examples[i].source,
                 NULL);
        if (strcmp(rp_buf_cstr(&checking.text), examples[i].expected) != 0)
            fail_msg("%s: %s, not %s", examples[i].name,
                     rp_buf_cstr(&checking.text), examples[i].expected);
        end(&checking);
    }
}

static void
every_pair_that_one_side_lacks_is_told(void **state)
{
    (void)state;
    check_examples((size_t)1 << 20);
}

static void
keys_that_do_not_fit_into_memory_change_nothing(void **state)
{
    (void)state;
    check_examples(16);
}

static void
only_records_of_the_filter_claim(void **state)
{
    static const char *const where[] = { "n=1,3" };
    struct checking checking;

    (void)state;
    start(&checking,
          PARENTS BY_PAIR "INSERT INTO student_courses VALUES (1,1);",
          RP_LIT("s,c,n\na,x,1\nb,x,2\nq,q,2\n"), where);
    assert_string_equal(rp_buf_cstr(&checking.text), "where-value-unseen 3; ");
    assert_int_equal(rp_pairs_ledger(checking.pairs)->all.filtered, 2);
    end(&checking);
}

static void
links_that_refer_to_nothing_are_counted(void **state)
{
    struct checking checking;

    (void)state;
    start(&checking,
          PARENTS BY_PAIR "INSERT INTO student_courses VALUES (1,1),(9,1),"
                          "(1,9),(NULL,1),('t',1),(1.5,2);",
          RP_LIT("s,c\na,x\n"), NULL);
    assert_string_equal(rp_buf_cstr(&checking.text), "added 1 9; added 9 1; ");
    assert_int_equal(checking.watched.links, 6);
    assert_int_equal(checking.watched.orphans, 5);
    assert_int_equal(checking.watched.unpaired, 3);
    assert_int_equal(checking.result.added, 5);
    end(&checking);
}

/* Such a table can only come from a damaged or forged index: here the index
 * is called unique when the rows are in. */
static void
links_that_are_there_twice_are_counted(void **state)
{
    struct checking checking;

    (void)state;
    start(&checking,
          PARENTS "CREATE TABLE student_courses (id INTEGER PRIMARY KEY,"
                  " student_id INTEGER, course_id INTEGER);"
                  "INSERT INTO student_courses VALUES (1,2,2),(2,1,1),(3,2,2),"
                  "(4,3,1),(5,3,1),(6,2,2);",
          RP_LIT("s,c\nb,y\na,x\n"), NULL);
    assert_string_equal(rp_buf_cstr(&checking.text), "added 3 1; added 3 1; ");
    assert_int_equal(checking.watched.repeats, 3);
    assert_int_equal(checking.result.linked, 2);
    assert_int_equal(checking.result.claimed, 4);
    assert_int_equal(checking.result.added, 2);
    end(&checking);
}

#define WIDE 40U

/* Two random sets, against a table of truth. */
struct drawn {
    bool linked[WIDE][WIDE];
    unsigned claimed[WIDE][WIDE];
    struct rp_buf sql;
    struct rp_buf source;
};

static void
draw(struct drawn *drawn, const char *table, uint64_t seed)
{
    const char *between = "";

    rp_buf_str(&drawn->sql,
               "CREATE TABLE students (id INTEGER PRIMARY KEY, code TEXT);"
               "CREATE TABLE courses (id INTEGER PRIMARY KEY, code TEXT);");
    for (unsigned i = 0; i < WIDE; i++)
        rp_buf_printf(&drawn->sql,
                      "INSERT INTO students VALUES (%u,'s%u');"
                      "INSERT INTO courses VALUES (%u,'c%u');",
                      i * 7, i, i, i);
    rp_buf_str(&drawn->sql, table);
    rp_buf_str(&drawn->sql, "INSERT INTO student_courses "
                            "(student_id, course_id) VALUES ");
    rp_buf_str(&drawn->source, "s,c\n");
    for (unsigned n = 0; n < 3000; n++) {
        unsigned s = (unsigned)(test_random(&seed) % WIDE);
        unsigned c = (unsigned)(test_random(&seed) % WIDE);

        if (n % 2 == 0 && !drawn->linked[s][c]) {
            rp_buf_printf(&drawn->sql, "%s(%u,%u)", between, s * 7, c);
            drawn->linked[s][c] = true;
            between = ",";
        }
        if (n % 3 == 0) {
            rp_buf_printf(&drawn->source, "s%u,c%u\n", s, c);
            drawn->claimed[s][c]++;
        }
    }
}

static void
count_pair(struct rp_presence_result *sums, unsigned claims, bool linked)
{
    sums->claims += claims;
    if (claims > 1)
        sums->repeats += claims - 1;
    if (linked && claims > 0)
        sums->linked++;
    else if (claims > 0)
        sums->missing++;
    else if (linked)
        sums->added++;
}

static void
check_drawn(const struct drawn *drawn, const struct checking *checking)
{
    struct rp_presence_result expected = { 0 };

    for (unsigned s = 0; s < WIDE; s++)
        for (unsigned c = 0; c < WIDE; c++)
            count_pair(&expected, drawn->claimed[s][c], drawn->linked[s][c]);
    expected.claimed = expected.linked;
    assert_true(expected.missing > 0 && expected.added > 0);
    assert_memory_equal(&checking->result, &expected, sizeof expected);
}

static void
random_sets_give_the_sums_of_a_table_of_truth(void **state)
{
    static const char *const tables[] = { BY_PAIR, BY_OTHER_KEY };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(tables); i++) {
        struct drawn *drawn = calloc(1, sizeof *drawn);
        struct checking checking;

        assert_non_null(drawn);
        draw(drawn, tables[i], i + 1);
        start(&checking, rp_buf_cstr(&drawn->sql), rp_buf_view(&drawn->source),
              NULL);
        check_drawn(drawn, &checking);
        end(&checking);
        rp_buf_release(&drawn->sql);
        rp_buf_release(&drawn->source);
        free(drawn);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_that_one_side_lacks_is_told),
        cmocka_unit_test(keys_that_do_not_fit_into_memory_change_nothing),
        cmocka_unit_test(only_records_of_the_filter_claim),
        cmocka_unit_test(links_that_refer_to_nothing_are_counted),
        cmocka_unit_test(links_that_are_there_twice_are_counted),
        cmocka_unit_test(random_sets_give_the_sums_of_a_table_of_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
