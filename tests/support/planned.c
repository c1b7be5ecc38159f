/* planned.c - see planned.h. */
#include "support/planned.h"

#include <inttypes.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/shares.h"
#include "base/worker.h"
#include "plan/links.h"
#include "proof/claims.h"
#include "proof/keyrings.h"
#include "school/schema.h"
#include "source/mapping.h"

/* Ids that are asked for at the end: from minus this to this. */
#define IDS_ASKED 70

struct run {
    const struct planned_asked *asked;
    size_t memory_bytes;
    struct rp_mapping *mapping;
    struct rp_schema *schema;
    struct rp_key_shape student;
    struct rp_key_shape course;
    struct rp_dialect dialect;
    struct rp_input *inputs[PLANNED_SOURCES_MAX];
    struct rp_layouter layouter;
    struct rp_plan_request request;
    struct rp_plan *plan;
    struct rp_links *links;
    struct rp_claimer claimer; /* of links */
    struct rp_claimer before;  /* stands before it */
    struct rp_ahead *ahead;
    struct rp_worker *reader;
    atomic_bool reader_came;
    bool waited;
    struct rp_keyrings keys;
    struct rp_second_facts *second;
    struct rp_fp claimed;
    struct rp_fp planned;
};

static enum rp_status
shape_of(const struct run *run, const char *table, const struct rp_spec *spec,
         struct rp_key_shape *out_shape, struct rp_err *err)
{
    struct rp_key_request request = {
        .option = table,
        .csv = spec->csv,
        .db = spec->db_count > 0 ? spec->db : NULL,
        .csv_count = spec->csv_count,
        .db_count = spec->db_count,
    };
    const struct rp_table *parent = NULL;
    enum rp_status status = rp_schema_parent(run->schema, table, &parent, err);

    return status == RP_OK ? rp_keys_shape(parent, &request, out_shape, err)
                           : status;
}

static enum rp_status
understand(struct run *run, struct rp_err *err)
{
    const struct planned_asked *asked = run->asked;
    struct rp_mapping_texts texts = {
        .student = asked->student,
        .course = asked->course,
        .where = &asked->where,
        .where_count = asked->where == NULL ? 0 : 1,
        .leave_out = &asked->leave_out,
        .leave_out_count = asked->leave_out == NULL ? 0 : 1,
    };
    enum rp_status status = rp_mapping_open(&texts, &run->mapping, err);

    if (status == RP_OK)
        status = rp_schema_open(asked->db, &run->schema, err);
    if (status == RP_OK)
        status = shape_of(run, "students", rp_mapping_student(run->mapping),
                          &run->student, err);
    if (status == RP_OK)
        status = shape_of(run, "courses", rp_mapping_course(run->mapping),
                          &run->course, err);
    return status;
}

static enum rp_status
open_plan(struct run *run, struct rp_err *err)
{
    const struct planned_asked *asked = run->asked;
    const char *folder = rp_db_folder(asked->db);
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < asked->source_count && status == RP_OK; i++)
        status = rp_input_open(asked->sources[i], folder, &run->inputs[i], err);
    run->dialect = (struct rp_dialect){ .delimiter = ',',
                                        .quote = '"',
                                        .has_header = true };
    run->layouter = rp_links_layouter(run->mapping);
    run->request = (struct rp_plan_request){
        .dialect = &run->dialect,
        .inputs = run->inputs,
        .input_count = asked->source_count,
        .layouter = &run->layouter,
        .folder = folder,
        .memory_bytes = run->memory_bytes,
    };
    return status == RP_OK ? rp_plan_open(&run->request, &run->plan, err)
                           : status;
}

static enum rp_status
foresee(void *ctx, const struct rp_claim_asked *asked, struct rp_err *err)
{
    const struct run *run = ctx;

    return run->claimer.foresee(run->claimer.ctx, asked, err);
}

