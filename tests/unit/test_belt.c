/* test_belt.c - what one thread puts on the belt, the other takes in order. */
#include "support/test.h"

#include <time.h>

#include "base/belt.h"
#include "base/worker.h"

#define SLOTS 3
#define NUMBERS 20000

struct line {
    struct rp_belt *belt;
    unsigned slots[SLOTS];
    unsigned next;
    unsigned wrong;
    unsigned pause_every; /* 0: never */
};

static void
pause_now(void)
{
    const struct timespec pause = { 0, 100000 };

    (void)nanosleep(&pause, NULL);
}

static enum rp_status
empty(void *ctx, struct rp_err *err)
{
    struct line *line = ctx;
    size_t slot;

    (void)err;
    while (rp_belt_take(line->belt, &slot)) {
        if (line->pause_every != 0 && line->next % line->pause_every == 0)
            pause_now();
        line->wrong += line->slots[slot] != line->next;
        line->next++;
        rp_belt_done(line->belt);
    }
    return RP_OK;
}

static void
run_line(struct line *line, unsigned numbers, unsigned pause_every)
{
    struct rp_task task = { empty, line };
    struct rp_worker *worker = NULL;
    struct rp_err err;

    assert_ok(rp_belt_make(SLOTS, &line->belt, &err), &err);
    assert_ok(rp_worker_start(&task, &worker, &err), &err);
    for (unsigned i = 0; i < numbers; i++) {
        line->slots[rp_belt_free(line->belt)] = i;
        if (pause_every != 0 && i % pause_every == 0)
            pause_now();
        rp_belt_put(line->belt);
    }
    rp_belt_end(line->belt);
    assert_ok(rp_worker_join(worker, &err), &err);
    rp_belt_close(line->belt);
}

static void
everything_arrives_once_and_in_order(void **state)
{
    static const struct {
        unsigned numbers;
        unsigned slow_to_fill;
        unsigned slow_to_empty;
    } cases[] = { { NUMBERS, 0, 0 }, { NUMBERS, 100, 0 }, { NUMBERS, 0, 100 },
                  { 1, 0, 0 },       { SLOTS, 0, 1 },     { 0, 0, 0 } };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct line line = { .pause_every = cases[i].slow_to_empty };

        run_line(&line, cases[i].numbers, cases[i].slow_to_fill);
        assert_int_equal(line.next, cases[i].numbers);
        assert_int_equal(line.wrong, 0);
    }
}

static void
a_drained_belt_is_empty(void **state)
{
    struct line line = { .pause_every = 1 };
    struct rp_task task = { empty, &line };
    struct rp_worker *worker = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_belt_make(SLOTS, &line.belt, &err), &err);
    assert_ok(rp_worker_start(&task, &worker, &err), &err);
    rp_belt_drain(line.belt);
    for (unsigned i = 0; i < 30; i++) {
        line.slots[rp_belt_free(line.belt)] = i;
        rp_belt_put(line.belt);
        if (i % 10 != 9)
            continue;
        rp_belt_drain(line.belt);
        assert_int_equal(line.next, i + 1);
    }
    rp_belt_end(line.belt);
    assert_ok(rp_worker_join(worker, &err), &err);
    rp_belt_close(line.belt);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_arrives_once_and_in_order),
        cmocka_unit_test(a_drained_belt_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
