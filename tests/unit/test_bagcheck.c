/* test_bagcheck.c - whatever is done to a bag, the check names the file. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/bag.h"
#include "support/shell.h"

#define MANIFEST_ALTERED                                                       \
    "manifest-sha256.txt: was altered: its SHA-256 is not the one in "         \
    "tagmanifest-sha256.txt\n"
#define README_ADDED                                                           \
    "data/README.txt: was added: manifest-sha256.txt does not list it\n"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* Who alters a tag file may write the tag manifest anew. */
#define MEND                                                                   \
    "sha256sum bag-info.txt bagit.txt manifest-sha256.txt "                    \
    ">tagmanifest-sha256.txt"
/* And who alters a file of the payload the manifest, before that. */
#define MEND_ALL                                                               \
    "find data -type f -exec sha256sum {} + >manifest-sha256.txt; " MEND

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
        { "rm data/README.txt; mkfifo data/README.txt",
          "data/README.txt: is missing\n"
          "data/README.txt: is neither a file nor a folder\n" },
        { "rm bag-info.txt; mkfifo bag-info.txt",
          "bag-info.txt: is missing\n"
          "bag-info.txt: is neither a file nor a folder\n" },
        { "rm manifest-sha256.txt; mkdir manifest-sha256.txt", README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\nmanifest-sha256.txt: is missing\n" },
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
        { "touch \"$(printf 'data/a\\377')\"",
          "data/a\\xff: has a character in its name that no bag may have\n" },
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
          "bagit.txt: was added: tagmanifest-sha256.txt does not list it\n"
          "manifest-sha256.txt: was added: tagmanifest-sha256.txt does not "
          "list it\n"
          "tagmanifest-sha256.txt: has lines that end in CR LF: it was "
          "altered on its way\n" },
        { "sed -i 's/$/\\r/' manifest-sha256.txt; " MEND, README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\n"
          "manifest-sha256.txt: has lines that end in CR LF: it was altered "
          "on its way\n" },
        { "tr a-f A-F <manifest-sha256.txt >x; mv x manifest-sha256.txt; " MEND,
          README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\n" NO_ENTRY },
        { "truncate -s 17M manifest-sha256.txt", README_ADDED
          "data/rejects/1.csv: was added: manifest-sha256.txt does not list "
          "it\nmanifest-sha256.txt: is too long to be that of "
          "evidence\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

static void
names_that_some_disks_take_for_one_are_told(void **state)
{
    static const struct deed deeds[] = {
        { "echo a >data/readme.TXT; " MEND_ALL,
          "data/readme.TXT: differs from data/README.txt only in upper and "
          "lower case\n" },
        { "echo '" ZEROS "  data/Readme.txt' >>manifest-sha256.txt",
          "data/Readme.txt: differs from data/README.txt only in upper and "
          "lower case\n"
          "data/Readme.txt: is missing\n" MANIFEST_ALTERED },
        { "mkdir data/REJECTS; cp data/rejects/1.csv data/REJECTS",
          "data/REJECTS/1.csv: was added: manifest-sha256.txt does not list "
          "it\n"
          "data/rejects/1.csv: differs from data/REJECTS/1.csv only in upper "
          "and lower case\n" },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

/* Whoever writes all manifests anew cannot be caught by them; what else no run
 * would have written is still told. */
static void
what_no_run_writes_is_told_though_the_manifests_fit(void **state)
{
    static const struct deed deeds[] = {
        { "rm data/README.txt; " MEND_ALL,
          "bag-info.txt: has a Payload-Oxum that is of another one\n" },
        { "echo b >data/README.txt; echo c >>data/README.txt; " MEND_ALL,
          "bag-info.txt: has a Payload-Oxum that is of another one\n" },
        { "echo x >fetch.txt; " MEND "; "
          "sha256sum fetch.txt >>tagmanifest-sha256.txt",
          "fetch.txt: is listed in tagmanifest-sha256.txt, but has no place "
          "in evidence\n" },
        { "sha256sum tagmanifest-sha256.txt >>tagmanifest-sha256.txt",
          "tagmanifest-sha256.txt: is listed in tagmanifest-sha256.txt, but "
          "has no place in evidence\n" },
#define NO_INFO "bag-info.txt: is not what a run writes\n"
        { "sed -i /Oxum/d bag-info.txt; " MEND, NO_INFO },
        { "sed -i 's/Oxum: 4.2/Oxum: 4.2.0/' bag-info.txt; " MEND, NO_INFO },
        { "sed -i 's/Oxum: 4.2/Oxum: 99999999999999999999.2/' "
          "bag-info.txt; " MEND,
          NO_INFO },
        { "echo 'Payload-Oxum: 4.2' >>bag-info.txt; " MEND, NO_INFO },
        { "echo 'no label' >>bag-info.txt; " MEND, NO_INFO },
        { "echo ' continued: x' >>bag-info.txt; " MEND, NO_INFO },
        { "printf 'Contact: x' >>bag-info.txt; " MEND, NO_INFO },
        { "echo 'Previous-Bag: x' >>bag-info.txt; " MEND, NO_INFO },
        { "echo 'Previous-Manifest-SHA256: " ZEROS "' >>bag-info.txt; " MEND,
          NO_INFO },
        { "sed -i 's/$/\\r/' bag-info.txt; " MEND, NO_INFO },
    };

    (void)state;
    check_deeds(deeds, TEST_COUNT(deeds));
}

/* To hash these would take minutes. */
static void
a_file_that_is_far_too_long_is_not_read(void **state)
{
    static const struct deed deeds[] = {
        { "truncate -s 64G data/README.txt",
          "data/README.txt: was altered: it is longer than all files were "
          "together\n" },
        { "truncate -s 64G data/more.txt",
          "data/more.txt: was added: manifest-sha256.txt does not list it\n" },
        { "truncate -s 64G more.txt", "more.txt: was added: "
                                      "tagmanifest-sha256.txt does not list "
                                      "it\n" },
        { "truncate -s 64G bag-info.txt",
          "bag-info.txt: is too long to be that of evidence\n" },
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
        IN_FOLDER(names_that_some_disks_take_for_one_are_told),
        IN_FOLDER(what_no_run_writes_is_told_though_the_manifests_fit),
        IN_FOLDER(a_file_that_is_far_too_long_is_not_read),
        IN_FOLDER(what_is_no_bag_is_said_to_be_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
