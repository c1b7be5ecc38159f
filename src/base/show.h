/* show.h - bytes of unknown origin, made fit for people and their programs.
 *
 * A key, a name or a message from a file may hold control characters, escape
 * sequences, bidirectional overrides or bytes that are no UTF-8.  Nothing of
 * that may reach a terminal, a JSON text or a spreadsheet.
 */
#ifndef BASE_SHOW_H
#define BASE_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Length of the valid UTF-8 prefix of text: equal to text.len if and only if
 * all of it is valid (RFC 3629: no surrogates, no overlong forms). */
size_t rp_utf8_valid_prefix(struct rp_slice text);

/* Appends text to out as printable UTF-8: C0, DEL and C1 controls, invalid
 * bytes and bidirectional controls (U+061C U+200E U+200F U+202A-202E
 * U+2066-2069) become \xNN byte by byte, a backslash becomes two. */
void rp_show(struct rp_buf *out, struct rp_slice text);

/* rp_show into a fixed array for use in one message; cut with "..." when it
 * would not fit.  Returns shown. */
#define RP_SHOWN_BYTES 256
const char *rp_show_in(char shown[RP_SHOWN_BYTES], struct rp_slice text);

/* One CSV field for a list that people open in a spreadsheet: rp_show, then a
 * leading ' when the cell would be a formula (= + - @ TAB CR first), quoted
 * when it holds a comma, a quote or a newline. */
void rp_show_cell(struct rp_buf *out, struct rp_slice text);

/* One CSV field byte for byte (RFC 4180 quoting when needed). */
void rp_csv_cell(struct rp_buf *out, struct rp_slice text);

/* The candidate that a person most likely meant by word: fewest edits
 * (insert, delete, change, swap), ASCII case ignored, at most a third of the
 * word; -1 when none is near. */
int rp_nearest(struct rp_slice word, const struct rp_slice *candidates,
               size_t count);

/* Lower-case hexadecimal; hex has room for 2 * len + 1 bytes. */
void rp_hex(char *hex, const unsigned char *bytes, size_t len);
/* The len bytes of what rp_hex wrote. */
void rp_unhex(unsigned char *bytes, const char *hex, size_t len);

#endif
