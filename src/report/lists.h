/* lists.h - the CSV lists of the evidence, and the hashes of the sources.
 *
 * Only findings.csv may hold values of cells.  Texts are made fit for a
 * spreadsheet (rp_show_cell); lines end in LF; a number that does not apply is
 * an empty field.
 */
#ifndef REPORT_LISTS_H
#define REPORT_LISTS_H

#include "base/err.h"
#include "report/bag.h"
#include "report/evidence.h"

#define RP_FINDINGS_HEADER                                                     \
    "source,record,first_line,last_line,byte_start,byte_end,code,"             \
    "disposition,column,key,remedy\n"
enum rp_status rp_lists_findings(struct rp_bag *bag,
                                 const struct rp_evidence *evidence,
                                 struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_lists_tables(struct rp_bag *bag,
                               const struct rp_verdict *verdict,
                               struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_lists_sample(struct rp_bag *bag,
                               const struct rp_evidence *evidence,
                               struct rp_err *err) RP_MUST_CHECK;
/* Source N as in rejects/N.csv; no file when there is nothing to list. */
enum rp_status rp_lists_already(struct rp_bag *bag,
                                const struct rp_evidence *evidence,
                                struct rp_err *err) RP_MUST_CHECK;
/* Links that were removed, and the record of the previous delivery that claimed
 * each first; no file when there are none. */
enum rp_status rp_lists_removed(struct rp_bag *bag,
                                const struct rp_evidence *evidence,
                                struct rp_err *err) RP_MUST_CHECK;
/* As sha256sum writes it, one line per source, in their order, then those of
 * the previous delivery. */
enum rp_status rp_lists_inputs(struct rp_bag *bag,
                               const struct rp_verdict *verdict,
                               struct rp_err *err) RP_MUST_CHECK;

#endif
