/* see shape.h */
#include "job/shape.h"

enum rp_status
rp_shape_of(const struct rp_table *parent, const struct rp_spec *spec,
            const char *option, struct rp_key_shape *out_shape,
            struct rp_err *err)
{
    struct rp_key_request request = {
        .option = option,
        .csv = spec->csv,
        .db = spec->db_count > 0 ? spec->db : NULL,
        .csv_count = spec->csv_count,
        .db_count = spec->db_count,
    };

    return rp_keys_shape(parent, &request, out_shape, err);
}
