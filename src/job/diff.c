/* see rollproof.h: rp_diff, what two schools or snapshots differ in. */
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/show.h"
#include "base/spool.h"
#include "job/progress.h"
#include "job/session.h"
#include "report/bag.h"
#include "report/diff.h"
#include "rollproof.h"

#define LIMIT_DEFAULT 20
#define BLOCK_BYTES ((size_t)64 << 10)
/* Of the memory: what rows that are shown may take before the disk. */
#define LISTED_SHARE 8

/* One side while it is open. */
struct opened {
    const char *path;
    bool is_file;
    struct rp_db *db;
    struct rp_snapshot snapshot;
    struct rp_snapfile *file;
    struct rp_state state;
};

/* A table of either side; -1: it is not there. */
struct paired {
    int old_table;
    int new_table;
    uint64_t listed_bytes;
};

struct diffing {
    const struct rp_session *session;
    const struct rp_diff_writer *writer;
    struct opened old;
    struct opened new;
    struct rp_schemadiff schema;
    struct rp_arena arena;
    struct rp_diff diff;
    struct paired *paired;
    struct rp_progress progress;
    struct rp_spool *listed; /* lines of rows, table after table */
    uint64_t limit;
    struct rp_buf line;
    /* while a table is read */
    const struct rp_pairing *pairing;
    struct rp_diff_table *table;
};

static enum rp_status
open_database(struct diffing *diffing, struct opened *side, struct rp_err *err)
{
    const struct rp_snapshot_request request = {
        .beat = rp_progress_beat(&diffing->progress),
    };
    enum rp_status status = rp_session_open(diffing->session, side->path,
                                            RP_DB_READ, &side->db, err);

    if (status == RP_OK)
        status = rp_db_begin_read(side->db, err);
    if (status == RP_OK)
        status = rp_snapshot_take(side->db, &request, &side->snapshot, err);
    if (status == RP_OK)
        side->state = rp_state_of_db(side->db, &side->snapshot);
    return status;
}

static enum rp_status
open_side(struct diffing *diffing, struct opened *side, struct rp_err *err)
{
    const struct rp_beat beat = rp_progress_beat(&diffing->progress);
    enum rp_status status;

    if (rp_bag_is_one(side->path)) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "%s: is evidence, which has digests and no rows; "
                       "rollproof verify SCHOOL.db --against compares with it",
                       rp_show_in(shown, rp_slice_str(side->path)));
    }
    rp_progress_stage(&diffing->progress, "reading", "rows", 0);
    if (!side->is_file)
        return open_database(diffing, side, err);
    status = rp_snapfile_open(side->path, &beat, &side->file, err);
    if (status == RP_OK)
        side->state = rp_state_of_file(side->file);
    return status;
}

static void
close_side(struct opened *side)
{
    rp_snapfile_close(side->file);
    rp_snapshot_release(&side->snapshot);
    rp_db_close(side->db);
}

