/* see pairing.h */
#include "proof/pairing.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/slice.h"
#include "proof/marklive.h"

const struct rp_table *
rp_pairing_old(const struct rp_pairing *pairing)
{
    return &pairing->old_state->tables[pairing->old_table];
}

const struct rp_table *
rp_pairing_new(const struct rp_pairing *pairing)
{
    return &pairing->new_state->tables[pairing->new_table];
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
covers_all(const struct rp_state *state, const struct rp_table *table,
           const size_t *columns, size_t count)
{
    if (state->file == NULL)
        return true;
    if (count != table->column_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (columns[i] != i)
            return false;
    return true;
}

/* A table that is absent is the other one without its rows. */
static void
settle_absent(struct rp_pairing *pairing)
{
    assert(!pairing->old_absent || !pairing->new_absent);
    if (pairing->old_absent) {
        pairing->old_state = pairing->new_state;
        pairing->old_table = pairing->new_table;
    } else if (pairing->new_absent) {
        pairing->new_state = pairing->old_state;
        pairing->new_table = pairing->old_table;
    }
}

static enum rp_status
pair_columns(struct rp_pairing *pairing, struct rp_err *err)
{
    const struct rp_table *old = rp_pairing_old(pairing);
    const struct rp_table *new = rp_pairing_new(pairing);
    const struct rp_digest *then =
        &pairing->old_state->digests[pairing->old_table];
    const struct rp_digest *now =
        &pairing->new_state->digests[pairing->new_table];
    const size_t most = old->column_count < new->column_count
                            ? new->column_count
                            : old->column_count;

    pairing->old_columns = rp_zalloc_array(most, sizeof *pairing->old_columns);
    pairing->new_columns = rp_zalloc_array(most, sizeof *pairing->new_columns);
    if (pairing->old_columns == NULL || pairing->new_columns == NULL)
        return rp_fail_nomem(err, "compare a table");
    pairing->same_digest = !pairing->old_absent && !pairing->new_absent &&
                           strcmp(then->sha256, now->sha256) == 0;
    /* The side whose hashes are given says what is hashed. */
    if (pairing->new_state->file != NULL && pairing->old_state->file == NULL)
        pairing->column_count =
            find_common(new, old, pairing->new_columns, pairing->old_columns);
    else
        pairing->column_count =
            find_common(old, new, pairing->old_columns, pairing->new_columns);
    pairing->by_value =
        covers_all(pairing->old_state, old, pairing->old_columns,
                   pairing->column_count) &&
        covers_all(pairing->new_state, new, pairing->new_columns,
                   pairing->column_count);
    pairing->keyed = old->primary.count > 0 && rp_tables_same_key(old, new);
    pairing->matched =
        pairing->keyed || (pairing->by_value && pairing->column_count > 0);
    return RP_OK;
}

enum rp_status
rp_pairing_init(struct rp_pairing *pairing, struct rp_err *err)
{
    settle_absent(pairing);
    return pair_columns(pairing, err);
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
    struct rp_loose loose; /* those of reader, without their keys */
    struct rp_marks marks;
};

static enum rp_status
next_loose(void *ctx, const struct rp_mark **out_mark, struct rp_err *err)
{
    return rp_loose_next(ctx, out_mark, err);
}

/* All rows of the snapshot by their hashes alone, named by what was their
 * key. */
static enum rp_status
loosen(struct marks *marks, const struct rp_table *table, struct rp_err *err)
{
    const size_t count = table->primary.count;
    const struct rp_mark *mark = NULL;
    enum rp_status status = RP_OK;

    while (status == RP_OK) {
        status = marks->marks.next(marks->marks.ctx, &mark, err);
        if (status != RP_OK || mark == NULL)
            break;
        status = rp_loose_add(&marks->loose, mark->hash, mark->key,
                              mark->key == NULL ? 0 : count, err);
    }
    if (status == RP_OK)
        status = rp_loose_finish(&marks->loose, err);
    marks->marks = (struct rp_marks){ next_loose, &marks->loose };
    return status;
}

static enum rp_status
open_marks(struct marks *marks, const struct rp_state *state, size_t table,
           struct rp_marklive_request *live, struct rp_err *err)
{
    enum rp_status status;

    if (state->file != NULL) {
        status = rp_snapfile_read(state->file, table, &marks->reader, err);
        if (status != RP_OK)
            return status;
        marks->marks = rp_snapfile_marks(marks->reader);
        return live->all_loose ? loosen(marks, &state->tables[table], err)
                               : RP_OK;
    }
    live->db = state->db;
    live->table = &state->tables[table];
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
    rp_loose_release(&marks->loose);
}

/* Of a table that is absent. */
static enum rp_status
next_none(void *ctx, const struct rp_mark **out_mark, struct rp_err *err)
{
    (void)ctx;
    (void)err;
    *out_mark = NULL;
    return RP_OK;
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
    const struct rp_db *db = pairing->old_state->db != NULL
                                 ? pairing->old_state->db
                                 : pairing->new_state->db;
    const struct rp_loose loose = {
        .folder = db != NULL ? rp_db_folder(db) : ".",
        .memory_bytes = old_live.memory_bytes,
    };
    struct marks old = { .loose = loose, .marks = { next_none, NULL } };
    struct marks new = { .loose = loose, .marks = { next_none, NULL } };
    enum rp_status status = RP_OK;

    new_live.columns = pairing->new_columns;
    if (!pairing->old_absent)
        status = open_marks(&old, pairing->old_state, pairing->old_table,
                            &old_live, err);
    if (status == RP_OK && !pairing->new_absent)
        status = open_marks(&new, pairing->new_state, pairing->new_table,
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

/* Is there nothing but rows in which the two digests could differ? */
static bool
only_rows_differ(const struct rp_pairing *pairing)
{
    const struct rp_table *old = rp_pairing_old(pairing);
    const struct rp_table *new = rp_pairing_new(pairing);

    if (strcmp(old->name, new->name) != 0 ||
        old->column_count != new->column_count || !rp_tables_same_key(old, new))
        return false;
    for (size_t i = 0; i < old->column_count; i++)
        if (strcmp(old->columns[i].name, new->columns[i].name) != 0)
            return false;
    return true;
}

/* Rows are compared by XXH3, which somebody can forge, tables by SHA-256: what
 * only the latter sees is there, but nobody can say in which row. */
static void
believe_digests(const struct rp_pairing *pairing, uint64_t rows,
                struct rp_differences *differences)
{
    if (differences->missing + differences->added + differences->changed +
                differences->undecided ==
            0 &&
        only_rows_differ(pairing))
        differences->undecided = rows;
}

enum rp_status
rp_pairing_compare(const struct rp_pairing *pairing,
                   const struct rp_pairing_request *request,
                   struct rp_differences *out_differences, struct rp_err *err)
{
    const struct rp_digest *old =
        &pairing->old_state->digests[pairing->old_table];
    const struct rp_digest *new =
        &pairing->new_state->digests[pairing->new_table];

    const uint64_t most =
        old->fp.rows > new->fp.rows ? old->fp.rows : new->fp.rows;
    enum rp_status status;

    memset(out_differences, 0, sizeof *out_differences);
    if (pairing->same_digest)
        return RP_OK;
    if (!pairing->matched) {
        out_differences->undecided = most;
        return RP_OK;
    }
    status = compare_rows(pairing, request, out_differences, err);
    if (status == RP_OK)
        believe_digests(pairing, most, out_differences);
    return status;
}
