/* test_ahead.c - what one thread reads for another is what the other would
 * have read, whenever it was handed over, and nobody waits for ever.
 */
#include "support/test.h"

#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/show.h"
#include "base/worker.h"
#include "plan/build.h"
#include "support/planned.h"
#include "support/school.h"
#include "support/source.h"

#define SOURCES_MAX 4

/* A field of this is what libcsv is asked for, that of the lane is longer than
 * most. */
#define LONG_BYTES ((size_t)300 << 10)
/* More than all that may wait to be taken. */
#define MANY_RECORDS 20000

/* Sources as a plan holds them. */
struct sources {
    char *folder;
    struct rp_input *inputs[SOURCES_MAX];
    struct rp_plan_source items[SOURCES_MAX];
    struct rp_plan plan;
    size_t alone; /* batches to read without a reader */
};

static enum rp_status
open_source(struct sources *sources, const char *path, struct rp_err *err)
{
    const struct rp_dialect dialect = test_dialect();
    const size_t index = sources->plan.source_count;
    enum rp_status status =
        rp_input_open(path, sources->folder, &sources->inputs[index], err);

    sources->plan.sources = sources->items;
    sources->plan.source_count++;
    return status == RP_OK
               ? rp_records_open(sources->inputs[index], &dialect,
                                 &sources->items[index].records, err)
               : status;
}

static void
close_sources(struct sources *sources)
{
    for (size_t i = 0; i < sources->plan.source_count; i++) {
        rp_reading_release(&sources->items[i].reading);
        rp_records_close(sources->items[i].records);
        rp_input_close(sources->inputs[i]);
    }
}

static char *
source_path(const char *folder, size_t index)
{
    const char *const names[SOURCES_MAX] = { "0.csv", "1.csv", "2.csv",
                                             "3.csv" };

    return test_path(folder, names[index]);
}

/* Those of folder, at rest when there are several. */
static void
open_sources(struct sources *sources, char *folder, size_t count)
{
    struct rp_err err;

    *sources = (struct sources){ .folder = folder };
    for (size_t i = 0; i < count; i++) {
        char *path = source_path(folder, i);

        assert_ok(open_source(sources, path, &err), &err);
        if (count > 1)
            rp_records_rest(sources->items[i].records);
        free(path);
    }
}

/* Bytes nobody would like to read are told by their hash. */
static void
put_bytes(struct rp_buf *out, struct rp_slice bytes)
{
    char hex[RP_FP_HEX];
    const struct rp_fp fp = { rp_hash128(bytes), 1 };

    rp_fp_hex(hex, &fp);
    rp_buf_printf(out, "    %zu bytes %s\n", bytes.len, hex);
}

static void
put_batch(struct rp_buf *out, const struct rp_batch *batch)
{
    assert_true(batch->count <= RP_BATCH_RECORDS);
    for (size_t i = 0; i < batch->count; i++) {
        const struct rp_record *record = &batch->records[i];

        if (record->byte_end - record->byte_start < LONG_BYTES) {
            test_put_record(out, record);
        } else {
            rp_buf_printf(out, "%" PRIu64 " long\n", record->number);
            for (size_t f = 0; f < record->field_count; f++)
                put_bytes(out, record->fields[f]);
        }
        if (record->raw.ptr == NULL)
            rp_buf_str(out, "    nothing\n");
        else
            put_bytes(out, record->raw);
    }
}

static void
put_source(struct rp_buf *out, const struct rp_plan_source *source)
{
    char hex[RP_FP_HEX];

    rp_fp_hex(hex, &source->reading.fp);
    rp_buf_printf(out, "= %s %s %" PRIu64 " %" PRIu64 "\n", hex,
                  source->facts.sha256, source->facts.records,
                  source->facts.bytes_records);
}

/* Reads by itself as often as alone says, and then through the reader, who may
 * need a moment to come. */
