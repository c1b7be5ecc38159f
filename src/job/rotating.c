/* see verifying.h: the snapshot is replaced by the state that was verified. */
#include <sys/stat.h>

#include "base/mem.h"
#include "base/rotate.h"
#include "base/show.h"
#include "job/verifying.h"
#include "proof/snapfile.h"

/* A link would be replaced by a file, and what it leads to would be kept. */
static enum rp_status
check_file(const char *path, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    struct stat there;

    if (lstat(path, &there) != 0 || S_ISREG(there.st_mode))
        return RP_OK;
    return rp_fail(err, RP_E_USAGE,
                   "%s: is not a file itself, so it cannot be rotated; name "
                   "the file that it leads to",
                   rp_show_in(shown, rp_slice_str(path)));
}

/* From here on nobody else rotates it. */
enum rp_status
rp_rotating_begin(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_strings *against = &verifying->options->against;
    enum rp_status status;

    if (!verifying->options->rotate)
        return RP_OK;
    for (size_t i = 0; i < against->count && verifying->rotates == NULL; i++)
        if (!rp_against_is_evidence(against->items[i]))
            verifying->rotates = against->items[i];
    if (verifying->rotates == NULL)
        return rp_fail(err, RP_E_USAGE,
                       "--rotate replaces a snapshot; name it by --against "
                       "SNAPSHOT (rollproof snapshot makes the first)");
    status = check_file(verifying->rotates, err);
    return status == RP_OK
               ? rp_newfile_replace(verifying->rotates, &verifying->next, err)
               : status;
}

enum rp_status
rp_rotating_scan(struct rp_verifying *verifying,
                 const struct rp_row_visitor *visitor, struct rp_err *err)
{
    const struct rp_snapfile_request request = {
        .db = verifying->db,
        .memory_bytes = rp_session_memory(verifying->session) / RP_ROWS_SHARE,
        .beat = rp_progress_beat(&verifying->progress),
        .watched = { visitor == NULL ? NULL : RP_LINKS, visitor },
    };
    struct rp_snapshot snapshot = { .schema = NULL };
    enum rp_status status =
        rp_snapfile_write(&request, verifying->next, &snapshot, err);

    /* The same transaction, so the same tables. */
    for (size_t i = 0; status == RP_OK && i < snapshot.table_count; i++)
        verifying->digests[i] = snapshot.digests[i];
    rp_snapshot_release(&snapshot);
    return status;
}

enum rp_status
rp_rotating_end(struct rp_verifying *verifying, bool verified,
                struct rp_err *err)
{
    struct rp_verification *found = &verifying->found;
    enum rp_status status;

    if (verifying->rotates == NULL)
        return RP_OK;
    found->snapshot =
        rp_show_in(verifying->rotates_shown, rp_slice_str(verifying->rotates));
    found->rotated = verified;
    found->kept = verifying->options->rotate_keep;
    if (!verified)
        return RP_OK;
    status = rp_session_stopped(verifying->session, err);
    if (status == RP_OK)
        status = rp_rotate(verifying->rotates, found->kept, err);
    return status == RP_OK ? rp_newfile_publish(verifying->next, err) : status;
}
