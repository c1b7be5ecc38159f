/* schemadiff.h - what two states differ in besides their rows: objects of the
 * schema, and columns and keys of tables that both have.
 *
 * SQLite's own objects (sqlite_...) are left out, as in a digest.  A table
 * whose columns or key differ is told by these; its SQL is told to differ only
 * when they do not.
 */
#ifndef PROOF_SCHEMADIFF_H
#define PROOF_SCHEMADIFF_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "proof/state.h"

enum rp_schema_what {
    RP_SCHEMA_OBJECT,  /* a table, index, view or trigger: its SQL */
    RP_SCHEMA_COLUMN,  /* of a table: its name */
    RP_SCHEMA_COLUMNS, /* their order: the names */
    RP_SCHEMA_KEY,     /* the PRIMARY KEY: the names */
};

struct rp_schema_change {
    enum rp_schema_what what;
    const char *type;  /* "index", "column", "columns", "key", ... */
    const char *table; /* which it belongs to; of a table, itself */
    const char *name;  /* of the object or column; NULL for the others */
    /* What it is on either side, NULL where it is not. */
    const char *old;
    const char *new;
};

/* All-zero is valid and empty. */
struct rp_schemadiff {
    struct rp_arena arena;
    struct rp_schema_change *changes;
    size_t count;
    size_t capacity;
};

enum rp_status rp_schemadiff_find(struct rp_schemadiff *diff,
                                  const struct rp_state *old,
                                  const struct rp_state *new,
                                  struct rp_err *err) RP_MUST_CHECK;
void rp_schemadiff_release(struct rp_schemadiff *diff);

#endif