static enum rp_status
next_batch(struct sources *sources, uint32_t source, struct rp_ahead *ahead,
           struct rp_batch *out, struct rp_err *err)
{
    if (sources->alone > 0) {
        sources->alone--;
        return rp_build_read(&sources->plan, source,
                             &sources->items[source].reading, out, err);
    }
    while (!rp_ahead_hand_over(ahead, source))
        (void)sched_yield();
    return rp_ahead_batch(ahead, out, err);
}

/* Everything there is to read, as text: the first batches by the caller, the
 * others by the reader. */
static enum rp_status
put_all(struct rp_buf *out, struct sources *sources, struct rp_ahead *ahead,
        struct rp_err *err)
{
    for (uint32_t s = 0; s < sources->plan.source_count; s++) {
        struct rp_batch batch = { NULL, 0 };

        do {
            enum rp_status status = next_batch(sources, s, ahead, &batch, err);

            if (status != RP_OK)
                return status;
            put_batch(out, &batch);
        } while (batch.count > 0);
        put_source(out, &sources->items[s]);
    }
    return RP_OK;
}

static enum rp_status
read_ahead(void *ctx, struct rp_err *err)
{
    return rp_ahead_read(ctx, err);
}

/* The same with a reader, and what both made of it. */
struct told {
    enum rp_status status;
    enum rp_status of_reader;
    struct rp_err err;
    struct rp_err err_of_reader;
};

static void
put_with_reader(struct rp_buf *out, struct sources *sources, struct told *told)
{
    struct rp_ahead *ahead = NULL;
    struct rp_worker *worker = NULL;

    assert_ok(rp_ahead_open(&sources->plan, &ahead, &told->err), &told->err);
    assert_ok(rp_worker_start(&(struct rp_task){ read_ahead, ahead }, &worker,
                              &told->err),
              &told->err);
    told->status = put_all(out, sources, ahead, &told->err);
    rp_ahead_stop(ahead);
    told->of_reader = rp_worker_join(worker, &told->err_of_reader);
    rp_ahead_close(ahead);
}

static void
put_line(struct rp_buf *out, size_t number)
{
    rp_buf_printf(out, "%zu,%zu\n", number, number * 7919 % 10007);
}

static void
put_long(struct rp_buf *out, size_t bytes, char letter)
{
    for (size_t i = 0; i < bytes; i++)
        rp_buf_byte(out, (unsigned char)letter);
}

/* Everything a record can be, with plain ones between. */
static void
put_odd(struct rp_buf *out, size_t round)
{
    static const char *const odd[] = {
        "\n",
        "\"a\"\"b\",2\n",
        "\"two\nlines\",\"\"\n",
        ",\n",
        "1\n",
        "s,c\n",
        "1,2\r\n",
        "\"1\",\"2\"\n",
        "\xff,1\n",
        "\"x\"y,1\n",
    };

    for (size_t i = 0; i < TEST_COUNT(odd); i++) {
        rp_buf_str(out, odd[i]);
        for (size_t n = 0; n < round * 37 + i; n++)
            put_line(out, n);
    }
    put_long(out, LONG_BYTES, 'l');
    rp_buf_str(out, ",1\n\"");
    put_long(out, LONG_BYTES, 'q');
    rp_buf_str(out, "\"\"\",1\n");
    put_line(out, round);
}

static void
put_many(struct rp_buf *out)
{
    for (size_t i = 0; i < MANY_RECORDS; i++)
        put_line(out, i);
}

/* As many columns as there may be. */
static void
put_wide(struct rp_buf *out)
{
    for (int line = 0; line < 100; line++) {
        for (int column = 1; column < RP_COLUMNS_MAX; column++)
            rp_buf_printf(out,
                          line == 0       ? "c%d,"
                          : line % 7 == 0 ? "\"\"\"%d\","
                                          : "%d,",
                          column);
        rp_buf_str(out, "\n");
    }
}

