/* see linkdigest.h */
#include "proof/linkdigest.h"

#include "base/canon.h"
#include "base/show.h"

#define COLUMNS 2

static enum rp_status
pass_on(struct rp_linkdigest *digest, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(&digest->bytes, err);

    if (status == RP_OK)
        status = rp_sha256_put(digest->sha, rp_buf_view(&digest->bytes), err);
    rp_buf_reset(&digest->bytes);
    return status;
}

enum rp_status
rp_linkdigest_begin(struct rp_linkdigest *digest, struct rp_err *err)
{
    const struct rp_slice columns[COLUMNS] = { RP_LIT("student_id"),
                                               RP_LIT("course_id") };
    const uint32_t key[COLUMNS] = { 0, 1 };
    const struct rp_canon_shape shape = {
        .name = RP_LIT("student_courses"),
        .columns = columns,
        .column_count = COLUMNS,
        .key = key,
        .key_count = COLUMNS,
    };

    rp_canon_table(&digest->bytes, &shape);
    return rp_sha256_open(&digest->sha, err);
}

enum rp_status
rp_linkdigest_add(struct rp_linkdigest *digest, int64_t student_id,
                  int64_t course_id, struct rp_err *err)
{
    if (digest->count > 0 &&
        (student_id < digest->student_id ||
         (student_id == digest->student_id && course_id <= digest->course_id)))
        digest->falling = true;
    digest->student_id = student_id;
    digest->course_id = course_id;
    digest->count++;
    rp_canon_row(&digest->bytes, COLUMNS);
    rp_canon_int(&digest->bytes, student_id);
    rp_canon_int(&digest->bytes, course_id);
    return digest->bytes.len >= RP_HASH_BATCH_BYTES ? pass_on(digest, err)
                                                    : RP_OK;
}

enum rp_status
rp_linkdigest_end(struct rp_linkdigest *digest, char out_sha256[RP_SHA256_HEX],
                  struct rp_err *err)
{
    unsigned char sha256[RP_SHA256_BYTES];
    enum rp_status status;

    rp_canon_table_end(&digest->bytes, digest->count);
    status = pass_on(digest, err);
    if (status == RP_OK)
        status = rp_sha256_finish(digest->sha, sha256, err);
    if (status == RP_OK)
        rp_hex(out_sha256, sha256, sizeof sha256);
    return status;
}

void
rp_linkdigest_release(struct rp_linkdigest *digest)
{
    rp_sha256_close(digest->sha);
    rp_buf_release(&digest->bytes);
    *digest = (struct rp_linkdigest){ .sha = NULL };
}
