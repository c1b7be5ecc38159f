/* test_keytable.c - keys of bytes and keys of numbers find their ids. */
#include "support/test.h"

#include <stdio.h>

#include "plan/idtable.h"
#include "plan/keytable.h"

/* Short ones stand in their slots, long ones beside. */
static struct rp_slice
key_of(char room[64], uint64_t number)
{
    (void)snprintf(
        room, 64, number % 3 == 0 ? "%llu" : "student-number-%llu-%s",
        (unsigned long long)number, number % 3 == 1 ? "with a long tail" : "x");
    return rp_slice_str(room);
}

/* One key by itself. */
static enum rp_key_result
find(const struct rp_keytable *table, struct rp_slice key, int64_t *out_id)
{
    struct rp_key_sought sought = { .key = key };

    rp_keytable_find(table, &sought, 1);
    *out_id = sought.id;
    return sought.result;
}

static void
every_key_finds_its_id_however_many_there_are(void **state)
{
    struct rp_keytable *table = NULL;
    struct rp_err err = { RP_OK, "" };
    char room[64];
    int64_t id = 0;

    (void)state;
    assert_ok(rp_keytable_open(&table, &err), &err);
    for (uint64_t i = 0; i < 20000; i++)
        assert_ok(rp_keytable_add(table, key_of(room, i), (int64_t)i * 7, &err),
                  &err);
    assert_ok(rp_keytable_settle(table, &err), &err);
    for (uint64_t i = 0; i < 20000; i++) {
        assert_int_equal(find(table, key_of(room, i), &id), RP_KEY_FOUND);
        assert_int_equal(id, i * 7);
    }
    for (uint64_t i = 20000; i < 40000; i++)
        assert_int_equal(find(table, key_of(room, i), &id), RP_KEY_UNKNOWN);
    rp_keytable_close(table);
}

static void
keys_sought_together_are_found_as_each_alone(void **state)
{
    struct rp_keytable *table = NULL;
    struct rp_err err = { RP_OK, "" };
    struct rp_key_sought sought[RP_BATCH_RECORDS];
    char rooms[RP_BATCH_RECORDS][64];

    (void)state;
    assert_ok(rp_keytable_open(&table, &err), &err);
    for (uint64_t i = 0; i < 3000; i++)
        assert_ok(rp_keytable_add(table, key_of(rooms[0], i % 2000), (int64_t)i,
                                  &err),
                  &err);
    assert_ok(rp_keytable_settle(table, &err), &err);
    for (uint64_t first = 0; first < 4000; first += RP_BATCH_RECORDS) {
        for (uint64_t i = 0; i < RP_BATCH_RECORDS; i++)
            sought[i].key = key_of(rooms[i], first + i);
        rp_keytable_find(table, sought, RP_BATCH_RECORDS);
        for (uint64_t i = 0; i < RP_BATCH_RECORDS; i++) {
            int64_t id = 0;

            assert_int_equal(sought[i].result, find(table, sought[i].key, &id));
            if (sought[i].result == RP_KEY_FOUND)
                assert_int_equal(sought[i].id, first + i);
        }
    }
    rp_keytable_close(table);
}

static void
a_key_of_two_rows_is_ambiguous_and_its_prefix_unknown(void **state)
{
    static const char *const keys[] = { "7",
                                        "a key of more than twenty bytes" };
    struct rp_keytable *table = NULL;
    struct rp_err err = { RP_OK, "" };
    int64_t id = 0;

    (void)state;
    assert_ok(rp_keytable_open(&table, &err), &err);
    for (size_t i = 0; i < TEST_COUNT(keys); i++) {
        struct rp_slice key = rp_slice_str(keys[i]);
        struct rp_slice prefix = { key.ptr, key.len - 1 };

        assert_ok(rp_keytable_add(table, key, 1, &err), &err);
        assert_ok(rp_keytable_settle(table, &err), &err);
        assert_int_equal(find(table, key, &id), RP_KEY_FOUND);
        assert_ok(rp_keytable_add(table, key, 2, &err), &err);
        assert_ok(rp_keytable_settle(table, &err), &err);
        assert_int_equal(find(table, key, &id), RP_KEY_AMBIGUOUS);
        assert_int_equal(find(table, prefix, &id), RP_KEY_UNKNOWN);
    }
    rp_keytable_close(table);
}

static void
a_nul_and_what_follows_it_belong_to_a_key(void **state)
{
    struct rp_keytable *table = NULL;
    struct rp_err err = { RP_OK, "" };
    int64_t id = 0;

    (void)state;
    assert_ok(rp_keytable_open(&table, &err), &err);
    assert_ok(rp_keytable_add(table, RP_LIT("a\0b"), 1, &err), &err);
    assert_ok(rp_keytable_settle(table, &err), &err);
    assert_int_equal(find(table, RP_LIT("a\0b"), &id), RP_KEY_FOUND);
    assert_int_equal(find(table, RP_LIT("a\0c"), &id), RP_KEY_UNKNOWN);
    assert_int_equal(find(table, RP_LIT("a"), &id), RP_KEY_UNKNOWN);
    rp_keytable_close(table);
}

/* Once close together, once so far apart that they are hashed. */
static const int64_t steps[] = { 1, 5, INT64_C(1000003), INT64_C(1) << 45 };

static void
every_number_finds_its_id_near_and_far(void **state)
{
    struct rp_err err = { RP_OK, "" };

    (void)state;
    for (size_t s = 0; s < TEST_COUNT(steps); s++) {
        struct rp_idtable *table = NULL;
        int64_t id = 0;

        assert_ok(rp_idtable_open(&table, &err), &err);
        for (int64_t i = -5000; i < 5000; i++)
            assert_ok(rp_idtable_add(table, i * steps[s], i + 9000, &err),
                      &err);
        assert_ok(rp_idtable_add(table, 0, 1, &err), &err);
        assert_ok(rp_idtable_finish(table, &err), &err);
        for (int64_t i = -5000; i < 5000; i++) {
            assert_int_equal(rp_idtable_find(table, i * steps[s], &id),
                             i == 0 ? RP_KEY_AMBIGUOUS : RP_KEY_FOUND);
            if (i != 0)
                assert_int_equal(id, i + 9000);
        }
        assert_int_equal(rp_idtable_find(table, 5000 * steps[s], &id),
                         RP_KEY_UNKNOWN);
        assert_int_equal(rp_idtable_find(table, INT64_MIN, &id),
                         RP_KEY_UNKNOWN);
        assert_int_equal(rp_idtable_find(table, INT64_MAX, &id),
                         RP_KEY_UNKNOWN);
        rp_idtable_close(table);
    }
}

static void
a_table_without_keys_knows_none(void **state)
{
    struct rp_idtable *table = NULL;
    struct rp_err err = { RP_OK, "" };
    int64_t id = 0;

    (void)state;
    assert_ok(rp_idtable_open(&table, &err), &err);
    assert_ok(rp_idtable_finish(table, &err), &err);
    assert_int_equal(rp_idtable_find(table, 0, &id), RP_KEY_UNKNOWN);
    rp_idtable_close(table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_finds_its_id_however_many_there_are),
        cmocka_unit_test(keys_sought_together_are_found_as_each_alone),
        cmocka_unit_test(a_key_of_two_rows_is_ambiguous_and_its_prefix_unknown),
        cmocka_unit_test(a_nul_and_what_follows_it_belong_to_a_key),
        cmocka_unit_test(every_number_finds_its_id_near_and_far),
        cmocka_unit_test(a_table_without_keys_knows_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
