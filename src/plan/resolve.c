/* see resolve.h */
#include "plan/resolve.h"

#include <assert.h>

#include "base/idset.h"
#include "base/mem.h"
#include "plan/idtable.h"
#include "plan/keyform.h"
#include "plan/keyjoin.h"
#include "plan/keytable.h"
#include "plan/number.h"

struct rp_resolver {
    struct rp_resolver_request request;
    struct rp_keyform form;
    bool wide;                  /* some id is not in 0 ... 2^32 - 1 */
    bool direct;                /* the key is the INTEGER PRIMARY KEY */
    struct rp_idset ids;        /* then every key is its own id */
    struct rp_idtable *numbers; /* another key of one integer */
    struct rp_keytable *texts;  /* any other key */
    bool full;                  /* none of these could hold them all */
    size_t longest;             /* bytes of a key */
    struct rp_keyjoin *join;    /* so they are matched by sorting */
};

static void
drop_tables(struct rp_resolver *resolver)
{
    rp_idset_release(&resolver->ids);
    rp_idtable_close(resolver->numbers);
    resolver->numbers = NULL;
    rp_keytable_close(resolver->texts);
    resolver->texts = NULL;
}

static enum rp_status
give_up(struct rp_resolver *resolver)
{
    drop_tables(resolver);
    resolver->full = true;
    return RP_OK;
}

static enum rp_status
hold_number(struct rp_resolver *resolver, int64_t id, const struct rp_cell *key,
            struct rp_err *err)
{
    size_t most = resolver->request.memory_bytes;

    resolver->longest = RP_KEYFORM_NUMBER_BYTES;
    if (key->type != RP_CELL_INT || resolver->full)
        return RP_OK;
    if (!resolver->direct)
        return rp_idtable_has_room(resolver->numbers, most)
                   ? rp_idtable_add(resolver->numbers, key->integer, id, err)
                   : give_up(resolver);
    if (!rp_idset_add(&resolver->ids, id))
        return rp_fail_nomem(err, "hold the keys");
    return rp_idset_bytes(&resolver->ids) <= most ? RP_OK : give_up(resolver);
}

static enum rp_status
hold_text(struct rp_resolver *resolver, int64_t id, struct rp_slice key,
          struct rp_err *err)
{
    if (key.len > resolver->longest)
        resolver->longest = key.len;
    if (resolver->full)
        return RP_OK;
    if (!rp_keytable_has_room(resolver->texts, key,
                              resolver->request.memory_bytes))
        return give_up(resolver);
    return rp_keytable_add(resolver->texts, key, id, err);
}

/* The first scan: into a table, as long as it has room. */
static enum rp_status
hold_key(void *ctx, int64_t id, const struct rp_cell *cells, struct rp_err *err)
{
    struct rp_resolver *resolver = ctx;
    struct rp_slice key = { NULL, 0 };
    enum rp_status status;
    bool usable;

    resolver->wide = resolver->wide || id < 0 || id > (int64_t)UINT32_MAX;
    if (rp_keyform_is_number(&resolver->form))
        return hold_number(resolver, id, &cells[0], err);
    usable = rp_keyform_of_cells(&resolver->form, cells, &key);
    status = rp_buf_status(&resolver->form.text, err);
    return status == RP_OK && usable ? hold_text(resolver, id, key, err)
                                     : status;
}

/* The second scan, where there was no room. */
static enum rp_status
join_key(void *ctx, int64_t id, const struct rp_cell *cells, struct rp_err *err)
{
    struct rp_resolver *resolver = ctx;
    struct rp_slice key = { NULL, 0 };
    bool usable = rp_keyform_of_cells(&resolver->form, cells, &key);
    enum rp_status status = rp_buf_status(&resolver->form.text, err);

    return status == RP_OK && usable
               ? rp_keyjoin_add(resolver->join, key, id, err)
               : status;
}

static enum rp_status
open_tables(struct rp_resolver *resolver, struct rp_err *err)
{
    if (resolver->direct)
        return RP_OK;
    if (rp_keyform_is_number(&resolver->form))
        return rp_idtable_open(&resolver->numbers, err);
    return rp_keytable_open(&resolver->texts, err);
}

/* What was added becomes a table, or there is no room for it. */
static enum rp_status
finish_tables(struct rp_resolver *resolver, struct rp_err *err)
{
    if (resolver->texts != NULL)
        return rp_keytable_settle(resolver->texts, err);
    if (resolver->numbers == NULL)
        return RP_OK;
    if (rp_idtable_finished_bytes(resolver->numbers) >
        resolver->request.memory_bytes)
        return give_up(resolver);
    return rp_idtable_finish(resolver->numbers, err);
}

