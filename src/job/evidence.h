/* evidence.h - reading a verdict out of a folder of evidence, and keeping
 * everything else out of it. */
#ifndef JOB_EVIDENCE_H
#define JOB_EVIDENCE_H

#include "base/buf.h"
#include "base/err.h"
#include "proof/verdict.h"

/* data/NAME of a published bag, all of it; a file that a report can be has a
 * bounded size. */
enum rp_status rp_evidence_file(const char *evidence, const char *name,
                                struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;
/* RP_E_IO that names the first of the problems. */
enum rp_status rp_evidence_refuse(const char *evidence,
                                  const struct rp_buf *problems,
                                  struct rp_err *err);
/* The folder must be complete and unaltered, else RP_E_IO names the first
 * problem; the verdict is released by the caller. */
enum rp_status rp_evidence_verdict(const char *evidence,
                                   struct rp_verdict *out_verdict,
                                   struct rp_err *err) RP_MUST_CHECK;

/* RP_E_USAGE when evidence is a folder that holds runs and is none itself; it
 * names the latest. */
enum rp_status rp_evidence_one(const char *evidence, struct rp_err *err)
    RP_MUST_CHECK;
/* RP_E_USAGE when what is to be made at path would be inside evidence, which
 * nothing may be added to; option, like "--export ", or "", comes before the
 * path.  NULL is nowhere. */
enum rp_status rp_evidence_outside(const char *option, const char *path,
                                   struct rp_err *err) RP_MUST_CHECK;

#endif
