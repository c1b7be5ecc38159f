/* mapping.c - see mapping.h. */
#include "source/mapping.h"

#include "base/mem.h"
#include "base/show.h"

#define SPEC_IS "write CSVCOL[+CSVCOL...][=DBCOL[+DBCOL...]]"
#define WHERE_IS "write COL=VALUE[,VALUE...]"
#define LEAVE_OUT_IS "write COL[,COL...]"

struct rp_mapping {
    struct rp_arena arena;
    struct rp_spec student;
    struct rp_spec course;
    struct rp_where *where;
    size_t where_count;
    struct rp_slice *left_out;
    size_t left_out_count;
};

/* One option as it was written. */
struct said {
    const char *option;
    struct rp_slice text;
    const char *is; /* what its text has to look like */
};

static enum rp_status
fail_said(const struct said *said, const char *why, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE, "%s '%s': %s; %s", said->option,
                   rp_show_in(shown, said->text), why, said->is);
}

static enum rp_status
fail_memory(struct rp_err *err)
{
    return rp_fail_nomem(err, "hold the options");
}

/* Where separator first stands outside backslashes; text.len if nowhere. */
static size_t
find_separator(struct rp_slice text, char separator)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == (unsigned char)separator)
            return i;
        if (text.ptr[i] == '\\' && i + 1 < text.len)
            i++;
    }
    return text.len;
}

static bool
ends_in_lone_backslash(struct rp_slice text)
{
    size_t backslashes = 0;

    while (backslashes < text.len &&
           text.ptr[text.len - 1 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

static struct rp_slice
first_bytes(struct rp_slice text, size_t len)
{
    struct rp_slice first = { text.ptr, len };

    return first;
}

static struct rp_slice
without_first(struct rp_slice text, size_t len)
{
    struct rp_slice rest = { text.ptr + len, text.len - len };

    return rest;
}

/* text with each backslash gone that takes the next byte literally. */
static struct rp_slice
take_literally(struct rp_arena *arena, struct rp_slice text)
{
    unsigned char *bytes = rp_arena_array(arena, text.len, 1);
    struct rp_slice taken = { bytes, 0 };

    if (bytes == NULL)
        return taken;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len)
            i++;
        bytes[taken.len++] = text.ptr[i];
    }
    return taken;
}

static size_t
count_parts(struct rp_slice text, char separator)
{
    size_t count = 1;
    size_t at = find_separator(text, separator);

    while (at < text.len) {
        count++;
        text = without_first(text, at + 1);
        at = find_separator(text, separator);
    }
    return count;
}

/* Fills items, of which there are as many as text has parts. */
static enum rp_status
fill_parts(struct rp_arena *arena, struct rp_slice text, char separator,
           struct rp_slice *items, struct rp_err *err)
{
    for (;;) {
        size_t at = find_separator(text, separator);

        *items = take_literally(arena, first_bytes(text, at));
        if (items->ptr == NULL)
            return fail_memory(err);
        if (at == text.len)
            return RP_OK;
        items++;
        text = without_first(text, at + 1);
    }
}

struct list {
    struct rp_slice *items;
    size_t count;
};

static enum rp_status
split(struct rp_arena *arena, struct rp_slice text, char separator,
      struct list *out_list, struct rp_err *err)
{
    struct list list;

    list.count = count_parts(text, separator);
    list.items = rp_arena_array(arena, list.count, sizeof *list.items);
    if (list.items == NULL)
        return fail_memory(err);
    *out_list = list;
    return fill_parts(arena, text, separator, list.items, err);
}

static bool
has_empty(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].len == 0)
            return true;
    return false;
}

static enum rp_status
check_backslash(const struct said *said, struct rp_err *err)
{
    if (!ends_in_lone_backslash(said->text))
        return RP_OK;
    return fail_said(
        said, "the backslash at its end has nothing to take literally", err);
}

static enum rp_status
check_spec(const struct said *said, const struct list *csv,
           const struct list *db, struct rp_err *err)
{
    if (has_empty(csv) || has_empty(db))
        return fail_said(said, "a column has no name", err);
    if (csv->count > RP_KEY_COLUMNS_MAX)
        return fail_said(said, "a key has at most 16 columns", err);
    if (db->count != 0 && db->count != csv->count)
        return fail_said(said,
                         "it names more columns on one side of = than on the "
                         "other",
                         err);
    return RP_OK;
}

static enum rp_status
read_spec(struct rp_arena *arena, const struct said *said,
          struct rp_spec *out_spec, struct rp_err *err)
{
    size_t equals = find_separator(said->text, '=');
    struct rp_slice rest = { NULL, 0 };
    struct list csv = { NULL, 0 };
    struct list db = { NULL, 0 };
    enum rp_status status = check_backslash(said, err);

    if (status == RP_OK)
        status = split(arena, first_bytes(said->text, equals), '+', &csv, err);
    if (status == RP_OK && equals < said->text.len) {
        rest = without_first(said->text, equals + 1);
        status = split(arena, rest, '+', &db, err);
    }
    if (status == RP_OK && find_separator(rest, '=') < rest.len)
        status = fail_said(said, "it has more than one =", err);
    if (status == RP_OK)
        status = check_spec(said, &csv, &db, err);
    if (status != RP_OK)
        return status;
    *out_spec = (struct rp_spec){ csv.items, csv.count, db.items, db.count };
    return RP_OK;
}

static enum rp_status
read_where(struct rp_arena *arena, const struct said *said,
           struct rp_where *out_where, struct rp_err *err)
{
    size_t equals = find_separator(said->text, '=');
    struct list values = { NULL, 0 };
    struct rp_slice column;
    enum rp_status status = check_backslash(said, err);

