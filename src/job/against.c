/* see verifying.h: the school against states of before. */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/evidence.h"
#include "job/verifying.h"

/* How much of a digest a person can compare at a glance. */
#define DIGEST_SHOWN 8

/* A table as a state of before tells it. */
struct then {
    bool there;
    uint64_t rows;
    const char *digest;
};

/* One table of one comparison, while it is made. */
struct comparing {
    struct rp_verifying *verifying;
    const struct rp_reference *reference;
    struct rp_comparison *comparison;
    struct rp_compared *compared;
    const char *table; /* its bytes */
    struct then then;
    const struct rp_digest *now; /* NULL: it is not there */
    enum rp_result result;
};

enum rp_status
rp_against_open(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_strings *against = &verifying->options->against;
    enum rp_status status = RP_OK;

    verifying->references =
        rp_zalloc_array(against->count + 1, sizeof *verifying->references);
    if (verifying->references == NULL)
        return rp_fail_nomem(err, "hold the states of before");
    for (size_t i = 0; i < against->count && status == RP_OK; i++) {
        struct rp_reference *reference = &verifying->references[i];

        reference->path = against->items[i];
        (void)rp_show_in(reference->name, rp_slice_str(reference->path));
        status = rp_evidence_verdict(reference->path, &reference->verdict, err);
    }
    return status;
}

/* Names in evidence are shown ones. */
static struct then
find_then(const struct rp_reference *reference, struct rp_slice shown)
{
    const struct rp_verdict *verdict = &reference->verdict;
    struct then then = { .there = false };

    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        if (!rp_slice_eq_nocase(rp_slice_str(table->table), shown))
            continue;
        if (verdict->committed)
            return (struct then){ table->there_after, table->rows_after,
                                  table->digest_after };
        return (struct then){ table->there_before, table->rows_before,
                              table->digest_before };
    }
    return then;
}

bool
rp_against_knows(const struct rp_verifying *verifying, const char *table)
{
    struct rp_buf shown = { 0 };
    bool knows = false;

    rp_show(&shown, rp_slice_str(table));
    for (size_t i = 0; i < verifying->options->against.count; i++)
        knows = knows ||
                find_then(&verifying->references[i], rp_buf_view(&shown)).there;
    rp_buf_release(&shown);
    return knows;
}

static bool
is_allowed(const struct comparing *comparing, enum rp_difference change,
           uint64_t count)
{
    const struct rp_limit *limit =
        rp_allow_find(&comparing->verifying->allow, comparing->table, change);

    return count == 0 ||
           (limit != NULL &&
            rp_limit_holds(limit, count, comparing->compared->rows_then));
}

static bool
anything_goes(const struct comparing *comparing)
{
    for (int i = 0; i < RP_DIFFERENCES; i++) {
        const struct rp_limit *limit =
            rp_allow_find(&comparing->verifying->allow, comparing->table,
                          (enum rp_difference)i);

        if (limit == NULL || limit->kind != RP_LIMIT_ALL)
            return false;
    }
    return true;
}

/* Only numbers of rows and digests are known, and the digests differ.  The
 * least that must have happened may be more than is allowed; whether no more
 * than that has happened, nobody can tell. */
static void
judge_without_rows(struct comparing *comparing)
{
    const struct rp_compared *compared = comparing->compared;
    uint64_t then = compared->rows_then;
    uint64_t now = compared->rows_now;
    bool possible;

    if (now == then)
        possible = is_allowed(comparing, RP_ROW_CHANGED, 1) ||
                   (is_allowed(comparing, RP_ROW_ADDED, 1) &&
                    is_allowed(comparing, RP_ROW_MISSING, 1));
    else if (now > then)
        possible = is_allowed(comparing, RP_ROW_ADDED, now - then);
    else
        possible = is_allowed(comparing, RP_ROW_MISSING, then - now);
    if (!possible)
        comparing->result = RP_FAIL;
    else
        comparing->result = anything_goes(comparing) ? RP_PASS : RP_SKIPPED;
}

static void
judge_with_rows(struct comparing *comparing)
{
    const uint64_t *counts = comparing->compared->counts;

    comparing->result = RP_PASS;
    for (int i = 0; i < RP_DIFFERENCES; i++)
        if (!is_allowed(comparing, (enum rp_difference)i, counts[i]))
            comparing->result = RP_FAIL;
}

