/* see build.h: what the importer's parser gives of a source. */
#include "plan/build.h"

static enum rp_status
add_reading(struct rp_reading *reading, const struct rp_record *record,
            struct rp_err *err)
{
    struct rp_reading_record read = {
        .number = record->number,
        .byte_start = record->byte_start,
        .byte_end = record->byte_end,
    };

    if (record->class == RP_RECORD_DATA) {
        read.fields = record->fields;
        read.field_count = record->field_count;
    } else {
        read.code =
            record->class == RP_RECORD_BLANK ? RP_BLANK_RECORD : record->code;
    }
    return rp_reading_add(reading, &read, err);
}

enum rp_status
rp_build_read(struct rp_plan *plan, uint32_t source, struct rp_reading *reading,
              struct rp_batch *out, struct rp_err *err)
{
    struct rp_plan_source *from = &plan->sources[source];
    enum rp_status status =
        rp_records_batch(from->records, &out->records, &out->count, err);

    for (size_t i = 0; i < out->count && status == RP_OK; i++)
        status = add_reading(reading, &out->records[i], err);
    if (status != RP_OK || out->count > 0)
        return status;
    status = rp_records_finish(from->records, &from->facts, err);
    if (status == RP_OK && plan->source_count > 1)
        rp_records_rest(from->records);
    return status;
}
