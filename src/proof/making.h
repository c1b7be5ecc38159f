/* making.h - the checks while they are made: shared by checks.c, of a run that
 * imports, and changechecks.c, of one that only changes the schema.
 *
 * Each renders what is expected and what is there in the same form; it passes
 * when the two texts are equal.
 */
#ifndef PROOF_MAKING_H
#define PROOF_MAKING_H

#include "base/buf.h"
#include "base/err.h"
#include "proof/checks.h"
#include "proof/verdict.h"

struct rp_making {
    struct rp_verdict *verdict;
    const struct rp_proof *proof;
    struct rp_buf expected;
    struct rp_buf actual;
};

/* Room for the checks of verdict, which has none yet; to be closed whatever
 * is returned. */
enum rp_status rp_making_open(struct rp_making *making,
                              struct rp_verdict *verdict,
                              const struct rp_proof *proof, struct rp_err *err)
    RP_MUST_CHECK;
void rp_making_close(struct rp_making *making);
/* Takes the two texts. */
enum rp_status rp_making_add(struct rp_making *making, const char *id,
                             struct rp_err *err) RP_MUST_CHECK;
/* "N rows, sha256 ...", of a table that is there. */
void rp_making_digest(struct rp_buf *out, const struct rp_digest *digest);

/* One check each, of what verdict and proof have. */
enum rp_status rp_making_bytes(struct rp_making *making, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_making_records(struct rp_making *making, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_making_enrollments(struct rp_making *making,
                                     struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_making_bystanders(struct rp_making *making,
                                    struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_making_references(struct rp_making *making,
                                    struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_making_sound(struct rp_making *making, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_making_reread(struct rp_making *making, struct rp_err *err)
    RP_MUST_CHECK;

#endif
