/* test_bag.c - evidence is a BagIt bag: written whole or not at all. */
#include "support/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/bag.h"
#include "support/full.h"
#include "support/shell.h"

#define A_SHA256                                                               \
    "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
#define B_SHA256                                                               \
    "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f"

static const struct rp_bag_info info = {
    .date = "2026-11-22",
    .agent = "rollproof 0.1.0",
};

static char *folder;
static char *dir;     /* folder/bag */
static char *partial; /* folder/bag.partial */

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    dir = test_path(folder, "bag");
    partial = test_path(folder, "bag.partial");
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    free(dir);
    free(partial);
    return 0;
}

static struct rp_bag *
open_bag(const char *path)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_ok(rp_bag_open(path, &bag, &err), &err);
    return bag;
}

static void
put_file(struct rp_bag *bag, const char *name, const char *text)
{
    struct rp_err err;

    assert_ok(rp_bag_file(bag, name, rp_slice_str(text), &err), &err);
}

static void
put_both(struct rp_bag *bag)
{
    put_file(bag, "rejects/1.csv", "b\n");
    put_file(bag, "README.txt", "a\n");
}

static void
publish(struct rp_bag *bag, const struct rp_bag_info *with)
{
    struct rp_err err;

    assert_ok(rp_bag_publish(bag, with, &err), &err);
    rp_bag_close(bag);
}

static void
refuse_open(const char *path, const char *part)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_int_equal(rp_bag_open(path, &bag, &err), RP_E_IO);
    assert_null(bag);
    assert_holds(err.text, part);
}

static void
refuse_resume(const char *path, const char *part)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_int_equal(rp_bag_resume(path, &bag, &err), RP_E_IO);
    assert_null(bag);
    assert_holds(err.text, part);
}

static void
check_file(const char *name, const char *golden)
{
    char *path = test_path(dir, name);
    size_t len = 0;
    unsigned char *bytes = test_read(path, &len);
    const struct rp_slice actual = { bytes, len };

    assert_same(actual, rp_slice_str(golden));
    free(bytes);
    free(path);
}

static unsigned
mode_of(const char *name)
{
    char *path = test_path(dir, name);
    struct stat status;

    assert_int_equal(lstat(path, &status), 0);
    free(path);
    return (unsigned)status.st_mode & 07777U;
}