static char *
make_folder(void)
{
    char *folder = test_folder();

    for (size_t i = 0; i < SOURCES_MAX; i++) {
        char *path = source_path(folder, i);
        struct rp_buf bytes = { 0 };

        if (i == 3)
            put_wide(&bytes);
        else
            rp_buf_str(&bytes, "s,c\n");
        if (i == 1)
            put_many(&bytes);
        for (size_t round = 0; i % 2 == 0 && round < 3 + i; round++)
            put_odd(&bytes, round * round);
        /* Longer than a record may be, at the very end, which is cut. */
        if (i == 2) {
            rp_buf_byte(&bytes, '"');
            put_long(&bytes, RP_RECORD_MAX_BYTES + 1, 'u');
        }
        test_write(path, rp_buf_view(&bytes));
        rp_buf_release(&bytes);
        free(path);
    }
    return folder;
}

static void
records_read_ahead_are_those_that_are_there(void **state)
{
    static const size_t alone[] = { 0, 1, 2, 40, 400, 600 };
    char *folder = make_folder();
    struct sources sources;
    struct rp_buf expected = { 0 };
    struct rp_buf text = { 0 };
    struct told told;

    (void)state;
    for (size_t count = 1; count <= SOURCES_MAX; count++) {
        rp_buf_reset(&expected);
        open_sources(&sources, folder, count);
        sources.alone = SIZE_MAX;
        assert_ok(put_all(&expected, &sources, NULL, &told.err), &told.err);
        close_sources(&sources);
        for (size_t i = 0; i < TEST_COUNT(alone); i++) {
            rp_buf_reset(&text);
            open_sources(&sources, folder, count);
            sources.alone = alone[i];
            put_with_reader(&text, &sources, &told);
            assert_ok(told.status, &told.err);
            assert_ok(told.of_reader, &told.err_of_reader);
            assert_string_equal(rp_buf_cstr(&text), rp_buf_cstr(&expected));
            close_sources(&sources);
        }
    }
    /* It is worth comparing. */
    assert_holds(rp_buf_cstr(&expected), " <two\\x0alines><>\n");
    assert_holds(rp_buf_cstr(&expected), " --\n");
    assert_holds(rp_buf_cstr(&expected), " stray-quote\n");
    assert_holds(rp_buf_cstr(&expected), " resync <");
    assert_holds(rp_buf_cstr(&expected), " long\n    nothing\n");
    rp_buf_release(&expected);
    rp_buf_release(&text);
    test_folder_remove(folder);
}

/* Hands over, takes so many batches, and wants no more. */
static void
stop_after(struct sources *sources, size_t batches)
{
    struct rp_ahead *ahead = NULL;
    struct rp_worker *worker = NULL;
    struct rp_batch batch;
    struct rp_err err;

    assert_ok(rp_ahead_open(&sources->plan, &ahead, &err), &err);
    assert_ok(
        rp_worker_start(&(struct rp_task){ read_ahead, ahead }, &worker, &err),
        &err);
    while (!rp_ahead_hand_over(ahead, 0))
        (void)sched_yield();
    for (size_t i = 0; i < batches; i++)
        assert_ok(rp_ahead_batch(ahead, &batch, &err), &err);
    rp_ahead_stop(ahead);
    rp_ahead_stop(ahead);
    assert_ok(rp_worker_join(worker, &err), &err);
    rp_ahead_close(ahead);
}

static void
a_reader_goes_when_no_more_is_wanted(void **state)
{
    static const size_t batches[] = { 0, 1, 17, 100 };
    char *folder = make_folder();
    struct sources sources;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(batches); i++) {
        open_sources(&sources, folder, SOURCES_MAX);
        stop_after(&sources, batches[i]);
        /* It did not read to the end for nothing. */
        assert_int_equal(sources.items[1].facts.records, 0);
        close_sources(&sources);
    }
    test_folder_remove(folder);
}

