/* verification.h - what verify found: the model of its report.
 *
 * The verdict inside holds what a verdict always holds: the sources and what
 * became of their records, the findings, the tables (as they are now: "after"),
 * and every check with what was expected and what is there; its command is
 * "verify".  Reports for machines need nothing else.  Beside it stands what
 * only people read: each comparison in numbers, and the rows that differ.
 *
 * Numbers are always of all rows; only the lines that name them are limited.
 */
#ifndef PROOF_VERIFICATION_H
#define PROOF_VERIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/spool.h"
#include "proof/compare.h"
#include "proof/presence.h"
#include "proof/verdict.h"

/* Lines that name rows or records, without what says which kind they are. */
struct rp_listing {
    struct rp_spool *lines; /* each ended by a newline */
    uint64_t shown;
    uint64_t total;
};

/* One table, then and now. */
struct rp_compared {
    const char *table;
    bool there_then, there_now;
    uint64_t rows_then, rows_now;
    bool known; /* the rows were compared, or are equal by their digest */
    uint64_t counts[RP_DIFFERENCES];
    const char *word; /* "same", "as allowed", "DIFFERS", "CANNOT BE TOLD" */
};

/* The school against one state of before. */
struct rp_comparison {
    const char *name; /* as given, shown */
    const char *kind; /* "evidence", "snapshot" */
    struct rp_compared *tables;
    size_t table_count;
    struct rp_listing listings[RP_DIFFERENCES];
    struct rp_listing schema; /* what changed in it; of a snapshot */
};

/* Why something could not be decided. */
enum rp_undecided {
    RP_UNDECIDED_NOT,
    RP_UNDECIDED_EVIDENCE, /* it holds no rows */
    RP_UNDECIDED_ROWS,     /* columns or the key of a table are others now */
};

/* What the sources claim, and the links there are. */
struct rp_source_answer {
    struct rp_presence_result counts;
    struct rp_listing rejected;
    struct rp_listing missing;
    struct rp_listing added;
};

struct rp_verification {
    struct rp_verdict verdict;
    size_t check_capacity;
    struct rp_listing orphans;        /* links without a student or a course */
    struct rp_listing trouble;        /* of PRAGMA quick_check */
    struct rp_source_answer *sources; /* NULL: none were given */
    struct rp_comparison *comparisons;
    size_t comparison_count;
    enum rp_undecided undecided; /* of the first that could not be decided */
    /* The snapshot that was to be rotated, shown; NULL: none was. */
    const char *snapshot;
    bool rotated; /* it is the state that was verified */
    unsigned kept;
};

/* Another check, its strings copied. */
enum rp_status rp_verification_add(struct rp_verification *verification,
                                   const struct rp_check *check,
                                   struct rp_err *err) RP_MUST_CHECK;

void rp_verification_undecided(struct rp_verification *verification,
                               enum rp_undecided why);

/* Where lines are kept, and how many of each listing. */
struct rp_listing_room {
    const char *folder; /* for what memory does not hold */
    size_t memory_bytes;
    uint64_t limit;
};
/* One more is to be told: counts it, and says whether its line is wanted. */
bool rp_listing_wants(struct rp_listing *listing,
                      const struct rp_listing_room *room);
/* The line that was wanted, without its newline. */
enum rp_status rp_listing_put(struct rp_listing *listing,
                              const struct rp_listing_room *room,
                              struct rp_slice line, struct rp_err *err)
    RP_MUST_CHECK;

void rp_verification_release(struct rp_verification *verification);

#endif
