/* see reread.h */
#include "proof/reread.h"

#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "school/rows.h"

#define REREAD "committed-state-reread"

static enum rp_status
set_result(struct rp_verdict *verdict, enum rp_result result,
           const char *actual, struct rp_err *err)
{
    struct rp_check check = *rp_verdict_check(verdict, REREAD);

    check.result = result;
    check.actual = rp_arena_str(&verdict->arena, actual);
    if (check.actual == NULL)
        return rp_fail_nomem(err, "hold the checks");
    rp_verdict_set_check(verdict, &check);
    return RP_OK;
}

/* The report of a table that others may have written to, or NULL; name as it
 * is shown there. */
static const struct rp_table_report *
bystander(const struct rp_verdict *verdict, const char *name)
{
    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        if (table->role == RP_ROLE_BYSTANDER && table->there_after &&
            strcmp(table->table, name) == 0)
            return table;
    }
    return NULL;
}

/* As the database would be, had nobody written to tables beside: puts back
 * their committed digests, and their names. */
static void
put_back(const struct rp_verdict *verdict, const struct rp_table *tables,
         struct rp_digest *digests, size_t count, struct rp_buf *out_names)
{
    for (size_t i = 0; i < count; i++) {
        struct rp_buf shown = { 0 };
        const struct rp_table_report *table;

        rp_show(&shown, rp_slice_str(tables[i].name));
        table = bystander(verdict, rp_buf_cstr(&shown));
        out_names->failed |= shown.failed;

        if (table != NULL &&
            strcmp(table->digest_after, digests[i].sha256) != 0) {
            memcpy(digests[i].sha256, table->digest_after,
                   sizeof digests[i].sha256);
            digests[i].fp.rows = table->rows_after;
            rp_buf_str(out_names, out_names->len == 0 ? "" : ", ");
            rp_buf_slice(out_names, rp_buf_view(&shown));
        }
        rp_buf_release(&shown);
    }
}

static enum rp_status
without_others(const struct rp_verdict *verdict, const struct rp_snapshot *now,
               char out_sha256[RP_SHA256_HEX], struct rp_buf *out_names,
               struct rp_err *err)
{
    size_t count;
    const struct rp_table *tables = rp_schema_tables(now->schema, &count);
    struct rp_digest *digests = rp_zalloc_array(count + 1, sizeof *digests);
    enum rp_status status;

    if (digests == NULL)
        return rp_fail_nomem(err, "compare what was read again");
    for (size_t i = 0; i < count; i++)
        digests[i] = now->digests[i];
    put_back(verdict, tables, digests, count, out_names);
    status = rp_rows_database(now->schema, digests, out_sha256, err);
    rp_free(digests);
    return status;
}

static enum rp_status
judge(struct rp_verdict *verdict, const struct rp_buf *actual,
      const struct rp_buf *names, struct rp_err *err)
{
    const struct rp_check *check = rp_verdict_check(verdict, REREAD);
    struct rp_slice read = rp_buf_view(actual);
    const bool same = rp_slice_eq(read, rp_slice_str(check->expected));
    struct rp_buf text = { 0 };
    enum rp_status status;

    rp_buf_slice(&text, read);
    if (same && names->len > 0) {
        rp_buf_str(&text, ", but for what others wrote since to ");
        rp_buf_slice(&text, rp_buf_view(names));
    }
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = set_result(verdict, same ? RP_PASS : RP_FAIL,
                            rp_buf_cstr(&text), err);
    rp_buf_release(&text);
    return status;
}

enum rp_status
rp_reread_check(struct rp_verdict *verdict, const struct rp_snapshot *now,
                bool others_wrote, struct rp_err *err)
{
    char sha256[RP_SHA256_HEX];
    struct rp_buf actual = { 0 };
    struct rp_buf names = { 0 };
    enum rp_status status = RP_OK;

    memcpy(sha256, now->database, sizeof sha256);
    if (others_wrote)
        status = without_others(verdict, now, sha256, &names, err);
    rp_buf_printf(&actual, "database %s", sha256);
    if (status == RP_OK)
        status = rp_buf_status(&actual, err);
    if (status == RP_OK)
        status = rp_buf_status(&names, err);
    if (status == RP_OK)
        status = judge(verdict, &actual, &names, err);
    rp_buf_release(&actual);
    rp_buf_release(&names);
    return status;
}

enum rp_status
rp_reread_failed(struct rp_verdict *verdict, const char *why,
                 struct rp_err *err)
{
    return set_result(verdict, RP_FAIL, why, err);
}
