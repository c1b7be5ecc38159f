/* test_jsonrun.c - run.json: who ran what, with which libraries. */
#include "support/test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/filehash.h"
#include "report/json.h"

static const char *const argv[] = { "rollproof", "migrate", "a\x1b\xff\\.db" };

static const struct rp_run sample = {
    .started = "2026-11-22T15:30:00Z",
    .finished = "2026-11-22T15:30:01Z",
    .host = "registrar",
    .user = "Zo\xc3\xab",
    .folder = "/home/\x01",
    .database = "/srv/school.db",
    .argv = argv,
    .argc = TEST_COUNT(argv),
    .lock_ms = 1234,
    .program = "0.1.0",
};

static void
write_run(struct rp_buf *out, const struct rp_run *run)
{
    struct rp_err err;

    assert_ok(rp_json_run(out, run, &err), &err);
    assert_string_not_equal(rp_buf_cstr(out), "");
}

static void
the_run_is_told_first_and_made_fit_for_print(void **state)
{
    static const char golden[] = "{\n"
                                 "  \"started\": \"2026-11-22T15:30:00Z\",\n"
                                 "  \"finished\": \"2026-11-22T15:30:01Z\",\n"
                                 "  \"host\": \"registrar\",\n"
                                 "  \"user\": \"Zo\xc3\xab\",\n"
                                 "  \"folder\": \"/home/\\\\x01\",\n"
                                 "  \"database\": \"/srv/school.db\",\n"
                                 "  \"evidence\": null,\n"
                                 "  \"argv\": [\n"
                                 "    \"rollproof\",\n"
                                 "    \"migrate\",\n"
                                 "    \"a\\\\x1b\\\\xff\\\\\\\\.db\"\n"
                                 "  ],\n"
                                 "  \"lock_ms\": 1234,\n"
                                 "  \"versions\": {\n"
                                 "    \"rollproof\": \"0.1.0\",\n"
                                 "    \"compiler\": \"";
    struct rp_buf text = { 0 };

    (void)state;
    write_run(&text, &sample);
    assert_true(text.len > sizeof golden);
    text.len = sizeof golden - 1;
    assert_bytes(rp_buf_view(&text), golden);
    rp_buf_release(&text);
}

static void
every_library_has_a_version(void **state)
{
    static const char *const names[] = { "sqlite", "sqlite_source", "xxhash",
                                         "openssl", "jansson" };
    struct rp_buf text = { 0 };

    (void)state;
    write_run(&text, &sample);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        struct rp_buf member = { 0 };

        rp_buf_printf(&member, "    \"%s\": \"", names[i]);
        assert_holds(rp_buf_cstr(&text), rp_buf_cstr(&member));
        rp_buf_release(&member);
    }
    rp_buf_release(&text);
}

/* The value behind the next name in text; text moves behind it. */
static char *
next_value(const char **text, const char *name)
{
    const char *from = strstr(*text, name);
    struct rp_buf value = { 0 };
    const char *end;

    if (from == NULL)
        return NULL;
    from += strlen(name);
    end = strchr(from, '"');
    assert_non_null(end);
    rp_buf_put(&value, from, (size_t)(end - from));
    assert_string_not_equal(rp_buf_cstr(&value), "");
    *text = end;
    return (char *)value.ptr;
}

static void
check_hash(const char *path, const char *hex)
{
    struct rp_filehash hash;
    struct rp_err err;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_ok(rp_filehash(fd, path, &hash, &err), &err);
    assert_int_equal(close(fd), 0);
    assert_string_equal(hash.hex, hex);
}

