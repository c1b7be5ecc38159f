/* keyed.c - see keyed.h. */
#include "support/keyed.h"

#include <inttypes.h>
#include <string.h>

#include "support/test.h"

void
keyed_start(struct keyed *keyed, const char *sql, const char *const *key,
            size_t count, struct keyed_room room)
{
    struct rp_slice names[FIELDS_MAX];
    struct rp_key_request request = { "--student", NULL, NULL, count, count };
    struct rp_resolver_request wanted = {
        .shape = &keyed->shape,
        .memory_bytes = room.memory_bytes,
        .join_bytes = room.sort_bytes,
    };
    struct rp_keyring_request ring = { NULL, &keyed->shape, room.memory_bytes,
                                       room.sort_bytes, true };
    struct rp_keymerge_request merge = { NULL, "/tmp", 4096 };
    struct rp_err err;

    memset(keyed, 0, sizeof *keyed);
    for (size_t i = 0; i < count; i++) {
        names[i] = rp_slice_str(key[i]);
        keyed->columns.column[i] = i;
    }
    request.csv = names;
    request.db = names;
    keyed->columns.count = count;
    test_school_start(&keyed->school, sql);
    assert_ok(rp_schema_open(keyed->school.db, &keyed->schema, &err), &err);
    assert_ok(rp_keys_shape(rp_schema_table(keyed->schema, "students"),
                            &request, &keyed->shape, &err),
              &err);
    wanted.db = keyed->school.db;
    assert_ok(rp_resolver_open(&wanted, &keyed->resolver, &err), &err);
    ring.db = keyed->school.db;
    assert_ok(rp_keyring_open(&ring, &keyed->ring, &err), &err);
    assert_int_equal(rp_keyring_is_spilled(keyed->ring),
                     room.memory_bytes == 0);
    merge.ring = keyed->ring;
    assert_ok(rp_keymerge_open(&merge, &keyed->merge, &err), &err);
}

void
keyed_end(struct keyed *keyed)
{
    rp_keymerge_close(keyed->merge);
    rp_keyring_close(keyed->ring);
    rp_resolver_close(keyed->resolver);
    rp_schema_close(keyed->schema);
    test_school_end(&keyed->school);
}

void
keyed_put(struct rp_buf *out, const struct rp_key_lookup *lookup)
{
    static const char *const results[] = {
        [RP_KEY_FOUND] = "found",
        [RP_KEY_EMPTY] = "empty",
        [RP_KEY_NOT_INTEGER] = "not an integer",
        [RP_KEY_AMBIGUOUS] = "ambiguous",
        [RP_KEY_UNKNOWN] = "unknown",
    };

    rp_buf_str(out, results[lookup->result]);
    if (lookup->result != RP_KEY_FOUND)
        return;
    rp_buf_printf(out, " %" PRId64 "%s%s", lookup->id,
                  lookup->trimmed ? " trimmed" : "",
                  lookup->leading_zeros ? " zeros" : "");
}

void
keyed_foresee(struct keyed *keyed, uint64_t number,
              const struct rp_slice *fields)
{
    const struct rp_key_asked asked = { number, fields, &keyed->columns };
    const struct rp_record_key put = { number, fields, &keyed->columns };
    struct rp_err err;

    if (rp_resolver_joins(keyed->resolver))
        assert_ok(rp_resolver_foresee(keyed->resolver, &asked, &err), &err);
    assert_ok(rp_keymerge_put(keyed->merge, &put, &err), &err);
}

void
keyed_foreseen(struct keyed *keyed)
{
    struct rp_known_key known = { .number = 0 };
    struct rp_err err;

    if (rp_resolver_joins(keyed->resolver))
        assert_ok(rp_resolver_foreseen(keyed->resolver, &err), &err);
    assert_ok(rp_keymerge_end(keyed->merge, &err), &err);
    assert_ok(rp_keymerge_settle(keyed->merge, &err), &err);
    for (;;) {
        uint64_t last = known.number;

        assert_ok(rp_keymerge_next(keyed->merge, &known, &err), &err);
        if (known.number == UINT64_MAX)
            break;
        assert_true(known.number > last && known.number < RECORDS_MAX);
        keyed->known[known.number].known = !known.ambiguous;
        keyed->known[known.number].fate =
            known.ambiguous ? RP_FIELD_AMBIGUOUS : RP_FIELD_KNOWN;
        keyed->known[known.number].key = known.key;
        keyed->known[known.number].id = known.id;
    }
}

/* What rows do not have is told by its form, and with less of it. */
static void
check_fates(const struct keyed *keyed, enum rp_key_result result,
            const struct rp_field_key *field, const struct rp_field_key *known)
{
    static const enum rp_field_fate fates[] = {
        [RP_KEY_FOUND] = RP_FIELD_KNOWN,
        [RP_KEY_EMPTY] = RP_FIELD_EMPTY,
        [RP_KEY_NOT_INTEGER] = RP_FIELD_NOT_INTEGER,
        [RP_KEY_AMBIGUOUS] = RP_FIELD_AMBIGUOUS,
        [RP_KEY_UNKNOWN] = RP_FIELD_UNKNOWN,
    };

    if (!rp_keyring_is_spilled(keyed->ring))
        assert_int_equal(field->fate, fates[result]);
    if (fates[result] == RP_FIELD_KNOWN || fates[result] == RP_FIELD_AMBIGUOUS)
        assert_int_equal(known->fate, fates[result]);
    else
        assert_int_equal(known->fate, RP_FIELD_UNKNOWN);
}

void
keyed_find(struct keyed *keyed, uint64_t number, const struct rp_slice *fields,
           struct rp_buf *out)
{
    const struct rp_key_asked asked = { number, fields, &keyed->columns };
    struct rp_field_key field = { .known = false };
    struct rp_field_key of_row = { .known = false };
    const struct rp_field_key *known = &keyed->known[number];
    struct rp_key_lookup lookup;
    struct rp_err err;

    assert_ok(rp_resolver_find(keyed->resolver, &asked, 1, &lookup, &err),
              &err);
    assert_int_equal(known->known, lookup.result == RP_KEY_FOUND);
    if (known->known) {
        assert_ok(rp_keyring_key(keyed->ring, lookup.id, &of_row, &err), &err);
        assert_true(of_row.known && rp_hash128_eq(of_row.key, known->key));
        assert_int_equal(known->id, lookup.id);
    }
    if (!rp_keyring_is_spilled(keyed->ring)) {
        assert_ok(rp_keyring_field_key(keyed->ring, fields, &keyed->columns,
                                       &field, &err),
                  &err);
        assert_int_equal(field.known, known->known);
        assert_true(rp_hash128_eq(field.key, known->key) || !field.known);
        assert_true(field.id == known->id || !field.known);
    }
    check_fates(keyed, lookup.result, &field, known);
    keyed_put(out, &lookup);
}
