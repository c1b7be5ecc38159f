/* map.h - a map: mapping, filters and policy of a migration in an INI file.
 *
 *     [mapping]        student, course, leave-out, course-index
 *                      of a load: key, columns, rename
 *     [source]         header, no-header, delimiter, quote, where
 *     [policy]         check; of a migration: max-removed
 *     [accept CODE]    limit, reason, approved-by
 *
 * Keys are called like the options and hold what these do; leave-out, columns,
 * rename and where may stand several times.  Everything that decides what is
 * imported can stand in it, and where there is a map none of it may come from
 * an option: who approves the file approves all of it.
 *
 * Every value is looked at where it stands, so that RP_E_USAGE names its line.
 * What only a source or a school can tell is left to them.
 */
#ifndef JOB_MAP_H
#define JOB_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/sha256.h"
#include "plan/plan.h"
#include "plan/policy.h"
#include "proof/verdict.h"
#include "rollproof.h"
#include "school/keys.h"
#include "source/mapping.h"

/* Who reads it.  To verify is to ask about a migration: that reads its map. */
enum rp_map_use {
    RP_MAP_MIGRATE = 1,
    RP_MAP_LOAD = 2,
    RP_MAP_VERIFY = 4,
};

struct rp_map_list {
    const char **items;
    size_t count;
    size_t capacity;
};

struct rp_map_accept {
    size_t line; /* of the heading; 0: there is none */
    const char *limit;
    const char *reason; /* NULL: not stated */
    const char *approved_by;
};

/* All-zero is a map that says nothing. */
struct rp_map {
    struct rp_arena arena;
    struct rp_buf bytes; /* the file */
    const char *name;    /* the last part of its path, fit to be shown */
    char sha256[RP_SHA256_HEX];
    const char *student; /* NULL where nothing is said */
    const char *course;
    bool course_index;
    struct rp_map_list leave_out;
    const char *key;
    struct rp_map_list columns;
    struct rp_map_list rename;
    struct rp_csv_options csv;
    struct rp_map_list where;
    bool full_check;
    const char *max_removed;
    struct rp_map_list accept; /* "CODE=limit" */
    struct rp_map_accept accepted[RP_CODE_COUNT];
};

/* RP_E_USAGE "PATH:LINE: what is wrong; what to do". */
enum rp_status rp_map_open(const char *path, enum rp_map_use use,
                           struct rp_map *out_map, struct rp_err *err)
    RP_MUST_CHECK;
void rp_map_release(struct rp_map *map);
struct rp_strings rp_map_strings(const struct rp_map_list *list);

/* An option that a map can hold. */
struct rp_map_option {
    const char *name;
    bool given;
};
/* RP_E_USAGE when one of them is given beside the map. */
enum rp_status rp_map_alone(const char *path,
                            const struct rp_map_option *options, size_t count,
                            struct rp_err *err) RP_MUST_CHECK;

/* Opens what options->policy.map names, if anything, and puts what it says in
 * the place of the options, which borrow from it.  RP_E_USAGE also when one of
 * them is given beside it. */
enum rp_status rp_map_migrate(struct rp_migrate_options *options,
                              struct rp_map *out_map, struct rp_err *err)
    RP_MUST_CHECK;
enum rp_status rp_map_load(struct rp_load_options *options,
                           struct rp_map *out_map, struct rp_err *err)
    RP_MUST_CHECK;
/* How its sources were read and what of them was accepted; how thoroughly the
 * school was checked plays no part. */
enum rp_status rp_map_verify(struct rp_verify_options *options,
                             struct rp_map *out_map, struct rp_err *err)
    RP_MUST_CHECK;
/* After a failure over columns: RP_E_USAGE tells an option to write, which with
 * a map is a key of it.  Gives status back. */
enum rp_status rp_map_blame(const struct rp_map *map, enum rp_status status,
                            struct rp_err *err);
/* Reasons and approvers beside the limits. */
void rp_map_approve(const struct rp_map *map, struct rp_policy *policy);

/* RP_E_USAGE when no map can be written: without a dry run, or over a file. */
enum rp_status rp_map_may_write(const struct rp_policy_options *policy,
                                struct rp_err *err) RP_MUST_CHECK;

/* What a run was asked for and what came of it. */
struct rp_map_written {
    const struct rp_session *session;
    const struct rp_policy_options *policy;
    const struct rp_csv_options *csv;
    const struct rp_plan *plan;
    const struct rp_verdict *verdict;
    /* Of migrate; NULL in a load. */
    const struct rp_migrate_options *migrate;
    const struct rp_spec *student;
    const struct rp_spec *course;
    const struct rp_key_shape *student_shape;
    const struct rp_key_shape *course_shape;
    const struct rp_load_options *load; /* NULL in migrate */
};
/* Writes policy->write_map: the same mapping and filters, and an acceptance of
 * exactly what was found.  Reason and approver are left empty for a person to
 * fill in, but for those whose acceptance held in this run.  No acceptance
 * helps against a check that failed: then nothing is written, and why is
 * told. */
enum rp_status rp_map_write(const struct rp_map_written *written,
                            struct rp_err *err) RP_MUST_CHECK;

#endif
