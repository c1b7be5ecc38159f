/* test_conformance.c - files that others wrote, with the records they expect.
 *
 * Each X.csv stands beside X.json, or in csvs/ and json/: an array of arrays
 * (records without a header) or of objects (fields by the header's names).
 * They are not part of the project; without them the test is skipped.
 */
#include "support/test.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/source.h"

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

/* The folder that holds the project, where other folders may stand. */
static char *
path_beside(const char *name)
{
    const char *root = getenv("ROLLPROOF_ROOT");
    struct rp_buf path = { 0 };

    rp_buf_printf(&path, "%s/../shared/data/%s", root == NULL ? "." : root,
                  name);
    assert_string_not_equal(rp_buf_cstr(&path), "");
    return (char *)path.ptr;
}

static bool
is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void
check_field(struct rp_slice field, const json_t *expected)
{
    struct rp_slice text = { NULL, json_string_length(expected) };

    assert_true(json_is_string(expected));
    text.ptr = (const unsigned char *)json_string_value(expected);
    assert_same(field, text);
}

/* names is NULL when expected is an array. */
static void
check_record(const struct rp_record *record, const struct rp_slice *names,
             const json_t *expected)
{
    assert_int_equal(record->class, RP_RECORD_DATA);
    for (size_t i = 0; i < record->field_count; i++) {
        char *name;

        if (names == NULL) {
            check_field(record->fields[i], json_array_get(expected, i));
            continue;
        }
        name = strndup((const char *)names[i].ptr, names[i].len);
        assert_non_null(name);
        check_field(record->fields[i], json_object_get(expected, name));
        free(name);
    }
    assert_int_equal(record->field_count, names == NULL
                                              ? json_array_size(expected)
                                              : json_object_size(expected));
}

static void
check_source(const struct rp_input *input, const json_t *expected)
{
    struct rp_dialect dialect = test_dialect();
    const struct rp_slice *names;
    const struct rp_record *record;
    struct rp_records *records;
    struct rp_err err;
    size_t width;

    dialect.has_header = json_is_object(json_array_get(expected, 0));
    assert_ok(rp_records_open(input, &dialect, &records, &err), &err);
    names = rp_records_names(records, &width);
    for (size_t i = 0; i < json_array_size(expected); i++) {
        assert_ok(rp_records_next(records, &record, &err), &err);
        assert_non_null(record);
        check_record(record, dialect.has_header ? names : NULL,
                     json_array_get(expected, i));
    }
    assert_ok(rp_records_next(records, &record, &err), &err);
    assert_null(record);
    rp_records_close(records);
}

/* One pair; nothing when its JSON is not an array of records, as in the one
 * file of csv-spectrum that is not RFC 4180. */
static bool
check_pair(const char *csv_path, const char *json_path)
{
    struct rp_input *input;
    struct rp_err err;
    json_t *expected = json_load_file(json_path, 0, NULL);
    bool usable = json_is_array(expected);

    if (usable) {
        print_message("%s\n", strrchr(csv_path, '/') + 1);
        assert_ok(rp_input_open(csv_path, folder, &input, &err), &err);
        check_source(input, expected);
        rp_input_close(input);
    }
    json_decref(expected);
    return usable;
}

/* All pairs; returns how many. */
static size_t
check_folder(const char *csvs, const char *jsons)
{
    struct dirent *entry;
    size_t count = 0;
    DIR *dir = opendir(csvs);

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');
        struct rp_buf name = { 0 };
        char *csv_path;
        char *json_path;

        if (dot == NULL || strcmp(dot, ".csv") != 0)
            continue;
        rp_buf_put(&name, entry->d_name, (size_t)(dot - entry->d_name));
        rp_buf_str(&name, ".json");
        csv_path = test_path(csvs, entry->d_name);
        json_path = test_path(jsons, rp_buf_cstr(&name));
        count += check_pair(csv_path, json_path) ? 1 : 0;
        free(csv_path);
        free(json_path);
        rp_buf_release(&name);
    }
    (void)closedir(dir);
    return count;
}

static void
check_suite(const char *csvs_name, const char *jsons_name, size_t least)
{
    char *csvs = path_beside(csvs_name);
    char *jsons = path_beside(jsons_name);
    bool there = is_folder(csvs) && is_folder(jsons);

    if (there)
        assert_in_range(check_folder(csvs, jsons), least, 1000);
    else
        print_message("skipped: there is no %s\n", csvs);
    free(csvs);
    free(jsons);
    if (!there)
        skip();
}

static void
csv_spectrum_is_read_as_its_json_says(void **state)
{
    (void)state;
    check_suite("conformance/csv-spectrum/csvs",
                "conformance/csv-spectrum/json", 11);
}

static void
the_rules_of_rfc_4180_are_read_as_their_json_says(void **state)
{
    (void)state;
    check_suite("conformance/rfc4180", "conformance/rfc4180", 7);
}

static const struct {
    const char *name;
    const char *summary;
} nasties[] = {
    { "nasty/swallow.csv", "\n2 3-6 58-136 data suspicious <1><102>" },
    { "nasty/trunc.csv", "\n2 3-5 58-116 unclosed-quote\n" },
    { "nasty/enrollments.csv",
      "\n16 17-18 321-356 data <2><102><2024-09-01><multi\\x0aline note>\n" },
    { "nasty/enrollments.csv", "\n8 9-9 172-178 field-count\n" },
    { "nasty/enrollments.csv", "\n10 11-11 203-204 blank\n" },
    { "nasty/enrollments.csv", "\n18 20-20 376-396 invalid-encoding\n" },
};

static void
every_sin_of_the_nasty_files_is_told(void **state)
{
    struct rp_dialect dialect = test_dialect();
    char *nasty = path_beside("nasty");
    bool there = is_folder(nasty);

    (void)state;
    free(nasty);
    for (size_t i = 0; there && i < TEST_COUNT(nasties); i++) {
        char *path = path_beside(nasties[i].name);
        struct rp_buf text = { 0 };
        struct rp_input *input;
        struct rp_err err;

        assert_ok(rp_input_open(path, folder, &input, &err), &err);
        test_put_source(&text, input, &dialect);
        assert_holds(rp_buf_cstr(&text), nasties[i].summary);
        rp_input_close(input);
        rp_buf_release(&text);
        free(path);
    }
    if (!there)
        skip();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_spectrum_is_read_as_its_json_says),
        cmocka_unit_test(the_rules_of_rfc_4180_are_read_as_their_json_says),
        cmocka_unit_test(every_sin_of_the_nasty_files_is_told),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
