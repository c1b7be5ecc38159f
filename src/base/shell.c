/* shell.c - see shell.h. */
#include "base/shell.h"

#include <stdbool.h>
#include <string.h>

static bool
needs_quotes(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789%+,-./:=@_";

    return text[0] == '\0' || text[strspn(text, plain)] != '\0';
}

/* Every ' leaves the quotes and comes back. */
void
rp_put_shell_word(struct rp_buf *out, const char *text)
{
    if (!needs_quotes(text)) {
        rp_buf_str(out, text);
        return;
    }
    rp_buf_byte(out, '\'');
    for (; *text != '\0'; text++)
        if (*text == '\'')
            rp_buf_str(out, "'\\''");
        else
            rp_buf_byte(out, (unsigned char)*text);
    rp_buf_byte(out, '\'');
}

void
rp_put_shell_path(struct rp_buf *out, const char *path)
{
    struct rp_buf text = { 0 };

    if (path[0] == '-')
        rp_buf_str(&text, "./");
    rp_buf_str(&text, path);
    rp_put_shell_word(out, rp_buf_cstr(&text));
    out->failed = out->failed || text.failed;
    rp_buf_release(&text);
}
