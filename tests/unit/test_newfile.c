/* test_newfile.c - a file appears whole or not at all, and never over one that
 * it should not replace.
 */
#include "support/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/newfile.h"

struct place {
    char *folder;
    char *path;
    char *partial;
};

static void
start_place(struct place *place)
{
    place->folder = test_folder();
    place->path = test_path(place->folder, "file");
    place->partial = test_path(place->folder, "file.partial");
}

static void
end_place(struct place *place)
{
    free(place->path);
    free(place->partial);
    test_folder_remove(place->folder);
}

static void
check_holds(const char *path, struct rp_slice expected)
{
    size_t len = 0;
    unsigned char *bytes = test_read(path, &len);

    assert_same(((struct rp_slice){ bytes, len }), expected);
    free(bytes);
}

static void
nothing_has_the_name_until_all_of_it_is_there(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;
    struct stat facts;

    (void)state;
    start_place(&place);
    assert_ok(rp_newfile_open(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("first "), &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT(""), &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("second"), &err), &err);
    assert_int_not_equal(access(place.path, F_OK), 0);
    assert_ok(rp_newfile_publish(file, &err), &err);
    rp_newfile_close(file);
    check_holds(place.path, RP_LIT("first second"));
    assert_int_equal(stat(place.path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(facts.st_nlink, 1);
    assert_int_equal(test_folder_count(place.folder), 1);
    end_place(&place);
}

static void
what_is_not_published_is_removed(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;

    (void)state;
    start_place(&place);
    assert_ok(rp_newfile_open(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("half"), &err), &err);
    rp_newfile_close(file);
    assert_int_equal(test_folder_count(place.folder), 0);
    rp_newfile_close(NULL);
    end_place(&place);
}

static void
a_file_that_is_there_stays(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;

    (void)state;
    start_place(&place);
    test_write(place.path, RP_LIT("old"));
    assert_int_equal(rp_newfile_open(place.path, &file, &err), RP_E_USAGE);
    assert_holds(err.text, "is there already");
    assert_int_equal(test_folder_count(place.folder), 1);

    /* Also when it was made meanwhile. */
    assert_int_equal(unlink(place.path), 0);
    assert_ok(rp_newfile_open(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("new"), &err), &err);
    test_write(place.path, RP_LIT("of somebody else"));
    assert_int_equal(rp_newfile_publish(file, &err), RP_E_USAGE);
    assert_holds(err.text, "is there already");
    rp_newfile_close(file);
    check_holds(place.path, RP_LIT("of somebody else"));
    assert_int_equal(test_folder_count(place.folder), 1);
    end_place(&place);
}

static void
a_file_is_replaced_when_that_is_asked_for(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;

    (void)state;
    start_place(&place);
    test_write(place.path, RP_LIT("old"));
    assert_ok(rp_newfile_replace(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("new"), &err), &err);
    check_holds(place.path, RP_LIT("old"));
    assert_ok(rp_newfile_publish(file, &err), &err);
    rp_newfile_close(file);
    check_holds(place.path, RP_LIT("new"));
    assert_int_equal(test_folder_count(place.folder), 1);
    end_place(&place);
}

static void
what_a_killed_run_left_is_removed_and_never_written_to(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;
    char *published;

    (void)state;
    start_place(&place);
    published = test_path(place.folder, "published");
    test_write(published, RP_LIT("whole"));
    assert_int_equal(link(published, place.partial), 0);
    assert_ok(rp_newfile_open(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("new"), &err), &err);
    assert_ok(rp_newfile_publish(file, &err), &err);
    rp_newfile_close(file);
    check_holds(published, RP_LIT("whole"));
    check_holds(place.path, RP_LIT("new"));
    assert_int_equal(test_folder_count(place.folder), 2);
    free(published);
    end_place(&place);
}

/* Locks do not hold within a process: another one must ask.  It answers through
 * a pipe, since a checker of memory may have its own word about how it ends. */
static int
ask_elsewhere(const char *path, const char *text)
{
    int ends[2];
    int answer = -1;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct rp_newfile *file = NULL;
        struct rp_err err = { RP_OK, "" };
        const enum rp_status found = rp_newfile_replace(path, &file, &err);

        answer = strstr(err.text, text) == NULL ? 99 : (int)found;
        _exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(read(ends[0], &answer, sizeof answer), sizeof answer);
    assert_int_equal(close(ends[0]), 0);
    return answer;
}

static void
what_somebody_writes_is_left_alone(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;

    (void)state;
    start_place(&place);
    assert_ok(rp_newfile_open(place.path, &file, &err), &err);
    assert_ok(rp_newfile_put(file, RP_LIT("new"), &err), &err);
    assert_int_equal(ask_elsewhere(place.path, "another rollproof"), RP_E_BUSY);
    assert_ok(rp_newfile_publish(file, &err), &err);
    rp_newfile_close(file);
    check_holds(place.path, RP_LIT("new"));
    assert_int_equal(ask_elsewhere(place.path, ""), RP_OK);
    end_place(&place);
}

static void
a_place_where_no_file_can_be_is_told(void **state)
{
    struct rp_newfile *file = NULL;
    struct place place;
    struct rp_err err;

    (void)state;
    start_place(&place);
    assert_int_equal(mkdir(place.partial, 0700), 0);
    assert_int_equal(rp_newfile_open(place.path, &file, &err), RP_E_IO);
    assert_holds(err.text, "file: cannot be written");
    assert_int_equal(rmdir(place.partial), 0);
    assert_int_equal(symlink("elsewhere", place.partial), 0);
    assert_int_equal(rp_newfile_open(place.path, &file, &err), RP_E_IO);
    assert_holds(err.text, "file: cannot be written");
    assert_int_equal(test_folder_count(place.folder), 1);
    end_place(&place);
    assert_int_equal(rp_newfile_open("/nowhere/file", &file, &err), RP_E_IO);
    assert_holds(err.text, "No such file or directory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_the_name_until_all_of_it_is_there),
        cmocka_unit_test(what_is_not_published_is_removed),
        cmocka_unit_test(a_file_that_is_there_stays),
        cmocka_unit_test(a_file_is_replaced_when_that_is_asked_for),
        cmocka_unit_test(
            what_a_killed_run_left_is_removed_and_never_written_to),
        cmocka_unit_test(what_somebody_writes_is_left_alone),
        cmocka_unit_test(a_place_where_no_file_can_be_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
