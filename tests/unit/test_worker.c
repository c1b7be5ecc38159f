/* test_worker.c - what runs beside the caller is joined, and gates hold. */
#include "support/test.h"

#include "base/worker.h"

struct stage {
    struct rp_gate *begun;
    struct rp_gate *seen;
    bool good;
    int steps;
};

static enum rp_status
run_stage(void *ctx, struct rp_err *err)
{
    struct stage *stage = ctx;

    stage->steps = 1;
    rp_gate_open(stage->begun, true);
    stage->good = rp_gate_wait(stage->seen);
    stage->steps = 2;
    return stage->good ? RP_OK : rp_fail(err, RP_E_DB, "given up");
}

static void
the_other_side_goes_on_when_the_gate_opens(void **state)
{
    static const bool opened[] = { true, false };
    struct rp_err err = { RP_OK, "" };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(opened); i++) {
        struct stage stage = { NULL, NULL, false, 0 };
        struct rp_task task = { run_stage, &stage };
        struct rp_worker *worker = NULL;
        enum rp_status status;

        assert_ok(rp_gate_make(&stage.begun, &err), &err);
        assert_ok(rp_gate_make(&stage.seen, &err), &err);
        assert_ok(rp_worker_start(&task, &worker, &err), &err);
        assert_true(rp_gate_wait(stage.begun));
        assert_int_equal(stage.steps, 1);
        rp_gate_open(stage.seen, opened[i]);
        rp_gate_open(stage.seen, true); /* only the first counts */
        status = rp_worker_join(worker, &err);
        assert_int_equal(stage.steps, 2);
        assert_int_equal(status, opened[i] ? RP_OK : RP_E_DB);
        if (!opened[i])
            assert_string_equal(err.text, "given up");
        rp_gate_close(stage.begun);
        rp_gate_close(stage.seen);
    }
}

static void
a_gate_that_is_open_lets_everybody_through_at_once(void **state)
{
    struct rp_gate *gate = NULL;
    struct rp_err err = { RP_OK, "" };

    (void)state;
    assert_ok(rp_gate_make(&gate, &err), &err);
    rp_gate_open(gate, true);
    assert_true(rp_gate_wait(gate));
    assert_true(rp_gate_wait(gate));
    rp_gate_close(gate);
    rp_gate_close(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_other_side_goes_on_when_the_gate_opens),
        cmocka_unit_test(a_gate_that_is_open_lets_everybody_through_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
