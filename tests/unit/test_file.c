/* test_file.c - a small file is read whole, and written whole or not at all.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support/full.h"

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
assert_content(const char *path, const char *content)
{
    size_t len = 0;
    unsigned char *bytes = test_read(path, &len);

    assert_int_equal(len, strlen(content));
    assert_string_equal((const char *)bytes, content);
    free(bytes);
}

static mode_t
mode_of(const char *path)
{
    struct stat info;

    assert_int_equal(lstat(path, &info), 0);
    return info.st_mode & 07777;
}

static void
a_file_is_read_behind_what_is_there(void **state)
{
    char *path = test_path(folder, "a");
    struct rp_buf out = { 0 };
    struct rp_err err;

    (void)state;
    test_write(path, RP_LIT("b\0c"));
    rp_buf_str(&out, "a");
    assert_ok(rp_file_read(path, 3, &out, &err), &err);
    assert_bytes(rp_buf_view(&out), "ab\0c");
    rp_buf_release(&out);
    assert_int_equal(rp_file_read(path, 2, &out, &err), RP_E_IO);
    assert_holds(err.text, "/a: is larger than 2 bytes; is it the right file?");
    rp_buf_release(&out);
    free(path);
}

static void
what_is_no_file_is_not_read(void **state)
{
    char *path = test_path(folder, "a");
    struct rp_buf out = { 0 };
    struct rp_err err;

    (void)state;
    assert_int_equal(rp_file_read(path, 9, &out, &err), RP_E_IO);
    assert_holds(err.text, "/a: cannot be opened: No such file");
    assert_int_equal(rp_file_read(folder, 9, &out, &err), RP_E_IO);
    assert_holds(err.text, ": is no regular file; name one");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(rp_file_read(path, 9, &out, &err), RP_E_IO);
    assert_holds(err.text, "/a: is no regular file; name one");
    rp_buf_release(&out);
    free(path);
}

static void
a_new_file_is_its_owners_and_replaces_nothing(void **state)
{
    char *path = test_path(folder, "a");
    struct rp_err err;

    (void)state;
    assert_ok(rp_file_absent(path, &err), &err);
    assert_ok(rp_file_make(path, RP_LIT("one"), &err), &err);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(rp_file_absent(path, &err), RP_E_USAGE);
    assert_holds(err.text, "/a: is there already and is not written over");
    assert_int_equal(rp_file_make(path, RP_LIT("two"), &err), RP_E_IO);
    assert_holds(err.text, "/a: cannot be written: File exists");
    assert_content(path, "one");
    assert_int_equal(test_folder_count(folder), 1);
    free(path);
}

static void
what_is_replaced_is_there_for_other_programs(void **state)
{
    char *path = test_path(folder, "a.prom");
    char *target = test_path(folder, "target");
    mode_t before = umask(022);
    struct rp_err err;

    (void)state;
    test_write(target, RP_LIT("kept"));
    assert_int_equal(symlink(target, path), 0);
    assert_ok(rp_file_replace(path, RP_LIT("one"), &err), &err);
    assert_content(path, "one");
    assert_content(target, "kept");
    assert_int_equal(mode_of(path), 0644);
    assert_ok(rp_file_replace(path, RP_LIT(""), &err), &err);
    assert_content(path, "");
    assert_int_equal(test_folder_count(folder), 2);
    (void)umask(before);
    free(path);
    free(target);
}

static void
a_file_without_a_folder_is_in_the_working_folder(void **state)
{
    char before[4096];
    struct rp_err err;

    (void)state;
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    assert_ok(rp_file_replace("a", RP_LIT("one"), &err), &err);
    assert_ok(rp_file_make("b", RP_LIT("two"), &err), &err);
    assert_int_equal(chdir(before), 0);
    assert_int_equal(test_folder_count(folder), 2);
}

/* Half a file is worse than the old one. */
static void
what_cannot_be_written_leaves_what_was_there(void **state)
{
    char *path = test_path(folder, "a");
    char *nowhere = test_path(folder, "nowhere/a");
    struct rp_slice large = { (const unsigned char *)path, 0 };
    struct rp_err err;

    (void)state;
    large.len = strlen(path);
    test_write(path, RP_LIT("old"));
    test_full_begin(large.len - 1);
    assert_int_equal(rp_file_replace(path, large, &err), RP_E_IO);
    test_full_end();
    assert_holds(err.text, "/a: cannot be written: File too large");
    assert_content(path, "old");
    assert_int_equal(rp_file_replace(nowhere, large, &err), RP_E_IO);
    assert_holds(err.text, "/nowhere/a: cannot be written: No such file");
    assert_int_equal(rp_file_replace(folder, large, &err), RP_E_IO);
    assert_holds(err.text, ": cannot be written: ");
    assert_int_equal(test_folder_count(folder), 1);
    free(path);
    free(nowhere);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_read_behind_what_is_there,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_not_read,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            a_new_file_is_its_owners_and_replaces_nothing, make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(
            what_is_replaced_is_there_for_other_programs, make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(
            a_file_without_a_folder_is_in_the_working_folder, make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_written_leaves_what_was_there, make_folder,
            remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
