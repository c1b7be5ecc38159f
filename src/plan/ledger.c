/* see ledger.h */
#include "plan/ledger.h"

bool
rp_fates_records_balance(const struct rp_fates *fates)
{
    return fates->records_total == fates->used + fates->blank +
                                       fates->filtered +
                                       fates->records_rejected;
}

bool
rp_fates_claims_balance(const struct rp_fates *fates, uint64_t inserted)
{
    return fates->used ==
           inserted + fates->already_present + fates->duplicate_exact +
               fates->duplicate_conflict + fates->claims_rejected;
}

void
rp_fates_add(struct rp_fates *sum, const struct rp_fates *fates)
{
    sum->records_total += fates->records_total;
    sum->used += fates->used;
    sum->blank += fates->blank;
    sum->filtered += fates->filtered;
    sum->records_rejected += fates->records_rejected;
    sum->claims_rejected += fates->claims_rejected;
    sum->planned += fates->planned;
    sum->already_present += fates->already_present;
    sum->duplicate_exact += fates->duplicate_exact;
    sum->duplicate_conflict += fates->duplicate_conflict;
}
