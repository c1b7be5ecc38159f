/* dialect.h - how the bytes of a source are divided into records and fields.
 *
 * Both parsers, the importer's (source/) and the verifier's (proof/second),
 * are given the same dialect and share nothing else.
 */
#ifndef BASE_DIALECT_H
#define BASE_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct rp_dialect {
    unsigned char delimiter; /* ',' */
    unsigned char quote;     /* '"' */
    /* The first record is a header.  Without one, names may be given. */
    bool has_header;
    const struct rp_slice *names; /* --header, NULL when not given */
    size_t name_count;
};

/* What ends a line.  A file without any LF whose lines end in CR is a dialect
 * of its own; in every other file a lone CR outside quotes is bare-cr. */
enum rp_newline {
    RP_NEWLINE_NONE, /* one line without an end */
    RP_NEWLINE_LF,
    RP_NEWLINE_CRLF,
    RP_NEWLINE_CR,
    RP_NEWLINE_MIXED, /* LF and CRLF */
};

/* "none" "LF" "CRLF" "CR" "mixed" */
const char *rp_newline_name(enum rp_newline newline);

#endif
