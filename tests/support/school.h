/* school.h - databases for tests, made behind the back of our own door.
 *
 * What is checked was not written by what checks it: SQL runs on connections
 * of SQLite's own, with none of our settings.
 */
#ifndef SUPPORT_SCHOOL_H
#define SUPPORT_SCHOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "school/db.h"
#include "school/schema.h"

/* A database in a folder of its own, opened through our door. */
struct test_school {
    char *folder;
    char *path; /* folder/school.db */
    struct rp_db *db;
};

/* Makes the database by sql and opens it for writing; no wait for locks. */
void test_school_start(struct test_school *school, const char *sql);
void test_school_end(struct test_school *school);
/* Opens path; any failure fails the test. */
struct rp_db *test_school_open(const char *path, enum rp_db_mode mode);

/* Runs sql; any failure fails the test.  Makes the file when absent. */
void test_sql(const char *path, const char *sql);
/* All rows, fields separated by | and rows ended by newlines, as the sqlite3
 * shell prints them; to be freed. */
char *test_ask(const char *path, const char *sql);
/* The same through our connection, within its transaction. */
char *test_ask_db(struct rp_db *db, const char *sql);

/* A copy, to be freed. */
char *test_copy(const char *text);

/* Holds the file by another connection that ran sql, until released. */
struct test_holder;
struct test_holder *test_hold(const char *path, const char *sql);
void test_release(struct test_holder *holder);

/* A process that runs sql in a transaction, writes its pages into the file and
 * is killed: a hot journal stays (or a WAL, with nothing committed). */
void test_die_writing(const char *path, const char *sql);

/* Runs work in a child that is nobody when we are root; what it returns. */
bool test_as_nobody(bool (*work)(void *ctx), void *ctx);

#endif
