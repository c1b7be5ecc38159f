/* mapping.h - what the user said about columns, and what it means for one
 * header.
 *
 *     SPEC      CSVCOL[+CSVCOL...][=DBCOL[+DBCOL...]]
 *     CSVCOL    a name of the header, or #N (1-based)
 *     --where   COL=VALUE[,VALUE]
 *
 * A backslash takes the next character literally, so that names and values
 * may hold + = , # and backslash.
 */
#ifndef SOURCE_MAPPING_H
#define SOURCE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/layout.h"
#include "base/slice.h"

/* One side as asked for; db_count 0 when the database's columns are left to
 * the default rule (school/keys). */
struct rp_spec {
    const struct rp_slice *csv;
    size_t csv_count;
    const struct rp_slice *db;
    size_t db_count;
};

struct rp_where {
    struct rp_slice column;
    const struct rp_slice *values;
    size_t value_count;
};

/* All that was asked for.  Opaque: owns the texts. */
struct rp_mapping;

struct rp_mapping_texts {
    const char *student; /* SPEC, NULL = "student_id" */
    const char *course;  /* SPEC, NULL = "course_id" */
    const char *const *where;
    size_t where_count;
    const char *const *leave_out; /* each COL[,COL...] */
    size_t leave_out_count;
};

/* RP_E_USAGE names the option and the part that makes no sense. */
enum rp_status rp_mapping_open(const struct rp_mapping_texts *texts,
                               struct rp_mapping **out_mapping,
                               struct rp_err *err) RP_MUST_CHECK;
const struct rp_spec *rp_mapping_student(const struct rp_mapping *mapping);
const struct rp_spec *rp_mapping_course(const struct rp_mapping *mapping);
const struct rp_where *rp_mapping_where(const struct rp_mapping *mapping,
                                        size_t *out_count);
const struct rp_slice *rp_mapping_left_out(const struct rp_mapping *mapping,
                                           size_t *out_count);
void rp_mapping_close(struct rp_mapping *mapping);

/* The columns of one source. */
struct rp_source_columns {
    const char *name;             /* of the source, for messages */
    const struct rp_slice *names; /* must outlive the layout */
    size_t width;
    bool has_header;
};

/* A column of any option that the header lacks, or has twice, is RP_E_USAGE:
 * the message lists the header, the nearest name, and the option to write.
 * A key column that is also left out is RP_E_USAGE.  Equal --where columns
 * are both filters.  The layout lives until rp_layout_release; mapping and
 * names must outlive it. */
enum rp_status rp_mapping_resolve(const struct rp_mapping *mapping,
                                  const struct rp_source_columns *columns,
                                  struct rp_layout *out_layout,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_layout_release(struct rp_layout *layout);

/* The column called name, exact bytes; when no name is so, and it reads "#N",
 * the column at that place.  RP_E_USAGE as above, with option naming where it
 * was written ("--key"). */
enum rp_status rp_column_find(const struct rp_source_columns *columns,
                              struct rp_slice name, const char *option,
                              size_t *out_column, struct rp_err *err)
    RP_MUST_CHECK;

/* Splits text at separator outside backslashes, and takes these away; an empty
 * text is one empty part.  A lone backslash at the end is RP_E_USAGE.  The
 * items live until rp_parts_release. */
struct rp_parts {
    struct rp_slice *items;
    size_t count;
    struct rp_arena memory;
};
enum rp_status rp_parts_split(const char *text, char separator,
                              struct rp_parts *out_parts, struct rp_err *err)
    RP_MUST_CHECK;
void rp_parts_release(struct rp_parts *parts);

#endif
