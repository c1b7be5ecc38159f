/* rowproof.h - a load, proved by reading back: every row of the table is one
 * that was planned or one that was there before, and every record of the
 * source, parsed a second time, is found in the table under its key.
 */
#ifndef PROOF_ROWPROOF_H
#define PROOF_ROWPROOF_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "plan/rows.h"
#include "proof/claims.h"
#include "school/rows.h"
#include "school/schema.h"

struct rp_rowproof;

struct rp_rowproof_result {
    uint64_t added;       /* planned rows that were found */
    struct rp_fp kept;    /* all other rows */
    struct rp_fp claimed; /* keys, as the table has them, of all records */
    struct rp_fp planned; /* keys of all planned claims */
    uint64_t held;        /* records whose row equals them, value by value */
};

struct rp_rowproof_request {
    struct rp_db *db;
    const struct rp_row_shape *shape;
    const struct rp_plan *plan;
    const struct rp_table *table; /* as it is now */
};

/* request must live as long as the proof. */
enum rp_status rp_rowproof_open(const struct rp_rowproof_request *request,
                                struct rp_rowproof **out_proof,
                                struct rp_err *err) RP_MUST_CHECK;
/* For the canonical scan of the table. */
struct rp_row_visitor rp_rowproof_visitor(struct rp_rowproof *proof);
/* For a further scan whose digest leaves out what was planned; it counts
 * nothing. */
struct rp_row_visitor rp_rowproof_keeper(struct rp_rowproof *proof);
/* The second parse; facts has room for all sources. */
enum rp_status rp_rowproof_sources(struct rp_rowproof *proof,
                                   const struct rp_claims_request *request,
                                   struct rp_second_facts *facts,
                                   struct rp_err *err) RP_MUST_CHECK;
struct rp_rowproof_result rp_rowproof_result(const struct rp_rowproof *proof);
void rp_rowproof_close(struct rp_rowproof *proof);

#endif
