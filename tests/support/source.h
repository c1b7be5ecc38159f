/* source.h - sources for tests, made out of bytes, and what was read of them as
 * text that can be compared as a whole.
 */
#ifndef SUPPORT_SOURCE_H
#define SUPPORT_SOURCE_H

#include "base/buf.h"
#include "base/dialect.h"
#include "base/input.h"
#include "source/records.h"

/* folder/source.csv with these bytes, opened. */
struct rp_input *test_input(const char *folder, struct rp_slice bytes);

/* Comma, quote, header. */
struct rp_dialect test_dialect(void);

/* Each field in <>, an empty one without quotes as -. */
void test_put_fields(struct rp_buf *out, const struct rp_slice *fields,
                     size_t count);

/* A line "NUMBER LINES BYTES WHAT FIELDS", as below. */
void test_put_record(struct rp_buf *out, const struct rp_record *record);

/* Appends all of a source to out:
 *
 *     names <a><b>
 *     1 2-2 4-8 data <1><2>                    number, lines, bytes, what
 *     2 3-4 8-19 data suspicious <3><x\x0ay>
 *     3 5-5 19-22 stray-quote
 *     4 6-6 22-23 blank resync
 *     = 0+4+15+1+3 LF UTF-8
 *
 * (bytes of BOM, header, records, blank, rejected; "cut" when the last line has
 * no end), or "error: TEXT".  On the way it checks what holds for every source:
 * spans touch, raw is what the file holds there, the classes make up the file,
 * its hash is right, and every record is found again by its number. */
void test_put_source(struct rp_buf *out, const struct rp_input *input,
                     const struct rp_dialect *dialect);

struct test_example {
    const char *name;
    struct rp_slice bytes;
    const char *expected;
};

/* test_put_source of each example's bytes is what it expects. */
void test_sources(const char *folder, const struct rp_dialect *dialect,
                  const struct test_example *examples, size_t count);

#endif
