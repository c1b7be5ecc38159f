/* test_sort.c - the order is that of a stable sort, whatever the memory. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "support/full.h"

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

/* What to sort, and how. */
struct load {
    struct rp_sort_shape shape;
    size_t count;
    unsigned values; /* how many values a key byte has: 1 to 256 */
    size_t constant; /* this many leading key bytes are all the same */
};

/* The expectation: qsort, ties by the order of adding. */
struct item {
    const unsigned char *record;
    size_t key_bytes;
    size_t number;
};

static int
compare_items(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;
    int order = memcmp(a->record, b->record, a->key_bytes);

    if (order != 0)
        return order;
    return (a->number > b->number) - (a->number < b->number);
}

static unsigned char *
make_records(const struct load *load)
{
    size_t bytes = load->shape.record_bytes;
    unsigned char *records = malloc(load->count * bytes + 1);
    uint64_t seed = load->count + bytes;

    assert_non_null(records);
    for (size_t i = 0; i < load->count * bytes; i++) {
        size_t at = i % bytes;

        records[i] = (unsigned char)(test_random(&seed) >> 13);
        if (at < load->shape.key_bytes)
            records[i] = (unsigned char)(255 - records[i] % load->values);
        if (at < load->constant)
            records[i] = 42;
    }
    return records;
}

static struct item *
make_items(const struct load *load, const unsigned char *records)
{
    struct item *items = malloc((load->count + 1) * sizeof *items);

    assert_non_null(items);
    for (size_t i = 0; i < load->count; i++) {
        items[i].record = records + i * load->shape.record_bytes;
        items[i].key_bytes = load->shape.key_bytes;
        items[i].number = i;
    }
    qsort(items, load->count, sizeof *items, compare_items);
    return items;
}

static void
check_order(struct rp_sorter *sorter, const struct load *load,
            const struct item *items)
{
    const unsigned char *record = NULL;
    struct rp_err err;

    for (size_t i = 0; i < load->count; i++) {
        assert_ok(rp_sorter_next(sorter, &record, &err), &err);
        assert_non_null(record);
        assert_memory_equal(record, items[i].record, load->shape.record_bytes);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_ok(rp_sorter_next(sorter, &record, &err), &err);
        assert_null(record);
    }
}

static struct rp_sorter *
open_filled(const struct load *load, const unsigned char *records)
{
    struct rp_sorter *sorter = NULL;
    struct rp_err err;

    assert_ok(rp_sorter_open(&load->shape, folder, &sorter, &err), &err);
    for (size_t i = 0; i < load->count; i++)
        assert_ok(
            rp_sorter_add(sorter, records + i * load->shape.record_bytes, &err),
            &err);
    assert_int_equal(rp_sorter_count(sorter), load->count);
    assert_ok(rp_sorter_finish(sorter, &err), &err);
    return sorter;
}

/* Sorts once and reads three times: all, a few, all. */
static void
check_load(const struct load *load)
{
    unsigned char *records = make_records(load);
    struct item *items = make_items(load, records);
    struct rp_sorter *sorter = open_filled(load, records);
    const unsigned char *record;
    struct rp_err err;

    check_order(sorter, load, items);
    assert_ok(rp_sorter_rewind(sorter, &err), &err);
    for (size_t i = 0; i < load->count / 2; i++)
        assert_ok(rp_sorter_next(sorter, &record, &err), &err);
    assert_ok(rp_sorter_rewind(sorter, &err), &err);
    check_order(sorter, load, items);
    assert_int_equal(test_folder_count(folder), 0);
    rp_sorter_close(sorter);
    free(items);
    free(records);
}

/* The shape is { record bytes, key bytes, memory bytes }. */
static const struct load in_memory[] = {
    { { 8, 8, 1 << 20 }, 0, 256, 0 },    { { 8, 8, 1 << 20 }, 1, 256, 0 },
    { { 8, 8, 1 << 20 }, 2, 256, 0 },    { { 8, 8, 1 << 20 }, 5000, 256, 0 },
    { { 16, 8, 1 << 20 }, 5000, 2, 6 },  { { 16, 16, 1 << 20 }, 5000, 256, 9 },
    { { 24, 16, 1 << 20 }, 5000, 3, 8 }, { { 1, 1, 1 << 20 }, 5000, 256, 0 },
    { { 7, 3, 1 << 20 }, 5000, 5, 0 },   { { 33, 32, 1 << 20 }, 900, 4, 16 },
    { { 5000, 2, 1 << 24 }, 100, 2, 0 }, { { 9, 0, 1 << 20 }, 500, 256, 0 },
    { { 16, 8, 1 << 20 }, 1000, 1, 0 },
};

static void
the_order_in_memory_is_that_of_a_stable_sort(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(in_memory); i++)
        check_load(&in_memory[i]);
}

