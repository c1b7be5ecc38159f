/* see jsondoor.h */
#include "report/jsondoor.h"

#include <assert.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/show.h"

/* The only variable of the program that changes: jansson calls for memory
 * without telling who asks. */
static _Thread_local bool starved;

static void *
get_memory(size_t bytes)
{
    void *memory = rp_zalloc(bytes);

    if (memory == NULL)
        starved = true;
    return memory;
}

void
rp_json_begin(void)
{
    starved = false;
    json_set_alloc_funcs(get_memory, rp_free);
}

bool
rp_json_starved(void)
{
    return starved;
}

json_t *
rp_json_object(struct rp_json_maker *maker)
{
    json_t *object = json_object();

    if (object == NULL)
        maker->failed = true;
    return object;
}

json_t *
rp_json_array(struct rp_json_maker *maker)
{
    json_t *array = json_array();

    if (array == NULL)
        maker->failed = true;
    return array;
}

void
rp_json_set(struct rp_json_maker *maker, json_t *object, const char *name,
            json_t *value)
{
    if (json_object_set_new(object, name, value) != 0)
        maker->failed = true;
}

void
rp_json_append(struct rp_json_maker *maker, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        maker->failed = true;
}

void
rp_json_set_text(struct rp_json_maker *maker, json_t *object, const char *name,
                 const char *text)
{
    rp_json_set(maker, object, name,
                text == NULL ? json_null() : json_string(text));
}

void
rp_json_set_count(struct rp_json_maker *maker, json_t *object, const char *name,
                  uint64_t count)
{
    assert(count <= INT64_MAX);
    rp_json_set(maker, object, name, json_integer((json_int_t)count));
}

void
rp_json_set_bool(struct rp_json_maker *maker, json_t *object, const char *name,
                 bool value)
{
    rp_json_set(maker, object, name, json_boolean(value));
}

static int
put_piece(const char *bytes, size_t len, void *ctx)
{
    struct rp_buf *out = ctx;

    rp_buf_put(out, bytes, len);
    return out->failed ? -1 : 0;
}

/* Strings are valid UTF-8 here, so only memory can be missing. */
static enum rp_status
finish(struct rp_json_maker *maker, json_t *root, struct rp_buf *out,
       size_t flags)
{
    const size_t before = out->len;

    if (!maker->failed && json_dump_callback(root, put_piece, out, flags) != 0)
        maker->failed = true;
    rp_buf_byte(out, '\n');
    json_decref(root);
    if (!maker->failed && !out->failed && !starved)
        return RP_OK;
    out->len = before;
    return RP_E_NOMEM;
}

enum rp_status
rp_json_finish(struct rp_json_maker *maker, json_t *root, struct rp_buf *out,
               const char *what, struct rp_err *err)
{
    if (finish(maker, root, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == RP_OK)
        return RP_OK;
    return rp_fail(err, RP_E_NOMEM, "no memory to write %s", what);
}

enum rp_status
rp_json_line(struct rp_json_maker *maker, json_t *root, struct rp_buf *out,
             const char *what, struct rp_err *err)
{
    if (finish(maker, root, out, JSON_COMPACT | JSON_PRESERVE_ORDER) == RP_OK)
        return RP_OK;
    return rp_fail(err, RP_E_NOMEM, "no memory to write %s", what);
}

/* The text of an error may quote what stands in the file. */
static enum rp_status
fail_syntax(const char *name, const json_error_t *error, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_IO, "%s:%d: is no JSON that can be read: %s", name,
                   error->line, rp_show_in(shown, rp_slice_str(error->text)));
}

enum rp_status
rp_json_load(struct rp_slice text, const char *name, json_t **out_root,
             struct rp_err *err)
{
    json_error_t error = { 0 };
    json_t *root;

    if (text.len > RP_VERDICT_MAX_BYTES)
        return rp_fail(err, RP_E_IO, "%s: is longer than %zu bytes", name,
                       RP_VERDICT_MAX_BYTES);
    rp_json_begin();
    root = json_loadb(text.len == 0 ? "" : (const char *)text.ptr, text.len,
                      JSON_REJECT_DUPLICATES, &error);
    if (starved) {
        json_decref(root);
        return rp_fail_nomem(err, "read a verdict");
    }
    if (root == NULL)
        return fail_syntax(name, &error, err);
    *out_root = root;
    return RP_OK;
}
