/* gen.c - a workload to measure with, the same on every machine.
 *
 *     gen DIR STUDENTS COURSES RECORDS [SEED]
 *
 * writes into DIR, which is made when it is not there,
 *
 *     base.db      students and courses, without any link
 *     enr_int.csv  student_id,course_id
 *     enr_key.csv  student_number,course_code,term,grade, some in quotes
 *     links.csv    the links that an import has to make, "ID,ID", sorted
 *     expect.txt   "NAME COUNT" lines: what an import has to find
 *
 * Of the records 1 % repeat another one in every field, 0.1 % name a student
 * that nobody knows, 0.1 % are bad (one third lacks a field, one third has one
 * too many, one third is not UTF-8); all others are pairs of their own.  A bad
 * record's pair stands in no other one, so that a tool which takes it ends
 * with a link too many.  They come in any order.
 */
#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096
#define COUNT_MAX 1000000000U

struct workload {
    uint64_t students;
    uint64_t courses;
    uint64_t records;
    uint64_t seed;
    /* Of the records; what is left are pairs of their own. */
    uint64_t repeats;
    uint64_t strangers;
    uint64_t short_ones;
    uint64_t long_ones;
    uint64_t not_utf8;
    uint64_t pairs;
    uint64_t step; /* pair i is cell i * step + shift of students x courses */
    uint64_t shift;
};

struct pair {
    uint64_t student; /* 1-based */
    uint64_t course;
};

static int
fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "gen: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

/* splitmix64 */
static uint64_t
next_random(uint64_t *seed)
{
    uint64_t mixed = (*seed += UINT64_C(0x9e3779b97f4a7c15));

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

static uint64_t
common_divisor(uint64_t left, uint64_t right)
{
    while (right != 0) {
        uint64_t rest = left % right;

        left = right;
        right = rest;
    }
    return left;
}

/* A step without a common divisor visits every cell once. */
static void
plan(struct workload *load)
{
    uint64_t cells = load->students * load->courses;
    uint64_t seed = load->seed;

    load->repeats = load->records / 100;
    load->strangers = load->records / 1000;
    load->short_ones = load->records / 3000;
    load->long_ones = load->records / 3000;
    load->not_utf8 = load->records / 1000 - load->short_ones - load->long_ones;
    load->pairs =
        load->records - load->repeats - load->strangers - load->records / 1000;
    do {
        load->step = next_random(&seed) % cells;
    } while (common_divisor(load->step, cells) != 1);
    load->shift = next_random(&seed) % cells;
}

/* cells < 2^60: the product is made of two halves that do not overflow. */
static struct pair
pair_of(const struct workload *load, uint64_t number)
{
    uint64_t cells = load->students * load->courses;
    uint64_t cell = load->shift;
    uint64_t factor = load->step;
    struct pair pair;

    for (; number > 0; number >>= 1) {
        if ((number & 1) != 0)
            cell = (cell + factor) % cells;
        factor = factor * 2 % cells;
    }
    pair.student = cell / load->courses + 1;
    pair.course = cell % load->courses + 1;
    return pair;
}

/* Fisher-Yates; NULL without memory. */
static uint32_t *
shuffle(const struct workload *load)
{
    uint32_t *order = calloc(load->records, sizeof *order);
    uint64_t seed = load->seed ^ UINT64_C(0x5deece66d);

    if (order == NULL)
        return NULL;
    for (uint64_t i = 0; i < load->records; i++) {
        uint64_t other = next_random(&seed) % (i + 1);

        order[i] = order[other];
        order[other] = (uint32_t)i;
    }
    return order;
}

struct files {
    FILE *by_id;
    FILE *by_key;
};

/* The rest of a record follows from its pair, so that a repeat is exact. */
static void
write_pair(const struct files *files, struct pair pair)
{
    static const char *const grades[] = {
        "A", "\"B, with honours\"", "\"C \"\"late\"\"\"", "", "D", "\"A\"",
    };
    uint64_t seed = pair.student << 32 ^ pair.course;
    uint64_t chance = next_random(&seed);

    (void)fprintf(files->by_id, "%" PRIu64 ",%" PRIu64 "\n", pair.student,
                  pair.course);
    (void)fprintf(files->by_key, "S%08" PRIu64 ",\"C-%06" PRIu64 "\",%u%c,%s\n",
                  pair.student, pair.course, 2000U + (unsigned)(chance % 24),
                  chance >> 32 & 1 ? 'F' : 'S', grades[(chance >> 40) % 6]);
}

/* Bad record number of its kind: short ones, long ones, those not in UTF-8. */
static void
write_bad(const struct files *files, const struct workload *load,
          uint64_t number)
{
    const struct pair pair = pair_of(load, load->pairs + number);
    const bool is_short = number < load->short_ones;
    const bool is_long =
        !is_short && number < load->short_ones + load->long_ones;
    const char *tail = is_short || is_long ? "" : "\xff";
    const char *more = is_long ? ",more" : "";

    (void)fprintf(files->by_id, "%" PRIu64 "%s", pair.student, tail);
    (void)fprintf(files->by_key, "S%08" PRIu64 "%s", pair.student, tail);
    if (!is_short) {
        (void)fprintf(files->by_id, ",%" PRIu64 "%s", pair.course, more);
        (void)fprintf(files->by_key, ",\"C-%06" PRIu64 "\",2001F,A%s",
                      pair.course, more);
    }
    (void)fputc('\n', files->by_id);
    (void)fputc('\n', files->by_key);
}

/* Record number of the workload: first the pairs, then the others by kind. */
static void
write_record(const struct files *files, const struct workload *load,
             uint64_t number)
{
    uint64_t seed = load->seed ^ number;
    uint64_t chance = next_random(&seed);
    struct pair pair;

    if (number < load->pairs) {
        write_pair(files, pair_of(load, number));
        return;
    }
    number -= load->pairs;
    pair = pair_of(load, chance % load->pairs);
    if (number < load->repeats) {
        write_pair(files, pair);
        return;
    }
    number -= load->repeats;
    if (number < load->strangers) {
        pair.student = load->students + 1 + number;
        write_pair(files, pair);
        return;
    }
    write_bad(files, load, number - load->strangers);
}

static FILE *
open_file(const char *folder, const char *name)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "wb");
}

