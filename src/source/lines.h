/* lines.h - the physical lines of a source, with places and hash.
 *
 * Reads once, front to back, in large pieces; every byte passes the SHA-256
 * exactly once.  A line is handed out with its end (LF, CRLF, or CR in a file
 * of CR lines).  A line longer than RP_RECORD_MAX_BYTES comes in pieces, so
 * that memory stays bounded whatever the file is.  A CR and the LF after it are
 * never in different pieces.  Lines that end in LF may also be taken many at
 * once, without looking at each.
 */
#ifndef SOURCE_LINES_H
#define SOURCE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/input.h"
#include "base/slice.h"

struct rp_lines;

struct rp_line {
    struct rp_slice bytes; /* with the line end; valid until the next call */
    uint64_t byte_start;   /* in the file */
    uint64_t number;       /* 1-based, of the physical line */
    bool continued;        /* not the first piece of an over-long line */
    bool complete;         /* has its line end, or ends the file */
    bool lone_cr;          /* a CR that is not part of the line end */
};

/* input must outlive the lines. */
enum rp_status rp_lines_open(const struct rp_input *input,
                             struct rp_lines **out_lines, struct rp_err *err)
    RP_MUST_CHECK;
/* The first RP_PROBE_BYTES of the file, before anything is read. */
struct rp_slice rp_lines_probe(const struct rp_lines *lines);
/* Leaves out the next len bytes (the BOM); they are hashed. */
void rp_lines_skip(struct rp_lines *lines, size_t len);
/* *out_line is NULL at the end of the file. */
enum rp_status rp_lines_next(struct rp_lines *lines,
                             const struct rp_line **out_line,
                             struct rp_err *err) RP_MUST_CHECK;
/* The whole lines that were read and not handed out yet, for who divides many
 * at once; none unless it is known that lines end in LF, and none in the middle
 * of a line.  Valid until the next call that is not rp_lines_pass. */
struct rp_lines_ahead {
    struct rp_slice bytes; /* the last one with its LF */
    uint64_t byte_start;   /* of the first one, in the file */
    uint64_t number;       /* of the first one */
};
struct rp_lines_ahead rp_lines_ahead(struct rp_lines *lines);
/* Hands out what is in front of these at once. */
struct rp_lines_passed {
    size_t bytes;
    uint64_t count;
    bool lf; /* some end in LF alone */
    bool crlf;
};
void rp_lines_pass(struct rp_lines *lines,
                   const struct rp_lines_passed *passed);
/* After the end: what ended lines, was there an end of the last line, the
 * hash of all bytes, how many there were. */
struct rp_lines_census {
    enum rp_newline newline;
    bool final_newline; /* true for an empty file */
    uint64_t bytes;
    char sha256[RP_SHA256_HEX];
};
enum rp_status rp_lines_finish(struct rp_lines *lines,
                               struct rp_lines_census *out_census,
                               struct rp_err *err) RP_MUST_CHECK;
/* What ends lines is known from an earlier reading, and no hash is wanted. */
void rp_lines_know(struct rp_lines *lines, enum rp_newline newline);
/* Goes on reading at a line's start, without hashing: for looking a record
 * up again after the first pass. */
enum rp_status rp_lines_seek(struct rp_lines *lines, uint64_t byte,
                             uint64_t line_number, struct rp_err *err)
    RP_MUST_CHECK;
void rp_lines_close(struct rp_lines *lines);

#endif
