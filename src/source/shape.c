/* shape.c - see shape.h. */
#include "source/shape.h"

#include <stdint.h>
#include <string.h>

#include "base/show.h"

#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Only bytes from 01 to 7F?  A borrow or a high bit shows any other; eight at
 * a time, since every record of every source comes through here. */
static bool
is_plain(struct rp_slice raw)
{
    uint64_t odd = 0;
    uint64_t word;
    size_t i = 0;

    for (; i + sizeof word <= raw.len; i += sizeof word) {
        memcpy(&word, raw.ptr + i, sizeof word);
        odd |= (word - EVERY_BYTE(1)) | word;
    }
    for (; i < raw.len; i++)
        odd |= (uint64_t)(raw.ptr[i] - 1U) | raw.ptr[i];
    return (odd & EVERY_BYTE(0x80)) == 0;
}

static bool
has_bom(struct rp_slice raw)
{
    static const unsigned char bom[] = { 0xEF, 0xBB, 0xBF };
    const unsigned char *end = raw.ptr + raw.len;
    const unsigned char *at = raw.ptr;

    while ((size_t)(end - at) >= sizeof bom) {
        at = memchr(at, bom[0], (size_t)(end - at) - (sizeof bom - 1));
        if (at == NULL)
            return false;
        if (memcmp(at, bom, sizeof bom) == 0)
            return true;
        at++;
    }
    return false;
}

enum rp_code
rp_shape_code(struct rp_slice raw)
{
    if (is_plain(raw))
        return RP_CODE_NONE;
    if (memchr(raw.ptr, '\0', raw.len) != NULL)
        return RP_NUL_BYTE;
    if (rp_utf8_valid_prefix(raw) != raw.len)
        return RP_INVALID_ENCODING;
    return has_bom(raw) ? RP_BOM_INSIDE : RP_CODE_NONE;
}

/* The number of bytes up to the end of the first line of text; all of it when
 * it has no line end. */
static size_t
line_bytes(struct rp_slice text, unsigned char end)
{
    const unsigned char *found = memchr(text.ptr, end, text.len);

    return found == NULL ? text.len : (size_t)(found - text.ptr) + 1;
}

/* Where one line is in its record. */
struct walk {
    bool in_quotes;
    bool in_first_column;
    size_t delimiters; /* of this line, whatever the quotes say */
};

static void
walk_line(struct walk *walk, struct rp_slice line,
          const struct rp_dialect *dialect)
{
    walk->delimiters = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == dialect->quote)
            walk->in_quotes = !walk->in_quotes;
        if (line.ptr[i] != dialect->delimiter)
            continue;
        walk->delimiters++;
        if (!walk->in_quotes)
            walk->in_first_column = false;
    }
}

bool
rp_shape_swallows(struct rp_slice raw, size_t width,
                  const struct rp_dialect *dialect)
{
    /* A record over several lines holds LF, or is of a file without any. */
    unsigned char end = memchr(raw.ptr, '\n', raw.len) != NULL ? '\n' : '\r';
    struct walk walk = { false, true, 0 };

    for (bool first = true; raw.len > 0; first = false) {
        struct rp_slice line = { raw.ptr, line_bytes(raw, end) };
        bool opens_in_first_column = walk.in_first_column;
        bool last = line.len == raw.len;

        walk_line(&walk, line, dialect);
        if (!first && !(last && opens_in_first_column) &&
            walk.delimiters + 1 == width)
            return true;
        raw.ptr += line.len;
        raw.len -= line.len;
    }
    return false;
}