static bool
is_same(const struct comparing *comparing)
{
    return comparing->now != NULL && comparing->then.there &&
           comparing->then.rows == comparing->now->fp.rows &&
           strcmp(comparing->then.digest, comparing->now->sha256) == 0;
}

static void
judge(struct comparing *comparing)
{
    struct rp_compared *compared = comparing->compared;

    compared->known = true;
    if (is_same(comparing)) {
        comparing->result = RP_PASS;
    } else if (comparing->now == NULL) {
        compared->counts[RP_ROW_MISSING] = comparing->then.rows;
        comparing->result = RP_FAIL;
    } else if (!comparing->then.there) {
        compared->counts[RP_ROW_ADDED] = comparing->now->fp.rows;
        judge_with_rows(comparing);
    } else {
        compared->known = false;
        judge_without_rows(comparing);
    }
}

static const char *
word_of(const struct comparing *comparing)
{
    if (is_same(comparing))
        return "same";
    if (comparing->result == RP_SKIPPED)
        return "CANNOT BE TOLD";
    return comparing->result == RP_PASS ? "as allowed" : "DIFFERS";
}

static void
put_state(struct rp_buf *out, bool there, uint64_t rows, const char *digest)
{
    if (!there)
        rp_buf_str(out, "no such table");
    else
        rp_buf_printf(out, "%" PRIu64 " rows, digest %.*s...", rows,
                      DIGEST_SHOWN, digest);
}

static void
put_counts(struct rp_buf *out, const uint64_t *counts)
{
    for (int i = 0; i < RP_DIFFERENCES; i++)
        rp_buf_printf(out, "%s%" PRIu64 " %s", i == 0 ? "" : ", ", counts[i],
                      rp_difference_name((enum rp_difference)i));
}

static bool
has_allowance(const struct comparing *comparing)
{
    for (int i = 0; i < RP_DIFFERENCES; i++)
        if (rp_allow_find(&comparing->verifying->allow, comparing->table,
                          (enum rp_difference)i) != NULL)
            return true;
    return false;
}

/* In numbers of rows where these are known or limited, otherwise by the
 * digest; a table that is gone is never allowed. */
static void
put_texts(const struct comparing *comparing, struct rp_buf texts[2])
{
    const struct rp_compared *compared = comparing->compared;
    const struct rp_digest *now = comparing->now;
    bool both = compared->there_then && compared->there_now;
    bool allowance = has_allowance(comparing) && now != NULL;

    if (allowance || (both && compared->known))
        rp_allow_put(&texts[0], &comparing->verifying->allow, comparing->table);
    else
        put_state(&texts[0], compared->there_then, compared->rows_then,
                  comparing->then.digest);
    if (compared->known && (both || allowance))
        put_counts(&texts[1], compared->counts);
    else if (allowance)
        rp_buf_printf(&texts[1],
                      "%" PRIu64 " rows before, %" PRIu64 " now, other digest",
                      compared->rows_then, compared->rows_now);
    else
        put_state(&texts[1], compared->there_now, compared->rows_now,
                  now == NULL ? NULL : now->sha256);
}

/* students-as-in NAME */
static enum rp_status
add_check(struct comparing *comparing, struct rp_err *err)
{
    struct rp_buf texts[2] = { { 0 }, { 0 } };
    struct rp_buf id = { 0 };
    enum rp_status status;

    rp_buf_printf(&id, "%s-as-in %s", comparing->compared->table,
                  comparing->comparison->name);
    put_texts(comparing, texts);
    status = rp_buf_status(&id, err);
    if (status == RP_OK)
        status = rp_verifying_check(comparing->verifying, rp_buf_cstr(&id),
                                    comparing->result, texts, err);
    rp_buf_release(&id);
    return status;
}

static enum rp_status
compare_table(struct comparing *comparing, const char *table,
              struct rp_err *err)
{
    struct rp_verifying *verifying = comparing->verifying;
    struct rp_comparison *comparison = comparing->comparison;
    struct rp_compared *compared = &comparison->tables[comparison->table_count];
    int at = rp_verifying_table(verifying, table);
    struct rp_buf shown = { 0 };

