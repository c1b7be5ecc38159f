/* test_cut.c - the keys are cut out of findings.csv and nothing else is, by
 * whatever pieces it is read.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/cut.h"
#include "report/lists.h"

#define CUT                                                                    \
    "source,record,first_line,last_line,byte_start,byte_end,code,"             \
    "disposition,column,remedy\n"

static char *folder;

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

/* Cuts text, given piece bytes at a time; out gets what is left of it. */
static enum rp_status
cut(const char *text, size_t piece, struct rp_buf *out, struct rp_err *err)
{
    char *dir = test_path(folder, "bag");
    struct rp_slice left = rp_slice_str(text);
    struct rp_cut cutting = { .to = NULL };
    enum rp_status status = RP_OK;

    assert_ok(rp_bag_open(dir, &cutting.to, err), err);
    assert_ok(rp_bag_begin(cutting.to, "findings.csv", err), err);
    while (status == RP_OK && left.len > 0) {
        struct rp_slice next = left;

        next.len = left.len < piece ? left.len : piece;
        status = rp_cut_put(&cutting, next, err);
        left.ptr += next.len;
        left.len -= next.len;
    }
    if (status == RP_OK)
        status = rp_cut_end(&cutting, err);
    if (status == RP_OK)
        status = rp_bag_end(cutting.to, err);
    if (status == RP_OK)
        status = rp_bag_read(cutting.to, "findings.csv", out, err);
    rp_cut_release(&cutting);
    rp_bag_discard(cutting.to);
    rp_bag_close(cutting.to);
    free(dir);
    return status;
}

struct row {
    const char *text;
    const char *left;
};

static void
only_the_key_goes(void **state)
{
    static const struct row rows[] = {
        { "", "" },
        { ",,,,,,,,,,\n", ",,,,,,,,,\n" },
        { "s.csv,1,2,3,4,5,code,rejected,col,KEY,do this\n",
          "s.csv,1,2,3,4,5,code,rejected,col,do this\n" },
        { "s.csv,1,2,3,4,5,code,rejected,,\"K,E\"\"Y\n,,\",\"a, b\"\n",
          "s.csv,1,2,3,4,5,code,rejected,,\"a, b\"\n" },
        { "\"a\"\",b\",,,,,,,,\"c\n\",'=KEY,\n",
          "\"a\"\",b\",,,,,,,,\"c\n\",\n" },
        { ",,,,,,,,,K,x\n,,,,,,,,,\"\",y\n", ",,,,,,,,,x\n,,,,,,,,,y\n" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        for (size_t piece = 1; piece < 100; piece += 7) {
            struct rp_buf text = { 0 };
            struct rp_buf expected = { 0 };
            struct rp_buf out = { 0 };
            struct rp_err err;

            rp_buf_printf(&text, RP_FINDINGS_HEADER "%s", rows[i].text);
            rp_buf_printf(&expected, CUT "%s", rows[i].left);
            assert_ok(cut(rp_buf_cstr(&text), piece, &out, &err), &err);
            assert_same(rp_buf_view(&out), rp_buf_view(&expected));
            rp_buf_release(&text);
            rp_buf_release(&expected);
            rp_buf_release(&out);
        }
}

static void
a_list_of_another_form_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "source,record",
        "source,record,first_line,last_line,byte_start,byte_end,code,"
        "disposition,column,key,remedy",
        "source,record,first_line,last_line,byte_start,byte_end,code,"
        "disposition,column,kex,remedy\n",
        "source,record,first_line,last_line,byte_start,byte_end,code,"
        "disposition,column,key,remedy,more\n",
        "\xef\xbb\xbf" RP_FINDINGS_HEADER,
        RP_FINDINGS_HEADER ",,,,,,,,,\n",
        RP_FINDINGS_HEADER ",,,,,,,,,,,\n",
        RP_FINDINGS_HEADER ",,,,,,,,,,",
        RP_FINDINGS_HEADER ",,,,,,,,,,\"\n",
        RP_FINDINGS_HEADER "\n",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct rp_buf out = { 0 };
        struct rp_err err;

        if (cut(texts[i], 64, &out, &err) != RP_E_IO)
            fail_msg("it was cut: %s", texts[i]);
        assert_holds(err.text, "does not have the columns that this version "
                               "knows");
        rp_buf_release(&out);
    }
}

/* What is put goes to a disk, and may stay there when the program dies. */
static void
behind_a_misfit_nothing_is_put(void **state)
{
    static const char *const rows[] = {
        ",,,,,,,,,KEY\n,,,,,,,,KEY,KEY,\n",
        ",,,,,,,,\nKEY,,,,,,,,,KEY,\n",
        ",,,,,,,,,KEY,,KEY,\n",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char *dir = test_path(folder, "bag");
        struct rp_cut cutting = { .to = NULL };
        struct rp_buf text = { 0 };
        struct rp_err err;

        rp_buf_printf(&text, RP_FINDINGS_HEADER "%s", rows[i]);
        assert_ok(rp_bag_open(dir, &cutting.to, &err), &err);
        assert_ok(rp_bag_begin(cutting.to, "findings.csv", &err), &err);
        assert_ok(rp_cut_put(&cutting, rp_buf_view(&text), &err), &err);
        assert_null(strstr(rp_buf_cstr(&cutting.rest), "KEY"));
        assert_ok(rp_cut_put(&cutting, rp_slice_str(rows[i]), &err), &err);
        assert_int_equal(cutting.rest.len, 0);
        rp_cut_release(&cutting);
        rp_bag_discard(cutting.to);
        rp_bag_close(cutting.to);
        rp_buf_release(&text);
        free(dir);
    }
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(only_the_key_goes),
        IN_FOLDER(a_list_of_another_form_is_refused),
        IN_FOLDER(behind_a_misfit_nothing_is_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
