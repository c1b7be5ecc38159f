/* test_bagfile.c - files of a bag are brought to the disk together, and get
 * their names then.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/bag.h"
#include "support/shell.h"

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
open_bag(void)
{
    struct rp_bag *bag = NULL;
    struct rp_err err;

    assert_ok(rp_bag_open(dir, &bag, &err), &err);
    return bag;
}

static void
put_file(struct rp_bag *bag, const char *name, const char *text)
{
    struct rp_err err;

    assert_ok(rp_bag_file(bag, name, rp_slice_str(text), &err), &err);
}

/* A file of the bag that is not published. */
static void
check_file(const char *name, const char *golden)
{
    char *path = test_path(partial, name);
    size_t len = 0;
    unsigned char *bytes = test_read(path, &len);
    const struct rp_slice actual = { bytes, len };

    assert_same(actual, rp_slice_str(golden));
    free(bytes);
    free(path);
}

static void
what_ends_gets_its_name_when_it_is_settled(void **state)
{
    struct rp_bag *bag = open_bag();
    struct rp_err err;

    (void)state;
    put_file(bag, "README.txt", "a\n");
    assert_int_equal(test_folder_count(partial), 2);
    assert_ok(rp_bag_settle(bag, &err), &err);
    assert_int_equal(test_folder_count(partial), 1);
    check_file("data/README.txt", "a\n");
    put_file(bag, "README.txt", "c\n");
    put_file(bag, "README.txt", "d\n");
    check_file("data/README.txt", "a\n");
    assert_ok(rp_bag_settle(bag, &err), &err);
    check_file("data/README.txt", "d\n");
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(folder), 0);
}

static void
more_files_than_can_wait_are_all_there(void **state)
{
    struct rp_bag *bag = open_bag();
    char *data = test_path(dir, "data");
    struct rp_err err;

    (void)state;
    for (int i = 0; i < 100; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "%d.csv", i);
        put_file(bag, name, name);
    }
    assert_ok(rp_bag_publish(bag, &info, &err), &err);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(dir), 5);
    assert_int_equal(test_folder_count(data), 100);
    assert_int_equal(test_run(dir, "sha256sum -c --strict --quiet "
                                   "manifest-sha256.txt"),
                     0);
    free(data);
}

static void
a_file_that_cannot_get_its_name_is_told_and_lost(void **state)
{
    char *written = test_path(partial, "writing-0.tmp");
    struct rp_bag *bag = open_bag();
    struct rp_err err;

    (void)state;
    put_file(bag, "rejects/1.csv", "b\n");
    assert_int_equal(unlink(written), 0);
    assert_int_equal(rp_bag_sync(bag, &err), RP_E_IO);
    assert_holds(err.text, "bag.partial/data/rejects/1.csv: cannot be written");
    rp_bag_discard(bag);
    rp_bag_close(bag);
    assert_int_equal(test_folder_count(folder), 0);
    free(written);
}

#define IN_FOLDER(test)                                                        \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_ends_gets_its_name_when_it_is_settled),
        IN_FOLDER(more_files_than_can_wait_are_all_there),
        IN_FOLDER(a_file_that_cannot_get_its_name_is_told_and_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
