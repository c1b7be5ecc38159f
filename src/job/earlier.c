/* see earlier.h */
#include "job/earlier.h"

#include <string.h>

#include "base/show.h"
#include "job/evidence.h"
#include "report/bagchain.h"
#include "report/json.h"

static bool
same_names(const struct rp_names *left, const struct rp_names *right)
{
    if (left->count != right->count)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (strcmp(left->items[i], right->items[i]) != 0)
            return false;
    return true;
}

static bool
same_side(const struct rp_side *left, const struct rp_side *right)
{
    return same_names(&left->csv, &right->csv) &&
           same_names(&left->db, &right->db);
}

/* Filters hold in any order, and may be said twice. */
static bool
has_all(const struct rp_names *left, const struct rp_names *right)
{
    for (size_t i = 0; i < left->count; i++) {
        size_t found = 0;

        while (found < right->count &&
               strcmp(left->items[i], right->items[found]) != 0)
            found++;
        if (found == right->count)
            return false;
    }
    return true;
}

/* How records are divided is part of how they are understood. */
static bool
same_mapping(const struct rp_verdict *then,
             const struct rp_source_report *source,
             const struct rp_verdict *now)
{
    return same_side(&then->student, &now->student) &&
           same_side(&then->course, &now->course) &&
           has_all(&then->where, &now->where) &&
           has_all(&now->where, &then->where) && now->source_count > 0 &&
           strcmp(source->delimiter, now->sources[0].delimiter) == 0 &&
           strcmp(source->quote, now->sources[0].quote) == 0;
}

static bool
counts(const struct rp_verdict *then)
{
    return then->committed && !then->shared &&
           rp_verdict_kind(then) == RP_KIND_MIGRATE;
}

/* The source of that run which has these bytes, or NULL: the last, when
 * several do. */
static const struct rp_source_report *
source_of(const struct rp_verdict *then, const char *sha256)
{
    const struct rp_source_report *found = NULL;

    for (size_t i = 0; counts(then) && i < then->source_count; i++)
        if (strcmp(then->sources[i].sha256, sha256) == 0)
            found = &then->sources[i];
    return found;
}

/* Does that run speak of any of these sources? */
static bool
speaks(const struct rp_earlier_request *request, const struct rp_verdict *then)
{
    for (size_t i = 0; i < request->plan->source_count; i++)
        if (source_of(then, request->plan->sources[i].facts.sha256) != NULL)
            return true;
    return false;
}

static void
hear(const struct rp_earlier_request *request, const struct rp_verdict *then,
     enum rp_earlier_run *out_runs)
{
    for (size_t i = 0; i < request->plan->source_count; i++) {
        const struct rp_source_report *source =
            source_of(then, request->plan->sources[i].facts.sha256);

        if (source == NULL)
            continue;
        if (same_mapping(then, source, request->verdict))
            out_runs[i] = RP_EARLIER_SAME;
        else if (out_runs[i] == RP_EARLIER_UNKNOWN)
            out_runs[i] = RP_EARLIER_OTHER;
    }
}

/* The verdict as it stands there, unchecked. */
static enum rp_status
peek(const char *dir, struct rp_verdict *out_verdict, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status = rp_evidence_file(dir, "verdict.json", &text, err);

    if (status == RP_OK)
        status =
            rp_json_read(rp_buf_view(&text), "verdict.json", out_verdict, err);
    rp_buf_release(&text);
    return status;
}

/* What was never imported into this school, nobody may take out of it. */
static bool
is_of(const struct rp_verdict *then, const char *school)
{
    return school == NULL || strcmp(then->school, school) == 0;
}

/* Every file of a run is hashed only when it speaks of these sources: there
 * may be one of every night. */
static enum rp_status
look_at_run(const struct rp_earlier_request *request, const char *school,
            const char *dir, enum rp_earlier_run *out_runs, struct rp_err *err)
{
    struct rp_verdict hasty = { .program = NULL };
    struct rp_verdict verdict = { .program = NULL };
    struct rp_err why = { RP_OK, "" };
    enum rp_status status = peek(dir, &hasty, &why);

    if (status == RP_OK && is_of(&hasty, school) && speaks(request, &hasty)) {
        status = rp_evidence_verdict(dir, &verdict, &why);
        if (status == RP_OK)
            hear(request, &verdict, out_runs);
    }
    rp_verdict_release(&hasty);
    rp_verdict_release(&verdict);
    if (status == RP_E_NOMEM)
        return rp_fail(err, status, "%s", why.text);
    if (status != RP_OK)
        rp_talk(request->session, "rollproof: evidence passed over: %s",
                why.text);
    return RP_OK;
}

static enum rp_status
look_at_folder(const struct rp_earlier_request *request,
               const struct rp_earlier_folder *folder,
               enum rp_earlier_run *out_runs, struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf dir = { 0 };
    enum rp_status status = rp_bagruns_read(folder->path, &runs, err);

    for (size_t i = 0; i < runs.count && status == RP_OK; i++) {
        rp_buf_reset(&dir);
        rp_buf_printf(&dir, "%s/%s", folder->path, runs.items[i].folder);
        status = rp_buf_status(&dir, err);
        if (status == RP_OK)
            status = look_at_run(request, folder->school, rp_buf_cstr(&dir),
                                 out_runs, err);
    }
    rp_bagruns_release(&runs);
    rp_buf_release(&dir);
    return status;
}

enum rp_status
rp_earlier_runs(const struct rp_earlier_request *request,
                enum rp_earlier_run *out_runs, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < request->plan->source_count; i++)
        out_runs[i] = RP_EARLIER_UNKNOWN;
    for (size_t i = 0; i < request->folder_count && status == RP_OK; i++)
        status = look_at_folder(request, &request->folders[i], out_runs, err);
    return status;
}
