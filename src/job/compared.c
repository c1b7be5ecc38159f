/* see comparing.h: one table, then and now. */
#include <inttypes.h>
#include <string.h>

#include "base/show.h"
#include "job/comparing.h"
#include "proof/pairing.h"
#include "report/diff.h"

/* How much of a digest a person can compare at a glance. */
#define DIGEST_SHOWN 8

static bool
is_allowed(const struct rp_comparing *comparing, enum rp_difference change,
           uint64_t count)
{
    const struct rp_limit *limit =
        rp_allow_find(&comparing->verifying->allow, comparing->table, change);

    return count == 0 ||
           (limit != NULL &&
            rp_limit_holds(limit, count, comparing->compared->rows_then));
}

static bool
has_allowance(const struct rp_comparing *comparing)
{
    for (int i = 0; i < RP_DIFFERENCES; i++)
        if (rp_allow_find(&comparing->verifying->allow, comparing->table,
                          (enum rp_difference)i) != NULL)
            return true;
    return false;
}

static bool
anything_goes(const struct rp_comparing *comparing)
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
judge_without_rows(struct rp_comparing *comparing)
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
judge_with_rows(struct rp_comparing *comparing)
{
    const uint64_t *counts = comparing->compared->counts;

    comparing->result = RP_PASS;
    for (int i = 0; i < RP_DIFFERENCES; i++)
        if (!is_allowed(comparing, (enum rp_difference)i, counts[i]))
            comparing->result = RP_FAIL;
}

static enum rp_status
list_row(void *ctx, enum rp_difference difference, const struct rp_mark *old,
         const struct rp_mark *new, struct rp_err *err)
{
    struct rp_comparing *comparing = ctx;
    struct rp_verifying *verifying = comparing->verifying;
    struct rp_listing *listing = &comparing->comparison->listings[difference];
    const struct rp_diff_row row = { comparing->pairing, difference, old, new };
    struct rp_buf *line = &verifying->line;
    enum rp_status status;

    if (!rp_listing_wants(listing, &verifying->room))
        return RP_OK;
    rp_buf_reset(line);
    rp_buf_printf(line, "%s   ", comparing->compared->table);
    rp_diff_row_text(line, &row);
    status = rp_buf_status(line, err);
    return status == RP_OK ? rp_listing_put(listing, &verifying->room,
                                            rp_buf_view(line), err)
                           : status;
}

static enum rp_status
compare_rows(struct rp_comparing *comparing, struct rp_differences *out_found,
             struct rp_err *err)
{
    struct rp_verifying *verifying = comparing->verifying;
    const bool then = comparing->then.there;
    const bool now = comparing->now_table >= 0;
    const struct rp_pairing_request request = {
        .memory_bytes = rp_session_memory(verifying->session) / RP_ROWS_SHARE,
        .beat = rp_progress_beat(&verifying->progress),
        .visitor = { list_row, comparing },
    };
    struct rp_pairing pairing = {
        .old_state = &comparing->reference->state,
        .new_state = &comparing->now,
        .old_table = then ? (size_t)comparing->then.table : 0,
        .new_table = now ? (size_t)comparing->now_table : 0,
        .old_absent = !then,
        .new_absent = !now,
    };
    enum rp_status status = rp_pairing_init(&pairing, err);

    comparing->pairing = &pairing;
    if (status == RP_OK)
        status = rp_pairing_compare(&pairing, &request, out_found, err);
    comparing->pairing = NULL;
    rp_pairing_release(&pairing);
    return status;
}

/* The digests differ, and the state of before remembers rows. */
static enum rp_status
judge_rows(struct rp_comparing *comparing, struct rp_err *err)
{
    struct rp_compared *compared = comparing->compared;
    struct rp_differences found = { 0 };
    enum rp_status status = compare_rows(comparing, &found, err);

    if (status != RP_OK)
        return status;
    compared->counts[RP_ROW_MISSING] = found.missing;
    compared->counts[RP_ROW_ADDED] = found.added;
    compared->counts[RP_ROW_CHANGED] = found.changed;
    compared->known = found.undecided == 0;
    judge_with_rows(comparing);
    if (!compared->known && comparing->result == RP_PASS)
        comparing->result = anything_goes(comparing) ? RP_PASS : RP_SKIPPED;
    return RP_OK;
}

static bool
is_same(const struct rp_comparing *comparing)
{
    const struct rp_digest *now;

    if (comparing->now_table < 0 || !comparing->then.there)
        return false;
    now = &comparing->now.digests[comparing->now_table];
    return comparing->then.rows == now->fp.rows &&
           strcmp(comparing->then.digest, now->sha256) == 0;
}

