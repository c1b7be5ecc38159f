/* see ledger.h */
#include "plan/ledger.h"

bool
rp_ledger_records_balance(const struct rp_ledger *ledger)
{
    return ledger->records_total == ledger->used + ledger->blank +
                                        ledger->filtered +
                                        ledger->records_rejected;
}

bool
rp_ledger_claims_balance(const struct rp_ledger *ledger, uint64_t inserted)
{
    return ledger->used ==
           inserted + ledger->already_present + ledger->duplicate_exact +
               ledger->duplicate_conflict + ledger->claims_rejected;
}
