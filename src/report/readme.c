/* see readme.h */
#include "report/readme.h"

#include <inttypes.h>
#include <string.h>

#include "report/closing.h"
#include "report/page.h"

static bool
is_load(const struct rp_verdict *verdict)
{
    return rp_verdict_kind(verdict) == RP_KIND_LOAD;
}

/* As opposed to a change of the schema. */
static bool
is_import(const struct rp_verdict *verdict)
{
    return rp_verdict_kind(verdict) <= RP_KIND_LOAD;
}

/* Of a run that keeps to what it is for. */
static const char *
meaning_of_proved(const struct rp_verdict *verdict)
{
    switch (rp_verdict_kind(verdict)) {
    case RP_KIND_UPGRADE:
        return "The table is there, and nothing else in the database "
               "changed.\n";
    case RP_KIND_DOWNGRADE:
        return "Every link that the table held stands in the exported file, "
               "which was read\nback, the table is gone, and nothing else in "
               "the database changed.\n";
    case RP_KIND_MIGRATE:
    case RP_KIND_LOAD:
        break;
    }
    return "Every byte and every record of the sources is accounted for, the "
           "database\nholds exactly what was planned, and nothing else in it "
           "changed.\n";
}

/* What the capital letters of the verdict mean. */
static const char *
meaning_of(const struct rp_verdict *verdict)
{
    if (verdict->outcome == RP_NOT_PROVED && verdict->committed)
        return "The run was committed, but what was read back afterwards is "
               "not what was\nproved.  report.txt names the check that "
               "failed: look at it before anybody\nuses the database.\n";
    if (verdict->outcome == RP_NOT_PROVED)
        return "The run was refused and nothing of it was kept: the database "
               "is what it was\nbefore.  report.txt says what stands in the "
               "way, findings.csv where.\n";
    if (verdict->outcome == RP_PROVED_WITH_EXCEPTIONS)
        return "Every byte and every record of the sources is accounted for, "
               "the database\nholds exactly what was planned, and nothing "
               "else in it changed.  What could\nnot be taken over as it is "
               "was accepted in advance, up to a stated number,\nand each "
               "case of it stands in findings.csv.\n";
    return meaning_of_proved(verdict);
}

static void
put_counts(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const struct rp_record_counts *records = &verdict->records;
    const struct rp_enrollment_counts *claims = &verdict->enrollments;

    rp_buf_printf(out,
                  "  records      %" PRIu64 ": %" PRIu64 " used, %" PRIu64
                  " blank, %" PRIu64 " left out by --where, %" PRIu64
                  " rejected\n",
                  records->total, records->used, records->blank,
                  records->filtered, records->rejected);
    rp_buf_printf(out,
                  "  %s  %" PRIu64 ": %" PRIu64 " inserted, %" PRIu64
                  " there already, %" PRIu64 " repeated alike,\n"
                  "               %" PRIu64 " repeated with other values, "
                  "%" PRIu64 " rejected\n",
                  is_load(verdict) ? "rows       " : "enrollments",
                  claims->total, claims->inserted, claims->already_present,
                  claims->duplicate_exact, claims->duplicate_conflict,
                  claims->rejected);
    if (verdict->sync != NULL)
        rp_buf_printf(out,
                      "  removed      %" PRIu64 " links that only the previous "
                      "delivery claims; at most %s\n               might be, "
                      "and %" PRIu64 " made elsewhere stayed\n",
                      verdict->sync->removed, verdict->sync->max_removed,
                      verdict->sync->elsewhere);
}

/* The tables that must not change; the declared one is counted above. */
static void
put_tables(struct rp_buf *out, const struct rp_verdict *verdict)
{
    uint64_t same = 0;
    uint64_t changed = 0;

    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        if (table->role == RP_ROLE_DECLARED)
            continue;
        same += table->same;
        changed += !table->same;
    }
    rp_buf_printf(out,
                  "  tables       %" PRIu64 " that had to stay the same did, "
                  "%" PRIu64 " did not\n\n",
                  same, changed);
}

