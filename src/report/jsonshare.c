/* see json.h: run.json without names of persons and machines. */
#include <string.h>

#include "report/json.h"
#include "report/jsondoor.h"

/* A member as it is; null when there is none. */
static void
set_same(struct rp_json_maker *maker, json_t *object, const json_t *from,
         const char *name)
{
    json_t *value = json_object_get(from, name);

    rp_json_set(maker, object, name,
                value == NULL ? json_null() : json_incref(value));
}

/* The path of a library may lead through somebody's home. */
static json_t *
library_of(struct rp_json_maker *maker, const json_t *from)
{
    json_t *library = rp_json_object(maker);
    const char *path = json_string_value(json_object_get(from, "path"));
    const char *slash = path == NULL ? NULL : strrchr(path, '/');

    rp_json_set_text(maker, library, "name", slash == NULL ? path : slash + 1);
    set_same(maker, library, from, "sha256");
    return library;
}

static void
set_libraries(struct rp_json_maker *maker, json_t *object, const json_t *from)
{
    const json_t *libraries = json_object_get(from, "libraries");
    json_t *array = rp_json_array(maker);

    for (size_t i = 0; i < json_array_size(libraries); i++)
        rp_json_append(maker, array,
                       library_of(maker, json_array_get(libraries, i)));
    rp_json_set(maker, object, "libraries", array);
}

enum rp_status
rp_json_run_shared(struct rp_slice run, struct rp_buf *out, struct rp_err *err)
{
    static const char *const withheld[] = {
        "host", "user", "folder", "database", "evidence", "argv",
    };
    struct rp_json_maker maker = { false };
    json_t *from = NULL;
    json_t *root;
    enum rp_status status = rp_json_load(run, "run.json", &from, err);

    if (status != RP_OK)
        return status;
    root = rp_json_object(&maker);
    set_same(&maker, root, from, "started");
    set_same(&maker, root, from, "finished");
    for (size_t i = 0; i < sizeof withheld / sizeof withheld[0]; i++)
        rp_json_set(&maker, root, withheld[i], json_null());
    set_same(&maker, root, from, "lock_ms");
    set_same(&maker, root, from, "versions");
    set_libraries(&maker, root, from);
    status = rp_json_finish(&maker, root, out, "run.json", err);
    json_decref(from);
    return status;
}
