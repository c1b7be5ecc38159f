/* exported.h - links that were written to a file, read back out of it by the
 * verifier's own parser before the table that held them goes.
 *
 * What the file holds is what `rollproof migrate` will find in it: the digest
 * of its links must be that of the table.
 */
#ifndef PROOF_EXPORTED_H
#define PROOF_EXPORTED_H

#include <stdint.h>

#include "base/err.h"
#include "base/input.h"
#include "base/limits.h"
#include "proof/verdict.h"
#include "school/schema.h"

/* The first line of the file, and all that makes it a source. */
#define RP_EXPORT_HEADER "student_id,course_id\n"

struct rp_exported {
    uint64_t bytes;
    char sha256[RP_SHA256_HEX]; /* of the file */
    uint64_t bytes_header;      /* 0: there is none, so the first link is one */
    uint64_t bytes_links;
    uint64_t records; /* without the header */
    uint64_t strange; /* of these: no two ids, or not behind the one before */
    char links_sha256[RP_SHA256_HEX]; /* proof/linkdigest.h */
};

enum rp_status rp_exported_read(const struct rp_input *input,
                                struct rp_exported *out_exported,
                                struct rp_err *err) RP_MUST_CHECK;

/* The file as the verdict's only source, called name, and what of its columns
 * a migration would do: the way back. */
struct rp_exported_report {
    const struct rp_exported *exported;
    const char *name;
    const struct rp_table *students;
    const struct rp_table *courses;
    uint64_t links; /* rows that the table held */
};
enum rp_status rp_exported_report(struct rp_verdict *verdict,
                                  const struct rp_exported_report *report,
                                  struct rp_err *err) RP_MUST_CHECK;

#endif
