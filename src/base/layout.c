/* layout.c - see layout.h. */
#include "base/layout.h"

#include <stdio.h>

struct rp_slice
rp_layout_label(const struct rp_layout *layout, size_t column,
                char label[RP_COLUMN_LABEL_BYTES])
{
    if (layout->names[column].len > 0)
        return layout->names[column];
    (void)snprintf(label, RP_COLUMN_LABEL_BYTES, "#%zu", column + 1);
    return rp_slice_str(label);
}
