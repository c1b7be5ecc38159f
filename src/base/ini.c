/* see ini.h */
#include "base/ini.h"

#include <stdbool.h>
#include <string.h>

#include <ini.h>

#include "base/mem.h"
#include "base/show.h"

struct heading {
    struct rp_slice name;
    size_t line;
};

struct reading {
    const char *name;
    const struct rp_ini_visitor *visitor;
    struct rp_slice rest;
    size_t line;
    /* What was handed over last: inih must call for it, or it is nothing. */
    bool awaited;
    bool continues;
    /* The entry whose end has not been seen yet. */
    bool open;
    bool quoted;
    size_t open_line;
    struct rp_buf key;
    struct rp_buf value;
    struct heading *headings;
    size_t heading_count;
    size_t heading_capacity;
    struct rp_buf scratch;
    enum rp_status status;
    struct rp_err *err;
};

/* Says where; failures that are not about the text say so themselves. */
static void
fail_at(struct reading *reading, size_t line, enum rp_status status,
        const char *why)
{
    char shown[RP_SHOWN_BYTES];

    reading->status =
        rp_fail(reading->err, status, "%s:%zu: %s",
                rp_show_in(shown, rp_slice_str(reading->name)), line, why);
}

static void
refuse(struct reading *reading, const char *why)
{
    fail_at(reading, reading->line, RP_E_USAGE, why);
}

/* After a call of the visitor. */
static void
take_status(struct reading *reading, size_t line, enum rp_status status)
{
    struct rp_err why;

    reading->status = status;
    if (status != RP_E_USAGE || reading->err == NULL)
        return;
    why = *reading->err;
    fail_at(reading, line, status, why.text);
}

static void
end_entry(struct reading *reading)
{
    const struct rp_ini_visitor *visitor = reading->visitor;
    enum rp_status status;

    if (!reading->open || reading->status != RP_OK)
        return;
    reading->open = false;
    (void)rp_buf_cstr(&reading->value);
    status = rp_buf_status(&reading->key, reading->err);
    if (status == RP_OK)
        status = rp_buf_status(&reading->value, reading->err);
    if (status == RP_OK)
        status = visitor->entry(visitor->ctx, rp_buf_view(&reading->key),
                                rp_buf_view(&reading->value),
                                reading->open_line, reading->err);
    take_status(reading, reading->open_line, status);
}

