/* test_keyring.c - the planner's way from key to id (plan/resolve) and the
 * verifier's way from id to key (proof/keyring) meet, and each alone is right.
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "plan/resolve.h"
#include "proof/keyring.h"
#include "support/school.h"

#define FIELDS_MAX 3

/* A school whose table students has the key that is asked for. */
struct keyed {
    struct test_school school;
    struct rp_schema *schema;
    struct rp_key_shape shape;
    struct rp_key_columns columns; /* of the record: in the same order */
    struct rp_resolver *resolver;
    struct rp_keyring *ring;
};

static void
start(struct keyed *keyed, const char *sql, const char *const *key,
      size_t count)
{
    struct rp_slice names[FIELDS_MAX];
    struct rp_key_request request = { "--student", NULL, NULL, count, count };
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
    assert_ok(rp_resolver_open(keyed->school.db, &keyed->shape,
                               &keyed->resolver, &err),
              &err);
    assert_ok(
        rp_keyring_open(keyed->school.db, &keyed->shape, &keyed->ring, &err),
        &err);
}

static void
end(struct keyed *keyed)
{
    rp_keyring_close(keyed->ring);
    rp_resolver_close(keyed->resolver);
    rp_schema_close(keyed->schema);
    test_school_end(&keyed->school);
}

/* "found 7 trimmed zeros", "empty", ... */
static void
put_lookup(struct rp_buf *out, const struct rp_key_lookup *lookup)
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

/* What the planner finds, checked against what the verifier knows. */
static void
find(struct keyed *keyed, const struct rp_slice *fields, struct rp_buf *out)
{
    struct rp_field_key field = { .known = false };
    struct rp_hash128 key = { 0, 0 };
    struct rp_key_lookup lookup;
    struct rp_err err;

    assert_ok(rp_resolver_find(keyed->resolver, fields, &keyed->columns,
                               &lookup, &err),
              &err);
    assert_ok(rp_keyring_field_key(keyed->ring, fields, &keyed->columns, &field,
                                   &err),
              &err);
    assert_int_equal(field.known, lookup.result == RP_KEY_FOUND);
    if (field.known) {
        assert_true(rp_keyring_key(keyed->ring, lookup.id, &key));
        assert_true(rp_hash128_eq(key, field.key));
    }
    put_lookup(out, &lookup);
}

struct lookup {
    struct rp_slice fields[FIELDS_MAX];
    const char *result;
};

static void
check(const char *sql, const char *const *key, size_t count,
      const struct lookup *lookups, size_t lookup_count)
{
    struct rp_buf out = { 0 };
    struct keyed keyed;

    start(&keyed, sql, key, count);
    for (size_t i = 0; i < lookup_count; i++) {
        rp_buf_reset(&out);
        find(&keyed, lookups[i].fields, &out);
        if (strcmp(rp_buf_cstr(&out), lookups[i].result) != 0)
            fail_msg("lookup %zu: %s, not %s", i, rp_buf_cstr(&out),
                     lookups[i].result);
    }
    rp_buf_release(&out);
    end(&keyed);
}

#define TEXT_SCHOOL                                                            \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, number TEXT);"              \
    "INSERT INTO students VALUES (1, '7'), (2, '007'), (3, ' x '), (4, 'x'),"  \
    "(5, 'twice'), (6, 'twice'), (7, NULL), (8, ''), (9, 'a b'),"              \
    "(10, 'Zo' || char(235)), (11, CAST(x'6100' AS TEXT)), (-3, 'below'),"     \
    "(12, '   ')"

static const struct lookup by_text[] = {
    { { RP_LIT_INIT("7") }, "found 1" },
    { { RP_LIT_INIT("007") }, "found 2" },
    { { RP_LIT_INIT("07") }, "unknown" },
    { { RP_LIT_INIT(" 7\t") }, "found 1 trimmed" },
    { { RP_LIT_INIT(" x ") }, "found 3" },
    { { RP_LIT_INIT("  x") }, "found 4 trimmed" },
    { { RP_LIT_INIT("x") }, "found 4" },
    { { RP_LIT_INIT("X") }, "unknown" },
    { { RP_LIT_INIT("twice") }, "ambiguous" },
    { { RP_LIT_INIT(" twice") }, "ambiguous" },
    { { RP_LIT_INIT("") }, "empty" },
    { { { NULL, 0 } }, "empty" },
    { { RP_LIT_INIT(" ") }, "empty" },
    { { RP_LIT_INIT("   ") }, "found 12" },
    { { RP_LIT_INIT("a  b") }, "unknown" },
    { { RP_LIT_INIT("a b\r") }, "found 9 trimmed" },
    { { RP_LIT_INIT("Zo\xc3\xab") }, "found 10" },
    { { RP_LIT_INIT("Zoe\xcc\x88") }, "unknown" },
    { { RP_LIT_INIT("a") }, "unknown" },
    { { RP_LIT_INIT("below") }, "found -3" },
};

