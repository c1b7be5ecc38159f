/* test_bagcheck.c - whatever is done to a bag, the check names the file. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "report/bag.h"
#include "support/shell.h"

#define MANIFEST_ALTERED                                                       \
    "manifest-sha256.txt: was altered: its SHA-256 is not the one in "         \
    "tagmanifest-sha256.txt\n"
#define README_ADDED                                                           \
    "data/README.txt: was added: manifest-sha256.txt does not list it\n"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char *folder;
static char *dir; /* folder/bag */

static void
make_bag(const char *path, const char *readme)
{
    const struct rp_bag_info info = { .date = "2026-11-22", .agent = "test" };
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_ok(rp_bag_open(path, &bag, &err), &err);
    assert_ok(rp_bag_file(bag, "README.txt", rp_slice_str(readme), &err), &err);
    assert_ok(rp_bag_file(bag, "rejects/1.csv", RP_LIT("b\n"), &err), &err);
    assert_ok(rp_bag_publish(bag, &info, &err), &err);
    rp_bag_close(bag);
}

static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    dir = test_path(folder, "bag");
    make_bag(dir, "a\n");
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    free(dir);
    return 0;
}

/* What the check says of dir. */
static void
put_problems(struct rp_buf *out, uint64_t *out_files)
{
    struct rp_err err;

    assert_ok(rp_bag_check(dir, out, out_files, &err), &err);
}

/* What is done in a copy of the bag, and all that the check says then. */
struct deed {
    const char *command;
    const char *problems;
};

static void
check_deed(const struct deed *deed)
{
    struct rp_buf problems = { 0 };
    uint64_t files = 0;

    assert_int_equal(test_run(folder, "cp -r bag kept"), 0);
    if (test_run(dir, deed->command) != 0)
        fail_msg("cannot run: %s", deed->command);
    put_problems(&problems, &files);
    if (!rp_slice_eq(rp_buf_view(&problems), rp_slice_str(deed->problems)))
        print_error("after: %s\n", deed->command);
    assert_same(rp_buf_view(&problems), rp_slice_str(deed->problems));
    rp_buf_release(&problems);
    assert_int_equal(test_run(folder, "rm -rf bag && mv kept bag"), 0);
}

static void
check_deeds(const struct deed *deeds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_deed(&deeds[i]);
}

