/* stages.c - what each stage of an import costs, one thread, one at a time.
 *
 *     stages SCHOOL.db WORK RUNS
 *
 * SCHOOL.db is a copy of WORK/base.db (tools/gen.c).  Every run takes all
 * stages in the order of the program, each fed with what the one before it
 * made, and rolls back.  Prints "STAGE ROWS SECONDS" lines, medians of the
 * runs.  A stage is a function run_..., so that callgrind can tell what each
 * of them executes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "plan/plan.h"
#include "plan/resolve.h"
#include "proof/second.h"
#include "school/change.h"
#include "school/db.h"
#include "school/fill.h"
#include "school/rows.h"
#include "source/records.h"
#include "support/workload.h"

#define RUNS_MAX 99
#define SORT_MEMORY_BYTES ((size_t)256 << 20)

struct bench {
    struct workload load;
    struct rp_link *links; /* as found, then sorted and distinct */
    size_t link_count;
    size_t link_next;
    uint64_t rows; /* that the stage worked on */
};

static enum rp_status
parse(struct bench *bench, const struct workload_source *source,
      struct rp_err *err)
{
    const struct rp_record *batch = NULL;
    struct rp_records *records = NULL;
    struct rp_source_facts facts;
    size_t count = 0;
    enum rp_status status =
        rp_records_open(source->input, &workload_dialect, &records, err);

    while (status == RP_OK) {
        status = rp_records_batch(records, &batch, &count, err);
        if (status != RP_OK || count == 0)
            break;
        bench->rows += count;
    }
    if (status == RP_OK)
        status = rp_records_finish(records, &facts, err);
    rp_records_close(records);
    return status;
}

static enum rp_status
run_parse_ids(struct bench *bench, struct rp_err *err)
{
    return parse(bench, &bench->load.ids, err);
}

static enum rp_status
run_parse_texts(struct bench *bench, struct rp_err *err)
{
    return parse(bench, &bench->load.texts, err);
}

static enum rp_status
parse_again(struct bench *bench, const struct workload_source *source,
            struct rp_err *err)
{
    const struct rp_second_record *batch = NULL;
    struct rp_second *second = NULL;
    size_t count = 0;
    enum rp_status status =
        rp_second_open(source->input, &workload_dialect, &second, err);

    while (status == RP_OK) {
        status = rp_second_batch(second, &batch, &count, err);
        if (status != RP_OK || count == 0)
            break;
        bench->rows += count;
    }
    if (status == RP_OK) {
        char sha256[RP_SHA256_HEX];
        uint64_t bytes = 0;

        status = rp_second_finish(second, &bytes, sha256, err);
    }
    rp_second_close(second);
    return status;
}

static enum rp_status
run_second_parse_ids(struct bench *bench, struct rp_err *err)
{
    return parse_again(bench, &bench->load.ids, err);
}

static enum rp_status
run_second_parse_texts(struct bench *bench, struct rp_err *err)
{
    return parse_again(bench, &bench->load.texts, err);
}

/* The links of count records from the one at first. */
static enum rp_status
resolve_some(struct bench *bench, const struct workload_source *source,
             size_t first, size_t count, struct rp_err *err)
{
    static const struct rp_key_columns columns[WORKLOAD_SIDES] = {
        { .count = 1, .column = { 0 } },
        { .count = 1, .column = { 1 } },
    };
    struct rp_key_asked asked[RP_BATCH_RECORDS];
    struct rp_key_lookup found[WORKLOAD_SIDES][RP_BATCH_RECORDS];
    enum rp_status status = RP_OK;

    for (size_t s = 0; s < WORKLOAD_SIDES && status == RP_OK; s++) {
        for (size_t i = 0; i < count; i++)
            asked[i] = (struct rp_key_asked){
                first + i, &source->fields[(first + i) * WORKLOAD_SIDES],
                &columns[s]
            };
        status =
            rp_resolver_find(source->resolver[s], asked, count, found[s], err);
    }
    for (size_t i = 0; i < count && status == RP_OK; i++)
        if (found[0][i].result == RP_KEY_FOUND &&
            found[1][i].result == RP_KEY_FOUND)
            bench->links[bench->link_count++] =
                (struct rp_link){ found[0][i].id, found[1][i].id };
    bench->rows += count;
    return status;
}

