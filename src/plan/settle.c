/* see build.h: which claims are new, which are there, which repeat.
 *
 * Claims come sorted by key and, within a key, in source order, so the first
 * of each key is the one that counts and every later one is compared with it.
 */
#include "plan/build.h"

#include <string.h>

#include "base/be.h"

/* A record that is looked up again: ordinal, then the hash its other fields
 * had. */
#define RECORD_BYTES 24

/* New keys that are handed to the spool together. */
#define BLOCK_BYTES ((size_t)RP_CLAIM_KEY_BYTES * 256)

struct settling {
    struct rp_build *build;
    struct rp_claim_seen present; /* the next one that the database holds */
    bool more_present;
    bool started;
    struct rp_claim_seen first; /* of the group; repeats are compared with its
                                   rest */
    unsigned char block[BLOCK_BYTES]; /* on the way to plan->added */
    size_t block_bytes;
};

static enum rp_status
put_block(struct settling *settling, struct rp_err *err)
{
    struct rp_slice block = { settling->block, settling->block_bytes };

    settling->block_bytes = 0;
    return rp_spool_put(settling->build->plan->added, block, err);
}

static enum rp_status
next_present(struct settling *settling, struct rp_err *err)
{
    const struct rp_claimer *claimer = settling->build->request->claimer;
    struct rp_claim present = { .ordinal = 0 };
    enum rp_status status;

    settling->more_present = false;
    if (claimer->present == NULL)
        return RP_OK;
    status =
        claimer->present(claimer->ctx, &present, &settling->more_present, err);
    settling->present.first = rp_get_be64(present.key);
    settling->present.second = rp_get_be64(present.key + 8);
    settling->present.rest = present.rest;
    return status;
}

static bool
is_less(const struct rp_claim_seen *left, const struct rp_claim_seen *right)
{
    if (left->first != right->first)
        return left->first < right->first;
    return left->second < right->second;
}

static bool
same_key(const struct rp_claim_seen *left, const struct rp_claim_seen *right)
{
    return left->first == right->first && left->second == right->second;
}

static enum rp_status
find_present(struct settling *settling, const struct rp_claim_seen *claim,
             bool *out_found, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && settling->more_present &&
           is_less(&settling->present, claim))
        status = next_present(settling, err);
    *out_found = settling->more_present && same_key(&settling->present, claim);
    return status;
}

static struct rp_fates *
fates_of(struct rp_build *build, const struct rp_claim_seen *claim)
{
    return &build->plan->sources[rp_ordinal_source(claim->ordinal)].fates;
}

/* Its place and the rest: what is needed to look the record up again. */
static enum rp_status
keep_record(struct rp_sorter *sorter, const struct rp_claim_seen *claim,
            struct rp_err *err)
{
    unsigned char packed[RECORD_BYTES];

    rp_put_be64(packed, claim->ordinal);
    rp_hash128_put(packed + sizeof claim->ordinal, claim->rest);
    return rp_sorter_add(sorter, packed, err);
}

static enum rp_status
add_new(struct settling *settling, const struct rp_claim_seen *claim,
        struct rp_err *err)
{
    struct rp_build *build = settling->build;
    unsigned char *key = settling->block + settling->block_bytes;
    enum rp_status status = RP_OK;

    rp_put_be64(key, claim->first);
    rp_put_be64(key + 8, claim->second);
    settling->block_bytes += RP_CLAIM_KEY_BYTES;
    if (settling->block_bytes == sizeof settling->block)
        status = put_block(settling, err);
    fates_of(build, claim)->planned++;
    if (status != RP_OK || !build->request->claimer->rows)
        return status;
    return keep_record(build->plan->chosen, claim, err);
}

static enum rp_status
add_conflict(struct rp_build *build, const struct rp_claim_seen *claim,
             struct rp_err *err)
{
    fates_of(build, claim)->duplicate_conflict++;
    build->plan->ledger.codes[RP_DUPLICATE_CONFLICT]++;
    return keep_record(build->conflicts, claim, err);
}

static enum rp_status
add_already(struct rp_build *build, const struct rp_claim_seen *claim,
            struct rp_err *err)
{
    unsigned char ordinal[sizeof claim->ordinal];

