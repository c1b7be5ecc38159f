/* test_probe.c - what is not CSV is called by its name. */
#include "support/test.h"

#include <string.h>

#include "source/probe.h"

static const struct {
    const char *name;
    struct rp_slice first;
    const char *looks_like; /* NULL: may be CSV */
} examples[] = {
    { "nothing", { NULL, 0 }, NULL },
    { "CSV", RP_LIT_INIT("id,name\n1,Ada\n"), NULL },
    { "UTF-8 with BOM", RP_LIT_INIT("\xef\xbb\xbfid,name\n"), NULL },
    { "Latin-1", RP_LIT_INIT("id,name\n1,Zo\xeb\n"), NULL },
    { "UTF-16 LE", RP_LIT_INIT("\xff\xfei\0d\0"), "UTF-16 text" },
    { "UTF-16 BE", RP_LIT_INIT("\xfe\xff\0i\0d"), "UTF-16 text" },
    { "UTF-16 LE without BOM", RP_LIT_INIT("i\0d\0"),
      "a binary file (it holds NUL bytes)" },
    { "NUL behind a BOM", RP_LIT_INIT("\xef\xbb\xbf\0"),
      "a binary file (it holds NUL bytes)" },
    { "zip", RP_LIT_INIT("PK\3\4\24"), "a ZIP archive or Excel workbook" },
    { "empty zip", RP_LIT_INIT("PK\5\6"), "an empty ZIP archive" },
    { "PK, a header", RP_LIT_INIT("PK,name\n"), NULL },
    { "xls", RP_LIT_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
      "an old Excel workbook or other OLE file" },
    { "gzip", RP_LIT_INIT("\x1f\x8b\x08"), "a gzip file" },
    { "bzip2", RP_LIT_INIT("BZh91AY&SY"), "a bzip2 file" },
    { "empty bzip2", RP_LIT_INIT("BZh9\x17\x72\x45\x38\x50\x90"),
      "a bzip2 file" },
    { "BZh, a header", RP_LIT_INIT("BZh1,name\n"), NULL },
    { "BZh alone", RP_LIT_INIT("BZh"), NULL },
    { "xz", RP_LIT_INIT("\3757zXZ\0"), "an xz file" },
    { "zstd", RP_LIT_INIT("\x28\xb5\x2f\xfd"), "a zstd file" },
    { "7z", RP_LIT_INIT("7z\xbc\xaf\x27\x1c"), "a 7z archive" },
    { "PDF", RP_LIT_INIT("%PDF-1.7\n"), "a PDF document" },
    { "SQLite", RP_LIT_INIT("SQLite format 3\0"), "a SQLite database" },
    { "ELF", RP_LIT_INIT("\177ELF\2"), "a program" },
    { "Parquet", RP_LIT_INIT("PAR1\x15\4"), "a Parquet file" },
    { "PAR1, a header", RP_LIT_INIT("PAR1,PAR2\n"), NULL },
    { "PAR1, the only column", RP_LIT_INIT("PAR1\r\n"), NULL },
    { "PAR1 alone", RP_LIT_INIT("PAR1"), NULL },
};

static void
a_file_that_is_not_csv_is_called_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(examples); i++) {
        const char *said = rp_probe(examples[i].first);

        if ((said == NULL) != (examples[i].looks_like == NULL))
            print_error("example: %s\n", examples[i].name);
        if (examples[i].looks_like == NULL) {
            assert_null(said);
            continue;
        }
        assert_non_null(said);
        assert_memory_equal(said, RP_PROBE_PREFIX, strlen(RP_PROBE_PREFIX));
        assert_string_equal(said + strlen(RP_PROBE_PREFIX),
                            examples[i].looks_like);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_not_csv_is_called_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
