/* see objects.h */
#include "proof/objects.h"

#include <string.h>

#include "base/canon.h"
#include "base/sha256.h"

/* Objects named sqlite_* follow from the SQL of the others. */
static bool
is_counted(const struct rp_object *object)
{
    return strncmp(object->name, "sqlite_", strlen("sqlite_")) != 0;
}

static int
compare_objects(const struct rp_object *left, const struct rp_object *right)
{
    int order = strcmp(left->type, right->type);

    return order != 0 ? order : strcmp(left->name, right->name);
}

static void
put_object(struct rp_buf *out, const struct rp_object *object)
{
    rp_canon_lp(out, rp_slice_str(object->type));
    rp_canon_lp(out, rp_slice_str(object->name));
    rp_canon_lp(out, rp_slice_str(object->table));
    rp_canon_lp(out, object->sql);
}

/* The objects of a schema, and those declared in their places. */
static size_t
put_objects(struct rp_buf *out, const struct rp_schema *schema,
            const struct rp_object *declared, size_t declared_count)
{
    size_t count = 0;
    const struct rp_object *objects = rp_schema_objects(schema, &count);
    size_t taken = 0;
    size_t d = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_counted(&objects[i]))
            continue;
        for (; d < declared_count &&
               compare_objects(&declared[d], &objects[i]) < 0;
             d++, taken++)
            put_object(out, &declared[d]);
        put_object(out, &objects[i]);
        taken++;
    }
    for (; d < declared_count; d++, taken++)
        put_object(out, &declared[d]);
    return taken;
}

static enum rp_status
put_hash(struct rp_buf *out, const struct rp_buf *bytes, size_t count,
         struct rp_err *err)
{
    char hex[RP_SHA256_HEX];
    enum rp_status status = rp_buf_status(bytes, err);

    if (status == RP_OK)
        status = rp_sha256_hex(rp_buf_view(bytes), hex, err);
    if (status == RP_OK)
        rp_buf_printf(out, "%zu objects, sha256 %s", count, hex);
    return status;
}

enum rp_status
rp_objects_put(struct rp_buf *out, const struct rp_schema *schema,
               const struct rp_object *declared, size_t declared_count,
               struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    size_t count = put_objects(&bytes, schema, declared, declared_count);
    enum rp_status status = put_hash(out, &bytes, count, err);

    rp_buf_release(&bytes);
    return status;
}

enum rp_status
rp_objects_put_without(struct rp_buf *out, const struct rp_schema *schema,
                       const char *table, struct rp_err *err)
{
    struct rp_buf bytes = { 0 };
    size_t count = 0;
    const struct rp_object *objects = rp_schema_objects(schema, &count);
    size_t kept = 0;
    enum rp_status status;

    for (size_t i = 0; i < count; i++) {
        if (!is_counted(&objects[i]) || rp_name_eq(objects[i].table, table))
            continue;
        put_object(&bytes, &objects[i]);
        kept++;
    }
    status = put_hash(out, &bytes, kept, err);
    rp_buf_release(&bytes);
    return status;
}