    fates_of(build, claim)->already_present++;
    build->plan->ledger.codes[RP_ALREADY_PRESENT]++;
    rp_put_be64(ordinal, claim->ordinal);
    return rp_sorter_add(build->already, ordinal, err);
}

/* The first claim of its key. */
static enum rp_status
settle_first(struct settling *settling, const struct rp_claim_seen *claim,
             struct rp_err *err)
{
    struct rp_build *build = settling->build;
    enum rp_code code = RP_CODE_NONE;
    bool found = false;
    enum rp_status status = RP_OK;

    if (settling->more_present)
        status = find_present(settling, claim, &found, err);
    if (status != RP_OK)
        return status;
    settling->first = *claim;
    if (!found) {
        status = add_new(settling, claim, err);
    } else if (build->request->claimer->rows &&
               !rp_hash128_eq(settling->present.rest, claim->rest)) {
        settling->first.rest = settling->present.rest;
        code = RP_DUPLICATE_CONFLICT;
        status = add_conflict(build, claim, err);
    } else {
        code = RP_ALREADY_PRESENT;
        status = add_already(build, claim, err);
    }
    rp_build_traced(build, claim->ordinal, code);
    return status;
}

static enum rp_status
settle_repeat(struct settling *settling, const struct rp_claim_seen *claim,
              struct rp_err *err)
{
    struct rp_build *build = settling->build;

    if (!rp_hash128_eq(settling->first.rest, claim->rest)) {
        rp_build_traced(build, claim->ordinal, RP_DUPLICATE_CONFLICT);
        return add_conflict(build, claim, err);
    }
    fates_of(build, claim)->duplicate_exact++;
    build->plan->ledger.codes[RP_DUPLICATE_EXACT]++;
    rp_build_traced(build, claim->ordinal, RP_DUPLICATE_EXACT);
    return RP_OK;
}

static enum rp_status
settle_claims(struct settling *settling, struct rp_err *err)
{
    const struct rp_claim_shape shape = settling->build->plan->claim_shape;
    const volatile sig_atomic_t *stop = settling->build->request->stop;
    struct rp_sorter *claims = settling->build->plan->claims;
    const unsigned char *packed = NULL;

    for (;;) {
        struct rp_claim_seen claim;
        enum rp_status status;

        if (stop != NULL && *stop != 0)
            return rp_fail(err, RP_E_INTERRUPTED,
                           "interrupted while planning; nothing was written");
        status = rp_sorter_next(claims, &packed, err);
        if (status != RP_OK || packed == NULL)
            return status;
        rp_claim_see(shape, packed, &claim);
        if (settling->started && same_key(&settling->first, &claim))
            status = settle_repeat(settling, &claim, err);
        else
            status = settle_first(settling, &claim, err);
        if (status != RP_OK)
            return status;
        settling->started = true;
    }
}

/* Between two records of collapsed.csv there must be a line end, even when
 * the first was the last of a file without one. */
static enum rp_status
keep_collapsed(struct rp_build *build, const struct rp_record *record,
               bool *ends_line, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    unsigned char last;

    if (!*ends_line)
        status = rp_spool_put(build->plan->collapsed, RP_LIT("\n"), err);
    if (status == RP_OK)
        status = rp_spool_put(build->plan->collapsed, record->raw, err);
    last = record->raw.len > 0 ? record->raw.ptr[record->raw.len - 1] : '\n';
    *ends_line = last == '\n' || last == '\r';
    return status;
}

