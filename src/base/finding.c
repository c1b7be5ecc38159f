/* finding.c - see finding.h. */
#include "base/finding.h"

#include <assert.h>

struct finding {
    const char *name;
    bool blocks;
    enum rp_unit unit;
};

static const struct finding findings[RP_CODE_COUNT] = {
    [RP_CODE_NONE] = { "none", false, RP_UNIT_RECORDS },
    /* whole source rejected */
    [RP_NOT_CSV] = { "not-csv", true, RP_UNIT_SOURCES },
    [RP_NOTHING_USED] = { "nothing-used", true, RP_UNIT_SOURCES },
    [RP_WHERE_VALUE_UNSEEN] = { "where-value-unseen", true, RP_UNIT_OBJECTS },
    /* record rejected */
    [RP_STRAY_QUOTE] = { "stray-quote", true, RP_UNIT_RECORDS },
    [RP_UNCLOSED_QUOTE] = { "unclosed-quote", true, RP_UNIT_RECORDS },
    [RP_BARE_CR] = { "bare-cr", true, RP_UNIT_RECORDS },
    [RP_FIELD_TOO_LARGE] = { "field-too-large", true, RP_UNIT_RECORDS },
    [RP_NUL_BYTE] = { "nul-byte", true, RP_UNIT_RECORDS },
    [RP_INVALID_ENCODING] = { "invalid-encoding", true, RP_UNIT_RECORDS },
    [RP_BOM_INSIDE] = { "bom-inside", true, RP_UNIT_RECORDS },
    [RP_REPEATED_HEADER] = { "repeated-header", true, RP_UNIT_RECORDS },
    [RP_FIELD_COUNT] = { "field-count", true, RP_UNIT_RECORDS },
    /* left out by --where */
    [RP_FILTERED] = { "filtered", false, RP_UNIT_RECORDS },
    /* enrollment rejected */
    [RP_EMPTY_KEY] = { "empty-key", true, RP_UNIT_ENROLLMENTS },
    [RP_NOT_AN_INTEGER] = { "not-an-integer", true, RP_UNIT_ENROLLMENTS },
    [RP_AMBIGUOUS_STUDENT] = { "ambiguous-student", true, RP_UNIT_ENROLLMENTS },
    [RP_AMBIGUOUS_COURSE] = { "ambiguous-course", true, RP_UNIT_ENROLLMENTS },
    [RP_UNKNOWN_STUDENT] = { "unknown-student", true, RP_UNIT_ENROLLMENTS },
    [RP_UNKNOWN_COURSE] = { "unknown-course", true, RP_UNIT_ENROLLMENTS },
    /* used, and told */
    [RP_SUSPICIOUS_MULTILINE] = { "suspicious-multiline", true,
                                  RP_UNIT_RECORDS },
    [RP_AFTER_RESYNC] = { "after-resync", true, RP_UNIT_RECORDS },
    [RP_DUPLICATE_CONFLICT] = { "duplicate-conflict", true,
                                RP_UNIT_ENROLLMENTS },
    [RP_COLUMN_NOT_CARRIED] = { "column-not-carried", true, RP_UNIT_COLUMNS },
    [RP_TRIGGER] = { "trigger", true, RP_UNIT_OBJECTS },
    [RP_UNKNOWN_SCHEMA_FUNCTION] = { "unknown-schema-function", true,
                                     RP_UNIT_OBJECTS },
    /* notes */
    [RP_BLANK_RECORD] = { "blank-record", false, RP_UNIT_RECORDS },
    [RP_DUPLICATE_EXACT] = { "duplicate-exact", false, RP_UNIT_ENROLLMENTS },
    [RP_ALREADY_PRESENT] = { "already-present", false, RP_UNIT_ENROLLMENTS },
    [RP_KEY_TRIMMED] = { "key-trimmed", false, RP_UNIT_ENROLLMENTS },
    [RP_LEADING_ZEROS] = { "leading-zeros", false, RP_UNIT_ENROLLMENTS },
    [RP_NO_FINAL_NEWLINE] = { "no-final-newline", false, RP_UNIT_SOURCES },
    [RP_MIXED_NEWLINES] = { "mixed-newlines", false, RP_UNIT_SOURCES },
};

