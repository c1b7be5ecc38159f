/* schema.h - what the database consists of, read once under the lock.
 *
 * Tables are ordinary tables: shadow tables and sqlite_sequence included,
 * virtual tables and sqlite_stat* not (DESIGN: "T covers").  Columns are the
 * stored ones; generated columns are bound by the table's SQL.  Everything
 * belongs to the schema and lives until rp_schema_close.
 */
#ifndef SCHOOL_SCHEMA_H
#define SCHOOL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "school/db.h"

/* The table between the parents. */
#define RP_LINKS "student_courses"

enum rp_affinity {
    RP_AFFINITY_BLOB,
    RP_AFFINITY_TEXT,
    RP_AFFINITY_NUMERIC,
    RP_AFFINITY_INTEGER,
    RP_AFFINITY_REAL,
};

struct rp_column {
    const char *name;
    enum rp_affinity affinity; /* by SQLite's rules of the declared type */
    bool not_null;
    bool has_default;
};

/* The columns of the PRIMARY KEY or of a UNIQUE constraint or index without
 * WHERE and without expressions: indexes into columns. */
struct rp_unique {
    size_t *columns;
    size_t count;
};

struct rp_table {
    const char *name;
    const char *sql; /* NULL for sqlite_sequence and the like */
    struct rp_column *columns;
    size_t column_count;
    /* The declared PRIMARY KEY, in its order; none when count is 0. */
    struct rp_unique primary;
    /* Index of the column that is the rowid (INTEGER PRIMARY KEY), or -1. */
    int rowid_column;
    bool without_rowid;
    /* The index that is a WITHOUT ROWID table, else NULL. */
    const char *primary_index;
    /* Walked from its beginning, the table has its keys in rising order: they
     * are the rowid, or integers in a plain WITHOUT ROWID key. */
    bool rises;
    /* All keys: the primary key first when there is one. */
    struct rp_unique *uniques;
    size_t unique_count;
    bool has_generated;
};

/* A row of sqlite_schema.  sql is "" when NULL (automatic indexes). */
struct rp_object {
    const char *type;
    const char *name;
    const char *table;
    struct rp_slice sql;
};

struct rp_schema;

/* Reads under the transaction that is open. */
enum rp_status rp_schema_open(struct rp_db *db, struct rp_schema **out_schema,
                              struct rp_err *err) RP_MUST_CHECK;
void rp_schema_close(struct rp_schema *schema);

/* rp_db_path, for messages. */
const char *rp_schema_path(const struct rp_schema *schema);
/* By name, memcmp order. */
const struct rp_table *rp_schema_tables(const struct rp_schema *schema,
                                        size_t *out_count);
/* ASCII case-insensitive as in SQLite; NULL when there is none. */
const struct rp_table *rp_schema_table(const struct rp_schema *schema,
                                       const char *name);
/* Exact bytes first, then ASCII case-insensitive; -1 when there is none. */
int rp_table_column(const struct rp_table *table, struct rp_slice name);

/* All of sqlite_schema by (type, name), memcmp. */
const struct rp_object *rp_schema_objects(const struct rp_schema *schema,
                                          size_t *out_count);
/* Named sqlite_...: SQLite's own, and no part of a digest. */
bool rp_object_is_internal(const struct rp_object *object);
/* Names of views, virtual tables etc. count as taken: what is called name? */
const struct rp_object *rp_schema_object(const struct rp_schema *schema,
                                         const char *name);

/* Triggers on table (ASCII case-insensitive). */
size_t rp_schema_trigger_count(const struct rp_schema *schema,
                               const char *table);
/* Tables and views that cannot be read, added to, changed or emptied because
 * their SQL, or that of a trigger or an index on them, calls a function that
 * this SQLite does not know. */
enum rp_status rp_schema_unknown_functions(struct rp_db *db,
                                           const struct rp_schema *schema,
                                           size_t *out_count,
                                           struct rp_err *err) RP_MUST_CHECK;

/* students, courses: there, and with an INTEGER PRIMARY KEY?  Otherwise
 * RP_E_USAGE says what was found and how to make it fit (`rollproof load`,
 * or a CREATE TABLE with INTEGER PRIMARY KEY). */
enum rp_status rp_schema_parent(const struct rp_schema *schema,
                                const char *name,
                                const struct rp_table **out_table,
                                struct rp_err *err) RP_MUST_CHECK;

/* The CREATE TABLE student_courses of the design with the parents' real key
 * names; the names student_id and course_id are fixed. */
enum rp_status rp_schema_links_sql(const struct rp_table *students,
                                   const struct rp_table *courses,
                                   struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;
/* Does an existing student_courses fit?  Columns student_id and course_id of
 * INTEGER affinity, unique on exactly the pair, every other column nullable
 * or defaulted, an ordinary table.  RP_E_USAGE says what does not fit. */
enum rp_status rp_schema_links_fit(const struct rp_table *links,
                                   struct rp_err *err) RP_MUST_CHECK;

/* PRAGMA quick_check, or integrity_check and foreign_key_check when full:
 * each line of trouble is one entry of out_lines (NUL-terminated strings one
 * after the other; "ok" gives none), sorted by memcmp.  A check that SQLite
 * cannot make is a line as well; past RP_SOUNDNESS_LINES_MAX lines of a check
 * one line says that there are more. */
enum rp_status rp_db_soundness(struct rp_db *db, bool full,
                               struct rp_buf *out_lines, struct rp_err *err)
    RP_MUST_CHECK;
/* Does it look at CHECK constraints? */
bool rp_db_sees_checks(const struct rp_db *db);

#endif
