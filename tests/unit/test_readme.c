/* test_readme.c - the page for strangers says what happened, in plain words;
 * test_evidence.c has a whole one.
 */
#include "support/test.h"

#include <stdbool.h>
#include <string.h>

#include "report/readme.h"
#include "support/sample.h"

/* The page of verdict holds part, and its lines fit a terminal. */
static void
check_page(const struct rp_verdict *verdict, const char *part)
{
    struct rp_buf page = { 0 };

    rp_readme(&page, verdict);
    assert_holds(rp_buf_cstr(&page), part);
    for (const char *line = rp_buf_cstr(&page); *line != '\0';) {
        size_t len = strcspn(line, "\n");

        assert_in_range(len, 0, 80);
        line += len + 1;
    }
    rp_buf_release(&page);
}

struct ending {
    enum rp_outcome outcome;
    bool committed;
    bool dry_run;
    const char *part;
};

static const struct ending endings[] = {
    { RP_PROVED, true, false,
      "  PROVED, committed\n\nEvery byte and every record of the sources is "
      "accounted for, the database\nholds exactly what was planned, and "
      "nothing else in it changed.\n\n" },
    { RP_PROVED, false, true,
      "nothing else in it changed.\nIt was a dry run: everything was done and "
      "looked at, and then undone.\n\n" },
    { RP_PROVED_WITH_EXCEPTIONS, true, false,
      "What could\nnot be taken over as it is was accepted in advance" },
    { RP_NOT_PROVED, false, false,
      "The run was refused and nothing of it was kept: the database is what it "
      "was\nbefore.  report.txt says what stands in the way, findings.csv "
      "where.\n\n" },
    { RP_NOT_PROVED, true, false,
      "The run was committed, but what was read back afterwards is not what "
      "was\nproved.  report.txt names the check that failed" },
};

static void
each_way_to_end_has_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(endings); i++) {
        struct rp_verdict verdict;

        sample_verdict(&verdict);
        verdict.outcome = endings[i].outcome;
        verdict.committed = endings[i].committed;
        verdict.dry_run = endings[i].dry_run;
        verdict.listed = 0;
        check_page(&verdict, endings[i].part);
        rp_verdict_release(&verdict);
    }
}

static void
a_load_is_checked_by_its_own_table(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    verdict.command = "load";
    verdict.declared = "courses";
    check_page(&verdict, "rollproof 0.1.0, load into courses of school.db\n");
    check_page(&verdict, "  rows         14: 8 inserted");
    check_page(&verdict,
               "    sqlite3 -readonly SCHOOL \"SELECT * FROM courses WHERE "
               "rowid = S\"\n\nWHICH HASH");
    rp_verdict_release(&verdict);
}

static void
tables_that_changed_are_counted(void **state)
{
    struct rp_verdict verdict;

    (void)state;
    sample_verdict(&verdict);
    sample_table(&verdict, "courses")->same = false;
    check_page(&verdict,
               "  tables       1 that had to stay the same did, 1 did "
               "not\n");
    rp_verdict_release(&verdict);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_to_end_has_its_words),
        cmocka_unit_test(a_load_is_checked_by_its_own_table),
        cmocka_unit_test(tables_that_changed_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