static void
libraries_are_hashed_and_listed_once_by_path(void **state)
{
    struct rp_buf text = { 0 };
    const char *at;
    char *last = calloc(1, 1);
    bool saw_jansson = false;

    (void)state;
    assert_non_null(last);
    write_run(&text, &sample);
    at = strstr(rp_buf_cstr(&text), "\"libraries\": [");
    assert_non_null(at);
    for (;;) {
        char *path = next_value(&at, "\"path\": \"");
        char *hex;

        if (path == NULL)
            break;
        hex = next_value(&at, "\"sha256\": \"");
        assert_non_null(hex);
        check_hash(path, hex);
        assert_true(strcmp(last, path) < 0);
        saw_jansson = saw_jansson || strstr(path, "/libjansson.so") != NULL;
        free(hex);
        free(last);
        last = path;
    }
    assert_true(saw_jansson);
    free(last);
    rp_buf_release(&text);
}

static void
two_writings_of_one_run_are_alike(void **state)
{
    struct rp_buf first = { 0 };
    struct rp_buf second = { 0 };

    (void)state;
    write_run(&first, &sample);
    write_run(&second, &sample);
    assert_same(rp_buf_view(&first), rp_buf_view(&second));
    rp_buf_release(&first);
    rp_buf_release(&second);
}

static void
the_time_of_the_lock_is_read_back(void **state)
{
    struct rp_buf text = { 0 };
    uint64_t lock_ms = 7;
    struct rp_err err;

    (void)state;
    write_run(&text, &sample);
    assert_ok(rp_json_run_lock(rp_buf_view(&text), "bag", &lock_ms, &err),
              &err);
    assert_int_equal(lock_ms, 1234);
    rp_buf_release(&text);
    assert_int_equal(
        rp_json_run_lock(RP_LIT("{\"lock_ms\": -1}"), "bag", &lock_ms, &err),
        RP_E_IO);
    assert_holds(err.text, "bag: run.lock_ms is no count");
    assert_int_equal(rp_json_run_lock(RP_LIT("{}"), "bag", &lock_ms, &err),
                     RP_E_IO);
    assert_holds(err.text, "bag: run.lock_ms is missing");
    assert_int_equal(lock_ms, 1234);
}

static void
libraries_that_were_looked_at_before_are_told_as_they_were(void **state)
{
    struct rp_library items[] = {
        { RP_LIT("/lib/liba.so"), "abc" },
        { RP_LIT("/lib/libb.so.1 (deleted)"), "" },
    };
    struct rp_libraries known = { .looked = true, .items = items, .count = 2 };
    struct rp_run run = sample;
    struct rp_buf text = { 0 };

    (void)state;
    run.libraries = &known;
    write_run(&text, &run);
    assert_holds(rp_buf_cstr(&text),
                 "  \"libraries\": [\n"
                 "    {\n"
                 "      \"path\": \"/lib/liba.so\",\n"
                 "      \"sha256\": \"abc\"\n"
                 "    },\n"
                 "    {\n"
                 "      \"path\": \"/lib/libb.so.1 (deleted)\",\n"
                 "      \"sha256\": null\n"
                 "    }\n"
                 "  ]\n");
    rp_buf_release(&text);
}

/* Also where looking failed. */
static void
looking_before_makes_no_difference(void **state)
{
    struct rp_libraries known = { .looked = false };
    struct rp_run run = sample;
    struct rp_buf now = { 0 };
    struct rp_err err;

    (void)state;
    write_run(&now, &sample);
    run.libraries = &known;
    for (int looked = 0; looked < 2; looked++) {
        struct rp_buf before = { 0 };

        if (looked == 1)
            assert_ok(rp_libraries_look(&known, &err), &err);
        write_run(&before, &run);
        assert_same(rp_buf_view(&before), rp_buf_view(&now));
        rp_buf_release(&before);
    }
    rp_libraries_release(&known);
    rp_buf_release(&now);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_run_is_told_first_and_made_fit_for_print),
        cmocka_unit_test(every_library_has_a_version),
        cmocka_unit_test(libraries_are_hashed_and_listed_once_by_path),
        cmocka_unit_test(two_writings_of_one_run_are_alike),
        cmocka_unit_test(the_time_of_the_lock_is_read_back),
        cmocka_unit_test(
            libraries_that_were_looked_at_before_are_told_as_they_were),
        cmocka_unit_test(looking_before_makes_no_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