static const char *const meanings[RP_CODE_COUNT] = {
    [RP_CODE_NONE] = "Nothing to tell.",
    [RP_NOT_CSV] = "The source is no CSV text: a workbook, an archive, UTF-16, "
                   "or NUL bytes at the front.",
    [RP_NOTHING_USED] = "No record of the source was used.",
    [RP_WHERE_VALUE_UNSEEN] = "A value of --where that no record has.",
    [RP_STRAY_QUOTE] = "A quote inside a field without quotes, or text behind "
                       "a closing quote.",
    [RP_UNCLOSED_QUOTE] = "The source ends inside quotes.",
    [RP_BARE_CR] = "A lone carriage return outside quotes.",
    [RP_FIELD_TOO_LARGE] = "A field over 1 MiB, or a record over 4 MiB or "
                           "2000 fields.",
    [RP_NUL_BYTE] = "A NUL byte.",
    [RP_INVALID_ENCODING] = "Bytes that are not UTF-8.",
    [RP_BOM_INSIDE] = "A byte order mark that is not at the front of the "
                      "source.",
    [RP_REPEATED_HEADER] = "The header again.",
    [RP_FIELD_COUNT] = "More or fewer fields than the header.",
    [RP_FILTERED] = "Left out by --where.",
    [RP_EMPTY_KEY] = "A key without content.",
    [RP_NOT_AN_INTEGER] = "The key of the database is an integer, and this is "
                          "none.",
    [RP_AMBIGUOUS_STUDENT] = "More than one row of students has the key.",
    [RP_AMBIGUOUS_COURSE] = "More than one row of courses has the key.",
    [RP_UNKNOWN_STUDENT] = "No row of students has the key.",
    [RP_UNKNOWN_COURSE] = "No row of courses has the key.",
    [RP_SUSPICIOUS_MULTILINE] = "A field over several lines that look like "
                                "records: a stray quote may be eating data.",
    [RP_AFTER_RESYNC] = "A record behind a stray-quote or field-too-large: it "
                        "may be the inside of a broken field.",
    [RP_DUPLICATE_CONFLICT] = "A repeat of an earlier record, with other "
                              "values in the other columns; the first is "
                              "used.",
    [RP_COLUMN_NOT_CARRIED] = "A column that the table has no place for.",
    [RP_TRIGGER] = "A trigger on the table that is filled.",
    [RP_UNKNOWN_SCHEMA_FUNCTION] = "The schema calls a function that only its "
                                   "application has.",
    [RP_BLANK_RECORD] = "An empty line.",
    [RP_DUPLICATE_EXACT] = "A repeat of an earlier record, alike in every "
                           "column.",
    [RP_ALREADY_PRESENT] = "What the record claims was there before.",
    [RP_KEY_TRIMMED] = "A key that was found only without the blanks around "
                       "it.",
    [RP_LEADING_ZEROS] = "An integer key that is written with leading zeros.",
    [RP_NO_FINAL_NEWLINE] = "The last line of the source has no line end.",
    [RP_MIXED_NEWLINES] = "Some lines of the source end in LF and some in "
                          "CRLF.",
};

