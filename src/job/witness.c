/* see witness.h */
#include "job/witness.h"

#include <string.h>

#include "base/mem.h"
#include "base/shares.h"

/* Of a run that removes, for three sets of claims, in its part. */
#define WITHDRAWN_SHARE 4

static struct rp_claims_request
claims_request(const struct rp_witness *witness)
{
    return (struct rp_claims_request){
        .plan = witness->plan,
        .dialect = witness->dialect,
        .keys = &witness->keys,
        .folder = rp_db_folder(witness->db),
        .memory_bytes = RP_PROOF_BYTES(rp_session_memory(witness->session)),
        .stop = witness->session->stop,
    };
}

/* The links there are, by their keys. */
static enum rp_status
look_at_links(struct rp_witness *witness, struct rp_db *db, struct rp_err *err)
{
    struct rp_claims_request request = claims_request(witness);
    enum rp_status status;

    if (witness->earlier == NULL)
        return RP_OK;
    status = rp_withdrawn_open(request.folder,
                               request.memory_bytes / WITHDRAWN_SHARE,
                               &witness->withdrawn, err);
    if (status == RP_OK && witness->table_exists)
        status = rp_withdrawn_links(&witness->withdrawn, &request, db, err);
    return status;
}

/* The database as it was. */
static enum rp_status
look_at_rows(struct rp_witness *witness, struct rp_db *db, struct rp_err *err)
{
    struct rp_snapshot_request request = {
        .full_check = witness->full_check,
        .with_soundness = true,
    };

    return rp_snapshot_take(db, &request, &witness->before, err);
}

/* The parents' keys. */
static enum rp_status
look_at_keys(struct rp_witness *witness, struct rp_db *db, struct rp_err *err)
{
    struct rp_keyrings_request wanted = {
        .db = db,
        .student = &witness->student,
        .course = &witness->course,
        .memory_bytes = RP_PROOF_BYTES(rp_session_memory(witness->session)),
    };
    enum rp_status status = rp_keyrings_open(&wanted, &witness->keys, err);

    return status == RP_OK ? look_at_links(witness, db, err) : status;
}

/* The planner waits for records sooner than anybody does for the rows. */
static enum rp_status
look_at_school(struct rp_witness *witness, struct rp_db *db, struct rp_err *err)
{
    enum rp_status status = look_at_keys(witness, db, err);

    if (status == RP_OK && witness->ahead != NULL)
        status = rp_ahead_read(witness->ahead, err);
    return status == RP_OK ? look_at_rows(witness, db, err) : status;
}

/* The earlier delivery: only which claims it makes counts. */
static enum rp_status
look_at_earlier(struct rp_witness *witness, struct rp_err *err)
{
    struct rp_claims_request request = claims_request(witness);
    struct rp_fp all = { { 0, 0 }, 0 };

    if (witness->earlier == NULL)
        return RP_OK;
    request.plan = witness->earlier;
    request.hashes = witness->withdrawn.earlier;
    witness->second_earlier = rp_zalloc_array(request.plan->source_count,
                                              sizeof *witness->second_earlier);
    if (witness->second_earlier == NULL)
        return rp_fail_nomem(err, "prove the sources");
    return rp_claims_of_sources(&request, witness->second_earlier, &all, err);
}

/* The sources as its own parser reads them. */
static enum rp_status
look_at_sources(struct rp_witness *witness, struct rp_err *err)
{
    struct rp_claims_request request = claims_request(witness);
    enum rp_status status = look_at_earlier(witness, err);

    if (status != RP_OK)
        return status;
    request.hashes = witness->withdrawn.next;
    witness->second =
        rp_zalloc_array(witness->plan->source_count, sizeof *witness->second);
    if (witness->second == NULL)
        return rp_fail_nomem(err, "prove the sources");
    return rp_claims_of_sources(&request, witness->second, &witness->claimed,
                                err);
}

