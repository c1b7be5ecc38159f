/* test_places.c - few places are kept, and none is far from a record. */
#include "support/test.h"

#include <stdlib.h>

#include "source/places.h"

static void
fill(struct rp_places *places, uint64_t count)
{
    for (uint64_t number = 1; number <= count; number++) {
        const struct rp_place place = { number, number * 10, number + 1,
                                        number > 7 };

        if (number == rp_places_due(places))
            rp_places_note(places, &place);
    }
}

/* The records between a place and the one that is looked for. */
static void
check(const struct rp_places *places, uint64_t count, uint64_t most_between)
{
    for (uint64_t number = 1; number <= count; number++) {
        const struct rp_place *place = rp_places_find(places, number);

        assert_non_null(place);
        assert_in_range(place->number, 1, number);
        assert_in_range(number - place->number, 0, most_between);
        assert_int_equal(place->byte, place->number * 10);
        assert_int_equal(place->line, place->number + 1);
        assert_int_equal(place->after_resync, place->number > 7);
    }
}

static const struct {
    uint64_t count;
    uint64_t most_between;
} examples[] = {
    { 1, 0 },
    { RP_PLACES_MAX, 0 },
    { RP_PLACES_MAX + 1, 1 },
    { 2 * RP_PLACES_MAX, 1 },
    { 2 * RP_PLACES_MAX + 1, 3 },
    { 100000, 127 },
};

static void
every_record_has_a_place_near_before_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        struct rp_places *places = calloc(1, sizeof *places);

        assert_non_null(places);
        fill(places, examples[i].count);
        assert_in_range(places->count, 1, RP_PLACES_MAX);
        check(places, examples[i].count, examples[i].most_between);
        free(places);
    }
}

static void
without_records_there_is_no_place(void **state)
{
    struct rp_places *places = calloc(1, sizeof *places);

    (void)state;
    assert_non_null(places);
    assert_null(rp_places_find(places, 1));
    free(places);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_has_a_place_near_before_it),
        cmocka_unit_test(without_records_there_is_no_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
