/* see reading.h */
#include "base/reading.h"

#include "base/canon.h"

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
    rp_buf_be64(bytes, record->number);
    rp_buf_be64(bytes, record->byte_start);
    rp_buf_be64(bytes, record->byte_end);
    rp_buf_be32(bytes, (uint32_t)record->code);
    rp_buf_be32(bytes, (uint32_t)record->field_count);
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
