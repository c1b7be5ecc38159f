/* test_canon.c - the bytes that get hashed, pinned: RPCE-1.
 *
 * Every proof on disk depends on these.  A change here is a new
 * RP_CANON_VERSION.
 */
#include "support/test.h"

#include "base/canon.h"
#include "base/hash.h"
#include "base/sha256.h"

struct golden {
    const char *name;
    struct rp_slice value;
    struct rp_slice canon;
};

static const struct golden golden_texts[] = {
    { "empty is not NULL", RP_LIT_INIT(""), RP_LIT_INIT("\3\0\0\0\0") },
    { "one byte", RP_LIT_INIT("a"), RP_LIT_INIT("\3\0\0\0\1a") },
    { "NUL inside", RP_LIT_INIT("a\0b"), RP_LIT_INIT("\3\0\0\0\3a\0b") },
    { "invalid UTF-8", RP_LIT_INIT("\xff"), RP_LIT_INIT("\3\0\0\0\1\xff") },
};

static void
texts_have_their_golden_bytes(void **state)
{
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden_texts); i++) {
        rp_buf_reset(&out);
        rp_canon_text(&out, golden_texts[i].value);
        if (!rp_slice_eq(rp_buf_view(&out), golden_texts[i].canon))
            print_error("example: %s\n", golden_texts[i].name);
        assert_same(rp_buf_view(&out), golden_texts[i].canon);
    }
    rp_buf_release(&out);
}

static const struct {
    int64_t value;
    const char *hex;
} golden_ints[] = {
    { 0, "01 0000000000000000" },         { 1, "01 0000000000000001" },
    { -1, "01 ffffffffffffffff" },        { INT64_MAX, "01 7fffffffffffffff" },
    { INT64_MIN, "01 8000000000000000" },
};

static void
integers_are_twos_complement_big_endian(void **state)
{
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden_ints); i++) {
        rp_buf_reset(&out);
        rp_canon_int(&out, golden_ints[i].value);
        assert_hex(rp_buf_view(&out), golden_ints[i].hex);
    }
    rp_buf_release(&out);
}

static const struct {
    double value;
    const char *hex;
} golden_reals[] = {
    { 0.0, "02 0000000000000000" },  { -0.0, "02 8000000000000000" },
    { 1.0, "02 3ff0000000000000" },  { 0.1, "02 3fb999999999999a" },
    { -2.5, "02 c004000000000000" }, { 1e300, "02 7e37e43c8800759c" },
};

static void
reals_are_their_ieee_754_bits(void **state)
{
    struct rp_buf out = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden_reals); i++) {
        rp_buf_reset(&out);
        rp_canon_real(&out, golden_reals[i].value);
        assert_hex(rp_buf_view(&out), golden_reals[i].hex);
    }
    rp_buf_release(&out);
}

static void
null_the_empty_text_and_the_empty_blob_differ(void **state)
{
    struct rp_slice none = { NULL, 0 };
    struct rp_buf out = { 0 };

    (void)state;
    rp_canon_null(&out);
    rp_canon_text(&out, none);
    rp_canon_blob(&out, none);
    rp_canon_blob(&out, RP_LIT("\0\xff"));
    rp_canon_lp(&out, RP_LIT("x"));
    assert_hex(rp_buf_view(&out), "00 0300000000 0400000000 040000000200ff"
                                  "0000000178");
    rp_buf_release(&out);
}

static void
moving_a_field_border_changes_the_bytes(void **state)
{
    struct rp_buf left = { 0 };
    struct rp_buf right = { 0 };

    (void)state;
    rp_canon_text(&left, RP_LIT("ab"));
    rp_canon_text(&left, RP_LIT("c"));
    rp_canon_text(&right, RP_LIT("a"));
    rp_canon_text(&right, RP_LIT("bc"));
    assert_int_equal(left.len, right.len);
    assert_memory_not_equal(left.ptr, right.ptr, left.len);
    rp_buf_release(&left);
    rp_buf_release(&right);
}

/* The tables of the specification, and one row of them at a time. */

#define ROWS_MAX 4

struct table {
    struct rp_buf stream;
    struct rp_fp fp;
    struct rp_buf rows[ROWS_MAX];
};

static void
take_row(struct table *table, const struct rp_buf *row)
{
    rp_buf_slice(&table->stream, rp_buf_view(row));
    rp_fp_add(&table->fp, rp_hash128(rp_buf_view(row)));
}

static void
release_table(struct table *table)
{
    rp_buf_release(&table->stream);
    for (size_t i = 0; i < ROWS_MAX; i++)
        rp_buf_release(&table->rows[i]);
}

static void
make_links(struct table *table)
{
    static const int64_t links[][2] = { { 1, 10 }, { 1, 20 }, { 2, 20 } };
    static const struct rp_slice columns[] = { RP_LIT_INIT("student_id"),
                                               RP_LIT_INIT("course_id") };
    static const uint32_t key[] = { 0, 1 };
    const struct rp_canon_shape shape = { RP_LIT("student_courses"), columns, 2,
                                          key, 2 };

    rp_canon_table(&table->stream, &shape);
    for (size_t i = 0; i < TEST_COUNT(links); i++) {
        rp_canon_row(&table->rows[i], 2);
        rp_canon_int(&table->rows[i], links[i][0]);
        rp_canon_int(&table->rows[i], links[i][1]);
        take_row(table, &table->rows[i]);
    }
    rp_canon_table_end(&table->stream, TEST_COUNT(links));
}

