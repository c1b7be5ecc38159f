/* see rollproof.h: rp_snapshot, the school's rows as they are now, for later.
 */
#include <inttypes.h>

#include "base/newfile.h"
#include "base/show.h"
#include "job/evidence.h"
#include "job/progress.h"
#include "job/session.h"
#include "proof/snapfile.h"
#include "rollproof.h"

struct taking {
    const struct rp_session *session;
    const char *path;
    struct rp_db *db;
    struct rp_progress progress;
    struct rp_newfile *out;
    struct rp_snapshot snapshot;
};

static enum rp_status
take(struct taking *taking, struct rp_err *err)
{
    const struct rp_snapfile_request request = {
        .db = taking->db,
        .memory_bytes = rp_session_memory(taking->session) / 2,
        .beat = rp_progress_beat(&taking->progress),
    };
    enum rp_status status;

    taking->progress.session = taking->session;
    rp_progress_stage(&taking->progress, "reading", "rows", 0);
    status = rp_snapfile_write(&request, taking->out, &taking->snapshot, err);
    rp_progress_end(&taking->progress);
    if (status == RP_OK)
        status = rp_session_stopped(taking->session, err);
    return status == RP_OK ? rp_newfile_publish(taking->out, err) : status;
}

static void
put_table(struct rp_buf *out, const struct rp_table *table,
          const struct rp_digest *digest)
{
    char shown[RP_SHOWN_BYTES];

    rp_buf_printf(out, "  %-16s %12" PRIu64 "   %s\n",
                  rp_show_in(shown, rp_slice_str(table->name)), digest->fp.rows,
                  digest->sha256);
}

static enum rp_status
tell(const struct taking *taking, struct rp_err *err)
{
    const struct rp_snapshot *snapshot = &taking->snapshot;
    struct rp_buf out = { 0 };
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(snapshot->schema, &count);
    uint64_t rows = 0;
    enum rp_status status;

    rp_buf_printf(&out, "rollproof %s   snapshot %s -> ", RP_VERSION,
                  rp_db_name(taking->db));
    rp_show(&out, rp_slice_str(taking->path));
    rp_buf_str(&out, "\n\n");
    for (size_t i = 0; i < count; i++) {
        put_table(&out, &tables[i], &snapshot->digests[i]);
        rows += snapshot->digests[i].fp.rows;
    }
    rp_buf_printf(&out, "\n  %zu tables, %" PRIu64 " rows   content %s\n",
                  count, rows, snapshot->database);
    status = rp_buf_status(&out, err);
    if (status == RP_OK)
        rp_print(taking->session, &out);
    rp_buf_release(&out);
    return status;
}

enum rp_exit
rp_snapshot(const struct rp_session *session, const char *school,
            const char *out, struct rp_message *message)
{
    struct taking taking = { .session = session, .path = out };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = rp_evidence_outside("", out, &err);

    if (status == RP_OK)
        status = rp_session_open(session, school, RP_DB_READ, &taking.db, &err);
    if (status == RP_OK)
        status = rp_db_begin_read(taking.db, &err);
    if (status == RP_OK)
        status = rp_newfile_open(out, &taking.out, &err);
    if (status == RP_OK)
        status = take(&taking, &err);
    /* The file is there; without memory for a few lines it still is. */
    if (status == RP_OK && tell(&taking, &err) != RP_OK)
        rp_talk(session, "rollproof: the snapshot is written, but: %s",
                err.text);
    rp_newfile_close(taking.out);
    rp_snapshot_release(&taking.snapshot);
    rp_db_close(taking.db);
    return rp_exit_of(status, &err, message);
}