static enum rp_status
foreseen(void *ctx, struct rp_err *err)
{
    const struct run *run = ctx;

    if (run->asked->foreseen != NULL)
        run->asked->foreseen(run->asked->ctx);
    return run->claimer.foreseen(run->claimer.ctx, err);
}

/* Once, so that the other thread need not be fast to be let read. */
static void
wait_for_reader(struct run *run)
{
    const struct timespec pause = { 0, 1000000 };

    if (run->reader == NULL || run->waited)
        return;
    while (!atomic_load(&run->reader_came))
        (void)sched_yield();
    (void)nanosleep(&pause, NULL);
    run->waited = true;
}

static enum rp_status
claim(void *ctx, const struct rp_claim_asked *asked, size_t count,
      struct rp_claim_made *out_made, struct rp_err *err)
{
    struct run *run = ctx;

    wait_for_reader(run);
    return run->claimer.claim(run->claimer.ctx, asked, count, out_made, err);
}

static enum rp_status
present(void *ctx, struct rp_claim *out_claim, bool *out_more,
        struct rp_err *err)
{
    const struct run *run = ctx;

    return run->claimer.present(run->claimer.ctx, out_claim, out_more, err);
}

static enum rp_status
read_ahead(void *ctx, struct rp_err *err)
{
    struct run *run = ctx;

    atomic_store(&run->reader_came, true);
    return rp_ahead_read(run->ahead, err);
}

static enum rp_status
start_reader(struct run *run, struct rp_err *err)
{
    const struct rp_task task = { read_ahead, run };
    enum rp_status status = RP_OK;

    if (!run->asked->beside)
        return RP_OK;
    status = rp_ahead_open(run->plan, &run->ahead, err);
    run->request.ahead = run->ahead;
    return status == RP_OK ? rp_worker_start(&task, &run->reader, err) : status;
}

/* What became of the plan; else what the reader says. */
static enum rp_status
join_reader(struct run *run, enum rp_status status, struct rp_err *err)
{
    enum rp_status joined = RP_OK;

    if (run->reader != NULL)
        joined = rp_worker_join(run->reader, status == RP_OK ? err : NULL);
    return status == RP_OK ? joined : status;
}

static enum rp_status
make_plan(struct run *run, struct planned_spilled *out_spilled,
          struct rp_err *err)
{
    struct rp_links_request wanted = {
        .db = run->asked->db,
        .student = &run->student,
        .course = &run->course,
        .table_exists = rp_schema_table(run->schema, "student_courses") != NULL,
        .memory_bytes = run->memory_bytes,
    };
    enum rp_status status = rp_links_open(&wanted, &run->links, err);

    if (status != RP_OK)
        return status;
    run->claimer = rp_links_claimer(run->links);
    out_spilled->plan = run->claimer.foresee != NULL;
    run->before = run->claimer;
    run->before.ctx = run;
    run->before.foresee = out_spilled->plan ? foresee : NULL;
    run->before.foreseen = foreseen;
    run->before.claim = claim;
    run->before.present = run->claimer.present == NULL ? NULL : present;
    run->request.claimer = &run->before;
    if (run->asked->opened != NULL)
        run->asked->opened(run->asked->ctx);
    status = start_reader(run, err);
    if (status == RP_OK)
        status = rp_plan_make(run->plan, &run->request, err);
    status = join_reader(run, status, err);
    out_spilled->read_ahead =
        run->ahead != NULL && rp_ahead_hand_over(run->ahead, 0);
    return status;
}

