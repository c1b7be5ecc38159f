/* see planted.h: the verifier's parser loses or changes a record. */
#include "proof/second.h"
#include "fault/planted/planted.h"

#define FIELDS 2

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_second_batch(struct rp_second *second,
                                      const struct rp_second_record **out_batch,
                                      size_t *out_count, struct rp_err *err);
enum rp_status __wrap_rp_second_batch(struct rp_second *second,
                                      const struct rp_second_record **out_batch,
                                      size_t *out_count, struct rp_err *err);

static struct rp_second_record
spoil(const struct rp_second_record *record)
{
    static struct rp_slice fields[FIELDS];
    struct rp_second_record spoilt = *record;

    if (planted("second-changes") && record->number == 3) {
        fields[0] = record->fields[0];
        fields[1] = rp_slice_str("ART1");
        spoilt.fields = fields;
    }
    return spoilt;
}

enum rp_status
__wrap_rp_second_batch(struct rp_second *second,
                       const struct rp_second_record **out_batch,
                       size_t *out_count, struct rp_err *err)
{
    static struct rp_second_record spoilt[RP_BATCH_RECORDS];
    enum rp_status status =
        __real_rp_second_batch(second, out_batch, out_count, err);
    size_t count = 0;

    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < *out_count; i++)
        if (!planted("second-drops") || (*out_batch)[i].number != 3)
            spoilt[count++] = spoil(&(*out_batch)[i]);
    *out_batch = spoilt;
    *out_count = count;
    return RP_OK;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
