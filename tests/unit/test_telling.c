/* test_telling.c - where files for CI and monitoring may go, and what becomes
 * of a run when they cannot be written.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "job/telling.h"
#include "report/notice.h"

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

static enum rp_status
begin(const char *junit, const char *metrics, struct rp_telling *telling,
      struct rp_err *err)
{
    static struct rp_telling_options options;

    options = (struct rp_telling_options){ junit, metrics };
    return rp_telling_begin(&options, "migrate", "school.db", telling, err);
}

static void
check_refused(const char *path, const char *why)
{
    struct rp_telling telling;
    struct rp_err err;

    assert_int_not_equal(begin(NULL, path, &telling, &err), RP_OK);
    assert_holds(err.text, path);
    assert_holds(err.text, why);
    assert_int_not_equal(begin(path, NULL, &telling, &err), RP_OK);
    assert_holds(err.text, why);
}

static void
a_file_of_somebody_else_is_kept(void **state)
{
    static const char theirs[] = "is there, and was not written by this option";
    char *path = test_path(folder, "a");
    struct rp_telling telling;
    struct rp_err err;

    (void)state;
    assert_ok(begin(path, NULL, &telling, &err), &err);
    test_write(path, RP_LIT(""));
    assert_ok(begin(path, NULL, &telling, &err), &err);
    test_write(path, RP_LIT("SQLite format 3"));
    check_refused(path, theirs);
    test_write(path, RP_LIT("#"));
    check_refused(path, theirs);
    test_write(path, RP_LIT(RP_METRICS_BEGIN "exit_code"));
    assert_ok(begin(NULL, path, &telling, &err), &err);
    assert_int_equal(begin(path, NULL, &telling, &err), RP_E_USAGE);
    test_write(path, RP_LIT(RP_JUNIT_BEGINS " 0.1.0\">"));
    assert_ok(begin(path, NULL, &telling, &err), &err);
    assert_int_equal(begin(NULL, path, &telling, &err), RP_E_USAGE);
    assert_int_equal(begin(path, path, &telling, &err), RP_E_USAGE);
    assert_holds(err.text, "is the file of --junit, too");
    free(path);
}

static void
only_a_file_in_a_folder_can_be_written(void **state)
{
    char *path = test_path(folder, "a");
    char *below = test_path(folder, "a/b");

    (void)state;
    check_refused(below, "its folder is not there; make it");
    check_refused(folder, "is there and is no regular file");
    check_refused("/dev/null", "is there and is no regular file");
    assert_int_equal(symlink("nowhere", path), 0);
    check_refused(path, "is there and is no regular file");
    assert_int_equal(unlink(path), 0);
    test_write(path, RP_LIT(""));
    check_refused(below, "its folder is not there; make it");
    free(path);
    free(below);
}

static void
evidence_is_not_added_to(void **state)
{
    char *mark = test_path(folder, "bagit.txt");
    char *data = test_path(folder, "data");
    char *rejects = test_path(folder, "data/rejects");
    char *paths[] = { test_path(folder, "a"), test_path(folder, "data/a"),
                      test_path(folder, "data/rejects/a") };

    (void)state;
    assert_int_equal(mkdir(data, 0700), 0);
    assert_int_equal(mkdir(rejects, 0700), 0);
    test_write(mark, RP_LIT("BagIt-Version: 1.0\n"));
    for (size_t i = 0; i < TEST_COUNT(paths); i++) {
        check_refused(paths[i], "is inside evidence");
        free(paths[i]);
    }
    free(mark);
    free(data);
    free(rejects);
}

static enum rp_exit
end(const struct rp_telling *telling, enum rp_exit exit_code, bool committed,
    struct rp_message *message)
{
    const struct rp_verdict verdict = { .command = "migrate",
                                        .committed = committed };
    const struct rp_ending ending = { &verdict, 0, exit_code };

    return rp_telling_end(telling, &ending, message);
}

/* Who reads an old file must not take it for a new one; and who committed must
 * not be told that nothing was. */
static void
a_file_that_cannot_be_written_takes_a_zero_away(void **state)
{
    char *inner = test_path(folder, "inner");
    char *path = test_path(folder, "inner/a");
    struct rp_message message = { "" };
    struct rp_telling telling;
    struct rp_err err;

    (void)state;
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_ok(begin(path, NULL, &telling, &err), &err);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(end(&telling, RP_EXIT_DONE, true, &message),
                     RP_EXIT_UNFINISHED);
    assert_holds(message.text, "the run is proved and committed, and nothing "
                               "of it is missing, but ");
    assert_holds(message.text, "inner/a: its folder is not there; make it; do "
                               "not run it again for that");
    message.text[0] = '\0';
    assert_int_equal(end(&telling, RP_EXIT_DONE, false, &message),
                     RP_EXIT_UNABLE);
    assert_holds(message.text, "inner/a: its folder is not there; make it");
    message.text[0] = '\0';
    assert_int_equal(end(&telling, RP_EXIT_NOT_PROVED, false, &message),
                     RP_EXIT_NOT_PROVED);
    assert_holds(message.text, "inner/a: its folder is not there; make it");
    (void)snprintf(message.text, sizeof message.text, "somebody else has it");
    assert_int_equal(end(&telling, RP_EXIT_BUSY, false, &message),
                     RP_EXIT_BUSY);
    assert_holds(message.text, "somebody else has it; also, ");
    free(inner);
    free(path);
}

static void
what_was_refused_at_the_beginning_is_told_once(void **state)
{
    struct rp_message message;
    struct rp_telling telling;
    struct rp_err err;
    enum rp_status status = begin("/nowhere/a", NULL, &telling, &err);

    (void)state;
    assert_int_equal(status, RP_E_USAGE);
    (void)snprintf(message.text, sizeof message.text, "%s", err.text);
    assert_int_equal(end(&telling, RP_EXIT_UNABLE, false, &message),
                     RP_EXIT_UNABLE);
    assert_string_equal(message.text, err.text);
}

/* Two files, and one that is in nobody's way of the other. */
static void
one_file_that_fails_does_not_keep_the_other_from_being_written(void **state)
{
    char *inner = test_path(folder, "inner");
    char *junit = test_path(folder, "inner/a");
    char *metrics = test_path(folder, "b");
    struct rp_message message = { "" };
    struct rp_telling telling;
    struct rp_err err;
    unsigned char *text;
    size_t len = 0;

    (void)state;
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_ok(begin(junit, metrics, &telling, &err), &err);
    assert_int_equal(rmdir(inner), 0);
    assert_int_equal(end(&telling, RP_EXIT_DONE, true, &message),
                     RP_EXIT_UNFINISHED);
    text = test_read(metrics, &len);
    assert_holds((const char *)text,
                 "rollproof_exit_code{command=\"migrate\",school="
                 "\"school.db\"} 4\n");
    free(text);
    free(inner);
    free(junit);
    free(metrics);
}

#define WITH_FOLDER(test)                                                      \
    cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(a_file_of_somebody_else_is_kept),
        WITH_FOLDER(only_a_file_in_a_folder_can_be_written),
        WITH_FOLDER(evidence_is_not_added_to),
        WITH_FOLDER(a_file_that_cannot_be_written_takes_a_zero_away),
        WITH_FOLDER(what_was_refused_at_the_beginning_is_told_once),
        WITH_FOLDER(
            one_file_that_fails_does_not_keep_the_other_from_being_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