/* Reads a record again; its other fields must hash to what they did. */
static enum rp_status
look_up(struct rp_build *build, const struct rp_claim *claim,
        const struct rp_record **out_record, struct rp_err *err)
{
    uint32_t source = rp_ordinal_source(claim->ordinal);
    struct rp_plan_source *from = &build->plan->sources[source];
    const struct rp_claimer *claimer = build->request->claimer;
    struct rp_claim_asked asked = { claim->ordinal, &from->layout, NULL };
    struct rp_claim_made made = { .code = RP_CODE_NONE };
    enum rp_status status;

    status = rp_build_find(build, claim->ordinal, out_record, err);
    if (status != RP_OK)
        return status;
    if (*out_record != NULL && (*out_record)->class == RP_RECORD_DATA) {
        asked.fields = (*out_record)->fields;
        status = claimer->claim(claimer->ctx, &asked, 1, &made, err);
    } else {
        made.code = RP_FIELD_COUNT;
    }
    if (status == RP_OK &&
        (made.code != RP_CODE_NONE || !rp_hash128_eq(made.rest, claim->rest)))
        return rp_fail(err, RP_E_CHANGED,
                       "%s: record %llu changed while it was being imported; "
                       "let nobody write the file and run again",
                       rp_input_name(from->input),
                       (unsigned long long)rp_ordinal_number(claim->ordinal));
    return status;
}

static enum rp_status
tell_conflict(struct rp_build *build, const struct rp_claim *claim,
              bool *ends_line, struct rp_err *err)
{
    struct rp_about about = {
        .code = RP_DUPLICATE_CONFLICT,
        .source = rp_ordinal_source(claim->ordinal),
        .disposition = "collapsed",
    };
    const struct rp_record *record = NULL;
    enum rp_status status = look_up(build, claim, &record, err);

    if (status != RP_OK)
        return status;
    rp_buf_reset(&build->text);
    rp_plan_key_text(&build->plan->sources[about.source].layout, record->fields,
                     &build->text);
    about.key = rp_buf_view(&build->text);
    status = rp_buf_status(&build->text, err);
    if (status == RP_OK)
        status = rp_build_tell(build->repeats, &about, record, err);
    if (status == RP_OK)
        status = keep_collapsed(build, record, ends_line, err);
    return status;
}

static enum rp_status
tell_conflicts(struct rp_build *build, struct rp_err *err)
{
    enum rp_status status = rp_sorter_finish(build->conflicts, err);
    bool ends_line = true;

    while (status == RP_OK) {
        unsigned char packed[RP_CLAIM_BYTES] = { 0 };
        const unsigned char *conflict = NULL;
        struct rp_claim claim;

        status = rp_sorter_next(build->conflicts, &conflict, err);
        if (status != RP_OK || conflict == NULL)
            break;
        memcpy(packed + RP_CLAIM_KEY_BYTES, conflict, RECORD_BYTES);
        claim = rp_claim_unpack(packed);
        status = tell_conflict(build, &claim, &ends_line, err);
    }
    return status;
}

static enum rp_status
put_already(struct rp_build *build, const struct rp_already *run,
            struct rp_err *err)
{
    struct rp_slice bytes = { (const unsigned char *)run, sizeof *run };

    return run->count == 0 ? RP_OK
                           : rp_spool_put(build->plan->already, bytes, err);
}

/* Ordinals that follow one another are one run: where the same file is fed
 * again, all of it is.  Those of two sources never do. */
static enum rp_status
gather_already(struct rp_build *build, struct rp_err *err)
{
    struct rp_already run = { 0, 0 };
    enum rp_status status = rp_sorter_finish(build->already, err);

    while (status == RP_OK) {
        const unsigned char *packed = NULL;
        uint64_t ordinal;

        status = rp_sorter_next(build->already, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        ordinal = rp_get_be64(packed);
        if (ordinal != run.first + run.count) {
            status = put_already(build, &run, err);
            run = (struct rp_already){ ordinal, 0 };
        }
        run.count++;
    }
    return status == RP_OK ? put_already(build, &run, err) : status;
}

enum rp_status
rp_build_settle(struct rp_build *build, struct rp_err *err)
{
    struct settling settling = { .build = build };
    enum rp_status status = next_present(&settling, err);

    if (status == RP_OK)
        status = settle_claims(&settling, err);
    if (status == RP_OK)
        status = put_block(&settling, err);
    if (status == RP_OK)
        status = tell_conflicts(build, err);
    if (status == RP_OK)
        status = gather_already(build, err);
    if (status == RP_OK && build->request->claimer->rows)
        status = rp_sorter_finish(build->plan->chosen, err);
    return status;
}
