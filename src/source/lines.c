/* lines.c - see lines.h. */
#include "source/lines.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/show.h"

/* Room for one read behind the rest of a line; more only for long lines. */
#define START_BYTES (2 * RP_READ_BYTES)

/* Which byte ends a line.  Until the first line end that is a question: a lone
 * CR ends lines only in a file without any LF. */
enum ends {
    ENDS_UNDECIDED,
    ENDS_IN_LF,
    ENDS_IN_CR,
};

struct rp_lines {
    const struct rp_input *input;
    int fd;
    struct rp_sha256 *sha; /* NULL when the bytes were hashed already */
    unsigned char *buf;
    size_t capacity;
    size_t start;     /* the first byte that was not handed out */
    size_t end;       /* of what was read */
    size_t whole_end; /* behind the last LF; only when whole_known */
    bool whole_known;
    uint64_t read_byte; /* of the file: where buf + end comes from */
    bool at_eof;        /* nothing follows buf + end */
    /* The first CR at or behind start, buf + end when there is none; NULL
     * when nobody looked yet. */
    const unsigned char *next_cr;
    enum ends ends;
    bool seen_lf;
    bool seen_crlf;
    bool seen_cr;
    bool seen_unended; /* the last line has no line end */
    uint64_t number;
    bool in_pieces; /* the line before start is not complete */
    struct rp_line line;
};

static enum rp_status
fail_read(const struct rp_lines *lines, struct rp_err *err)
{
    return rp_fail_errno(err, errno, "%s: cannot be read",
                         rp_input_name(lines->input));
}

/* Moves what was not handed out to the front, and makes room for a read. */
static enum rp_status
make_room(struct rp_lines *lines, struct rp_err *err)
{
    size_t rest = lines->end - lines->start;
    unsigned char *moved;

    if (rest > 0)
        memmove(lines->buf, lines->buf + lines->start, rest);
    lines->start = 0;
    lines->end = rest;
    lines->next_cr = NULL;
    lines->whole_known = false;
    if (lines->capacity - rest >= RP_READ_BYTES)
        return RP_OK;
    moved = rp_realloc(lines->buf, rest + START_BYTES);
    if (moved == NULL)
        return rp_fail_nomem(err, "read a source");
    lines->buf = moved;
    lines->capacity = rest + START_BYTES;
    return RP_OK;
}

static enum rp_status
fill(struct rp_lines *lines, struct rp_err *err)
{
    enum rp_status status = make_room(lines, err);
    struct rp_slice got = { NULL, 0 };

    if (status != RP_OK)
        return status;
    got.ptr = lines->buf + lines->end;
    if (rp_pread_full(lines->fd, lines->buf + lines->end, RP_READ_BYTES,
                      lines->read_byte, &got.len) != 0)
        return fail_read(lines, err);
    lines->end += got.len;
    lines->read_byte += got.len;
    lines->at_eof = got.len < RP_READ_BYTES;
    if (lines->sha == NULL || got.len == 0)
        return RP_OK;
    return rp_sha256_put(lines->sha, got, err);
}

enum rp_status
rp_lines_open(const struct rp_input *input, struct rp_lines **out_lines,
              struct rp_err *err)
{
    struct rp_lines *lines = rp_zalloc(sizeof *lines);
    enum rp_status status;

    if (lines == NULL)
        return rp_fail_nomem(err, "read a source");
    lines->input = input;
    lines->fd = -1;
    status = rp_input_descriptor(input, &lines->fd, err);
    if (status == RP_OK)
        status = rp_sha256_open(&lines->sha, err);
    if (status == RP_OK)
        status = fill(lines, err);
    if (status != RP_OK) {
        rp_lines_close(lines);
        return status;
    }
    *out_lines = lines;
    return RP_OK;
}

struct rp_slice
rp_lines_probe(const struct rp_lines *lines)
{
    struct rp_slice probe = { lines->buf, lines->end };

    assert(lines->start == 0);
    if (probe.len > RP_PROBE_BYTES)
        probe.len = RP_PROBE_BYTES;
    return probe;
}

void
rp_lines_skip(struct rp_lines *lines, size_t len)
{
    assert(len <= lines->end - lines->start);
    lines->start += len;
}

