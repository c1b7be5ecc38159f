/* test_exported.c - links that were written to a file have, read back, the
 * digest of the table that held them, and nothing else has.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "proof/exported.h"
#include "proof/linkdigest.h"

/* Of the rows (1,10) (1,20) (2,20). */
#define THREE "c9443f75f3685ed78267028db748872bbfa9a5a4a94f6c5d2111865768e25406"
#define NONE "50a22ec58c013f916bdc52318a31507cc8e9a07a63a0f3810868408abf0f9b45"

static char *folder;

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void
the_digest_is_that_of_the_table(void **state)
{
    static const int64_t links[][2] = { { 1, 10 }, { 1, 20 }, { 2, 20 } };
    struct rp_linkdigest digest = { .sha = NULL };
    char sha256[RP_SHA256_HEX];
    struct rp_err err;

    (void)state;
    assert_ok(rp_linkdigest_begin(&digest, &err), &err);
    for (size_t i = 0; i < TEST_COUNT(links); i++)
        assert_ok(rp_linkdigest_add(&digest, links[i][0], links[i][1], &err),
                  &err);
    assert_ok(rp_linkdigest_end(&digest, sha256, &err), &err);
    assert_string_equal(sha256, THREE);
    assert_false(digest.falling);
    rp_linkdigest_release(&digest);
    rp_linkdigest_release(&digest);
}

static void
links_that_do_not_rise_are_noticed(void **state)
{
    static const int64_t links[][4] = {
        { 1, 10, 1, 10 },
        { 1, 10, 1, 9 },
        { 2, 10, 1, 20 },
        { 0, 0, INT64_MIN, INT64_MAX },
    };
    struct rp_err err;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(links); i++) {
        struct rp_linkdigest digest = { .sha = NULL };

        assert_ok(rp_linkdigest_begin(&digest, &err), &err);
        assert_ok(rp_linkdigest_add(&digest, links[i][0], links[i][1], &err),
                  &err);
        assert_false(digest.falling);
        assert_ok(rp_linkdigest_add(&digest, links[i][2], links[i][3], &err),
                  &err);
        assert_true(digest.falling);
        rp_linkdigest_release(&digest);
    }
}

static struct rp_exported
read_file(const char *text)
{
    char *path = test_path(folder, "links.csv");
    struct rp_exported exported = { .bytes = 99 };
    struct rp_input *input = NULL;
    struct rp_err err;

    test_write(path, rp_slice_str(text));
    assert_ok(rp_input_open(path, folder, &input, &err), &err);
    assert_ok(rp_exported_read(input, &exported, &err), &err);
    rp_input_close(input);
    free(path);
    return exported;
}

static void
what_was_exported_is_read_back(void **state)
{
    struct rp_exported read = read_file(RP_EXPORT_HEADER "1,10\n1,20\n2,20\n");

    (void)state;
    assert_string_equal(read.links_sha256, THREE);
    assert_int_equal(read.bytes, 36);
    assert_int_equal(read.bytes_header, 21);
    assert_int_equal(read.bytes_links, 15);
    assert_int_equal(read.records, 3);
    assert_int_equal(read.strange, 0);
    read = read_file(RP_EXPORT_HEADER);
    assert_string_equal(read.links_sha256, NONE);
    assert_int_equal(read.records, 0);
    assert_int_equal(read.bytes, read.bytes_header);
    read = read_file(RP_EXPORT_HEADER
                     "-9223372036854775808,-1\n9223372036854775807,0\n");
    assert_int_equal(read.records, 2);
    assert_int_equal(read.strange, 0);
}

/* The records that are no links, or 99 when only the digest tells. */
struct altered {
    const char *text;
    unsigned strange;
};

static void
whatever_is_altered_is_seen(void **state)
{
    static const struct altered files[] = {
        { "", 99 },
        { RP_EXPORT_HEADER "1,10\n1,20\n", 99 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,21\n", 99 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,20\n3,1\n", 99 },
        { "1,10\n1,20\n2,20\n", 99 },
        { "course_id,student_id\n1,10\n1,20\n2,20\n", 1 },
        { RP_EXPORT_HEADER "1,20\n1,10\n2,20\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,10\n1,20\n2,20\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,20\n" RP_EXPORT_HEADER, 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,020\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,+20\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2, 20\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,2e1\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,20,1\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,9223372036854775808\n", 1 },
        { RP_EXPORT_HEADER "1,10\n\n1,20\n2,20\n", 1 },
        { RP_EXPORT_HEADER "1,10\n1,20\n2,\"20\n", 1 },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        const struct rp_exported read = read_file(files[i].text);
        const bool whole = read.bytes == read.bytes_header + read.bytes_links &&
                           read.bytes_header == 21 && read.strange == 0 &&
                           read.records == 3 &&
                           strcmp(read.links_sha256, THREE) == 0;

        if (whole)
            fail_msg("it passes for whole: %s", files[i].text);
        if (files[i].strange != 99 && read.strange != files[i].strange)
            fail_msg("%u strange records in %s", (unsigned)read.strange,
                     files[i].text);
    }
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_is_that_of_the_table),
        cmocka_unit_test(links_that_do_not_rise_are_noticed),
        IN_FOLDER(what_was_exported_is_read_back),
        IN_FOLDER(whatever_is_altered_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
