/* test.c - see test.h. */
#include "support/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/show.h"

void
test_ok(enum rp_status status, const struct rp_err *err, const char *file,
        int line)
{
    if (status == RP_OK)
        return;
    print_error("status %d: %s\n", (int)status, err->text);
    _fail(file, line);
}

static void
tell(const char *what, struct rp_slice bytes)
{
    struct rp_buf shown = { 0 };

    rp_show(&shown, bytes);
    print_error("%s (%zu bytes): %s\n", what, bytes.len, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
}

void
test_same(struct rp_slice actual, struct rp_slice expected, const char *file,
          int line)
{
    if (rp_slice_eq(actual, expected))
        return;
    tell("expected", expected);
    tell("actual", actual);
    _fail(file, line);
}

void
test_hex(struct rp_slice bytes, const char *hex, const char *file, int line)
{
    struct rp_buf actual = { 0 };
    struct rp_buf expected = { 0 };

    for (size_t i = 0; i < bytes.len; i++)
        rp_buf_printf(&actual, "%02x", bytes.ptr[i]);
    for (; *hex != '\0'; hex++)
        if (*hex != ' ')
            rp_buf_byte(&expected, (unsigned char)*hex);
    test_same(rp_buf_view(&actual), rp_buf_view(&expected), file, line);
    rp_buf_release(&actual);
    rp_buf_release(&expected);
}

void
test_holds(const char *text, const char *part, const char *file, int line)
{
    if (strstr(text, part) != NULL)
        return;
    print_error("not in the text: %s\ntext: %s\n", part, text);
    _fail(file, line);
}

char *
test_path(const char *folder, const char *name)
{
    struct rp_buf path = { 0 };

    rp_buf_printf(&path, "%s/%s", folder, name);
    assert_string_not_equal(rp_buf_cstr(&path), "");
    return (char *)path.ptr;
}

char *
test_folder(void)
{
    const char *parent = getenv("TMPDIR");
    char *folder;

    if (parent == NULL || *parent == '\0')
        parent = "/tmp";
    folder = test_path(parent, "rollproof-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

/* rm knows how to remove a tree; a failure is a leftover in /tmp, no more. */
void
test_folder_remove(char *folder)
{
    int how = 0;
    pid_t child = fork();

    if (child == 0) {
        (void)execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        (void)waitpid(child, &how, 0);
    free(folder);
}

size_t
test_folder_count(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);

    assert_non_null(dir);
    while (readdir(dir) != NULL)
        count++;
    (void)closedir(dir);
    return count - 2; /* . and .. */
}

void
test_write(const char *path, struct rp_slice bytes)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    if (bytes.len > 0)
        assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

unsigned char *
test_read(const char *path, size_t *out_len)
{
    struct rp_buf content = { 0 };
    unsigned char block[4096];
    size_t got;
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        rp_buf_put(&content, block, got);
    assert_int_equal(ferror(file), 0);
    assert_int_equal(fclose(file), 0);
    *out_len = content.len;
    (void)rp_buf_cstr(&content);
    assert_non_null(content.ptr);
    return content.ptr;
}

bool
test_long_double_is_exact(void)
{
    volatile long double number = 9007199254740993.0L;

    return number - 9007199254740992.0L > 0.5L;
}

uint64_t
test_random(uint64_t *seed)
{
    uint64_t mixed = (*seed += 0x9e3779b97f4a7c15U);

    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
}
