/* see glance.h */
#include "proof/glance.h"

#include <stdbool.h>

#include "base/be.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/show.h"

#define WORD_BYTES ((size_t)8)
#define EVERY_BYTE(value) (UINT64_C(0x0101010101010101) * (value))
/* Slices for the fields of all lines of a batch. */
#define FIELDS_MAX ((size_t)4096)
#define HIGH_BITS EVERY_BYTE(0x80)

enum rp_status
rp_glance_open(struct rp_glance *glance, const struct rp_dialect *dialect,
               size_t width, struct rp_err *err)
{
    size_t most = RP_BATCH_RECORDS;

    if (width > FIELDS_MAX / RP_BATCH_RECORDS)
        most = width < FIELDS_MAX ? FIELDS_MAX / width : 1;
    glance->fields = rp_zalloc_array(most * width, sizeof *glance->fields);
    if (glance->fields == NULL)
        return rp_fail_nomem(err, "parse a source");
    glance->delimiters = EVERY_BYTE(dialect->delimiter);
    glance->quotes = EVERY_BYTE(dialect->quote);
    glance->width = width;
    glance->most = most;
    return RP_OK;
}

/* The high bit of each byte of word that is the same in pattern. */
static inline uint64_t
marks_of(uint64_t word, uint64_t pattern)
{
    uint64_t differs = word ^ pattern;

    return ~(((differs & ~HIGH_BITS) + ~HIGH_BITS) | differs | ~HIGH_BITS);
}

/* The number of the byte that a mark is in: of bytes that lie below it whole,
 * each counts one. */
static inline size_t
byte_of(uint64_t mark)
{
    return (size_t)((((mark >> 7) - 1) & EVERY_BYTE(1)) * EVERY_BYTE(1) >> 56);
}

/* A line while it is divided. */
struct line {
    struct rp_slice text;
    struct rp_slice *fields;
    size_t count;
    size_t width;
    size_t start; /* of the field */
    bool open;    /* in quotes */
    size_t close; /* behind the closing quote; 0: there was none */
};

static inline bool
end_field(struct line *line, size_t at)
{
    struct rp_slice field = { line->text.ptr + line->start, at - line->start };

    if (line->count == line->width)
        return false;
    if (line->close > 0) {
        if (line->close != at)
            return false;
        field.ptr++;
        field.len -= 2;
    } else if (field.len == 0) {
        field.ptr = NULL;
    }
    line->fields[line->count++] = field;
    line->start = at + 1;
    line->close = 0;
    return field.len <= RP_FIELD_MAX_BYTES;
}

/* A quote opens a field at its front, and closes it; nothing else. */
static inline bool
take_quote(struct line *line, size_t at)
{
    if (line->open) {
        line->open = false;
        line->close = at + 1;
        return true;
    }
    line->open = at == line->start;
    return line->open;
}

/* Takes the marks of one word in their order. */
static inline bool
take_marks(struct line *line, size_t at, uint64_t quotes, uint64_t delimiters)
{
    uint64_t marks = quotes | delimiters;

    while (marks != 0) {
        uint64_t mark = marks & (~marks + 1);
        size_t place = at + byte_of(mark);

        marks ^= mark;
        if ((mark & quotes) != 0) {
            if (!take_quote(line, place))
                return false;
        } else if (!line->open && !end_field(line, place)) {
            return false;
        }
    }
    return true;
}

static bool
holds_bom(struct rp_slice text)
{
    for (size_t i = 2; i < text.len; i++)
        if (text.ptr[i - 2] == 0xef && text.ptr[i - 1] == 0xbb &&
            text.ptr[i] == 0xbf)
            return true;
    return false;
}

/* Divides the line; what its bytes beyond ASCII are is not looked at, only
 * *out_beyond tells that there are any. */
static bool
divide(const struct rp_glance *glance, struct line *line, uint64_t *out_beyond)
{
    const struct rp_slice text = line->text;
    uint64_t beyond = 0;
    uint64_t odd = 0; /* NUL, CR */

    for (size_t at = 0; at < text.len; at += WORD_BYTES) {
        uint64_t word = rp_get_le64(text.ptr + at);
        uint64_t valid = HIGH_BITS;

        if (text.len - at < WORD_BYTES)
            valid &= ((uint64_t)1 << (text.len - at) * 8) - 1;
        beyond |= word & valid;
        odd |= (marks_of(word, 0) | marks_of(word, EVERY_BYTE('\r'))) & valid;
        if (!take_marks(line, at, marks_of(word, glance->quotes) & valid,
                        marks_of(word, glance->delimiters) & valid))
            return false;
    }
    *out_beyond = beyond;
    return odd == 0 && !line->open && text.len > 0 &&
           end_field(line, text.len) && line->count == line->width;
}

const struct rp_slice *
rp_glance(const struct rp_glance *glance, struct rp_slice text, size_t index)
{
    struct line line = {
        .text = text,
        .fields = glance->fields + index * glance->width,
        .width = glance->width,
    };
    uint64_t beyond = 0;

    if (!divide(glance, &line, &beyond))
        return NULL;
    if (beyond != 0 &&
        (rp_utf8_valid_prefix(text) < text.len || holds_bom(text)))
        return NULL;
    return line.fields;
}

void
rp_glance_release(struct rp_glance *glance)
{
    rp_free(glance->fields);
    *glance = (struct rp_glance){ .fields = NULL };
}