/* False when anything that was written to the file was lost. */
static bool
close_file(FILE *file)
{
    bool whole = file != NULL && ferror(file) == 0;

    return file != NULL && fclose(file) == 0 && whole;
}

static bool
write_sources(const char *folder, const struct workload *load)
{
    uint32_t *order = shuffle(load);
    struct files files = { open_file(folder, "enr_int.csv"),
                           open_file(folder, "enr_key.csv") };
    bool by_id;
    bool by_key;

    if (order != NULL && files.by_id != NULL && files.by_key != NULL) {
        (void)fputs("student_id,course_id\n", files.by_id);
        (void)fputs("student_number,course_code,term,grade\n", files.by_key);
        for (uint64_t i = 0; i < load->records; i++)
            write_record(&files, load, order[i]);
    }
    by_id = close_file(files.by_id);
    by_key = close_file(files.by_key);
    free(order);
    return order != NULL && by_id && by_key;
}

static int
compare_cells(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Cells compare as their pairs do. */
static bool
write_links(const char *folder, const struct workload *load)
{
    const uint64_t cells = load->students * load->courses;
    uint64_t *links = calloc(load->pairs, sizeof *links);
    FILE *file = open_file(folder, "links.csv");
    uint64_t cell = load->shift;
    bool good = links != NULL && file != NULL;

    if (good) {
        for (uint64_t i = 0; i < load->pairs; i++) {
            links[i] = cell;
            cell = (cell + load->step) % cells;
        }
        qsort(links, load->pairs, sizeof *links, compare_cells);
        for (uint64_t i = 0; i < load->pairs; i++)
            (void)fprintf(file, "%" PRIu64 ",%" PRIu64 "\n",
                          links[i] / load->courses + 1,
                          links[i] % load->courses + 1);
    }
    free(links);
    return close_file(file) && good;
}

static bool
write_expected(const char *folder, const struct workload *load)
{
    FILE *file = open_file(folder, "expect.txt");

    if (file == NULL)
        return false;
    (void)fprintf(file,
                  "students %" PRIu64 "\ncourses %" PRIu64 "\nrecords %" PRIu64
                  "\ninserted %" PRIu64 "\nduplicate-exact %" PRIu64
                  "\nunknown-student %" PRIu64 "\nfield-count %" PRIu64
                  "\ninvalid-encoding %" PRIu64 "\n",
                  load->students, load->courses, load->records, load->pairs,
                  load->repeats, load->strangers,
                  load->short_ones + load->long_ones, load->not_utf8);
    return close_file(file);
}

struct parent {
    const char *create;
    const char *insert;
    const char *prefix; /* of its keys, before width digits */
    int width;
};

static const struct parent students = {
    "CREATE TABLE students (id INTEGER PRIMARY KEY,"
    " student_number TEXT NOT NULL UNIQUE, name TEXT)",
    "INSERT INTO students VALUES (?1, ?2, 'Name of ' || ?2)",
    "S",
    8,
};
static const struct parent courses = {
    "CREATE TABLE courses (id INTEGER PRIMARY KEY,"
    " course_code TEXT NOT NULL UNIQUE, title TEXT)",
    "INSERT INTO courses VALUES (?1, ?2, 'Title of ' || ?2)",
    "C-",
    6,
};

static bool
fill_table(sqlite3 *db, const struct parent *parent, uint64_t count)
{
    sqlite3_stmt *stmt = NULL;
    bool good =
        sqlite3_exec(db, parent->create, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, parent->insert, -1, &stmt, NULL) == SQLITE_OK;

    for (uint64_t id = 1; good && id <= count; id++) {
        char key[64];

        (void)snprintf(key, sizeof key, "%s%0*" PRIu64, parent->prefix,
                       parent->width, id);
        good = sqlite3_bind_int64(stmt, 1, (sqlite3_int64)id) == SQLITE_OK &&
               sqlite3_bind_text(stmt, 2, key, -1, NULL) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_DONE &&
               sqlite3_reset(stmt) == SQLITE_OK;
    }
    (void)sqlite3_finalize(stmt);
    return good;
}

static bool
write_database(const char *folder, const struct workload *load)
{
    char path[PATH_BYTES];
    sqlite3 *db = NULL;
    bool good;

    (void)snprintf(path, sizeof path, "%s/base.db", folder);
    good = sqlite3_open(path, &db) == SQLITE_OK &&
           sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
           fill_table(db, &students, load->students) &&
           fill_table(db, &courses, load->courses) &&
           sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!good)
        (void)fprintf(stderr, "gen: %s: %s\n", path, sqlite3_errmsg(db));
    return sqlite3_close(db) == SQLITE_OK && good;
}

