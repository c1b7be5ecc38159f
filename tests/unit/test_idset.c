/* test_idset.c - a set of rising numbers has exactly what was added. */
#include "support/test.h"

#include "base/idset.h"

struct row {
    const char *what;
    int64_t ids[6];
    size_t count;
    bool sparse;
};

static const struct row rows[] = {
    { "nothing", { 0 }, 0, false },
    { "one", { 7 }, 1, false },
    { "neighbours", { 1, 2, 3, 5 }, 4, false },
    { "across zero", { -3, -1, 0, 4 }, 4, false },
    { "both ends", { INT64_MIN, -1, 0, INT64_MAX }, 4, true },
    { "a wide gap", { 1, 2, INT64_C(100000000000) }, 3, true },
    { "a word's border", { 63, 64, 127, 128 }, 4, false },
};

static bool
was_added(const struct row *row, int64_t id)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->ids[i] == id)
            return true;
    return false;
}

static void
a_set_has_what_was_added_and_none_of_the_neighbours(void **state)
{
    (void)state;
    for (size_t r = 0; r < TEST_COUNT(rows); r++) {
        const struct row *row = &rows[r];
        struct rp_idset set = { 0 };

        for (size_t i = 0; i < row->count; i++)
            assert_true(rp_idset_add(&set, row->ids[i]));
        if (set.count != row->count || set.sparse != row->sparse)
            fail_msg("%s: not as many, or not so close together", row->what);
        for (size_t i = 0; i < row->count; i++) {
            int64_t id = row->ids[i];

            assert_true(rp_idset_has(&set, id));
            if (id > INT64_MIN)
                assert_int_equal(rp_idset_has(&set, id - 1),
                                 was_added(row, id - 1));
            if (id < INT64_MAX)
                assert_int_equal(rp_idset_has(&set, id + 1),
                                 was_added(row, id + 1));
        }
        rp_idset_release(&set);
    }
}

static void
a_set_that_becomes_sparse_keeps_its_numbers(void **state)
{
    struct rp_idset set = { 0 };

    (void)state;
    for (int64_t id = 1; id <= 100000; id += 3)
        assert_true(rp_idset_add(&set, id));
    assert_false(set.sparse);
    assert_true(rp_idset_add(&set, INT64_C(1) << 50));
    assert_true(set.sparse);
    for (int64_t id = 0; id <= 100001; id++)
        assert_int_equal(rp_idset_has(&set, id), id % 3 == 1);
    assert_true(rp_idset_has(&set, INT64_C(1) << 50));
    rp_idset_release(&set);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_has_what_was_added_and_none_of_the_neighbours),
        cmocka_unit_test(a_set_that_becomes_sparse_keeps_its_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
