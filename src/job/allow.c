/* see allow.h */
#include "job/allow.h"

#include <string.h>

#include "base/show.h"
#include "base/slice.h"

#define IS "write added|missing|changed:TABLE[=N|P%%]"

static size_t
count_items(const struct rp_strings *texts)
{
    size_t count = 0;

    for (size_t i = 0; i < texts->count; i++) {
        count++;
        for (const char *at = texts->items[i]; *at != '\0'; at++)
            count += *at == ',' ? 1 : 0;
    }
    return count;
}

/* The bytes of *rest up to the first of stops outside backslashes, which is
 * taken as well; out holds them without backslashes. */
static char
take_until(struct rp_slice *rest, const char *stops, struct rp_buf *out)
{
    rp_buf_reset(out);
    while (rest->len > 0) {
        unsigned char byte = *rest->ptr++;

        rest->len--;
        if (byte != '\\' && strchr(stops, byte) != NULL)
            return (char)byte;
        if (byte == '\\' && rest->len > 0) {
            byte = *rest->ptr++;
            rest->len--;
        }
        rp_buf_byte(out, byte);
    }
    return '\0';
}

static enum rp_status
fail_item(const char *text, const char *why, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE, "--allow '%s': %s; " IS,
                   rp_show_in(shown, rp_slice_str(text)), why);
}

static enum rp_status
read_change(struct rp_slice word, enum rp_difference *out_change,
            struct rp_err *err)
{
    struct rp_slice names[RP_DIFFERENCES];
    char shown[RP_SHOWN_BYTES];
    int near;

    for (int i = 0; i < RP_DIFFERENCES; i++) {
        names[i] = rp_slice_str(rp_difference_name((enum rp_difference)i));
        *out_change = (enum rp_difference)i;
        if (rp_slice_eq(names[i], word))
            return RP_OK;
    }
    near = rp_nearest(word, names, RP_DIFFERENCES);
    if (near >= 0)
        return rp_fail(err, RP_E_USAGE, "--allow '%s': did you mean %s? " IS,
                       rp_show_in(shown, word),
                       rp_difference_name((enum rp_difference)near));
    return rp_fail(err, RP_E_USAGE,
                   "--allow '%s': rows can be added, missing or changed; " IS,
                   rp_show_in(shown, word));
}

/* What *rest begins with; *out_more when a comma ends it. */
static enum rp_status
read_item(struct rp_allow *allow, const char *text, struct rp_slice *rest,
          bool *out_more, struct rp_err *err)
{
    struct rp_allowance *item = &allow->items[allow->count];
    struct rp_buf part = { 0 };
    enum rp_status status;
    char end = take_until(rest, ":,", &part);

    status = read_change(rp_buf_view(&part), &item->change, err);
    rp_buf_reset(&part);
    if (end == ':')
        end = take_until(rest, "=,", &part);
    item->table = rp_arena_str(&allow->arena, rp_buf_cstr(&part));
    if (status == RP_OK && part.len == 0)
        status = fail_item(text, "it names no table", err);
    item->limit = (struct rp_limit){ .kind = RP_LIMIT_ALL, .text = "all" };
    if (end == '=') {
        end = take_until(rest, ",", &part);
        if (status == RP_OK && !part.failed &&
            !rp_limit_parse(rp_buf_view(&part), &item->limit))
            status =
                fail_item(text, "a limit is a number or a percentage", err);
    }
    if (status == RP_OK && (part.failed || item->table == NULL))
        status = rp_fail_nomem(err, "hold the options");
    rp_buf_release(&part);
    *out_more = end == ',';
    return status;
}

static enum rp_status
read_text(struct rp_allow *allow, const char *text, struct rp_err *err)
{
    struct rp_slice rest = rp_slice_str(text);
    bool more = true;

    while (more) {
        const struct rp_allowance *item = &allow->items[allow->count];
        enum rp_status status = read_item(allow, text, &rest, &more, err);

        if (status != RP_OK)
            return status;
        if (rp_allow_find(allow, item->table, item->change) != NULL)
            return fail_item(text, "this is allowed twice", err);
        allow->count++;
    }
    return RP_OK;
}

enum rp_status
rp_allow_parse(const struct rp_strings *texts, struct rp_allow *out_allow,
               struct rp_err *err)
{
    struct rp_allow allow = { .items = NULL };
    enum rp_status status = RP_OK;

    allow.items =
        rp_arena_array(&allow.arena, count_items(texts), sizeof *allow.items);
    if (allow.items == NULL)
        return rp_fail_nomem(err, "hold the options");
    for (size_t i = 0; i < texts->count && status == RP_OK; i++)
        status = read_text(&allow, texts->items[i], err);
    if (status == RP_OK)
        *out_allow = allow;
    else
        rp_allow_release(&allow);
    return status;
}

const struct rp_limit *
rp_allow_find(const struct rp_allow *allow, const char *table,
              enum rp_difference change)
{
    for (size_t i = 0; i < allow->count; i++)
        if (allow->items[i].change == change &&
            rp_name_eq(allow->items[i].table, table))
            return &allow->items[i].limit;
    return NULL;
}

void
rp_limit_put(struct rp_buf *out, const struct rp_limit *limit)
{
    if (limit == NULL)
        rp_buf_byte(out, '0');
    else if (limit->kind == RP_LIMIT_ALL)
        rp_buf_str(out, "any number");
    else
        rp_buf_printf(out, "at most %s", limit->text);
}

void
rp_allow_put(struct rp_buf *out, const struct rp_allow *allow,
             const char *table)
{
    for (int i = 0; i < RP_DIFFERENCES; i++) {
        enum rp_difference change = (enum rp_difference)i;

        rp_buf_str(out, i == 0 ? "" : ", ");
        rp_limit_put(out, rp_allow_find(allow, table, change));
        rp_buf_printf(out, " %s", rp_difference_name(change));
    }
}

void
rp_allow_release(struct rp_allow *allow)
{
    rp_arena_release(&allow->arena);
    memset(allow, 0, sizeof *allow);
}
