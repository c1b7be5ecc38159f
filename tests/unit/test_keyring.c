/* test_keyring.c - the planner's way from key to id (plan/resolve) and the
 * verifier's way from id to key (proof/keyring) meet, and each alone is right,
 * with tables in memory and without.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/keyed.h"

/* For the tables of keys: all that they want, or nothing. */
static const struct keyed_room rooms[] = { { SIZE_MAX, 0 }, { 0, 4096 } };

struct lookup {
    struct rp_slice fields[FIELDS_MAX];
    const char *result;
};

/* The table of what to look up. */
struct lookups {
    const struct lookup *items;
    size_t count;
};

/* Both find the same when they look all up at once. */
static void
check_together(struct keyed *keyed, struct lookups lookups, struct rp_buf *out)
{
    struct rp_key_asked asked[RP_BATCH_RECORDS] = { { .ordinal = 0 } };
    const struct rp_slice *records[RP_BATCH_RECORDS];
    const struct rp_fields_asked wanted = { records, lookups.count,
                                            &keyed->columns };
    struct rp_key_lookup found[RP_BATCH_RECORDS];
    struct rp_field_key keys[RP_BATCH_RECORDS] = { { .known = false } };
    struct rp_err err;

    for (size_t i = 0; i < lookups.count; i++)
        asked[i] = (struct rp_key_asked){ i + 1, lookups.items[i].fields,
                                          &keyed->columns };
    assert_ok(
        rp_resolver_find(keyed->resolver, asked, lookups.count, found, &err),
        &err);
    for (size_t i = 0; i < lookups.count; i++)
        records[i] = lookups.items[i].fields;
    if (!rp_keyring_is_spilled(keyed->ring))
        assert_ok(rp_keyring_field_keys(keyed->ring, &wanted, keys, &err),
                  &err);
    for (size_t i = 0; i < lookups.count; i++) {
        rp_buf_reset(out);
        keyed_put(out, &found[i]);
        assert_string_equal(rp_buf_cstr(out), lookups.items[i].result);
        if (!rp_keyring_is_spilled(keyed->ring))
            assert_int_equal(keys[i].known, found[i].result == RP_KEY_FOUND);
    }
}

static void
check_within(struct keyed_room room, const char *sql, const char *const *key,
             size_t count, struct lookups lookups)
{
    struct rp_buf out = { 0 };
    struct keyed keyed;

    keyed_start(&keyed, sql, key, count, room);
    for (size_t i = 0; i < lookups.count; i++)
        keyed_foresee(&keyed, i + 1, lookups.items[i].fields);
    keyed_foreseen(&keyed);
    for (size_t i = 0; i < lookups.count; i++) {
        rp_buf_reset(&out);
        keyed_find(&keyed, i + 1, lookups.items[i].fields, &out);
        if (strcmp(rp_buf_cstr(&out), lookups.items[i].result) != 0)
            fail_msg("lookup %zu in %zu bytes: %s, not %s", i,
                     room.memory_bytes, rp_buf_cstr(&out),
                     lookups.items[i].result);
    }
    check_together(&keyed, lookups, &out);
    rp_buf_release(&out);
    keyed_end(&keyed);
}

static void
check(const char *sql, const char *const *key, size_t count,
      struct lookups lookups)
{
    for (size_t i = 0; i < TEST_COUNT(rooms); i++)
        check_within(rooms[i], sql, key, count, lookups);
}

#define LOOKUPS(table) ((struct lookups){ table, TEST_COUNT(table) })

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
    check(TEXT_SCHOOL, key, 1, LOOKUPS(by_text));
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
    check(INTEGER_SCHOOL, key, 1, LOOKUPS(by_integer));
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
          key, 1, LOOKUPS(by_id));
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
    check(COMPOSITE_SCHOOL, key, 2, LOOKUPS(by_both));
}

static void
ids_are_there_or_not_in_any_order(void **state)
{
    static const char *const key[] = { "number" };
    static const int64_t asked[] = { 12, -3,        0,         5, 1, 13,
                                     7,  INT64_MIN, INT64_MAX, 2, -3 };
    /* In memory; spilled, with a set of the ids and without. */
    static const struct keyed_room places[] = { { SIZE_MAX, 0 },
                                                { 0, 1 << 20 },
                                                { 0, 100 } };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(places); i++) {
        struct rp_buf out = { 0 };
        struct keyed keyed;

        keyed_start(&keyed, TEXT_SCHOOL, key, 1, places[i]);
        for (size_t a = 0; a < TEST_COUNT(asked); a++) {
            struct rp_field_key found;
            bool has = false;
            struct rp_err err;

            assert_ok(rp_keyring_has_id(keyed.ring, asked[a], &has, &err),
                      &err);
            assert_ok(rp_keyring_key(keyed.ring, asked[a], &found, &err), &err);
            rp_buf_printf(&out, "%d%d ", has, found.known);
        }
        /* 7 is there, and its key is NULL */
        assert_string_equal(rp_buf_cstr(&out),
                            "11 11 00 11 11 00 10 00 00 11 11 ");
        rp_buf_release(&out);
        keyed_end(&keyed);
    }
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
          LOOKUPS(none));
}

/* Whatever short keys there are, both ways meet (checked by find). */
static const char alphabet[] = " \t0017-.xe";
#define ROUNDS 2000

