/* see reading.h */
#include "base/reading.h"

#include "base/be.h"
#include "base/canon.h"

/* number, span, code, number of fields */
#define HEAD_BYTES 32U

static void
put_head(struct rp_buf *bytes, const struct rp_reading_record *record)
{
    unsigned char *room = rp_buf_room(bytes, HEAD_BYTES);

    if (room == NULL)
        return;
    rp_put_be64(room, record->number);
    rp_put_be64(room + 8, record->byte_start);
    rp_put_be64(room + 16, record->byte_end);
    rp_put_be32(room + 24, (uint32_t)record->code);
    rp_put_be32(room + 28, (uint32_t)record->field_count);
    bytes->len += HEAD_BYTES;
}

/* An empty field without quotes is not "". */
static void
put_field(struct rp_buf *bytes, struct rp_slice field)
{
    if (field.ptr == NULL)
        rp_canon_null(bytes);
    else
        rp_canon_text(bytes, field);
}

enum rp_status
rp_reading_add(struct rp_reading *reading,
               const struct rp_reading_record *record, struct rp_err *err)
{
    struct rp_buf *bytes = &reading->scratch;
    enum rp_status status;

    rp_buf_reset(bytes);
    put_head(bytes, record);
    for (size_t i = 0; i < record->field_count; i++)
        put_field(bytes, record->fields[i]);
    status = rp_buf_status(bytes, err);
    if (status == RP_OK)
        rp_fp_add(&reading->fp, rp_hash128(rp_buf_view(bytes)));
    return status;
}

void
rp_reading_release(struct rp_reading *reading)
{
    rp_buf_release(&reading->scratch);
}