static void
put_proved(struct rp_buf *out, const struct rp_verdict *verdict)
{
    const char *dry = verdict->dry_run && !verdict->committed
                          ? "It was a dry run: everything was done and looked "
                            "at, and then undone.\n"
                          : "";

    rp_buf_printf(out, "rollproof %s, %s%s %s of %s\n\n", verdict->program,
                  verdict->command, is_import(verdict) ? " into" : ":",
                  verdict->declared, verdict->school);
    rp_buf_str(out, "WHAT WAS PROVED\n\n  ");
    rp_closing_outcome(out, verdict);
    rp_buf_printf(out, "\n\n%s%s\n", meaning_of(verdict), dry);
    if (is_import(verdict))
        put_counts(out, verdict);
    else if (verdict->source_count > 0)
        rp_buf_printf(out, "  links        %" PRIu64 ", all of them in %s\n",
                      verdict->enrollments.already_present,
                      verdict->sources[0].name);
    put_tables(out, verdict);
}

static const char files[] =
    "WHICH FILE IS WHAT\n"
    "\n"
    "  report.txt        the whole verdict on one page: read it first\n"
    "  report.html       the same for a browser, with where every record went\n"
    "                    and where findings are; loads nothing, runs nothing\n"
    "  findings.csv      what was wrong, one line each: where it stands, what\n"
    "                    became of it, what to do; holds keys of people\n"
    "  verdict.json      the verdict for programs, rollproof/verdict/1\n"
    "  tables.csv        every table before and after, with its hashes\n"
    "  sample.csv        records drawn by the SHA-256 of the source, each\n"
    "                    traced to the row that it became\n"
    "  already.csv       records, by source and number, whose link was there\n"
    "                    before the run; only there when there are any\n"
    "  removed.csv       links that were removed, each with the record of the\n"
    "                    previous delivery that claims it; only there when "
    "there are\n"
    "                    any\n"
    "  verify/           a program that recomputes the verdict, with its page\n"
    "  inputs.sha256     the sources that were read, N-th line for source N; "
    "behind\n"
    "                    them those of the previous delivery, if one was "
    "given\n"
    "  rejects/N.csv     the rejected records of source N byte for byte, with\n"
    "                    its header: correct them and feed the file again;\n"
    "                    only there when something was rejected\n"
    "  collapsed.csv     records byte for byte that repeat an earlier one "
    "with\n"
    "                    other values; only there when there are any\n"
    "  schema.before.sql, schema.after.sql, migration.sql\n"
    "                    the schema, and the statements that were run\n"
    "  map.ini           mapping, filters and policy, with reasons and "
    "approvers, as\n"
    "                    they were given; only there when a file stated them\n"
    "  run.json          who ran what, when, where, with which libraries\n"
    "\n"
    "Values of cells, and so data of persons, stand in findings.csv, rejects/ "
    "and\ncollapsed.csv, and in no other file.\n"
    "\n";

/* Of a shared copy. */
static const char shared_files[] =
    "WHICH FILE IS WHAT\n"
    "\n"
    "This is a copy that may be shown to anybody.  It lacks every value of a "
    "cell of\nthe sources and the database, and every name of a person or a "
    "machine; whoever\nmade the run keeps the whole.  bag-info.txt in the "
    "folder above this one names\nthe original by the SHA-256 of its two "
    "manifests, and bag-info.txt of the\noriginal names this copy: as "
    "Shared-Manifest-SHA256 it has what\n"
    "\n"
    "    sha256sum manifest-sha256.txt\n"
    "\n"
    "prints here.\n"
    "\n"
    "  report.txt        the whole verdict on one page: read it first\n"
    "  report.html       the same for a browser, with where every record went\n"
    "  findings.csv      what was wrong, one line each: where it stands, what\n"
    "                    became of it, what to do; without the keys\n"
    "  verdict.json      the verdict for programs, rollproof/verdict/1; "
    "values\n"
    "                    of --where are withheld\n"
    "  tables.csv        every table before and after, with its hashes\n"
    "  already.csv       records, by source and number, whose link was there\n"
    "                    before the run; only there when there are any\n"
    "  verify/           a program that recomputes the verdict, with its page\n"
    "  inputs.sha256     the sources that were read, N-th line for source N\n"
    "  schema.before.sql, schema.after.sql, migration.sql\n"
    "                    the schema, and the statements that were run\n"
    "  run.json          when it was run, and with which libraries\n"
    "\n"
    "Names of files, tables and columns are told.  A digest tells no value, "
    "but whoever\nguesses all rows of a table can see that the guess was "
    "right.\n"
    "\n";