    if (status != RP_OK)
        return status;
    if (equals == 0 || equals == said->text.len)
        return fail_said(
            said, equals == 0 ? "the column has no name" : "it names no value",
            err);
    column = take_literally(arena, first_bytes(said->text, equals));
    if (column.ptr == NULL)
        return fail_memory(err);
    status =
        split(arena, without_first(said->text, equals + 1), ',', &values, err);
    *out_where = (struct rp_where){ column, values.items, values.count };
    return status;
}

static enum rp_status
read_keys(struct rp_mapping *mapping, const struct rp_mapping_texts *texts,
          struct rp_err *err)
{
    const char *student =
        texts->student == NULL ? "student_id" : texts->student;
    const char *course = texts->course == NULL ? "course_id" : texts->course;
    const struct said said_student = { "--student", rp_slice_str(student),
                                       SPEC_IS };
    const struct said said_course = { "--course", rp_slice_str(course),
                                      SPEC_IS };
    enum rp_status status =
        read_spec(&mapping->arena, &said_student, &mapping->student, err);

    if (status != RP_OK)
        return status;
    return read_spec(&mapping->arena, &said_course, &mapping->course, err);
}

static enum rp_status
read_wheres(struct rp_mapping *mapping, const struct rp_mapping_texts *texts,
            struct rp_err *err)
{
    enum rp_status status = RP_OK;

    mapping->where = rp_arena_array(&mapping->arena, texts->where_count,
                                    sizeof *mapping->where);
    if (mapping->where == NULL)
        return fail_memory(err);
    for (size_t i = 0; status == RP_OK && i < texts->where_count; i++) {
        const struct said said = { "--where", rp_slice_str(texts->where[i]),
                                   WHERE_IS };

        status = read_where(&mapping->arena, &said, &mapping->where[i], err);
    }
    mapping->where_count = texts->where_count;
    return status;
}

/* Appends the columns of one --leave-out to those of the ones before. */
static enum rp_status
read_leave_out(struct rp_mapping *mapping, const struct said *said,
               struct rp_err *err)
{
    struct list list = { NULL, 0 };
    enum rp_status status = check_backslash(said, err);

    if (status == RP_OK)
        status = split(&mapping->arena, said->text, ',', &list, err);
    if (status == RP_OK && has_empty(&list))
        status = fail_said(said, "a column has no name", err);
    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < list.count; i++)
        mapping->left_out[mapping->left_out_count++] = list.items[i];
    return RP_OK;
}

static enum rp_status
read_leave_outs(struct rp_mapping *mapping,
                const struct rp_mapping_texts *texts, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    size_t count = 0;

    for (size_t i = 0; i < texts->leave_out_count; i++)
        count += count_parts(rp_slice_str(texts->leave_out[i]), ',');
    mapping->left_out =
        rp_arena_array(&mapping->arena, count, sizeof *mapping->left_out);
    if (mapping->left_out == NULL)
        return fail_memory(err);
    for (size_t i = 0; status == RP_OK && i < texts->leave_out_count; i++) {
        const struct said said = { "--leave-out",
                                   rp_slice_str(texts->leave_out[i]),
                                   LEAVE_OUT_IS };

        status = read_leave_out(mapping, &said, err);
    }
    return status;
}

enum rp_status
rp_mapping_open(const struct rp_mapping_texts *texts,
                struct rp_mapping **out_mapping, struct rp_err *err)
{
    struct rp_mapping *mapping = rp_zalloc(sizeof *mapping);
    enum rp_status status;

    if (mapping == NULL)
        return fail_memory(err);
    status = read_keys(mapping, texts, err);
    if (status == RP_OK)
        status = read_wheres(mapping, texts, err);
    if (status == RP_OK)
        status = read_leave_outs(mapping, texts, err);
    if (status != RP_OK) {
        rp_mapping_close(mapping);
        return status;
    }
    *out_mapping = mapping;
    return RP_OK;
}

const struct rp_spec *
rp_mapping_student(const struct rp_mapping *mapping)
{
    return &mapping->student;
}

const struct rp_spec *
rp_mapping_course(const struct rp_mapping *mapping)
{
    return &mapping->course;
}

const struct rp_where *
rp_mapping_where(const struct rp_mapping *mapping, size_t *out_count)
{
    *out_count = mapping->where_count;
    return mapping->where;
}

const struct rp_slice *
rp_mapping_left_out(const struct rp_mapping *mapping, size_t *out_count)
{
    *out_count = mapping->left_out_count;
    return mapping->left_out;
}

void
rp_mapping_close(struct rp_mapping *mapping)
{
    if (mapping == NULL)
        return;
    rp_arena_release(&mapping->arena);
    rp_free(mapping);
}

enum rp_status
rp_parts_split(const char *text, char separator, struct rp_parts *out_parts,
               struct rp_err *err)
{
    struct rp_parts parts = { 0 };
    struct list list = { NULL, 0 };
    const struct said said = { "the list", rp_slice_str(text),
                               "write two for a backslash" };
    enum rp_status status = check_backslash(&said, err);

    if (status == RP_OK)
        status = split(&parts.memory, said.text, separator, &list, err);
    if (status != RP_OK) {
        rp_parts_release(&parts);
        return status;
    }
    parts.items = list.items;
    parts.count = list.count;
    *out_parts = parts;
    return RP_OK;
}

void
rp_parts_release(struct rp_parts *parts)
{
    if (parts == NULL)
        return;
    rp_arena_release(&parts->memory);
    *parts = (struct rp_parts){ 0 };
}
