/* parse.h - the records of a source by their syntax alone.
 *
 * What needs a header (repeated-header, field-count, suspicious-multiline) is
 * decided above, in records.c; so a record is DATA here when libcsv could read
 * it and its bytes are sound.  Everything else a record tells is set.
 *
 * A CR outside quotes that ends no line is read as if it were a letter: the
 * record's end and a stray quote behind it are still found, and the record is
 * rejected.  Of the codes that fit, the first in the order of enum rp_code is
 * given; but whatever the code, reading starts anew, and what follows is
 * marked after_resync, wherever a stray quote or a limit (field-too-large)
 * ended the record.
 *
 * A limit is judged where a physical line ends: a record past one ends with
 * that line.  Only in a last line without an end does a quote that is still
 * open come first (unclosed-quote).
 */
#ifndef SOURCE_PARSE_H
#define SOURCE_PARSE_H

#include "base/dialect.h"
#include "base/err.h"
#include "base/input.h"
#include "source/lines.h"
#include "source/records.h"

struct rp_parse;

/* Opens input and leaves out a BOM.  input must outlive the parse. */
enum rp_status rp_parse_open(const struct rp_input *input,
                             const struct rp_dialect *dialect,
                             struct rp_parse **out_parse, struct rp_err *err)
    RP_MUST_CHECK;
/* rp_probe of the file's first bytes. */
const char *rp_parse_not_csv(const struct rp_parse *parse);
/* Bytes of the BOM: 3 or 0. */
size_t rp_parse_bom_bytes(const struct rp_parse *parse);
/* From here on whole lines of width plain fields are divided by the lane
 * (lane.h), everything else by libcsv as before. */
enum rp_status rp_parse_widen(struct rp_parse *parse,
                              const struct rp_dialect *dialect, size_t width,
                              struct rp_err *err) RP_MUST_CHECK;
/* *out_record is NULL at the end; valid until the next call.  The caller
 * may refine it.  A header counts as a record here; number is the caller's. */
enum rp_status rp_parse_next(struct rp_parse *parse,
                             struct rp_record **out_record, struct rp_err *err)
    RP_MUST_CHECK;
/* The same for as many as are to be had at once, at most RP_BATCH_RECORDS;
 * *out_count is 0 at the end. */
enum rp_status rp_parse_batch(struct rp_parse *parse,
                              struct rp_record **out_batch, size_t *out_count,
                              struct rp_err *err) RP_MUST_CHECK;
/* Reads to the end of what is not CSV. */
enum rp_status rp_parse_drain(struct rp_parse *parse, struct rp_err *err)
    RP_MUST_CHECK;
/* rp_lines_finish. */
enum rp_status rp_parse_finish(struct rp_parse *parse,
                               struct rp_lines_census *out_census,
                               struct rp_err *err) RP_MUST_CHECK;

/* Where a record begins, and what is known there of what came before. */
struct rp_place {
    uint64_t number;
    uint64_t byte;
    uint64_t line;
    bool after_resync;
};

/* Instead of reading to the end first: see rp_lines_know. */
void rp_parse_know(struct rp_parse *parse, enum rp_newline newline);
/* After finish: the next record is the one at place. */
enum rp_status rp_parse_seek(struct rp_parse *parse,
                             const struct rp_place *place, struct rp_err *err)
    RP_MUST_CHECK;
void rp_parse_close(struct rp_parse *parse);

#endif