/* Bytes of unknown origin, kept as text that is fit for all reports. */
static const char *
keep_shown(struct diffing *diffing, const char *text)
{
    struct rp_buf shown = { 0 };
    const char *kept;

    rp_show(&shown, rp_slice_str(text));
    kept = shown.failed ? NULL
                        : rp_arena_str(&diffing->arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    return kept;
}

static enum rp_status
describe_side(struct diffing *diffing, const struct opened *side,
              struct rp_diff_side *out_side, struct rp_err *err)
{
    const struct rp_state *state = &side->state;

    out_side->name = keep_shown(diffing, side->path);
    out_side->kind = side->is_file ? "snapshot" : "database";
    out_side->tables = state->table_count;
    out_side->content = state->database;
    for (size_t i = 0; i < state->table_count; i++)
        out_side->rows += state->digests[i].fp.rows;
    return out_side->name == NULL ? rp_fail_nomem(err, "compare") : RP_OK;
}

static enum rp_status
add_table(struct diffing *diffing, int old_table, int new_table,
          struct rp_err *err)
{
    const struct rp_state *old = &diffing->old.state;
    const struct rp_state *new = &diffing->new.state;
    const size_t index = diffing->diff.table_count;
    struct rp_diff_table *table = &diffing->diff.tables[index];

    diffing->paired[index].old_table = old_table;
    diffing->paired[index].new_table = new_table;
    table->there_old = old_table >= 0;
    table->there_new = new_table >= 0;
    table->matched = true;
    if (table->there_old)
        table->rows_old = old->digests[old_table].fp.rows;
    if (table->there_new)
        table->rows_new = new->digests[new_table].fp.rows;
    table->name =
        keep_shown(diffing, table->there_old ? old->tables[old_table].name
                                             : new->tables[new_table].name);
    if (table->name == NULL)
        return rp_fail_nomem(err, "compare");
    diffing->diff.table_count++;
    return RP_OK;
}

/* The tables of both by name: those of one side, in their order, with those
 * that only the other has in between. */
static enum rp_status
add_tables(struct diffing *diffing, struct rp_err *err)
{
    const struct rp_state *old = &diffing->old.state;
    const struct rp_state *new = &diffing->new.state;
    const size_t most = old->table_count + new->table_count;
    enum rp_status status = RP_OK;
    size_t i = 0;
    size_t k = 0;

    diffing->diff.tables =
        rp_zalloc_array(most + 1, sizeof *diffing->diff.tables);
    diffing->paired = rp_zalloc_array(most + 1, sizeof *diffing->paired);
    if (diffing->diff.tables == NULL || diffing->paired == NULL)
        return rp_fail_nomem(err, "compare");
    while (status == RP_OK && (i < old->table_count || k < new->table_count)) {
        const bool take_new =
            k < new->table_count &&
            (i == old->table_count ||
             strcmp(new->tables[k].name, old->tables[i].name) < 0);

        if (!take_new) {
            status = add_table(diffing, (int)i,
                               rp_state_table(new, old->tables[i].name), err);
            i++;
            continue;
        }
        if (rp_state_table(old, new->tables[k].name) < 0)
            status = add_table(diffing, -1, (int)k, err);
        k++;
    }
    return status;
}

static enum rp_status
take_row(void *ctx, enum rp_difference difference, const struct rp_mark *old,
         const struct rp_mark *new, struct rp_err *err)
{
    struct diffing *diffing = ctx;
    const struct rp_diff_row row = { diffing->pairing, difference, old, new };
    enum rp_status status;

    if (diffing->table->shown[difference] >= diffing->limit)
        return RP_OK;
    diffing->table->shown[difference]++;
    rp_buf_reset(&diffing->line);
    status = diffing->writer->row(&diffing->line, &row, err);
    if (status == RP_OK)
        status =
            rp_spool_put(diffing->listed, rp_buf_view(&diffing->line), err);
    return status;
}

static enum rp_status
compare_table(struct diffing *diffing, size_t index, struct rp_err *err)
{
    struct paired *paired = &diffing->paired[index];
    struct rp_diff_table *table = &diffing->diff.tables[index];
    const struct rp_pairing_request request = {
        .memory_bytes = rp_session_memory(diffing->session) / 2,
        .beat = rp_progress_beat(&diffing->progress),
        .visitor = { take_row, diffing },
    };
    struct rp_pairing pairing = {
        .old_state = &diffing->old.state,
        .new_state = &diffing->new.state,
        .old_table = table->there_old ? (size_t)paired->old_table : 0,
        .new_table = table->there_new ? (size_t)paired->new_table : 0,
        .old_absent = !table->there_old,
        .new_absent = !table->there_new,
    };
    struct rp_differences found = { 0 };
    const uint64_t before = rp_spool_bytes(diffing->listed);
    enum rp_status status = rp_pairing_init(&pairing, err);

    diffing->pairing = &pairing;
    diffing->table = table;
    if (status == RP_OK)
        status = rp_pairing_compare(&pairing, &request, &found, err);
    table->found[RP_ROW_MISSING] = found.missing;
    table->found[RP_ROW_ADDED] = found.added;
    table->found[RP_ROW_CHANGED] = found.changed;
    table->undecided = found.undecided;
    table->same = pairing.same_digest;
    table->matched = pairing.same_digest || pairing.matched;
    paired->listed_bytes = rp_spool_bytes(diffing->listed) - before;
    diffing->pairing = NULL;
    rp_pairing_release(&pairing);
    return status;
}

static enum rp_status
compare(struct diffing *diffing, struct rp_err *err)
{
    enum rp_status status = rp_schemadiff_find(
        &diffing->schema, &diffing->old.state, &diffing->new.state, err);

    diffing->diff.program = RP_VERSION;
    diffing->diff.schema = &diffing->schema;
    if (status == RP_OK)
        status = describe_side(diffing, &diffing->old, &diffing->diff.old, err);
    if (status == RP_OK)
        status = describe_side(diffing, &diffing->new, &diffing->diff.new, err);
    if (status == RP_OK)
        status = add_tables(diffing, err);
    rp_progress_stage(&diffing->progress, "comparing", "rows", 0);
    for (size_t i = 0; i < diffing->diff.table_count && status == RP_OK; i++)
        status = compare_table(diffing, i, err);
    return status;
}

/* len bytes of what was listed. */
static enum rp_status
print_listed(struct diffing *diffing, struct rp_spool_reader *reader,
             uint64_t len, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && len > 0) {
        const size_t part = len < BLOCK_BYTES ? (size_t)len : BLOCK_BYTES;
        unsigned char *room;
        size_t got = 0;

        rp_buf_reset(&diffing->line);
        room = rp_buf_room(&diffing->line, part);
        status = room == NULL ? rp_buf_status(&diffing->line, err)
                              : rp_spool_next(reader, room, part, &got, err);
        if (status == RP_OK && got < part)
            status = rp_fail(err, RP_E_IO, "a temporary file ended too soon");
        diffing->line.len = got;
        if (status == RP_OK)
            rp_print(diffing->session, &diffing->line);
        len -= part;
    }
    return status;
}

