/* see removal.h */
#include "proof/removal.h"

#include <inttypes.h>

#include "base/buf.h"
#include "proof/assemble.h"
#include "proof/making.h"

/* Does a finding of this code say that records of a source were not used, or
 * are perhaps not what they seem?  Then what they claim may be more. */
static bool
casts_doubt(enum rp_code code)
{
    return code != RP_FILTERED && code <= RP_AFTER_RESYNC;
}

static void
put_reason(struct rp_buf *out)
{
    if (out->len > 0)
        rp_buf_str(out, "; ");
}

static void
put_doubts(struct rp_buf *out, const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct rp_finding_report *finding = &verdict->findings[i];

        if (!casts_doubt(finding->code) || finding->count == 0)
            continue;
        put_reason(out);
        rp_buf_printf(out, "the next delivery has %s %" PRIu64,
                      rp_code_name(finding->code), finding->count);
    }
}

static void
put_runs(struct rp_buf *out, const struct rp_sync_report *sync)
{
    for (size_t i = 0; i < sync->earlier_count; i++) {
        const struct rp_earlier_report *earlier = &sync->earlier[i];

        if (earlier->imported && earlier->same_mapping)
            continue;
        put_reason(out);
        rp_buf_str(out, earlier->source.name);
        rp_buf_str(out, earlier->imported
                            ? " was imported with another mapping or filter"
                            : " was imported by no run whose evidence is "
                              "there");
    }
}

/* Text, or NULL when nothing was put. */
static enum rp_status
keep_text(struct rp_verdict *verdict, struct rp_buf *text,
          const char **out_text, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(text, err);

    if (status == RP_OK && text->len > 0) {
        *out_text = rp_arena_str(&verdict->arena, rp_buf_cstr(text));
        if (*out_text == NULL)
            status = rp_fail_nomem(err, "hold the verdict");
    }
    rp_buf_release(text);
    return status;
}

static enum rp_status
put_all_earlier(struct rp_verdict *verdict, const struct rp_asked *asked,
                const struct rp_removal *removal, struct rp_err *err)
{
    struct rp_sync_report *sync = verdict->sync;
    const struct rp_plan *plan = removal->earlier;
    enum rp_status status = RP_OK;

    sync->earlier_count = plan->source_count;
    sync->earlier = rp_arena_array(&verdict->arena, sync->earlier_count,
                                   sizeof *sync->earlier);
    if (sync->earlier == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    for (size_t i = 0; i < sync->earlier_count && status == RP_OK; i++) {
        struct rp_earlier_report *report = &sync->earlier[i];

        report->imported = removal->runs[i] != RP_EARLIER_UNKNOWN;
        report->same_mapping = removal->runs[i] == RP_EARLIER_SAME;
        status = rp_assemble_source(verdict, asked, &plan->sources[i],
                                    &report->source, err);
    }
    return status;
}

enum rp_status
rp_removal_assemble(struct rp_verdict *verdict, const struct rp_asked *asked,
                    const struct rp_removal *removal, struct rp_err *err)
{
    const struct rp_removed *removed = removal->removed;
    struct rp_sync_report *sync =
        rp_arena_array(&verdict->arena, 1, sizeof *sync);
    struct rp_buf forbidden = { 0 };
    enum rp_status status;

    if (sync == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    verdict->sync = sync;
    sync->max_removed = rp_arena_str(&verdict->arena, removal->limit.text);
    if (sync->max_removed == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    sync->links_before = removed->links_before;
    sync->claims = removed->claims;
    sync->kept = removed->kept;
    sync->gone = removed->gone;
    sync->removed = removed->removed;
    sync->elsewhere = removed->elsewhere;
    status = put_all_earlier(verdict, asked, removal, err);
    if (status != RP_OK)
        return status;
    put_doubts(&forbidden, verdict);
    put_runs(&forbidden, sync);
    return keep_text(verdict, &forbidden, &sync->forbidden, err);
}

/* Both sides of the balance of the earlier delivery's claims as well: each of
 * them has exactly one end. */
static enum rp_status
check_planned(struct rp_making *making, struct rp_err *err)
{
    const struct rp_removal *removal = making->proof->removal;
    const struct rp_removed *removed = removal->removed;
    char hex[RP_FP_HEX];

    rp_fp_hex(hex, &removal->expected);
    rp_buf_printf(&making->expected,
                  "%" PRIu64 " links to remove, keys %s; %" PRIu64
                  " of them there; %" PRIu64 " earlier claims",
                  removal->expected.rows, hex, removed->removed,
                  removed->claims);
    rp_fp_hex(hex, &removal->planned);
    rp_buf_printf(&making->actual,
                  "%" PRIu64 " links to remove, keys %s; %" PRIu64
                  " of them there; %" PRIu64 " earlier claims",
                  removal->planned.rows, hex, removal->found,
                  removed->kept + removed->gone + removed->removed);
    return rp_making_add(making, "removals-as-planned", err);
}

/* Where nothing is removed, nothing needs to be allowed. */
static enum rp_status
check_allowed(struct rp_making *making, struct rp_err *err)
{
    const struct rp_sync_report *sync = making->verdict->sync;
    const struct rp_limit *limit = &making->proof->removal->limit;

    rp_buf_printf(&making->expected,
                  "%" PRIu64 " of %" PRIu64 " links removed: allowed",
                  sync->removed, sync->links_before);
    rp_buf_printf(&making->actual,
                  "%" PRIu64 " of %" PRIu64 " links removed: ", sync->removed,
                  sync->links_before);
    if (sync->removed == 0 ||
        (sync->forbidden == NULL &&
         rp_limit_holds(limit, sync->removed, sync->links_before)))
        rp_buf_str(&making->actual, "allowed");
    else if (sync->forbidden != NULL)
        rp_buf_printf(&making->actual, "forbidden, since %s", sync->forbidden);
    else
        rp_buf_printf(&making->actual, "more than --max-removed %s",
                      sync->max_removed);
    return rp_making_add(making, "removals-allowed", err);
}

enum rp_status
rp_removal_checks(struct rp_making *making, struct rp_err *err)
{
    enum rp_status status = check_planned(making, err);

    return status == RP_OK ? check_allowed(making, err) : status;
}
