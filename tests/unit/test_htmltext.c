/* test_htmltext.c - whatever a verdict holds shows as text and nothing else. */
#include "support/test.h"

#include <string.h>

#include "report/htmltext.h"

static void
values_are_escaped(void **state)
{
    static const struct {
        const char *text;
        struct rp_slice html;
    } texts[] = {
        { "", RP_LIT_INIT("") },
        { "plain", RP_LIT_INIT("plain") },
        { "<", RP_LIT_INIT("&lt;") },
        { "&lt;", RP_LIT_INIT("&amp;lt;") },
        { "<script>alert('1')</script>",
          RP_LIT_INIT("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;") },
        { "\" onload=\"x", RP_LIT_INIT("&quot; onload=&quot;x") },
        { "<!-- -->", RP_LIT_INIT("&lt;!-- --&gt;") },
        { "Zoë & Ada", RP_LIT_INIT("Zoë &amp; Ada") },
        { "\\x1b[2J", RP_LIT_INIT("\\x1b[2J") },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct rp_buf out = { 0 };

        rp_html_escape(&out, rp_slice_str(texts[i].text));
        assert_same(rp_buf_view(&out), texts[i].html);
        rp_buf_release(&out);
    }
}

/* No byte but those five changes, and none of the five is left. */
static void
every_byte_is_escaped_or_left_alone(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const unsigned char one[1] = { (unsigned char)byte };
        bool marked = byte != 0 && strchr("&<>\"'", (int)byte) != NULL;
        struct rp_buf out = { 0 };

        rp_html_escape(&out, (struct rp_slice){ one, 1 });
        if (marked) {
            assert_true(out.len > 3);
            assert_int_equal(out.ptr[0], '&');
            assert_int_equal(out.ptr[out.len - 1], ';');
        } else {
            assert_same(rp_buf_view(&out), ((struct rp_slice){ one, 1 }));
        }
        rp_buf_release(&out);
    }
}

/* len times the bytes of piece. */
static void
repeat(struct rp_buf *out, const char *piece, size_t len)
{
    for (size_t i = 0; i < len; i++)
        rp_buf_str(out, piece);
}

static void
check_cut(const char *piece, size_t len, const char *behind)
{
    struct rp_buf name = { 0 };
    struct rp_buf out = { 0 };
    struct rp_buf expected = { 0 };

    repeat(&name, piece, len);
    rp_html_name(&out, rp_buf_cstr(&name));
    rp_buf_str(&expected, "<bdi>");
    repeat(&expected, piece, len > RP_HTML_NAME_MAX ? RP_HTML_NAME_MAX : len);
    rp_buf_str(&expected, behind);
    assert_same(rp_buf_view(&out), rp_buf_view(&expected));
    rp_buf_release(&name);
    rp_buf_release(&out);
    rp_buf_release(&expected);
}

static void
a_long_name_is_cut_between_characters_and_says_so(void **state)
{
    (void)state;
    check_cut("x", 160, "</bdi>");
    check_cut("x", 161,
              "</bdi><span class=\"cut\">&hellip; (161 characters)</span>");
    check_cut("€", 160, "</bdi>");
    check_cut("€", 10240,
              "</bdi><span class=\"cut\">&hellip; (10,240 characters)</span>");
}

static void
of_many_names_the_first_are_shown_and_all_are_counted(void **state)
{
    const char *items[60];
    const struct rp_names few = { items, 2 };
    const struct rp_names many = { items, TEST_COUNT(items) };
    struct rp_buf out = { 0 };
    struct rp_buf expected = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(items); i++)
        items[i] = "a<b";
    rp_html_names(&out, &few, " + ");
    assert_bytes(rp_buf_view(&out), "<bdi>a&lt;b</bdi> + <bdi>a&lt;b</bdi>");
    rp_buf_reset(&out);
    rp_html_names(&out, &many, ",");
    repeat(&expected, "<bdi>a&lt;b</bdi>,", RP_HTML_NAMES_MAX);
    expected.len--;
    rp_buf_str(&expected, "<span class=\"cut\"> &hellip; (60 names)</span>");
    assert_same(rp_buf_view(&out), rp_buf_view(&expected));
    rp_buf_release(&out);
    rp_buf_release(&expected);
}

static void
numbers_are_grouped_in_threes(void **state)
{
    static const struct {
        uint64_t number;
        struct rp_slice shown;
    } numbers[] = {
        { 0, RP_LIT_INIT("0") },
        { 999, RP_LIT_INIT("999") },
        { 1000, RP_LIT_INIT("1,000") },
        { 1000007, RP_LIT_INIT("1,000,007") },
        { 123456, RP_LIT_INIT("123,456") },
        { UINT64_MAX, RP_LIT_INIT("18,446,744,073,709,551,615") },
    };
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(numbers); i++) {
        rp_buf_reset(&out);
        rp_html_number(&out, numbers[i].number);
        assert_same(rp_buf_view(&out), numbers[i].shown);
    }
    rp_buf_reset(&out);
    rp_html_count(&out, 1, "check");
    rp_html_count(&out, 1000, "check");
    assert_bytes(rp_buf_view(&out), "1 check1,000 checks");
    rp_buf_release(&out);
}

static void
a_share_is_nothing_or_all_only_when_it_is(void **state)
{
    static const struct {
        uint64_t part, whole;
        struct rp_slice shown;
    } shares[] = {
        { 0, 0, RP_LIT_INIT("0 %") },
        { 0, 7, RP_LIT_INIT("0 %") },
        { 7, 7, RP_LIT_INIT("100 %") },
        { 1, 3, RP_LIT_INIT("33.3 %") },
        { 2, 3, RP_LIT_INIT("66.7 %") },
        { 1, 1000, RP_LIT_INIT("0.1 %") },
        { 1, 1000000, RP_LIT_INIT("&lt; 0.1 %") },
        { 999999, 1000000, RP_LIT_INIT("&gt; 99.9 %") },
        { 1, UINT64_MAX, RP_LIT_INIT("&lt; 0.1 %") },
        { UINT64_MAX / 2, UINT64_MAX, RP_LIT_INIT("50.0 %") },
        { UINT64_MAX - 1, UINT64_MAX, RP_LIT_INIT("&gt; 99.9 %") },
    };
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(shares); i++) {
        rp_buf_reset(&out);
        rp_html_share(&out, shares[i].part, shares[i].whole);
        assert_same(rp_buf_view(&out), shares[i].shown);
    }
    rp_buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_escaped),
        cmocka_unit_test(every_byte_is_escaped_or_left_alone),
        cmocka_unit_test(a_long_name_is_cut_between_characters_and_says_so),
        cmocka_unit_test(of_many_names_the_first_are_shown_and_all_are_counted),
        cmocka_unit_test(numbers_are_grouped_in_threes),
        cmocka_unit_test(a_share_is_nothing_or_all_only_when_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
