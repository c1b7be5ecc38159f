/* keyed.c - see keyed.h. */
#include "support/keyed.h"

#include <inttypes.h>
#include <string.h>

#include "support/test.h"

void
keyed_start(struct keyed *keyed, const char *sql, const char *const *key,
            size_t count, size_t memory_bytes)
{
    struct rp_slice names[FIELDS_MAX];
    struct rp_key_request request = { "--student", NULL, NULL, count, count };
    struct rp_resolver_request wanted = { .shape = &keyed->shape };
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
    wanted.memory_bytes = memory_bytes;
    wanted.join_bytes = 4096;
    assert_ok(rp_resolver_open(&wanted, &keyed->resolver, &err), &err);
    assert_ok(
        rp_keyring_open(keyed->school.db, &keyed->shape, &keyed->ring, &err),
        &err);
}

void
keyed_end(struct keyed *keyed)
{
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
    struct rp_err err;

    if (rp_resolver_joins(keyed->resolver))
        assert_ok(rp_resolver_foresee(keyed->resolver, &asked, &err), &err);
}

void
keyed_foreseen(struct keyed *keyed)
{
    struct rp_err err;

    if (rp_resolver_joins(keyed->resolver))
        assert_ok(rp_resolver_foreseen(keyed->resolver, &err), &err);
}

void
keyed_find(struct keyed *keyed, uint64_t number, const struct rp_slice *fields,
           struct rp_buf *out)
{
    const struct rp_key_asked asked = { number, fields, &keyed->columns };
    struct rp_field_key field = { .known = false };
    struct rp_hash128 key = { 0, 0 };
    struct rp_key_lookup lookup;
    struct rp_err err;

    assert_ok(rp_resolver_find(keyed->resolver, &asked, 1, &lookup, &err),
              &err);
    assert_ok(rp_keyring_field_key(keyed->ring, fields, &keyed->columns, &field,
                                   &err),
              &err);
    assert_int_equal(field.known, lookup.result == RP_KEY_FOUND);
    if (field.known) {
        assert_true(rp_keyring_key(keyed->ring, lookup.id, &key));
        assert_true(rp_hash128_eq(key, field.key));
    }
    keyed_put(out, &lookup);
}
