/* test_mem.c - sizes are checked before the heap is asked. */
#include "support/test.h"

#include <string.h>

#include "base/mem.h"

static void
new_memory_is_zero(void **state)
{
    unsigned char *bytes = rp_zalloc(4096);
    uint64_t *numbers = rp_zalloc_array(512, sizeof *numbers);

    (void)state;
    assert_non_null(bytes);
    assert_non_null(numbers);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(bytes[i], 0);
    for (size_t i = 0; i < 512; i++)
        assert_int_equal(numbers[i], 0);
    rp_free(bytes);
    rp_free(numbers);
}

static void
nothing_asked_for_is_not_out_of_memory(void **state)
{
    void *none = rp_zalloc(0);
    void *no_items = rp_zalloc_array(0, 8);
    void *no_bytes = rp_zalloc_array(8, 0);
    void *grown = rp_realloc(NULL, 0);

    (void)state;
    assert_non_null(none);
    assert_non_null(no_items);
    assert_non_null(no_bytes);
    assert_non_null(grown);
    rp_free(none);
    rp_free(no_items);
    rp_free(no_bytes);
    rp_free(grown);
    rp_free(NULL);
}

static void
a_product_that_overflows_is_refused(void **state)
{
    size_t half = SIZE_MAX / 2;
    void *items = NULL;
    size_t capacity = 0;

    (void)state;
    assert_null(rp_zalloc_array(half, 3));
    assert_null(rp_zalloc_array(3, half));
    assert_int_equal(rp_grow(&items, &capacity, half, 3), -1);
    assert_null(items);
    assert_int_equal(capacity, 0);
}

static void
growing_doubles_and_keeps_what_was_there(void **state)
{
    void *items = NULL;
    size_t capacity = 0;
    size_t moves = 0;

    (void)state;
    for (size_t i = 0; i < 10000; i++) {
        size_t before = capacity;

        assert_int_equal(rp_grow(&items, &capacity, i + 1, sizeof i), 0);
        assert_true(capacity >= i + 1);
        moves += before != capacity;
        ((size_t *)items)[i] = i;
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(((size_t *)items)[i], i);
    assert_in_range(moves, 1, 14);
    rp_free(items);
}

static void
growing_to_what_is_there_moves_nothing(void **state)
{
    void *items = NULL;
    const void *before;
    size_t capacity = 0;

    (void)state;
    assert_int_equal(rp_grow(&items, &capacity, 100, 4), 0);
    before = items;
    assert_int_equal(rp_grow(&items, &capacity, capacity, 4), 0);
    assert_ptr_equal(items, before);
    rp_free(items);
}

static void
a_copied_string_is_the_same_and_elsewhere(void **state)
{
    const char *text = "Zo\xc3\xab";
    char *copy = rp_strdup(text);

    (void)state;
    assert_non_null(copy);
    assert_string_equal(copy, text);
    assert_ptr_not_equal(copy, text);
    rp_free(copy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero),
        cmocka_unit_test(nothing_asked_for_is_not_out_of_memory),
        cmocka_unit_test(a_product_that_overflows_is_refused),
        cmocka_unit_test(growing_doubles_and_keeps_what_was_there),
        cmocka_unit_test(growing_to_what_is_there_moves_nothing),
        cmocka_unit_test(a_copied_string_is_the_same_and_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
