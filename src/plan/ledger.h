/* ledger.h - every record and every enrollment has exactly one fate, and the
 * sums balance, for each source and for all of them.
 */
#ifndef PLAN_LEDGER_H
#define PLAN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/finding.h"

struct rp_fates {
    /* records_total is what the parser counted; the others are counted where
     * the decision falls, so that a forgotten one shows. */
    uint64_t records_total;
    uint64_t used;
    uint64_t blank;
    uint64_t filtered;
    uint64_t records_rejected;
    /* Each used record claims one enrollment (in a load: one row). */
    uint64_t claims_rejected;
    uint64_t planned; /* new links, distinct */
    uint64_t already_present;
    uint64_t duplicate_exact;
    uint64_t duplicate_conflict;
};

struct rp_ledger {
    struct rp_fates all; /* of all sources together */
    /* How often each finding was made. */
    uint64_t codes[RP_CODE_COUNT];
};

bool rp_fates_records_balance(const struct rp_fates *fates);
/* inserted: as read back from the database; of one source: as planned. */
bool rp_fates_claims_balance(const struct rp_fates *fates, uint64_t inserted);
void rp_fates_add(struct rp_fates *sum, const struct rp_fates *fates);

#endif
