/* verifying.h - verify while it runs: shared by verify.c, which begins and
 * ends, looking.c, which looks at the school, claimed.c, which looks at
 * sources, and against.c, which compares with states of before.
 *
 * What was asked for is understood before the school is opened; everything
 * that is read of it is read in one transaction.
 */
#ifndef JOB_VERIFYING_H
#define JOB_VERIFYING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/show.h"
#include "job/allow.h"
#include "job/map.h"
#include "job/progress.h"
#include "job/session.h"
#include "job/shape.h"
#include "job/sources.h"
#include "job/telling.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "proof/keyrings.h"
#include "proof/linkwatch.h"
#include "proof/pairs.h"
#include "proof/presence.h"
#include "proof/snapfile.h"
#include "proof/state.h"
#include "proof/verification.h"
#include "rollproof.h"
#include "school/db.h"
#include "school/keys.h"
#include "school/rows.h"
#include "school/schema.h"
#include "source/mapping.h"

/* Of the memory: for sorting rows that no key names. */
#define RP_ROWS_SHARE 4
/* Lines of each list, where --limit does not say otherwise. */
#define RP_LISTED_DEFAULT 20

/* One state of before. */
struct rp_reference {
    const char *path;
    char name[RP_SHOWN_BYTES]; /* as given, shown */
    struct rp_verdict verdict; /* of evidence */
    struct rp_snapfile *file;  /* a snapshot; NULL: evidence */
    struct rp_state state;
};

struct rp_verifying {
    const struct rp_session *session;
    const struct rp_verify_options *options; /* those of the map put in */
    struct rp_map map;
    struct rp_progress progress;
    struct rp_listing_room room;
    struct rp_allow allow;
    struct rp_reference *references; /* one per options->against */
    /* Sources. */
    struct rp_policy policy;
    struct rp_dialect_asked dialect;
    struct rp_mapping *mapping;
    struct rp_sources sources;
    struct rp_layouter layouter;
    struct rp_plan *plan; /* opened only */
    struct rp_ticker ticker;
    struct rp_key_shape student;
    struct rp_key_shape course;
    struct rp_key_reader *student_reader;
    struct rp_key_reader *course_reader;
    struct rp_unusable_visitor unusable_visitor;
    struct rp_presence_visitor presence_visitor;
    struct rp_pairs_request claims;
    struct rp_pairs *pairs;
    struct rp_presence *presence;
    struct rp_source_answer answer;
    /* The school. */
    struct rp_db *db;
    struct rp_schema *schema;
    struct rp_digest *digests;    /* one per table of the schema */
    const struct rp_table *links; /* NULL: schema_trouble says why */
    char schema_trouble[RP_ERR_TEXT_BYTES];
    struct rp_keyrings keys;
    struct rp_linkwatch_result watched;
    struct rp_buf soundness;
    uint64_t lock_ms; /* how long writers had to wait for us */
    struct rp_telling telling;
    /* With --rotate: the snapshot, and the one that takes its place. */
    const char *rotates;
    char rotates_shown[RP_SHOWN_BYTES];
    struct rp_newfile *next;
    struct rp_buf line; /* scratch */
    struct rp_verification found;
};

/* looking.c: the school as it is, and all that is made of it. */
enum rp_status rp_verifying_look(struct rp_verifying *verifying,
                                 struct rp_err *err) RP_MUST_CHECK;
/* The index of the table of that name, -1 when it is not there. */
int rp_verifying_table(const struct rp_verifying *verifying, const char *name);
/* students, courses, student_courses: what is looked at without
 * --all-tables. */
#define RP_FIRST_TABLES 3
const char *rp_first_table(size_t index);
bool rp_is_first_table(const char *name);
bool rp_verifying_in_scope(const struct rp_verifying *verifying,
                           const char *table);

/* claimed.c: an option about sources, where there is none, is a mistake that
 * must not end in "all is well". */
enum rp_status rp_claimed_check(const struct rp_verify_options *options,
                                struct rp_err *err) RP_MUST_CHECK;
/* What was asked for, before the school is opened. */
enum rp_status rp_claimed_understand(struct rp_verifying *verifying,
                                     struct rp_err *err) RP_MUST_CHECK;
/* Headers and layouts, before the transaction. */
enum rp_status rp_claimed_open(struct rp_verifying *verifying,
                               struct rp_err *err) RP_MUST_CHECK;
/* Which columns are the keys: the shapes. */
enum rp_status rp_claimed_shapes(struct rp_verifying *verifying,
                                 const struct rp_table *students,
                                 const struct rp_table *courses,
                                 struct rp_err *err) RP_MUST_CHECK;
/* Reads the sources; afterwards verifying->presence follows the links. */
enum rp_status rp_claimed_read(struct rp_verifying *verifying,
                               struct rp_err *err) RP_MUST_CHECK;
/* After the scan: counts, findings, checks. */
enum rp_status rp_claimed_finish(struct rp_verifying *verifying,
                                 struct rp_err *err) RP_MUST_CHECK;
void rp_claimed_release(struct rp_verifying *verifying);

/* rotating.c: locks the snapshot that is going to be replaced, if one is. */
enum rp_status rp_rotating_begin(struct rp_verifying *verifying,
                                 struct rp_err *err) RP_MUST_CHECK;
/* Reads all tables into the new snapshot and their digests; visitor, or NULL,
 * watches the links. */
enum rp_status rp_rotating_scan(struct rp_verifying *verifying,
                                const struct rp_row_visitor *visitor,
                                struct rp_err *err) RP_MUST_CHECK;
/* Replaces the snapshot when the school was verified. */
enum rp_status rp_rotating_end(struct rp_verifying *verifying, bool verified,
                               struct rp_err *err) RP_MUST_CHECK;

/* against.c: a folder is evidence, anything else a snapshot. */
bool rp_against_is_evidence(const char *path);
/* Reads what was given by --against. */
enum rp_status rp_against_open(struct rp_verifying *verifying,
                               struct rp_err *err) RP_MUST_CHECK;
/* Is there a table of that name in any of them? */
bool rp_against_knows(const struct rp_verifying *verifying, const char *table);
/* Compares with all of them: comparisons and checks. */
enum rp_status rp_against_compare(struct rp_verifying *verifying,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_against_release(struct rp_verifying *verifying);

/* verify.c: rp_verify, and before it forgets what it found, it is shown. */
struct rp_verify_watcher {
    void (*see)(void *ctx, const struct rp_verification *found);
    void *ctx;
};
enum rp_exit rp_verify_watched(const struct rp_session *session,
                               const struct rp_verify_options *options,
                               const struct rp_verify_watcher *watcher,
                               struct rp_message *message);

/* verify.c: a check that passed or not; the texts are taken from two buffers.
 */
enum rp_status rp_verifying_check(struct rp_verifying *verifying,
                                  const char *id, enum rp_result result,
                                  struct rp_buf texts[2], struct rp_err *err)
    RP_MUST_CHECK;

#endif
