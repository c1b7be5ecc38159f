/* resolve.c - a mapping and a header make a layout; see mapping.h. */
#include "source/mapping.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/show.h"

/* How many names of a header a message lists. */
#define LISTED_NAMES 20

static void
put_quoted(struct rp_buf *text, struct rp_slice name)
{
    rp_buf_byte(text, '\'');
    rp_show(text, name);
    rp_buf_byte(text, '\'');
}

static void
put_header(struct rp_buf *text, const struct rp_source_columns *columns)
{
    rp_buf_printf(text, "%s %zu column%s",
                  columns->has_header ? "; the header has" : "; it has",
                  columns->width, columns->width == 1 ? "" : "s");
    for (size_t i = 0; i < columns->width && i < LISTED_NAMES; i++) {
        rp_buf_str(text, i == 0 ? ": " : ", ");
        put_quoted(text, columns->names[i]);
    }
    if (columns->width > LISTED_NAMES)
        rp_buf_printf(text, " and %zu more", columns->width - LISTED_NAMES);
}

/* What may stand behind a column in an option. */
static const char *
tail_of(const char *option)
{
    if (strcmp(option, "--student") == 0 || strcmp(option, "--course") == 0)
        return "[=DBCOL]";
    return strcmp(option, "--where") == 0 ? "=VALUE" : "";
}

/* Which column was asked for, and where. */
struct wanted {
    struct rp_slice name;
    const char *option;
};

static enum rp_status
fail_with(struct rp_buf *text, struct rp_err *err)
{
    enum rp_status status = rp_buf_status(text, err);

    if (status == RP_OK)
        status = rp_fail(err, RP_E_USAGE, "%s", rp_buf_cstr(text));
    rp_buf_release(text);
    return status;
}

/* A header in one piece was divided at the wrong byte, most likely. */
static void
put_delimiter(struct rp_buf *text, const struct rp_source_columns *columns)
{
    static const struct {
        const char *name;
        char byte;
    } others[] = {
        { "tab", '\t' },
        { "semicolon", ';' },
        { "pipe", '|' },
        { "comma", ',' },
    };

    if (columns->width != 1)
        return;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct rp_slice *header = &columns->names[0];

        if (header->len == 0 ||
            memchr(header->ptr, others[i].byte, header->len) == NULL)
            continue;
        rp_buf_printf(text, "; is it divided otherwise? --delimiter %s",
                      others[i].name);
        return;
    }
}

static enum rp_status
fail_missing(const struct rp_source_columns *columns,
             const struct wanted *wanted, struct rp_err *err)
{
    const char *tail = tail_of(wanted->option);
    int near = rp_nearest(wanted->name, columns->names, columns->width);
    struct rp_buf text = { 0 };

    rp_buf_printf(&text, "%s: there is no column ", columns->name);
    put_quoted(&text, wanted->name);
    rp_buf_printf(&text, " for %s; ", wanted->option);
    if (near >= 0) {
        rp_buf_str(&text, "did you mean ");
        put_quoted(&text, columns->names[near]);
        rp_buf_printf(&text, " (#%d)? ", near + 1);
    }
    rp_buf_printf(&text, "write %s NAME%s or %s '#N%s'", wanted->option, tail,
                  wanted->option, tail);
    put_header(&text, columns);
    put_delimiter(&text, columns);
    return fail_with(&text, err);
}

static enum rp_status
fail_several(const struct rp_source_columns *columns,
             const struct wanted *wanted, struct rp_err *err)
{
    struct rp_buf text = { 0 };
    const char *before = "write";

    rp_buf_printf(&text, "%s: more than one column is called ", columns->name);
    put_quoted(&text, wanted->name);
    rp_buf_printf(&text, ", which %s names; ", wanted->option);
    for (size_t i = 0; i < columns->width; i++) {
        if (!rp_slice_eq(columns->names[i], wanted->name))
            continue;
        rp_buf_printf(&text, "%s %s '#%zu%s'", before, wanted->option, i + 1,
                      tail_of(wanted->option));
        before = " or";
    }
    put_header(&text, columns);
    return fail_with(&text, err);
}

/* "#N" of width columns; width when it is not. */
static size_t
place_of(struct rp_slice name, size_t width)
{
    size_t number = 0;

    if (name.len < 2 || name.ptr[0] != '#' || name.ptr[1] == '0')
        return width;
    for (size_t i = 1; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9')
            return width;
        number = number * 10 + (size_t)(name.ptr[i] - '0');
        if (number > width)
            return width;
    }
    return number - 1;
}

enum rp_status
rp_column_find(const struct rp_source_columns *columns, struct rp_slice name,
               const char *option, size_t *out_column, struct rp_err *err)
{
    const struct wanted wanted = { name, option };
    size_t column = columns->width;
    size_t found = 0;

    for (size_t i = 0; i < columns->width; i++) {
        if (!rp_slice_eq(columns->names[i], name))
            continue;
        column = i;
        found++;
    }
    if (found > 1)
        return fail_several(columns, &wanted, err);
    if (found == 0)
        column = place_of(name, columns->width);
    if (column == columns->width)
        return fail_missing(columns, &wanted, err);
    *out_column = column;
    return RP_OK;
}

static enum rp_status
fail_twice(const struct rp_source_columns *columns, const struct wanted *wanted,
           struct rp_err *err)
{
    struct rp_buf text = { 0 };

    rp_buf_printf(&text, "%s: %s names the column ", columns->name,
                  wanted->option);
    put_quoted(&text, wanted->name);
    rp_buf_str(&text, " more than once; write it once");
    return fail_with(&text, err);
}