static enum rp_status
open_join(struct rp_resolver *resolver, struct rp_err *err)
{
    const struct rp_resolver_request *request = &resolver->request;
    struct rp_keyjoin_shape shape = {
        .longest = resolver->longest,
        .folder = rp_db_folder(request->db),
        .memory_bytes = request->join_bytes,
    };
    struct rp_key_visitor visitor = { join_key, resolver };
    enum rp_status status = rp_keyjoin_open(&shape, &resolver->join, err);

    return status == RP_OK
               ? rp_keys_scan(request->db, request->shape, &visitor, err)
               : status;
}

enum rp_status
rp_resolver_open(const struct rp_resolver_request *request,
                 struct rp_resolver **out_resolver, struct rp_err *err)
{
    const struct rp_key_shape *shape = request->shape;
    struct rp_resolver *resolver = rp_zalloc(sizeof *resolver);
    struct rp_key_visitor visitor = { hold_key, resolver };
    enum rp_status status;

    if (resolver == NULL)
        return rp_fail_nomem(err, "hold the keys");
    resolver->request = *request;
    resolver->form.shape = *shape;
    resolver->direct = rp_keyform_is_number(&resolver->form) &&
                       (int)shape->column[0] == shape->table->rowid_column;
    status = open_tables(resolver, err);
    if (status == RP_OK)
        status = rp_keys_scan(request->db, shape, &visitor, err);
    if (status == RP_OK)
        status = finish_tables(resolver, err);
    if (status == RP_OK && resolver->full)
        status = open_join(resolver, err);
    if (status == RP_OK)
        *out_resolver = resolver;
    else
        rp_resolver_close(resolver);
    return status;
}

static enum rp_key_result
look_up(const struct rp_resolver *resolver, const struct rp_made_key *key,
        int64_t *out_id)
{
    if (resolver->texts != NULL) {
        struct rp_key_sought sought = { .key = key->text };

        rp_keytable_find(resolver->texts, &sought, 1);
        *out_id = sought.id;
        return sought.result;
    }
    if (!resolver->direct)
        return rp_idtable_find(resolver->numbers, key->number, out_id);
    *out_id = key->number;
    return rp_idset_has(&resolver->ids, key->number) ? RP_KEY_FOUND
                                                     : RP_KEY_UNKNOWN;
}

/* A record may ask twice: for its key as it stands, and trimmed. */
static uint64_t
asker_of(const struct rp_key_asked *asked, bool trim)
{
    return asked->ordinal << 1 | (trim ? 1U : 0U);
}

static enum rp_status
find_key(struct rp_resolver *resolver, const struct rp_key_asked *asked,
         bool trim, struct rp_key_lookup *lookup, struct rp_err *err)
{
    struct rp_made_key key = { .number = 0 };

    lookup->result =
        rp_keyform_of_fields(&resolver->form, asked, trim, lookup, &key);
    if (lookup->result != RP_KEY_FOUND)
        return RP_OK;
    if (resolver->join != NULL)
        return rp_keyjoin_find(resolver->join, asker_of(asked, trim),
                               &lookup->result, &lookup->id, err);
    lookup->result = look_up(resolver, &key, &lookup->id);
    return RP_OK;
}

static bool
has_blanks_around(const struct rp_key_asked *asked)
{
    for (size_t i = 0; i < asked->columns->count; i++) {
        struct rp_slice field = asked->fields[asked->columns->column[i]];

        if (rp_slice_trim(field).len != field.len)
            return true;
    }
    return false;
}

/* By itself, with all that may be odd about it. */
static enum rp_status
find_one(struct rp_resolver *resolver, const struct rp_key_asked *asked,
         struct rp_key_lookup *out_lookup, struct rp_err *err)
{
    struct rp_key_lookup lookup = { .result = RP_KEY_UNKNOWN };
    enum rp_status status = find_key(resolver, asked, false, &lookup, err);

    if (status == RP_OK && lookup.result != RP_KEY_FOUND &&
        lookup.result != RP_KEY_AMBIGUOUS && has_blanks_around(asked)) {
        lookup.trimmed = true;
        status = find_key(resolver, asked, true, &lookup, err);
    }
    *out_lookup = lookup;
    return status == RP_OK ? rp_buf_status(&resolver->form.text, err) : status;
}

