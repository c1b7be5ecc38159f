/* test_sha256.c - SHA-256 against the examples of FIPS 180-2. */
#include "support/test.h"

#include <string.h>

#include "base/sha256.h"
#include "base/show.h"

static const struct {
    const char *text;
    const char *hex;
} golden[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void
one_piece_of_memory_has_its_known_digest(void **state)
{
    struct rp_slice none = { NULL, 0 };
    char hex[RP_SHA256_HEX];
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(golden); i++) {
        assert_ok(rp_sha256_hex(rp_slice_str(golden[i].text), hex, &err), &err);
        assert_string_equal(hex, golden[i].hex);
    }
    assert_ok(rp_sha256_hex(none, hex, &err), &err);
    assert_string_equal(hex, golden[0].hex);
}

static void
finish(struct rp_sha256 *sha, const char *expected)
{
    unsigned char digest[RP_SHA256_BYTES];
    char hex[RP_SHA256_HEX];
    struct rp_err err;

    assert_ok(rp_sha256_finish(sha, digest, &err), &err);
    rp_hex(hex, digest, sizeof digest);
    assert_string_equal(hex, expected);
}

static void
pieces_have_the_digest_of_the_whole(void **state)
{
    struct rp_sha256 *sha = NULL;
    struct rp_err err;
    const char *text = golden[2].text;
    size_t len = strlen(text);

    (void)state;
    assert_ok(rp_sha256_open(&sha, &err), &err);
    for (size_t cut = 0; cut <= len; cut++) {
        struct rp_slice front = { (const unsigned char *)text, cut };

        assert_ok(rp_sha256_put(sha, front, &err), &err);
        assert_ok(rp_sha256_put(sha, rp_slice_str(text + cut), &err), &err);
        finish(sha, golden[2].hex);
    }
    rp_sha256_close(sha);
}

static void
a_digest_starts_anew_after_it_was_finished(void **state)
{
    struct rp_sha256 *sha = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_sha256_open(&sha, &err), &err);
    finish(sha, golden[0].hex);
    assert_ok(rp_sha256_put(sha, RP_LIT("abc"), &err), &err);
    finish(sha, golden[1].hex);
    finish(sha, golden[0].hex);
    rp_sha256_close(sha);
    rp_sha256_close(NULL);
}

static void
the_version_of_the_library_is_told(void **state)
{
    (void)state;
    assert_in_range(rp_sha256_version()[0], '1', '9');
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_piece_of_memory_has_its_known_digest),
        cmocka_unit_test(pieces_have_the_digest_of_the_whole),
        cmocka_unit_test(a_digest_starts_anew_after_it_was_finished),
        cmocka_unit_test(the_version_of_the_library_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
