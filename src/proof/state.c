/* see state.h */
#include "proof/state.h"

#include "base/slice.h"

struct rp_state
rp_state_of_db(struct rp_db *db, const struct rp_snapshot *snapshot)
{
    struct rp_state state = {
        .db = db,
        .digests = snapshot->digests,
        .database = snapshot->database,
    };

    state.tables = rp_schema_tables(snapshot->schema, &state.table_count);
    state.objects = rp_schema_objects(snapshot->schema, &state.object_count);
    return state;
}

struct rp_state
rp_state_of_file(const struct rp_snapfile *file)
{
    struct rp_state state = {
        .file = file,
        .digests = rp_snapfile_digests(file),
        .database = rp_snapfile_database(file),
    };

    state.tables = rp_snapfile_tables(file, &state.table_count);
    state.objects = rp_snapfile_objects(file, &state.object_count);
    return state;
}

bool
rp_tables_same_key(const struct rp_table *left, const struct rp_table *right)
{
    if (left->primary.count != right->primary.count)
        return false;
    for (size_t i = 0; i < left->primary.count; i++)
        if (!rp_name_eq(left->columns[left->primary.columns[i]].name,
                        right->columns[right->primary.columns[i]].name))
            return false;
    return true;
}

int
rp_state_table(const struct rp_state *state, const char *name)
{
    for (size_t i = 0; i < state->table_count; i++)
        if (rp_name_eq(state->tables[i].name, name))
            return (int)i;
    return -1;
}
