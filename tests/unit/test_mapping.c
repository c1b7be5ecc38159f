/* test_mapping.c - what the options about columns say. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "source/mapping.h"
#include "support/source.h"

static void
put_spec(struct rp_buf *out, const struct rp_spec *spec)
{
    test_put_fields(out, spec->csv, spec->csv_count);
    if (spec->db_count > 0)
        rp_buf_byte(out, '=');
    test_put_fields(out, spec->db, spec->db_count);
}

static const struct {
    const char *text;
    const char *expected;
} specs[] = {
    { NULL, "<student_id>" },
    { "sid", "<sid>" },
    { "#1", "<#1>" },
    { "sid=legacy", "<sid>=<legacy>" },
    { "first+last=name+surname", "<first><last>=<name><surname>" },
    { "a b+\xc3\xab", "<a b><\xc3\xab>" },
    { "a\\+b", "<a+b>" },
    { "a\\=b=c\\=d\\+e", "<a=b>=<c=d+e>" },
    { "a\\\\+b", "<a\\\\><b>" },
    { "a\\\\\\+b", "<a\\\\+b>" },
    { "\\#1\\,", "<#1,>" },
    { "a,b", "<a,b>" },
};

static void
a_spec_names_columns_on_both_sides(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(specs); i++) {
        const struct rp_mapping_texts texts = { .student = specs[i].text };
        struct rp_mapping *mapping;
        struct rp_buf text = { 0 };
        struct rp_err err;

        assert_ok(rp_mapping_open(&texts, &mapping, &err), &err);
        put_spec(&text, rp_mapping_student(mapping));
        assert_string_equal(rp_buf_cstr(&text), specs[i].expected);
        rp_buf_reset(&text);
        put_spec(&text, rp_mapping_course(mapping));
        assert_string_equal(rp_buf_cstr(&text), "<course_id>");
        rp_buf_release(&text);
        rp_mapping_close(mapping);
    }
}

#define SPEC_IS "; write CSVCOL[+CSVCOL...][=DBCOL[+DBCOL...]]"
#define NO_NAME ": a column has no name" SPEC_IS
#define BACKSLASH ": the backslash at its end has nothing to take literally"

static const struct {
    const char *text;
    const char *why;
} bad_specs[] = {
    { "", "--course ''" NO_NAME },
    { "+", "--course '+'" NO_NAME },
    { "a+", "--course 'a+'" NO_NAME },
    { "a++b", "--course 'a++b'" NO_NAME },
    { "=b", "--course '=b'" NO_NAME },
    { "a=", "--course 'a='" NO_NAME },
    { "a=b=c", "--course 'a=b=c': it has more than one =" SPEC_IS },
    { "a+b=c", "--course 'a+b=c': it names more columns on one side of = than "
               "on the other" SPEC_IS },
    { "a=b+c", "--course 'a=b+c': it names more columns on one side of = than "
               "on the other" SPEC_IS },
    { "a\\", "--course 'a\\\\'" BACKSLASH SPEC_IS },
    { "a\\\\\\", "--course 'a\\\\\\\\\\\\'" BACKSLASH SPEC_IS },
    { "1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17",
      "--course '1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17': a key has at most "
      "16 columns" SPEC_IS },
    { "a+\x1b[31m+", "--course 'a+\\x1b[31m+'" NO_NAME },
};

static void
a_spec_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad_specs); i++) {
        const struct rp_mapping_texts texts = { .course = bad_specs[i].text };
        struct rp_mapping *mapping = NULL;
        struct rp_err err;

        assert_int_equal(rp_mapping_open(&texts, &mapping, &err), RP_E_USAGE);
        assert_string_equal(err.text, bad_specs[i].why);
        assert_null(mapping);
    }
}

static void
every_where_names_a_column_and_values(void **state)
{
    static const char *const where[] = { "term=2024-1,2024-2",
                                         "state=", "a\\=b=c=d\\,e,",
                                         "term=x+y" };
    const struct rp_mapping_texts texts = { .where = where,
                                            .where_count = TEST_COUNT(where) };
    const struct rp_where *read;
    struct rp_mapping *mapping;
    struct rp_buf text = { 0 };
    struct rp_err err;
    size_t count;

    (void)state;
    assert_ok(rp_mapping_open(&texts, &mapping, &err), &err);
    read = rp_mapping_where(mapping, &count);
    for (size_t i = 0; i < count; i++) {
        test_put_fields(&text, &read[i].column, 1);
        rp_buf_byte(&text, '=');
        test_put_fields(&text, read[i].values, read[i].value_count);
        rp_buf_byte(&text, '\n');
    }
    assert_string_equal(rp_buf_cstr(&text), "<term>=<2024-1><2024-2>\n"
                                            "<state>=<>\n"
                                            "<a=b>=<c=d,e><>\n"
                                            "<term>=<x+y>\n");
    rp_buf_release(&text);
    rp_mapping_close(mapping);
}

static void
columns_left_out_are_gathered(void **state)
{
    static const char *const leave_out[] = { "a,b", "c\\,d", "#4,e+f" };
    const struct rp_mapping_texts texts = {
        .leave_out = leave_out,
        .leave_out_count = TEST_COUNT(leave_out),
    };
    const struct rp_slice *names;
    struct rp_mapping *mapping;
    struct rp_buf text = { 0 };
    struct rp_err err;
    size_t count;

    (void)state;
    assert_ok(rp_mapping_open(&texts, &mapping, &err), &err);
    names = rp_mapping_left_out(mapping, &count);
    test_put_fields(&text, names, count);
    assert_string_equal(rp_buf_cstr(&text), "<a><b><c,d><#4><e+f>");
    rp_buf_release(&text);
    rp_mapping_close(mapping);
}

static const struct {
    const char *where;
    const char *leave_out;
    const char *why;
} bad_lists[] = {
    { "term", "a",
      "--where 'term': it names no value; write COL=VALUE[,VALUE...]" },
    { "=x", "a",
      "--where '=x': the column has no name; write COL=VALUE[,VALUE...]" },
    { "", "a",
      "--where '': the column has no name; write COL=VALUE[,VALUE...]" },
    { "a=b\\", "a",
      "--where 'a=b\\\\'" BACKSLASH "; write COL=VALUE[,VALUE...]" },
    { "a=b", "", "--leave-out '': a column has no name; write COL[,COL...]" },
    { "a=b", "a,,b",
      "--leave-out 'a,,b': a column has no name; write COL[,COL...]" },
    { "a=b", "a\\", "--leave-out 'a\\\\'" BACKSLASH "; write COL[,COL...]" },
};

static void
a_list_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bad_lists); i++) {
        const struct rp_mapping_texts texts = {
            .where = &bad_lists[i].where,
            .where_count = 1,
            .leave_out = &bad_lists[i].leave_out,
            .leave_out_count = 1,
        };
        struct rp_mapping *mapping = NULL;
        struct rp_err err;

        assert_int_equal(rp_mapping_open(&texts, &mapping, &err), RP_E_USAGE);
        assert_string_equal(err.text, bad_lists[i].why);
        assert_null(mapping);
    }
    rp_mapping_close(NULL);
}

static const struct {
    const char *text;
    char separator;
    const char *expected;
} splits[] = {
    { "", ',', "<>" },
    { "a", ',', "<a>" },
    { "a,b", ',', "<a><b>" },
    { ",", ',', "<><>" },
    { "a\\,b,c", ',', "<a,b><c>" },
    { "a,b", '=', "<a,b>" },
    { "\\a\\\\=b", '=', "<a\\\\><b>" },
};

static void
a_text_splits_outside_backslashes(void **state)
{
    struct rp_parts parts = { 0 };
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(splits); i++) {
        struct rp_buf text = { 0 };

        assert_ok(
            rp_parts_split(splits[i].text, splits[i].separator, &parts, &err),
            &err);
        test_put_fields(&text, parts.items, parts.count);
        assert_string_equal(rp_buf_cstr(&text), splits[i].expected);
        rp_buf_release(&text);
        rp_parts_release(&parts);
        assert_int_equal(parts.count, 0);
    }
    assert_int_equal(rp_parts_split("a\\", ',', &parts, &err), RP_E_USAGE);
    assert_string_equal(err.text, "the list 'a\\\\'" BACKSLASH
                                  "; write two for a backslash");
    rp_parts_release(&parts);
    rp_parts_release(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spec_names_columns_on_both_sides),
        cmocka_unit_test(a_spec_that_makes_no_sense_is_refused),
        cmocka_unit_test(every_where_names_a_column_and_values),
        cmocka_unit_test(columns_left_out_are_gathered),
        cmocka_unit_test(a_list_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_text_splits_outside_backslashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
