/* session.h - what every job needs: talking, exit codes, opening the school.
 */
#ifndef JOB_SESSION_H
#define JOB_SESSION_H

#include <stdint.h>

#include "base/buf.h"
#include "base/dialect.h"
#include "base/err.h"
#include "base/show.h"
#include "rollproof.h"
#include "school/db.h"

/* One line to talk, unless quiet. */
void rp_talk(const struct rp_session *session, const char *fmt, ...)
    RP_PRINTF(2, 3);
/* How long a run locked the school. */
void rp_talk_lock(const struct rp_session *session, uint64_t lock_ms);
void rp_print(const struct rp_session *session, const struct rp_buf *text);

/* Moves err's text into message and gives the exit code. */
enum rp_exit rp_exit_of(enum rp_status status, const struct rp_err *err,
                        struct rp_message *message);

/* The last part of a path, fit to be shown. */
const char *rp_path_name(const char *path, char shown[RP_SHOWN_BYTES]);

size_t rp_session_memory(const struct rp_session *session);
enum rp_status rp_session_open(const struct rp_session *session,
                               const char *school, enum rp_db_mode mode,
                               struct rp_db **out_db, struct rp_err *err)
    RP_MUST_CHECK;
/* 1 or 2: what was asked for, else as many as there are processors. */
unsigned rp_session_threads(const struct rp_session *session);
/* RP_E_INTERRUPTED when somebody asked to stop. */
enum rp_status rp_session_stopped(const struct rp_session *session,
                                  struct rp_err *err) RP_MUST_CHECK;

/* Milliseconds of a clock that only goes forward. */
uint64_t rp_now_ms(void);
/* 20261122T153000Z and 2026-11-22T15:30:00Z of the wall clock. */
void rp_now_utc(char compact[20], char iso[24]);

/* The dialect as asked for; names live until rp_dialect_release. */
struct rp_dialect_asked {
    struct rp_dialect dialect;
    struct rp_slice delimiter_name;
    struct rp_slice *names;
    unsigned char *bytes;
};
enum rp_status rp_dialect_parse(const struct rp_csv_options *options,
                                struct rp_dialect_asked *out_asked,
                                struct rp_err *err) RP_MUST_CHECK;
void rp_dialect_release(struct rp_dialect_asked *asked);

#endif
