/* see verifying.h: the school against states of before. */
#include <sys/stat.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/comparing.h"
#include "job/evidence.h"

bool
rp_against_is_evidence(const char *path)
{
    struct stat there;

    return stat(path, &there) == 0 && S_ISDIR(there.st_mode);
}

static bool
is_there(const char *path)
{
    struct stat there;

    return lstat(path, &there) == 0;
}

static enum rp_status
open_reference(struct rp_verifying *verifying, struct rp_reference *reference,
               const char *path, struct rp_err *err)
{
    const struct rp_beat beat = rp_progress_beat(&verifying->progress);
    enum rp_status status;

    reference->path = path;
    (void)rp_show_in(reference->name, rp_slice_str(path));
    if (!is_there(path))
        return rp_fail(err, RP_E_IO,
                       "%s: there is no such evidence and no such snapshot; "
                       "rollproof snapshot SCHOOL.db OUT makes the first",
                       reference->name);
    if (rp_against_is_evidence(path))
        return rp_evidence_verdict(path, &reference->verdict, err);
    status = rp_snapfile_open(path, &beat, &reference->file, err);
    if (status == RP_OK)
        reference->state = rp_state_of_file(reference->file);
    return status;
}

enum rp_status
rp_against_open(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_strings *against = &verifying->options->against;
    enum rp_status status = RP_OK;

    verifying->references =
        rp_zalloc_array(against->count + 1, sizeof *verifying->references);
    if (verifying->references == NULL)
        return rp_fail_nomem(err, "hold the states of before");
    for (size_t i = 0; i < against->count && status == RP_OK; i++)
        status = open_reference(verifying, &verifying->references[i],
                                against->items[i], err);
    return status;
}

static struct rp_then
then_of_snapshot(const struct rp_state *state, const char *table)
{
    struct rp_then then = { .table = rp_state_table(state, table) };

    if (then.table < 0)
        return then;
    then.there = true;
    then.rows = state->digests[then.table].fp.rows;
    then.digest = state->digests[then.table].sha256;
    return then;
}

/* Names in evidence are shown ones. */
static struct rp_then
then_of_evidence(const struct rp_verdict *verdict, struct rp_slice shown)
{
    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        if (!rp_slice_eq_nocase(rp_slice_str(table->table), shown))
            continue;
        if (verdict->committed)
            return (struct rp_then){ table->there_after, table->rows_after,
                                     table->digest_after, -1 };
        return (struct rp_then){ table->there_before, table->rows_before,
                                 table->digest_before, -1 };
    }
    return (struct rp_then){ .table = -1 };
}

struct rp_then
rp_then_of(const struct rp_reference *reference, const char *table)
{
    struct rp_buf shown = { 0 };
    struct rp_then then;

    if (reference->file != NULL)
        return then_of_snapshot(&reference->state, table);
    rp_show(&shown, rp_slice_str(table));
    then = then_of_evidence(&reference->verdict, rp_buf_view(&shown));
    rp_buf_release(&shown);
    return then;
}

bool
rp_against_knows(const struct rp_verifying *verifying, const char *table)
{
    for (size_t i = 0; i < verifying->options->against.count; i++)
        if (rp_then_of(&verifying->references[i], table).there)
            return true;
    return false;
}

/* The names of all tables of before: shown ones of evidence. */
static const char *
name_then(const struct rp_reference *reference, size_t index)
{
    return reference->file != NULL ? reference->state.tables[index].name
                                   : reference->verdict.tables[index].table;
}

static size_t
count_then(const struct rp_reference *reference)
{
    return reference->file != NULL ? reference->state.table_count
                                   : reference->verdict.table_count;
}

static bool
is_there_now(const struct rp_comparing *comparing, const char *name)
{
    struct rp_buf shown = { 0 };
    bool there = rp_state_table(&comparing->now, name) >= 0;

    if (comparing->reference->file != NULL)
        return there;
    for (size_t i = 0; i < comparing->now.table_count && !there; i++) {
        rp_buf_reset(&shown);
        rp_show(&shown, rp_slice_str(comparing->now.tables[i].name));
        there = rp_slice_eq_nocase(rp_buf_view(&shown), rp_slice_str(name));
    }
    rp_buf_release(&shown);
    return there;
}

/* All but the three that there are, and then those that there were. */
static enum rp_status
compare_others(struct rp_comparing *comparing, struct rp_err *err)
{
    const struct rp_reference *reference = comparing->reference;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < comparing->now.table_count && status == RP_OK; i++)
        if (!rp_is_first_table(comparing->now.tables[i].name))
            status =
                rp_compare_table(comparing, comparing->now.tables[i].name, err);
    for (size_t i = 0; i < count_then(reference) && status == RP_OK; i++)
        if (!rp_is_first_table(name_then(reference, i)) &&
            !is_there_now(comparing, name_then(reference, i)))
            status = rp_compare_table(comparing, name_then(reference, i), err);
    return status;
}

static enum rp_status
compare_state(struct rp_comparing *comparing, struct rp_err *err)
{
    const struct rp_verifying *verifying = comparing->verifying;
    const struct rp_reference *reference = comparing->reference;
    struct rp_comparison *comparison = comparing->comparison;
    struct rp_arena *arena = &comparing->verifying->found.verdict.arena;
    size_t most =
        RP_FIRST_TABLES + comparing->now.table_count + count_then(reference);
    enum rp_status status = RP_OK;

    comparison->kind = reference->file != NULL ? "snapshot" : "evidence";
    comparison->name = rp_arena_str(arena, reference->name);
    comparison->tables =
        rp_arena_array(arena, most, sizeof *comparison->tables);
    if (comparison->name == NULL || comparison->tables == NULL)
        return rp_fail_nomem(err, "compare tables");
    for (size_t i = 0; i < RP_FIRST_TABLES && status == RP_OK; i++)
        status = rp_compare_table(comparing, rp_first_table(i), err);
    if (status == RP_OK && verifying->options->all_tables)
        status = compare_others(comparing, err);
    return status == RP_OK ? rp_compare_schema(comparing, err) : status;
}

enum rp_status
rp_against_compare(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_verification *found = &verifying->found;
    size_t count = verifying->options->against.count;
    struct rp_comparing comparing = {
        .verifying = verifying,
        .now = { .db = verifying->db, .digests = verifying->digests },
    };
    enum rp_status status = RP_OK;

    comparing.now.tables =
        rp_schema_tables(verifying->schema, &comparing.now.table_count);
    comparing.now.objects =
        rp_schema_objects(verifying->schema, &comparing.now.object_count);
    found->comparisons = rp_arena_array(&found->verdict.arena, count,
                                        sizeof *found->comparisons);
    if (found->comparisons == NULL)
        return rp_fail_nomem(err, "compare tables");
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        comparing.reference = &verifying->references[i];
        comparing.comparison = &found->comparisons[i];
        found->comparison_count++;
        status = compare_state(&comparing, err);
    }
    return status;
}

void
rp_against_release(struct rp_verifying *verifying)
{
    if (verifying->references == NULL)
        return;
    for (size_t i = 0; i < verifying->options->against.count; i++) {
        rp_verdict_release(&verifying->references[i].verdict);
        rp_snapfile_close(verifying->references[i].file);
    }
    rp_free(verifying->references);
}
