/* test_keysearch.c - a key is found exactly when the spool holds it. */
#include "support/test.h"

#include <string.h>

#include "base/be.h"
#include "base/keysearch.h"

#define FOLDER "/tmp"

/* Keys 3, 6, 9, ... as the last bytes of the 16. */
static void
put_key(unsigned char key[RP_SEARCH_KEY_BYTES], uint64_t number)
{
    memset(key, 0, RP_SEARCH_KEY_BYTES);
    rp_put_be64(key + 8, number);
}

static struct rp_spool *
spool_of(size_t count, size_t memory_bytes)
{
    struct rp_spool *spool = NULL;
    struct rp_err err;

    assert_ok(rp_spool_open(FOLDER, memory_bytes, &spool, &err), &err);
    for (uint64_t i = 1; i <= count; i++) {
        unsigned char key[RP_SEARCH_KEY_BYTES];

        put_key(key, 3 * i);
        assert_ok(
            rp_spool_put(spool, (struct rp_slice){ key, sizeof key }, &err),
            &err);
    }
    return spool;
}

static bool
has(struct rp_key_search *search, uint64_t number)
{
    unsigned char key[RP_SEARCH_KEY_BYTES];
    struct rp_err err;
    bool found = false;

    put_key(key, number);
    assert_ok(rp_key_search_has(search, key, &found, &err), &err);
    return found;
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
        struct rp_key_search *search = NULL;
        struct rp_err err;

        assert_ok(rp_key_search_open(spool, &search, &err), &err);
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
