/* test_finding.c - codes are stable: people write them into scripts. */
#include "support/test.h"

#include <string.h>

#include "base/dialect.h"
#include "base/finding.h"

static const struct {
    enum rp_code code;
    const char *name;
    bool blocks;
    enum rp_unit unit;
} codes[] = {
    { RP_NOT_CSV, "not-csv", true, RP_UNIT_SOURCES },
    { RP_NOTHING_USED, "nothing-used", true, RP_UNIT_SOURCES },
    { RP_WHERE_VALUE_UNSEEN, "where-value-unseen", true, RP_UNIT_OBJECTS },
    { RP_STRAY_QUOTE, "stray-quote", true, RP_UNIT_RECORDS },
    { RP_UNCLOSED_QUOTE, "unclosed-quote", true, RP_UNIT_RECORDS },
    { RP_BARE_CR, "bare-cr", true, RP_UNIT_RECORDS },
    { RP_FIELD_TOO_LARGE, "field-too-large", true, RP_UNIT_RECORDS },
    { RP_NUL_BYTE, "nul-byte", true, RP_UNIT_RECORDS },
    { RP_INVALID_ENCODING, "invalid-encoding", true, RP_UNIT_RECORDS },
    { RP_BOM_INSIDE, "bom-inside", true, RP_UNIT_RECORDS },
    { RP_REPEATED_HEADER, "repeated-header", true, RP_UNIT_RECORDS },
    { RP_FIELD_COUNT, "field-count", true, RP_UNIT_RECORDS },
    { RP_FILTERED, "filtered", false, RP_UNIT_RECORDS },
    { RP_EMPTY_KEY, "empty-key", true, RP_UNIT_ENROLLMENTS },
    { RP_NOT_AN_INTEGER, "not-an-integer", true, RP_UNIT_ENROLLMENTS },
    { RP_AMBIGUOUS_STUDENT, "ambiguous-student", true, RP_UNIT_ENROLLMENTS },
    { RP_AMBIGUOUS_COURSE, "ambiguous-course", true, RP_UNIT_ENROLLMENTS },
    { RP_UNKNOWN_STUDENT, "unknown-student", true, RP_UNIT_ENROLLMENTS },
    { RP_UNKNOWN_COURSE, "unknown-course", true, RP_UNIT_ENROLLMENTS },
    { RP_SUSPICIOUS_MULTILINE, "suspicious-multiline", true, RP_UNIT_RECORDS },
    { RP_AFTER_RESYNC, "after-resync", true, RP_UNIT_RECORDS },
    { RP_DUPLICATE_CONFLICT, "duplicate-conflict", true, RP_UNIT_ENROLLMENTS },
    { RP_COLUMN_NOT_CARRIED, "column-not-carried", true, RP_UNIT_COLUMNS },
    { RP_TRIGGER, "trigger", true, RP_UNIT_OBJECTS },
    { RP_UNKNOWN_SCHEMA_FUNCTION, "unknown-schema-function", true,
      RP_UNIT_OBJECTS },
    { RP_BLANK_RECORD, "blank-record", false, RP_UNIT_RECORDS },
    { RP_DUPLICATE_EXACT, "duplicate-exact", false, RP_UNIT_ENROLLMENTS },
    { RP_ALREADY_PRESENT, "already-present", false, RP_UNIT_ENROLLMENTS },
    { RP_KEY_TRIMMED, "key-trimmed", false, RP_UNIT_ENROLLMENTS },
    { RP_LEADING_ZEROS, "leading-zeros", false, RP_UNIT_ENROLLMENTS },
    { RP_NO_FINAL_NEWLINE, "no-final-newline", false, RP_UNIT_SOURCES },
    { RP_MIXED_NEWLINES, "mixed-newlines", false, RP_UNIT_SOURCES },
};

static void
every_code_has_the_name_that_scripts_use(void **state)
{
    (void)state;
    assert_int_equal(TEST_COUNT(codes), RP_CODE_COUNT - 1);
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        assert_int_equal(codes[i].code, i + 1);
        assert_string_equal(rp_code_name(codes[i].code), codes[i].name);
        assert_int_equal(rp_code_of(rp_slice_str(codes[i].name)),
                         codes[i].code);
    }
}

static void
what_blocks_and_what_is_counted_is_as_designed(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        assert_int_equal(rp_code_blocks(codes[i].code), codes[i].blocks);
        assert_int_equal(rp_code_unit(codes[i].code), codes[i].unit);
    }
    assert_false(rp_code_blocks(RP_CODE_NONE));
}

static void
every_remedy_is_a_sentence_of_one_line(void **state)
{
    (void)state;
    for (int code = RP_CODE_NONE; code < RP_CODE_COUNT; code++) {
        const char *remedy = rp_code_remedy((enum rp_code)code);
        size_t len = strlen(remedy);

        assert_in_range(len, 10, 200);
        assert_int_equal(remedy[len - 1], '.');
        assert_null(strpbrk(remedy, "\n\t\""));
        assert_null(strstr(remedy, "  "));
    }
}

/* A remedy that accepts a code has to spell it right. */
static void
a_remedy_accepts_only_its_own_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        const char *accept = strstr(rp_code_remedy(codes[i].code), "--accept ");
        size_t len = strlen(codes[i].name);

        if (accept == NULL)
            continue;
        accept += strlen("--accept ");
        assert_true(codes[i].blocks);
        assert_memory_equal(accept, codes[i].name, len);
        assert_memory_equal(accept + len, "=N", 2);
    }
}

static void
a_name_that_is_no_code_is_none(void **state)
{
    (void)state;
    assert_int_equal(rp_code_of(RP_LIT("")), RP_CODE_NONE);
    assert_int_equal(rp_code_of(RP_LIT("none")), RP_CODE_NONE);
    assert_int_equal(rp_code_of(RP_LIT("Stray-Quote")), RP_CODE_NONE);
    assert_int_equal(rp_code_of(RP_LIT("stray-quote ")), RP_CODE_NONE);
    assert_int_equal(rp_code_of(RP_LIT("stray")), RP_CODE_NONE);
}

static void
newlines_have_the_names_of_the_report(void **state)
{
    (void)state;
    assert_string_equal(rp_newline_name(RP_NEWLINE_NONE), "none");
    assert_string_equal(rp_newline_name(RP_NEWLINE_LF), "LF");
    assert_string_equal(rp_newline_name(RP_NEWLINE_CRLF), "CRLF");
    assert_string_equal(rp_newline_name(RP_NEWLINE_CR), "CR");
    assert_string_equal(rp_newline_name(RP_NEWLINE_MIXED), "mixed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_the_name_that_scripts_use),
        cmocka_unit_test(what_blocks_and_what_is_counted_is_as_designed),
        cmocka_unit_test(every_remedy_is_a_sentence_of_one_line),
        cmocka_unit_test(a_remedy_accepts_only_its_own_code),
        cmocka_unit_test(a_name_that_is_no_code_is_none),
        cmocka_unit_test(newlines_have_the_names_of_the_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
