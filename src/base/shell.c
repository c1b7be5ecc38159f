/* shell.c - see shell.h. */
#include "base/shell.h"

#include <stdbool.h>
#include <string.h>

#include "base/show.h"
#include "base/slice.h"

static bool
needs_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789%+,-./:=@_";

    return text[0] == '\0' || text[strspn(text, plain)] != '\0';
}

/* How many bytes of text, which is not empty, may stand in quotes as they are;
 * 0 when the first one may not. */
static size_t
plain_bytes(struct rp_slice text)
{
    struct rp_buf shown = { 0 };
    size_t len = 1;
    bool same;

    if (text.ptr[0] == '\n' || text.ptr[0] == '\\')
        return 1;
    /* A character of UTF-8 and no more. */
    while (len < text.len && (text.ptr[len] & 0xc0U) == 0x80U)
        len++;
    text.len = len;
    rp_show(&shown, text);
    same = rp_slice_eq(rp_buf_view(&shown), text);
    rp_buf_release(&shown);
    return same ? len : 0;
}

/* Outside the quotes.  Without memory to look at it any byte is spelt, which is
 * as good. */
static void
put_spelt(struct rp_buf *out, unsigned char byte)
{
    rp_buf_printf(out, "'\"$(printf '\\%03o')\"'", (unsigned)byte);
}

/* Every ' leaves the quotes and comes back. */
static void
put_quoted(struct rp_buf *out, struct rp_slice text)
{
    rp_buf_byte(out, '\'');
    while (text.len > 0) {
        size_t len = plain_bytes(text);

        if (text.ptr[0] == '\'')
            rp_buf_str(out, "'\\''");
        else if (len == 0)
            put_spelt(out, text.ptr[0]);
        else
            rp_buf_put(out, text.ptr, len);
        len = len == 0 ? 1 : len;
        text.ptr += len;
        text.len -= len;
    }
    rp_buf_byte(out, '\'');
}

void
rp_put_shell_word(struct rp_buf *out, const char *text)
{
    if (needs_quotes(text))
        put_quoted(out, rp_slice_str(text));
    else
        rp_buf_str(out, text);
}

void
rp_put_shell_path(struct rp_buf *out, const char *path)
{
    struct rp_buf text = { 0 };

    if (path[0] == '-' || strncmp(path, "file:", strlen("file:")) == 0)
        rp_buf_str(&text, "./");
    rp_buf_str(&text, path);
    rp_put_shell_word(out, rp_buf_cstr(&text));
    out->failed = out->failed || text.failed;
    rp_buf_release(&text);
}