static bool
is_there(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static void
a_bag_has_four_tag_files_and_its_payload(void **state)
{
    struct rp_bag *bag = open_bag(dir);

    (void)state;
    assert_string_equal(rp_bag_dir(bag), dir);
    put_both(bag);
    assert_false(is_there(dir));
    publish(bag, &info);
    assert_false(is_there(partial));
    assert_int_equal(test_folder_count(dir), 5);
    check_file("data/README.txt", "a\n");
    check_file("data/rejects/1.csv", "b\n");
    check_file("bagit.txt", "BagIt-Version: 1.0\n"
                            "Tag-File-Character-Encoding: UTF-8\n");
    check_file("bag-info.txt",
               "Bag-Software-Agent: rollproof 0.1.0\n"
               "Bagging-Date: 2026-11-22\n"
               "Payload-Oxum: 4.2\n"
               "External-Description: Evidence of one run of rollproof: what "
               "it proved about an import of school records. Read "
               "data/README.txt first.\n");
    check_file("manifest-sha256.txt", A_SHA256 "  data/README.txt\n" B_SHA256
                                               "  data/rejects/1.csv\n");
}

/* The hashes of bagit.txt and of the manifest never change. */
static void
the_tag_manifest_lists_the_other_tag_files(void **state)
{
    size_t len = 0;
    char *path = test_path(dir, "tagmanifest-sha256.txt");
    struct rp_bag *bag = open_bag(dir);
    unsigned char *bytes;

    (void)state;
    put_both(bag);
    publish(bag, &info);
    bytes = test_read(path, &len);
    assert_int_equal(len, (size_t)3 * 66 + strlen("bag-info.txt\nbagit.txt\n"
                                                  "manifest-sha256.txt\n"));
    assert_holds((const char *)bytes, "  bag-info.txt\n");
    assert_holds(
        (const char *)bytes,
        "1712ecfb074bf29c4188ad3421032509159a09739fd604f8fe57038b4ddefcc9  "
        "bagit.txt\n");
    assert_holds((const char *)bytes, "  manifest-sha256.txt\n");
    free(bytes);
    free(path);
}

static void
nobody_else_may_read_it(void **state)
{
    struct rp_bag *bag = open_bag(dir);

    (void)state;
    put_both(bag);
    publish(bag, &info);
    assert_int_equal(mode_of("."), 0700);
    assert_int_equal(mode_of("data"), 0700);
    assert_int_equal(mode_of("data/rejects"), 0700);
    assert_int_equal(mode_of("data/rejects/1.csv"), 0600);
    assert_int_equal(mode_of("bagit.txt"), 0600);
    assert_int_equal(mode_of("manifest-sha256.txt"), 0600);
}

static void
the_folder_above_is_made_but_not_the_one_above_that(void **state)
{
    char *above = test_path(folder, "school.db.evidence");
    char *inner = test_path(above, "1//");
    char *deep = test_path(folder, "a/b/c");
    struct rp_bag *bag;

    (void)state;
    bag = open_bag(inner);
    publish(bag, &info);
    assert_true(is_there(inner));
    refuse_open(deep, "a/b/: cannot be made (name a folder");
    assert_int_equal(test_folder_count(folder), 1);
    free(above);
    free(inner);
    free(deep);
}

static void
what_is_there_is_never_replaced(void **state)
{
    char *file = test_path(folder, "file");

    (void)state;
    test_write(file, RP_LIT("x"));
    refuse_open(file, "file: exists already; name another folder");
    refuse_open(folder, "exists already");
    refuse_open("", "names no folder");
    refuse_open("///", "names no folder");
    assert_int_equal(symlink("nowhere", dir), 0);
    refuse_open(dir, "exists already");
    assert_int_equal(unlink(dir), 0);
    assert_int_equal(mkdir(partial, 0700), 0);
    refuse_open(dir, "bag.partial: was left by a run that did not end; "
                     "rollproof status SCHOOL.db --finish");
    assert_true(is_there(partial));
    free(file);
}

static void
a_folder_that_comes_meanwhile_is_not_replaced(void **state)
{
    struct rp_bag *bag = open_bag(dir);
    struct rp_err err;

    (void)state;
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(rp_bag_publish(bag, &info, &err), RP_E_IO);
    assert_holds(err.text, "bag: exists already");
    rp_bag_close(bag);
    assert_true(is_there(partial));
}

static void
the_last_file_of_a_name_stays(void **state)
{
    struct rp_bag *bag = open_bag(dir);

    (void)state;
    put_file(bag, "README.txt", "first\n");
    put_file(bag, "rejects/1.csv", "b\n");
    put_file(bag, "README.txt", "a\n");
    publish(bag, &info);
    check_file("data/README.txt", "a\n");
    check_file("manifest-sha256.txt", A_SHA256 "  data/README.txt\n" B_SHA256
                                               "  data/rejects/1.csv\n");
}

static void
a_file_is_put_piece_by_piece_and_read_again(void **state)
{
    static unsigned char block[100000];
    struct rp_bag *bag = open_bag(dir);
    struct rp_buf read = { 0 };
    struct rp_err err;

    (void)state;
    memset(block, 'x', sizeof block);
    assert_ok(rp_bag_begin(bag, "findings.csv", &err), &err);
    for (int i = 0; i < 3; i++)
        assert_ok(
            rp_bag_put(bag, (struct rp_slice){ block, sizeof block }, &err),
            &err);
    assert_ok(rp_bag_put(bag, (struct rp_slice){ NULL, 0 }, &err), &err);
    assert_ok(rp_bag_end(bag, &err), &err);
    rp_buf_str(&read, "before");
    assert_ok(rp_bag_read(bag, "findings.csv", &read, &err), &err);
    assert_int_equal(read.len, strlen("before") + 3 * sizeof block);
    assert_memory_equal(read.ptr, "beforexxx", 9);
    assert_int_equal(rp_bag_read(bag, "none.csv", &read, &err), RP_E_IO);
    assert_holds(err.text, "bag.partial/data/none.csv: cannot be read");
    rp_buf_release(&read);
    rp_bag_close(bag);
}

static void
what_a_run_left_is_completed_with_the_same_bytes(void **state)
{
    char *stray = test_path(partial, "writing-1.tmp");
    char *manifest = test_path(partial, "manifest-sha256.txt");
    struct rp_bag *bag = open_bag(dir);
    struct rp_buf read = { 0 };
    struct rp_err err;

    (void)state;
    put_both(bag);
    assert_ok(rp_bag_sync(bag, &err), &err);
    assert_ok(rp_bag_begin(bag, "run.json", &err), &err);
    rp_bag_close(bag);
    test_write(stray, RP_LIT("half of someth"));
    test_write(manifest, RP_LIT("half of a manif"));

    assert_ok(rp_bag_resume(partial, &bag, &err), &err);
    assert_string_equal(rp_bag_dir(bag), dir);
    assert_ok(rp_bag_read(bag, "README.txt", &read, &err), &err);
    assert_bytes(rp_buf_view(&read), "a\n");
    publish(bag, &info);
    check_file("manifest-sha256.txt", A_SHA256 "  data/README.txt\n" B_SHA256
                                               "  data/rejects/1.csv\n");
    assert_int_equal(test_folder_count(dir), 5);
    rp_buf_release(&read);
    free(manifest);
    free(stray);
}

static void
a_run_that_goes_on_is_not_completed_by_another(void **state)
{
    struct rp_bag *bag = open_bag(dir);
    struct rp_bag *other = NULL;
    struct rp_err err;

    (void)state;
    assert_int_equal(rp_bag_resume(partial, &other, &err), RP_E_BUSY);
    assert_null(other);
    assert_holds(err.text, "bag.partial: is being written by a run that goes "
                           "on; wait until it ends");
    publish(bag, &info);
}

static void
only_what_a_run_left_is_completed(void **state)
{
    char *stray = test_path(partial, "notes.txt");
    char *link = test_path(partial, "data/link");

    (void)state;
    refuse_resume(partial, "bag.partial: cannot be opened");
    refuse_resume(dir, "is not called .partial at its end");
    refuse_resume(".partial", "is not called .partial at its end");
    rp_bag_close(open_bag(dir));
    test_write(stray, RP_LIT("x"));
    refuse_resume(partial, "notes.txt: does not belong to evidence");
    assert_int_equal(unlink(stray), 0);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    refuse_resume(partial, "bag.partial: data/link: is a symbolic link; it "
                           "cannot be completed");
    free(stray);
    free(link);
}

static void
a_bag_that_is_closed_stays_and_one_that_is_discarded_goes(void **state)
{
    char *above = test_path(folder, "evidence");
    char *inner = test_path(above, "1");
    struct rp_bag *bag = open_bag(dir);
    struct rp_err err;

    (void)state;
    put_both(bag);
    assert_ok(rp_bag_settle(bag, &err), &err);
    rp_bag_close(bag);
    assert_true(is_there(partial));
    assert_ok(rp_bag_resume(partial, &bag, &err), &err);
    assert_ok(rp_bag_begin(bag, "run.json", &err), &err);
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_false(is_there(partial));

    bag = open_bag(inner);
    put_both(bag);
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(folder), 0);
    rp_bag_discard(NULL);
    rp_bag_close(NULL);
    free(above);
    free(inner);
}

