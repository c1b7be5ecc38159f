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

enum rp_status __real_rp_records_finish(struct rp_records *records,
                                        struct rp_source_facts *out_facts,
                                        struct rp_err *err);
enum rp_status __wrap_rp_records_finish(struct rp_records *records,
                                        struct rp_source_facts *out_facts,
                                        struct rp_err *err);

static const struct rp_record *
spoil(const struct rp_record *record)
{
    static struct rp_slice fields[FIELDS];
    static struct rp_record spoilt;

    spoilt = *record;
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
    return &spoilt;
}

enum rp_status
__wrap_rp_records_next(struct rp_records *records,
                       const struct rp_record **out_record, struct rp_err *err)
{
    static unsigned calls;
    enum rp_status status = __real_rp_records_next(records, out_record, err);

    /* Once: the evidence reads the source again to trace its sample. */
    if (status == RP_OK && planted_at("record-dropped", 3, &calls))
        status = __real_rp_records_next(records, out_record, err);
    if (status == RP_OK && *out_record != NULL)
        *out_record = spoil(*out_record);
    return status;
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