/* Is there an LF in what was not read yet?  Asked at most once in a file. */
static enum rp_status
look_ahead(const struct rp_lines *lines, bool *out_lf, struct rp_err *err)
{
    unsigned char *block = rp_zalloc(RP_READ_BYTES);
    uint64_t byte = lines->read_byte;
    enum rp_status status = RP_OK;
    size_t got = RP_READ_BYTES;
    bool lf = false;

    if (block == NULL)
        return rp_fail_nomem(err, "read a source");
    while (!lf && got == RP_READ_BYTES) {
        if (rp_pread_full(lines->fd, block, RP_READ_BYTES, byte, &got) != 0) {
            status = fail_read(lines, err);
            goto done;
        }
        byte += got;
        lf = memchr(block, '\n', got) != NULL;
    }
    *out_lf = lf;
done:
    rp_free(block);
    return status;
}

/* A CR was met before any LF. */
static enum rp_status
decide_ends(struct rp_lines *lines, struct rp_err *err)
{
    size_t rest = lines->end - lines->start;
    bool lf = memchr(lines->buf + lines->start, '\n', rest) != NULL;
    enum rp_status status = RP_OK;

    if (!lf && !lines->at_eof)
        status = look_ahead(lines, &lf, err);
    if (status == RP_OK)
        lines->ends = lf ? ENDS_IN_LF : ENDS_IN_CR;
    return status;
}

/* What is looked at for a line end: a whole line, or a piece of one. */
static size_t
visible_bytes(const struct rp_lines *lines)
{
    size_t rest = lines->end - lines->start;

    return rest < RP_RECORD_MAX_BYTES ? rest : RP_RECORD_MAX_BYTES;
}

/* The number of bytes up to the next line end, with it; 0 when none can be
 * seen. */
static enum rp_status
find_end(struct rp_lines *lines, size_t *out_end, struct rp_err *err)
{
    const unsigned char *from = lines->buf + lines->start;
    const unsigned char *found = NULL;
    enum rp_status status = RP_OK;
    size_t len = visible_bytes(lines);

    *out_end = 0;
    if (lines->ends != ENDS_IN_CR)
        found = memchr(from, '\n', len);
    if (found != NULL)
        lines->ends = ENDS_IN_LF;
    else if (lines->ends == ENDS_UNDECIDED && memchr(from, '\r', len) != NULL)
        status = decide_ends(lines, err);
    if (lines->ends == ENDS_IN_CR)
        found = memchr(from, '\r', len);
    if (found != NULL)
        *out_end = (size_t)(found - from) + 1;
    return status;
}

static void
count_end(struct rp_lines *lines, size_t end_bytes)
{
    if (lines->ends == ENDS_IN_CR)
        lines->seen_cr = true;
    else if (end_bytes == 2)
        lines->seen_crlf = true;
    else
        lines->seen_lf = true;
}

/* Is there a CR in the first len bytes that were not handed out? */
static bool
has_cr(struct rp_lines *lines, size_t len)
{
    const unsigned char *from = lines->buf + lines->start;

    if (lines->next_cr == NULL || lines->next_cr < from) {
        lines->next_cr = memchr(from, '\r', lines->end - lines->start);
        if (lines->next_cr == NULL)
            lines->next_cr = lines->buf + lines->end;
    }
    return lines->next_cr < from + len;
}

/* Hands out the next len bytes, of which the last end_bytes are a line end. */
static void
take(struct rp_lines *lines, size_t len, size_t end_bytes, bool complete)
{
    struct rp_line *line = &lines->line;

    line->bytes.ptr = lines->buf + lines->start;
    line->bytes.len = len;
    line->byte_start = lines->read_byte - (lines->end - lines->start);
    line->continued = lines->in_pieces;
    line->complete = complete;
    line->lone_cr = has_cr(lines, len - end_bytes);
    if (!lines->in_pieces)
        lines->number++;
    line->number = lines->number;
    lines->in_pieces = !complete;
    lines->start += len;
}

static void
take_line(struct rp_lines *lines, size_t len)
{
    const unsigned char *end = lines->buf + lines->start + len;
    size_t end_bytes = 1;

    if (lines->ends == ENDS_IN_LF && len > 1 && end[-2] == '\r')
        end_bytes = 2;
    count_end(lines, end_bytes);
    take(lines, len, end_bytes, true);
}

/* A CR stays behind: it may be the first half of a line end. */
static void
take_piece(struct rp_lines *lines)
{
    const unsigned char *from = lines->buf + lines->start;
    size_t len = RP_RECORD_MAX_BYTES;

    take(lines, from[len - 1] == '\r' ? len - 1 : len, 0, false);
}

