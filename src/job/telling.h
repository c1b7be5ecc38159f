/* telling.h - the files for CI and monitoring, --junit and --metrics.
 *
 * They are written at the end of every run, and of those that came to nothing
 * before all others: an alert that is only fed by good runs never fires.
 * Whether they can be written is looked at first, before anything is read.
 */
#ifndef JOB_TELLING_H
#define JOB_TELLING_H

#include <stdint.h>

#include "base/err.h"
#include "proof/verdict.h"
#include "rollproof.h"

struct rp_telling {
    const struct rp_telling_options *options;
    const char *command;
    const char *school;
    uint64_t began_ms;
};

/* RP_E_USAGE or RP_E_IO for a file that cannot be or must not be written: a
 * folder that is not there, a file that something else wrote, the inside of
 * evidence.  telling is fit for rp_telling_end in any case. */
enum rp_status rp_telling_begin(const struct rp_telling_options *options,
                                const char *command, const char *school,
                                struct rp_telling *telling, struct rp_err *err)
    RP_MUST_CHECK;

struct rp_ending {
    const struct rp_verdict *verdict; /* NULL: none was reached */
    uint64_t lock_ms;
    enum rp_exit exit_code;
};
/* Writes what was asked for and gives the exit code.  A file that cannot be
 * written is told in message, behind what stands there, and takes a 0 away
 * from who would believe an old file: 4 when the run was committed, which it
 * stays, else 2. */
enum rp_exit rp_telling_end(const struct rp_telling *telling,
                            const struct rp_ending *end,
                            struct rp_message *message);

#endif
