/* linkreader.h - the links of a plan that are to be inserted, in their order.
 *
 * They wait in a spool as 16-byte keys; a block of them is read and unpacked
 * at once, because the fill and the proof ask for every single one.
 */
#ifndef PLAN_LINKREADER_H
#define PLAN_LINKREADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/spool.h"
#include "plan/plan.h"
#include "school/fill.h"

#define RP_LINK_BLOCK 1024

/* An all-zero reader is a valid closed one. */
struct rp_link_reader {
    struct rp_spool_reader *spool;
    unsigned char keys[RP_LINK_BLOCK * RP_CLAIM_KEY_BYTES];
    size_t next; /* in keys, both in bytes */
    size_t end;
};

enum rp_status rp_link_reader_open(struct rp_link_reader *reader,
                                   const struct rp_spool *added,
                                   struct rp_err *err) RP_MUST_CHECK;
/* The next block; reader->end is 0 behind the last one. */
enum rp_status rp_link_reader_fill(struct rp_link_reader *reader,
                                   struct rp_err *err) RP_MUST_CHECK;
void rp_link_reader_close(struct rp_link_reader *reader);

/* *out_more is false at the end. */
static inline enum rp_status
rp_link_reader_next(struct rp_link_reader *reader, struct rp_link *out_link,
                    bool *out_more, struct rp_err *err)
{
    if (reader->next == reader->end) {
        enum rp_status status = rp_link_reader_fill(reader, err);

        *out_more = status == RP_OK && reader->end > 0;
        if (!*out_more)
            return status;
    }
    rp_link_unpack(reader->keys + reader->next, &out_link->student_id,
                   &out_link->course_id);
    reader->next += RP_CLAIM_KEY_BYTES;
    *out_more = true;
    return RP_OK;
}

#endif
