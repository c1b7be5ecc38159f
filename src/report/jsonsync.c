/* see jsonsync.h */
#include "report/jsonsync.h"

static json_t *
earlier_of(struct rp_json_maker *maker, const struct rp_earlier_report *earlier)
{
    json_t *json = rp_json_object(maker);

    rp_json_set(maker, json, "source", rp_json_source(maker, &earlier->source));
    rp_json_set_bool(maker, json, "imported", earlier->imported);
    rp_json_set_bool(maker, json, "same_mapping", earlier->same_mapping);
    return json;
}

void
rp_json_set_sync(struct rp_json_maker *maker, json_t *root,
                 const struct rp_verdict *verdict)
{
    const struct rp_sync_report *sync = verdict->sync;
    json_t *json;
    json_t *previous;

    if (sync == NULL)
        return;
    json = rp_json_object(maker);
    previous = rp_json_array(maker);
    for (size_t i = 0; i < sync->earlier_count; i++)
        rp_json_append(maker, previous, earlier_of(maker, &sync->earlier[i]));
    rp_json_set(maker, json, "previous", previous);
    rp_json_set_count(maker, json, "claims", sync->claims);
    rp_json_set_count(maker, json, "kept", sync->kept);
    rp_json_set_count(maker, json, "gone", sync->gone);
    rp_json_set_count(maker, json, "removed", sync->removed);
    rp_json_set_count(maker, json, "links_before", sync->links_before);
    rp_json_set_count(maker, json, "elsewhere", sync->elsewhere);
    rp_json_set_text(maker, json, "max_removed", sync->max_removed);
    rp_json_set_text(maker, json, "forbidden", sync->forbidden);
    rp_json_set(maker, root, "sync", json);
}

static void
read_earlier(struct rp_json_reader *reader, const json_t *json,
             struct rp_earlier_report *earlier)
{
    rp_json_read_source(reader, rp_json_get_object(reader, json, "source"),
                        &earlier->source);
    earlier->imported = rp_json_get_bool(reader, json, "imported");
    earlier->same_mapping = rp_json_get_bool(reader, json, "same_mapping");
}

static void
read_all_earlier(struct rp_json_reader *reader, const json_t *json,
                 struct rp_sync_report *sync)
{
    const json_t *array = rp_json_get_array(reader, json, "previous");
    size_t count = json_array_size(array);

    sync->earlier = rp_json_make_array(reader, count, sizeof *sync->earlier);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++) {
        rp_json_at_element(reader, "sync.previous", i);
        read_earlier(reader, json_array_get(array, i), &sync->earlier[i]);
    }
    sync->earlier_count = count;
    rp_json_at(reader, "sync");
}

void
rp_json_get_sync(struct rp_json_reader *reader, const json_t *root,
                 struct rp_verdict *verdict)
{
    struct rp_sync_report *sync;
    const json_t *json;

    if (json_object_get(root, "sync") == NULL)
        return;
    json = rp_json_get_object(reader, root, "sync");
    rp_json_at(reader, "sync");
    sync = rp_json_make_array(reader, 1, sizeof *sync);
    if (sync == NULL || reader->status != RP_OK)
        return;
    read_all_earlier(reader, json, sync);
    sync->claims = rp_json_get_count(reader, json, "claims");
    sync->kept = rp_json_get_count(reader, json, "kept");
    sync->gone = rp_json_get_count(reader, json, "gone");
    sync->removed = rp_json_get_count(reader, json, "removed");
    sync->links_before = rp_json_get_count(reader, json, "links_before");
    sync->elsewhere = rp_json_get_count(reader, json, "elsewhere");
    sync->max_removed = rp_json_get_text(reader, json, "max_removed");
    sync->forbidden = rp_json_get_text_or_null(reader, json, "forbidden");
    verdict->sync = sync;
    rp_json_at(reader, "");
}