static int
hex_digit(unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* What stands behind a backslash; how many bytes of it were read, 0 when it
 * means nothing. */
static size_t
take_escape(struct rp_buf *out, struct rp_slice text)
{
    static const char names[] = "\"\\;nrt";
    static const char bytes[] = "\"\\;\n\r\t";
    const char *at =
        text.len == 0 ? NULL : memchr(names, text.ptr[0], sizeof names - 1);

    if (at != NULL) {
        rp_buf_byte(out, (unsigned char)bytes[at - names]);
        return 1;
    }
    if (text.len >= 3 && text.ptr[0] == 'x') {
        int high = hex_digit(text.ptr[1]);
        int low = hex_digit(text.ptr[2]);

        if (high >= 0 && low >= 0 && high + low > 0) {
            rp_buf_byte(out, (unsigned char)(high * 16 + low));
            return 3;
        }
    }
    return 0;
}

/* text is what stands behind the opening quote. */
static void
take_quoted(struct reading *reading, struct rp_slice text)
{
    size_t at = 0;

    while (at < text.len && text.ptr[at] != '"') {
        struct rp_slice behind = { text.ptr + at + 1, text.len - at - 1 };
        size_t taken;

        if (text.ptr[at] != '\\') {
            rp_buf_byte(&reading->value, text.ptr[at++]);
            continue;
        }
        taken = take_escape(&reading->value, behind);
        if (taken == 0) {
            refuse(reading,
                   "the backslash means nothing: in quotes there are "
                   "\\\" \\\\ \\; \\n \\r \\t and \\xNN, but not \\x00");
            return;
        }
        at += taken + 1;
    }
    if (at == text.len)
        refuse(reading, "the quotes are not closed; a value that begins with "
                        "\" ends with it, and \\\" is one inside");
    else if (at + 1 < text.len)
        refuse(reading, "something stands behind the closing quote; \\\" is "
                        "one inside");
}

static void
take_value(struct reading *reading, struct rp_slice value)
{
    bool quoted = value.len > 0 && value.ptr[0] == '"';

    if (!reading->continues)
        reading->quoted = quoted;
    if (quoted)
        take_quoted(reading, (struct rp_slice){ value.ptr + 1, value.len - 1 });
    else
        rp_buf_slice(&reading->value, value);
}

/* Called by inih.  Which section it is in was told by next_line. */
static int
on_entry(void *ctx, const char *section, const char *key, const char *value)
{
    struct reading *reading = ctx;

    (void)section;
    reading->awaited = false;
    if (!reading->continues) {
        end_entry(reading);
        rp_buf_reset(&reading->key);
        rp_buf_reset(&reading->value);
        rp_buf_str(&reading->key, key);
        reading->open = true;
        reading->open_line = reading->line;
    }
    if (reading->status == RP_OK)
        take_value(reading, rp_slice_str(value));
    return reading->status == RP_OK;
}

/* The next line of the file without its end. */
static struct rp_slice
take_line(struct reading *reading)
{
    struct rp_slice line = reading->rest;
    const unsigned char *end = memchr(line.ptr, '\n', line.len);

    if (end != NULL)
        line.len = (size_t)(end - line.ptr);
    reading->rest.ptr += line.len + (end != NULL);
    reading->rest.len -= line.len + (end != NULL);
    reading->line++;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Valid UTF-8 without controls.  Whatever rp_show changes becomes longer; a
 * backslash and a tab may stand. */
static bool
is_text(struct reading *reading, struct rp_slice line)
{
    size_t expected = 0;
    size_t from = 0;

    rp_buf_reset(&reading->scratch);
    for (size_t at = 0; at <= line.len; at++) {
        if (at < line.len && line.ptr[at] != '\\' && line.ptr[at] != '\t')
            continue;
        rp_show(&reading->scratch,
                (struct rp_slice){ line.ptr + from, at - from });
        expected += at - from;
        from = at + 1;
    }
    return reading->scratch.failed || reading->scratch.len == expected;
}

static bool
has_inline_comment(struct rp_slice line)
{
    for (size_t i = 1; i < line.len; i++)
        if (line.ptr[i] == ';' &&
            (line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t'))
            return true;
    return false;
}

static void
add_heading(struct reading *reading, struct rp_slice name)
{
    void *items = reading->headings;

    for (size_t i = 0; i < reading->heading_count; i++) {
        const struct heading *other = &reading->headings[i];
        struct rp_err why;

        if (!rp_slice_eq(other->name, name))
            continue;
        (void)rp_fail(&why, RP_E_USAGE,
                      "the heading stands in line %zu already; put all of it "
                      "there",
                      other->line);
        refuse(reading, why.text);
        return;
    }
    if (rp_grow(&items, &reading->heading_capacity, reading->heading_count + 1,
                sizeof *reading->headings) != 0) {
        reading->status = rp_fail_nomem(reading->err, "read an INI file");
        return;
    }
    reading->headings = items;
    reading->headings[reading->heading_count++] =
        (struct heading){ name, reading->line };
}

static void
take_heading(struct reading *reading, struct rp_slice line)
{
    const struct rp_ini_visitor *visitor = reading->visitor;
    struct rp_slice name = { line.ptr + 1, line.len - 1 };
    const unsigned char *end = memchr(name.ptr, ']', name.len);

    if (end == NULL || end != line.ptr + line.len - 1) {
        refuse(reading, "a heading is [name] and nothing else in its line");
        return;
    }
    name.len--;
    end_entry(reading);
    if (reading->status == RP_OK)
        add_heading(reading, name);
    if (reading->status == RP_OK)
        take_status(
            reading, reading->line,
            visitor->section(visitor->ctx, name, reading->line, reading->err));
}

/* A line that inih will call for; bare is without the blanks around it. */
static void
look_at_entry(struct reading *reading, struct rp_slice line,
              struct rp_slice bare)
{
    reading->continues = bare.ptr != line.ptr;
    reading->awaited = true;
    if (!reading->continues)
        return;
    if (bare.ptr[0] != '"')
        refuse(reading, "an indented line is one more piece of the value above "
                        "and stands in quotes; a key stands at the front of "
                        "its line");
    else if (!reading->open || !reading->quoted)
        refuse(reading, "there is no value in quotes above that this line "
                        "could be a piece of");
}

/* Everything that inih would pass over in silence; true when it has to see
 * the line. */
static bool
look_at(struct reading *reading, struct rp_slice line)
{
    struct rp_slice bare = rp_slice_trim(line);

    reading->continues = false;
    reading->awaited = false;
    if (!is_text(reading, line))
        refuse(reading, "has a control character or bytes that are no UTF-8; "
                        "save the file as UTF-8, and write such a byte as "
                        "\\xNN in a value in quotes");
    if (reading->status != RP_OK || bare.len == 0 || bare.ptr[0] == ';' ||
        bare.ptr[0] == '#')
        return false;
    if (has_inline_comment(line))
        refuse(reading, "a blank and a semicolon begin a comment, which must "
                        "have a line of its own; a value that holds them "
                        "stands in quotes, as \\;");
    else if (bare.ptr[0] == '[' && bare.ptr == line.ptr)
        take_heading(reading, bare);
    else
        look_at_entry(reading, line, bare);
    return reading->status == RP_OK;
}

/* Called by inih for a line of at most room - 1 bytes; NULL ends the text. */
static char *
next_line(char *out, int room, void *stream)
{
    struct reading *reading = stream;
    struct rp_slice line;

    if (reading->awaited && reading->status == RP_OK)
        refuse(reading, "is no [section], no key = value and no comment");
    if (reading->status != RP_OK || reading->rest.len == 0)
        return NULL;
    line = take_line(reading);
    if (!look_at(reading, line))
        line.len = 0;
    if (line.len + 2 > (size_t)room) {
        refuse(reading, "the line is too long; put the value in quotes, and "
                        "what is more on indented lines below, each piece in "
                        "quotes");
        return NULL;
    }
    if (line.len > 0)
        memcpy(out, line.ptr, line.len);
    memcpy(out + line.len, "\n", 2);
    return reading->status == RP_OK ? out : NULL;
}

enum rp_status
rp_ini_read(struct rp_slice text, const char *name,
            const struct rp_ini_visitor *visitor, struct rp_err *err)
{
    const struct rp_slice mark = RP_LIT("\xef\xbb\xbf");
    struct reading reading = {
        .name = name,
        .visitor = visitor,
        .rest = text,
        .err = err,
    };

    if (text.len >= mark.len && memcmp(text.ptr, mark.ptr, mark.len) == 0) {
        reading.rest.ptr += mark.len;
        reading.rest.len -= mark.len;
    }
    /* What it returns is known better already. */
    (void)ini_parse_stream(next_line, &reading, on_entry, &reading);
    end_entry(&reading);
    if (reading.status == RP_OK)
        reading.status = rp_buf_status(&reading.scratch, err);
    rp_buf_release(&reading.key);
    rp_buf_release(&reading.value);
    rp_buf_release(&reading.scratch);
    rp_free(reading.headings);
    return reading.status;
}