static void
text_keys_are_bytes(void **state)
{
    static const char *const key[] = { "number" };

    (void)state;
    check(TEXT_SCHOOL, key, 1, by_text, TEST_COUNT(by_text));
}

#define INTEGER_SCHOOL                                                         \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, number INTEGER);"           \
    "INSERT INTO students VALUES (1, 7), (2, -7), (3, 9223372036854775807),"   \
    "(4, -9223372036854775808), (5, 40), (6, 40), (7, NULL), (8, 'text'),"     \
    "(9, 0), (10, 1.5)"

static const struct lookup by_integer[] = {
    { { RP_LIT_INIT("7") }, "found 1" },
    { { RP_LIT_INIT("007") }, "found 1 zeros" },
    { { RP_LIT_INIT(" 7 ") }, "found 1 trimmed" },
    { { RP_LIT_INIT(" 07") }, "found 1 trimmed zeros" },
    { { RP_LIT_INIT("-7") }, "found 2" },
    { { RP_LIT_INIT("-007") }, "found 2 zeros" },
    { { RP_LIT_INIT("9223372036854775807") }, "found 3" },
    { { RP_LIT_INIT("9223372036854775808") }, "not an integer" },
    { { RP_LIT_INIT("-9223372036854775808") }, "found 4" },
    { { RP_LIT_INIT("-9223372036854775809") }, "not an integer" },
    { { RP_LIT_INIT("40") }, "ambiguous" },
    { { RP_LIT_INIT("0") }, "found 9" },
    { { RP_LIT_INIT("00") }, "found 9 zeros" },
    { { RP_LIT_INIT("-0") }, "not an integer" },
    { { RP_LIT_INIT("+7") }, "not an integer" },
    { { RP_LIT_INIT("7.0") }, "not an integer" },
    { { RP_LIT_INIT("1.5") }, "not an integer" },
    { { RP_LIT_INIT("7e0") }, "not an integer" },
    { { RP_LIT_INIT("0x7") }, "not an integer" },
    { { RP_LIT_INIT("7 7") }, "not an integer" },
    { { RP_LIT_INIT("-") }, "not an integer" },
    { { RP_LIT_INIT("text") }, "not an integer" },
    { { RP_LIT_INIT("") }, "empty" },
    { { RP_LIT_INIT("\t") }, "empty" },
    { { RP_LIT_INIT("8") }, "unknown" },
};

static void
integer_keys_are_read_by_a_strict_grammar(void **state)
{
    static const char *const key[] = { "number" };

    (void)state;
    check(INTEGER_SCHOOL, key, 1, by_integer, TEST_COUNT(by_integer));
}

static const struct lookup by_id[] = {
    { { RP_LIT_INIT("5") }, "found 5" },
    { { RP_LIT_INIT("05") }, "found 5 zeros" },
    { { RP_LIT_INIT("6") }, "unknown" },
    { { RP_LIT_INIT("-4") }, "found -4" },
};

static void
the_primary_key_is_a_key_like_any_other(void **state)
{
    static const char *const key[] = { "id" };

    (void)state;
    check("CREATE TABLE students(id INTEGER PRIMARY KEY, name);"
          "INSERT INTO students VALUES (5, 'a'), (-4, 'b'), (7, 'c')",
          key, 1, by_id, TEST_COUNT(by_id));
}

#define COMPOSITE_SCHOOL                                                       \
    "CREATE TABLE students(id INTEGER PRIMARY KEY, campus TEXT, number "       \
    "INTEGER);"                                                                \
    "INSERT INTO students VALUES (1, 'N', 1), (2, 'N', 11), (3, 'N1', 1),"     \
    "(4, NULL, 1), (5, 'S', 1), (6, 'S', 1), (7, '', 3), (8, ' N', 1)"

