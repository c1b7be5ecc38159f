/* small.h - limits so small that a fuzzer reaches them.
 *
 * Included in front of every file of the fuzz target twins; base/limits.h,
 * which comes first, keeps its guard.
 */
#ifndef FUZZ_SMALL_H
#define FUZZ_SMALL_H

#include "base/limits.h"

#undef RP_FIELD_MAX_BYTES
#undef RP_RECORD_MAX_BYTES
#undef RP_COLUMNS_MAX
#undef RP_READ_BYTES
#undef RP_PLACES_MAX

#define RP_FIELD_MAX_BYTES ((size_t)12)
#define RP_RECORD_MAX_BYTES ((size_t)40)
#define RP_COLUMNS_MAX 6
#define RP_READ_BYTES ((size_t)16)
#define RP_PLACES_MAX ((size_t)8)

#endif
