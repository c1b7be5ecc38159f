/* selftest.h - the self-test while it runs: shared by selftest.c, which begins,
 * asks and tells, scratch.c, which makes the school that faults are planted
 * in, and faults.c, which plants them.
 *
 * Everything happens in one new folder that is removed at the end.  Faults are
 * planted behind the verifier's back: by SQL on a copy of the school, in bytes
 * of files, or by triggers that act while an import runs.
 */
#ifndef JOB_SELFTEST_H
#define JOB_SELFTEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "rollproof.h"

/* Names of files within the folder. */
#define RP_SCRATCH_EMPTY "before.db"   /* parents, and no links yet */
#define RP_SCRATCH_SCHOOL "school.db"  /* migrated */
#define RP_SCRATCH_COPY "copy.db"      /* of one of these; faults go here */
#define RP_SCRATCH_SOURCE "autumn.csv" /* what was migrated first */
#define RP_SCRATCH_SECOND "spring.csv" /* and then */
#define RP_SCRATCH_DAMAGED "altered.csv"
#define RP_SCRATCH_SNAPSHOT "school.snapshot"
#define RP_SCRATCH_EVIDENCE "evidence" /* holds the two runs */
#define RP_SCRATCH_FIRST_RUN RP_SCRATCH_EVIDENCE "/1-autumn"
#define RP_SCRATCH_LAST_RUN RP_SCRATCH_EVIDENCE "/2-spring"

struct rp_scratch {
    struct rp_session session; /* quiet */
    struct rp_buf folder;
    struct rp_arena paths;
    unsigned imports; /* faulty ones, each with evidence of its own */
    /* What caught the fault that was planted last: ids of checks, or the words
     * of a refusal; empty when nothing did. */
    struct rp_buf caught;
};

/* scratch.c: the folder, the school in it, its evidence and its snapshot. */
enum rp_status rp_scratch_make(struct rp_scratch *scratch,
                               const struct rp_session *session,
                               struct rp_err *err) RP_MUST_CHECK;
/* Removes the folder with all that is in it. */
void rp_scratch_remove(struct rp_scratch *scratch);
/* folder/name, as long as the scratch lives; NULL without memory. */
const char *rp_scratch_path(struct rp_scratch *scratch, const char *name);
enum rp_status rp_scratch_read(struct rp_scratch *scratch, const char *name,
                               struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_scratch_write(struct rp_scratch *scratch, const char *name,
                                struct rp_slice bytes, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_scratch_copy(struct rp_scratch *scratch, const char *from,
                               const char *to, struct rp_err *err)
    RP_MUST_CHECK;
/* Runs sql on the copy, with foreign keys off, and commits. */
enum rp_status rp_scratch_sql(struct rp_scratch *scratch, const char *sql,
                              struct rp_err *err) RP_MUST_CHECK;
/* Imports a source into the school called name; *out_exit as rp_migrate. */
struct rp_scratch_import {
    const char *name;
    const char *source;
    const char *evidence;
};
enum rp_status rp_scratch_migrate(struct rp_scratch *scratch,
                                  const struct rp_scratch_import *import,
                                  enum rp_exit *out_exit, struct rp_err *err)
    RP_MUST_CHECK;

/* faults.c: what is planted, how the verifier is asked, and what it says is
 * left in scratch->caught. */
struct rp_fault {
    const char *name; /* "a student's row deleted" */
    enum rp_status (*plant)(struct rp_scratch *scratch, const char *what,
                            struct rp_err *err);
    const char *what; /* SQL, or which bytes */
};
extern const struct rp_fault rp_faults[];
extern const size_t rp_fault_count;

#endif
