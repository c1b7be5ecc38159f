/* findings.h - every finding that stands in findings.csv, in bounded memory.
 *
 * Findings stream to a spool as they are made and are read back in the order
 * in which they were added.  The plan adds them in the order of findings.csv:
 * whole-source and column findings first, then by source and record.
 */
#ifndef PLAN_FINDINGS_H
#define PLAN_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/finding.h"
#include "base/slice.h"

/* Of no source: a trigger, a function that the schema calls, a row that a
 * preserved table lost. */
#define RP_NO_SOURCE UINT32_MAX

struct rp_finding {
    struct rp_slice code; /* rp_code_name, or a name of its own for rows
                             that a preserved table lost or gained */
    uint32_t source;      /* index into the sources, or RP_NO_SOURCE */
    uint64_t record;      /* 0: about the whole source */
    uint64_t first_line;
    uint64_t last_line;
    uint64_t byte_start;
    uint64_t byte_end;
    struct rp_slice disposition; /* "rejected", "collapsed", "used" ... */
    struct rp_slice column;      /* or table, or schema object */
    struct rp_slice key;         /* as in the source: student | course */
    struct rp_slice remedy;
};

struct rp_findings;
struct rp_findings_reader;

enum rp_status rp_findings_open(const char *folder, size_t memory_bytes,
                                struct rp_findings **out_findings,
                                struct rp_err *err) RP_MUST_CHECK;
/* Copies what finding points to. */
enum rp_status rp_findings_add(struct rp_findings *findings,
                               const struct rp_finding *finding,
                               struct rp_err *err) RP_MUST_CHECK;
uint64_t rp_findings_count(const struct rp_findings *findings);
void rp_findings_close(struct rp_findings *findings);

enum rp_status rp_findings_read(const struct rp_findings *findings,
                                struct rp_findings_reader **out_reader,
                                struct rp_err *err) RP_MUST_CHECK;
/* The slices live until the next call; *out_more is false at the end. */
enum rp_status rp_findings_next(struct rp_findings_reader *reader,
                                struct rp_finding *out_finding, bool *out_more,
                                struct rp_err *err) RP_MUST_CHECK;
void rp_findings_reader_close(struct rp_findings_reader *reader);

#endif
