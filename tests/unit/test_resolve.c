/* test_resolve.c - a mapping and a header make a layout, or a message that
 * says what to write instead.
 */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"
#include "source/mapping.h"
#include "support/source.h"

#define NAME(text) RP_LIT_INIT(text)

static const struct rp_slice school[] = {
    NAME("student_id"), NAME("course_id"), NAME("term"), NAME("grade"),
    NAME("#2"),         NAME("note"),      NAME("note"),
};

static struct rp_source_columns
school_columns(void)
{
    struct rp_source_columns columns = { "e.csv", school, TEST_COUNT(school),
                                         true };

    return columns;
}

/* "student 0 course 1 filters 2<a> roles KK...": as a whole. */
static void
put_layout(struct rp_buf *out, const struct rp_layout *layout)
{
    static const char roles[] = { [RP_COLUMN_OTHER] = '.',
                                  [RP_COLUMN_KEY] = 'K',
                                  [RP_COLUMN_WHERE] = 'W',
                                  [RP_COLUMN_LEFT_OUT] = 'L',
                                  [RP_COLUMN_CARRIED] = '?' };

    rp_buf_str(out, "student");
    for (size_t i = 0; i < layout->student.count; i++)
        rp_buf_printf(out, " %zu", layout->student.column[i]);
    rp_buf_str(out, " course");
    for (size_t i = 0; i < layout->course.count; i++)
        rp_buf_printf(out, " %zu", layout->course.column[i]);
    rp_buf_str(out, " where");
    for (size_t i = 0; i < layout->filter_count; i++) {
        rp_buf_printf(out, " %zu", layout->filters[i].column);
        test_put_fields(out, layout->filters[i].values,
                        layout->filters[i].value_count);
    }
    rp_buf_byte(out, ' ');
    for (size_t i = 0; i < layout->width; i++)
        rp_buf_byte(out, (unsigned char)roles[layout->roles[i]]);
}

/* What one --where and one --leave-out say; NULL when absent. */
struct asked {
    const char *student;
    const char *course;
    const char *where;
    const char *leave_out;
    const char *expected;
};

static struct rp_mapping *
open_mapping(const struct asked *asked)
{
    const struct rp_mapping_texts texts = {
        .student = asked->student,
        .course = asked->course,
        .where = &asked->where,
        .where_count = asked->where != NULL,
        .leave_out = &asked->leave_out,
        .leave_out_count = asked->leave_out != NULL,
    };
    struct rp_mapping *mapping = NULL;
    struct rp_err err;

    assert_ok(rp_mapping_open(&texts, &mapping, &err), &err);
    return mapping;
}

static const struct asked layouts[] = {
    { NULL, NULL, NULL, NULL, "student 0 course 1 where KK....." },
    { "#1", "#4", NULL, NULL, "student 0 course 3 where K..K..." },
    { "student_id=legacy", "course_id+term=code+term", NULL, NULL,
      "student 0 course 1 2 where KKK...." },
    { NULL, NULL, "term=1,2", "grade,#6",
      "student 0 course 1 where 2<1><2> KKWL.L." },
    { NULL, NULL, "student_id=7", NULL,
      "student 0 course 1 where 0<7> KK....." },
    { NULL, NULL, "term=1", "term", "student 0 course 1 where 2<1> KKW...." },
    { NULL, NULL, NULL, "#6,#7,#6", "student 0 course 1 where KK...LL" },
    { "#2", NULL, NULL, NULL, "student 4 course 1 where .K..K.." },
};

static void
columns_are_found_by_name_and_by_place(void **state)
{
    const struct rp_source_columns columns = school_columns();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(layouts); i++) {
        struct rp_mapping *mapping = open_mapping(&layouts[i]);
        struct rp_layout layout;
        struct rp_buf text = { 0 };
        struct rp_err err;

        assert_ok(rp_mapping_resolve(mapping, &columns, &layout, &err), &err);
        put_layout(&text, &layout);
        assert_string_equal(rp_buf_cstr(&text), layouts[i].expected);
        assert_ptr_equal(layout.names, school);
        assert_true(layout.has_header);
        rp_buf_release(&text);
        rp_layout_release(&layout);
        assert_null(layout.roles);
        rp_mapping_close(mapping);
    }
}

static void
two_filters_on_one_column_are_both_kept(void **state)
{
    static const char *const where[] = { "term=1", "grade=A", "term=1,2" };
    const struct rp_mapping_texts texts = { .where = where, .where_count = 3 };
    const struct rp_source_columns columns = school_columns();
    struct rp_mapping *mapping;
    struct rp_layout layout;
    struct rp_buf text = { 0 };
    struct rp_err err;

    (void)state;
    assert_ok(rp_mapping_open(&texts, &mapping, &err), &err);
    assert_ok(rp_mapping_resolve(mapping, &columns, &layout, &err), &err);
    put_layout(&text, &layout);
    assert_string_equal(rp_buf_cstr(&text),
                        "student 0 course 1 where 2<1> 3<A> 2<1><2> KKWW...");
    rp_buf_release(&text);
    rp_layout_release(&layout);
    rp_layout_release(NULL);
    rp_mapping_close(mapping);
}

#define HEADER                                                                 \
    "; the header has 7 columns: 'student_id', 'course_id', 'term', "          \
    "'grade', '#2', 'note', 'note'"

