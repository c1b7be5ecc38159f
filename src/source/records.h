/* records.h - the records of one source: numbers, lines, spans, fields.
 *
 * Every byte of the file belongs to exactly one of: BOM, header, a record
 * (used or filtered later), a blank record, a rejected record.  The spans of
 * consecutive records touch, so that the classes sum to the file's size.
 *
 * Codes that the shape of the bytes decides are set here (STRAY_QUOTE ...
 * FIELD_COUNT); a rejected record has no fields.  After a syntax error the
 * rejected record runs from its first byte through the line of the error, and
 * every later record is marked after_resync, since the text may be the inside
 * of a quoted field.
 */
#ifndef SOURCE_RECORDS_H
#define SOURCE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/input.h"
#include "base/slice.h"

struct rp_records;

enum rp_record_class {
    RP_RECORD_DATA,
    RP_RECORD_BLANK,    /* an empty line */
    RP_RECORD_REJECTED, /* code says why */
};

struct rp_record {
    uint64_t number; /* 1-based; the header has none, a blank line has one */
    uint64_t first_line;
    uint64_t last_line;
    uint64_t byte_start; /* [byte_start, byte_end), line end included */
    uint64_t byte_end;
    enum rp_record_class class;
    enum rp_code code; /* for REJECTED */
    bool after_resync;
    bool suspicious_multiline; /* only for DATA */
    /* For DATA: the width of the header many; ptr NULL when empty unquoted. */
    const struct rp_slice *fields;
    size_t field_count;
    /* The bytes of the span.  ptr NULL when longer than RP_RECORD_MAX_BYTES:
     * then they can only be copied from the file. */
    struct rp_slice raw;
};

/* What is known of a source after its last record. */
struct rp_source_facts {
    uint64_t bytes;
    char sha256[RP_SHA256_HEX];
    const char *encoding; /* "UTF-8", "UTF-8 with BOM"; "not CSV: <what>" */
    enum rp_newline newline;
    bool final_newline;
    uint64_t bytes_bom;
    uint64_t bytes_header;
    uint64_t bytes_records;
    uint64_t bytes_blank;
    uint64_t bytes_rejected;
    uint64_t records;
};

/* Opens, probes and reads the header.  A file that is not CSV at all opens
 * well: rp_records_not_csv tells, and it has no records, all its bytes
 * rejected.  An empty file, a header that cannot be parsed, is not UTF-8 or
 * names no column is RP_E_USAGE with file:line, reason and remedy. */
enum rp_status rp_records_open(const struct rp_input *input,
                               const struct rp_dialect *dialect,
                               struct rp_records **out_records,
                               struct rp_err *err) RP_MUST_CHECK;
/* NULL, or what the file looks like ("a ZIP archive or Excel workbook"). */
const char *rp_records_not_csv(const struct rp_records *records);
/* The names of the columns: the header's, --header's, or "#1", "#2", ...
 * (width of the first record).  Valid until close. */
const struct rp_slice *rp_records_names(const struct rp_records *records,
                                        size_t *out_width);
/* The header's bytes with its line end; empty when there is none. */
struct rp_slice rp_records_header(const struct rp_records *records);
/* *out_record is NULL at the end; valid until the next call of any of these. */
enum rp_status rp_records_next(struct rp_records *records,
                               const struct rp_record **out_record,
                               struct rp_err *err) RP_MUST_CHECK;
/* The same, for the first pass: as many as are to be had at once, at most
 * RP_BATCH_RECORDS; *out_count is 0 at the end. */
enum rp_status rp_records_batch(struct rp_records *records,
                                const struct rp_record **out_batch,
                                size_t *out_count, struct rp_err *err)
    RP_MUST_CHECK;
/* After the end. */
enum rp_status rp_records_finish(struct rp_records *records,
                                 struct rp_source_facts *out_facts,
                                 struct rp_err *err) RP_MUST_CHECK;
/* After finish: the next rp_records_next gives the record of this number
 * again.  Numbers in rising order are read in one sweep; places of records
 * are remembered at a stride that doubles as the file grows, so this costs
 * little and bounded memory.  RP_E_CHANGED when the bytes are not there. */
enum rp_status rp_records_seek(struct rp_records *records, uint64_t number,
                               struct rp_err *err) RP_MUST_CHECK;
/* Between opening and reading, and after finish: gives back descriptor and
 * buffers until it is read again, so that many sources can be held. */
void rp_records_rest(struct rp_records *records);
void rp_records_close(struct rp_records *records);

#endif
