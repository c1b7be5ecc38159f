/* see map.h: a map in the place of options. */
#include "base/show.h"
#include "job/map.h"

struct rp_strings
rp_map_strings(const struct rp_map_list *list)
{
    return (struct rp_strings){ list->items, list->count };
}

enum rp_status
rp_map_alone(const char *path, const struct rp_map_option *options,
             size_t count, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    for (size_t i = 0; i < count; i++)
        if (options[i].given)
            return rp_fail(err, RP_E_USAGE,
                           "--%s cannot stand beside --map: who approves %s "
                           "approves all of it; write it there, or leave one "
                           "of them out",
                           options[i].name,
                           rp_show_in(shown, rp_slice_str(path)));
    return RP_OK;
}

/* What migrate and load share. */
static enum rp_status
check_shared(const struct rp_policy_options *policy,
             const struct rp_csv_options *csv, struct rp_err *err)
{
    const struct rp_map_option options[] = {
        { "header", csv->header != NULL },
        { "no-header", csv->no_header },
        { "delimiter", csv->delimiter != NULL },
        { "quote", csv->quote != NULL },
        { "where", policy->where.count > 0 },
        { "check", policy->full_check },
        { "accept", policy->accept.count > 0 },
        { "leave-out", policy->leave_out.count > 0 },
    };

    return rp_map_alone(policy->map, options,
                        sizeof options / sizeof options[0], err);
}

static void
take_shared(const struct rp_map *map, struct rp_policy_options *policy,
            struct rp_csv_options *csv)
{
    *csv = map->csv;
    policy->where = rp_map_strings(&map->where);
    policy->accept = rp_map_strings(&map->accept);
    policy->leave_out = rp_map_strings(&map->leave_out);
    policy->full_check = map->full_check;
}

enum rp_status
rp_map_migrate(struct rp_migrate_options *options, struct rp_map *out_map,
               struct rp_err *err)
{
    const struct rp_map_option own[] = {
        { "student", options->student != NULL },
        { "course", options->course != NULL },
        { "course-index", options->course_index },
        { "max-removed", options->max_removed != NULL },
    };
    const char *path = options->policy.map;
    enum rp_status status;

    if (path == NULL)
        return RP_OK;
    status = rp_map_alone(path, own, sizeof own / sizeof own[0], err);
    if (status == RP_OK)
        status = check_shared(&options->policy, &options->csv, err);
    if (status == RP_OK)
        status = rp_map_open(path, RP_MAP_MIGRATE, out_map, err);
    if (status != RP_OK)
        return status;
    options->student = out_map->student;
    options->course = out_map->course;
    options->course_index = out_map->course_index;
    /* A run that only adds may use the same map. */
    if (options->sync)
        options->max_removed = out_map->max_removed;
    take_shared(out_map, &options->policy, &options->csv);
    return RP_OK;
}

enum rp_status
rp_map_load(struct rp_load_options *options, struct rp_map *out_map,
            struct rp_err *err)
{
    const struct rp_map_option own[] = {
        { "key", options->key != NULL },
        { "columns", options->columns.count > 0 },
        { "rename", options->rename.count > 0 },
    };
    const char *path = options->policy.map;
    enum rp_status status;

    if (path == NULL)
        return RP_OK;
    status = rp_map_alone(path, own, sizeof own / sizeof own[0], err);
    if (status == RP_OK)
        status = check_shared(&options->policy, &options->csv, err);
    if (status == RP_OK)
        status = rp_map_open(path, RP_MAP_LOAD, out_map, err);
    if (status != RP_OK)
        return status;
    options->key = out_map->key;
    options->columns = rp_map_strings(&out_map->columns);
    options->rename = rp_map_strings(&out_map->rename);
    take_shared(out_map, &options->policy, &options->csv);
    return RP_OK;
}

enum rp_status
rp_map_verify(struct rp_verify_options *options, struct rp_map *out_map,
              struct rp_err *err)
{
    const struct rp_csv_options *csv = &options->csv;
    const struct rp_map_option own[] = {
        { "student", options->student != NULL },
        { "course", options->course != NULL },
        { "header", csv->header != NULL },
        { "no-header", csv->no_header },
        { "delimiter", csv->delimiter != NULL },
        { "quote", csv->quote != NULL },
        { "where", options->where.count > 0 },
        { "accept", options->accept.count > 0 },
        { "leave-out", options->leave_out.count > 0 },
    };
    enum rp_status status;

    if (options->map == NULL)
        return RP_OK;
    status = rp_map_alone(options->map, own, sizeof own / sizeof own[0], err);
    if (status == RP_OK)
        status = rp_map_open(options->map, RP_MAP_VERIFY, out_map, err);
    if (status != RP_OK)
        return status;
    options->student = out_map->student;
    options->course = out_map->course;
    options->csv = out_map->csv;
    options->where = rp_map_strings(&out_map->where);
    options->accept = rp_map_strings(&out_map->accept);
    options->leave_out = rp_map_strings(&out_map->leave_out);
    return RP_OK;
}

enum rp_status
rp_map_blame(const struct rp_map *map, enum rp_status status,
             struct rp_err *err)
{
    struct rp_err why;

    if (status != RP_E_USAGE || map->name == NULL)
        return status;
    why = *err;
    return rp_fail(err, status, "%.1700s; the options are those of %s",
                   why.text, map->name);
}

void
rp_map_approve(const struct rp_map *map, struct rp_policy *policy)
{
    for (int code = 0; code < RP_CODE_COUNT; code++) {
        policy->limits[code].reason = map->accepted[code].reason;
        policy->limits[code].approved_by = map->accepted[code].approved_by;
    }
}