/* The field of each round: the same ones from the same seed. */
static struct rp_slice
short_field(unsigned char bytes[4], uint64_t *seed)
{
    struct rp_slice field = { bytes, test_random(seed) % 4 };

    for (size_t i = 0; i < 4; i++)
        bytes[i] = (unsigned char)alphabet[test_random(seed) % 10];
    return field;
}

static void
look_for_short_keys(struct keyed *keyed, struct rp_buf *out)
{
    unsigned char bytes[4];
    uint64_t seed = 11;

    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct rp_slice field = short_field(bytes, &seed);

        keyed_foresee(keyed, round, &field);
    }
    keyed_foreseen(keyed);
    seed = 11;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct rp_slice field = short_field(bytes, &seed);

        keyed_find(keyed, round, &field, out);
        rp_buf_byte(out, '\n');
    }
}

static void
any_short_key_is_known_to_both_or_to_none(void **state)
{
    static const char *const kinds[] = { "TEXT", "INTEGER", "NUMERIC", "BLOB" };
    static const char *const key[] = { "number" };
    uint64_t seed = 7;

    (void)state;
    for (size_t kind = 0; kind < TEST_COUNT(kinds); kind++) {
        struct rp_buf found[TEST_COUNT(rooms)] = { { 0 } };
        struct rp_buf sql = { 0 };

        rp_buf_printf(&sql,
                      "CREATE TABLE students(id INTEGER PRIMARY KEY, number "
                      "%s); INSERT INTO students(number) VALUES (NULL)",
                      kinds[kind]);
        for (int row = 0; row < 200; row++)
            rp_buf_printf(&sql, ", ('%c%c')", alphabet[test_random(&seed) % 10],
                          alphabet[test_random(&seed) % 10]);
        for (size_t m = 0; m < TEST_COUNT(rooms); m++) {
            struct keyed keyed;

            keyed_start(&keyed, rp_buf_cstr(&sql), key, 1, rooms[m]);
            look_for_short_keys(&keyed, &found[m]);
            keyed_end(&keyed);
        }
        assert_same(rp_buf_view(&found[0]), rp_buf_view(&found[1]));
        rp_buf_release(&sql);
        rp_buf_release(&found[0]);
        rp_buf_release(&found[1]);
    }
}

/* Sorted as they are, or by their SHA-256: a longer key than any row has, one
 * of each length around the limit, and two that only differ at the end. */
static void
long_keys_are_told_apart(void **state)
{
    static const char *const key[] = { "number" };
    unsigned char bytes[80];
    struct rp_buf out = { 0 };
    struct rp_buf expected = { 0 };

    (void)state;
    memset(bytes, 'k', sizeof bytes);
    for (size_t m = 0; m < TEST_COUNT(rooms); m++) {
        struct keyed keyed;

        keyed_start(
            &keyed,
            "CREATE TABLE students(id INTEGER PRIMARY KEY, number TEXT);"
            "WITH RECURSIVE n(len) AS (VALUES (1) UNION ALL SELECT len + 1"
            " FROM n WHERE len < 70) INSERT INTO students SELECT len, "
            "replace(hex(zeroblob(len)), '00', 'k') FROM n;"
            "INSERT INTO students SELECT id + 100, substr(number, 2) || 'x'"
            " FROM students",
            key, 1, rooms[m]);
        for (size_t len = 1; len <= sizeof bytes; len++) {
            struct rp_slice field = { bytes, len };

            keyed_foresee(&keyed, len, &field);
        }
        keyed_foreseen(&keyed);
        for (size_t len = 1; len <= sizeof bytes; len++) {
            struct rp_slice field = { bytes, len };

            keyed_find(&keyed, len, &field, &out);
            if (len <= 70)
                rp_buf_printf(&expected, "found %zu", len);
            else
                rp_buf_str(&expected, "unknown");
        }
        keyed_end(&keyed);
    }
    assert_same(rp_buf_view(&out), rp_buf_view(&expected));
    rp_buf_release(&out);
    rp_buf_release(&expected);
}

/* The sample is looked up behind the records, and repeats behind that. */
static void
a_sweep_over_the_answers_may_begin_again(void **state)
{
    static const char *const key[] = { "number" };
    static const uint64_t asked[] = { 2, 5, 5, 9, 1, 2, 3, 9, 8, 1 };
    struct rp_slice keys[] = { RP_LIT("7"), RP_LIT("none"), RP_LIT(" x") };
    struct rp_buf out = { 0 };
    struct keyed keyed;

    (void)state;
    keyed_start(&keyed, TEXT_SCHOOL, key, 1, rooms[1]);
    for (uint64_t n = 1; n <= 9; n++)
        keyed_foresee(&keyed, n, &keys[n % 3]);
    keyed_foreseen(&keyed);
    for (size_t i = 0; i < TEST_COUNT(asked); i++) {
        keyed_find(&keyed, asked[i], &keys[asked[i] % 3], &out);
        rp_buf_str(&out, ", ");
    }
    assert_string_equal(rp_buf_cstr(&out),
                        "found 4 trimmed, found 4 trimmed, found 4 trimmed, "
                        "found 1, unknown, found 4 trimmed, found 1, found 1, "
                        "found 4 trimmed, unknown, ");
    rp_buf_release(&out);
    keyed_end(&keyed);
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
        cmocka_unit_test(long_keys_are_told_apart),
        cmocka_unit_test(a_sweep_over_the_answers_may_begin_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
