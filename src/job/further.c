/* see further.h */
#include "job/further.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/shell.h"
#include "base/show.h"
#include "base/slice.h"
#include "source/mapping.h"

#define LINKS "student_courses"

bool
rp_further_is(const struct rp_table *links, size_t column)
{
    return (int)column != rp_table_column(links, RP_LIT("student_id")) &&
           (int)column != rp_table_column(links, RP_LIT("course_id"));
}

static enum rp_status
fail_column(const struct rp_table *links, struct rp_slice name,
            struct rp_err *err)
{
    struct rp_slice *names =
        rp_zalloc_array(links->column_count, sizeof *names);
    char shown[RP_SHOWN_BYTES];
    char nearest[RP_SHOWN_BYTES];
    size_t count = 0;
    int near;

    if (names == NULL)
        return rp_fail_nomem(err, "look at the columns");
    for (size_t i = 0; i < links->column_count; i++)
        if (rp_further_is(links, i))
            names[count++] = rp_slice_str(links->columns[i].name);
    near = rp_nearest(name, names, count);
    if (near >= 0)
        (void)rp_show_in(nearest, names[near]);
    rp_free(names);
    return rp_fail(err, RP_E_USAGE,
                   "--leave-out %s: " LINKS " has no such column%s%s%s",
                   rp_show_in(shown, name), near < 0 ? "" : "; did you mean ",
                   near < 0 ? "" : nearest, near < 0 ? "" : "?");
}

/* One column that --leave-out names. */
static enum rp_status
leave_out(const struct rp_table *links, struct rp_slice name, bool *out_left,
          struct rp_err *err)
{
    int column = rp_table_column(links, name);
    char shown[RP_SHOWN_BYTES];

    (void)rp_show_in(shown, name);
    if (column >= 0 && !rp_further_is(links, (size_t)column))
        return rp_fail(err, RP_E_USAGE,
                       "--leave-out %s: the links are made of it", shown);
    if (column < 0)
        return fail_column(links, name, err);
    out_left[column] = true;
    return RP_OK;
}

static enum rp_status
read_left_out(const struct rp_table *links, const struct rp_strings *asked,
              bool *out_left, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < asked->count && status == RP_OK; i++) {
        struct rp_parts parts = { .count = 0 };

        status = rp_parts_split(asked->items[i], ',', &parts, err);
        for (size_t j = 0; j < parts.count && status == RP_OK; j++)
            status = leave_out(links, parts.items[j], out_left, err);
        rp_parts_release(&parts);
    }
    return status;
}

/* As it is to be typed. */
static enum rp_status
fail_further(const char *name, struct rp_err *err)
{
    struct rp_buf spec = { 0 };
    struct rp_buf word = { 0 };
    char shown[RP_SHOWN_BYTES];
    enum rp_status status;

    (void)rp_show_in(shown, rp_slice_str(name));
    for (; *name != '\0'; name++) {
        if (*name == ',' || *name == '\\')
            rp_buf_byte(&spec, '\\');
        rp_buf_byte(&spec, (unsigned char)*name);
    }
    rp_put_shell_word(&word, rp_buf_cstr(&spec));
    status = rp_fail(err, RP_E_USAGE,
                     LINKS " has a further column %s, which the exported "
                           "links do not carry; write --leave-out %.500s to "
                           "drop it",
                     shown, rp_buf_cstr(&word));
    rp_buf_release(&spec);
    rp_buf_release(&word);
    return status;
}

static enum rp_status
judge_columns(const struct rp_table *links, const bool *left,
              struct rp_err *err)
{
    for (size_t i = 0; i < links->column_count; i++)
        if (rp_further_is(links, i) && !left[i])
            return fail_further(links->columns[i].name, err);
    return RP_OK;
}

enum rp_status
rp_further_check(const struct rp_table *links,
                 const struct rp_strings *leave_out, struct rp_err *err)
{
    bool *left = rp_zalloc_array(links->column_count, sizeof *left);
    enum rp_status status;

    if (left == NULL)
        return rp_fail_nomem(err, "look at the columns");
    status = read_left_out(links, leave_out, left, err);
    if (status == RP_OK)
        status = judge_columns(links, left, err);
    rp_free(left);
    return status;
}
