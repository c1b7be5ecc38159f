/* see evidence.h */
#include "report/evidence.h"

#include <stdio.h>

#include "base/mem.h"
#include "report/html.h"
#include "report/lists.h"
#include "report/readme.h"
#include "report/shared.h"
#include "report/text.h"
#include "report/verify.h"

#define BLOCK_BYTES ((size_t)64 << 10)

/* All of spool into the file that is being written. */
static enum rp_status
copy_blocks(struct rp_bag *bag, struct rp_spool_reader *reader,
            struct rp_err *err)
{
    unsigned char *block = rp_zalloc(BLOCK_BYTES);
    enum rp_status status = RP_OK;
    size_t got = BLOCK_BYTES;

    if (block == NULL)
        return rp_fail_nomem(err, "copy records into the evidence");
    while (status == RP_OK && got == BLOCK_BYTES) {
        status = rp_spool_next(reader, block, BLOCK_BYTES, &got, err);
        if (status == RP_OK)
            status = rp_bag_put(bag, (struct rp_slice){ block, got }, err);
    }
    rp_free(block);
    return status;
}

static enum rp_status
copy_spool(struct rp_bag *bag, const struct rp_spool *spool, struct rp_err *err)
{
    struct rp_spool_reader *reader;
    enum rp_status status = rp_spool_read(spool, &reader, err);

    if (status != RP_OK)
        return status;
    status = copy_blocks(bag, reader, err);
    rp_spool_reader_close(reader);
    return status;
}

static enum rp_status
put_header(struct rp_bag *bag, struct rp_slice header, struct rp_err *err)
{
    enum rp_status status = rp_bag_put(bag, header, err);
    unsigned char last = header.len == 0 ? '\n' : header.ptr[header.len - 1];

    if (status == RP_OK && last != '\n' && last != '\r')
        status = rp_bag_put(bag, RP_LIT("\n"), err);
    return status;
}

static enum rp_status
put_records(struct rp_bag *bag, const char *name, struct rp_slice header,
            const struct rp_spool *records, struct rp_err *err)
{
    enum rp_status status;

    if (records == NULL || rp_spool_bytes(records) == 0)
        return RP_OK;
    status = rp_bag_begin(bag, name, err);
    if (status == RP_OK)
        status = put_header(bag, header, err);
    if (status == RP_OK)
        status = copy_spool(bag, records, err);
    if (status == RP_OK)
        status = rp_bag_end(bag, err);
    return status;
}

static enum rp_status
stage_records(struct rp_bag *bag, const struct rp_evidence *evidence,
              struct rp_err *err)
{
    const struct rp_slice no_header = { NULL, 0 };
    enum rp_status status = RP_OK;

    for (size_t i = 0; status == RP_OK && i < evidence->verdict->source_count;
         i++) {
        const struct rp_reject_file *rejects = &evidence->rejects[i];
        char name[48];

        (void)snprintf(name, sizeof name, "rejects/%zu.csv", i + 1);
        status = put_records(bag, name, rejects->header, rejects->records, err);
    }
    if (status == RP_OK)
        status = put_records(bag, "collapsed.csv", no_header,
                             evidence->collapsed, err);
    return status;
}

static enum rp_status
stage_schema(struct rp_bag *bag, const struct rp_evidence *evidence,
             struct rp_err *err)
{
    enum rp_status status =
        rp_bag_file(bag, "schema.before.sql", evidence->schema_before, err);

    if (status == RP_OK)
        status =
            rp_bag_file(bag, "schema.after.sql", evidence->schema_after, err);
    if (status == RP_OK)
        status = rp_bag_file(bag, "migration.sql", evidence->migration, err);
    if (status == RP_OK && evidence->map.ptr != NULL)
        status = rp_bag_file(bag, "map.ini", evidence->map, err);
    return status;
}

static enum rp_status
stage_lists(struct rp_bag *bag, const struct rp_evidence *evidence,
            struct rp_err *err)
{
    enum rp_status status = rp_lists_findings(bag, evidence, err);

    if (status == RP_OK)
        status = rp_lists_sample(bag, evidence, err);
    if (status == RP_OK)
        status = rp_lists_already(bag, evidence, err);
    if (status == RP_OK)
        status = rp_lists_removed(bag, evidence, err);
    if (status == RP_OK)
        status = rp_lists_tables(bag, evidence->verdict, err);
    if (status == RP_OK)
        status = rp_lists_inputs(bag, evidence->verdict, err);
    return status;
}

