/* floor.c - the least that an import into SQLite can cost.
 *
 *     floor SCHOOL.db LINKS.csv
 *
 * Reads sorted links ("ID,ID" lines) into memory, and then, which is all that
 * is measured, puts them into a new student_courses as rollproof does, by one
 * INSERT ... SELECT under synchronous=EXTRA, and commits: no parsing, no keys,
 * no sorting, no proof, no evidence.  Afterwards it makes the index on
 * course_id in a transaction of its own.
 *
 * Prints "fill WALL CPU PEAK" and "index WALL CPU PEAK" as tools/run.c does.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "base/mem.h"
#include "school/change.h"
#include "school/db.h"
#include "school/fill.h"
#include "support/workload.h"

struct links {
    struct rp_link *items;
    size_t count;
    size_t capacity;
    size_t next;
};

struct used {
    double wall;
    double cpu;
    long peak_kib;
};

static double
seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static struct used
used_now(void)
{
    struct timespec wall = { 0, 0 };
    struct rusage usage;

    memset(&usage, 0, sizeof usage);
    (void)clock_gettime(CLOCK_MONOTONIC, &wall);
    (void)getrusage(RUSAGE_SELF, &usage);
    return (struct used){
        (double)wall.tv_sec + (double)wall.tv_nsec / 1e9,
        seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
        usage.ru_maxrss,
    };
}

static void
print_used(const char *what, const struct used *from, const struct used *to)
{
    (void)printf("%s %.4f %.4f %ld\n", what, to->wall - from->wall,
                 to->cpu - from->cpu, to->peak_kib);
}

static enum rp_status
add_link(struct links *links, const char *line, struct rp_err *err)
{
    char *end = NULL;
    struct rp_link link;

    link.student_id = strtoll(line, &end, 10);
    if (end == line || *end != ',')
        return rp_fail(err, RP_E_USAGE, "not ID,ID: %s", line);
    link.course_id = strtoll(end + 1, NULL, 10);
    if (rp_grow((void **)&links->items, &links->capacity, links->count + 1,
                sizeof link) != 0)
        return rp_fail_nomem(err, "hold the links");
    links->items[links->count++] = link;
    return RP_OK;
}

static enum rp_status
read_links(const char *path, struct links *links, struct rp_err *err)
{
    enum rp_status status = RP_OK;
    FILE *file = fopen(path, "r");
    char line[64];

    if (file == NULL)
        return rp_fail_errno(err, errno, "%s", path);
    while (status == RP_OK && fgets(line, sizeof line, file) != NULL)
        status = add_link(links, line, err);
    (void)fclose(file);
    return status;
}

static enum rp_status
next_link(void *ctx, struct rp_link *out_link, bool *out_more,
          struct rp_err *err)
{
    struct links *links = ctx;

    (void)err;
    *out_more = links->next < links->count;
    if (*out_more)
        *out_link = links->items[links->next++];
    return RP_OK;
}

static enum rp_status
fill(struct rp_db *db, struct links *links, struct rp_err *err)
{
    const struct rp_link_stream stream = { next_link, links };
    const struct used from = used_now();
    struct used until;
    enum rp_status status = rp_db_begin_write(db, false, err);

    if (status == RP_OK)
        status = workload_create_links(db, err);
    if (status == RP_OK)
        status = rp_fill(db, &stream, err);
    if (status == RP_OK)
        status = rp_db_commit(db, err);
    until = used_now();
    if (status == RP_OK)
        print_used("fill", &from, &until);
    return status;
}

static enum rp_status
make_index(struct rp_db *db, struct rp_err *err)
{
    const struct used from = used_now();
    struct used until;
    enum rp_status status = rp_db_begin_write(db, false, err);

    if (status == RP_OK)
        status = rp_course_index(db, err);
    if (status == RP_OK)
        status = rp_db_commit(db, err);
    until = used_now();
    if (status == RP_OK)
        print_used("index", &from, &until);
    return status;
}

int
main(int argc, char **argv)
{
    const struct rp_db_config config = { .mode = RP_DB_WRITE };
    struct links links = { .items = NULL };
    struct rp_db *db = NULL;
    struct rp_err err = { RP_OK, "" };
    enum rp_status status;

    if (argc != 3) {
        (void)fputs("usage: floor SCHOOL.db LINKS.csv\n", stderr);
        return EXIT_FAILURE;
    }
    status = read_links(argv[2], &links, &err);
    if (status == RP_OK)
        status = rp_db_open(argv[1], &config, &db, &err);
    if (status == RP_OK)
        status = fill(db, &links, &err);
    if (status == RP_OK)
        status = make_index(db, &err);
    if (status != RP_OK)
        (void)fprintf(stderr, "floor: %s\n", err.text);
    rp_db_close(db);
    rp_free(links.items);
    return status == RP_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
