/* keys.h - which columns of a parent are its legacy key, and what the keys
 * are.
 *
 * Default rule (DESIGN section 3): the parent's UNIQUE column (or set) of the
 * same name as the CSV column(s); else, when the parent has no other unique
 * key, its INTEGER PRIMARY KEY whatever its name; else RP_E_USAGE, printing
 * both spellings.
 */
#ifndef SCHOOL_KEYS_H
#define SCHOOL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"
#include "school/db.h"
#include "school/schema.h"

struct rp_key_shape {
    const struct rp_table *table;
    size_t count;
    /* Indexes of the table's columns, in the order of the CSV columns. */
    size_t column[RP_KEY_COLUMNS_MAX];
    /* INTEGER or NUMERIC affinity: the field is parsed as a decimal int64. */
    bool integer[RP_KEY_COLUMNS_MAX];
};

/* What was asked for on one side. */
struct rp_key_request {
    const char *option;         /* "--student", for messages */
    const struct rp_slice *csv; /* names of the CSV columns */
    const struct rp_slice *db;  /* NULL: the default rule */
    size_t csv_count;
    size_t db_count;
};

/* RP_E_USAGE: a DBCOL that the table lacks (with the nearest name), not as
 * many as CSVCOLs, or nothing fits the rule. */
enum rp_status rp_keys_shape(const struct rp_table *parent,
                             const struct rp_key_request *request,
                             struct rp_key_shape *out_shape, struct rp_err *err)
    RP_MUST_CHECK;

/* Every row of the parent: its id and the cells of its key columns, by id. */
struct rp_key_visitor {
    enum rp_status (*visit)(void *ctx, int64_t id, const struct rp_cell *key,
                            struct rp_err *err);
    void *ctx;
};
enum rp_status rp_keys_scan(struct rp_db *db, const struct rp_key_shape *shape,
                            const struct rp_key_visitor *visitor,
                            struct rp_err *err) RP_MUST_CHECK;

/* The key of one row, to be shown: its parts joined by '+', fit for a
 * terminal; "-" when there is no such row. */
struct rp_key_reader;
enum rp_status rp_key_reader_open(struct rp_db *db,
                                  const struct rp_key_shape *shape,
                                  struct rp_key_reader **out_reader,
                                  struct rp_err *err) RP_MUST_CHECK;
enum rp_status rp_key_reader_show(struct rp_key_reader *reader, int64_t id,
                                  struct rp_buf *out, struct rp_err *err)
    RP_MUST_CHECK;
void rp_key_reader_close(struct rp_key_reader *reader);

#endif
