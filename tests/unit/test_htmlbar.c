/* test_htmlbar.c - a bar shows every part that is there, and fills its width.
 */
#include "support/test.h"

#include <string.h>

#include "report/htmlbar.h"

#define PARTS 8

/* Widths of such parts, as text. */
static void
widths_of(const uint64_t *counts, size_t count, struct rp_buf *out)
{
    struct rp_html_part parts[PARTS];
    uint32_t widths[PARTS];
    uint32_t sum = 0;
    bool any = false;

    memset(parts, 0, sizeof parts);
    for (size_t i = 0; i < count; i++)
        parts[i].count = counts[i];
    rp_html_bar_widths(parts, count, widths);
    for (size_t i = 0; i < count; i++) {
        rp_buf_printf(out, "%s%u", i == 0 ? "" : " ", widths[i]);
        sum += widths[i];
        any = any || counts[i] > 0;
        assert_int_equal(widths[i] >= RP_HTML_BAR_LEAST, counts[i] > 0);
    }
    assert_int_equal(sum, any ? RP_HTML_BAR_WIDTH : 0);
}

static void
parts_are_as_wide_as_their_share(void **state)
{
    static const struct {
        uint64_t counts[PARTS];
        size_t count;
        struct rp_slice widths;
    } bars[] = {
        { { 1 }, 1, RP_LIT_INIT("1000") },
        { { 0 }, 1, RP_LIT_INIT("0") },
        { { 1, 1 }, 2, RP_LIT_INIT("500 500") },
        { { 3, 1 }, 2, RP_LIT_INIT("746 254") },
        { { 0, 5, 0 }, 3, RP_LIT_INIT("0 1000 0") },
        { { 1, 1000000, 1 }, 3, RP_LIT_INIT("8 984 8") },
        { { UINT64_MAX, 1 }, 2, RP_LIT_INIT("992 8") },
        { { INT64_MAX, INT64_MAX }, 2, RP_LIT_INIT("501 499") },
        { { 1, 1, 1, 1, 1, 1, 1, 1 },
          8,
          RP_LIT_INIT("125 125 125 125 125 125 125 125") },
    };
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(bars); i++) {
        rp_buf_reset(&out);
        widths_of(bars[i].counts, bars[i].count, &out);
        assert_same(rp_buf_view(&out), bars[i].widths);
    }
    rp_buf_release(&out);
}

/* Counts of every size, also such as no run can have. */
static void
any_counts_fill_the_bar(void **state)
{
    uint64_t seed = 1;
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        uint64_t counts[PARTS];

        for (size_t i = 0; i < PARTS; i++)
            counts[i] = test_random(&seed) >> (test_random(&seed) % 64);
        rp_buf_reset(&out);
        widths_of(counts, PARTS, &out);
    }
    rp_buf_release(&out);
}

static void
a_bar_is_an_image_with_a_name_and_a_description(void **state)
{
    static const struct rp_html_part parts[] = {
        { "New link", "f-new", 1200 },
        { "Empty line", "f-blank", 0 },
        { "Record rejected", "f-record", 1 },
    };
    struct rp_buf out = { 0 };

    (void)state;
    rp_html_bar(&out, parts, TEST_COUNT(parts), 7);
    assert_bytes(
        rp_buf_view(&out),
        "<svg class=\"bar\" role=\"img\" aria-labelledby=\"source-7 bar-7\" "
        "aria-describedby=\"parts-7\" viewBox=\"0 0 1000 20\" "
        "preserveAspectRatio=\"none\">\n"
        "<title id=\"bar-7\">fates of 1,201 records</title>\n"
        "<desc id=\"parts-7\">New link 1,200, 99.9 %; Record rejected 1, "
        "0.1 %</desc>\n"
        "<rect class=\"f-new\" x=\"0\" y=\"0\" width=\"992\" height=\"20\"/>\n"
        "<rect class=\"f-record\" x=\"992\" y=\"0\" width=\"8\" "
        "height=\"20\"/>\n"
        "</svg>\n");
    rp_buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_as_wide_as_their_share),
        cmocka_unit_test(any_counts_fill_the_bar),
        cmocka_unit_test(a_bar_is_an_image_with_a_name_and_a_description),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
