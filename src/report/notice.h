/* notice.h - what programs are told when a run is over: CI by a JUnit file,
 * monitoring by metrics.
 *
 * Both are functions of this struct.  Unlike the verdict it has a clock in it,
 * and it is there for a run that came to no verdict, too: who watches over
 * runs must hear of those first.  No cell value is in either.
 */
#ifndef REPORT_NOTICE_H
#define REPORT_NOTICE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "proof/verdict.h"

struct rp_notice {
    const char *program; /* "0.1.0" */
    const char *command; /* "migrate" */
    const char *school;  /* the path as it was given, fit to be shown: the
                            same every night */
    int exit_code;
    const char *message; /* why, fit to be shown; "": nothing to say */
    const struct rp_verdict *verdict; /* NULL: none was reached */
    uint64_t finished_s;              /* since 1970 */
    const char *finished;             /* 2026-11-22T15:30:00Z */
    uint64_t duration_ms;
    uint64_t lock_ms; /* how long others had to wait for the school */
    /* When a run of this command on this school last ended with 0; 0: it is
     * not known that one did. */
    uint64_t last_success_s;
};

/* How a file of each kind begins: what begins otherwise was written by somebody
 * else, and is not replaced. */
#define RP_JUNIT_BEGINS                                                        \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rollproof"
#define RP_METRICS_BEGIN "# HELP rollproof_"

/* JUnit XML: the run, each check and each blocking finding is a test. */
void rp_junit(struct rp_buf *out, const struct rp_notice *notice);
/* Prometheus' text format, for node_exporter's textfile collector. */
void rp_metrics(struct rp_buf *out, const struct rp_notice *notice);
/* The last success that metrics of before tell; 0 when they tell none of this
 * command and school. */
uint64_t rp_metrics_last_success(struct rp_slice metrics,
                                 const struct rp_notice *notice);

#endif
