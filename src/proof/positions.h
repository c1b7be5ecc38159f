/* positions.h - where findings are: of each code the first ones, so that a
 * report can name them without the values of cells that findings.csv holds.
 */
#ifndef PROOF_POSITIONS_H
#define PROOF_POSITIONS_H

#include "base/err.h"
#include "plan/findings.h"
#include "proof/verdict.h"

/* Once, when all findings are there; the verdict's findings must be. */
enum rp_status rp_assemble_positions(struct rp_verdict *verdict,
                                     const struct rp_findings *findings,
                                     struct rp_err *err) RP_MUST_CHECK;

#endif