static const char hashes[] =
    "HOW TO CHECK THE FOLDER\n"
    "\n"
    "This is a BagIt bag (RFC 8493).  In the folder above this one:\n"
    "\n"
    "    sha256sum -c manifest-sha256.txt\n"
    "    sha256sum -c tagmanifest-sha256.txt\n"
    "\n"
    "Nobody can change a file without one of them saying so, except who "
    "writes\nthe manifests anew: the next run's bag-info.txt holds the hash of "
    "this run's\nmanifest, and tagmanifest-sha256.txt.sig, when it is there, "
    "is a signature.\nThey do not see a file that was added; verify.py, below, "
    "does.\n"
    "Is a source the one that was read?  This must print its line of "
    "inputs.sha256:\n"
    "\n"
    "    sha256sum SOURCE\n"
    "\n";

static const char recompute[] =
    "HOW TO RECOMPUTE THE VERDICT WITHOUT ROLLPROOF\n"
    "\n"
    "With the database, the sources and Python 3, in the folder above this "
    "one:\n"
    "\n"
    "    python3 data/verify/verify.py DATABASE SOURCE...\n"
    "\n"
    "It recomputes every digest, divides the sources again, looks every key "
    "up and\nnames each link that is missing or extra.  Its last line is "
    "AGREES (exit 0),\nDIFFERS (1) or NOT CHECKED (2).  verify/README.txt "
    "tells what it takes on trust.\n"
    "\n";

static const char digests[] =
    "WHICH HASH IS GOOD FOR WHAT\n"
    "\n"
    "A digest is the SHA-256 of all rows of a table, in order, in a form that "
    "no two\ndifferent tables share: it resists forgers.  A fingerprint is "
    "the sum of the\nXXH3-128 hashes of the rows: it finds accidents quickly, "
    "but who wants to can\nmake another table with the same one.  Trust the "
    "digest.  The form is called\nRPCE-1; verify/README.txt describes it to "
    "the byte.\n";

static const char record[] =
    "HOW TO CHECK A LINE OF THE SAMPLE BY HAND\n"
    "\n"
    "Take a line of sample.csv.  With its byte_start for B and its byte_end "
    "for E,\nthis prints the record as it stands in the source:\n"
    "\n"
    "    tail -c +$((B + 1)) SOURCE | head -c $((E - B))\n"
    "\n"
    "and with its ids for S and C, and the database for SCHOOL, its link:\n"
    "\n";

static const char link[] =
    "    sqlite3 -readonly SCHOOL \"SELECT * FROM students WHERE rowid = S\"\n"
    "    sqlite3 -readonly SCHOOL \"SELECT * FROM courses WHERE rowid = C\"\n"
    "    sqlite3 -readonly SCHOOL \"SELECT count(*) FROM student_courses\n"
    "        WHERE student_id = S AND course_id = C\"\n"
    "\n"
    "(rowid is SQLite's name for a table's integer primary key.)  When the "
    "run was\ncommitted, the count is 1.\n"
    "\n";

static void
put_sample(struct rp_buf *out, const struct rp_verdict *verdict)
{
    rp_buf_str(out, record);
    if (is_load(verdict))
        rp_buf_printf(out,
                      "    sqlite3 -readonly SCHOOL \"SELECT * FROM %s WHERE "
                      "rowid = S\"\n\n",
                      verdict->declared);
    else
        rp_buf_str(out, link);
}

void
rp_readme(struct rp_buf *out, const struct rp_verdict *verdict)
{
    put_proved(out, verdict);
    rp_buf_str(out, verdict->shared ? shared_files : files);
    rp_buf_str(out, hashes);
    rp_buf_str(out, recompute);
    if (!verdict->shared && is_import(verdict))
        put_sample(out, verdict);
    rp_buf_str(out, digests);
}