static enum rp_status
look_at_plan(struct rp_witness *witness, struct rp_err *err)
{
    struct rp_claims_request request = claims_request(witness);
    enum rp_status status = rp_claims_of_plan(&request, &witness->planned, err);

    if (status != RP_OK || witness->earlier == NULL)
        return status;
    status = rp_withdrawn_planned(&request, witness->removed,
                                  &witness->planned_remove, err);
    return status == RP_OK ? rp_withdrawn_find(&witness->withdrawn,
                                               &witness->to_remove, err)
                           : status;
}

static enum rp_status
look_through_own_connection(struct rp_witness *witness, struct rp_err *err)
{
    /* This is the second thread: it has none to hash beside it. */
    struct rp_session alone = *witness->session;
    struct rp_db *db = NULL;
    enum rp_status status;

    alone.threads = 1;
    /* Its quick_check must see what that of the main connection sees. */
    status = rp_session_open(&alone, witness->school, RP_DB_CHECK, &db, err);

    if (status == RP_OK)
        status = rp_db_begin_read(db, err);
    if (status == RP_OK)
        status = look_at_school(witness, db, err);
    rp_db_close(db);
    return status;
}

static enum rp_status
run(void *ctx, struct rp_err *err)
{
    struct rp_witness *witness = ctx;
    enum rp_status status = look_through_own_connection(witness, err);

    rp_gate_open(witness->released, status == RP_OK);
    if (status == RP_OK)
        status = look_at_sources(witness, err);
    if (status == RP_OK && rp_gate_wait(witness->settled))
        status = look_at_plan(witness, err);
    /* Whoever publishes tries again, and tells. */
    if (status == RP_OK)
        (void)!rp_libraries_look(&witness->libraries, NULL);
    return status;
}

enum rp_status
rp_witness_begin(struct rp_witness *witness, bool beside, struct rp_err *err)
{
    struct rp_task task = { run, witness };
    enum rp_status status;

    if (!beside)
        return look_at_school(witness, witness->db, err);
    status = rp_gate_make(&witness->released, err);
    if (status == RP_OK)
        status = rp_gate_make(&witness->settled, err);
    /* Where no second thread is to be had, one does the work of both. */
    if (status == RP_OK &&
        rp_worker_start(&task, &witness->worker, NULL) != RP_OK) {
        rp_ahead_stop(witness->ahead);
        status = look_at_school(witness, witness->db, err);
    }
    return status;
}

static enum rp_status
join(struct rp_witness *witness, struct rp_err *err)
{
    struct rp_worker *worker = witness->worker;

    witness->worker = NULL;
    return rp_worker_join(worker, err);
}

enum rp_status
rp_witness_settle(struct rp_witness *witness, struct rp_err *err)
{
    if (witness->worker == NULL)
        return RP_OK;
    rp_gate_open(witness->settled, true);
    if (rp_gate_wait(witness->released))
        return RP_OK;
    return join(witness, err);
}

enum rp_status
rp_witness_end(struct rp_witness *witness, struct rp_err *err)
{
    enum rp_status status;

    if (witness->worker != NULL)
        return join(witness, err);
    status = look_at_sources(witness, err);
    return status == RP_OK ? look_at_plan(witness, err) : status;
}

void
rp_witness_release(struct rp_witness *witness)
{
    if (witness->worker != NULL) {
        rp_ahead_stop(witness->ahead);
        rp_gate_open(witness->settled, false);
        /* Its own trouble is told only when the caller has none. */
        (void)!join(witness, NULL);
    }
    rp_gate_close(witness->released);
    rp_gate_close(witness->settled);
    rp_keyrings_release(&witness->keys);
    rp_withdrawn_release(&witness->withdrawn);
    rp_libraries_release(&witness->libraries);
    rp_free(witness->second);
    rp_free(witness->second_earlier);
    rp_snapshot_release(&witness->before);
    memset(witness, 0, sizeof *witness);
}
