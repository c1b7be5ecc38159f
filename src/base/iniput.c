/* see ini.h: writing what can be read back. */
#include <stdbool.h>
#include <string.h>

#include "base/ini.h"
#include "base/show.h"

/* inih takes at least 198; a value without quotes may be this long. */
#define LINE_BYTES 160
/* Where a piece of a longer one ends. */
#define PIECE_BYTES 64

static bool
begins_comment(struct rp_slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] == ';' && (i == 0 || value.ptr[i - 1] == ' '))
            return true;
    return false;
}

/* Would the reader take it as it is?  rp_show doubles backslashes and leaves
 * everything else that may stand in a line as it is. */
static bool
stands_as_it_is(struct rp_slice value, struct rp_buf *shown)
{
    size_t backslashes = 0;

    for (size_t i = 0; i < value.len; i++)
        backslashes += value.ptr[i] == '\\';
    rp_show(shown, value);
    return shown->len == value.len + backslashes && value.ptr[0] != '"' &&
           rp_slice_eq(rp_slice_trim(value), value) && !begins_comment(value);
}

/* One character, or one byte that is none, as it stands in quotes; how many
 * bytes of value it was. */
static size_t
put_escaped(struct rp_buf *out, struct rp_slice value)
{
    static const char bytes[] = "\"\\;\n\r\t";
    static const char names[] = "\"\\;nrt";
    const char *at = memchr(bytes, value.ptr[0], sizeof bytes - 1);
    size_t len = 1;

    if (at != NULL) {
        rp_buf_byte(out, '\\');
        rp_buf_byte(out, (unsigned char)names[at - bytes]);
        return 1;
    }
    while (len < value.len && len < 4 && (value.ptr[len] & 0xc0) == 0x80)
        len++;
    value.len = rp_utf8_valid_prefix((struct rp_slice){ value.ptr, len });
    if (value.len == 0)
        value.len = 1;
    rp_show(out, value);
    return value.len;
}

static void
put_quoted(struct rp_buf *out, struct rp_slice value)
{
    size_t begin = out->len + 1;

    rp_buf_byte(out, '"');
    while (value.len > 0) {
        size_t taken;

        if (out->len - begin >= PIECE_BYTES) {
            rp_buf_str(out, "\"\n    \"");
            begin = out->len;
        }
        taken = put_escaped(out, value);
        value.ptr += taken;
        value.len -= taken;
    }
    rp_buf_byte(out, '"');
}

void
rp_ini_put(struct rp_buf *out, const char *key, struct rp_slice value)
{
    struct rp_buf shown = { 0 };

    rp_buf_printf(out, "%s =", key);
    if (value.len > 0)
        rp_buf_byte(out, ' ');
    if (value.len > 0 && value.len < LINE_BYTES - strlen(key) &&
        stands_as_it_is(value, &shown))
        rp_buf_slice(out, value);
    else if (value.len > 0)
        put_quoted(out, value);
    rp_buf_byte(out, '\n');
    out->failed = out->failed || shown.failed;
    rp_buf_release(&shown);
}
