/* reading.h - what a parser made of a source, as one comparable value.
 *
 * Both parsers add every record that they see; two readings are equal when
 * number, order, byte spans, classes, codes and all fields are.  The number of
 * the record is part of what is hashed, so the sum also pins the order.
 */
#ifndef BASE_READING_H
#define BASE_READING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/hash.h"
#include "base/slice.h"

struct rp_reading {
    struct rp_fp fp;
    struct rp_buf scratch;
};

struct rp_reading_record {
    uint64_t number;
    uint64_t byte_start;
    uint64_t byte_end;
    /* RP_CODE_NONE for data, RP_BLANK_RECORD, or why it was rejected. */
    enum rp_code code;
    const struct rp_slice *fields; /* of data */
    size_t field_count;
};

enum rp_status rp_reading_add(struct rp_reading *reading,
                              const struct rp_reading_record *record,
                              struct rp_err *err) RP_MUST_CHECK;
void rp_reading_release(struct rp_reading *reading);

#endif