static void
put_student_rows(struct rp_buf *rows)
{
    rp_canon_row(&rows[0], 4);
    rp_canon_int(&rows[0], INT64_MIN);
    rp_canon_text(&rows[0], RP_LIT("Zo\xc3\xab"));
    rp_canon_real(&rows[0], 0.1);
    rp_canon_real(&rows[0], 2.5);

    rp_canon_row(&rows[1], 4);
    rp_canon_int(&rows[1], 1);
    rp_canon_text(&rows[1], RP_LIT("Ada Lovelace"));
    rp_canon_real(&rows[1], 4.0);
    rp_canon_null(&rows[1]);
}

static void
put_odd_student_rows(struct rp_buf *rows)
{
    rp_canon_row(&rows[0], 4);
    rp_canon_int(&rows[0], 2);
    rp_canon_text(&rows[0], RP_LIT(""));
    rp_canon_null(&rows[0]);
    rp_canon_blob(&rows[0], RP_LIT("\0\xff"));

    rp_canon_row(&rows[1], 4);
    rp_canon_int(&rows[1], 3);
    rp_canon_text(&rows[1], RP_LIT("a\0b"));
    rp_canon_real(&rows[1], 0.0);
    rp_canon_int(&rows[1], 42);
}

static void
make_students(struct table *table)
{
    static const struct rp_slice columns[] = {
        RP_LIT_INIT("id"),
        RP_LIT_INIT("name"),
        RP_LIT_INIT("gpa"),
        RP_LIT_INIT("note"),
    };
    static const uint32_t key[] = { 0 };
    const struct rp_canon_shape shape = { RP_LIT("students"), columns, 4, key,
                                          1 };

    put_student_rows(table->rows);
    put_odd_student_rows(table->rows + 2);
    rp_canon_table(&table->stream, &shape);
    for (size_t i = 0; i < ROWS_MAX; i++)
        take_row(table, &table->rows[i]);
    rp_canon_table_end(&table->stream, ROWS_MAX);
}

static void
check_hashes(const struct table *table, const char *digest,
             const char *fingerprint)
{
    char hex[RP_SHA256_HEX];
    char fp[RP_FP_HEX];
    struct rp_err err;

    assert_ok(rp_sha256_hex(rp_buf_view(&table->stream), hex, &err), &err);
    assert_string_equal(hex, digest);
    rp_fp_hex(fp, &table->fp);
    assert_string_equal(fp, fingerprint);
}

static void
a_table_of_links_has_its_golden_stream(void **state)
{
    struct table table = { 0 };

    (void)state;
    make_links(&table);
    assert_int_equal(table.stream.len, 158);
    assert_hex(rp_buf_view(&table.stream),
               "726f6c6c70726f6f662f7461626c652f310a 0000000f"
               "73747564656e745f636f7572736573 00000002 0000000a"
               "73747564656e745f6964 00000009 636f757273655f6964 00000002"
               "00000000 00000001"
               "52 00000002 010000000000000001 01000000000000000a"
               "52 00000002 010000000000000001 010000000000000014"
               "52 00000002 010000000000000002 010000000000000014"
               "45 0000000000000003");
    check_hashes(
        &table,
        "c9443f75f3685ed78267028db748872bbfa9a5a4a94f6c5d2111865768e25406",
        "f073149b5919d291fbe25661858ec2f3");
    release_table(&table);
}

static void
a_table_of_all_types_has_its_golden_hashes(void **state)
{
    struct table table = { 0 };
    unsigned char be[16];

    (void)state;
    make_students(&table);
    check_hashes(
        &table,
        "2271f14c47e09d9be8cf10c8dfe1eb837976d1675e1ad1a9833a19002f8e913a",
        "81732b025b18afccaff201415030609e");
    assert_hex(
        rp_buf_view(&table.rows[3]),
        "5200000004010000000000000003030000000361006202000000000000000001"
        "000000000000002a");
    rp_hash128_put(be, rp_hash128(rp_buf_view(&table.rows[3])));
    assert_hex(((struct rp_slice){ be, sizeof be }),
               "dc8b4ef310fae721c61eb8963bf9475c");
    release_table(&table);
}

static void
a_table_without_a_key_says_so(void **state)
{
    static const struct rp_slice columns[] = { RP_LIT_INIT("c") };
    const struct rp_canon_shape shape = { RP_LIT("t"), columns, 1, NULL, 0 };
    struct rp_buf out = { 0 };

    (void)state;
    rp_canon_table(&out, &shape);
    rp_canon_table_end(&out, 0);
    assert_bytes(rp_buf_view(&out), "rollproof/table/1\n\0\0\0\1t\0\0\0\1"
                                    "\0\0\0\1c\0\0\0\0E\0\0\0\0\0\0\0\0");
    rp_buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_their_golden_bytes),
        cmocka_unit_test(integers_are_twos_complement_big_endian),
        cmocka_unit_test(reals_are_their_ieee_754_bits),
        cmocka_unit_test(null_the_empty_text_and_the_empty_blob_differ),
        cmocka_unit_test(moving_a_field_border_changes_the_bytes),
        cmocka_unit_test(a_table_of_links_has_its_golden_stream),
        cmocka_unit_test(a_table_of_all_types_has_its_golden_hashes),
        cmocka_unit_test(a_table_without_a_key_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
