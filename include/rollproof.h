/* rollproof.h - import legacy CSV enrollments into the many-to-many table
 * student_courses of a SQLite database, and prove that nothing was lost.
 *
 * This is the whole public interface; the program `rollproof` uses nothing
 * else.  Every function runs one command from beginning to end and returns
 * its exit code.  Results are written to session->out, progress and remarks to
 * session->talk; why a command failed stands in *message, one line for a
 * person: what, where (file:line, record), why, what to do.
 *
 * A function keeps nothing: all memory, descriptors and locks are given back
 * when it returns, whatever it returns.  Strings in options are borrowed for
 * the time of the call.  NULL and 0 mean "not given" where a comment does not
 * say otherwise.  One session may be used from one thread at a time.
 *
 * Words.  source: a legacy CSV file.  record: one CSV record, it may span
 * lines.  enrollment: one (student, course) claim made by a record.  link: one
 * row of student_courses.  school: the SQLite database.  finding: something
 * about the data worth telling, with a stable code; blocking or a note.
 * verdict: all checks and findings together.  evidence: the folder that
 * records a verdict, a BagIt bag (RFC 8493).
 */
#ifndef ROLLPROOF_H
#define ROLLPROOF_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RP_VERSION "0.1.0"

/* Exit codes of every command. */
enum rp_exit {
    RP_EXIT_DONE = 0,         /* proved, also with exceptions; same */
    RP_EXIT_DIFFERENT = 1,    /* differences found; nothing was written */
    RP_EXIT_UNABLE = 2,       /* no plan was made; nothing was written */
    RP_EXIT_NOT_PROVED = 3,   /* refused, rolled back, evidence written */
    RP_EXIT_UNFINISHED = 4,   /* committed, but the re-read, the evidence or a
                                 file for CI or monitoring failed; the
                                 message says what to do */
    RP_EXIT_BUSY = 75,        /* somebody else held the database */
    RP_EXIT_INTERRUPTED = 130 /* rolled back because *session->stop was set;
                                 a program adds 128 to its own signal */
};

#define RP_MESSAGE_BYTES 2048
struct rp_message {
    char text[RP_MESSAGE_BYTES]; /* NUL-terminated, "" when all went well */
};

/* Where text goes.  bytes is not NUL-terminated. */
struct rp_sink {
    void (*write)(void *ctx, const char *bytes, size_t len);
    void *ctx;
};

/* What all commands share.  Zeroed, plus the two sinks, is a valid one. */
struct rp_session {
    struct rp_sink out;
    struct rp_sink talk;
    bool progress;         /* talk is a terminal: show how far it is */
    bool values;           /* talk is read by a person and kept by nobody:
                              values of cells may be told */
    bool quiet;            /* nothing to talk, and no report to out */
    unsigned wait_seconds; /* for a locked database; RP_WAIT_NONE: do not */
    size_t memory_bytes;   /* 0: 256 MiB; at least 8 MiB */
    unsigned threads;      /* 1 or 2; 0: 2 where there are 2 processors */
    /* Set to non-zero by a signal handler to stop: the run is rolled back.
     * Between COMMIT and the publication of the evidence it is not looked
     * at. */
    const volatile sig_atomic_t *stop;
    const char *const *argv; /* recorded in run.json */
    size_t argc;
};
#define RP_WAIT_DEFAULT 0U /* 30 seconds */
#define RP_WAIT_NONE (~0U)

struct rp_strings {
    const char *const *items;
    size_t count;
};

/* How a source is divided into records and fields. */
struct rp_csv_options {
    const char *delimiter; /* one byte, or tab space comma semicolon pipe */
    const char *quote;     /* one byte; NULL: " */
    bool no_header;        /* the first record is data */
    const char *header;    /* "A,B": names for a source without a header */
};

enum rp_format {
    RP_FORMAT_TEXT,
    RP_FORMAT_JSON,
    RP_FORMAT_HTML,
};

