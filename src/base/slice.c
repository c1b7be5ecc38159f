/* slice.c - see slice.h. */
#include "base/slice.h"

#include <string.h>

struct rp_slice
rp_slice_str(const char *text)
{
    struct rp_slice slice = { NULL, 0 };

    if (text != NULL) {
        slice.ptr = (const unsigned char *)text;
        slice.len = strlen(text);
    }
    return slice;
}

bool
rp_slice_eq(struct rp_slice left, struct rp_slice right)
{
    return left.len == right.len && rp_slice_cmp(left, right) == 0;
}

int
rp_slice_cmp(struct rp_slice left, struct rp_slice right)
{
    size_t common = left.len < right.len ? left.len : right.len;
    /* memcmp must not see the NULL of an empty slice. */
    int order = common == 0 ? 0 : memcmp(left.ptr, right.ptr, common);

    if (order != 0)
        return order;
    return (left.len > right.len) - (left.len < right.len);
}

/* Not tolower: the locale may not decide whether two names are alike. */
static unsigned char
lower(unsigned char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (unsigned char)(byte - 'A' + 'a');
    return byte;
}

bool
rp_slice_eq_nocase(struct rp_slice left, struct rp_slice right)
{
    if (left.len != right.len)
        return false;
    for (size_t i = 0; i < left.len; i++)
        if (lower(left.ptr[i]) != lower(right.ptr[i]))
            return false;
    return true;
}

bool
rp_name_eq(const char *left, const char *right)
{
    return rp_slice_eq_nocase(rp_slice_str(left), rp_slice_str(right));
}

static bool
is_blank(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct rp_slice
rp_slice_trim(struct rp_slice text)
{
    while (text.len > 0 && is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}
