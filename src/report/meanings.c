/* see meanings.h */
#include "report/meanings.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *id;
    const char *meaning;
} checks[] = {
    { "source-bytes-balanced",
      "The classes of the bytes of each source add up to its size." },
    { "source-read-twice-same", "Two parsers that share no code saw the same "
                                "records, fields and bytes." },
    { "records-balanced", "Every record has exactly one fate." },
    { "enrollments-balanced",
      "What every used record claims has exactly one fate; what was inserted "
      "was counted in the database." },
    { "students-preserved",
      "The rows of students that were there are there, unchanged." },
    { "courses-preserved",
      "The rows of courses that were there are there, unchanged." },
    { "bystanders-preserved", "No other table changed." },
    { "schema-as-declared",
      "The schema is that of before and what was declared, nothing else." },
    { "links-as-planned",
      "The links are those of before and those that the sources claim, with "
      "keys looked up the other way round." },
    { "rows-as-planned",
      "The rows are those of before and those that the source claims, read "
      "back value by value." },
    { "links-exported",
      "The exported file, read back, holds exactly the links that the table "
      "held, and the table is gone." },
    { "removals-as-planned",
      "The links that went are those that the previous delivery claims and "
      "this one does not, found a second time by their keys." },
    { "removals-allowed", "No more links went than was said, and none in "
                          "doubt." },
    { "links-reference-rows", "Every link names a student and a course." },
    { "database-sound",
      "SQLite's own checks find nothing that they did not find before." },
    { "committed-state-reread",
      "After the commit a new connection read what had been proved." },
};

const char *
rp_check_meaning(const char *id)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i].id, id) == 0)
            return checks[i].meaning;
    return "";
}
