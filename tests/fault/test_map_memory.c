/* test_map_memory.c - memory runs out at each call in turn while a map is read
 * or written, or CI and monitoring are told: no crash, no half of a file, no
 * map that says less than its file.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/ini.h"
#include "job/map.h"
#include "job/telling.h"
#include "support/sample.h"
#include "support/sweep.h"

/* A folder of the test's own, told to the runs of itself. */
#define FOLDER_VARIABLE "ROLLPROOF_TEST_FOLDER"

static struct rp_verdict verdict; /* the sample, which needs no memory */

static const char text[] =
    "[mapping]\nstudent = \"sn\"\n    \"=student_number\"\n"
    "leave-out = a,b\nleave-out = c\n[source]\nwhere = d=1,2\n"
    "delimiter = tab\nheader = sn,code,a,b,c,d\n[policy]\ncheck = full\n"
    "[accept unknown-student]\nlimit = 3\nreason = they left\n"
    "approved-by = Zo\xc3\xab\n[accept trigger]\nlimit = all\n";

static void
put_path(struct rp_buf *out, const char *name)
{
    rp_buf_printf(out, "%s/%s", getenv(FOLDER_VARIABLE), name);
}

static bool
is_whole(const struct rp_map *map)
{
    return strcmp(map->student, "sn=student_number") == 0 &&
           map->leave_out.count == 2 && map->where.count == 1 &&
           map->accept.count == 2 && map->full_check &&
           strcmp(map->accept.items[1], "trigger=all") == 0 &&
           strcmp(map->accepted[RP_UNKNOWN_STUDENT].reason, "they left") == 0;
}

static enum test_ending
read_map(void)
{
    struct rp_map map = { .name = NULL };
    struct rp_buf path = { 0 };
    bool whole = true;
    struct rp_err err;
    enum rp_status status;

    put_path(&path, "map.ini");
    status = rp_buf_status(&path, &err);
    if (status == RP_OK)
        status = rp_map_open(rp_buf_cstr(&path), RP_MAP_MIGRATE, &map, &err);
    if (status == RP_OK)
        whole = is_whole(&map);
    rp_map_release(&map);
    rp_buf_release(&path);
    return whole ? test_end_of(status, &err) : TEST_WRONG;
}

static enum test_ending
put_value(void)
{
    struct rp_buf out = { 0 };
    enum test_ending ending;
    struct rp_err err;

    rp_ini_put(&out, "key", RP_LIT(" a ; \xff"));
    ending = test_end_of(rp_buf_status(&out, &err), &err);
    if (ending == TEST_DONE &&
        !rp_slice_eq(rp_buf_view(&out), RP_LIT("key = \" a \\; \\xff\"\n")))
        ending = TEST_WRONG;
    rp_buf_release(&out);
    return ending;
}

static enum test_ending
make_file(void)
{
    struct rp_buf path = { 0 };
    struct rp_err err;
    enum rp_status status;

    put_path(&path, "made");
    status = rp_buf_status(&path, &err);
    if (status == RP_OK)
        status = rp_file_make(rp_buf_cstr(&path), RP_LIT("made"), &err);
    (void)unlink(rp_buf_cstr(&path));
    rp_buf_release(&path);
    return test_end_of(status, &err);
}

/* Both files whole or old, and a 0 only when they are new. */
static enum test_ending
tell(void)
{
    const struct rp_ending ending = { &verdict, 0, RP_EXIT_DONE };
    struct rp_telling_options options;
    struct rp_buf paths[2] = { { 0 }, { 0 } };
    struct rp_telling telling;
    struct rp_message message = { "" };
    struct rp_err err;
    enum rp_exit exit_code = RP_EXIT_DONE;
    enum rp_status status;

    put_path(&paths[0], "ci.xml");
    put_path(&paths[1], "node.prom");
    options = (struct rp_telling_options){ rp_buf_cstr(&paths[0]),
                                           rp_buf_cstr(&paths[1]) };
    status = rp_buf_status(&paths[0], &err);
    if (status == RP_OK)
        status = rp_buf_status(&paths[1], &err);
    if (status == RP_OK)
        status = rp_telling_begin(&options, "migrate", "s.db", &telling, &err);
    if (status == RP_OK)
        exit_code = rp_telling_end(&telling, &ending, &message);
    rp_buf_release(&paths[0]);
    rp_buf_release(&paths[1]);
    if (status != RP_OK || exit_code == RP_EXIT_DONE)
        return test_end_of(status, &err);
    if (exit_code != RP_EXIT_UNFINISHED ||
        strstr(message.text, "memory") == NULL)
        return TEST_WRONG;
    return TEST_NO_MEMORY;
}

static const struct test_work works[] = {
    { "read a map", read_map, 1 },
    { "put a value", put_value, 1 },
    { "make a file", make_file, 1 },
    { "tell CI and monitoring", tell, 1 },
};

static void
running_out_of_memory_is_told_wherever_it_happens(void **state)
{
    char *folder;
    char *path;

    (void)state;
    folder = test_folder();
    path = test_path(folder, "map.ini");
    test_write(path, RP_LIT(text));
    assert_int_equal(setenv(FOLDER_VARIABLE, folder, 1), 0);
    for (size_t i = 0; i < TEST_COUNT(works); i++)
        test_sweep(&works[i]);
    /* map.ini, ci.xml, node.prom, and nothing beside them. */
    assert_int_equal(test_folder_count(folder), 3);
    free(path);
    test_folder_remove(folder);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_is_told_wherever_it_happens),
    };

    sample_verdict(&verdict);
    test_sweep_start(argc, argv, works, TEST_COUNT(works));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
