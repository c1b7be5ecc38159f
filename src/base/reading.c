/* see reading.h */
#include "base/reading.h"

#include "base/be.h"
#include "base/canon.h"

/* number, span, code, number of fields */
#define HEAD_BYTES 32U

static void
put_head(unsigned char *to, const struct rp_reading_record *record)
{
    rp_put_be64(to, record->number);
    rp_put_be64(to + 8, record->byte_start);
    rp_put_be64(to + 16, record->byte_end);
    rp_put_be32(to + 24, (uint32_t)record->code);
    rp_put_be32(to + 28, (uint32_t)record->field_count);
}

/* Room for all of a record, so that nothing behind has to ask again. */
static size_t
most_bytes(const struct rp_reading_record *record)
{
    size_t bytes = HEAD_BYTES;

    for (size_t i = 0; i < record->field_count; i++)
        bytes += RP_CANON_TEXT_BYTES + record->fields[i].len;
    return bytes;
}

enum rp_status
rp_reading_add(struct rp_reading *reading,
               const struct rp_reading_record *record, struct rp_err *err)
{
    struct rp_buf *bytes = &reading->scratch;
    unsigned char *to;

    rp_buf_reset(bytes);
    to = rp_buf_room(bytes, most_bytes(record));
    if (to == NULL)
        return rp_buf_status(bytes, err);
    put_head(to, record);
    to += HEAD_BYTES;
    /* An empty field without quotes is not "". */
    for (size_t i = 0; i < record->field_count; i++)
        to = record->fields[i].ptr == NULL
                 ? rp_canon_null_at(to)
                 : rp_canon_text_at(to, record->fields[i]);
    rp_fp_add(&reading->fp, rp_hash128((struct rp_slice){
                                bytes->ptr, (size_t)(to - bytes->ptr) }));
    return RP_OK;
}

void
rp_reading_release(struct rp_reading *reading)
{
    rp_buf_release(&reading->scratch);
}
