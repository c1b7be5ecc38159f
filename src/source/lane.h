/* lane.h - the fast lane: records that are one plain line each, many at once.
 *
 * Most records are a line whose fields hold no quote, or are wholly in quotes
 * with no quote between them.  Their bytes already are their fields, so
 * the lane divides them where they stand.  It takes a line only when it is
 *
 * - as many fields as the header has, none longer than a field may be;
 * - each field without any quote; or a quote, bytes other than quotes, a
 *   quote: and then a delimiter or the line end;
 * - ended by LF or CRLF, and without any other CR;
 * - UTF-8, without NUL and BOM; not empty.
 *
 * In front of the first line that is anything else it stops: what is odd is
 * for libcsv to judge.  That libcsv would read the same is fuzzed.
 */
#ifndef SOURCE_LANE_H
#define SOURCE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dialect.h"
#include "base/err.h"
#include "base/slice.h"
#include "source/lines.h"
#include "source/records.h"

struct rp_lane;

enum rp_status rp_lane_open(const struct rp_dialect *dialect, size_t width,
                            struct rp_lane **out_lane, struct rp_err *err)
    RP_MUST_CHECK;

/* Records from the front of what is ahead, at most RP_BATCH_RECORDS of them and
 * maybe none, one per line; their numbers and after_resync are not set.  They
 * are the lane's until the next cut, and point into the bytes. */
struct rp_lane_cut {
    struct rp_record *records;
    struct rp_lines_passed passed;
};
void rp_lane_cut(struct rp_lane *lane, const struct rp_lines_ahead *ahead,
                 struct rp_lane_cut *out_cut);
void rp_lane_close(struct rp_lane *lane);

#endif
