/* see planted.h: the verifier's parser loses or changes a record. */
#include "proof/second.h"
#include "fault/planted/planted.h"

#define FIELDS 2

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_second_next(struct rp_second *second,
                                     const struct rp_second_record **out_record,
                                     struct rp_err *err);
enum rp_status __wrap_rp_second_next(struct rp_second *second,
                                     const struct rp_second_record **out_record,
                                     struct rp_err *err);

static const struct rp_second_record *
spoil(const struct rp_second_record *record)
{
    static struct rp_slice fields[FIELDS];
    static struct rp_second_record spoilt;

    spoilt = *record;
    if (planted("second-changes") && record->number == 3) {
        fields[0] = record->fields[0];
        fields[1] = rp_slice_str("ART1");
        spoilt.fields = fields;
    }
    return &spoilt;
}

enum rp_status
__wrap_rp_second_next(struct rp_second *second,
                      const struct rp_second_record **out_record,
                      struct rp_err *err)
{
    enum rp_status status = __real_rp_second_next(second, out_record, err);

    if (status == RP_OK && *out_record != NULL && planted("second-drops") &&
        (*out_record)->number == 3)
        status = __real_rp_second_next(second, out_record, err);
    if (status == RP_OK && *out_record != NULL)
        *out_record = spoil(*out_record);
    return status;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