static const struct load spilled[] = {
    /* the last record that fits, and the first that does not */
    { { 16, 8, 3200 }, 99, 256, 0 },
    { { 16, 8, 3200 }, 100, 256, 0 },
    { { 16, 8, 3200 }, 101, 256, 0 },
    { { 16, 8, 3200 }, 200, 256, 0 },
    /* few keys: ties across all runs */
    { { 16, 2, 3200 }, 5000, 2, 0 },
    { { 12, 0, 1200 }, 1000, 256, 0 },
    /* 64 runs, 65 runs, 100 runs, and a full level and one more */
    { { 8, 8, 160 }, 640, 256, 0 },
    { { 8, 8, 160 }, 650, 256, 0 },
    { { 8, 4, 160 }, 1000, 3, 0 },
    { { 8, 4, 160 }, 1291, 3, 0 },
    /* more than 64 * 64 runs: three levels */
    { { 8, 2, 16 }, 4500, 7, 0 },
    /* memory for less than one record */
    { { 100, 4, 1 }, 150, 2, 0 },
    { { 5000, 3, 20000 }, 300, 3, 0 },
    { { 24, 16, 1 << 16 }, 40000, 256, 5 },
};

static void
the_order_from_disk_is_that_of_a_stable_sort(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(spilled); i++)
        check_load(&spilled[i]);
}

static void
sorted_and_reversed_input_come_out_sorted(void **state)
{
    const struct load load = { { 4, 4, 400 }, 256, 256, 0 };
    const struct load *shape = &load;
    struct rp_err err;

    (void)state;
    for (int reversed = 0; reversed < 2; reversed++) {
        struct rp_sorter *sorter = NULL;
        const unsigned char *record;

        assert_ok(rp_sorter_open(&shape->shape, folder, &sorter, &err), &err);
        for (int i = 0; i < 256; i++) {
            unsigned char key[4] = { 1, 0, 0, 0 };

            key[1] = (unsigned char)(reversed ? 255 - i : i);
            assert_ok(rp_sorter_add(sorter, key, &err), &err);
        }
        assert_ok(rp_sorter_finish(sorter, &err), &err);
        for (int i = 0; i < 256; i++) {
            assert_ok(rp_sorter_next(sorter, &record, &err), &err);
            assert_int_equal(record[1], i);
        }
        rp_sorter_close(sorter);
    }
}

/* Adds until something happens; the disk takes no more than 4000 bytes. */
static enum rp_status
sort_on_full_disk(struct rp_sorter *sorter, size_t count, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    uint64_t seed = 3;

    test_full_begin(4000);
    for (size_t i = 0; status == RP_OK && i < count; i++) {
        uint64_t record = test_random(&seed);

        status = rp_sorter_add(sorter, &record, err);
    }
    if (status == RP_OK)
        status = rp_sorter_finish(sorter, err);
    test_full_end();
    return status;
}

static void
a_full_disk_names_the_folder_while_adding(void **state)
{
    const struct rp_sort_shape shape = { 8, 8, 10000 };
    struct rp_sorter *sorter = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_sorter_open(&shape, folder, &sorter, &err), &err);
    assert_int_equal(sort_on_full_disk(sorter, 1000, &err), RP_E_IO);
    assert_holds(err.text, folder);
    assert_holds(err.text, "make room");
    rp_sorter_close(sorter);
}

/* Runs of 800 bytes fit, 64 of them in one do not. */
static void
a_full_disk_names_the_folder_while_merging(void **state)
{
    const struct rp_sort_shape shape = { 8, 8, 1600 };
    struct rp_sorter *sorter = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_sorter_open(&shape, folder, &sorter, &err), &err);
    assert_int_equal(sort_on_full_disk(sorter, 10000, &err), RP_E_IO);
    assert_in_range(rp_sorter_count(sorter), 6399, 6401);
    assert_holds(err.text, folder);
    rp_sorter_close(sorter);
    rp_sorter_close(NULL);
}

static void
a_missing_folder_is_named(void **state)
{
    const struct rp_sort_shape shape = { 8, 8, 16 };
    struct rp_sorter *sorter = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_sorter_open(&shape, "/nowhere", &sorter, &err), &err);
    assert_ok(rp_sorter_add(sorter, "12345678", &err), &err);
    assert_int_equal(rp_sorter_add(sorter, "12345678", &err), RP_E_IO);
    assert_holds(err.text, "/nowhere");
    rp_sorter_close(sorter);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_in_memory_is_that_of_a_stable_sort),
        cmocka_unit_test(the_order_from_disk_is_that_of_a_stable_sort),
        cmocka_unit_test(sorted_and_reversed_input_come_out_sorted),
        cmocka_unit_test(a_full_disk_names_the_folder_while_adding),
        cmocka_unit_test(a_full_disk_names_the_folder_while_merging),
        cmocka_unit_test(a_missing_folder_is_named),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
