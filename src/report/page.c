/* see page.h */
#include "report/page.h"

#include <inttypes.h>
#include <string.h>

size_t
rp_page_width(struct rp_slice text)
{
    size_t width = 0;

    for (size_t i = 0; i < text.len; i++)
        width += (text.ptr[i] & 0xc0) != 0x80;
    return width;
}

void
rp_page_blanks(struct rp_buf *out, size_t count)
{
    while (count-- > 0)
        rp_buf_byte(out, ' ');
}

void
rp_page_label(struct rp_buf *out, const char *label)
{
    rp_buf_str(out, "  ");
    rp_page_left(out, rp_slice_str(label), RP_PAGE_VALUE - 2);
}

void
rp_page_left(struct rp_buf *out, struct rp_slice text, size_t width)
{
    size_t used = rp_page_width(text);

    rp_buf_slice(out, text);
    if (used < width)
        rp_page_blanks(out, width - used);
}

void
rp_page_right(struct rp_buf *out, struct rp_slice text, size_t width)
{
    size_t used = rp_page_width(text);

    if (used < width)
        rp_page_blanks(out, width - used);
    rp_buf_slice(out, text);
}

/* The part of text up to and with its next comma; without one, all of it. */
static struct rp_slice
next_part(struct rp_slice text)
{
    const unsigned char *end = memchr(text.ptr, ',', text.len);

    if (end != NULL)
        text.len = (size_t)(end - text.ptr) + 1;
    return text;
}

void
rp_page_list(struct rp_buf *out, const char *label, struct rp_slice text)
{
    size_t column = RP_PAGE_VALUE;

    rp_page_label(out, label);
    while (text.len > 0) {
        struct rp_slice part = next_part(text);
        size_t width = rp_page_width(part);

        if (column > RP_PAGE_VALUE && part.ptr[0] == ' ' &&
            column + width > RP_PAGE_COLUMNS) {
            rp_buf_byte(out, '\n');
            rp_page_blanks(out, RP_PAGE_VALUE - 1);
            column = RP_PAGE_VALUE - 1;
        }
        rp_buf_slice(out, part);
        column += width;
        text.ptr += part.len;
        text.len -= part.len;
    }
    rp_buf_byte(out, '\n');
}

void
rp_page_words(struct rp_buf *out, struct rp_slice text, size_t indent)
{
    const char *between = "";
    size_t column = indent;

    rp_page_blanks(out, indent);
    while (text.len > 0) {
        const unsigned char *blank = memchr(text.ptr, ' ', text.len);
        struct rp_slice word = text;
        size_t width;

        if (blank != NULL)
            word.len = (size_t)(blank - text.ptr);
        width = rp_page_width(word);
        if (column > indent && column + 1 + width > RP_PAGE_COLUMNS) {
            rp_buf_byte(out, '\n');
            rp_page_blanks(out, indent + 2);
            column = indent + 2;
        } else {
            rp_buf_str(out, between);
            column += strlen(between);
        }
        rp_buf_slice(out, word);
        column += width;
        between = " ";
        text.ptr += word.len + (blank != NULL);
        text.len -= word.len + (blank != NULL);
    }
    rp_buf_byte(out, '\n');
}

void
rp_page_names(struct rp_buf *out, const struct rp_names *names,
              const char *between)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            rp_buf_str(out, between);
        rp_buf_str(out, names->items[i]);
    }
}

void
rp_page_count(struct rp_buf *out, uint64_t count, const char *noun)
{
    rp_buf_printf(out, "%" PRIu64 " %s%s", count, noun, count == 1 ? "" : "s");
}

void
rp_page_done(struct rp_buf *out, struct rp_buf *scratch)
{
    if (scratch->failed)
        out->failed = true;
    rp_buf_release(scratch);
}