static void
take_rest(struct rp_lines *lines)
{
    lines->seen_unended = true;
    take(lines, lines->end - lines->start, 0, true);
}

static bool
may_see_more(const struct rp_lines *lines)
{
    return !lines->at_eof && lines->end - lines->start <= RP_RECORD_MAX_BYTES;
}

enum rp_status
rp_lines_next(struct rp_lines *lines, const struct rp_line **out_line,
              struct rp_err *err)
{
    size_t end = 0;
    enum rp_status status = find_end(lines, &end, err);

    while (status == RP_OK && end == 0 && may_see_more(lines)) {
        status = fill(lines, err);
        if (status == RP_OK)
            status = find_end(lines, &end, err);
    }
    if (status != RP_OK)
        return status;
    *out_line = &lines->line;
    if (end > 0)
        take_line(lines, end);
    else if (lines->end - lines->start > RP_RECORD_MAX_BYTES)
        take_piece(lines);
    else if (lines->end > lines->start)
        take_rest(lines);
    else
        *out_line = NULL;
    return RP_OK;
}

static void
find_whole_end(struct rp_lines *lines)
{
    size_t end = lines->end;

    while (end > lines->start && lines->buf[end - 1] != '\n')
        end--;
    lines->whole_end = end;
    lines->whole_known = true;
}

struct rp_lines_ahead
rp_lines_ahead(struct rp_lines *lines)
{
    struct rp_lines_ahead ahead = {
        .bytes = { lines->buf + lines->start, 0 },
        .byte_start = lines->read_byte - (lines->end - lines->start),
        .number = lines->number + 1,
    };

    if (lines->ends != ENDS_IN_LF || lines->in_pieces)
        return ahead;
    if (!lines->whole_known)
        find_whole_end(lines);
    if (lines->whole_end > lines->start)
        ahead.bytes.len = lines->whole_end - lines->start;
    return ahead;
}

void
rp_lines_pass(struct rp_lines *lines, const struct rp_lines_passed *passed)
{
    assert(passed->bytes <= lines->end - lines->start);
    lines->start += passed->bytes;
    lines->number += passed->count;
    lines->seen_lf = lines->seen_lf || passed->lf;
    lines->seen_crlf = lines->seen_crlf || passed->crlf;
}

static enum rp_newline
newline_of(const struct rp_lines *lines)
{
    if (lines->seen_lf && lines->seen_crlf)
        return RP_NEWLINE_MIXED;
    if (lines->seen_lf)
        return RP_NEWLINE_LF;
    if (lines->seen_crlf)
        return RP_NEWLINE_CRLF;
    return lines->seen_cr ? RP_NEWLINE_CR : RP_NEWLINE_NONE;
}

enum rp_status
rp_lines_finish(struct rp_lines *lines, struct rp_lines_census *out_census,
                struct rp_err *err)
{
    struct rp_lines_census census = { .newline = newline_of(lines),
                                      .final_newline = !lines->seen_unended,
                                      .bytes = lines->read_byte };
    unsigned char digest[RP_SHA256_BYTES];
    enum rp_status status;

    assert(lines->at_eof && lines->start == lines->end);
    status = rp_sha256_finish(lines->sha, digest, err);
    if (status != RP_OK)
        return status;
    rp_hex(census.sha256, digest, sizeof digest);
    rp_sha256_close(lines->sha);
    lines->sha = NULL;
    *out_census = census;
    return RP_OK;
}

void
rp_lines_know(struct rp_lines *lines, enum rp_newline newline)
{
    rp_sha256_close(lines->sha);
    lines->sha = NULL;
    if (newline == RP_NEWLINE_CR)
        lines->ends = ENDS_IN_CR;
    else if (newline != RP_NEWLINE_NONE)
        lines->ends = ENDS_IN_LF;
}

enum rp_status
rp_lines_seek(struct rp_lines *lines, uint64_t byte, uint64_t line_number,
              struct rp_err *err)
{
    assert(lines->sha == NULL && line_number > 0);
    lines->start = 0;
    lines->end = 0;
    lines->read_byte = byte;
    lines->number = line_number - 1;
    lines->in_pieces = false;
    return fill(lines, err);
}

void
rp_lines_close(struct rp_lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->fd >= 0)
        (void)close(lines->fd);
    rp_sha256_close(lines->sha);
    rp_free(lines->buf);
    rp_free(lines);
}