static void
a_reader_that_is_not_wanted_reads_nothing(void **state)
{
    char *folder = make_folder();
    struct sources sources;
    struct rp_ahead *ahead = NULL;
    struct rp_worker *worker = NULL;
    struct rp_err err;

    (void)state;
    open_sources(&sources, folder, 1);
    assert_ok(rp_ahead_open(&sources.plan, &ahead, &err), &err);
    rp_ahead_stop(ahead);
    assert_false(rp_ahead_hand_over(ahead, 0));
    assert_ok(
        rp_worker_start(&(struct rp_task){ read_ahead, ahead }, &worker, &err),
        &err);
    assert_ok(rp_worker_join(worker, &err), &err);
    /* Though it waits by now. */
    assert_false(rp_ahead_hand_over(ahead, 0));
    assert_int_equal(sources.items[0].reading.fp.rows, 0);
    rp_ahead_stop(NULL);
    rp_ahead_close(ahead);
    rp_ahead_close(NULL);
    close_sources(&sources);
    test_folder_remove(folder);
}

/* The second of two sources has another beginning when its turn comes. */
static void
a_failure_of_the_reader_is_told_to_both(void **state)
{
    char *folder = make_folder();
    char *path = source_path(folder, 1);
    struct sources sources;
    struct rp_buf text = { 0 };
    struct told told;

    (void)state;
    open_sources(&sources, folder, 2);
    test_write(path, RP_LIT("\xef\xbb\xbfs,c\n1,2\n"));
    put_with_reader(&text, &sources, &told);
    assert_int_equal(told.status, RP_E_CHANGED);
    assert_int_equal(told.of_reader, RP_E_CHANGED);
    assert_string_equal(told.err.text, told.err_of_reader.text);
    assert_holds(told.err.text, "1.csv: changed while it was being read");
    /* What came before it came. */
    assert_int_equal(sources.items[0].facts.records,
                     sources.items[0].reading.fp.rows);
    assert_holds(rp_buf_cstr(&text), sources.items[0].facts.sha256);
    rp_buf_release(&text);
    close_sources(&sources);
    free(path);
    test_folder_remove(folder);
}

/* The second parse of long ones would outlast the fill; and a few are not worth
 * it, but whoever came to read them must not wait for ever. */
static void
only_many_short_records_are_read_ahead(void **state)
{
    static const struct {
        size_t bytes;
        unsigned lines;
        bool read_ahead;
    } cases[] = { { 10, 500, true }, { 300, 500, false }, { 10, 9, false } };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct planned_spilled planned = { .plan = false };
        struct rp_buf bytes = { 0 };
        struct rp_buf text = { 0 };
        struct test_school school;
        const char *source;
        char *path;
        struct rp_err err;

        test_school_start(
            &school, "CREATE TABLE students(id INTEGER PRIMARY KEY, s UNIQUE); "
                     "CREATE TABLE courses(id INTEGER PRIMARY KEY, c UNIQUE)");
        path = test_path(school.folder, "source.csv");
        source = path;
        rp_buf_str(&bytes, "s,c,note\n");
        for (unsigned line = 0; line < cases[i].lines; line++) {
            rp_buf_printf(&bytes, "%u,%u,", line, line);
            put_long(&bytes, cases[i].bytes, 'n');
            rp_buf_byte(&bytes, '\n');
        }
        test_write(path, rp_buf_view(&bytes));
        assert_ok(planned_put(&text,
                              &(struct planned_asked){ .db = school.db,
                                                       .sources = &source,
                                                       .source_count = 1,
                                                       .student = "s",
                                                       .course = "c",
                                                       .leave_out = "note",
                                                       .beside = true },
                              (size_t)8 << 20, &planned, &err),
                  &err);
        assert_int_equal(planned.read_ahead, cases[i].read_ahead);
        rp_buf_release(&bytes);
        rp_buf_release(&text);
        free(path);
        test_school_end(&school);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_read_ahead_are_those_that_are_there),
        cmocka_unit_test(a_reader_goes_when_no_more_is_wanted),
        cmocka_unit_test(a_reader_that_is_not_wanted_reads_nothing),
        cmocka_unit_test(a_failure_of_the_reader_is_told_to_both),
        cmocka_unit_test(only_many_short_records_are_read_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
