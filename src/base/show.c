/* show.c - see show.h. */
#include "base/show.h"

#include <stdint.h>
#include <string.h>

/* One shown character: at most a 4-byte control, every byte as \xNN. */
#define ELEMENT_BYTES 16

/* A word or candidate longer than this is nobody's typing error. */
#define NEAREST_BYTES 128

static const char hex_digits[] = "0123456789abcdef";

/* How long the character that starts with lead is, and the range in which its
 * second byte must be: that range is what rules out overlong forms, surrogates
 * and code points past U+10FFFF (RFC 3629, section 4). */
struct lead {
    size_t len;
    unsigned char low;
    unsigned char high;
};

static struct lead
lead_of(unsigned char byte)
{
    if (byte < 0x80)
        return (struct lead){ 1, 0x80, 0xbf };
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct lead){ 2, 0x80, 0xbf };
    if (byte == 0xe0)
        return (struct lead){ 3, 0xa0, 0xbf };
    if (byte == 0xed)
        return (struct lead){ 3, 0x80, 0x9f };
    if (byte >= 0xe1 && byte <= 0xef)
        return (struct lead){ 3, 0x80, 0xbf };
    if (byte == 0xf0)
        return (struct lead){ 4, 0x90, 0xbf };
    if (byte >= 0xf1 && byte <= 0xf3)
        return (struct lead){ 4, 0x80, 0xbf };
    if (byte == 0xf4)
        return (struct lead){ 4, 0x80, 0x8f };
    return (struct lead){ 0, 0, 0 };
}

/* Length of the valid character at the front of text; 0 when there is none. */
static size_t
char_len(struct rp_slice text)
{
    struct lead lead = lead_of(text.ptr[0]);

    if (lead.len > text.len)
        return 0;
    if (lead.len > 1 && (text.ptr[1] < lead.low || text.ptr[1] > lead.high))
        return 0;
    for (size_t i = 2; i < lead.len; i++)
        if ((text.ptr[i] & 0xc0) != 0x80)
            return 0;
    return lead.len;
}

static struct rp_slice
rest_of(struct rp_slice text, size_t from)
{
    struct rp_slice rest = { text.ptr + from, text.len - from };

    return rest;
}

size_t
rp_utf8_valid_prefix(struct rp_slice text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t len = text.ptr[at] < 0x80 ? 1 : char_len(rest_of(text, at));

        if (len == 0)
            break;
        at += len;
    }
    return at;
}

static bool
is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '\\';
}

/* The C1 controls and the bidirectional ones, as they are in UTF-8. */
static bool
is_control(const unsigned char *utf8, size_t len)
{
    if (len == 1)
        return utf8[0] < 0x20 || utf8[0] == 0x7f;
    if (len == 2)
        return (utf8[0] == 0xc2 && utf8[1] < 0xa0) ||
               (utf8[0] == 0xd8 && utf8[1] == 0x9c);
    if (len != 3 || utf8[0] != 0xe2)
        return false;
    if (utf8[1] == 0x80)
        return utf8[2] == 0x8e || utf8[2] == 0x8f ||
               (utf8[2] >= 0xaa && utf8[2] <= 0xae);
    return utf8[1] == 0x81 && utf8[2] >= 0xa6 && utf8[2] <= 0xa9;
}

/* What people see of the one character (or invalid byte) at the front. */
struct element {
    size_t taken;
    size_t len;
    char shown[ELEMENT_BYTES];
};

static void
escape(struct element *element, const unsigned char *bytes)
{
    for (size_t i = 0; i < element->taken; i++) {
        char *to = element->shown + 4 * i;

        to[0] = '\\';
        to[1] = 'x';
        to[2] = hex_digits[bytes[i] >> 4];
        to[3] = hex_digits[bytes[i] & 15];
    }
    element->len = 4 * element->taken;
}

static void
show_one(struct element *element, struct rp_slice text)
{
    size_t len = char_len(text);

    element->taken = len == 0 ? 1 : len;
    if (len == 0 || is_control(text.ptr, len)) {
        escape(element, text.ptr);
    } else if (text.ptr[0] == '\\') {
        memcpy(element->shown, "\\\\", 2);
        element->len = 2;
    } else {
        memcpy(element->shown, text.ptr, len);
        element->len = len;
    }
}

void
rp_show(struct rp_buf *out, struct rp_slice text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t plain = at;
        struct element element;

        while (plain < text.len && is_plain(text.ptr[plain]))
            plain++;
        rp_buf_put(out, text.ptr + at, plain - at);
        at = plain;
        if (at == text.len)
            break;
        show_one(&element, rest_of(text, at));
        rp_buf_put(out, element.shown, element.len);
        at += element.taken;
    }
}