/* A decimal number from 1 to COUNT_MAX. */
static bool
parse_count(const char *text, uint64_t *out_count)
{
    char *end = NULL;

    errno = 0;
    *out_count = strtoull(text, &end, 10);
    return errno == 0 && *text != '-' && end != text && *end == '\0' &&
           *out_count > 0 && *out_count <= COUNT_MAX;
}

int
main(int argc, char **argv)
{
    struct workload load = { .seed = 1 };

    if (argc < 5 || argc > 6 || !parse_count(argv[2], &load.students) ||
        !parse_count(argv[3], &load.courses) ||
        !parse_count(argv[4], &load.records) ||
        (argc == 6 && !parse_count(argv[5], &load.seed)))
        return fail("usage", "gen DIR STUDENTS COURSES RECORDS [SEED]");
    if (load.records > load.students * load.courses ||
        load.students * load.courses < 2)
        return fail(argv[4], "more records than pairs of student and course");
    if (mkdir(argv[1], 0700) != 0 && errno != EEXIST)
        return fail(argv[1], strerror(errno));
    plan(&load);
    if (!write_database(argv[1], &load))
        return EXIT_FAILURE;
    if (!write_sources(argv[1], &load) || !write_links(argv[1], &load) ||
        !write_expected(argv[1], &load))
        return fail(argv[1], "cannot be written");
    return EXIT_SUCCESS;
}
