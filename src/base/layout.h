/* layout.h - which column of a source is what, once its header is known.
 *
 * Plain data without behaviour: source/mapping makes it, plan and proof read
 * it.  Indexes are 0-based positions of columns in a record.
 */
#ifndef BASE_LAYOUT_H
#define BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "base/slice.h"

struct rp_key_columns {
    size_t count;
    size_t column[RP_KEY_COLUMNS_MAX];
};

/* A record passes when its field equals one of the values, byte for byte. */
struct rp_filter {
    size_t column;
    const struct rp_slice *values;
    size_t value_count;
};

enum rp_column_role {
    RP_COLUMN_OTHER, /* carried nowhere and not declared so */
    RP_COLUMN_KEY,
    RP_COLUMN_WHERE,
    RP_COLUMN_LEFT_OUT,
    RP_COLUMN_CARRIED, /* in a load: a column of the table */
};

struct rp_layout {
    /* Names as in the header or --header; "#1", "#2" ... without either. */
    const struct rp_slice *names;
    size_t width;
    bool has_header;
    struct rp_key_columns student;
    struct rp_key_columns course;
    const struct rp_filter *filters;
    size_t filter_count;
    enum rp_column_role *roles; /* width of them */
};

/* "#2000" and a NUL */
#define RP_COLUMN_LABEL_BYTES 24
/* The column's name, or #N when the header gives it none. */
struct rp_slice rp_layout_label(const struct rp_layout *layout, size_t column,
                                char label[RP_COLUMN_LABEL_BYTES]);

#endif
