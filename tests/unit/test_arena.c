/* test_arena.c - small pieces of memory that are given back together; the
 * sanitizers and valgrind see whether all of it is. */
#include "support/test.h"

#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"

static bool
is_zero(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void
pieces_are_zeroed_aligned_and_do_not_overlap(void **state)
{
    static const size_t sizes[] = {
        0, 1, 7, 8, 15, 16, 17, 1000, 16384, 70000
    };
    struct rp_arena arena = { NULL };

    (void)state;
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
            unsigned char *piece = rp_arena_alloc(&arena, sizes[i]);

            assert_non_null(piece);
            assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
            assert_true(is_zero(piece, sizes[i]));
            memset(piece, 0xff, sizes[i]);
        }
    }
    rp_arena_release(&arena);
}

static void
a_piece_stays_while_others_come(void **state)
{
    struct rp_arena arena = { NULL };
    unsigned char *pieces[3000];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(pieces); i++) {
        pieces[i] = rp_arena_alloc(&arena, 24);
        assert_non_null(pieces[i]);
        memset(pieces[i], (int)(i % 251), 24);
    }
    for (size_t i = 0; i < TEST_COUNT(pieces); i++)
        for (size_t at = 0; at < 24; at++)
            assert_int_equal(pieces[i][at], i % 251);
    rp_arena_release(&arena);
}

static void
more_than_there_can_be_is_refused(void **state)
{
    struct rp_arena arena = { NULL };

    (void)state;
    assert_null(rp_arena_alloc(&arena, SIZE_MAX));
    assert_null(rp_arena_alloc(&arena, SIZE_MAX - 20));
    assert_null(rp_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(rp_arena_array(&arena, SIZE_MAX, 1));
    assert_non_null(rp_arena_alloc(&arena, 1));
    rp_arena_release(&arena);
}

static void
an_array_of_nothing_is_still_a_place(void **state)
{
    struct rp_arena arena = { NULL };

    (void)state;
    assert_non_null(rp_arena_array(&arena, 0, 8));
    assert_non_null(rp_arena_array(&arena, 8, 0));
    rp_arena_release(&arena);
}

static void
texts_and_bytes_are_copied_with_a_nul_behind_them(void **state)
{
    struct rp_arena arena = { NULL };
    char text[8] = "school";
    struct rp_slice bytes = RP_LIT("a\0b");
    struct rp_slice copy = rp_arena_slice(&arena, bytes);
    struct rp_slice empty =
        rp_arena_slice(&arena, (struct rp_slice){ NULL, 0 });
    const char *kept = rp_arena_str(&arena, text);

    (void)state;
    memset(text, 'x', sizeof text);
    assert_string_equal(kept, "school");
    assert_string_equal(rp_arena_str(&arena, ""), "");
    assert_same(copy, bytes);
    assert_ptr_not_equal(copy.ptr, bytes.ptr);
    assert_int_equal(copy.ptr[copy.len], 0);
    assert_non_null(empty.ptr);
    assert_int_equal(empty.len, 0);
    rp_arena_release(&arena);
}

static void
a_released_arena_is_an_empty_one(void **state)
{
    struct rp_arena arena = { NULL };

    (void)state;
    rp_arena_release(&arena);
    assert_non_null(rp_arena_alloc(&arena, 100000));
    rp_arena_release(&arena);
    assert_null(arena.last);
    assert_non_null(rp_arena_alloc(&arena, 1));
    rp_arena_release(&arena);
    rp_arena_release(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_do_not_overlap),
        cmocka_unit_test(a_piece_stays_while_others_come),
        cmocka_unit_test(more_than_there_can_be_is_refused),
        cmocka_unit_test(an_array_of_nothing_is_still_a_place),
        cmocka_unit_test(texts_and_bytes_are_copied_with_a_nul_behind_them),
        cmocka_unit_test(a_released_arena_is_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