static enum rp_status
resolve_key(const struct rp_spec *spec, const char *option,
            const struct rp_source_columns *columns,
            struct rp_key_columns *out_key, struct rp_err *err)
{
    struct rp_key_columns key = { .count = 0 };

    assert(spec->csv_count <= RP_KEY_COLUMNS_MAX);
    for (size_t i = 0; i < spec->csv_count; i++) {
        const struct wanted wanted = { spec->csv[i], option };
        size_t column = 0;
        enum rp_status status =
            rp_column_find(columns, spec->csv[i], option, &column, err);

        if (status != RP_OK)
            return status;
        for (size_t k = 0; k < key.count; k++)
            if (key.column[k] == column)
                return fail_twice(columns, &wanted, err);
        key.column[key.count++] = column;
    }
    *out_key = key;
    return RP_OK;
}

static void
mark_key(struct rp_layout *layout, const struct rp_key_columns *key)
{
    for (size_t i = 0; i < key->count; i++)
        layout->roles[key->column[i]] = RP_COLUMN_KEY;
}

static enum rp_status
resolve_wheres(const struct rp_mapping *mapping,
               const struct rp_source_columns *columns,
               struct rp_filter *filters, struct rp_layout *layout,
               struct rp_err *err)
{
    size_t count;
    const struct rp_where *where = rp_mapping_where(mapping, &count);

    for (size_t i = 0; i < count; i++) {
        struct rp_filter *filter = &filters[i];
        enum rp_status status = rp_column_find(columns, where[i].column,
                                               "--where", &filter->column, err);

        if (status != RP_OK)
            return status;
        filter->values = where[i].values;
        filter->value_count = where[i].value_count;
        if (layout->roles[filter->column] == RP_COLUMN_OTHER)
            layout->roles[filter->column] = RP_COLUMN_WHERE;
    }
    return RP_OK;
}

static enum rp_status
fail_key_left_out(const struct rp_source_columns *columns, struct rp_slice name,
                  struct rp_err *err)
{
    struct rp_buf text = { 0 };

    rp_buf_printf(&text, "%s: --leave-out names the column ", columns->name);
    put_quoted(&text, name);
    rp_buf_str(&text, ", which is a key of --student or --course; take it out "
                      "of --leave-out");
    return fail_with(&text, err);
}

static enum rp_status
resolve_left_out(const struct rp_mapping *mapping,
                 const struct rp_source_columns *columns,
                 struct rp_layout *layout, struct rp_err *err)
{
    size_t count;
    const struct rp_slice *names = rp_mapping_left_out(mapping, &count);

    for (size_t i = 0; i < count; i++) {
        size_t column = 0;
        enum rp_status status =
            rp_column_find(columns, names[i], "--leave-out", &column, err);

        if (status != RP_OK)
            return status;
        if (layout->roles[column] == RP_COLUMN_KEY)
            return fail_key_left_out(columns, names[i], err);
        if (layout->roles[column] == RP_COLUMN_OTHER)
            layout->roles[column] = RP_COLUMN_LEFT_OUT;
    }
    return RP_OK;
}

static enum rp_status
resolve_keys(const struct rp_mapping *mapping,
             const struct rp_source_columns *columns, struct rp_layout *layout,
             struct rp_err *err)
{
    enum rp_status status =
        resolve_key(rp_mapping_student(mapping), "--student", columns,
                    &layout->student, err);

    if (status == RP_OK)
        status = resolve_key(rp_mapping_course(mapping), "--course", columns,
                             &layout->course, err);
    if (status != RP_OK)
        return status;
    mark_key(layout, &layout->student);
    mark_key(layout, &layout->course);
    return RP_OK;
}

/* Roles and filters are one piece of memory, which roles gives back.  Returns
 * where the filters are; NULL without memory. */
static struct rp_filter *
alloc_layout(const struct rp_source_columns *columns, size_t filter_count,
             struct rp_layout *out_layout)
{
    const size_t step = alignof(struct rp_filter);
    size_t roles_bytes = columns->width * sizeof *out_layout->roles;
    unsigned char *piece;
    void *roles;
    void *filters;

    roles_bytes = (roles_bytes + step - 1) / step * step;
    piece = rp_zalloc(roles_bytes + filter_count * sizeof *out_layout->filters);
    if (piece == NULL)
        return NULL;
    roles = piece;
    filters = piece + roles_bytes;
    *out_layout = (struct rp_layout){ .names = columns->names,
                                      .width = columns->width,
                                      .has_header = columns->has_header,
                                      .filters = filters,
                                      .filter_count = filter_count,
                                      .roles = roles };
    return filters;
}

enum rp_status
rp_mapping_resolve(const struct rp_mapping *mapping,
                   const struct rp_source_columns *columns,
                   struct rp_layout *out_layout, struct rp_err *err)
{
    struct rp_layout layout = { 0 };
    struct rp_filter *filters;
    enum rp_status status;
    size_t count;

    (void)rp_mapping_where(mapping, &count);
    filters = alloc_layout(columns, count, &layout);
    if (filters == NULL)
        return rp_fail_nomem(err, "hold the columns of a source");
    status = resolve_keys(mapping, columns, &layout, err);
    if (status == RP_OK)
        status = resolve_wheres(mapping, columns, filters, &layout, err);
    if (status == RP_OK)
        status = resolve_left_out(mapping, columns, &layout, err);
    if (status != RP_OK) {
        rp_layout_release(&layout);
        return status;
    }
    *out_layout = layout;
    return RP_OK;
}

void
rp_layout_release(struct rp_layout *layout)
{
    if (layout == NULL)
        return;
    rp_free(layout->roles);
    *layout = (struct rp_layout){ 0 };
}
