/* test_place.c - a path of a database, as it is and as it is told. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "school/place.h"

/* Path and name go into reports and to terminals. */
static void
what_is_told_has_no_control_characters(void **state)
{
    static const char *const names[][2] = {
        { "school.db", "school.db" },
        { "a\nb\x1b\\.db", "a\\x0ab\\x1b\\\\.db" },
        { "\xff", "\\xff" },
        { "Zo\xc3\xab", "Zo\xc3\xab" },
    };
    char *folder = test_folder();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        char *path = test_path(folder, names[i][0]);
        struct rp_place place = { .folder = NULL };
        struct rp_err err;

        assert_ok(rp_place_init(&place, path, true, &err), &err);
        assert_string_equal(place.name, names[i][1]);
        assert_string_equal(strrchr(place.shown, '/') + 1, names[i][1]);
        assert_string_equal(strrchr(place.full, '/') + 1, names[i][0]);
        rp_place_release(&place);
        free(path);
    }
    test_folder_remove(folder);
}

static void
a_path_without_a_folder_is_its_name(void **state)
{
    struct rp_place place = { .folder = NULL };
    struct rp_err err;

    (void)state;
    assert_ok(rp_place_init(&place, "school.db", true, &err), &err);
    assert_string_equal(place.name, "school.db");
    assert_string_equal(place.shown, "school.db");
    assert_int_equal(place.full[0], '/');
    rp_place_release(&place);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_has_no_control_characters),
        cmocka_unit_test(a_path_without_a_folder_is_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
