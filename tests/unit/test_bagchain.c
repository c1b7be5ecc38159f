/* test_bagchain.c - each run names the one before it, so that none can be
 * taken out, put in or changed without a word.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "report/bagchain.h"
#include "support/shell.h"

#define FORGED                                                                 \
    "sha256sum bag-info.txt bagit.txt manifest-sha256.txt "                    \
    ">tagmanifest-sha256.txt"

static char *folder;

static void
read_runs(struct rp_bagruns *runs)
{
    struct rp_err err;

    assert_ok(rp_bagruns_read(folder, runs, &err), &err);
}

static const char *
latest_of(const struct rp_bagruns *runs)
{
    const struct rp_bagrun *latest = rp_bagruns_latest(runs);

    return latest == NULL ? "none" : latest->folder;
}

/* As a run does it; original is what a shared copy was made of. */
static void
publish(const char *name, const struct rp_bagname *original)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_bag_info info = { .date = "2026-11-22",
                                .agent = "test",
                                .original = original };
    char *dir = test_path(folder, name);
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_ok(rp_bag_open(dir, &bag, &err), &err);
    assert_ok(rp_bag_file(bag, "README.txt", rp_slice_str(name), &err), &err);
    assert_ok(rp_bag_take_turn(bag, 1, &err), &err);
    read_runs(&runs);
    if (original == NULL && rp_bagruns_latest(&runs) != NULL)
        info.previous = &rp_bagruns_latest(&runs)->self;
    assert_ok(rp_bag_publish(bag, &info, &err), &err);
    rp_bag_close(bag);
    rp_bagruns_release(&runs);
    free(dir);
}

/* The names do not sort as the runs came. */
static int
make_folder(void **state)
{
    (void)state;
    folder = test_folder();
    publish("c", NULL);
    publish("a", NULL);
    publish("b", NULL);
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
a_run_names_the_one_that_came_before_it(void **state)
{
    struct rp_bagruns runs = { .items = NULL };

    (void)state;
    read_runs(&runs);
    assert_int_equal(runs.count, 3);
    assert_string_equal(latest_of(&runs), "b");
    assert_false(rp_bagruns_find(&runs, "c")->info.previous.named);
    assert_string_equal(rp_bagruns_find(&runs, "a")->info.previous.name, "c");
    assert_string_equal(rp_bagruns_find(&runs, "b")->info.previous.name, "a");
    assert_string_equal(rp_bagruns_find(&runs, "b")->info.previous.tagmanifest,
                        rp_bagruns_find(&runs, "a")->self.tagmanifest);
    assert_null(rp_bagruns_find(&runs, "d"));
    rp_bagruns_release(&runs);
}

/* What is done in the folder, and all that is told of it. */
struct deed {
    const char *command;
    const char *problems;
};

static void
check_deed(const struct deed *deed)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf problems = { 0 };

    assert_int_equal(
        test_run(folder, "mkdir kept.partial && cp -r a b c kept.partial"), 0);
    if (test_run(folder, deed->command) != 0)
        fail_msg("cannot run: %s", deed->command);
    read_runs(&runs);
    rp_bagchain_judge(&runs, &problems);
    if (!rp_slice_eq(rp_buf_view(&problems), rp_slice_str(deed->problems)))
        print_error("after: %s\n", deed->command);
    assert_same(rp_buf_view(&problems), rp_slice_str(deed->problems));
    rp_buf_release(&problems);
    rp_bagruns_release(&runs);
    assert_int_equal(test_run(folder,
                              "mv kept.partial ..kept && rm -rf [a-z]* && "
                              "mv ..kept/* . && rmdir ..kept"),
                     0);
}

static void
what_is_done_to_a_chain_is_told(void **state)
{
    static const struct deed deeds[] = {
        { "true", "" },
        { "touch notes; mkdir d e.partial; cp c/* e.partial 2>&-; true", "" },
        { "rm -r a", "a: is missing: the run before b\n" },
        { "rm -r c", "c: is missing: the run before a\n" },
        { "rm -r a c", "a: is missing: the run before b\n" },
        { "mv a d", "a: is missing: the run before b\n" },
        { "mv a a.partial", "a: is missing: the run before b\n" },
        { "mv a x.partial; mv c a; mv x.partial c",
          "a: is not as it was: its manifests are not those named by b\n"
          "c: is not as it was: its manifests are not those named by c\n" },
        { "echo x >a/data/more; cd a; sha256sum data/* "
          ">manifest-sha256.txt; " FORGED,
          "a: is not as it was: its manifests are not those named by b\n" },
        { "rm -r c; cd a; sed -i /^Previous/d bag-info.txt; " FORGED,
          "a: is not as it was: its manifests are not those named by b\n" },
        { "cd a; sed -i /^Previous/d bag-info.txt",
          "a: was altered: its tag manifest does not fit its manifest and its "
          "bag-info.txt\n" },
        { "cd a; sed -i 's/^Previous-Bag.*/Previous-Bag: ../' "
          "bag-info.txt; " FORGED,
          "..: is missing: the run before a\n"
          "a: is not as it was: its manifests are not those named by b\n" },
        { "rm a/tagmanifest-sha256.txt",
          "a: lacks a tag file, or one cannot be read\n" },
        { "rm a/bag-info.txt; mkfifo a/bag-info.txt",
          "a: lacks a tag file, or one cannot be read\n" },
        { "echo x >a/bag-info.txt; cd a; " FORGED,
          "a: has a bag-info.txt that no run wrote\n" },
        { "mv a ../a.$$; ln -s ../a.$$ a; rm -r ../a.$$",
          "a: is missing: the run before b\n" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(deeds); i++)
        check_deed(&deeds[i]);
}

static void
a_run_that_is_one_too_many_is_told(void **state)
{
    static const struct deed deeds[] = {
        { "cp -r a d", "d: names c as the run before it, and so does a\n" },
        { "cp -r b d; cp -r b e",
          "d: names a as the run before it, and so does b\n"
          "e: names a as the run before it, and so does b\n" },
        { "cp -r c d", "d: names no run before it, and neither does c\n" },
        { "cp -r c d; cd d; echo x >data/more; sha256sum data/* "
          ">manifest-sha256.txt; " FORGED,
          "d: names no run before it, and neither does c\n" },
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(deeds); i++)
        check_deed(&deeds[i]);
}

/* Nothing in the folder can tell; the page for people says so. */
static void
the_last_run_is_named_by_nobody(void **state)
{
    static const struct deed deed = { "rm -r b", "" };

    (void)state;
    check_deed(&deed);
}

static void
check_follow(const char *from, size_t expected_count,
             const char *expected_first)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf problems = { 0 };
    const struct rp_bagrun *first = NULL;
    size_t count = 99;

    read_runs(&runs);
    rp_bagchain_follow(&runs, rp_bagruns_find(&runs, from), &problems, &count,
                       &first);
    assert_int_equal(count, expected_count);
    assert_string_equal(first->folder, expected_first);
    assert_int_equal(problems.len, 0);
    rp_bagruns_release(&runs);
}