static const struct lookup by_both[] = {
    { { RP_LIT_INIT("N"), RP_LIT_INIT("1") }, "found 1" },
    { { RP_LIT_INIT("N"), RP_LIT_INIT("11") }, "found 2" },
    { { RP_LIT_INIT("N1"), RP_LIT_INIT("1") }, "found 3" },
    { { RP_LIT_INIT("N1"), RP_LIT_INIT("01") }, "found 3 zeros" },
    { { RP_LIT_INIT(" N"), RP_LIT_INIT("1") }, "found 8" },
    { { RP_LIT_INIT("N "), RP_LIT_INIT(" 1") }, "found 1 trimmed" },
    { { RP_LIT_INIT("S"), RP_LIT_INIT("1") }, "ambiguous" },
    { { RP_LIT_INIT("S"), RP_LIT_INIT("2") }, "unknown" },
    { { RP_LIT_INIT("N"), RP_LIT_INIT("x") }, "not an integer" },
    { { { NULL, 0 }, RP_LIT_INIT("1") }, "empty" },
    { { RP_LIT_INIT("N"), RP_LIT_INIT(" ") }, "empty" },
};

static void
parts_of_a_composite_key_do_not_run_together(void **state)
{
    static const char *const key[] = { "campus", "number" };

    (void)state;
    check(COMPOSITE_SCHOOL, key, 2, by_both, TEST_COUNT(by_both));
}

static void
ids_are_there_or_not_in_any_order(void **state)
{
    static const char *const key[] = { "number" };
    static const int64_t asked[] = { 12, -3,        0,         5, 1, 13,
                                     7,  INT64_MIN, INT64_MAX, 2, -3 };
    struct rp_hash128 hash;
    struct rp_buf out = { 0 };
    struct keyed keyed;

    (void)state;
    start(&keyed, TEXT_SCHOOL, key, 1);
    for (size_t i = 0; i < TEST_COUNT(asked); i++)
        rp_buf_printf(&out, "%d%d ", rp_keyring_has_id(keyed.ring, asked[i]),
                      rp_keyring_key(keyed.ring, asked[i], &hash));
    /* 7 is there, and its key is NULL */
    assert_string_equal(rp_buf_cstr(&out), "11 11 00 11 11 00 10 00 00 11 11 ");
    rp_buf_release(&out);
    end(&keyed);
}

static void
a_table_without_rows_knows_no_key(void **state)
{
    static const char *const key[] = { "number" };
    static const struct lookup none[] = {
        { { RP_LIT_INIT("x") }, "unknown" },
        { { RP_LIT_INIT("") }, "empty" },
    };

    (void)state;
    check("CREATE TABLE students(id INTEGER PRIMARY KEY, number TEXT)", key, 1,
          none, TEST_COUNT(none));
}

/* Whatever short keys there are, both ways meet (checked by find). */
static void
any_short_key_is_known_to_both_or_to_none(void **state)
{
    static const char *const kinds[] = { "TEXT", "INTEGER", "NUMERIC", "BLOB" };
    static const char *const key[] = { "number" };
    static const char alphabet[] = " \t0017-.xe";
    uint64_t seed = 7;

    (void)state;
    for (size_t kind = 0; kind < TEST_COUNT(kinds); kind++) {
        struct rp_buf sql = { 0 };
        struct rp_buf out = { 0 };
        struct keyed keyed;

        rp_buf_printf(&sql,
                      "CREATE TABLE students(id INTEGER PRIMARY KEY, number "
                      "%s); INSERT INTO students(number) VALUES (NULL)",
                      kinds[kind]);
        for (int row = 0; row < 200; row++)
            rp_buf_printf(&sql, ", ('%c%c')", alphabet[test_random(&seed) % 10],
                          alphabet[test_random(&seed) % 10]);
        start(&keyed, rp_buf_cstr(&sql), key, 1);
        for (int round = 0; round < 2000; round++) {
            unsigned char bytes[4];
            struct rp_slice field = { bytes, test_random(&seed) % 4 };

            for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (unsigned char)alphabet[test_random(&seed) % 10];
            rp_buf_reset(&out);
            find(&keyed, &field, &out);
        }
        end(&keyed);
        rp_buf_release(&sql);
        rp_buf_release(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_keys_are_bytes),
        cmocka_unit_test(integer_keys_are_read_by_a_strict_grammar),
        cmocka_unit_test(the_primary_key_is_a_key_like_any_other),
        cmocka_unit_test(parts_of_a_composite_key_do_not_run_together),
        cmocka_unit_test(ids_are_there_or_not_in_any_order),
        cmocka_unit_test(a_table_without_rows_knows_no_key),
        cmocka_unit_test(any_short_key_is_known_to_both_or_to_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
