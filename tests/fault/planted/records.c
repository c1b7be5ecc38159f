/* see planted.h: the importer's parser loses or changes a record. */
#include "source/records.h"
#include "fault/planted/planted.h"

#define FIELDS 2

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_records_next(struct rp_records *records,
                                      const struct rp_record **out_record,
                                      struct rp_err *err);
enum rp_status __wrap_rp_records_next(struct rp_records *records,
                                      const struct rp_record **out_record,
                                      struct rp_err *err);

enum rp_status __real_rp_records_batch(struct rp_records *records,
                                       const struct rp_record **out_batch,
                                       size_t *out_count, struct rp_err *err);
enum rp_status __wrap_rp_records_batch(struct rp_records *records,
                                       const struct rp_record **out_batch,
                                       size_t *out_count, struct rp_err *err);

enum rp_status __real_rp_records_finish(struct rp_records *records,
                                        struct rp_source_facts *out_facts,
                                        struct rp_err *err);
enum rp_status __wrap_rp_records_finish(struct rp_records *records,
                                        struct rp_source_facts *out_facts,
                                        struct rp_err *err);

static struct rp_record
spoil(const struct rp_record *record)
{
    static struct rp_slice fields[FIELDS];
    struct rp_record spoilt = *record;

    if (planted("record-blanked") && record->number == 3)
        spoilt.class = RP_RECORD_BLANK;
    if (planted("span-moved") && record->number == 3)
        spoilt.byte_end++;
    if (planted("fields-swapped") && record->number == 3) {
        fields[0] = record->fields[1];
        fields[1] = record->fields[0];
        spoilt.fields = fields;
    }
    /* The other key exists: nothing but the second reading can tell. */
    if (planted("key-cut") && record->number == 1) {
        fields[0] = rp_slice_str("7");
        fields[1] = record->fields[1];
        spoilt.fields = fields;
    }
    return spoilt;
}

/* The evidence reads the source again to trace its sample. */
enum rp_status
__wrap_rp_records_next(struct rp_records *records,
                       const struct rp_record **out_record, struct rp_err *err)
{
    static struct rp_record spoilt;
    enum rp_status status = __real_rp_records_next(records, out_record, err);

    if (status != RP_OK || *out_record == NULL)
        return status;
    spoilt = spoil(*out_record);
    *out_record = &spoilt;
    return RP_OK;
}

enum rp_status
__wrap_rp_records_batch(struct rp_records *records,
                        const struct rp_record **out_batch, size_t *out_count,
                        struct rp_err *err)
{
    static struct rp_record spoilt[RP_BATCH_RECORDS];
    enum rp_status status =
        __real_rp_records_batch(records, out_batch, out_count, err);
    size_t count = 0;

    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < *out_count; i++)
        if (!planted("record-dropped") || (*out_batch)[i].number != 3)
            spoilt[count++] = spoil(&(*out_batch)[i]);
    *out_batch = spoilt;
    *out_count = count;
    return RP_OK;
}

enum rp_status
__wrap_rp_records_finish(struct rp_records *records,
                         struct rp_source_facts *out_facts, struct rp_err *err)
{
    enum rp_status status = __real_rp_records_finish(records, out_facts, err);

    if (status == RP_OK && planted("bytes-miscounted"))
        out_facts->bytes_records--;
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