static enum rp_status
prove(struct run *run, struct planned_spilled *out_spilled, struct rp_err *err)
{
    struct rp_keyrings_request wanted = {
        .db = run->asked->db,
        .student = &run->student,
        .course = &run->course,
        .memory_bytes = RP_PROOF_BYTES(run->memory_bytes),
    };
    struct rp_claims_request request = {
        .plan = run->plan,
        .dialect = &run->dialect,
        .keys = &run->keys,
        .folder = rp_db_folder(run->asked->db),
        .memory_bytes = RP_PROOF_BYTES(run->memory_bytes),
    };
    enum rp_status status = rp_keyrings_open(&wanted, &run->keys, err);

    if (status != RP_OK)
        return status;
    out_spilled->proof_student = rp_keyring_is_spilled(run->keys.student);
    out_spilled->proof_course = rp_keyring_is_spilled(run->keys.course);
    run->second =
        rp_zalloc_array(run->asked->source_count, sizeof *run->second);
    if (run->second == NULL)
        return rp_fail_nomem(err, "prove the sources");
    status = rp_claims_of_sources(&request, run->second, &run->claimed, err);
    return status == RP_OK ? rp_claims_of_plan(&request, &run->planned, err)
                           : status;
}

static void
put_fates(struct rp_buf *out, const struct rp_fates *fates)
{
    const uint64_t counts[] = {
        fates->records_total,
        fates->used,
        fates->blank,
        fates->filtered,
        fates->records_rejected,
        fates->claims_rejected,
        fates->planned,
        fates->already_present,
        fates->duplicate_exact,
        fates->duplicate_conflict,
    };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        rp_buf_printf(out, " %" PRIu64, counts[i]);
    rp_buf_byte(out, '\n');
}

static enum rp_status
put_spool(struct rp_buf *out, const char *name, const struct rp_spool *spool,
          struct rp_err *err)
{
    struct rp_spool_reader *reader = NULL;
    unsigned char block[4096];
    size_t got = sizeof block;
    enum rp_status status = rp_spool_read(spool, &reader, err);

    rp_buf_printf(out, "%s %" PRIu64 "\n", name, rp_spool_bytes(spool));
    while (status == RP_OK && got == sizeof block) {
        status = rp_spool_next(reader, block, sizeof block, &got, err);
        if (status == RP_OK)
            rp_buf_put(out, block, got);
    }
    rp_spool_reader_close(reader);
    return status;
}

static enum rp_status
put_findings(struct rp_buf *out, const struct rp_findings *findings,
             struct rp_err *err)
{
    struct rp_findings_reader *reader = NULL;
    struct rp_finding finding;
    bool more = false;
    enum rp_status status = rp_findings_read(findings, &reader, err);

    if (status == RP_OK)
        status = rp_findings_next(reader, &finding, &more, err);
    while (status == RP_OK && more) {
        rp_buf_slice(out, finding.code);
        rp_buf_printf(
            out,
            " %u %" PRIu64 " %" PRIu64 "-%" PRIu64 " %" PRIu64 "-%" PRIu64 " ",
            (unsigned)finding.source, finding.record, finding.first_line,
            finding.last_line, finding.byte_start, finding.byte_end);
        rp_buf_slice(out, finding.disposition);
        rp_buf_byte(out, ' ');
        rp_buf_slice(out, finding.column);
        rp_buf_byte(out, ' ');
        rp_buf_slice(out, finding.key);
        rp_buf_byte(out, '\n');
        status = rp_findings_next(reader, &finding, &more, err);
    }
    rp_findings_reader_close(reader);
    return status;
}

static enum rp_status
put_source(struct rp_buf *out, const struct run *run, size_t source,
           struct rp_err *err)
{
    const struct rp_plan_source *from = &run->plan->sources[source];

    rp_buf_printf(out, "source %zu", source);
    put_fates(out, &from->fates);
    for (size_t i = 0; i < from->layout.width; i++)
        rp_buf_printf(out, " %" PRIu64, from->non_empty[i]);
    rp_buf_printf(
        out, " %s %s\n", from->facts.sha256,
        strcmp(from->facts.sha256, run->second[source].sha256) == 0 &&
                rp_fp_eq(&from->reading.fp, &run->second[source].reading)
            ? "read twice the same"
            : "NOT THE SAME");
    return put_spool(out, "rejects", from->rejects, err);
}

