/* see shared.h */
#include "report/shared.h"

#include <string.h>

#include "report/cut.h"
#include "report/evidence.h"
#include "report/json.h"

#define VERDICT "verdict.json"
#define WITHHELD "(not shared)"

/* What becomes of a file of the payload.  What is made of the verdict is made
 * anew; what is not listed is left out. */
enum fate {
    LEFT_OUT,
    KEPT,
    MADE,
    CUT_FINDINGS,
    CUT_RUN,
};

struct rule {
    const char *name;
    enum fate fate;
};
static const struct rule rules[] = {
    { "README.txt", MADE },           { "already.csv", KEPT },
    { "findings.csv", CUT_FINDINGS }, { "inputs.sha256", KEPT },
    { "migration.sql", KEPT },        { "report.html", MADE },
    { "report.txt", MADE },           { "run.json", CUT_RUN },
    { "schema.after.sql", KEPT },     { "schema.before.sql", KEPT },
    { "tables.csv", KEPT },           { VERDICT, MADE },
    { "verify/README.txt", KEPT },    { "verify/verify.py", KEPT },
};

struct sharing {
    const struct rp_bagsource *from;
    struct rp_bag *to;
    struct rp_buf *left_out;
};

static enum fate
fate_of(const char *name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].name, name) == 0)
            return rules[i].fate;
    return LEFT_OUT;
}

static const char *
name_of(const struct rp_bagfile *file)
{
    return file->name + sizeof RP_BAG_PAYLOAD - 1;
}

static enum rp_status
put_as_it_is(void *ctx, struct rp_slice bytes, struct rp_err *err)
{
    return rp_bag_put(ctx, bytes, err);
}

static enum rp_status
keep(const struct sharing *sharing, const struct rp_bagfile *file,
     struct rp_err *err)
{
    const struct rp_byte_sink sink = { put_as_it_is, sharing->to };
    enum rp_status status = rp_bag_begin(sharing->to, name_of(file), err);

    if (status == RP_OK)
        status = rp_bagsource_copy(sharing->from, file, &sink, err);
    return status == RP_OK ? rp_bag_end(sharing->to, err) : status;
}

static enum rp_status
cut_findings(const struct sharing *sharing, const struct rp_bagfile *file,
             struct rp_err *err)
{
    struct rp_cut cut = { .to = sharing->to };
    const struct rp_byte_sink sink = { rp_cut_put, &cut };
    enum rp_status status = rp_bag_begin(sharing->to, name_of(file), err);

    if (status == RP_OK)
        status = rp_bagsource_copy(sharing->from, file, &sink, err);
    if (status == RP_OK)
        status = rp_cut_end(&cut, err);
    if (status == RP_OK)
        status = rp_bag_end(sharing->to, err);
    rp_cut_release(&cut);
    return status;
}

static enum rp_status
cut_run(const struct sharing *sharing, const struct rp_bagfile *file,
        struct rp_err *err)
{
    struct rp_buf run = { 0 };
    struct rp_buf cut = { 0 };
    enum rp_status status = rp_bagsource_read(sharing->from, file, &run, err);

    if (status == RP_OK)
        status = rp_json_run_shared(rp_buf_view(&run), &cut, err);
    if (status == RP_OK)
        status =
            rp_bag_file(sharing->to, name_of(file), rp_buf_view(&cut), err);
    rp_buf_release(&run);
    rp_buf_release(&cut);
    return status;
}

static enum rp_status
share_file(const struct sharing *sharing, const struct rp_bagfile *file,
           struct rp_err *err)
{
    switch (fate_of(name_of(file))) {
    case KEPT:
        return keep(sharing, file, err);
    case CUT_FINDINGS:
        return cut_findings(sharing, file, err);
    case CUT_RUN:
        return cut_run(sharing, file, err);
    case LEFT_OUT:
        rp_buf_printf(sharing->left_out, "%s\n", name_of(file));
        return rp_buf_status(sharing->left_out, err);
    case MADE:
        break;
    }
    return RP_OK;
}

/* How many bytes rp_show made of one that was typed; text is not empty. */
static size_t
shown_len(const char *text)
{
    const size_t wanted = text[0] != '\\' ? 1 : text[1] == 'x' ? 4 : 2;
    size_t len = 1;

    while (len < wanted && text[len] != '\0')
        len++;
    return len;
}

