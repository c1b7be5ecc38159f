/* see assemble.h: the tables of the verdict. */
#include "proof/assemble.h"

#include <stdlib.h>
#include <string.h>

#include "base/show.h"
#include "base/slice.h"

static const char *const first_tables[] = { "students", "courses",
                                            "student_courses" };
#define FIRST_TABLES (sizeof first_tables / sizeof first_tables[0])

static bool
is_first(const char *name)
{
    for (size_t i = 0; i < FIRST_TABLES; i++)
        if (rp_name_eq(first_tables[i], name))
            return true;
    return false;
}

static enum rp_role
role_of(const struct rp_verdict *verdict, const char *name)
{
    if (rp_name_eq(verdict->declared, name))
        return RP_ROLE_DECLARED;
    if (rp_name_eq(name, "students") || rp_name_eq(name, "courses"))
        return RP_ROLE_PRESERVED;
    return RP_ROLE_BYSTANDER;
}

struct state {
    bool there;
    uint64_t rows;
    const char *digest;
    const char *fingerprint;
};

static enum rp_status
put_state(struct rp_arena *arena, const struct rp_digest *digest,
          struct state *state, struct rp_err *err)
{
    char hex[RP_FP_HEX];

    memset(state, 0, sizeof *state);
    if (digest == NULL)
        return RP_OK;
    rp_fp_hex(hex, &digest->fp);
    state->there = true;
    state->rows = digest->fp.rows;
    state->digest = rp_arena_str(arena, digest->sha256);
    state->fingerprint = rp_arena_str(arena, hex);
    if (state->digest == NULL || state->fingerprint == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    return RP_OK;
}

static enum rp_status
add_table(struct rp_verdict *verdict, const char *name,
          const struct rp_snapshot *before, const struct rp_snapshot *after,
          struct rp_err *err)
{
    struct rp_table_report *report = &verdict->tables[verdict->table_count];
    struct rp_buf shown = { 0 };
    struct state old;
    struct state new;
    enum rp_status status;

    status =
        put_state(&verdict->arena, rp_snapshot_digest(before, name), &old, err);
    if (status == RP_OK)
        status = put_state(&verdict->arena, rp_snapshot_digest(after, name),
                           &new, err);
    if (status != RP_OK || (!old.there && !new.there))
        return status;
    rp_show(&shown, rp_slice_str(name));
    report->table = rp_arena_str(&verdict->arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    if (report->table == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    report->role = role_of(verdict, name);
    report->there_before = old.there;
    report->there_after = new.there;
    report->rows_before = old.rows;
    report->rows_after = new.rows;
    report->digest_before = old.digest;
    report->digest_after = new.digest;
    report->fingerprint_before = old.fingerprint;
    report->fingerprint_after = new.fingerprint;
    report->same = old.there &&
                   new.there &&strcmp(old.digest, new.digest) == 0 &&
                   old.rows == new.rows;
    verdict->table_count++;
    return RP_OK;
}

/* The tables of one snapshot that neither the first ones are nor the other
 * snapshot, when it is given, has. */
static enum rp_status
add_others(struct rp_verdict *verdict, const struct rp_snapshot *before,
           const struct rp_snapshot *after, bool only_new, struct rp_err *err)
{
    const struct rp_snapshot *from = only_new ? after : before;
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(from->schema, &count);
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++) {
        const char *name = tables[i].name;

        if (is_first(name) ||
            (only_new && rp_snapshot_digest(before, name) != NULL))
            continue;
        status = add_table(verdict, name, before, after, err);
    }
    return status;
}

static int
compare_names(const void *left, const void *right)
{
    const struct rp_table_report *a = left;
    const struct rp_table_report *b = right;

    return strcmp(a->table, b->table);
}

enum rp_status
rp_assemble_tables(struct rp_verdict *verdict, const struct rp_snapshot *before,
                   const struct rp_snapshot *after, struct rp_err *err)
{
    size_t most = FIRST_TABLES + before->table_count + after->table_count;
    enum rp_status status = RP_OK;
    size_t first;

    verdict->tables =
        rp_arena_array(&verdict->arena, most, sizeof *verdict->tables);
    if (verdict->tables == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    for (size_t i = 0; i < FIRST_TABLES && status == RP_OK; i++)
        status = add_table(verdict, first_tables[i], before, after, err);
    first = verdict->table_count;
    if (status == RP_OK)
        status = add_others(verdict, before, after, false, err);
    if (status == RP_OK)
        status = add_others(verdict, before, after, true, err);
    if (verdict->table_count > first)
        qsort(&verdict->tables[first], verdict->table_count - first,
              sizeof *verdict->tables, compare_names);
    return status;
}
