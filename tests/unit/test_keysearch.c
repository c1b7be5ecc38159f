/* test_keysearch.c - a key is found exactly when the spool holds it. */
#include "support/test.h"

#include <string.h>

#include "base/be.h"
#include "base/keysearch.h"

#define FOLDER "/tmp"

#define KEY_BYTES 16
#define ROW_BYTES 21

/* Keys 3, 6, 9, ... as the last bytes of the 16; what is behind a key is its
 * last byte, turned. */
static void
put_row(unsigned char row[ROW_BYTES], uint64_t number)
{
    memset(row, 0, ROW_BYTES);
    rp_put_be64(row + 8, number);
    row[ROW_BYTES - 1] = (unsigned char)~number;
}

static struct rp_spool *
spool_of(size_t count, size_t memory_bytes)
{
    struct rp_spool *spool = NULL;
    struct rp_err err;

    assert_ok(rp_spool_open(FOLDER, memory_bytes, &spool, &err), &err);
    for (uint64_t i = 1; i <= count; i++) {
        unsigned char row[ROW_BYTES];

        put_row(row, 3 * i);
        assert_ok(
            rp_spool_put(spool, (struct rp_slice){ row, sizeof row }, &err),
            &err);
    }
    return spool;
}

static bool
has(struct rp_key_search *search, uint64_t number)
{
    unsigned char row[ROW_BYTES];
    const unsigned char *found = NULL;
    struct rp_err err;

    put_row(row, number);
    assert_ok(rp_key_search_find(search, row, &found, &err), &err);
    if (found != NULL)
        assert_memory_equal(found, row, sizeof row);
    return found != NULL;
}

static void
a_key_is_found_exactly_when_it_is_there(void **state)
{
    static const size_t counts[] = { 0, 1, 2, 255, 256, 257, 70000 };
    static const size_t memories[] = { 1 << 24, 1000, 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts) * TEST_COUNT(memories); i++) {
        const size_t count = counts[i % TEST_COUNT(counts)];
        struct rp_spool *spool =
            spool_of(count, memories[i / TEST_COUNT(counts)]);
        const struct rp_search_shape shape = { ROW_BYTES, KEY_BYTES };
        struct rp_key_search *search = NULL;
        struct rp_err err;

        assert_ok(rp_key_search_open(spool, shape, &search, &err), &err);
        /* In order, then jumping about. */
        for (uint64_t number = 0; number <= 3 * count + 4; number++)
            assert_int_equal(has(search, number), number % 3 == 0 &&
                                                      number > 0 &&
                                                      number <= 3 * count);
        for (uint64_t k = 0; k < 2000; k++) {
            const uint64_t number = k * 7919 % (3 * count + 5);

            assert_int_equal(has(search, number), number % 3 == 0 &&
                                                      number > 0 &&
                                                      number <= 3 * count);
        }
        rp_key_search_close(search);
        rp_spool_close(spool);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_found_exactly_when_it_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