/* What lets a stranger do it all again. */
static enum rp_status
stage_verify(struct rp_bag *bag, struct rp_err *err)
{
    const struct rp_slice script = { rp_verify_py, rp_verify_py_bytes };
    const struct rp_slice page = { rp_verify_txt, rp_verify_txt_bytes };
    enum rp_status status = rp_bag_file(bag, "verify/verify.py", script, err);

    if (status == RP_OK)
        status = rp_bag_file(bag, "verify/README.txt", page, err);
    return status;
}

/* Ends text. */
static enum rp_status
put_text(struct rp_bag *bag, const char *name, struct rp_buf *text,
         struct rp_err *err)
{
    enum rp_status status = rp_buf_status(text, err);

    if (status == RP_OK)
        status = rp_bag_file(bag, name, rp_buf_view(text), err);
    rp_buf_release(text);
    return status;
}

enum rp_status
rp_evidence_verdict_files(struct rp_bag *bag, const struct rp_verdict *verdict,
                          struct rp_err *err)
{
    struct rp_buf readme = { 0 };
    struct rp_buf report = { 0 };
    struct rp_buf page = { 0 };
    struct rp_buf json = { 0 };
    enum rp_status status;

    rp_readme(&readme, verdict);
    status = put_text(bag, "README.txt", &readme, err);
    if (status != RP_OK)
        return status;
    rp_text_report(&report, verdict, NULL);
    status = put_text(bag, "report.txt", &report, err);
    if (status != RP_OK)
        return status;
    rp_html_report(&page, verdict);
    status = put_text(bag, "report.html", &page, err);
    if (status == RP_OK)
        status = rp_json_verdict(&json, verdict, err);
    if (status == RP_OK)
        status = put_text(bag, "verdict.json", &json, err);
    rp_buf_release(&json);
    return status;
}

enum rp_status
rp_evidence_stage(struct rp_bag *bag, const struct rp_evidence *evidence,
                  struct rp_err *err)
{
    enum rp_status status = stage_schema(bag, evidence, err);

    if (status == RP_OK)
        status = stage_lists(bag, evidence, err);
    if (status == RP_OK)
        status = stage_records(bag, evidence, err);
    if (status == RP_OK)
        status = rp_evidence_verdict_files(bag, evidence->verdict, err);
    if (status == RP_OK)
        status = stage_verify(bag, err);
    return status;
}

static enum rp_status
put_run(struct rp_bag *bag, const struct rp_run *run, struct rp_err *err)
{
    struct rp_buf json = { 0 };
    enum rp_status status = rp_json_run(&json, run, err);

    if (status == RP_OK)
        status = put_text(bag, "run.json", &json, err);
    rp_buf_release(&json);
    return status;
}

/* Evidence that cannot be shared is evidence: it names no copy, and share says
 * why it cannot make one. */
static enum rp_status
name_shared(struct rp_bag *bag, char shared[RP_SHA256_HEX], struct rp_err *err)
{
    const struct rp_bagsource source = rp_bagsource_of(bag);
    struct rp_err why = { RP_OK, "" };
    enum rp_status status = rp_shared_manifest(&source, shared, &why);

    if (status != RP_OK)
        shared[0] = '\0';
    return status == RP_E_NOMEM ? rp_fail(err, status, "%s", why.text) : RP_OK;
}

enum rp_status
rp_evidence_publish(struct rp_bag *bag, const struct rp_verdict *verdict,
                    const struct rp_run *run, const struct rp_bag_info *info,
                    struct rp_err *err)
{
    char shared[RP_SHA256_HEX] = "";
    struct rp_bag_info named = *info;
    struct rp_run known = *run;
    enum rp_status status = rp_evidence_verdict_files(bag, verdict, err);

    known.program = verdict->program;
    if (status == RP_OK)
        status = put_run(bag, &known, err);
    if (status == RP_OK)
        status = rp_bag_settle(bag, err);
    if (status == RP_OK)
        status = name_shared(bag, shared, err);
    named.shared_manifest = shared[0] == '\0' ? NULL : shared;
    return status == RP_OK ? rp_bag_publish(bag, &named, err) : status;
}