static const struct asked refusals[] = {
    { "zzz", NULL, NULL, NULL,
      "e.csv: there is no column 'zzz' for --student; write --student "
      "NAME[=DBCOL] or --student '#N[=DBCOL]'" HEADER },
    { NULL, "Course_Id", NULL, NULL,
      "e.csv: there is no column 'Course_Id' for --course; did you mean "
      "'course_id' (#2)? write --course NAME[=DBCOL] or --course "
      "'#N[=DBCOL]'" HEADER },
    { NULL, NULL, "tern=1", NULL,
      "e.csv: there is no column 'tern' for --where; did you mean 'term' (#3)? "
      "write --where NAME=VALUE or --where '#N=VALUE'" HEADER },
    { NULL, NULL, NULL, "grade,#8",
      "e.csv: there is no column '#8' for --leave-out; write --leave-out NAME "
      "or --leave-out '#N'" HEADER },
    { "#0", NULL, NULL, NULL,
      "e.csv: there is no column '#0' for --student; write --student "
      "NAME[=DBCOL] or --student '#N[=DBCOL]'" HEADER },
    { NULL, NULL, NULL, "note",
      "e.csv: more than one column is called 'note', which --leave-out names; "
      "write --leave-out '#6' or --leave-out '#7'" HEADER },
    { "student_id+#1", NULL, NULL, NULL,
      "e.csv: --student names the column '#1' more than once; write it once" },
    { NULL, NULL, NULL, "grade,course_id",
      "e.csv: --leave-out names the column 'course_id', which is a key of "
      "--student or --course; take it out of --leave-out" },
};

static void
a_column_that_is_not_there_is_told_with_what_to_write(void **state)
{
    const struct rp_source_columns columns = school_columns();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(refusals); i++) {
        struct rp_mapping *mapping = open_mapping(&refusals[i]);
        struct rp_layout layout = { .width = 99 };
        struct rp_err err;

        assert_int_equal(rp_mapping_resolve(mapping, &columns, &layout, &err),
                         RP_E_USAGE);
        assert_string_equal(err.text, refusals[i].expected);
        assert_int_equal(layout.width, 99);
        rp_mapping_close(mapping);
    }
}

static void
find(const struct rp_source_columns *columns, const char *name, size_t expected)
{
    struct rp_err err;
    size_t column;

    assert_ok(
        rp_column_find(columns, rp_slice_str(name), "--key", &column, &err),
        &err);
    assert_int_equal(column, expected);
}

static void
find_fails(const struct rp_source_columns *columns, const char *name,
           const char *part)
{
    struct rp_err err;
    size_t column = 99;

    assert_int_equal(
        rp_column_find(columns, rp_slice_str(name), "--key", &column, &err),
        RP_E_USAGE);
    assert_holds(err.text, part);
    assert_int_equal(column, 99);
}

static void
a_name_comes_before_a_place(void **state)
{
    static const struct rp_slice names[] = { NAME("#3"), NAME("a"), NAME("#1"),
                                             NAME("") };
    const struct rp_source_columns columns = { "e.csv", names, 4, true };

    (void)state;
    find(&columns, "#1", 2);
    find(&columns, "#2", 1);
    find(&columns, "#3", 0);
    find(&columns, "#4", 3);
    find(&columns, "", 3);
    find_fails(&columns, "#5", "there is no column '#5' for --key");
    find_fails(&columns, "#04", "there is no column '#04'");
    find_fails(&columns, "#", "there is no column '#'");
    find_fails(&columns, "#2x", "there is no column '#2x'");
    find_fails(&columns, "#18446744073709551617", "there is no column");
    find_fails(&columns, "A",
               "did you mean 'a' (#2)? write --key NAME or "
               "--key '#N'; the header has 4 columns: ");
}

static void
a_file_without_a_header_is_addressed_by_places(void **state)
{
    static const struct rp_slice names[] = { NAME("#1"), NAME("#2") };
    const struct rp_source_columns columns = { "e.csv", names, 2, false };
    const struct rp_source_columns none = { "e.csv", NULL, 0, false };

    (void)state;
    find(&columns, "#2", 1);
    find_fails(&columns, "student_id", "'#N'; it has 2 columns: '#1', '#2'");
    find_fails(&none, "#1", "'#N'; it has 0 columns");
}

static void
a_long_header_is_cut_and_shown_without_control_bytes(void **state)
{
    struct rp_slice names[25];
    struct rp_source_columns columns = { "e.csv", names, 25, true };
    struct rp_err err;
    size_t column;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        names[i] = RP_LIT("\x1b[2J");
    assert_int_equal(
        rp_column_find(&columns, RP_LIT("\r"), "--key", &column, &err),
        RP_E_USAGE);
    assert_holds(err.text, "e.csv: there is no column '\\x0d' for --key; ");
    assert_holds(err.text, ": '\\x1b[2J', '\\x1b[2J', ");
    assert_holds(err.text, ", '\\x1b[2J' and 5 more");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_and_by_place),
        cmocka_unit_test(two_filters_on_one_column_are_both_kept),
        cmocka_unit_test(a_column_that_is_not_there_is_told_with_what_to_write),
        cmocka_unit_test(a_name_comes_before_a_place),
        cmocka_unit_test(a_file_without_a_header_is_addressed_by_places),
        cmocka_unit_test(a_long_header_is_cut_and_shown_without_control_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