/* rejects/ is the evidence's folder of rejected records, ready to be fed. */
static const char *const remedies[RP_CODE_COUNT] = {
    [RP_CODE_NONE] = "Nothing to do.",
    [RP_NOT_CSV] = "Export the table as CSV in UTF-8 and feed that file: a "
                   "workbook, an archive or UTF-16 text cannot be read.",
    [RP_NOTHING_USED] =
        "No record of this source became a link: check --delimiter, "
        "--where, --student and --course, or leave the source out.",
    [RP_WHERE_VALUE_UNSEEN] =
        "No record has this value: correct --where (bytes are compared, "
        "case and blanks count) or take the value out of it.",
    [RP_STRAY_QUOTE] =
        "Double the quote and put the whole field in quotes in "
        "rejects/, and feed that file again; if quotes mean nothing in "
        "this source, name another byte by --quote.",
    [RP_UNCLOSED_QUOTE] =
        "Close the quoted field in rejects/ and feed that file again; "
        "if the source was cut off, export it anew.",
    [RP_BARE_CR] =
        "Put the field with the lone carriage return in quotes, or make "
        "it a line end, in rejects/, and feed that file again.",
    [RP_FIELD_TOO_LARGE] =
        "Look for a quote that is never closed; a field may have 1 MiB, "
        "a record 4 MiB and 2000 fields.",
    [RP_NUL_BYTE] =
        "Remove the NUL bytes in rejects/ and feed that file again, or "
        "export the source anew as UTF-8 text.",
    [RP_INVALID_ENCODING] =
        "Convert the source to UTF-8, for example by iconv -f "
        "WINDOWS-1252 -t UTF-8, and feed the result.",
    [RP_BOM_INSIDE] =
        "Remove the bytes EF BB BF in rejects/ and feed that file "
        "again; files that were joined are better fed as several "
        "sources.",
    [RP_REPEATED_HEADER] =
        "Remove the repeated header line; files that were joined are "
        "better fed as several sources.",
    [RP_FIELD_COUNT] =
        "Give the record as many fields as the header has, in rejects/, "
        "and feed that file again; a field that holds the delimiter "
        "needs quotes.",
    [RP_FILTERED] =
        "Nothing to do: --where leaves the record out; change --where "
        "if it should count.",
    [RP_EMPTY_KEY] = "Fill in the key in rejects/ and feed that file again.",
    [RP_NOT_AN_INTEGER] =
        "Write the key as a decimal number in rejects/, or name a text "
        "column of the database by --student or --course CSVCOL=DBCOL.",
    [RP_AMBIGUOUS_STUDENT] =
        "More than one student has this key: name a unique column, or "
        "several columns, by --student CSVCOL+CSVCOL=DBCOL+DBCOL.",
    [RP_AMBIGUOUS_COURSE] =
        "More than one course has this key: name a unique column, or "
        "several columns, by --course CSVCOL+CSVCOL=DBCOL+DBCOL.",
    [RP_UNKNOWN_STUDENT] =
        "Correct the key in rejects/, or load the student first by "
        "rollproof load SCHOOL.db students FILE.csv.",
    [RP_UNKNOWN_COURSE] =
        "Correct the key in rejects/, or load the course first by "
        "rollproof load SCHOOL.db courses FILE.csv.",
    [RP_SUSPICIOUS_MULTILINE] =
        "Look for a stray quote that swallows the lines after it; if "
        "the field does hold these lines, --accept "
        "suspicious-multiline=N.",
    [RP_AFTER_RESYNC] =
        "Repair the syntax error before this record and feed the source "
        "again; if the record is what it seems to be, --accept "
        "after-resync=N.",
    [RP_DUPLICATE_CONFLICT] =
        "Decide which record holds: the first was used, the others are "
        "kept in collapsed.csv; --accept duplicate-conflict=N agrees.",
    [RP_COLUMN_NOT_CARRIED] =
        "student_courses has no place for this column: declare it by "
        "--leave-out COL once you know that nobody needs it there.",
    [RP_TRIGGER] =
        "A trigger on student_courses runs at every insert: drop it for "
        "the import, or --accept trigger=N.",
    [RP_UNKNOWN_SCHEMA_FUNCTION] =
        "The schema needs a function or collation that only its "
        "application has: drop what uses it for the import, or --accept "
        "unknown-schema-function=N.",
    [RP_BLANK_RECORD] = "Nothing to do: an empty line holds no enrollment.",
    [RP_DUPLICATE_EXACT] =
        "Nothing to do: the same enrollment stands in an earlier "
        "record, alike in every field.",
    [RP_ALREADY_PRESENT] =
        "Nothing to do: student_courses held the link before.",
    [RP_KEY_TRIMMED] =
        "Nothing must be done: the key was found without the blanks "
        "around it; remove them where the file comes from.",
    [RP_LEADING_ZEROS] =
        "Make sure that 007 and 7 are the same person: the database's "
        "key column holds integers; a text column keeps zeros.",
    [RP_NO_FINAL_NEWLINE] =
        "Make sure that the file was not cut off: its last line has no "
        "line end.",
    [RP_MIXED_NEWLINES] =
        "Nothing must be done: some lines end in LF and some in CRLF, as in "
        "files that were joined.",
};

static const struct finding *
finding_of(enum rp_code code)
{
    assert((size_t)code < RP_CODE_COUNT);
    return &findings[code];
}

const char *
rp_code_name(enum rp_code code)
{
    return finding_of(code)->name;
}

enum rp_code
rp_code_of(struct rp_slice name)
{
    for (int code = RP_CODE_NONE + 1; code < RP_CODE_COUNT; code++)
        if (rp_slice_eq(name, rp_slice_str(findings[code].name)))
            return (enum rp_code)code;
    return RP_CODE_NONE;
}

bool
rp_code_blocks(enum rp_code code)
{
    return finding_of(code)->blocks;
}

enum rp_unit
rp_code_unit(enum rp_code code)
{
    return finding_of(code)->unit;
}

const char *
rp_code_meaning(enum rp_code code)
{
    assert((size_t)code < RP_CODE_COUNT);
    return meanings[code];
}

const char *
rp_code_remedy(enum rp_code code)
{
    assert((size_t)code < RP_CODE_COUNT);
    return remedies[code];
}