/* No heap here: a message about lack of memory may name a file. */
const char *
rp_show_in(char shown[RP_SHOWN_BYTES], struct rp_slice text)
{
    static const char dots[] = "...";
    size_t used = 0;
    size_t cut = 0;

    for (size_t at = 0; at < text.len;) {
        struct element element;

        show_one(&element, rest_of(text, at));
        if (used + element.len >= RP_SHOWN_BYTES) {
            memcpy(shown + cut, dots, sizeof dots);
            return shown;
        }
        memcpy(shown + used, element.shown, element.len);
        used += element.len;
        at += element.taken;
        if (used + sizeof dots <= RP_SHOWN_BYTES)
            cut = used;
    }
    shown[used] = '\0';
    return shown;
}

static bool
holds_any(struct rp_slice text, const char *bytes)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '\0' && strchr(bytes, text.ptr[i]) != NULL)
            return true;
    return false;
}

/* Appends text, every quote twice. */
static void
put_doubled(struct rp_buf *out, struct rp_slice text)
{
    size_t at = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '"')
            continue;
        rp_buf_put(out, text.ptr + at, i + 1 - at);
        at = i;
    }
    rp_buf_put(out, text.ptr + at, text.len - at);
}

void
rp_show_cell(struct rp_buf *out, struct rp_slice text)
{
    struct rp_slice first = { text.ptr, text.len == 0 ? 0 : 1 };
    struct rp_buf shown = { 0 };

    if (holds_any(first, "=+-@\t\r"))
        rp_buf_byte(&shown, '\'');
    rp_show(&shown, text);
    rp_csv_cell(out, rp_buf_view(&shown));
    if (shown.failed)
        out->failed = true;
    rp_buf_release(&shown);
}

void
rp_csv_cell(struct rp_buf *out, struct rp_slice text)
{
    if (!holds_any(text, ",\"\r\n")) {
        rp_buf_slice(out, text);
        return;
    }
    rp_buf_byte(out, '"');
    put_doubled(out, text);
    rp_buf_byte(out, '"');
}

static unsigned char
lower(unsigned char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (unsigned char)(byte - 'A' + 'a');
    return byte;
}

static size_t
least(size_t left, size_t right)
{
    return left < right ? left : right;
}

/* Three rows of the table of distances are enough: a swap looks two back. */
struct edits {
    size_t rows[3][NEAREST_BYTES + 1];
    struct rp_slice left;
    struct rp_slice right;
};

static bool
alike(const struct edits *edits, size_t left, size_t right)
{
    return lower(edits->left.ptr[left - 1]) ==
           lower(edits->right.ptr[right - 1]);
}

/* The row of the first i bytes of left against every prefix of right. */
static void
fill_row(struct edits *edits, size_t i)
{
    size_t *row = edits->rows[i % 3];
    const size_t *above = edits->rows[(i + 2) % 3];
    const size_t *two_above = edits->rows[(i + 1) % 3];

    row[0] = i;
    for (size_t j = 1; j <= edits->right.len; j++) {
        size_t change = above[j - 1] + (alike(edits, i, j) ? 0 : 1);

        row[j] = least(change, least(above[j], row[j - 1]) + 1);
        if (i > 1 && j > 1 && alike(edits, i, j - 1) && alike(edits, i - 1, j))
            row[j] = least(row[j], two_above[j - 2] + 1);
    }
}

/* Damerau-Levenshtein distance, each byte edited at most once. */
static size_t
distance(struct rp_slice left, struct rp_slice right)
{
    struct edits edits = { .left = left, .right = right };

    for (size_t j = 0; j <= right.len; j++)
        edits.rows[0][j] = j;
    for (size_t i = 1; i <= left.len; i++)
        fill_row(&edits, i);
    return edits.rows[left.len % 3][right.len];
}

int
rp_nearest(struct rp_slice word, const struct rp_slice *candidates,
           size_t count)
{
    size_t best = word.len / 3 + 1;
    int nearest = -1;

    if (word.len > NEAREST_BYTES)
        return -1;
    for (size_t i = 0; i < count; i++) {
        size_t edits;

        if (candidates[i].len > NEAREST_BYTES)
            continue;
        edits = distance(word, candidates[i]);
        if (edits < best) {
            best = edits;
            nearest = (int)i;
        }
    }
    return nearest;
}

void
rp_hex(char *hex, const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = hex_digits[bytes[i] >> 4];
        hex[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    hex[2 * len] = '\0';
}

static unsigned char
nibble(char digit)
{
    return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void
rp_unhex(unsigned char *bytes, const char *hex, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] =
            (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}
