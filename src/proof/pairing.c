/* see pairing.h */
#include "proof/pairing.h"

#include <string.h>

#include "base/mem.h"
#include "base/slice.h"
#include "proof/marklive.h"

const struct rp_table *
rp_pairing_old(const struct rp_pairing *pairing)
{
    return &pairing->old_side->tables[pairing->old_table];
}

const struct rp_table *
rp_pairing_new(const struct rp_pairing *pairing)
{
    return &pairing->new_side->tables[pairing->new_table];
}

/* The same key, column by column. */
static bool
same_key(const struct rp_table *old, const struct rp_table *new)
{
    if (old->primary.count == 0 || old->primary.count != new->primary.count)
        return false;
    for (size_t i = 0; i < old->primary.count; i++)
        if (!rp_name_eq(old->columns[old->primary.columns[i]].name,
                        new->columns[new->primary.columns[i]].name))
            return false;
    return true;
}

/* What both have, in the order of first. */
static size_t
find_common(const struct rp_table *first, const struct rp_table *second,
            size_t *first_columns, size_t *second_columns)
{
    size_t count = 0;

    for (size_t i = 0; i < first->column_count; i++) {
        const int column =
            rp_table_column(second, rp_slice_str(first->columns[i].name));

        if (column < 0)
            continue;
        first_columns[count] = i;
        second_columns[count] = (size_t)column;
        count++;
    }
    return count;
}

/* Does the file's hash cover exactly the columns, as they stand? */
static bool
covers_all(const struct rp_side *side, const struct rp_table *table,
           const size_t *columns, size_t count)
{
    if (side->file == NULL)
        return true;
    if (count != table->column_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (columns[i] != i)
            return false;
    return true;
}

enum rp_status
rp_pairing_init(struct rp_pairing *pairing, struct rp_err *err)
{
    const struct rp_table *old = rp_pairing_old(pairing);
    const struct rp_table *new = rp_pairing_new(pairing);
    const struct rp_digest *then =
        &pairing->old_side->digests[pairing->old_table];
    const struct rp_digest *now =
        &pairing->new_side->digests[pairing->new_table];
    const size_t most = old->column_count < new->column_count
                            ? new->column_count
                            : old->column_count;

    pairing->old_columns = rp_zalloc_array(most, sizeof *pairing->old_columns);
    pairing->new_columns = rp_zalloc_array(most, sizeof *pairing->new_columns);
    if (pairing->old_columns == NULL || pairing->new_columns == NULL)
        return rp_fail_nomem(err, "compare a table");
    pairing->same_digest = strcmp(then->sha256, now->sha256) == 0;
    /* The side whose hashes are given says what is hashed. */
    if (pairing->new_side->file != NULL && pairing->old_side->file == NULL)
        pairing->column_count =
            find_common(new, old, pairing->new_columns, pairing->old_columns);
    else
        pairing->column_count =
            find_common(old, new, pairing->old_columns, pairing->new_columns);
    pairing->by_value = covers_all(pairing->old_side, old, pairing->old_columns,
                                   pairing->column_count) &&
                        covers_all(pairing->new_side, new, pairing->new_columns,
                                   pairing->column_count);
    pairing->keyed = same_key(old, new);
    return RP_OK;
}

void
rp_pairing_release(struct rp_pairing *pairing)
{
    rp_free(pairing->old_columns);
    rp_free(pairing->new_columns);
    memset(pairing, 0, sizeof *pairing);
}

/* The marks of one side, wherever they come from. */
struct marks {
    struct rp_marklive *live;
    struct rp_snapfile_reader *reader;
    struct rp_marks marks;
};

static enum rp_status
open_marks(struct marks *marks, const struct rp_side *side, size_t table,
           struct rp_marklive_request *live, struct rp_err *err)
{
    enum rp_status status;

    if (side->file != NULL) {
        status = rp_snapfile_read(side->file, table, &marks->reader, err);
        if (status == RP_OK)
            marks->marks = rp_snapfile_marks(marks->reader);
        return status;
    }
    live->db = side->db;
    live->table = &side->tables[table];
    status = rp_marklive_open(live, &marks->live, err);
    if (status == RP_OK)
        marks->marks = rp_marklive_marks(marks->live);
    return status;
}

static void
close_marks(struct marks *marks)
{
    rp_marklive_close(marks->live);
    rp_snapfile_reader_close(marks->reader);
}

static enum rp_status
compare_rows(const struct rp_pairing *pairing,
             const struct rp_pairing_request *request,
             struct rp_differences *out_differences, struct rp_err *err)
{
    struct rp_marklive_request old_live = {
        .columns = pairing->old_columns,
        .column_count = pairing->column_count,
        .all_loose = !pairing->keyed,
        .memory_bytes = request->memory_bytes / 2,
    };
    struct rp_marklive_request new_live = old_live;
    struct marks old = { 0 };
    struct marks new = { 0 };
    enum rp_status status;

    new_live.columns = pairing->new_columns;
    status =
        open_marks(&old, pairing->old_side, pairing->old_table, &old_live, err);
    if (status == RP_OK)
        status = open_marks(&new, pairing->new_side, pairing->new_table,
                            &new_live, err);
    if (status == RP_OK) {
        const struct rp_compare_request compare = {
            .old = old.marks,
            .new = new.marks,
            .key_count = rp_pairing_old(pairing)->primary.count,
            .keys_only = !pairing->by_value,
            .beat = request->beat,
            .visitor = request->visitor,
        };

        status = rp_compare_marks(&compare, out_differences, err);
    }
    close_marks(&old);
    close_marks(&new);
    return status;
}

/* Rows are matched by their key or, all of them, as wholes; the marks of a
 * snapshot stand in the order of its key, when its table has one. */
static bool
can_match(const struct rp_pairing *pairing)
{
    const bool old_keyed = pairing->old_side->file != NULL &&
                           rp_pairing_old(pairing)->primary.count > 0;
    const bool new_keyed = pairing->new_side->file != NULL &&
                           rp_pairing_new(pairing)->primary.count > 0;

    if (pairing->keyed)
        return true;
    return pairing->by_value && pairing->column_count > 0 && !old_keyed &&
           !new_keyed;
}

enum rp_status
rp_pairing_compare(const struct rp_pairing *pairing,
                   const struct rp_pairing_request *request,
                   struct rp_differences *out_differences, struct rp_err *err)
{
    const struct rp_digest *old =
        &pairing->old_side->digests[pairing->old_table];
    const struct rp_digest *new =
        &pairing->new_side->digests[pairing->new_table];

    if (!pairing->same_digest && can_match(pairing))
        return compare_rows(pairing, request, out_differences, err);
    memset(out_differences, 0, sizeof *out_differences);
    if (!pairing->same_digest)
        out_differences->undecided =
            old->fp.rows > new->fp.rows ? old->fp.rows : new->fp.rows;
    return RP_OK;
}