/* Of a table that is only there now, or only was there. */
static enum rp_status
judge_lone(struct rp_comparing *comparing, struct rp_err *err)
{
    struct rp_compared *compared = comparing->compared;
    struct rp_differences found = { 0 };

    compared->counts[RP_ROW_MISSING] = compared->rows_then;
    compared->counts[RP_ROW_ADDED] = compared->rows_now;
    if (comparing->then.there)
        comparing->result = RP_FAIL;
    else
        judge_with_rows(comparing);
    /* Even without a row, a table that came is news. */
    if (!has_allowance(comparing))
        comparing->result = RP_FAIL;
    /* Evidence remembers no rows. */
    return comparing->then.there && comparing->then.table < 0
               ? RP_OK
               : compare_rows(comparing, &found, err);
}

static enum rp_status
judge(struct rp_comparing *comparing, struct rp_err *err)
{
    struct rp_compared *compared = comparing->compared;

    compared->known = true;
    if (is_same(comparing)) {
        comparing->result = RP_PASS;
    } else if (comparing->now_table < 0 || !comparing->then.there) {
        return judge_lone(comparing, err);
    } else if (comparing->then.table >= 0) {
        return judge_rows(comparing, err);
    } else {
        compared->known = false;
        judge_without_rows(comparing);
    }
    return RP_OK;
}

static bool
any_row(const struct rp_compared *compared)
{
    for (int i = 0; i < RP_DIFFERENCES; i++)
        if (compared->counts[i] > 0)
            return true;
    return false;
}

static const char *
word_of(const struct rp_comparing *comparing)
{
    const struct rp_compared *compared = comparing->compared;

    if (is_same(comparing))
        return "same";
    if (comparing->result == RP_SKIPPED)
        return "CANNOT BE TOLD";
    if (comparing->result == RP_FAIL)
        return "DIFFERS";
    /* Of other columns, say: that is for the check of the schema. */
    return compared->known && compared->there_then && !any_row(compared)
               ? "same rows"
               : "as allowed";
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

/* In numbers of rows where these are known or limited, otherwise by the
 * digest; a table that is gone is never allowed. */
static void
put_texts(const struct rp_comparing *comparing, struct rp_buf texts[2])
{
    const struct rp_compared *compared = comparing->compared;
    bool both = compared->there_then && compared->there_now;
    bool allowance = has_allowance(comparing) && compared->there_now;
    const char *digest =
        compared->there_now
            ? comparing->now.digests[comparing->now_table].sha256
            : NULL;

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
        put_state(&texts[1], compared->there_now, compared->rows_now, digest);
}

/* students-as-in NAME */
static enum rp_status
add_check(struct rp_comparing *comparing, struct rp_err *err)
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

/* Both sides, before they are judged. */
static enum rp_status
describe(struct rp_comparing *comparing, struct rp_err *err)
{
    struct rp_compared *compared = comparing->compared;
    struct rp_buf shown = { 0 };

    rp_show(&shown, rp_slice_str(comparing->table));
    compared->table = rp_arena_str(&comparing->verifying->found.verdict.arena,
                                   rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    if (compared->table == NULL)
        return rp_fail_nomem(err, "compare tables");
    compared->there_then = comparing->then.there;
    compared->there_now = comparing->now_table >= 0;
    if (compared->there_then)
        compared->rows_then = comparing->then.rows;
    if (compared->there_now)
        compared->rows_now =
            comparing->now.digests[comparing->now_table].fp.rows;
    return RP_OK;
}

enum rp_status
rp_compare_table(struct rp_comparing *comparing, const char *table,
                 struct rp_err *err)
{
    struct rp_comparison *comparison = comparing->comparison;
    enum rp_status status;

    comparing->table = table;
    comparing->then = rp_then_of(comparing->reference, table);
    comparing->now_table = rp_state_table(&comparing->now, table);
    if (comparing->now_table < 0 && !comparing->then.there)
        return RP_OK;
    comparing->compared = &comparison->tables[comparison->table_count++];
    status = describe(comparing, err);
    if (status == RP_OK)
        status = judge(comparing, err);
    if (status != RP_OK)
        return status;
    comparing->compared->word = word_of(comparing);
    if (comparing->result == RP_SKIPPED)
        rp_verification_undecided(&comparing->verifying->found,
                                  comparing->then.table < 0
                                      ? RP_UNDECIDED_EVIDENCE
                                      : RP_UNDECIDED_ROWS);
    return add_check(comparing, err);
}
