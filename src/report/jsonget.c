/* see jsonget.h */
#include "report/jsonget.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/show.h"

void
rp_json_wrong(struct rp_json_reader *reader, const char *member,
              const char *problem)
{
    const char *writer = reader->writer;

    if (reader->status == RP_OK)
        reader->status = rp_fail(
            reader->err, RP_E_IO,
            "%s: %s%s %s; only evidence that nobody changed can be "
            "read, by the version that wrote it%s%.20s",
            reader->name, reader->place, member, problem,
            writer == NULL ? "" : ": rollproof ", writer == NULL ? "" : writer);
}

static void
fail_memory(struct rp_json_reader *reader)
{
    if (reader->status == RP_OK)
        reader->status = rp_fail_nomem(reader->err, "read a verdict");
}

void
rp_json_at(struct rp_json_reader *reader, const char *member)
{
    (void)snprintf(reader->place, sizeof reader->place, "%s%s", member,
                   member[0] == '\0' ? "" : ".");
}

void
rp_json_at_element(struct rp_json_reader *reader, const char *array,
                   size_t index)
{
    (void)snprintf(reader->place, sizeof reader->place, "%s[%zu].", array,
                   index);
}

const json_t *
rp_json_get(struct rp_json_reader *reader, const json_t *object,
            const char *member)
{
    const json_t *value = NULL;

    if (reader->status != RP_OK)
        return NULL;
    value = json_object_get(object, member);
    if (value == NULL)
        rp_json_wrong(reader, member, "is missing");
    return value;
}

const json_t *
rp_json_get_object(struct rp_json_reader *reader, const json_t *object,
                   const char *member)
{
    const json_t *value = rp_json_get(reader, object, member);

    if (value != NULL && !json_is_object(value))
        rp_json_wrong(reader, member, "is no object");
    return value;
}

const json_t *
rp_json_get_array(struct rp_json_reader *reader, const json_t *object,
                  const char *member)
{
    const json_t *value = rp_json_get(reader, object, member);

    if (value != NULL && !json_is_array(value))
        rp_json_wrong(reader, member, "is no array");
    return value;
}

bool
rp_json_get_bool(struct rp_json_reader *reader, const json_t *object,
                 const char *member)
{
    const json_t *value = rp_json_get(reader, object, member);

    if (value != NULL && !json_is_boolean(value))
        rp_json_wrong(reader, member, "is neither true nor false");
    return json_is_true(value);
}

uint64_t
rp_json_get_count(struct rp_json_reader *reader, const json_t *object,
                  const char *member)
{
    const json_t *value = rp_json_get(reader, object, member);

    if (value == NULL)
        return 0;
    if (json_is_integer(value) && json_integer_value(value) >= 0)
        return (uint64_t)json_integer_value(value);
    rp_json_wrong(reader, member, "is no count");
    return 0;
}

/* Backslashes are doubled when they are shown; all else that is escaped
 * becomes longer than that. */
static bool
is_shown(struct rp_json_reader *reader, struct rp_slice text)
{
    struct rp_buf shown = { 0 };
    size_t expected = text.len;
    bool same;

    for (size_t i = 0; i < text.len; i++)
        expected += text.ptr[i] == '\\';
    rp_show(&shown, text);
    if (shown.failed)
        fail_memory(reader);
    same = shown.len == expected;
    rp_buf_release(&shown);
    return same;
}

static const char *
copy_text(struct rp_json_reader *reader, const json_t *value,
          const char *member)
{
    const char *text = json_string_value(value);
    const char *copy = NULL;

    if (text == NULL)
        rp_json_wrong(reader, member, "is no text");
    else if (!is_shown(reader, rp_slice_str(text)))
        rp_json_wrong(reader, member, "holds a control character");
    if (reader->status != RP_OK)
        return NULL;
    copy = rp_arena_str(reader->arena, text);
    if (copy == NULL)
        fail_memory(reader);
    return copy;
}

const char *
rp_json_get_text(struct rp_json_reader *reader, const json_t *object,
                 const char *member)
{
    return copy_text(reader, rp_json_get(reader, object, member), member);
}

const char *
rp_json_get_text_or_null(struct rp_json_reader *reader, const json_t *object,
                         const char *member)
{
    const json_t *value = rp_json_get(reader, object, member);

    if (value == NULL || json_is_null(value))
        return NULL;
    return copy_text(reader, value, member);
}

struct rp_names
rp_json_get_names(struct rp_json_reader *reader, const json_t *object,
                  const char *member)
{
    const json_t *array = rp_json_get_array(reader, object, member);
    struct rp_names names = { NULL, json_array_size(array) };

    names.items = rp_json_make_array(reader, names.count, sizeof *names.items);
    for (size_t i = 0; reader->status == RP_OK && i < names.count; i++)
        names.items[i] = copy_text(reader, json_array_get(array, i), member);
    return names;
}

void *
rp_json_make_array(struct rp_json_reader *reader, size_t count, size_t bytes)
{
    void *array;

    if (reader->status != RP_OK)
        return NULL;
    array = rp_arena_array(reader->arena, count, bytes);
    if (array == NULL)
        fail_memory(reader);
    return array;
}