static enum rp_status
print_rows(struct diffing *diffing, struct rp_err *err)
{
    struct rp_spool_reader *reader = NULL;
    enum rp_status status = rp_spool_read(diffing->listed, &reader, err);

    for (size_t i = 0; i < diffing->diff.table_count && status == RP_OK; i++) {
        const uint64_t len = diffing->paired[i].listed_bytes;

        if (len == 0)
            continue;
        rp_buf_reset(&diffing->line);
        status = diffing->writer->table(&diffing->line,
                                        &diffing->diff.tables[i], err);
        if (status == RP_OK) {
            rp_print(diffing->session, &diffing->line);
            status = print_listed(diffing, reader, len, err);
        }
    }
    rp_spool_reader_close(reader);
    return status;
}

static enum rp_status
tell(struct diffing *diffing, struct rp_err *err)
{
    enum rp_status status;

    rp_buf_reset(&diffing->line);
    status = diffing->writer->head(&diffing->line, &diffing->diff, err);
    if (status == RP_OK) {
        rp_print(diffing->session, &diffing->line);
        status = print_rows(diffing, err);
    }
    if (status != RP_OK)
        return status;
    rp_buf_reset(&diffing->line);
    status = diffing->writer->end(&diffing->line, &diffing->diff, err);
    if (status == RP_OK)
        rp_print(diffing->session, &diffing->line);
    return status;
}

/* Where rows wait that are shown: next to a database, else here. */
static enum rp_status
open_listed(struct diffing *diffing, struct rp_err *err)
{
    const struct rp_db *db =
        diffing->old.db != NULL ? diffing->old.db : diffing->new.db;

    return rp_spool_open(db != NULL ? rp_db_folder(db) : ".",
                         rp_session_memory(diffing->session) / LISTED_SHARE,
                         &diffing->listed, err);
}

static enum rp_status
run(struct diffing *diffing, struct rp_err *err)
{
    enum rp_status status;

    /* Before a database is open: see rp_snapfile_is. */
    diffing->old.is_file = rp_snapfile_is(diffing->old.path);
    diffing->new.is_file = rp_snapfile_is(diffing->new.path);
    status = open_side(diffing, &diffing->old, err);
    if (status == RP_OK)
        status = open_side(diffing, &diffing->new, err);
    if (status == RP_OK)
        status = open_listed(diffing, err);
    if (status == RP_OK)
        status = compare(diffing, err);
    rp_progress_end(&diffing->progress);
    return status == RP_OK ? tell(diffing, err) : status;
}

enum rp_exit
rp_diff(const struct rp_session *session, const struct rp_diff_options *options,
        struct rp_message *message)
{
    struct diffing diffing = {
        .session = session,
        .writer =
            options->format == RP_FORMAT_JSON ? &rp_diff_json : &rp_diff_text,
        .old = { .path = options->a },
        .new = { .path = options->b },
        .progress = { .session = session },
        .limit = options->limit == 0 ? LIMIT_DEFAULT : options->limit,
    };
    struct rp_err err = { RP_OK, "" };
    enum rp_exit exit_code;
    enum rp_status status;

    if (options->limit == RP_SHOW_NONE)
        diffing.limit = 0;
    status = run(&diffing, &err);
    exit_code = rp_exit_of(status, &err, message);
    if (status == RP_OK && !rp_diff_is_same(&diffing.diff))
        exit_code = RP_EXIT_DIFFERENT;
    rp_spool_close(diffing.listed);
    rp_schemadiff_release(&diffing.schema);
    rp_free(diffing.diff.tables);
    rp_free(diffing.paired);
    rp_arena_release(&diffing.arena);
    rp_buf_release(&diffing.line);
    close_side(&diffing.old);
    close_side(&diffing.new);
    return exit_code;
}
