/* linkreader.c - see linkreader.h. */
#include "plan/linkreader.h"

enum rp_status
rp_link_reader_open(struct rp_link_reader *reader, const struct rp_spool *added,
                    struct rp_err *err)
{
    reader->next = 0;
    reader->end = 0;
    return rp_spool_read(added, &reader->spool, err);
}

enum rp_status
rp_link_reader_fill(struct rp_link_reader *reader, struct rp_err *err)
{
    size_t got = 0;
    enum rp_status status = rp_spool_next(reader->spool, reader->keys,
                                          sizeof reader->keys, &got, err);

    reader->next = 0;
    /* The spool holds whole keys only. */
    reader->end = status == RP_OK ? got - got % RP_CLAIM_KEY_BYTES : 0;
    return status;
}

void
rp_link_reader_close(struct rp_link_reader *reader)
{
    rp_spool_reader_close(reader->spool);
    reader->spool = NULL;
}