/* Which findings are accepted, and where the evidence goes. */
struct rp_policy_options {
    struct rp_strings accept;    /* CODE=N|P%|all[,...] */
    struct rp_strings leave_out; /* COL[,COL...] */
    struct rp_strings where;     /* COL=VALUE[,VALUE] */
    /* An INI file that states all of this, with reasons and approvers; then
     * no option that it could hold may be given. */
    const char *map;
    /* Only with dry_run: where a map is written that accepts exactly what this
     * run found; must not exist. */
    const char *write_map;
    const char *evidence; /* the bag itself; must not exist */
    enum rp_format format;
    bool dry_run;    /* everything, then ROLLBACK */
    bool full_check; /* integrity_check, foreign_key_check */
};

/* Files for CI and monitoring, written at the end of every run, also of one
 * that was refused or failed, in place of those of the run before. */
struct rp_telling_options {
    const char *junit;   /* JUnit XML */
    const char *metrics; /* Prometheus' text format */
};

struct rp_migrate_options {
    const char *school;
    /* NEW.db: school is only read, a copy of it is migrated, proved, compared
     * with it and then given this name; must not exist. */
    const char *into;
    struct rp_strings sources; /* paths; "-" is standard input */
    const char *student;       /* CSVCOL[+CSVCOL...][=DBCOL[+DBCOL...]] */
    const char *course;
    bool course_index; /* an index on course_id, after the fill */
    /* Links that previous claims and sources do not are removed: as long as
     * they are no more than max_removed, nothing of sources was rejected, and
     * previous was imported with the same mapping and filter, as evidence in
     * SCHOOL.db.evidence or beside the run's own shows. */
    bool sync;
    struct rp_strings previous; /* paths of the delivery before this one */
    const char *max_removed;    /* N, or P% of the links there are; NULL: 0 */
    struct rp_csv_options csv;
    struct rp_policy_options policy;
    struct rp_telling_options telling;
};

/* The main job: plans, hashes, creates, removes, fills, re-hashes, proves,
 * commits and writes evidence, or refuses and rolls back. */
enum rp_exit rp_migrate(const struct rp_session *session,
                        const struct rp_migrate_options *options,
                        struct rp_message *message);

struct rp_load_options {
    const char *school;
    const char *table; /* "students" or "courses" */
    const char *source;
    const char *key;           /* COL[+COL...] */
    struct rp_strings columns; /* COL[,COL...]: only these */
    struct rp_strings rename;  /* OLD=NEW */
    struct rp_csv_options csv;
    /* evidence is written only when a folder is given; leave_out is not
     * used. */
    struct rp_policy_options policy;
};

/* Canonical rows from CSV, proved by reading back.  Creates the database and
 * the table when they are missing. */
enum rp_exit rp_load(const struct rp_session *session,
                     const struct rp_load_options *options,
                     struct rp_message *message);

struct rp_upgrade_options {
    const char *school;
    /* evidence, format, dry_run, full_check; the rest is not used. */
    struct rp_policy_options policy;
};

/* Only creates student_courses, proved and with evidence; there already and
 * fit is done. */
enum rp_exit rp_upgrade(const struct rp_session *session,
                        const struct rp_upgrade_options *options,
                        struct rp_message *message);

struct rp_downgrade_options {
    const char *school;
    const char *export_path; /* NULL: SCHOOL.db.student_courses.csv */
    /* As of upgrade, and leave_out: further columns that may be dropped. */
    struct rp_policy_options policy;
};

/* Exports the links to CSV, reads them back, drops student_courses, proved and
 * with evidence, and prints the line that brings the links back with the same
 * digest. */
enum rp_exit rp_downgrade(const struct rp_session *session,
                          const struct rp_downgrade_options *options,
                          struct rp_message *message);

struct rp_verify_options {
    const char *school;
    /* Folders of evidence and snapshots: does the school still match them? */
    struct rp_strings against;
    struct rp_strings allow; /* added|missing|changed:TABLE[=N|P%][,...] */
    bool all_tables;         /* and not only the three */
    /* When all is well, the first snapshot is replaced by the state that was
     * verified, and rotate_keep old ones are kept: SNAPSHOT.1 ... */
    bool rotate;
    unsigned rotate_keep;
    bool full_check; /* integrity_check, foreign_key_check */
    /* Sources whose enrollments must be links; "-" is standard input. */
    struct rp_strings sources;
    const char *student; /* as in a migration */
    const char *course;
    struct rp_csv_options csv;
    struct rp_strings where;
    struct rp_strings leave_out; /* must be columns; plays no further part */
    struct rp_strings accept;    /* what of the sources can be no link */
    const char *map;             /* the map of a migration, in place of these */
    size_t limit;                /* lines of each list, as in rp_diff_options */
    struct rp_telling_options telling;
};

