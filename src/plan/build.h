/* build.h - the plan while it is being made: shared by the files of this
 * folder and by nobody else.
 */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "plan/ahead.h"
#include "plan/plan.h"

/* Distinct values of --where columns that are counted one by one. */
#define RP_FILTERED_VALUES_MAX 256

#define RP_TRACE_FILTER_BITS 4096U

struct rp_build {
    struct rp_plan *plan;
    const struct rp_plan_request *request;
    struct rp_findings *general;  /* whole sources, columns, the schema */
    struct rp_findings *rejected; /* by source and record */
    struct rp_findings *repeats;  /* by source and record */
    struct rp_sorter *conflicts;  /* ordinals of records that collapse */
    struct rp_sorter *already;    /* ordinals of records that add nothing */
    /* Ordinals of used records to trace, their index into plan->traced. */
    uint64_t trace_ordinal[RP_SAMPLE_RECORDS];
    /* Bits of their hashes: 199 of 200 other ordinals miss them all. */
    uint64_t trace_filter[RP_TRACE_FILTER_BITS / 64];
    bool *filter_seen; /* one per value of all filters of the first layout */
    struct rp_buf text;
    /* Used records whose claims are not made yet, of one source. */
    const struct rp_record *group[RP_BATCH_RECORDS];
    size_t group_count;
    struct rp_ahead *ahead; /* who may read; NULL: nobody else */
    bool may_hand_over;     /* some records have been seen */
    uint32_t awake;         /* the source in which a record was found last */
    /* Of the sources that were read whole, each time. */
    uint64_t bytes_before;
    uint64_t records_before;
    char (*foreseen)[RP_SHA256_HEX]; /* of each source; NULL: not read */
};

/* What the shape and the filter of a record make of it; RP_CODE_NONE: it is
 * used. */
enum rp_code rp_build_record_code(const struct rp_layout *layout,
                                  const struct rp_record *record);

/* foresee: shows the claimer the records of all sources, if it wants to see
 * them. */
enum rp_status rp_build_foresee(struct rp_build *build, struct rp_err *err)
    RP_MUST_CHECK;
/* A source is what was foreseen. */
enum rp_status rp_build_same(const struct rp_build *build, uint32_t source,
                             struct rp_err *err) RP_MUST_CHECK;
/* After these records of a source. */
void rp_build_tick(const struct rp_build *build, const struct rp_record *batch,
                   size_t count);

/* read: the next records of a source, which are added to reading.  At its end
 * its facts are set, and among several sources its reader is at rest. */
enum rp_status rp_build_read(struct rp_plan *plan, uint32_t source,
                             struct rp_reading *reading, struct rp_batch *out,
                             struct rp_err *err) RP_MUST_CHECK;
/* intake: all records of one source. */
enum rp_status rp_build_intake(struct rp_build *build, uint32_t source,
                               struct rp_err *err) RP_MUST_CHECK;
/* A record of a source that was read, again. */
enum rp_status rp_build_find(struct rp_build *build, uint64_t ordinal,
                             const struct rp_record **out_record,
                             struct rp_err *err) RP_MUST_CHECK;
/* whole: findings about sources, columns and filter values. */
enum rp_status rp_build_whole(struct rp_build *build, struct rp_err *err)
    RP_MUST_CHECK;
/* trace: draws the sample; before settling. */
enum rp_status rp_build_trace(struct rp_build *build, struct rp_err *err)
    RP_MUST_CHECK;
/* A claim of the sample has been decided. */
void rp_build_traced(struct rp_build *build, uint64_t ordinal,
                     enum rp_code code);
/* settle: which claims are new, present, repeated. */
enum rp_status rp_build_settle(struct rp_build *build, struct rp_err *err)
    RP_MUST_CHECK;
/* Adds one finding about a record. */
struct rp_about {
    enum rp_code code;
    uint32_t source;
    const char *disposition;
    struct rp_slice key;
};
enum rp_status rp_build_tell(struct rp_findings *findings,
                             const struct rp_about *about,
                             const struct rp_record *record, struct rp_err *err)
    RP_MUST_CHECK;

#endif
