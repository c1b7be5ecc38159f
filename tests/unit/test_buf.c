/* test_buf.c - appending, and what happens when that is not possible. */
#include "support/test.h"

#include <string.h>

#include "base/buf.h"

static void
pieces_stand_one_behind_the_other(void **state)
{
    struct rp_buf buf = { 0 };
    struct rp_err err;

    (void)state;
    rp_buf_put(&buf, "a\0b", 3);
    rp_buf_slice(&buf, RP_LIT("cd"));
    rp_buf_str(&buf, "ef");
    rp_buf_byte(&buf, 0xff);
    rp_buf_printf(&buf, "%d-%s", 12, "x");
    assert_ok(rp_buf_status(&buf, &err), &err);
    assert_bytes(rp_buf_view(&buf), "a\0bcdef\xff"
                                    "12-x");
    rp_buf_release(&buf);
}

static void
numbers_are_big_endian_on_every_machine(void **state)
{
    struct rp_buf buf = { 0 };

    (void)state;
    rp_buf_be32(&buf, 0x01020304);
    rp_buf_be64(&buf, 0x0102030405060708);
    rp_buf_be32(&buf, 0xfffffffe);
    assert_hex(rp_buf_view(&buf), "01020304 0102030405060708 fffffffe");
    rp_buf_release(&buf);
}

static void
an_all_zero_buffer_is_a_valid_empty_one(void **state)
{
    struct rp_buf buf = { 0 };
    struct rp_err err;

    (void)state;
    assert_int_equal(rp_buf_view(&buf).len, 0);
    assert_ok(rp_buf_status(&buf, &err), &err);
    rp_buf_put(&buf, NULL, 0);
    rp_buf_printf(&buf, "%s", "");
    assert_string_equal(rp_buf_cstr(&buf), "");
    assert_int_equal(buf.len, 0);
    rp_buf_release(&buf);
    rp_buf_release(&buf);
    rp_buf_release(NULL);
}

static void
a_c_string_does_not_change_the_content(void **state)
{
    struct rp_buf buf = { 0 };

    (void)state;
    rp_buf_str(&buf, "abc");
    assert_string_equal(rp_buf_cstr(&buf), "abc");
    assert_string_equal(rp_buf_cstr(&buf), "abc");
    rp_buf_str(&buf, "d");
    assert_bytes(rp_buf_view(&buf), "abcd");
    rp_buf_release(&buf);
}

static void
room_counts_only_after_it_was_taken(void **state)
{
    struct rp_buf buf = { 0 };
    unsigned char *room = rp_buf_room(&buf, 3);

    (void)state;
    assert_non_null(room);
    memset(room, 'x', 3);
    assert_int_equal(rp_buf_view(&buf).len, 0);
    buf.len += 2;
    assert_bytes(rp_buf_view(&buf), "xx");
    assert_non_null(rp_buf_room(&buf, 0));
    rp_buf_release(&buf);
}

static void
a_failure_is_remembered_until_the_end(void **state)
{
    struct rp_buf buf = { 0 };
    struct rp_err err;

    (void)state;
    rp_buf_str(&buf, "kept");
    assert_null(rp_buf_room(&buf, SIZE_MAX - 2));
    rp_buf_str(&buf, "lost");
    assert_null(rp_buf_room(&buf, 1));
    assert_int_equal(rp_buf_status(&buf, &err), RP_E_NOMEM);
    assert_holds(err.text, "no memory");
    assert_string_equal(rp_buf_cstr(&buf), "");
    assert_bytes(rp_buf_view(&buf), "kept");
    rp_buf_release(&buf);
}

static void
a_reset_forgets_a_failure_and_keeps_the_memory(void **state)
{
    struct rp_buf buf = { 0 };
    struct rp_err err;
    const unsigned char *before;

    (void)state;
    rp_buf_str(&buf, "a long enough text");
    before = buf.ptr;
    assert_null(rp_buf_room(&buf, SIZE_MAX));
    rp_buf_reset(&buf);
    rp_buf_str(&buf, "b");
    assert_ok(rp_buf_status(&buf, &err), &err);
    assert_ptr_equal(buf.ptr, before);
    assert_bytes(rp_buf_view(&buf), "b");
    rp_buf_release(&buf);
}

static void
many_bytes_are_all_there(void **state)
{
    struct rp_buf buf = { 0 };

    (void)state;
    for (size_t i = 0; i < 100000; i++)
        rp_buf_byte(&buf, (unsigned char)(i * 7));
    assert_int_equal(buf.len, 100000);
    for (size_t i = 0; i < buf.len; i++)
        assert_int_equal(buf.ptr[i], (unsigned char)(i * 7));
    rp_buf_release(&buf);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_stand_one_behind_the_other),
        cmocka_unit_test(numbers_are_big_endian_on_every_machine),
        cmocka_unit_test(an_all_zero_buffer_is_a_valid_empty_one),
        cmocka_unit_test(a_c_string_does_not_change_the_content),
        cmocka_unit_test(room_counts_only_after_it_was_taken),
        cmocka_unit_test(a_failure_is_remembered_until_the_end),
        cmocka_unit_test(a_reset_forgets_a_failure_and_keeps_the_memory),
        cmocka_unit_test(many_bytes_are_all_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