    rp_show(&shown, rp_slice_str(table));
    comparing->table = table;
    comparing->then = find_then(comparing->reference, rp_buf_view(&shown));
    comparing->now = at < 0 ? NULL : &verifying->looked[at].digest;
    compared->table =
        rp_arena_str(&verifying->found.verdict.arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    if (compared->table == NULL)
        return rp_fail_nomem(err, "compare tables");
    if (comparing->now == NULL && !comparing->then.there)
        return RP_OK;
    comparison->table_count++;
    comparing->compared = compared;
    compared->there_then = comparing->then.there;
    compared->there_now = comparing->now != NULL;
    compared->rows_then = comparing->then.there ? comparing->then.rows : 0;
    compared->rows_now = comparing->now == NULL ? 0 : comparing->now->fp.rows;
    judge(comparing);
    compared->word = word_of(comparing);
    if (comparing->result == RP_SKIPPED)
        verifying->found.undecided = true;
    return add_check(comparing, err);
}

/* The three, then, when they are wanted, all others there are or were. */
static size_t
most_tables(const struct comparing *comparing)
{
    size_t count = 0;

    (void)rp_schema_tables(comparing->verifying->schema, &count);
    return RP_FIRST_TABLES + count + comparing->reference->verdict.table_count;
}

/* Names in evidence are shown ones. */
static bool
is_there_now(const struct rp_verifying *verifying, const char *shown_name)
{
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);
    struct rp_buf shown = { 0 };
    bool there = false;

    for (size_t i = 0; i < count && !there; i++) {
        rp_buf_reset(&shown);
        rp_show(&shown, rp_slice_str(tables[i].name));
        there =
            rp_slice_eq_nocase(rp_buf_view(&shown), rp_slice_str(shown_name));
    }
    rp_buf_release(&shown);
    return there;
}

static enum rp_status
compare_others(struct comparing *comparing, struct rp_err *err)
{
    const struct rp_verifying *verifying = comparing->verifying;
    const struct rp_verdict *verdict = &comparing->reference->verdict;
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++)
        if (!rp_is_first_table(tables[i].name))
            status = compare_table(comparing, tables[i].name, err);
    for (size_t i = 0; i < verdict->table_count && status == RP_OK; i++)
        if (!rp_is_first_table(verdict->tables[i].table) &&
            !is_there_now(verifying, verdict->tables[i].table))
            status = compare_table(comparing, verdict->tables[i].table, err);
    return status;
}

static enum rp_status
compare_state(struct rp_verifying *verifying,
              const struct rp_reference *reference,
              struct rp_comparison *comparison, struct rp_err *err)
{
    struct comparing comparing = {
        .verifying = verifying,
        .reference = reference,
        .comparison = comparison,
    };
    struct rp_arena *arena = &verifying->found.verdict.arena;
    enum rp_status status = RP_OK;

    comparison->kind = "evidence";
    comparison->name = rp_arena_str(arena, reference->name);
    comparison->tables = rp_arena_array(arena, most_tables(&comparing),
                                        sizeof *comparison->tables);
    if (comparison->name == NULL || comparison->tables == NULL)
        return rp_fail_nomem(err, "compare tables");
    for (size_t i = 0; i < RP_FIRST_TABLES && status == RP_OK; i++)
        status = compare_table(&comparing, rp_first_table(i), err);
    if (status == RP_OK && verifying->options->all_tables)
        status = compare_others(&comparing, err);
    return status;
}

enum rp_status
rp_against_compare(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_verification *found = &verifying->found;
    size_t count = verifying->options->against.count;
    enum rp_status status = RP_OK;

    found->comparisons = rp_arena_array(&found->verdict.arena, count,
                                        sizeof *found->comparisons);
    if (found->comparisons == NULL)
        return rp_fail_nomem(err, "compare tables");
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        found->comparison_count++;
        status = compare_state(verifying, &verifying->references[i],
                               &found->comparisons[i], err);
    }
    return status;
}

void
rp_against_release(struct rp_verifying *verifying)
{
    if (verifying->references == NULL)
        return;
    for (size_t i = 0; i < verifying->options->against.count; i++)
        rp_verdict_release(&verifying->references[i].verdict);
    rp_free(verifying->references);
}
