/* test_glance.c - which lines the verifier reads at a glance, and as what.
 * That both parsers and libcsv read them alike is looked at by the fuzz target
 * twins. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "proof/glance.h"
#include "support/source.h"

/* What stands behind a line must not matter: a quote, a delimiter, a CR. */
static const char *const behind[] = { "\n\n\n\n\n\n\n\n", "\",\r\"\",,\"",
                                      "\0\xff\0\xff\0\xff\0" };

/* The fields of a line of width columns, or "no". */
static void
put_glance(struct rp_buf *out, size_t width, struct rp_slice line,
           const char pad[RP_GLANCE_PAD_BYTES])
{
    const struct rp_dialect dialect = test_dialect();
    struct rp_glance glance = { .width = 0 };
    const struct rp_slice *fields;
    struct rp_buf bytes = { 0 };
    struct rp_err err;

    rp_buf_slice(&bytes, line);
    rp_buf_put(&bytes, pad, RP_GLANCE_PAD_BYTES);
    assert_ok(rp_glance_open(&glance, &dialect, width, &err), &err);
    fields = rp_glance(&glance, (struct rp_slice){ bytes.ptr, line.len }, 1);
    if (fields == NULL) {
        rp_buf_str(out, "no");
    } else {
        assert_ptr_equal(fields, glance.fields + width);
        test_put_fields(out, fields, width);
    }
    rp_glance_release(&glance);
    rp_buf_release(&bytes);
}

static void
check(size_t width, const struct test_example *examples, size_t count)
{
    struct rp_buf out = { 0 };

    for (size_t i = 0; i < count; i++)
        for (size_t b = 0; b < TEST_COUNT(behind); b++) {
            rp_buf_reset(&out);
            put_glance(&out, width, examples[i].bytes, behind[b]);
            if (strcmp(rp_buf_cstr(&out), examples[i].expected) != 0)
                fail_msg("%s: %s", examples[i].name, rp_buf_cstr(&out));
        }
    rp_buf_release(&out);
}

static const struct test_example pairs[] = {
    { "nothing", { NULL, 0 }, "no" },
    { "plain", RP_LIT_INIT("1,2"), "<1><2>" },
    { "longer than a word", RP_LIT_INIT("00445116,SSA-06611"),
      "<00445116><SSA-06611>" },
    { "a border at a word's end", RP_LIT_INIT("1234567,\"12345\""),
      "<1234567><12345>" },
    { "quoted", RP_LIT_INIT("\"00445116\",\"2003-F\""), "<00445116><2003-F>" },
    { "empty", RP_LIT_INIT(","), "--" },
    { "empty in quotes", RP_LIT_INIT("\"\",\"\""), "<><>" },
    { "blanks", RP_LIT_INIT(" 1,\" 2 \""), "< 1>< 2 >" },
    { "delimiters in quotes", RP_LIT_INIT("\"1,2\",\",,,,,,,,,\""),
      "<1,2><,,,,,,,,,>" },
    { "UTF-8", RP_LIT_INIT("Zo\xc3\xab,\"\xc3\xa9\""),
      "<Zo\xc3\xab><\xc3\xa9>" },
    { "too few", RP_LIT_INIT("12345678"), "no" },
    { "too many", RP_LIT_INIT("1,2,3"), "no" },
    { "a quote in a field", RP_LIT_INIT("1,2\"3"), "no" },
    { "a quote behind a field", RP_LIT_INIT("1,2\""), "no" },
    { "a quote behind a blank", RP_LIT_INIT("1, \"2\""), "no" },
    { "bytes behind a quote", RP_LIT_INIT("\"1\"x,2"), "no" },
    { "a blank behind a quote", RP_LIT_INIT("1,\"2\" "), "no" },
    { "a doubled quote", RP_LIT_INIT("\"1\"\"\",2"), "no" },
    { "only doubled quotes", RP_LIT_INIT("\"\"\"\",2"), "no" },
    { "an open quote", RP_LIT_INIT("1,\""), "no" },
    { "an open quote over a delimiter", RP_LIT_INIT("\"1,2"), "no" },
    { "CR", RP_LIT_INIT("1,2\r"), "no" },
    { "CR in quotes", RP_LIT_INIT("1,\"\r\""), "no" },
    { "NUL", RP_LIT_INIT("1,\0"), "no" },
    { "NUL in quotes", RP_LIT_INIT("1,\"12345678\0\""), "no" },
    { "Latin-1", RP_LIT_INIT("1,\xe9"), "no" },
    { "a character cut by the end", RP_LIT_INIT("1,\xc3"), "no" },
    { "a BOM", RP_LIT_INIT("1,\xef\xbb\xbf"), "no" },
};

static void
two_columns_are_read_when_they_are_plain(void **state)
{
    (void)state;
    check(2, pairs, TEST_COUNT(pairs));
}

static const struct test_example singles[] = {
    { "nothing", { NULL, 0 }, "no" },
    { "plain", RP_LIT_INIT("1"), "<1>" },
    { "empty in quotes", RP_LIT_INIT("\"\""), "<>" },
    { "a quote", RP_LIT_INIT("\""), "no" },
};

static void
one_column_is_read_when_it_is_not_blank(void **state)
{
    (void)state;
    check(1, singles, TEST_COUNT(singles));
}

static void
a_field_may_be_as_long_as_the_limit(void **state)
{
    struct rp_buf line = { 0 };
    unsigned char *room = rp_buf_room(&line, RP_FIELD_MAX_BYTES + 1);

    (void)state;
    assert_non_null(room);
    memset(room, 'x', RP_FIELD_MAX_BYTES + 1);
    for (size_t over = 0; over < 2; over++) {
        struct rp_buf out = { 0 };

        line.len = RP_FIELD_MAX_BYTES + over;
        put_glance(&out, 1, rp_buf_view(&line), behind[0]);
        assert_int_equal(out.len, over == 0 ? line.len + 2 : 2);
        rp_buf_release(&out);
    }
    rp_buf_release(&line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_columns_are_read_when_they_are_plain),
        cmocka_unit_test(one_column_is_read_when_it_is_not_blank),
        cmocka_unit_test(a_field_may_be_as_long_as_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