/* Where the column ends in COL=VALUE,VALUE, as it was typed and then shown: a
 * backslash, which is shown as two, takes the next character literally. */
static size_t
column_len(const char *where)
{
    size_t at = 0;

    while (where[at] != '\0' && where[at] != '=') {
        const bool escapes = where[at] == '\\' && where[at + 1] == '\\';

        at += shown_len(where + at);
        if (escapes && where[at] != '\0')
            at += shown_len(where + at);
    }
    return at;
}

static const char *
withhold_values(struct rp_arena *arena, const char *where)
{
    const size_t len = column_len(where);
    struct rp_buf text = { 0 };
    const char *kept = NULL;

    /* What is no COL=VALUE was never typed. */
    rp_buf_put(&text, where, where[len] == '=' ? len + 1 : 0);
    rp_buf_str(&text, WITHHELD);
    if (!text.failed)
        kept = rp_arena_str(arena, rp_buf_cstr(&text));
    rp_buf_release(&text);
    return kept;
}

/* A reason is free text, and an approver is a person; that they were stated
 * stays. */
static void
withhold_words(struct rp_finding_report *finding)
{
    if (finding->reason != NULL)
        finding->reason = WITHHELD;
    if (finding->approved_by != NULL)
        finding->approved_by = WITHHELD;
}

static enum rp_status
withhold(struct rp_verdict *verdict, struct rp_err *err)
{
    verdict->shared = true;
    for (size_t i = 0; i < verdict->finding_count; i++)
        withhold_words(&verdict->findings[i]);
    for (size_t i = 0; i < verdict->where.count; i++) {
        const char *kept =
            withhold_values(&verdict->arena, verdict->where.items[i]);

        if (kept == NULL)
            return rp_fail_nomem(err, "hold the verdict");
        verdict->where.items[i] = kept;
    }
    return RP_OK;
}

static enum rp_status
share_verdict(const struct sharing *sharing, struct rp_slice text,
              struct rp_err *err)
{
    struct rp_verdict verdict = { .program = NULL };
    enum rp_status status = rp_json_read(text, VERDICT, &verdict, err);

    if (status != RP_OK)
        return status;
    if (verdict.shared)
        status = rp_fail(err, RP_E_USAGE,
                         "it is a shared copy already; copy the folder as it "
                         "is");
    if (status == RP_OK)
        status = withhold(&verdict, err);
    if (status == RP_OK)
        status = rp_evidence_verdict_files(sharing->to, &verdict, err);
    rp_verdict_release(&verdict);
    return status;
}

static enum rp_status
read_and_share_verdict(const struct sharing *sharing, struct rp_err *err)
{
    const struct rp_bagfile *file = rp_bagsource_find(sharing->from, VERDICT);
    struct rp_buf text = { 0 };
    enum rp_status status;

    if (file == NULL)
        return rp_fail(err, RP_E_IO,
                       "there is no " VERDICT " in it; it was not written by "
                       "rollproof");
    status = rp_bagsource_read(sharing->from, file, &text, err);
    if (status == RP_OK)
        status = share_verdict(sharing, rp_buf_view(&text), err);
    rp_buf_release(&text);
    return status;
}

enum rp_status
rp_shared_put(const struct rp_bagsource *from, struct rp_bag *to,
              struct rp_buf *out_left_out, struct rp_err *err)
{
    const struct sharing sharing = { from, to, out_left_out };
    enum rp_status status = read_and_share_verdict(&sharing, err);

    for (size_t i = 0; i < from->files.count && status == RP_OK; i++)
        status = share_file(&sharing, &from->files.files[i], err);
    return status;
}

enum rp_status
rp_shared_manifest(const struct rp_bagsource *from,
                   char out_sha256[RP_SHA256_HEX], struct rp_err *err)
{
    const struct rp_bagfile *verdict = rp_bagsource_find(from, VERDICT);
    struct rp_buf left_out = { 0 };
    struct rp_bag *to = NULL;
    enum rp_status status;

    out_sha256[0] = '\0';
    if (verdict != NULL && verdict->hash.bytes > RP_VERDICT_MAX_BYTES)
        return RP_OK;
    status = rp_bag_open_hashed(&to, err);
    if (status == RP_OK)
        status = rp_shared_put(from, to, &left_out, err);
    if (status == RP_OK)
        status = rp_bag_manifest_sha256(to, out_sha256, err);
    rp_bag_close(to);
    rp_buf_release(&left_out);
    return status;
}
