/* probe.h - does a file look like anything but CSV?
 *
 * Magic numbers, UTF-16 and a NUL among the first bytes; no guess is made
 * about text.  Such a file is rejected as a whole (not-csv).
 */
#ifndef SOURCE_PROBE_H
#define SOURCE_PROBE_H

#include "base/slice.h"

/* What comes before every answer of rp_probe. */
#define RP_PROBE_PREFIX "not CSV: "

/* NULL, or "not CSV: a ZIP archive or Excel workbook".  first is the first
 * RP_PROBE_BYTES of the file. */
const char *rp_probe(struct rp_slice first);

#endif