static enum rp_status
resolve(struct bench *bench, const struct workload_source *source,
        struct rp_err *err)
{
    const size_t records = source->field_count / WORKLOAD_SIDES;
    enum rp_status status = RP_OK;

    bench->link_count = 0;
    for (size_t i = 0; status == RP_OK && i < records; i += RP_BATCH_RECORDS) {
        size_t count = records - i;

        if (count > RP_BATCH_RECORDS)
            count = RP_BATCH_RECORDS;
        status = resolve_some(bench, source, i, count, err);
    }
    return status;
}

static enum rp_status
run_resolve_ids(struct bench *bench, struct rp_err *err)
{
    return resolve(bench, &bench->load.ids, err);
}

static enum rp_status
run_resolve_texts(struct bench *bench, struct rp_err *err)
{
    return resolve(bench, &bench->load.texts, err);
}

/* As the planner sorts claims of small ids that have nothing but keys. */
static const struct rp_claim_shape claim_shape = { .narrow = true,
                                                   .rest = false };

static enum rp_status
take_sorted(struct bench *bench, struct rp_sorter *sorter, struct rp_err *err)
{
    const unsigned char *packed = NULL;
    struct rp_claim_seen last = { .first = 0 };
    size_t count = 0;
    enum rp_status status = rp_sorter_finish(sorter, err);

    while (status == RP_OK) {
        struct rp_claim_seen claim;

        status = rp_sorter_next(sorter, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        rp_claim_see(claim_shape, packed, &claim);
        if (count > 0 && claim.first == last.first &&
            claim.second == last.second)
            continue;
        last = claim;
        bench->links[count].student_id = (int64_t)(claim.first ^ RP_ID_SIGN);
        bench->links[count++].course_id = (int64_t)(claim.second ^ RP_ID_SIGN);
    }
    bench->link_count = count;
    return status;
}

/* A batch of claims, packed. */
static enum rp_status
add_claims(const struct bench *bench, size_t first, size_t count,
           struct rp_sorter *sorter, struct rp_err *err)
{
    const size_t bytes = rp_claim_bytes(claim_shape);
    unsigned char packed[RP_BATCH_RECORDS * RP_CLAIM_BYTES];
    struct rp_claim_made made = { .code = RP_CODE_NONE };

    for (size_t i = 0; i < count; i++) {
        const struct rp_link *link = &bench->links[first + i];

        rp_link_pack(made.key, link->student_id, link->course_id);
        rp_claim_pack_as(claim_shape, packed + i * bytes, first + i, &made);
    }
    return rp_sorter_add_all(sorter, packed, count, err);
}

static enum rp_status
run_sort(struct bench *bench, struct rp_err *err)
{
    const struct rp_sort_shape shape = { rp_claim_bytes(claim_shape),
                                         rp_claim_key_bytes(claim_shape),
                                         SORT_MEMORY_BYTES };
    const size_t all = bench->link_count;
    struct rp_sorter *sorter = NULL;
    enum rp_status status =
        rp_sorter_open(&shape, rp_db_folder(bench->load.db), &sorter, err);

    for (size_t i = 0; status == RP_OK && i < all; i += RP_BATCH_RECORDS)
        status = add_claims(
            bench, i, all - i < RP_BATCH_RECORDS ? all - i : RP_BATCH_RECORDS,
            sorter, err);
    bench->rows = all;
    if (status == RP_OK)
        status = take_sorted(bench, sorter, err);
    rp_sorter_close(sorter);
    return status;
}

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    struct bench *bench = ctx;

    (void)err;
    *out_more = bench->link_next < bench->link_count;
    if (*out_more)
        *out_link = bench->links[bench->link_next++];
    return RP_OK;
}

static enum rp_status
run_fill(struct bench *bench, struct rp_err *err)
{
    const struct rp_link_stream stream = { next_link, bench };

    bench->link_next = 0;
    bench->rows = bench->link_count;
    return rp_fill(bench->load.db, &stream, err);
}

static enum rp_status
digest(struct bench *bench, const char *name, struct rp_err *err)
{
    struct rp_digest found = { .fp = { .rows = 0 } };
    enum rp_status status =
        rp_rows_scan(bench->load.db, rp_schema_table(bench->load.schema, name),
                     NULL, &found, err);

    bench->rows += found.fp.rows;
    return status;
}

