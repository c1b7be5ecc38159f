/* see keymerge.h */
#include "proof/keymerge.h"

#include <string.h>

#include "base/be.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/spool.h"
#include "proof/keynorm.h"
#include "proof/keyset.h"

#define KEY_BYTES RP_KEYRING_KEY_BYTES
#define NUMBER_BYTES 8
/* Who has it twice, for its key as it stands and without blanks around it. */
#define ASKED_BYTES (KEY_BYTES + NUMBER_BYTES)
/* Who asked, the key, the row's id, and whether it is the only row. */
#define ID_AT (NUMBER_BYTES + KEY_BYTES)
#define ONLY_AT (ID_AT + RP_KEYRING_ID_BYTES)
#define FOUND_BYTES (ONLY_AT + 1)

#define ASKED_SHARE 4
#define FOUND_SHARE 4
#define KNOWN_SHARE 16

struct rp_keymerge {
    struct rp_keyring *ring;
    bool spilled;
    struct rp_sorter *asked;
    struct rp_sorter *found;
    uint64_t decided; /* the record that was found last */
    bool with_ids;
    /* Of a ring in memory: the same as would be found. */
    struct rp_spool *known;
    struct rp_spool_reader *reader;
};

static enum rp_status
open_sorters(struct rp_keymerge *merge,
             const struct rp_keymerge_request *request, struct rp_err *err)
{
    struct rp_sort_shape asked = { ASKED_BYTES, KEY_BYTES,
                                   request->memory_bytes / ASKED_SHARE };
    struct rp_sort_shape found = { FOUND_BYTES, NUMBER_BYTES,
                                   request->memory_bytes / FOUND_SHARE };
    enum rp_status status =
        rp_sorter_open(&asked, request->folder, &merge->asked, err);

    return status == RP_OK
               ? rp_sorter_open(&found, request->folder, &merge->found, err)
               : status;
}

enum rp_status
rp_keymerge_open(const struct rp_keymerge_request *request,
                 struct rp_keymerge **out_merge, struct rp_err *err)
{
    struct rp_keymerge *merge = rp_zalloc(sizeof *merge);
    enum rp_status status;

    if (merge == NULL)
        return rp_fail_nomem(err, "match the keys for the proof");
    merge->ring = request->ring;
    merge->spilled = rp_keyring_is_spilled(request->ring);
    merge->with_ids = rp_keyring_with_ids(request->ring);
    if (merge->spilled)
        status = open_sorters(merge, request, err);
    else
        status =
            rp_spool_open(request->folder, request->memory_bytes / KNOWN_SHARE,
                          &merge->known, err);
    if (status == RP_OK)
        *out_merge = merge;
    else
        rp_keymerge_close(merge);
    return status;
}

/* What has no blanks around it is not asked for twice. */
static enum rp_status
ask(struct rp_keymerge *merge, const struct rp_record_key *record,
    struct rp_err *err)
{
    struct rp_keynorm *norm = rp_keyring_norm(merge->ring);
    struct rp_hash128 last = rp_no_key;
    enum rp_status status = RP_OK;

    for (unsigned trim = 0; trim < 2 && status == RP_OK; trim++) {
        unsigned char packed[ASKED_BYTES];
        struct rp_hash128 key;

        if (rp_keynorm_of_fields(norm, record->fields, record->columns,
                                 trim == 1, &key) != RP_FIELD_KNOWN ||
            rp_hash128_eq(last, key))
            continue;
        last = key;
        rp_hash128_put(packed, key);
        rp_put_be64(packed + KEY_BYTES, record->number << 1 | trim);
        status = rp_sorter_add(merge->asked, packed, err);
    }
    return status == RP_OK ? rp_buf_status(&norm->text, err) : status;
}

enum rp_status
rp_keymerge_put(struct rp_keymerge *merge, const struct rp_record_key *record,
                struct rp_err *err)
{
    unsigned char packed[FOUND_BYTES];
    struct rp_field_key field = { .known = false };
    enum rp_status status;

    if (merge->spilled)
        return ask(merge, record, err);
    status = rp_keyring_field_key(merge->ring, record->fields, record->columns,
                                  &field, err);
    if (status != RP_OK || (!field.known && field.fate != RP_FIELD_AMBIGUOUS))
        return status;
    rp_put_be64(packed, record->number);
    rp_hash128_put(packed + NUMBER_BYTES, field.key);
    rp_put_be64(packed + ID_AT, (uint64_t)field.id);
    packed[ONLY_AT] = field.known ? 1 : 0;
    return rp_spool_put(merge->known,
                        (struct rp_slice){ packed, sizeof packed }, err);
}

enum rp_status
rp_keymerge_end(struct rp_keymerge *merge, struct rp_err *err)
{
    if (merge->spilled)
        return rp_sorter_finish(merge->asked, err);
    return rp_spool_read(merge->known, &merge->reader, err);
}

