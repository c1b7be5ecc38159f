/* see remarks.h */
#include "job/remarks.h"

#include <string.h>

#include "base/mem.h"
#include "base/slice.h"

enum rp_status
rp_remarks_make(struct rp_db *db, const struct rp_schema *schema,
                const char *table, struct rp_remarks *out_remarks,
                struct rp_err *err)
{
    size_t object_count = 0;
    const struct rp_object *objects = rp_schema_objects(schema, &object_count);
    size_t triggers = rp_schema_trigger_count(schema, table);
    struct rp_remarks remarks = { NULL, 0 };
    size_t unknown = 0;
    enum rp_status status =
        rp_schema_unknown_functions(db, schema, &unknown, err);

    if (status != RP_OK)
        return status;
    remarks.items =
        rp_zalloc_array(triggers + unknown + 1, sizeof *remarks.items);
    if (remarks.items == NULL)
        return rp_fail_nomem(err, "look at the schema");
    for (size_t i = 0; i < object_count && remarks.count < triggers; i++)
        if (strcmp(objects[i].type, "trigger") == 0 &&
            rp_slice_eq_nocase(rp_slice_str(objects[i].table),
                               rp_slice_str(table)))
            remarks.items[remarks.count++] =
                (struct rp_remark){ RP_TRIGGER, objects[i].name };
    for (size_t i = 0; i < unknown; i++)
        remarks.items[remarks.count++] =
            (struct rp_remark){ RP_UNKNOWN_SCHEMA_FUNCTION, "schema" };
    *out_remarks = remarks;
    return RP_OK;
}

void
rp_remarks_release(struct rp_remarks *remarks)
{
    rp_free(remarks->items);
    remarks->items = NULL;
    remarks->count = 0;
}