static enum rp_status
run_digest_parents(struct bench *bench, struct rp_err *err)
{
    enum rp_status status = digest(bench, "students", err);

    return status == RP_OK ? digest(bench, "courses", err) : status;
}

static enum rp_status
run_digest_links(struct bench *bench, struct rp_err *err)
{
    return digest(bench, "student_courses", err);
}

static enum rp_status
run_quick_check(struct bench *bench, struct rp_err *err)
{
    struct rp_buf lines = { 0 };
    enum rp_status status = rp_db_soundness(bench->load.db, false, &lines, err);

    if (status == RP_OK && lines.len > 0)
        status = rp_fail(err, RP_E_DB, "quick_check: %s", rp_buf_cstr(&lines));
    rp_buf_release(&lines);
    bench->rows = bench->link_count;
    return status;
}

static enum rp_status
run_course_index(struct bench *bench, struct rp_err *err)
{
    bench->rows = bench->link_count;
    return rp_course_index(bench->load.db, err);
}

struct stage {
    const char *name;
    enum rp_status (*run)(struct bench *bench, struct rp_err *err);
};

static const struct stage stages[] = {
    { "parse_ids", run_parse_ids },
    { "parse_texts", run_parse_texts },
    { "second_parse_ids", run_second_parse_ids },
    { "second_parse_texts", run_second_parse_texts },
    { "digest_parents", run_digest_parents },
    { "resolve_ids", run_resolve_ids },
    { "resolve_texts", run_resolve_texts },
    { "sort", run_sort },
    { "fill", run_fill },
    { "digest_links", run_digest_links },
    { "quick_check", run_quick_check },
    { "course_index", run_course_index },
};
#define STAGES (sizeof stages / sizeof stages[0])

static enum rp_status
open_bench(struct bench *bench, const char *school, const char *folder,
           struct rp_err *err)
{
    enum rp_status status = workload_open(&bench->load, school, folder, err);

    if (status != RP_OK)
        return status;
    bench->links = rp_zalloc_array(bench->load.ids.field_count / WORKLOAD_SIDES,
                                   sizeof *bench->links);
    return bench->links == NULL ? rp_fail_nomem(err, "hold the links") : RP_OK;
}

static void
close_bench(struct bench *bench)
{
    workload_close(&bench->load);
    rp_free(bench->links);
}

static double
now(void)
{
    struct timespec time = { 0, 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct result {
    uint64_t rows;
    double seconds[RUNS_MAX];
};

static enum rp_status
run_all(struct bench *bench, struct result *results, size_t run,
        struct rp_err *err)
{
    enum rp_status status = workload_begin(&bench->load, err);

    for (size_t i = 0; status == RP_OK && i < STAGES; i++) {
        double start = now();

        bench->rows = 0;
        status = stages[i].run(bench, err);
        results[i].seconds[run] = now() - start;
        results[i].rows = bench->rows;
    }
    return workload_rollback(&bench->load, status, err);
}

static int
compare_seconds(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void
print_results(struct result *results, size_t runs)
{
    for (size_t i = 0; i < STAGES; i++) {
        qsort(results[i].seconds, runs, sizeof(double), compare_seconds);
        (void)printf("%s %llu %.6f\n", stages[i].name,
                     (unsigned long long)results[i].rows,
                     results[i].seconds[runs / 2]);
    }
}

int
main(int argc, char **argv)
{
    static struct result results[STAGES];
    struct bench bench = { .link_count = 0 };
    struct rp_err err = { RP_OK, "" };
    unsigned long runs = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    enum rp_status status;

    if (runs < 1 || runs > RUNS_MAX) {
        (void)fputs("usage: stages SCHOOL.db WORK RUNS\n", stderr);
        return EXIT_FAILURE;
    }
    status = open_bench(&bench, argv[1], argv[2], &err);
    for (size_t run = 0; status == RP_OK && run < runs; run++)
        status = run_all(&bench, results, run, &err);
    if (status == RP_OK)
        print_results(results, runs);
    else
        (void)fprintf(stderr, "stages: %s\n", err.text);
    close_bench(&bench);
    return status == RP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