static void
a_chain_is_followed_to_its_beginning(void **state)
{
    (void)state;
    check_follow("b", 2, "c");
    check_follow("a", 1, "c");
    check_follow("c", 0, "c");
}

static void
a_shared_copy_is_no_run(void **state)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf problems = { 0 };
    struct rp_bagname original;

    (void)state;
    read_runs(&runs);
    original = rp_bagruns_find(&runs, "b")->self;
    rp_bagruns_release(&runs);
    publish("z", &original);
    read_runs(&runs);
    assert_int_equal(runs.count, 4);
    assert_string_equal(latest_of(&runs), "b");
    assert_string_equal(rp_bagruns_find(&runs, "z")->info.original.name, "b");
    rp_bagchain_judge(&runs, &problems);
    assert_int_equal(problems.len, 0);
    rp_bagruns_release(&runs);
}

static void
names_of_any_bytes_are_in_the_chain(void **state)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf problems = { 0 };

    (void)state;
    publish("\xc3\xa4 \n%\\", NULL);
    publish("\xff", NULL);
    read_runs(&runs);
    assert_string_equal(latest_of(&runs), "\xff");
    assert_string_equal(rp_bagruns_find(&runs, "\\xff")->info.previous.name,
                        "\xc3\xa4 \\x0a%\\\\");
    rp_bagchain_judge(&runs, &problems);
    assert_int_equal(problems.len, 0);
    rp_bagruns_release(&runs);
}

static void
of_several_ends_the_last_by_name_is_the_latest(void **state)
{
    struct rp_bagruns runs = { .items = NULL };

    (void)state;
    assert_int_equal(test_run(folder, "cp -r b bb; cp -r c cc"), 0);
    read_runs(&runs);
    assert_string_equal(latest_of(&runs), "cc");
    rp_bagruns_release(&runs);
    assert_int_equal(test_run(folder, "rm -r cc; mkdir q; mkfifo r; "
                                      "ln -s b s; cp -r bb t.partial"),
                     0);
    read_runs(&runs);
    assert_int_equal(runs.count, 4);
    assert_string_equal(latest_of(&runs), "bb");
    rp_bagruns_release(&runs);
}

static void
without_a_bag_there_is_no_latest(void **state)
{
    char *none = test_path(folder, "none");
    char *file = test_path(folder, "file");
    char *bag = test_path(folder, "a");
    struct rp_bagruns runs = { .items = NULL };
    struct rp_err err;

    (void)state;
    test_write(file, RP_LIT("x"));
    assert_ok(rp_bagruns_read(none, &runs, &err), &err);
    assert_string_equal(latest_of(&runs), "none");
    assert_ok(rp_bagruns_read(bag, &runs, &err), &err);
    assert_string_equal(latest_of(&runs), "none");
    assert_int_equal(rp_bagruns_read(file, &runs, &err), RP_E_IO);
    assert_holds(err.text, "file: cannot be read");
    free(none);
    free(file);
    free(bag);
}

static void
one_run_publishes_at_a_time(void **state)
{
    char *first_dir = test_path(folder, "1");
    char *second_dir = test_path(folder, "2");
    struct rp_bag *first = NULL;
    struct rp_bag *second = NULL;
    struct rp_err err;

    (void)state;
    assert_ok(rp_bag_open(first_dir, &first, &err), &err);
    assert_ok(rp_bag_open(second_dir, &second, &err), &err);
    assert_ok(rp_bag_take_turn(first, 0, &err), &err);
    assert_int_equal(rp_bag_take_turn(second, 0, &err), RP_E_BUSY);
    assert_holds(err.text, "another run has been publishing evidence there");
    rp_bag_close(first);
    assert_ok(rp_bag_take_turn(second, 0, &err), &err);
    rp_bag_close(second);
    free(first_dir);
    free(second_dir);
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_run_names_the_one_that_came_before_it),
        IN_FOLDER(what_is_done_to_a_chain_is_told),
        IN_FOLDER(a_run_that_is_one_too_many_is_told),
        IN_FOLDER(the_last_run_is_named_by_nobody),
        IN_FOLDER(a_chain_is_followed_to_its_beginning),
        IN_FOLDER(a_shared_copy_is_no_run),
        IN_FOLDER(names_of_any_bytes_are_in_the_chain),
        IN_FOLDER(of_several_ends_the_last_by_name_is_the_latest),
        IN_FOLDER(without_a_bag_there_is_no_latest),
        IN_FOLDER(one_run_publishes_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
