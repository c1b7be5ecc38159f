/* see plan.h: columns that are carried nowhere. */
#include "plan/plan.h"

static bool
is_not_carried(const struct rp_layout *layout, struct rp_slice label)
{
    char other[RP_COLUMN_LABEL_BYTES];

    for (size_t i = 0; i < layout->width; i++)
        if (layout->roles[i] == RP_COLUMN_OTHER &&
            rp_slice_eq(rp_layout_label(layout, i, other), label))
            return true;
    return false;
}

bool
rp_plan_first_told(const struct rp_plan *plan, size_t source, size_t column)
{
    const struct rp_layout *layout = &plan->sources[source].layout;
    char room[RP_COLUMN_LABEL_BYTES];
    struct rp_slice label = rp_layout_label(layout, column, room);

    if (layout->roles[column] != RP_COLUMN_OTHER)
        return false;
    for (size_t s = 0; s < source; s++)
        if (is_not_carried(&plan->sources[s].layout, label))
            return false;
    return true;
}