static void
an_untouched_bag_has_no_problem(void **state)
{
    static const struct deed deeds[] = {
        { "true", "" },
        { "touch tagmanifest-sha256.txt.sig", "" },
        { "mkdir data/empty", "" },
        { "touch -d 2001-01-01 data/README.txt", "" },
    };
    struct rp_buf problems = { 0 };
    uint64_t files = 0;

    (void)state;
    put_problems(&problems, &files);
    assert_int_equal(problems.len, 0);
    assert_int_equal(files, 6);
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
what_is_missing_is_named(void **state)
{
    static const struct deed deeds[] = {
        { "rm data/README.txt", "data/README.txt: is missing\n" },
        { "rm -r data/rejects", "data/rejects/1.csv: is missing\n" },
        { "rm -r data", "data/README.txt: is missing\n"
                        "data/rejects/1.csv: is missing\n" },
        { "rm bag-info.txt", "bag-info.txt: is missing\n" },
        { "rm bagit.txt", "bagit.txt: does not declare a bag of BagIt 1.0 in "
                          "UTF-8\n"
                          "bagit.txt: is missing\n" },
        { "rm manifest-sha256.txt",
          README_ADDED "data/rejects/1.csv: was added: manifest-sha256.txt "
                       "does not list it\n"
                       "manifest-sha256.txt: is missing\n" },
        { "rm tagmanifest-sha256.txt",
          "bag-info.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "bagit.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "manifest-sha256.txt: was added: tagmanifest-sha256.txt does not "
          "list it\n"
          "tagmanifest-sha256.txt: is missing\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
what_was_added_is_named(void **state)
{
    static const struct deed deeds[] = {
        { "touch data/new.csv", "data/new.csv: was added: manifest-sha256.txt "
                                "does not list it\n" },
        { "touch notes.txt", "notes.txt: was added: tagmanifest-sha256.txt "
                             "does not list it\n" },
        { "mkdir x && cp data/README.txt x",
          "x/README.txt: was added: tagmanifest-sha256.txt does not list "
          "it\n" },
        { "touch bagit.txt.sig", "bagit.txt.sig: was added: "
                                 "tagmanifest-sha256.txt does not list it\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
what_was_altered_is_named(void **state)
{
    static const struct deed deeds[] = {
        { "printf b >data/README.txt",
          "data/README.txt: was altered: its SHA-256 is not the one in "
          "manifest-sha256.txt\n" },
        { "echo 'Contact-Name: x' >>bag-info.txt",
          "bag-info.txt: was altered: its SHA-256 is not the one in "
          "tagmanifest-sha256.txt\n" },
        { "sed -i s/1.0/0.97/ bagit.txt",
          "bagit.txt: does not declare a bag of BagIt 1.0 in UTF-8\n"
          "bagit.txt: was altered: its SHA-256 is not the one in "
          "tagmanifest-sha256.txt\n" },
        { "echo c >>data/rejects/1.csv && "
          "sha256sum data/README.txt data/rejects/1.csv >manifest-sha256.txt",
          MANIFEST_ALTERED },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
only_files_and_folders_have_a_place(void **state)
{
    static const struct deed deeds[] = {
        { "ln -s /etc/passwd data/link", "data/link: is a symbolic link\n" },
        { "mv data/README.txt . && ln -s ../README.txt data/README.txt",
          "README.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "data/README.txt: is a symbolic link\n"
          "data/README.txt: is missing\n" },
        { "mv data ../elsewhere && ln -s ../elsewhere data",
          "data/README.txt: is missing\n"
          "data/rejects/1.csv: is missing\n"
          "data: is a symbolic link\n" },
        { "ln -s bagit.txt tagmanifest-sha256.txt.sig",
          "tagmanifest-sha256.txt.sig: is a symbolic link\n" },
        { "mkfifo data/pipe", "data/pipe: is neither a file nor a folder\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
names_that_no_bag_may_have_are_shown_safely(void **state)
{
    static const struct deed deeds[] = {
        { "touch 'data/a%b'", "data/a%b: has a character in its name that no "
                              "bag may have\n" },
        { "touch \"$(printf 'data/a\\033[2Jb')\"",
          "data/a\\x1b[2Jb: has a character in its name that no bag may "
          "have\n" },
        { "touch \"$(printf 'data/a\\nb')\"",
          "data/a\\x0ab: has a character in its name that no bag may have\n" },
        { "touch \"$(printf 'data/a\\rb')\"",
          "data/a\\x0db: has a character in its name that no bag may have\n" },
        { "touch \"$(printf 'data/\\303\\244')\"",
          "data/\xc3\xa4: has a character in its name that no bag may have\n" },
        { "touch '~x'", "~x: starts with ~\n" },
        { "mkdir -p data/1/2/3/4/5/6/7/8/9",
          "data/1/2/3/4/5/6/7: is too many folders deep\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
a_manifest_that_leads_elsewhere_is_refused(void **state)
{
    static const struct deed deeds[] = {
        { "echo '" ZEROS "  data/../../x' >>manifest-sha256.txt",
          "data/../../x: is a path that leads elsewhere\n" MANIFEST_ALTERED },
        { "echo '" ZEROS "  data/./README.txt' >>manifest-sha256.txt",
          "data/./README.txt: is a path that leads "
          "elsewhere\n" MANIFEST_ALTERED },
        { "echo '" ZEROS "  data//x' >>manifest-sha256.txt",
          "data//x: is a path that leads elsewhere\n" MANIFEST_ALTERED },
        { "echo '" ZEROS "  /etc/passwd' >>manifest-sha256.txt",
          "/etc/passwd: is an absolute path\n" MANIFEST_ALTERED },
        { "echo '" ZEROS "  ~root/x' >>manifest-sha256.txt",
          MANIFEST_ALTERED "~root/x: starts with ~\n" },
        { "echo '" ZEROS "  data/a%0Ab' >>manifest-sha256.txt",
          "data/a%0Ab: has a character in its name that no bag may "
          "have\n" MANIFEST_ALTERED },
        { "echo '" ZEROS "  bagit.txt' >>manifest-sha256.txt",
          "bagit.txt: is listed in the wrong manifest\n" MANIFEST_ALTERED },
        { "grep README manifest-sha256.txt >>tagmanifest-sha256.txt",
          "data/README.txt: is listed in the wrong manifest\n" },
        { "echo '" ZEROS "  data/x' >>manifest-sha256.txt",
          "data/x: is missing\n" MANIFEST_ALTERED },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
a_manifest_that_does_not_parse_is_refused(void **state)
{
#define NO_ENTRY                                                               \
    "manifest-sha256.txt: has a line that is no hash, two blanks and a name\n"
    static const struct deed deeds[] = {
        { "grep README manifest-sha256.txt >x; cat x >>manifest-sha256.txt; "
          "rm x",
          "data/README.txt: stands twice in "
          "manifest-sha256.txt\n" MANIFEST_ALTERED },
        { "echo >>manifest-sha256.txt", NO_ENTRY MANIFEST_ALTERED },
        { "sed -i 's/  / */' manifest-sha256.txt", README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\n" NO_ENTRY MANIFEST_ALTERED },
        { "echo '" ZEROS "  ' >>manifest-sha256.txt",
          NO_ENTRY MANIFEST_ALTERED },
        { "sed -i 's/^8/G/' manifest-sha256.txt",
          README_ADDED NO_ENTRY MANIFEST_ALTERED },
        { "printf '" ZEROS "  data/x' >>manifest-sha256.txt",
          "manifest-sha256.txt: ends in the middle of a "
          "line\n" MANIFEST_ALTERED },
        { "sed -i 's/$/\\r/' tagmanifest-sha256.txt",
          "bag-info.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "bag-info.txt\\x0d: has a character in its name that no bag may "
          "have\n"
          "bagit.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "bagit.txt\\x0d: has a character in its name that no bag may have\n"
          "manifest-sha256.txt: was added: tagmanifest-sha256.txt does not "
          "list it\n"
          "manifest-sha256.txt\\x0d: has a character in its name that no bag "
          "may have\n" },
        { "truncate -s 17M manifest-sha256.txt", README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\nmanifest-sha256.txt: is too long to be that of "
          "evidence\n" MANIFEST_ALTERED },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
refuse(const char *path, const char *part)
{
    struct rp_buf problems = { 0 };
    uint64_t files = 0;
    struct rp_err err;

    assert_int_equal(rp_bag_check(path, &problems, &files, &err), RP_E_IO);
    assert_holds(err.text, part);
    assert_int_equal(problems.len, 0);
}

static void
what_is_no_bag_is_said_to_be_none(void **state)
{
    char *link = test_path(folder, "link");
    char *file = test_path(dir, "bagit.txt");
    char *none = test_path(folder, "none");

    (void)state;
    refuse(folder, "is no evidence: it has neither bagit.txt nor "
                   "manifest-sha256.txt");
    refuse(file, "bagit.txt: is a file or a symbolic link; name the folder");
    refuse(none, "none: cannot be read: No such file");
    assert_int_equal(symlink("bag", link), 0);
    refuse(link, "link: is a file or a symbolic link; name the folder");
    free(link);
    free(file);
    free(none);
}

static void
check_latest(const char *path, const char *name, const char *sha256)
{
    struct rp_buf latest = { 0 };
    char hash[RP_SHA256_HEX] = "x";
    struct rp_err err;

    rp_buf_str(&latest, "before");
    assert_ok(rp_bag_latest(path, &latest, hash, &err), &err);
    assert_same(rp_buf_view(&latest), rp_slice_str(name));
    assert_string_equal(hash, sha256);
    rp_buf_release(&latest);
}

static void
the_latest_bag_is_the_last_by_name(void **state)
{
    char *newer = test_path(folder, "car");
    char *manifest = test_path(newer, "manifest-sha256.txt");
    char hex[RP_SHA256_HEX];
    struct rp_slice text = { NULL, 0 };
    unsigned char *bytes;
    struct rp_err err;

    (void)state;
    make_bag(newer, "another\n");
    bytes = test_read(manifest, &text.len);
    text.ptr = bytes;
    assert_ok(rp_sha256_hex(text, hex, &err), &err);
    assert_int_equal(test_run(folder, "cp -r car car.partial; mkdir d e.d; "
                                      "touch f; ln -s car g; mkfifo h; "
                                      "cp -r car 'x%'"),
                     0);
    check_latest(folder, "car", hex);
    free(bytes);
    free(manifest);
    free(newer);
}

static void
without_a_bag_there_is_no_latest(void **state)
{
    char *none = test_path(folder, "none");
    char *file = test_path(dir, "bagit.txt");
    struct rp_buf latest = { 0 };
    char hash[RP_SHA256_HEX];
    struct rp_err err;

    (void)state;
    check_latest(none, "", "");
    check_latest(dir, "", "");
    assert_int_equal(rp_bag_latest(file, &latest, hash, &err), RP_E_IO);
    assert_holds(err.text, "bagit.txt: cannot be read");
    rp_buf_release(&latest);
    free(none);
    free(file);
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(an_untouched_bag_has_no_problem),
        IN_FOLDER(what_is_missing_is_named),
        IN_FOLDER(what_was_added_is_named),
        IN_FOLDER(what_was_altered_is_named),
        IN_FOLDER(only_files_and_folders_have_a_place),
        IN_FOLDER(names_that_no_bag_may_have_are_shown_safely),
        IN_FOLDER(a_manifest_that_leads_elsewhere_is_refused),
        IN_FOLDER(a_manifest_that_does_not_parse_is_refused),
        IN_FOLDER(what_is_no_bag_is_said_to_be_none),
        IN_FOLDER(the_latest_bag_is_the_last_by_name),
        IN_FOLDER(without_a_bag_there_is_no_latest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
