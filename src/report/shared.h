/* shared.h - a copy of evidence that may be shown to anybody.
 *
 * It lacks every value of a cell and every name of a person or a machine:
 * rejects/, collapsed.csv, sample.csv and map.ini stay out, as does every file
 * that is not known here; findings.csv loses its keys, the verdict the values
 * of
 * --where, reasons and approvers, and run.json who ran it where and with which
 * arguments.
 *
 * The copy is a function of the payload of the original and of nothing else.
 * So the manifest that it will have is known when the original is published,
 * and each can name the other: nobody can pass something else for the copy.
 */
#ifndef REPORT_SHARED_H
#define REPORT_SHARED_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "report/bag.h"
#include "report/bagsource.h"

/* The payload of the shared copy of from, into to.  out_left_out gets the names
 * of the files that are not in it, a line each.  RP_E_USAGE when from is a
 * shared copy already. */
enum rp_status rp_shared_put(const struct rp_bagsource *from, struct rp_bag *to,
                             struct rp_buf *out_left_out, struct rp_err *err)
    RP_MUST_CHECK;
/* The SHA-256 of the manifest that the shared copy of from has; "" when from
 * has a verdict that is too long to be read back, and so cannot be shared. */
enum rp_status rp_shared_manifest(const struct rp_bagsource *from,
                                  char out_sha256[RP_SHA256_HEX],
                                  struct rp_err *err) RP_MUST_CHECK;

#endif