/* Keys of one text, all at once; what is found as it stands is FOUND. */
static void
find_texts(const struct rp_resolver *resolver, const struct rp_key_asked *asked,
           size_t count, struct rp_key_lookup *out_lookups)
{
    struct rp_key_sought sought[RP_BATCH_RECORDS];

    for (size_t i = 0; i < count; i++)
        sought[i].key = asked[i].fields[asked[i].columns->column[0]];
    rp_keytable_find(resolver->texts, sought, count);
    for (size_t i = 0; i < count; i++) {
        struct rp_key_lookup *lookup = &out_lookups[i];

        lookup->result = sought[i].result;
        lookup->id = sought[i].result == RP_KEY_FOUND ? sought[i].id : 0;
        lookup->trimmed = false;
        lookup->leading_zeros = false;
    }
}

/* Keys that are the id: likewise. */
static void
find_ids(const struct rp_resolver *resolver, const struct rp_key_asked *asked,
         size_t count, struct rp_key_lookup *out_lookups)
{
    for (size_t i = 0; i < count; i++) {
        struct rp_slice field = asked[i].fields[asked[i].columns->column[0]];
        bool zeros = false;
        int64_t id = 0;
        bool found = rp_parse_int64(field, &id, &zeros) &&
                     rp_idset_has(&resolver->ids, id);

        out_lookups[i].id = id;
        out_lookups[i].result = found ? RP_KEY_FOUND : RP_KEY_UNKNOWN;
        out_lookups[i].trimmed = false;
        out_lookups[i].leading_zeros = zeros;
    }
}

enum rp_status
rp_resolver_find(struct rp_resolver *resolver, const struct rp_key_asked *asked,
                 size_t count, struct rp_key_lookup *out_lookups,
                 struct rp_err *err)
{
    enum rp_status status = RP_OK;

    assert(count <= RP_BATCH_RECORDS);
    if (resolver->direct && !resolver->full)
        find_ids(resolver, asked, count, out_lookups);
    else if (resolver->texts != NULL && resolver->form.shape.count == 1)
        find_texts(resolver, asked, count, out_lookups);
    else
        for (size_t i = 0; i < count; i++)
            out_lookups[i].result = RP_KEY_UNKNOWN;
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        assert(asked[i].columns->count == resolver->form.shape.count);
        if (out_lookups[i].result != RP_KEY_FOUND)
            status = find_one(resolver, &asked[i], &out_lookups[i], err);
    }
    return status;
}

bool
rp_resolver_joins(const struct rp_resolver *resolver)
{
    return resolver->join != NULL;
}

enum rp_status
rp_resolver_foresee(struct rp_resolver *resolver,
                    const struct rp_key_asked *asked, struct rp_err *err)
{
    const int kinds = has_blanks_around(asked) ? 2 : 1;
    enum rp_status status = RP_OK;

    for (int trim = 0; trim < kinds && status == RP_OK; trim++) {
        struct rp_key_lookup lookup = { .id = 0 };
        struct rp_made_key key = { .number = 0 };

        if (rp_keyform_of_fields(&resolver->form, asked, trim == 1, &lookup,
                                 &key) != RP_KEY_FOUND)
            continue;
        if (rp_keyform_is_number(&resolver->form))
            key.text = rp_keyform_number(&resolver->form, key.number);
        status = rp_buf_status(&resolver->form.text, err);
        if (status == RP_OK)
            status = rp_keyjoin_ask(resolver->join, key.text,
                                    asker_of(asked, trim == 1), err);
    }
    return status;
}

enum rp_status
rp_resolver_foreseen(struct rp_resolver *resolver, struct rp_err *err)
{
    return rp_keyjoin_settle(resolver->join, err);
}

bool
rp_resolver_is_narrow(const struct rp_resolver *resolver)
{
    return !resolver->wide;
}

size_t
rp_resolver_bytes(const struct rp_resolver *resolver)
{
    if (resolver->join != NULL)
        return RP_KEYJOIN_HELD(resolver->request.join_bytes);
    if (resolver->texts != NULL)
        return rp_keytable_bytes(resolver->texts);
    if (resolver->numbers != NULL)
        return rp_idtable_finished_bytes(resolver->numbers);
    return rp_idset_bytes(&resolver->ids);
}

void
rp_resolver_close(struct rp_resolver *resolver)
{
    if (resolver == NULL)
        return;
    drop_tables(resolver);
    rp_keyjoin_close(resolver->join);
    rp_buf_release(&resolver->form.text);
    rp_free(resolver);
}
