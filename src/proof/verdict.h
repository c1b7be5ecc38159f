/* verdict.h - all checks and findings together: the model of every report.
 *
 * Text, JSON and HTML are functions of this struct and of nothing else,
 * and it can be read back from verdict.json (report/json).  It holds no cell
 * value of any source or table, no clock, host, path or pointer: the same
 * input gives the same verdict, byte for byte.
 *
 * Strings are NUL-terminated, valid UTF-8 (made so by rp_show), and belong to
 * the arena.
 */
#ifndef PROOF_VERDICT_H
#define PROOF_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/finding.h"
#include "base/limits.h"

enum rp_outcome {
    RP_PROVED,
    RP_PROVED_WITH_EXCEPTIONS,
    RP_NOT_PROVED,
};

enum rp_role {
    RP_ROLE_PRESERVED, /* students, courses: nothing may change */
    RP_ROLE_DECLARED,  /* what this run is for */
    RP_ROLE_BYSTANDER, /* every other table: nothing may change */
};

enum rp_result {
    RP_PASS,
    RP_FAIL,
    RP_SKIPPED,
};

struct rp_names {
    const char **items;
    size_t count;
};

/* One side of the mapping: these CSV columns are these columns of table. */
struct rp_side {
    const char *table; /* "students"; NULL when the side has no part */
    struct rp_names csv;
    struct rp_names db;
};

/* total = used + blank + filtered + rejected */
struct rp_record_counts {
    uint64_t total, used, blank, filtered, rejected;
    bool balanced;
};

/* total = inserted + already_present + duplicate_exact + duplicate_conflict
 * + rejected; inserted was read back from the database.  In a load these are
 * rows of the table. */
struct rp_enrollment_counts {
    uint64_t total, inserted, already_present;
    uint64_t duplicate_exact, duplicate_conflict, rejected;
    bool balanced;
};

struct rp_source_report {
    const char *name;
    uint64_t bytes;
    const char *sha256;
    const char *encoding;
    const char *delimiter; /* "comma" "semicolon" "tab" "space" "pipe", or
                              the character itself */
    const char *quote;
    const char *newline;
    struct rp_names header;
    /* Which columns of this source are the keys, and which ones a load puts
     * into the table: "#1", "#2", since a header may say a name twice. */
    struct rp_names student, course, carried;
    uint64_t bytes_bom;
    uint64_t bytes_header;
    uint64_t bytes_records;
    uint64_t bytes_blank;
    uint64_t bytes_rejected;
    bool bytes_balanced;
    struct rp_record_counts records;
    /* Which source a row came from cannot be read back, so here inserted is
     * what was planned; together they must be what was read back. */
    struct rp_enrollment_counts enrollments;
};

/* Where a finding is.  A number that does not apply is 0, a text NULL; a span
 * of bytes applies when it is not empty. */
struct rp_position {
    size_t source; /* 1 is the first; 0: of no source */
    uint64_t record;
    uint64_t first_line, last_line;
    uint64_t byte_start, byte_end;
    const char *disposition;
    const char *column; /* or table, or schema object */
};

struct rp_finding_report {
    enum rp_code code;
    bool accepted;
    uint64_t count;
    const char *limit;  /* as written: "3", "2%", "all"; NULL without one */
    const char *detail; /* names of columns or objects, never a cell value;
                           NULL when there is nothing to add */
    uint64_t listed;    /* rows of findings.csv */
    /* The first of them, up to RP_POSITIONS_MAX. */
    struct rp_position *positions;
    size_t position_count;
    /* Of an acceptance that a map states; NULL: not stated. */
    const char *reason;
    const char *approved_by;
};

struct rp_table_report {
    const char *table;
    enum rp_role role;
    bool there_before, there_after; /* the other fields count only then */
    uint64_t rows_before, rows_after;
    const char *digest_before, *digest_after;           /* SHA-256, hex */
    const char *fingerprint_before, *fingerprint_after; /* XXH3-128, hex */
    uint64_t missing, added, changed;
    bool same;
};

/* A source of the delivery before this one.  What it claims is counted as if
 * nothing were linked: inserted are its distinct claims. */
struct rp_earlier_report {
    struct rp_source_report source;
    bool imported;     /* a committed run among the evidence read it */
    bool same_mapping; /* with the mapping and filter of this run */
};

/* A run that makes the links those of a delivery: what the one before it
 * claimed and this one does not is removed.
 * claims = kept + gone + removed; of the links of before, those elsewhere are
 * claimed by neither. */
struct rp_sync_report {
    struct rp_earlier_report *earlier;
    size_t earlier_count;
    uint64_t claims, kept, gone, removed;
    uint64_t links_before, elsewhere;
    const char *max_removed; /* as written: "3", "2%" */
    const char *forbidden;   /* why nothing may be removed; NULL: it may */
};

struct rp_check {
    const char *id;
    enum rp_result result;
    const char *expected;
    const char *actual;
};

struct rp_verdict {
    struct rp_arena arena;
    const char *program;  /* "0.1.0" */
    const char *command;  /* "migrate" "load" "upgrade" "downgrade" */
    const char *school;   /* name of the database, without folders */
    const char *declared; /* the table this run may change */
    enum rp_outcome outcome;
    bool committed;
    bool dry_run;
    bool shared; /* of a copy that holds no values (report/shared) */
    struct rp_side student;
    struct rp_side course;
    struct rp_side carried; /* of a load: what goes where */
    struct rp_names where;  /* "COL=VALUE,VALUE" as asked for */
    struct rp_names left_out;
    const char *map;        /* name of the file that stated all this, without
                               folders; NULL: options did */
    const char *map_sha256; /* of its bytes, which are data/map.ini */
    struct rp_source_report *sources;
    size_t source_count;
    struct rp_record_counts records;
    struct rp_enrollment_counts enrollments;
    struct rp_sync_report *sync;        /* NULL: nothing is removed */
    struct rp_finding_report *findings; /* in the order of enum rp_code */
    size_t finding_count;
    uint64_t listed;                /* rows of findings.csv */
    struct rp_table_report *tables; /* students, courses, student_courses,
                                       then bystanders by name */
    size_t table_count;
    struct rp_check *checks;
    size_t check_count;
};

/* What the run was for, as its command tells. */
enum rp_kind {
    RP_KIND_MIGRATE,
    RP_KIND_LOAD,
    RP_KIND_UPGRADE,   /* makes student_courses; reads no source */
    RP_KIND_DOWNGRADE, /* drops it; its source is the file that has the links */
};
enum rp_kind rp_verdict_kind(const struct rp_verdict *verdict);

const char *rp_outcome_name(enum rp_outcome outcome); /* "proved" ... */
const char *rp_role_name(enum rp_role role);
const char *rp_result_name(enum rp_result result);

/* Sets outcome from checks and findings: not-proved when a check failed or
 * was skipped (committed-state-reread may be skipped when dry_run or when
 * nothing was committed), or a blocking finding is not accepted; otherwise
 * with exceptions when one was accepted. */
void rp_verdict_decide(struct rp_verdict *verdict);
/* May the transaction be committed?  As rp_verdict_decide, without
 * committed-state-reread. */
bool rp_verdict_allows_commit(const struct rp_verdict *verdict);
/* Sets the check of that id, which must be among checks. */
void rp_verdict_set_check(struct rp_verdict *verdict,
                          const struct rp_check *check);
const struct rp_check *rp_verdict_check(const struct rp_verdict *verdict,
                                        const char *id);
void rp_verdict_release(struct rp_verdict *verdict);

#endif
