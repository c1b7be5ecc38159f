/* see recordkeys.h */
#include "proof/recordkeys.h"

#include "base/mem.h"
#include "proof/keymerge.h"

/* The keys of one parent. */
struct side {
    struct rp_keyring *ring;
    struct rp_keymerge *merge; /* NULL: looked up */
    struct rp_known_key ahead; /* of this record or a later one */
};

struct rp_recordkeys {
    const struct rp_claims_request *request;
    struct side student;
    struct side course;
    struct rp_second_facts *facts; /* of the first reading */
    uint64_t number;               /* of the record, over all sources */
    const struct rp_layout *layout;
};

static enum rp_status
put_record(struct rp_recordkeys *keys, const struct rp_slice *fields,
           struct rp_err *err)
{
    struct rp_record_key key = {
        .number = ++keys->number,
        .fields = fields,
        .columns = &keys->layout->student,
    };
    enum rp_status status = rp_keymerge_put(keys->student.merge, &key, err);

    key.columns = &keys->layout->course;
    return status == RP_OK ? rp_keymerge_put(keys->course.merge, &key, err)
                           : status;
}

static enum rp_status
put_records(void *ctx, const struct rp_slice *const *records, size_t count,
            struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = put_record(ctx, records[i], err);
    return status;
}

static enum rp_status
read_sources(struct rp_recordkeys *keys, struct rp_err *err)
{
    const struct rp_plan *plan = keys->request->plan;
    struct rp_second_visitor visitor = { put_records, keys };
    enum rp_status status = RP_OK;

    keys->facts = rp_zalloc_array(plan->source_count, sizeof *keys->facts);
    if (keys->facts == NULL)
        return rp_fail_nomem(err, "match the keys of the sources");
    for (size_t i = 0; i < plan->source_count && status == RP_OK; i++) {
        keys->layout = &plan->sources[i].layout;
        status =
            rp_claims_parse(keys->request, i, &visitor, &keys->facts[i], err);
    }
    keys->number = 0;
    return status;
}

static enum rp_status
settle(struct side *side, struct rp_err *err)
{
    enum rp_status status = rp_keymerge_settle(side->merge, err);

    return status == RP_OK ? rp_keymerge_next(side->merge, &side->ahead, err)
                           : status;
}

static enum rp_status
match_all(struct rp_recordkeys *keys, struct rp_err *err)
{
    struct rp_keymerge_request wanted = {
        .ring = keys->student.ring,
        .folder = keys->request->folder,
        .memory_bytes = keys->request->memory_bytes,
    };
    enum rp_status status =
        rp_keymerge_open(&wanted, &keys->student.merge, err);

    wanted.ring = keys->course.ring;
    if (status == RP_OK)
        status = rp_keymerge_open(&wanted, &keys->course.merge, err);
    if (status == RP_OK)
        status = read_sources(keys, err);
    if (status == RP_OK)
        status = rp_keymerge_end(keys->student.merge, err);
    if (status == RP_OK)
        status = rp_keymerge_end(keys->course.merge, err);
    if (status == RP_OK)
        status = settle(&keys->student, err);
    return status == RP_OK ? settle(&keys->course, err) : status;
}

enum rp_status
rp_recordkeys_open(const struct rp_claims_request *request,
                   struct rp_recordkeys **out_keys, struct rp_err *err)
{
    struct rp_recordkeys *keys = rp_zalloc(sizeof *keys);
    enum rp_status status = RP_OK;

    if (keys == NULL)
        return rp_fail_nomem(err, "match the keys of the sources");
    keys->request = request;
    keys->student.ring = request->keys->student;
    keys->course.ring = request->keys->course;
    if (rp_keyring_is_spilled(keys->student.ring) ||
        rp_keyring_is_spilled(keys->course.ring))
        status = match_all(keys, err);
    if (status == RP_OK)
        *out_keys = keys;
    else
        rp_recordkeys_close(keys);
    return status;
}

/* A key that no row has is told by its form, when the blanks are gone. */
static enum rp_field_fate
fate_of_form(struct rp_keyring *ring, const struct rp_slice *fields,
             const struct rp_key_columns *columns)
{
    struct rp_hash128 key;
    enum rp_field_fate fate = rp_keynorm_of_fields(rp_keyring_norm(ring),
                                                   fields, columns, true, &key);

    return fate == RP_FIELD_KNOWN ? RP_FIELD_UNKNOWN : fate;
}

static enum rp_status
find(struct side *side, const struct rp_record_key *record,
     struct rp_field_key *out_key, struct rp_err *err)
{
    const struct rp_known_key *ahead = &side->ahead;

    if (side->merge == NULL)
        return rp_keyring_field_key(side->ring, record->fields, record->columns,
                                    out_key, err);
    out_key->known = false;
    if (ahead->number != record->number) {
        out_key->fate =
            fate_of_form(side->ring, record->fields, record->columns);
        return rp_buf_status(&rp_keyring_norm(side->ring)->text, err);
    }
    out_key->known = !ahead->ambiguous;
    out_key->fate = ahead->ambiguous ? RP_FIELD_AMBIGUOUS : RP_FIELD_KNOWN;
    out_key->key = ahead->key;
    out_key->id = ahead->id;
    return rp_keymerge_next(side->merge, &side->ahead, err);
}

enum rp_status
rp_recordkeys_next(struct rp_recordkeys *keys, const struct rp_layout *layout,
                   const struct rp_slice *fields,
                   struct rp_field_key out_keys[2], struct rp_err *err)
{
    struct rp_record_key record = {
        .number = ++keys->number,
        .fields = fields,
        .columns = &layout->student,
    };
    enum rp_status status = find(&keys->student, &record, &out_keys[0], err);

    record.columns = &layout->course;
    return status == RP_OK ? find(&keys->course, &record, &out_keys[1], err)
                           : status;
}

const struct rp_second_facts *
rp_recordkeys_facts(const struct rp_recordkeys *keys, size_t source)
{
    return keys->facts == NULL ? NULL : &keys->facts[source];
}

void
rp_recordkeys_close(struct rp_recordkeys *keys)
{
    if (keys == NULL)
        return;
    rp_keymerge_close(keys->student.merge);
    rp_keymerge_close(keys->course.merge);
    rp_free(keys->facts);
    rp_free(keys);
}
