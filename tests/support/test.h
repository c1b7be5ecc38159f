/* test.h - what every test needs: cmocka in the order it wants to be included
 * in, and a few assertions that say more when they fail.
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

/* clang-format off */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "base/err.h"
#include "base/slice.h"

#define TEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The status is RP_OK; when not, the error's text is told. */
#define assert_ok(status, err) test_ok((status), (err), __FILE__, __LINE__)
/* The bytes are those of the string literal; when not, both are told. */
#define assert_bytes(bytes, text)                                              \
    test_same((bytes), RP_LIT(text), __FILE__, __LINE__)
#define assert_same(left, right) test_same((left), (right), __FILE__, __LINE__)
/* The bytes in hexadecimal are hex; blanks in hex do not count. */
#define assert_hex(bytes, hex) test_hex((bytes), (hex), __FILE__, __LINE__)
/* text holds part. */
#define assert_holds(text, part) test_holds((text), (part), __FILE__, __LINE__)

void test_ok(enum rp_status status, const struct rp_err *err, const char *file,
             int line);
void test_same(struct rp_slice actual, struct rp_slice expected,
               const char *file, int line);
void test_hex(struct rp_slice bytes, const char *hex, const char *file,
              int line);
void test_holds(const char *text, const char *part, const char *file, int line);

/* A new empty folder under $TMPDIR or /tmp.  test_folder_remove removes it with
 * all that is in it, and frees its name. */
char *test_folder(void);
void test_folder_remove(char *folder);
/* How many files and folders are in it. */
size_t test_folder_count(const char *folder);

/* folder/name, to be freed. */
char *test_path(const char *folder, const char *name);
/* Writes a file; any failure fails the test. */
void test_write(const char *path, struct rp_slice bytes);
/* A whole file, and a NUL behind it; to be freed. */
unsigned char *test_read(const char *path, size_t *out_len);

/* SQLite compares whole numbers with others as long doubles.  valgrind gives
 * them 53 bits, and then SQLite is wrong about the largest. */
bool test_long_double_is_exact(void);

/* The same numbers on every machine (splitmix64). */
uint64_t test_random(uint64_t *seed);

#endif