static void
a_published_bag_cannot_be_discarded(void **state)
{
    struct rp_bag *bag = open_bag(dir);
    struct rp_err err;

    (void)state;
    put_both(bag);
    assert_ok(rp_bag_publish(bag, &info, &err), &err);
    rp_bag_discard(bag);
    rp_bag_close(bag);
    check_file("data/README.txt", "a\n");
}

static void
a_full_disk_names_the_file_and_leaves_the_bag_to_be_discarded(void **state)
{
    static const unsigned char block[100000];
    struct rp_bag *bag = open_bag(dir);
    struct rp_err err;

    (void)state;
    put_both(bag);
    assert_ok(rp_bag_begin(bag, "findings.csv", &err), &err);
    test_full_begin(50000);
    assert_int_equal(
        rp_bag_put(bag, (struct rp_slice){ block, sizeof block }, &err),
        RP_E_IO);
    test_full_end();
    assert_holds(err.text, "bag.partial/data/findings.csv: cannot be written "
                           "(make room there, or name another folder by "
                           "--evidence)");
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(folder), 0);
}

static void
sha256sum_agrees(void **state)
{
    struct rp_bag *bag = open_bag(dir);

    (void)state;
    put_both(bag);
    publish(bag, &info);
    assert_int_equal(test_run(dir, "sha256sum -c --strict --quiet "
                                   "manifest-sha256.txt"),
                     0);
    assert_int_equal(test_run(dir, "sha256sum -c --strict --quiet "
                                   "tagmanifest-sha256.txt"),
                     0);
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_run_that_goes_on_is_not_completed_by_another),
        IN_FOLDER(a_bag_has_four_tag_files_and_its_payload),
        IN_FOLDER(the_tag_manifest_lists_the_other_tag_files),
        IN_FOLDER(nobody_else_may_read_it),
        IN_FOLDER(the_folder_above_is_made_but_not_the_one_above_that),
        IN_FOLDER(what_is_there_is_never_replaced),
        IN_FOLDER(a_folder_that_comes_meanwhile_is_not_replaced),
        IN_FOLDER(the_last_file_of_a_name_stays),
        IN_FOLDER(a_file_is_put_piece_by_piece_and_read_again),
        IN_FOLDER(what_a_run_left_is_completed_with_the_same_bytes),
        IN_FOLDER(only_what_a_run_left_is_completed),
        IN_FOLDER(a_bag_that_is_closed_stays_and_one_that_is_discarded_goes),
        IN_FOLDER(a_published_bag_cannot_be_discarded),
        IN_FOLDER(
            a_full_disk_names_the_file_and_leaves_the_bag_to_be_discarded),
        IN_FOLDER(sha256sum_agrees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