static void
put_traced(struct rp_buf *out, const struct rp_plan *plan)
{
    for (size_t i = 0; i < plan->traced_count; i++) {
        const struct rp_traced *traced = &plan->traced[i];
        int64_t student = 0;
        int64_t course = 0;

        rp_link_unpack(traced->key, &student, &course);
        rp_buf_printf(
            out, "traced %u %" PRIu64 " %" PRIu64 "-%" PRIu64 " %d %d",
            (unsigned)traced->source, traced->record, traced->byte_start,
            traced->byte_end, (int)traced->code, traced->linked);
        if (traced->linked)
            rp_buf_printf(out, " %" PRId64 " %" PRId64, student, course);
        rp_buf_byte(out, '\n');
    }
}

/* Which ids there are, and the keys of both parents by id. */
static enum rp_status
put_ids(struct rp_buf *out, const struct run *run, struct rp_err *err)
{
    struct rp_keyring *const rings[] = { run->keys.student, run->keys.course };
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < 2; i++) {
        for (int64_t id = -IDS_ASKED; id <= IDS_ASKED && status == RP_OK;
             id++) {
            struct rp_field_key key = { .known = false };
            bool has = false;

            status = rp_keyring_has_id(rings[i], id, &has, err);
            if (status == RP_OK)
                status = rp_keyring_key(rings[i], id, &key, err);
            rp_buf_printf(out, " %d%d", has, key.known);
            if (key.known)
                rp_buf_printf(out, "%" PRIx64 "%" PRIx64, key.key.hi,
                              key.key.lo);
        }
        rp_buf_byte(out, '\n');
    }
    return status;
}

static enum rp_status
put_all(struct rp_buf *out, const struct run *run, struct rp_err *err)
{
    const struct rp_plan *plan = run->plan;
    char claimed[RP_FP_HEX];
    char planned[RP_FP_HEX];
    enum rp_status status = RP_OK;

    put_fates(out, &plan->ledger.all);
    for (size_t i = 0; i < RP_CODE_COUNT; i++)
        if (plan->ledger.codes[i] > 0)
            rp_buf_printf(out, "%s %" PRIu64 "\n",
                          rp_code_name((enum rp_code)i), plan->ledger.codes[i]);
    for (size_t i = 0; i < plan->source_count && status == RP_OK; i++)
        status = put_source(out, run, i, err);
    if (status == RP_OK)
        status = put_findings(out, plan->findings, err);
    if (status == RP_OK)
        status = put_spool(out, "collapsed", plan->collapsed, err);
    if (status == RP_OK)
        status = put_spool(out, "added", plan->added, err);
    put_traced(out, plan);
    rp_fp_hex(claimed, &run->claimed);
    rp_fp_hex(planned, &run->planned);
    rp_buf_printf(out, "claimed %s %" PRIu64 "\nplanned %s %" PRIu64 "\n",
                  claimed, run->claimed.rows, planned, run->planned.rows);
    return status == RP_OK ? put_ids(out, run, err) : status;
}

static void
release(struct run *run)
{
    rp_links_close(run->links);
    rp_ahead_close(run->ahead);
    rp_plan_close(run->plan);
    rp_keyrings_release(&run->keys);
    rp_free(run->second);
    for (size_t i = 0; i < run->asked->source_count; i++)
        rp_input_close(run->inputs[i]);
    rp_schema_close(run->schema);
    rp_mapping_close(run->mapping);
}

enum rp_status
planned_put(struct rp_buf *out, const struct planned_asked *asked,
            size_t memory_bytes, struct planned_spilled *out_spilled,
            struct rp_err *err)
{
    struct run run = { .asked = asked, .memory_bytes = memory_bytes };
    enum rp_status status = understand(&run, err);

    if (status == RP_OK)
        status = open_plan(&run, err);
    if (status == RP_OK)
        status = make_plan(&run, out_spilled, err);
    if (status == RP_OK)
        status = prove(&run, out_spilled, err);
    if (status == RP_OK)
        status = put_all(out, &run, err);
    release(&run);
    return status;
}
