/* see comparing.h: what tables are made of, then and now. */
#include <inttypes.h>
#include <string.h>

#include "base/show.h"
#include "job/comparing.h"
#include "proof/objects.h"
#include "proof/schemadiff.h"

static void
put_shown(struct rp_buf *out, const char *text)
{
    rp_show(out, rp_slice_str(text));
}

/* "trigger NAME on TABLE: is new" */
static void
put_change(struct rp_buf *out, const struct rp_schema_change *change)
{
    rp_buf_printf(out, "%s ", change->type);
    if (change->name != NULL)
        put_shown(out, change->name);
    if (change->name == NULL || strcmp(change->name, change->table) != 0) {
        rp_buf_str(out, change->name == NULL ? "of " : " of ");
        put_shown(out, change->table);
    }
    if (change->old == NULL) {
        rp_buf_str(out, " is new");
    } else if (change->new == NULL) {
        rp_buf_str(out, " is gone");
    } else if (change->what == RP_SCHEMA_OBJECT) {
        rp_buf_str(out, " has another SQL");
    } else {
        rp_buf_str(out, ": (");
        put_shown(out, change->old);
        rp_buf_str(out, ") then, (");
        put_shown(out, change->new);
        rp_buf_str(out, ") now");
    }
}

static enum rp_status
list_change(struct rp_comparing *comparing,
            const struct rp_schema_change *change, struct rp_err *err)
{
    struct rp_verifying *verifying = comparing->verifying;
    struct rp_listing *listing = &comparing->comparison->schema;
    struct rp_buf *line = &verifying->line;
    enum rp_status status;

    if (!rp_listing_wants(listing, &verifying->room))
        return RP_OK;
    rp_buf_reset(line);
    put_change(line, change);
    status = rp_buf_status(line, err);
    return status == RP_OK ? rp_listing_put(listing, &verifying->room,
                                            rp_buf_view(line), err)
                           : status;
}

static enum rp_status
add_check(struct rp_comparing *comparing, enum rp_result result,
          struct rp_buf texts[2], struct rp_err *err)
{
    struct rp_buf id = { 0 };
    enum rp_status status;

    rp_buf_printf(&id, "schema-as-in %s", comparing->comparison->name);
    status = rp_buf_status(&id, err);
    if (status == RP_OK)
        status = rp_verifying_check(comparing->verifying, rp_buf_cstr(&id),
                                    result, texts, err);
    rp_buf_release(&id);
    return status;
}

/* A table that may come comes with all that belongs to it. */
static bool
may_come(const struct rp_comparing *comparing, const char *table)
{
    return rp_state_table(&comparing->now, table) >= 0 &&
           !rp_then_of(comparing->reference, table).there &&
           rp_allow_find(&comparing->verifying->allow, table, RP_ROW_ADDED) !=
               NULL;
}

/* A snapshot has all of it. */
static enum rp_status
compare_objects(struct rp_comparing *comparing, struct rp_err *err)
{
    const struct rp_verifying *verifying = comparing->verifying;
    struct rp_schemadiff diff = { .changes = NULL };
    struct rp_buf texts[2] = { { 0 }, { 0 } };
    uint64_t changes;
    enum rp_status status = rp_schemadiff_find(
        &diff, &comparing->reference->state, &comparing->now, err);

    for (size_t i = 0; i < diff.count && status == RP_OK; i++)
        if (rp_verifying_in_scope(verifying, diff.changes[i].table) &&
            !may_come(comparing, diff.changes[i].table))
            status = list_change(comparing, &diff.changes[i], err);
    rp_schemadiff_release(&diff);
    if (status != RP_OK)
        return status;
    changes = comparing->comparison->schema.total;
    rp_buf_str(&texts[0], "0 changes of the schema");
    rp_buf_printf(&texts[1], "%" PRIu64 " change%s of the schema", changes,
                  changes == 1 ? "" : "s");
    return add_check(comparing, changes == 0 ? RP_PASS : RP_FAIL, texts, err);
}

static bool
any_may_come(const struct rp_comparing *comparing)
{
    for (size_t i = 0; i < comparing->now.table_count; i++)
        if (may_come(comparing, comparing->now.tables[i].name))
            return true;
    return false;
}

/* Evidence binds the whole schema by one number, which says nothing about
 * three tables, nor what else came with a table that may come. */
static enum rp_status
compare_number(struct rp_comparing *comparing, struct rp_err *err)
{
    struct rp_verifying *verifying = comparing->verifying;
    const struct rp_verdict *verdict = &comparing->reference->verdict;
    const struct rp_check *check =
        rp_verdict_check(verdict, "schema-as-declared");
    struct rp_buf texts[2] = { { 0 }, { 0 } };
    enum rp_result result = RP_PASS;
    enum rp_status status;

    if (!verifying->options->all_tables || !verdict->committed || check == NULL)
        return RP_OK;
    rp_buf_str(&texts[0], check->actual);
    status = rp_objects_put(&texts[1], verifying->schema, NULL, 0, err);
    if (strcmp(rp_buf_cstr(&texts[0]), rp_buf_cstr(&texts[1])) != 0)
        result = any_may_come(comparing) ? RP_SKIPPED : RP_FAIL;
    if (result == RP_SKIPPED)
        rp_verification_undecided(&verifying->found, RP_UNDECIDED_EVIDENCE);
    if (status == RP_OK)
        return add_check(comparing, result, texts, err);
    rp_buf_release(&texts[0]);
    rp_buf_release(&texts[1]);
    return status;
}

enum rp_status
rp_compare_schema(struct rp_comparing *comparing, struct rp_err *err)
{
    return comparing->reference->file == NULL ? compare_number(comparing, err)
                                              : compare_objects(comparing, err);
}