/* Invariants now: references, duplicates, schema, soundness; is every
 * enrollment of the sources a link, and every link one of theirs; is what was
 * there still there?  One connection that only reads, one transaction. */
enum rp_exit rp_verify(const struct rp_session *session,
                       const struct rp_verify_options *options,
                       struct rp_message *message);

/* Key and hash of every row, digest of every table and the schema, as a file
 * that must not exist: rollproof/snapshot/1.  The same content gives the same
 * bytes.  It holds keys and no other value. */
enum rp_exit rp_snapshot(const struct rp_session *session, const char *school,
                         const char *out, struct rp_message *message);

struct rp_diff_options {
    const char *a; /* a school or a snapshot, from */
    const char *b; /* ... to this one */
    /* Rows that are named, of each table and each kind of difference; 0: 20.
     * Numbers are of all rows in any case. */
    size_t limit;
    enum rp_format format; /* text, or JSON: one object a line */
};
#define RP_SHOW_NONE (~(size_t)0)
#define RP_SHOW_ALL (RP_SHOW_NONE - 1)

/* Rows that are missing, added or changed, and changes of the schema; values
 * of changed rows where both are schools.  Writes nothing. */
enum rp_exit rp_diff(const struct rp_session *session,
                     const struct rp_diff_options *options,
                     struct rp_message *message);

/* All columns of the courses of a student, or of the students of a course, as
 * CSV with a header, by id.  who is an id or COL=VALUE. */
enum rp_exit rp_courses(const struct rp_session *session, const char *school,
                        const char *who, struct rp_message *message);
enum rp_exit rp_students(const struct rp_session *session, const char *school,
                         const char *which, struct rp_message *message);

/* Add or remove links, all or none.  What is so already is done; what is
 * unknown stops everything. */
struct rp_link_options {
    const char *school;
    const char *student;       /* an id or COL=VALUE */
    struct rp_strings courses; /* likewise */
};
enum rp_exit rp_enroll(const struct rp_session *session,
                       const struct rp_link_options *options,
                       struct rp_message *message);
enum rp_exit rp_withdraw(const struct rp_session *session,
                         const struct rp_link_options *options,
                         struct rp_message *message);

struct rp_status_options {
    const char *school;
    bool finish; /* complete and publish evidence of an interrupted run */
    const char *evidence; /* of this folder; NULL: SCHOOL.db.evidence/ */
};

/* Migrated or not, counts, digests, last evidence, hot journal, unfinished
 * evidence. */
enum rp_exit rp_status(const struct rp_session *session,
                       const struct rp_status_options *options,
                       struct rp_message *message);

struct rp_check_options {
    const char *evidence; /* a bag, or a folder of bags: all of them */
    bool alone; /* a bag only, and not the runs before it that lie beside it */
};

/* Is the folder complete and unaltered, and is each run there that comes before
 * it?  Needs no database. */
enum rp_exit rp_check_evidence(const struct rp_session *session,
                               const struct rp_check_options *options,
                               struct rp_message *message);

/* Copies evidence to out, a new folder, without values of cells and names of
 * persons; each of both names the other. */
enum rp_exit rp_share(const struct rp_session *session, const char *evidence,
                      const char *out, struct rp_message *message);

/* Plants one fault of each class in a scratch school under TMPDIR and asks the
 * verifier about each: a table of what caught it.  RP_EXIT_DIFFERENT when one
 * was not caught, or something where nothing was planted. */
enum rp_exit rp_self_test(const struct rp_session *session,
                          struct rp_message *message);

/* Prints a verdict again, when nobody altered the evidence. */
enum rp_exit rp_report(const struct rp_session *session, const char *evidence,
                       enum rp_format format, struct rp_message *message);

/* The codes of all blocking findings, which --accept takes, in the order of
 * decision; NULL behind the last. */
const char *rp_blocking_code(size_t index);

/* The word of words that was most likely meant; -1 when none is near. */
int rp_nearest_word(const char *word, const char *const *words, size_t count);

#ifdef __cplusplus
}
#endif

#endif
