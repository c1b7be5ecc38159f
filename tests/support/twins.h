/* twins.h - the two parsers over the same source.
 *
 * The importer's (source/records) and the verifier's (proof/second) share no
 * code; here they are compared record by record, field by field.  So are the
 * importer's with its lane (source/lane) and without, which is libcsv alone.
 */
#ifndef SUPPORT_TWINS_H
#define SUPPORT_TWINS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/dialect.h"
#include "base/input.h"

/* Do they agree?  If not, the first difference is appended to out, both ways
 * of reading it.  A source that the importer cannot open is agreed on: nobody
 * asks the second parser then. */
bool twins_agree(struct rp_buf *out, const struct rp_input *input,
                 const struct rp_dialect *dialect);

/* What the second parser makes of a source: "data", or a code, for each record,
 * a blank between.  Appends the text of an error instead. */
void twins_codes(struct rp_buf *out, const struct rp_input *input,
                 const struct rp_dialect *dialect);

/* The dialect that the first byte of a fuzzer's input stands for: bits 0-1 the
 * header (0, 1: there; 2: none; 3: none, and the names a and b given), bits
 * 2-3 the delimiter of comma, semicolon, tab and blank, bits 4-5 the quote of
 * double quote, single quote, x and bar. */
struct rp_dialect twins_dialect(unsigned char how);

#endif
