/* second.h - the verifier's own CSV parser, which shares no code with the
 * importer's.
 *
 * The importer asks libcsv line by line; this is a state machine over bytes,
 * with a quick way for lines that are simple (proof/glance).
 * Both promise the same: RFC 4180, strict, blanks are data, records end
 * outside quotes at LF or CRLF (or at CR in a file without any LF).  That they
 * agree on the span, the class and every field of every record is a check of
 * each proof, and is fuzzed.
 */
#ifndef PROOF_SECOND_H
#define PROOF_SECOND_H

#include <stddef.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/slice.h"

struct rp_second;

struct rp_second_record {
    uint64_t number;
    uint64_t first_line;
    uint64_t last_line;
    uint64_t byte_start;
    uint64_t byte_end;
    enum rp_code code; /* RP_CODE_NONE: data; RP_BLANK_RECORD; rejected */
    /* Of data; ptr NULL for an empty field without quotes. */
    const struct rp_slice *fields;
    size_t field_count;
};

/* Opens a descriptor of its own. */
enum rp_status rp_second_open(const struct rp_input *input,
                              const struct rp_dialect *dialect,
                              struct rp_second **out_second, struct rp_err *err)
    RP_MUST_CHECK;
/* *out_record is NULL at the end; valid until the next call of any of these. */
enum rp_status rp_second_next(struct rp_second *second,
                              const struct rp_second_record **out_record,
                              struct rp_err *err) RP_MUST_CHECK;
/* As many as are to be had at once, at most RP_BATCH_RECORDS; *out_count is 0
 * at the end. */
enum rp_status rp_second_batch(struct rp_second *second,
                               const struct rp_second_record **out_batch,
                               size_t *out_count, struct rp_err *err)
    RP_MUST_CHECK;
/* Reads what is left without parsing; then how many bytes there were and
 * their SHA-256. */
enum rp_status rp_second_finish(struct rp_second *second, uint64_t *out_bytes,
                                char sha256[RP_SHA256_HEX], struct rp_err *err)
    RP_MUST_CHECK;
void rp_second_close(struct rp_second *second);

#endif
