/* evidence.h - what goes into the bag: everything of DESIGN section 8 that is
 * not the bag itself.
 */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/spool.h"
#include "plan/findings.h"
#include "plan/removed.h"
#include "proof/verdict.h"
#include "report/bag.h"
#include "report/json.h"

/* A record traced from source to link; ids count only when linked. */
struct rp_sample {
    uint64_t record;
    uint64_t first_line;
    uint64_t last_line;
    uint64_t byte_start;
    uint64_t byte_end;
    const char *disposition; /* "inserted" "already-present" "duplicate-exact"
                                "duplicate-conflict" "filtered" "blank", or
                                the code that rejected it */
    int64_t student_id;
    int64_t course_id;
    uint32_t source;
    bool linked;
};

/* The bytes for rejects/N.csv of one source: header, then records.  They are
 * written as they are.  Only behind a header without a line end one is added;
 * where records can only be told apart by whoever puts them into the spool,
 * that one adds a line end behind a record that has none and is followed by
 * another. */
struct rp_reject_file {
    const char *source;             /* its name */
    const struct rp_spool *records; /* empty or NULL: no file is written */
    struct rp_slice header;
};

struct rp_evidence {
    const struct rp_verdict *verdict;
    const struct rp_findings *findings;
    const struct rp_reject_file *rejects; /* verdict->source_count of them */
    const struct rp_spool *collapsed;     /* empty or NULL: nothing collapsed */
    const struct rp_spool *already;       /* struct rp_already; the same */
    const struct rp_removed *removed;     /* NULL: no --sync */
    const struct rp_sample *samples;
    size_t sample_count;
    struct rp_slice schema_before; /* text of schema.before.sql */
    struct rp_slice schema_after;
    struct rp_slice migration; /* the statements that were run */
    struct rp_slice map;       /* map.ini; ptr NULL: there was none */
};

/* Everything but run.json and the parts that depend on what comes after
 * COMMIT: README.txt, inputs.sha256, tables.csv, schema.*.sql, migration.sql,
 * findings.csv, rejects/, collapsed.csv, already.csv, removed.csv, sample.csv,
 * map.ini, verify/, and verdict.json and report.txt as far as they are known,
 * so that an interrupted run can be completed. */
enum rp_status rp_evidence_stage(struct rp_bag *bag,
                                 const struct rp_evidence *evidence,
                                 struct rp_err *err) RP_MUST_CHECK;

/* The files that are a function of the verdict alone: README.txt, report.txt,
 * verdict.json. */
enum rp_status rp_evidence_verdict_files(struct rp_bag *bag,
                                         const struct rp_verdict *verdict,
                                         struct rp_err *err) RP_MUST_CHECK;

/* What depends on what came after COMMIT anew, README.txt, verdict.json and
 * report.txt, and run.json; then publishes. */
enum rp_status rp_evidence_publish(struct rp_bag *bag,
                                   const struct rp_verdict *verdict,
                                   const struct rp_run *run,
                                   const struct rp_bag_info *info,
                                   struct rp_err *err) RP_MUST_CHECK;

#endif
