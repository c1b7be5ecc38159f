/* test_plan_memory.c - memory runs out at each call in turn while one thread
 * reads for another: both tell it, and neither waits for ever.
 */
#include "support/test.h"

#include <sched.h>
#include <stdlib.h>

#include "base/worker.h"
#include "plan/build.h"
#include "support/source.h"
#include "support/sweep.h"

/* What the test tells the runs of itself. */
#define PATH_VARIABLE "ROLLPROOF_TEST_SOURCE"
#define FOLDER_VARIABLE "ROLLPROOF_TEST_FOLDER"

/* Some stretches of plain records, and a field that none has room for. */
#define RECORDS 3000
#define LONG_BYTES ((size_t)200 << 10)

struct beside {
    struct rp_input *input;
    struct rp_plan_source source;
    struct rp_plan plan;
    struct rp_ahead *ahead;
    struct rp_worker *worker;
};

static enum rp_status
open_beside(struct beside *beside, struct rp_err *err)
{
    const struct rp_dialect dialect = test_dialect();
    enum rp_status status = rp_input_open(
        getenv(PATH_VARIABLE), getenv(FOLDER_VARIABLE), &beside->input, err);

    beside->plan.sources = &beside->source;
    beside->plan.source_count = 1;
    if (status == RP_OK)
        status = rp_records_open(beside->input, &dialect,
                                 &beside->source.records, err);
    if (status == RP_OK)
        status = rp_ahead_open(&beside->plan, &beside->ahead, err);
    return status;
}

static enum rp_status
read_ahead(void *ctx, struct rp_err *err)
{
    return rp_ahead_read(ctx, err);
}

static enum rp_status
take_all(struct beside *beside, struct rp_err *err)
{
    struct rp_batch batch = { NULL, 0 };
    enum rp_status status;
    uint64_t records = 0;

    while (!rp_ahead_hand_over(beside->ahead, 0))
        (void)sched_yield();
    do {
        status = rp_ahead_batch(beside->ahead, &batch, err);
        records += status == RP_OK ? batch.count : 0;
    } while (status == RP_OK && batch.count > 0);
    if (status == RP_OK &&
        (records != RECORDS + 1 || beside->source.reading.fp.rows != records))
        return rp_fail(err, RP_E_IO, "records were lost");
    return status;
}

static enum rp_status
read_beside(struct beside *beside, struct rp_err *err)
{
    const struct rp_task task = { read_ahead, beside->ahead };
    struct rp_err of_reader = { RP_OK, "" };
    enum rp_status status = rp_worker_start(&task, &beside->worker, err);

    if (status != RP_OK)
        return status;
    status = take_all(beside, err);
    rp_ahead_stop(beside->ahead);
    if (rp_worker_join(beside->worker, &of_reader) != status)
        return rp_fail(err, RP_E_IO, "the reader says something else");
    return status;
}

static enum test_ending
read_once(void)
{
    struct beside beside = { .input = NULL };
    struct rp_err err;
    enum rp_status status = open_beside(&beside, &err);

    if (status == RP_OK)
        status = read_beside(&beside, &err);
    rp_ahead_close(beside.ahead);
    rp_reading_release(&beside.source.reading);
    rp_records_close(beside.source.records);
    rp_input_close(beside.input);
    return test_end_of(status, &err);
}

static const struct test_work work = { "read ahead", read_once, 1 };

static void
memory_that_runs_out_while_reading_ahead_is_told(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "source.csv");
    struct rp_buf bytes = { 0 };

    (void)state;
    rp_buf_str(&bytes, "s,c\n");
    for (int i = 0; i < RECORDS; i++)
        rp_buf_printf(&bytes, "%d,%d\n", i, i % 7);
    for (size_t i = 0; i < LONG_BYTES; i++)
        rp_buf_byte(&bytes, 'l');
    rp_buf_str(&bytes, ",1\n");
    test_write(path, rp_buf_view(&bytes));
    rp_buf_release(&bytes);
    assert_int_equal(setenv(FOLDER_VARIABLE, folder, 1), 0);
    assert_int_equal(setenv(PATH_VARIABLE, path, 1), 0);
    test_sweep(&work);
    free(path);
    test_folder_remove(folder);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_that_runs_out_while_reading_ahead_is_told),
    };

    test_sweep_start(argc, argv, &work, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