/* The ring's keys, one after the other: how often there is the first that is
 * not less than the one asked for. */
struct held {
    struct rp_sorter *keys;
    const unsigned char *ahead; /* NULL: none is left */
    bool with_ids;
    unsigned char key[KEY_BYTES];
    unsigned char id[RP_KEYRING_ID_BYTES]; /* of the first row that has it */
    unsigned count;                        /* 0: none was; 2: several were */
};

static enum rp_status
take_held(struct held *held, const unsigned char *asked, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    if (held->count > 0 && memcmp(held->key, asked, KEY_BYTES) == 0)
        return RP_OK;
    held->count = 0;
    while (status == RP_OK && held->ahead != NULL &&
           memcmp(held->ahead, asked, KEY_BYTES) < 0)
        status = rp_sorter_next(held->keys, &held->ahead, err);
    memcpy(held->key, asked, KEY_BYTES);
    while (status == RP_OK && held->ahead != NULL &&
           memcmp(held->ahead, asked, KEY_BYTES) == 0) {
        if (held->count == 0 && held->with_ids)
            memcpy(held->id, held->ahead + KEY_BYTES, sizeof held->id);
        held->count = held->count == 0 ? 1 : 2;
        status = rp_sorter_next(held->keys, &held->ahead, err);
    }
    return status;
}

static enum rp_status
match(struct rp_keymerge *merge, struct held *held, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK) {
        unsigned char packed[FOUND_BYTES];
        const unsigned char *asked = NULL;

        status = rp_sorter_next(merge->asked, &asked, err);
        if (status != RP_OK || asked == NULL)
            break;
        status = take_held(held, asked, err);
        if (status != RP_OK || held->count == 0)
            continue;
        memcpy(packed, asked + KEY_BYTES, NUMBER_BYTES);
        memcpy(packed + NUMBER_BYTES, asked, KEY_BYTES);
        memcpy(packed + ID_AT, held->id, sizeof held->id);
        packed[ONLY_AT] = held->count == 1 ? 1 : 0;
        status = rp_sorter_add(merge->found, packed, err);
    }
    return status;
}

enum rp_status
rp_keymerge_settle(struct rp_keymerge *merge, struct rp_err *err)
{
    struct held held = { .with_ids = merge->with_ids };
    enum rp_status status;

    if (!merge->spilled)
        return RP_OK;
    held.keys = rp_keyring_keys(merge->ring);
    status = rp_sorter_rewind(held.keys, err);
    if (status == RP_OK)
        status = rp_sorter_next(held.keys, &held.ahead, err);
    if (status == RP_OK)
        status = match(merge, &held, err);
    rp_sorter_close(merge->asked);
    merge->asked = NULL;
    return status == RP_OK ? rp_sorter_finish(merge->found, err) : status;
}

static void
take_found(const unsigned char *found, uint64_t number,
           struct rp_known_key *out_known)
{
    out_known->number = number;
    out_known->key = rp_hash128_get(found + NUMBER_BYTES);
    out_known->id = (int64_t)rp_get_be64(found + ID_AT);
    out_known->ambiguous = found[ONLY_AT] == 0;
}

static enum rp_status
next_in_memory(struct rp_keymerge *merge, struct rp_known_key *out_known,
               struct rp_err *err)
{
    unsigned char packed[FOUND_BYTES];
    size_t got = 0;
    enum rp_status status =
        rp_spool_next(merge->reader, packed, sizeof packed, &got, err);

    if (status == RP_OK && got == sizeof packed)
        take_found(packed, rp_get_be64(packed), out_known);
    return status;
}

/* A key as it stands comes before the trimmed one, and decides. */
enum rp_status
rp_keymerge_next(struct rp_keymerge *merge, struct rp_known_key *out_known,
                 struct rp_err *err)
{
    const unsigned char *found = NULL;
    enum rp_status status = RP_OK;

    out_known->number = UINT64_MAX;
    if (!merge->spilled)
        return next_in_memory(merge, out_known, err);
    while (status == RP_OK) {
        uint64_t number;

        status = rp_sorter_next(merge->found, &found, err);
        if (status != RP_OK || found == NULL)
            break;
        number = rp_get_be64(found) >> 1;
        if (number == merge->decided)
            continue;
        merge->decided = number;
        take_found(found, number, out_known);
        break;
    }
    return status;
}

void
rp_keymerge_close(struct rp_keymerge *merge)
{
    if (merge == NULL)
        return;
    rp_sorter_close(merge->asked);
    rp_sorter_close(merge->found);
    rp_spool_reader_close(merge->reader);
    rp_spool_close(merge->known);
    rp_free(merge);
}
