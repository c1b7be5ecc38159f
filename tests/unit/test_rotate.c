/* test_rotate.c - the old ones of a file move up, and the file stays. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rotate.h"

/* Files are said by what is in them: "new 1=a 3=c" is PATH with "new", PATH.1
 * with "a", and PATH.3 with "c". */
struct example {
    const char *name;
    const char *before;
    unsigned keep;
    const char *after;
};

static const struct example examples[] = {
    { "nothing is kept", "now 1=a", 0, "now 1=a" },
    { "the first old one", "now", 3, "now 1=now" },
    { "only one is kept", "now 1=a", 1, "now 1=now" },
    { "there is room", "now 1=a", 3, "now 1=now 2=a" },
    { "the oldest goes", "now 1=a 2=b 3=c", 3, "now 1=now 2=a 3=b" },
    { "those beyond are nobody's", "now 1=a 2=b 3=c", 2, "now 1=now 2=a 3=c" },
    { "a gap is filled, no more", "now 1=a 3=c 4=d", 4,
      "now 1=now 2=a 3=c 4=d" },
    { "a gap at the front", "now 2=b", 4, "now 1=now 2=b" },
};

static char *
path_of(const char *path, unsigned number)
{
    char *name = malloc(strlen(path) + 16);

    assert_non_null(name);
    if (number == 0)
        (void)sprintf(name, "%s", path);
    else
        (void)sprintf(name, "%s.%u", path, number);
    return name;
}

static void
write_files(const char *path, const char *said)
{
    char word[16];
    int used = 0;

    while (sscanf(said, "%15s%n", word, &used) == 1) {
        char *equal = strchr(word, '=');
        unsigned number = equal == NULL ? 0 : (unsigned)strtoul(word, NULL, 10);
        const char *text = equal == NULL ? word : equal + 1;
        char *name = path_of(path, number);

        test_write(name, (struct rp_slice){ (const unsigned char *)text,
                                            strlen(text) });
        free(name);
        said += used;
    }
}

static void
put_files(struct rp_buf *out, const char *path)
{
    rp_buf_reset(out);
    for (unsigned number = 0; number < 8; number++) {
        char *name = path_of(path, number);

        if (access(name, F_OK) == 0) {
            size_t len;
            unsigned char *bytes = test_read(name, &len);

            if (number > 0)
                rp_buf_printf(out, " %u=", number);
            rp_buf_str(out, (const char *)bytes);
            free(bytes);
        }
        free(name);
    }
}

static void
old_ones_move_up(void **state)
{
    struct rp_buf found = { 0 };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        char *folder = test_folder();
        char *path = test_path(folder, "last");
        struct rp_err err;

        write_files(path, examples[i].before);
        assert_ok(rp_rotate(path, examples[i].keep, &err), &err);
        put_files(&found, path);
        if (strcmp(rp_buf_cstr(&found), examples[i].after) != 0)
            fail_msg("%s: %s, not %s", examples[i].name, rp_buf_cstr(&found),
                     examples[i].after);
        free(path);
        test_folder_remove(folder);
    }
    rp_buf_release(&found);
}

/* A run that ended before it replaced the file has rotated already. */
static void
what_was_begun_is_not_done_twice(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "last");
    struct rp_buf found = { 0 };
    struct rp_err err;

    (void)state;
    write_files(path, "now 1=a 2=b");
    assert_ok(rp_rotate(path, 3, &err), &err);
    assert_ok(rp_rotate(path, 3, &err), &err);
    assert_ok(rp_rotate(path, 3, &err), &err);
    put_files(&found, path);
    assert_string_equal(rp_buf_cstr(&found), "now 1=now 2=a 3=b");
    rp_buf_release(&found);
    free(path);
    test_folder_remove(folder);
}

static void
what_cannot_be_moved_is_named(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "last");
    char *in_the_way = test_path(folder, "last.2");
    struct rp_err err;

    (void)state;
    write_files(path, "now 1=a");
    assert_int_equal(mkdir(in_the_way, S_IRWXU), 0);
    assert_int_equal(rp_rotate(path, 2, &err), RP_E_IO);
    assert_holds(err.text, "last.1: cannot be moved: ");
    assert_int_equal(access(path, F_OK), 0);
    free(in_the_way);
    free(path);
    test_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_ones_move_up),
        cmocka_unit_test(what_was_begun_is_not_done_twice),
        cmocka_unit_test(what_cannot_be_moved_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
