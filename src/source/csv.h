/* csv.h - one record out of physical lines, by libcsv (the libcsv door).
 *
 * libcsv knows no positions, so it is fed one physical line at a time: after
 * a line, either the record is complete or the next line belongs to it.  How
 * libcsv tells the two apart, and where a member of its parser is read that
 * its manual does not describe, rp_csv_open pins with golden strings and
 * fails if libcsv behaves otherwise.
 *
 * Strict mode, always: in lenient mode one stray quote swallows the records
 * that follow without an error.  After an error libcsv cannot go on; the door
 * frees and re-initialises it.  Blanks are data: its trimming is turned off.
 *
 * Limits (limits.h) are judged where a physical line ends.  Of a record that
 * is past one, nothing more is stored, but its syntax is still followed.
 */
#ifndef SOURCE_CSV_H
#define SOURCE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/slice.h"

struct rp_csv;

enum rp_csv_state {
    RP_CSV_MORE,      /* inside a quoted field: the record goes on */
    RP_CSV_RECORD,    /* complete: fields may be read */
    RP_CSV_STRAY,     /* a quote where none may be; already reset */
    RP_CSV_UNCLOSED,  /* only from finish: the end came inside quotes; reset */
    RP_CSV_TOO_LARGE, /* a field or the record beyond limits.h: stays so until
                         rp_csv_reset, unless a stray quote follows */
};

enum rp_status rp_csv_open(const struct rp_dialect *dialect,
                           struct rp_csv **out_csv, struct rp_err *err)
    RP_MUST_CHECK;
/* One physical line with its line end, or a piece of one.  A lone CR outside
 * quotes must have been replaced by the caller. */
enum rp_status rp_csv_feed(struct rp_csv *csv, struct rp_slice line,
                           enum rp_csv_state *out_state, struct rp_err *err)
    RP_MUST_CHECK;
/* The source ended inside a record: in quotes, or without a line end. */
enum rp_csv_state rp_csv_finish(struct rp_csv *csv);
/* The fields of the complete record, unquoted, until the next feed.  ptr is
 * NULL for an empty field without quotes. */
const struct rp_slice *rp_csv_fields(const struct rp_csv *csv,
                                     size_t *out_count);
/* Forgets what was fed since the last complete record. */
void rp_csv_reset(struct rp_csv *csv);
void rp_csv_close(struct rp_csv *csv);

#endif
