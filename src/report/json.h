/* json.h - the verdict as verdict.json, schema rollproof/verdict/1, and back
 * (the jansson door).
 *
 * Written in a fixed order, with two blanks of indent and a final newline: the
 * same verdict gives the same bytes, and what was read is written as it was.
 *
 * Since a verdict is evidence, nothing in it is passed over or guessed: one of
 * another schema, and one that this version would write otherwise, by a member
 * or a byte, is refused and the version named that wrote it.  A release that
 * adds or takes away a member, or a word, counts the schema up.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "proof/verdict.h"
#include "report/libraries.h"

#define RP_VERDICT_SCHEMA "rollproof/verdict/1"

enum rp_status rp_json_verdict(struct rp_buf *out,
                               const struct rp_verdict *verdict,
                               struct rp_err *err) RP_MUST_CHECK;
/* Reads what rp_json_verdict wrote; what lacks a member, has one more, one of
 * another type or another schema is RP_E_IO naming it.  name is for messages.
 * out_verdict is released by the caller. */
enum rp_status rp_json_read(struct rp_slice text, const char *name,
                            struct rp_verdict *out_verdict, struct rp_err *err)
    RP_MUST_CHECK;

/* What of a run must not reach a verdict: run.json.  Texts may hold any byte;
 * NULL is written as null. */
struct rp_run {
    const char *started; /* 2026-11-22T15:30:00Z */
    const char *finished;
    const char *host;
    const char *user;
    const char *folder;   /* where it was started */
    const char *database; /* absolute paths */
    const char *evidence;
    const char *const *argv;
    size_t argc;
    uint64_t lock_ms;     /* how long the database was locked */
    const char *program;  /* its version; rp_evidence_publish knows it */
    const char *way_back; /* the line that undoes it; NULL is left out */
    const struct rp_libraries *libraries; /* NULL: nobody looked yet */
};
/* Adds the versions of program, compiler and libraries, and the path and
 * SHA-256 of every shared library in this process (/proc/self/maps), sorted by
 * path.  What cannot be read there is null: it must not keep evidence from
 * being published. */
enum rp_status rp_json_run(struct rp_buf *out, const struct rp_run *run,
                           struct rp_err *err) RP_MUST_CHECK;

/* How long that run locked the database; name is for messages. */
enum rp_status rp_json_run_lock(struct rp_slice run, const char *name,
                                uint64_t *out_lock_ms, struct rp_err *err)
    RP_MUST_CHECK;

/* run.json without what tells who ran it, and where: host, user, folders,
 * paths and arguments are null, libraries have their names only. */
enum rp_status rp_json_run_shared(struct rp_slice run, struct rp_buf *out,
                                  struct rp_err *err) RP_MUST_CHECK;

#endif
