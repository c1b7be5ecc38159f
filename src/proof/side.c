/* see side.h */
#include "proof/side.h"

#include "base/slice.h"

struct rp_side
rp_side_of_db(struct rp_db *db, const struct rp_snapshot *snapshot)
{
    struct rp_side side = {
        .db = db,
        .digests = snapshot->digests,
        .database = snapshot->database,
    };

    side.tables = rp_schema_tables(snapshot->schema, &side.table_count);
    side.objects = rp_schema_objects(snapshot->schema, &side.object_count);
    return side;
}

struct rp_side
rp_side_of_file(const struct rp_snapfile *file)
{
    struct rp_side side = {
        .file = file,
        .digests = rp_snapfile_digests(file),
        .database = rp_snapfile_database(file),
    };

    side.tables = rp_snapfile_tables(file, &side.table_count);
    side.objects = rp_snapfile_objects(file, &side.object_count);
    return side;
}

int
rp_side_table(const struct rp_side *side, const char *name)
{
    for (size_t i = 0; i < side->table_count; i++)
        if (rp_name_eq(side->tables[i].name, name))
            return (int)i;
    return -1;
}
