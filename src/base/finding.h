/* finding.h - the stable codes of everything worth telling about the data.
 *
 * The order of the enum is the order of decision: the first code that fits a
 * record or an enrollment is the one it gets.  Names never change once
 * released: people write them into scripts.
 */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include <stdbool.h>

#include "base/slice.h"

enum rp_code {
    RP_CODE_NONE, /* nothing to tell */
    /* whole source rejected */
    RP_NOT_CSV,
    RP_NOTHING_USED,
    RP_WHERE_VALUE_UNSEEN,
    /* record rejected */
    RP_STRAY_QUOTE,
    RP_UNCLOSED_QUOTE,
    RP_BARE_CR,
    RP_FIELD_TOO_LARGE,
    RP_NUL_BYTE,
    RP_INVALID_ENCODING,
    RP_BOM_INSIDE,
    RP_REPEATED_HEADER,
    RP_FIELD_COUNT,
    /* left out by --where */
    RP_FILTERED,
    /* enrollment rejected, student side first */
    RP_EMPTY_KEY,
    RP_NOT_AN_INTEGER,
    RP_AMBIGUOUS_STUDENT,
    RP_AMBIGUOUS_COURSE,
    RP_UNKNOWN_STUDENT,
    RP_UNKNOWN_COURSE,
    /* used, and told */
    RP_SUSPICIOUS_MULTILINE,
    RP_AFTER_RESYNC,
    RP_DUPLICATE_CONFLICT,
    RP_COLUMN_NOT_CARRIED,
    RP_TRIGGER,
    RP_UNKNOWN_SCHEMA_FUNCTION,
    /* notes */
    RP_BLANK_RECORD,
    RP_DUPLICATE_EXACT,
    RP_ALREADY_PRESENT,
    RP_KEY_TRIMMED,
    RP_LEADING_ZEROS,
    RP_NO_FINAL_NEWLINE,
    RP_MIXED_NEWLINES,
    RP_CODE_COUNT,
};

/* What the number of a finding counts, and so what a limit in percent is a
 * part of: records.total for RECORDS, enrollments.total for ENROLLMENTS. */
enum rp_unit {
    RP_UNIT_SOURCES,
    RP_UNIT_RECORDS,
    RP_UNIT_ENROLLMENTS,
    RP_UNIT_COLUMNS,
    RP_UNIT_OBJECTS, /* triggers, schema objects, filter values */
};

const char *rp_code_name(enum rp_code code);
/* RP_CODE_NONE when no code has that name. */
enum rp_code rp_code_of(struct rp_slice name);
bool rp_code_blocks(enum rp_code code);
enum rp_unit rp_code_unit(enum rp_code code);
/* One sentence: what it is. */
const char *rp_code_meaning(enum rp_code code);
/* One sentence: what to do about it. */
const char *rp_code_remedy(enum rp_code code);

#endif
